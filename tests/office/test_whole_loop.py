"""The whole loop in a browser: a problem, its task, proof, closing, and whether the number moved.

Needs Debian's chromium (packages.txt).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from sent_files import photo
from served_office import ServedOffice, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

DESKTOP = {"width": 1440, "height": 900}
PHARMACY = "life.pharmacy_500m"
OF_TASKS = "governance.tasks_done"
HOLIDAYS = timedelta(days=14)  # after which a deadline of today has passed on any day of a year


def urbanwork(*arguments: str) -> str:
    """What a command says, as a user types it."""
    of_tests = ("URBANWORK_CITY", "URBANWORK_OFFICE", "DJANGO_SETTINGS_MODULE", "DATABASE_URL")
    environment = {name: value for name, value in os.environ.items() if name not in of_tests}
    done = subprocess.run(
        [sys.executable, "-m", "urbanwork.cli.main", *arguments], env=environment,
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedOffice]:
    """The sample city under the rules of China, examined and served."""
    city = tmp_path_factory.mktemp("loop") / "city"
    urbanwork("init", str(city), "--sample")
    settings = city / "city.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("jurisdiction: FI", "jurisdiction: CN"), encoding="utf-8")
    urbanwork("examine", str(city))
    with serving(ServedOffice(city=city)) as found:
        yield found


@pytest.fixture
def as_role(served: ServedOffice, browser: Browser) -> Iterator[Any]:
    """The page of a role; a fault of a script fails the test."""
    pages, faults = {}, list[str]()

    def page_of(role: str, path: str) -> Page:
        if role not in pages:
            context = browser.new_context(viewport=DESKTOP, service_workers="block")
            context.set_default_timeout(60_000)  # machines of tests are shared
            context.add_cookies(served.cookies(role, "en"))
            pages[role] = context.new_page()
            pages[role].on("pageerror", lambda fault: faults.append(str(fault)))
        pages[role].goto(served.url + path)
        return pages[role]

    yield page_of
    for page in pages.values():
        page.context.close()
    assert faults == []


def act(page: Page, action: str, **given: str) -> None:
    """Do an action on the page of a task, with what its form asks for."""
    doing = page.locator(f"#do-{action}")
    if doing.get_attribute("open") is None:
        doing.locator("summary").click()
    for name, value in given.items():
        field = doing.locator(f"[name={name}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    doing.locator("button.first").click()
    page.wait_for_load_state()
    assert [each for each in page.locator(".fault").all_inner_texts() if each] == []


def state(page: Page) -> str:
    return page.locator(".task-facts .tag.strong").inner_text()


def test_a_problem_is_closed_with_proof_and_the_next_examination_says_what_moved(as_role, served):
    page = as_role("dispatcher", "/")
    title = page.locator(".problems tbody th").first.inner_text()
    page.locator(".problems tbody a.button").first.click()
    page.wait_for_url("**/ledger/new/**")
    page.locator("form.stack button.first").click()
    page.wait_for_url("**/ledger/*-*/")
    path = page.url.removeprefix(served.url)
    assert title in page.inner_text("main")
    act(page, "assign", lead="教育局", deadline=date.today().isoformat())

    act(as_role("handler", path), "accept")
    page = as_role("handler", f"{path}report/")
    page.check("[name=action][value=submit]")
    page.fill("#text", "已建成")
    page.set_input_files(
        "#files", {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo(1200, 800)}
    )
    page.wait_for_selector("#chosen li img")
    page.click("form#report button.first")
    page.wait_for_url(f"**{path}")
    page.wait_for_selector(".pieces img")

    act(as_role("inspector", path), "verify")
    page = as_role("dispatcher", path)
    act(page, "close")
    assert state(page) == "closed"
    assert "Not known yet" in page.inner_text("main")

    assert measured(served.city, OF_TASKS) is None
    next_examination(served.city, date.today() + HOLIDAYS)
    assert measured(served.city, OF_TASKS) == 100.0
    page = as_role("dispatcher", path)
    for _ in range(60):
        if "being compared" not in page.inner_text("main"):
            break
        page.wait_for_timeout(1_000)
        page.reload()
    effect = page.locator("dt:has-text('Measured effect') + dd").inner_text()
    assert "→" in effect
    assert "Not known" not in effect


def next_examination(city: Path, day: date) -> None:
    """Examine the city as of a later day, with what the office did until then."""
    urbanwork("office", "export", str(city), "--until", day.isoformat())
    settings = city / "city.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub(r"(?m)^as_of: .*$", f"as_of: {day}", text), encoding="utf-8")
    urbanwork("examine", str(city))


def measured(city: Path, indicator: str) -> float | None:
    """The value of the whole city in the latest examination, if it has one."""
    folders = (city / "examinations").iterdir()
    last = max(folders, key=lambda folder: folder.stat().st_mtime)
    rows = pq.read_table(last / "indicators.parquet", columns=["indicator", "area", "value"])
    found = [row["value"] for row in rows.to_pylist()
             if row["indicator"] == indicator and row["area"] == "city"]  # fmt: skip
    return found[0] if found else None


def test_a_what_if_becomes_a_scenario_and_a_task(as_role, served):
    page = as_role("dispatcher", f"/map/#i={PHARMACY}")
    page.wait_for_selector("#map[data-tasks-drawn]")
    page.click("#whatif-open")
    page.wait_for_selector("#whatif[data-state=ready]")
    page.select_option("#whatif-category", "pharmacy")
    box = page.locator("#canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.45)
    page.wait_for_selector("#whatif[data-answers='1']")
    page.fill("#whatif-name", "一处药店")
    page.click("#whatif-save button")
    page.wait_for_selector("#whatif-saved a")
    assert list((served.city / "scenarios").glob("*.yaml"))
    page.click("#whatif-task button")
    page.wait_for_url("**/ledger/*-*/")
    assert page.inner_text("h1") == "一处药店"


def test_a_ledger_goes_out_and_comes_in_again_as_a_comparison(as_role, served, tmp_path):
    page = as_role("dispatcher", "/ledger/new/")
    page.fill("[name=title]", "整治背街小巷")
    page.locator("form.stack button.first").click()
    page.wait_for_url("**/ledger/*-*/")
    path = page.url.removeprefix(served.url)
    page.goto(f"{served.url}/ledger/")
    with page.expect_download() as downloading:
        page.locator("a[href*='tasks.xlsx']").click()
    file = tmp_path / "ledger.xlsx"
    downloading.value.save_as(file)
    change_title(file, "整治背街小巷", "整治背街小巷和里弄")

    page = as_role("dispatcher", "/ledger-files/")
    page.set_input_files("#file", file)
    page.locator("form.fields button.first").click()
    page.wait_for_url("**/ledger-files/*-*/")
    assert "整治背街小巷和里弄" in page.inner_text("main")
    assert page.locator("ul.counts li").nth(1).inner_text() == "1 changed"
    page.click("[name=carry]")
    page.wait_for_selector("a.button.first")
    assert as_role("dispatcher", path).inner_text("h1") == "整治背街小巷和里弄"


def change_title(file: Path, was: str, becomes: str) -> None:
    book = openpyxl.load_workbook(file)
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value == was]
    assert cells, "the title is not in the file"
    for cell in cells:
        cell.value = becomes
    book.save(file)
