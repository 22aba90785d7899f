"""Pages in a real browser: long names leave room, a phone shows the page first, print is whole.

Needs Debian's chromium (packages.txt).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from served_office import ServedOffice, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
LONG = "关于进一步加快推进中心城区老旧小区综合整治提升工程暨无障碍设施建设与加装电梯项目" * 3
SMALL = """() => [...document.querySelectorAll('main :is(a, button, summary, select, .box)')]
  .filter((each) => each.offsetHeight && getComputedStyle(each).display !== 'inline')
  .filter((each) => each.offsetHeight < 43).map((each) => each.outerHTML.slice(0, 90))"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedOffice]:
    with serving(ServedOffice(tmp_path_factory.mktemp("looks")), tasks=2) as found:
        with sqlite3.connect(found.city / "office" / "office.sqlite3") as opened:
            opened.execute("UPDATE ledger_task SET title = ?", (LONG,))
        opened.close()
        yield found


@pytest.fixture
def opened(served: ServedOffice, browser: Browser) -> Iterator[Any]:
    contexts = []

    def opens(path: str, size: Any) -> Page:
        context = browser.new_context(viewport=size)
        contexts.append(context)
        context.add_cookies(served.cookies("dispatcher", "zh-hans"))
        page = context.new_page()
        page.goto(served.url + path)
        return page

    yield opens
    for context in contexts:
        context.close()


def widths(page: Page, chosen: str) -> list[float]:
    return page.eval_on_selector_all(chosen, "found => found.map(each => each.clientWidth)")


def test_a_long_name_does_not_break_the_words_beside_it(opened):
    page = opened("/ledger/", DESKTOP)
    assert LONG in page.inner_text("table.tasks")
    assert min(widths(page, "table.tasks tbody td")) > 60


def test_on_a_phone_the_bar_leaves_the_screen_to_the_page(opened):
    page = opened("/ledger/", PHONE)
    bar = page.locator("header.bar").bounding_box()
    assert bar is not None
    assert bar["height"] < 110
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("path", ["/ledger/", "/ledger/new/", "/to-do/", "/supervision/"])
def test_what_is_tapped_on_a_phone_is_large_enough(opened, path):
    assert opened(path, PHONE).evaluate(SMALL) == []


def test_a_task_is_printed_without_what_only_a_screen_can_do(opened, served):
    page = opened(f"/ledger/{served.made['tasks'][0]['number']}/", DESKTOP)
    page.emulate_media(media="print")
    assert page.locator("main button:visible, .bar:visible, .rules:visible").count() == 0
    assert page.locator("h1:visible, .way:visible, .history:visible").count() == 3
