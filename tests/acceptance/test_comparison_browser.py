"""The page of a comparison in a real browser, on a desk, on a phone, and on paper.

Needs Debian's chromium (packages.txt).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compared_towns import two_years
from urbanwork.examination.compare import compare
from urbanwork.reporting.html.comparison import build_comparison

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1440, "height": 900}}

SHOWN = """() => [...document.querySelectorAll('main *, header *, footer *')]
  .filter((node) => node.checkVisibility() && !node.closest('[translate=no], code, .brand'))
  .flatMap((node) => [...node.childNodes].filter((child) => child.nodeType === 3))
  .map((text) => text.textContent.trim()).filter(Boolean)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs Debian's chromium (packages.txt)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield found
        found.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compared")
    path = folder / "page.html"
    path.write_bytes(build_comparison(compare(two_years(folder))))
    return path


@pytest.fixture(params=list(SIZES))
def page(request: pytest.FixtureRequest, browser: Browser, file: Path) -> Iterator[Page]:
    """The page at one size; any fault, dialog or request that it makes fails the test."""
    context = browser.new_context(viewport=SIZES[request.param])
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text))
    opened.on("dialog", lambda asked: faults.append(f"dialog {asked.message}"))
    opened.on(
        "request",
        lambda asked: faults.append(asked.url) if not asked.url.startswith(("file:", "data:"))
        else None,
    )  # fmt: skip
    opened.goto(f"file://{file}")
    opened.wait_for_selector("html[data-ready]", state="attached")
    yield opened
    assert faults == []
    context.close()


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")


def test_nothing_scrolls_sideways_even_with_everything_unfolded(page: Page) -> None:
    unfold(page)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_language_is_shown_at_a_time(page: Page, language: str) -> None:
    unfold(page)
    page.click(f"[data-lang={language}]")
    assert page.evaluate("document.documentElement.lang").startswith(language)
    texts = page.evaluate(SHOWN)
    chinese = [text for text in texts if any("\u4e00" <= letter <= "\u9fff" for letter in text)]
    assert len(texts) > 100
    if language == "en":
        assert chinese == []
    else:
        assert len(chinese) > len(texts) / 4
        assert not [text for text in texts if "the city changed" in text]


def test_what_is_pressed_on_a_phone_is_large_enough(page: Page) -> None:
    if page.viewport_size != SIZES["phone"]:
        pytest.skip("a phone's rule")
    small = page.evaluate("""() => [...document.querySelectorAll('button, summary, main a')]
      .filter((node) => node.checkVisibility() && node.getBoundingClientRect().height < 44)
      .map((node) => node.textContent)""")
    assert small == []


def test_a_changed_indicator_leads_to_its_picture(page: Page) -> None:
    page.locator("#changes table a").first.click()
    target = page.evaluate("location.hash.slice(1)")
    assert page.locator(f"[id='{target}'] svg.course").is_visible()


def test_on_paper_ranks_are_there_and_lists_of_areas_are_not(page: Page) -> None:
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".bar").is_hidden()
    assert page.locator("svg.ranks").first.is_visible()
    assert page.locator(".by-area").first.is_hidden()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
