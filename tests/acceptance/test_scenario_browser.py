"""The pages of a scenario and of an audit in a real browser, on a desk and on a phone.

Needs Debian's chromium (packages.txt).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from audited_plan import whole_plan
from planned_town import scenario_page
from urbanwork.planning.audit.run import audit
from urbanwork.reporting.html.audit import build_audit
from urbanwork.reporting.html.scenario import build_scenario

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}

SHOWN = """() => [...document.querySelectorAll('main *, header *, footer *')]
  .filter((node) => node.checkVisibility() && !node.closest('[translate=no], code, .brand, .legend svg'))
  .flatMap((node) => [...node.childNodes].filter((child) => child.nodeType === 3))
  .map((text) => text.textContent.trim()).filter(Boolean)"""  # noqa: E501
PIXELS = """(name) => {
  const canvas = document.querySelector(`.${name} canvas`);
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return new Set(new Uint32Array(data.buffer)).size;
}"""


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
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("scenario")
    whole_plan(folder / "plan")
    made = {
        "scenario": build_scenario(scenario_page(hostile=True)),
        "audit": build_audit(audit(folder / "plan")),
    }
    for name, data in made.items():
        (folder / f"{name}.html").write_bytes(data)
    return {name: folder / f"{name}.html" for name in made}


@pytest.fixture(params=list(SIZES))
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    return SIZES[request.param]


@pytest.fixture(params=["scenario", "audit"])
def any_page(
    request: pytest.FixtureRequest, browser: Browser, files: dict[str, Path], size: dict[str, int]
) -> Iterator[Page]:
    yield from opened(browser, files[request.param], size)


@pytest.fixture
def page(browser: Browser, files: dict[str, Path], size: dict[str, int]) -> Iterator[Page]:
    yield from opened(browser, files["scenario"], size)


def opened(browser: Browser, file: Path, size: dict[str, int]) -> Iterator[Page]:
    """The page; any fault, dialog or request that it makes fails the test."""
    context = browser.new_context(viewport=size)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text))
    page.on("dialog", lambda asked: faults.append(f"dialog {asked.message}"))
    page.on(
        "request",
        lambda asked: faults.append(asked.url) if not asked.url.startswith(("file:", "data:"))
        else None,
    )  # fmt: skip
    page.goto(f"file://{file}")
    waits = "html[data-map]" if "scenario" in file.name else "html[data-ready]"
    page.wait_for_selector(waits, state="attached")
    yield page
    assert faults == []
    context.close()


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")


def test_nothing_scrolls_sideways_even_with_everything_unfolded(any_page: Page) -> None:
    unfold(any_page)
    wide = any_page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_language_is_shown_at_a_time(any_page: Page, language: str) -> None:
    unfold(any_page)
    any_page.click(f"[data-lang={language}]")
    assert any_page.evaluate("document.documentElement.lang").startswith(language)
    texts = any_page.evaluate(SHOWN)
    chinese = [text for text in texts if any("\u4e00" <= letter <= "\u9fff" for letter in text)]
    assert len(texts) > 80
    if language == "en":
        assert chinese == []
    else:
        assert len(chinese) > len(texts) / 4


def test_what_is_pressed_on_a_phone_is_large_enough(any_page: Page) -> None:
    if any_page.viewport_size != SIZES["phone"]:
        pytest.skip("a phone's rule")
    small = any_page.evaluate("""() => [...document.querySelectorAll('button, summary, main a, select, input')]
      .filter((node) => node.checkVisibility() && node.getBoundingClientRect().height < 44)
      .map((node) => node.outerHTML)""")  # noqa: E501
    assert small == []


def test_both_maps_are_drawn_and_the_line_cuts_between_them(page: Page) -> None:
    assert page.evaluate(PIXELS, "before") > 20
    assert page.evaluate(PIXELS, "after") > 20
    page.locator(".slider").fill("20")
    assert (
        page.locator(".after").evaluate("(node) => node.style.clipPath") == "inset(0px 0px 0px 20%)"
    )
    box = page.locator(".stages").bounding_box()
    assert box is not None
    page.locator(".divider").scroll_into_view_if_needed()
    line = page.locator(".divider span").bounding_box()
    assert line is not None
    page.mouse.move(line["x"] + 20, line["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, line["y"] + 20, steps=4)
    page.mouse.up()
    assert abs(int(page.locator(".slider").input_value()) - 75) <= 1


def test_side_by_side_shows_both_whole_and_who_gains_shows_one(page: Page) -> None:
    page.click("button[data-how=sides]")
    assert page.locator(".after").evaluate("(node) => node.style.clipPath") == "none"
    one, two = (page.locator(f".{name} canvas").bounding_box() for name in ("before", "after"))
    assert one is not None
    assert two is not None
    assert (one["width"], one["height"]) == pytest.approx((two["width"], two["height"]), abs=4)
    assert one != two
    page.click("button[data-how=gains]")
    assert page.locator(".before").is_hidden()
    assert page.locator("[data-legend=gains]").is_visible()


def test_a_map_that_is_moved_takes_the_other_with_it(page: Page) -> None:
    page.click("button[data-how=sides]")
    before = page.locator(".before canvas")
    before.focus()
    was = page.evaluate("document.querySelector('.after canvas').toDataURL()")
    before.press("+")
    before.press("ArrowRight")
    assert page.evaluate("document.querySelector('.after canvas').toDataURL()") != was


def test_another_indicator_has_its_own_legend(page: Page) -> None:
    page.select_option("#which", index=2)
    assert page.locator("[data-legend='2']").is_visible()
    assert page.locator("[data-legend='0']").is_hidden()
