"""The documentation site in a real browser, opened from a folder as a reader would.

Needs Debian's chromium (packages.txt) and the site of `make site`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium")
SITE = Path(__file__).resolve().parents[2] / "build/site"
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
SIZES = ({"width": 1440, "height": 900}, {"width": 390, "height": 844})
PAGES = ("index", "indicators/coordination.five_elements", "standards/cn.gb50180_2018", "find/rows")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs Debian's chromium (packages.txt)")
    if not (SITE / "index.html").is_file():
        pytest.skip("needs the site: make site")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


def address(lang: str, path: str) -> str:
    return f"file://{SITE}/{lang}/{path}.html"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone"])
def test_pages_ask_for_nothing_from_elsewhere_and_fit_the_screen(page, lang, size):
    requests: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.set_viewport_size(size)
    for path in PAGES:
        page.goto(address(lang, path))
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert faults == []


@pytest.mark.parametrize(
    ("lang", "words", "found"),
    [("en", "kindergarten", "/indicators/"), ("zh", "幼儿园", "/indicators/"),
     ("en", "ledger", "office/ledger.html"), ("zh", "台账", "glossary.html")],
)  # fmt: skip
def test_search_finds_things_in_both_languages_without_a_server(page, lang, words, found):
    page.goto(address(lang, "index"))
    field = page.locator(".md-search__input")
    field.click()
    field.fill(words)
    field.press("End")  # the theme listens for keys, and filling presses none
    page.wait_for_selector(".md-search-result__item", timeout=60_000)
    links = page.locator(".md-search-result__link").evaluate_all("all => all.map(a => a.href)")
    assert any(found in link for link in links[:3]), links[:5]
    assert (
        words in page.locator(".md-search-result__list").inner_text().replace("\u200b", "").lower()
    )


def test_the_other_language_is_the_same_page_and_section(page):
    page.goto(address("en", "indicators/form.street_density") + "#worked")
    page.locator("[data-language-switch]").click()
    page.wait_for_url("**/zh/indicators/form.street_density.html#worked")
    assert page.locator("html").get_attribute("lang") == "zh"
