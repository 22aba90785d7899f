"""Takes the pictures of the documents: `python docs/pictures.py REPORT.html`, `--plan PAGE`, or
`--office ADDRESS` of `urbanwork serve --demo`.

Needs Debian's chromium (packages.txt). The pictures show what a reader sees: of a report the first
screen of a desk, a cell explained with its walk, and a phone; of a scenario the first screen; of
the office a task on a desk and the first page on a phone.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent / "pictures"
INDICATOR = "life.primary_school_500m"
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def take_pictures(report: Path) -> None:
    """Writes the three pictures."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(QUIET)
        )
        _desk(_opened(browser, report, width=1440, height=900))
        phone = _opened(browser, report, width=390, height=844, scale=2)
        phone.screenshot(path=HERE / "report-phone.png")
        browser.close()


def take_picture_of_plan(page: Path) -> None:
    """Writes the picture of the worked plan, from the page of its what-if (docs/plan.md)."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(QUIET)
        )
        shown = browser.new_page(viewport={"width": 1280, "height": 1000})
        shown.goto(f"file://{page.resolve()}")
        shown.wait_for_timeout(1_500)
        shown.screenshot(path=HERE / "plan.png")
        browser.close()


def take_pictures_of_office(address: str) -> None:
    """Writes the pictures of the office, as the leader of a demonstration sees it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(QUIET)
        )
        desk = _entered(browser, address, width=1440, height=1000)
        desk.goto(f"{address}/ledger/")
        desk.locator("table a").first.click()
        desk.wait_for_timeout(1_000)
        desk.screenshot(path=HERE / "office-task.png")
        phone = _entered(browser, address, width=390, height=844, scale=2)
        phone.goto(address)
        phone.wait_for_timeout(1_000)
        phone.screenshot(path=HERE / "office-phone.png")
        browser.close()


def _entered(browser: Browser, address: str, *, width: int, height: int, scale: int = 1) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=scale)
    page.goto(f"{address}/demo/")
    page.get_by_role("button", name="English").click()
    page.goto(f"{address}/demo/")
    page.locator("form button").filter(has_text="Lin (leader)").click()
    return page


def _opened(browser: Browser, report: Path, *, width: int, height: int, scale: int = 1) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=scale)
    page.goto(f"file://{report.resolve()}#lang=en&i={INDICATOR}")
    page.wait_for_selector("html[data-ready]", state="attached")
    return page


def _desk(page: Page) -> None:
    """The first screen, then the cell where most people of the city are not reached."""
    page.screenshot(path=HERE / "report-desktop.png")
    _open_city(page)
    areas = page.locator("#panel .cells button").all_inner_texts()
    most = max(areas, key=lambda area: _people_not_reached(page, area))
    _open_area(page, most)
    page.locator("#panel .cells button").first.click()
    page.wait_for_timeout(400)
    page.screenshot(path=HERE / "report-cell.png")


def _open_city(page: Page) -> None:
    page.locator("#explain-city").click()


def _open_area(page: Page, area: str) -> None:
    _open_city(page)
    page.locator("#panel .cells button").get_by_text(area, exact=True).first.click()


def _people_not_reached(page: Page, area: str) -> float:
    """People of the area's worst cell, 0 where all are reached."""
    _open_area(page, area)
    cells = page.locator("#panel .cells button")
    if not cells.count():
        return 0.0
    figures = "".join(c for c in cells.first.inner_text() if c.isdigit())
    return float(figures or 0)


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    if sys.argv[1] == "--plan":
        take_picture_of_plan(Path(sys.argv[2]))
    elif sys.argv[1] == "--office":
        take_pictures_of_office(sys.argv[2].rstrip("/"))
    else:
        take_pictures(Path(sys.argv[1]))
