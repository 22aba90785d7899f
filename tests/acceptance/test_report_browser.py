"""The report in a real browser, opened from a file as a reader would.

Needs Debian's chromium (packages.txt).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from arranged_town import arranged, without_extract
from fixtures_report import HOSTILE, Town, examined, nearest_distance, town
from urbanwork.reporting.html import basemap, build_report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
SCHOOL = "life.primary_school_500m"


@dataclass
class Opened:
    """A page with all that it said and asked for."""

    page: Page
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


Open = Callable[..., Opened]


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
def made() -> Town:
    return town()


@pytest.fixture(scope="module")
def file(made: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_bytes(build_report(examined(made)))
    return path


@pytest.fixture
def opened(browser: Browser, file: Path) -> Iterator[Open]:
    """Opens the report at an address, in a window of its own that is closed after the test."""
    contexts = []

    def opens(
        hash_: str = "", *, size: dict[str, int] = DESKTOP, path: Path = file, script: bool = True
    ) -> Opened:
        context = browser.new_context(
            viewport=size, java_script_enabled=script, has_touch=size is PHONE
        )
        contexts.append(context)
        found = Opened(context.new_page())
        found.page.on("pageerror", lambda error: found.faults.append(str(error)))
        found.page.on("console", lambda said: found.faults.append(said.text))
        found.page.on("dialog", lambda asked: found.faults.append(f"dialog {asked.message}"))
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.goto(f"file://{path}{hash_}")
        if script:
            found.page.wait_for_selector("html[data-ready]", state="attached")
        return found

    yield opens
    for context in contexts:
        context.close()


def visible_texts(page: Page) -> list[str]:
    """Texts that are shown, one a text node, options of the list of indicators too."""
    return page.evaluate("""() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const found = [];
      while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        const text = walker.currentNode.textContent.trim();
        const fixed = parent.closest('script, style, template, noscript, code, pre, .mono, .brand, [translate=no], .map-foot');
        if (text && !fixed && (parent.closest('select') || parent.checkVisibility())) found.push(text);
      }
      return found;
    }""")  # noqa: E501


def test_opening_it_asks_nothing_of_anyone(opened: Open, file: Path) -> None:
    found = opened()
    found.page.wait_for_timeout(300)
    assert found.faults == []
    asked = [url for url in found.requests if not url.startswith("data:")]
    assert asked == [f"file://{file}"]


def test_a_click_on_the_map_explains_the_cell(opened: Open) -> None:
    page = opened(f"#lang=en&i={SCHOOL}").page
    box = page.locator("#canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    panel = page.locator("#panel")
    assert panel.is_visible()
    words = panel.inner_text()
    for part in ("Cell in", "Primary school within 500 m", "estimated", "GB 50180", "--cell"):
        assert part in words
    assert "cell=" in page.url


def test_the_drawn_walk_is_as_long_as_the_measured_distance(made: Town, opened: Open) -> None:
    metres = nearest_distance(made, "primary_school")
    cells = np.flatnonzero((made.city.cells.people > 0) & np.isfinite(metres))[::29]
    page = opened(f"#lang=en&i={SCHOOL}").page
    assert len(cells) > 8
    for cell in cells:
        page.evaluate(f"location.hash = 'lang=en&i={SCHOOL}&cell={made.city.cells.id[cell]:x}'")
        shown = page.locator("#panel [data-path-cm]")
        command = "document.querySelector('#panel pre')?.textContent"
        page.wait_for_function(f"{command}.includes('{made.city.cells.id[cell]:x}')")
        assert float(shown.get_attribute("data-path-cm") or "nan") == round(100 * metres[cell])
        parts = [int(text.replace(",", "").split()[0]) for text in shown.locator(
            "td:first-child").all_inner_texts()]  # fmt: skip
        assert sum(parts[:3]) == parts[3]


def test_a_cell_beyond_the_edge_says_that_it_is_unknown(made: Town, opened: Open) -> None:
    metres = nearest_distance(made, "rail_station")
    hidden = (metres > 800) & (made.city.cells.edge_of_data_m < 480) & (made.city.cells.people > 0)
    cell = made.city.cells.id[np.flatnonzero(hidden)[0]]
    page = opened(f"#lang=en&i=transit.rail_station_800m&cell={cell:x}").page
    assert "edge of the data is nearer than the limit" in page.locator("#panel").inner_text()


def test_a_hole_in_the_data_is_never_called_a_fault(made: Town, opened: Open) -> None:
    cell = made.city.cells.id[50]
    page = opened(f"#lang=en&i=life.kindergarten_300m&cell={cell:x}").page
    words = page.locator("#panel .verdict").inner_text()
    assert "hole in the data" in words
    assert "Not within reach" not in words


@pytest.fixture(scope="module")
def by_point(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("points") / "report.html"
    path.write_bytes(build_report(arranged()))
    return path


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_figure_of_a_point_leads_to_the_map(
    opened: Open, by_point: Path, size: dict[str, int]
) -> None:
    found = opened("#lang=en", path=by_point, size=size)
    page = found.page
    page.locator("#points summary").first.click()
    page.locator(f"#points .go[data-indicator='{SCHOOL}']").click()
    assert page.locator("#indicator").input_value() == SCHOOL
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found.faults == []


def test_a_city_of_areas_alone_draws_its_areas(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(build_report(without_extract()))
    found = opened(f"#lang=en&i={SCHOOL}", path=path)
    page = found.page
    assert page.locator("[data-by]").count() == 0
    box = page.locator("#canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.62 * box["width"], box["y"] + box["height"] / 2)
    assert "GB 50180" in page.locator("#panel").inner_text()
    assert "area=" in page.url
    assert found.faults == []


def test_an_area_shows_the_numbers_of_its_formula(opened: Open) -> None:
    page = opened("#lang=en&i=green.park_500m&by=areas&area=area-03").page
    worked = page.locator("#panel .worked").inner_text()
    assert re.fullmatch(r"≈ [\d,]+ ÷ [\d,]+ \(people\) × 100 = [\d.]+%", worked)
    assert "--area area-03" in page.locator("#panel pre").inner_text()


def test_the_toggle_changes_every_text(opened: Open) -> None:
    page = opened("#lang=en&i=life.market_500m&area=area-01").page
    page.get_by_role("button", name="中文").click()
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    sentences = [
        text for text in visible_texts(page) if re.search(r"(?:[A-Za-z]{2,}[ ,]+){3}", text)
    ]
    assert sentences == []
    assert "lang=zh" in page.url
    assert "菜市场" in page.locator("#panel").inner_text()
    assert "试港" in page.title()


def test_english_shows_no_chinese(opened: Open) -> None:
    page = opened("#lang=en&i=life.market_500m&area=area-01").page
    assert [text for text in visible_texts(page) if re.search(r"[\u4e00-\u9fff]", text)] == []


def test_the_address_brings_back_the_view(opened: Open) -> None:
    first = opened(f"#lang=zh&i={SCHOOL}&by=areas&area=area-02").page
    first.locator("[data-map=in]").click()
    first.wait_for_timeout(500)
    again = opened("#" + first.url.split("#")[1]).page
    assert again.locator("#indicator").input_value() == SCHOOL
    assert again.locator("[data-by=areas]").get_attribute("aria-pressed") == "true"
    assert (
        again.locator("#panel .place").inner_text() == first.locator("#panel .place").inner_text()
    )
    again.locator("[data-map=out]").click()
    again.wait_for_timeout(500)
    assert again.url.split("at=")[1] != first.url.split("at=")[1]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_scrolls_sideways_on_a_phone(opened: Open, lang: str) -> None:
    page = opened(f"#lang={lang}", size=PHONE).page
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.wait_for_timeout(200)
    wide = page.evaluate("""() => [...document.querySelectorAll('body, body *')]
      .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 1
        && getComputedStyle(each).overflowX !== 'visible'
        && getComputedStyle(each).overflowX !== 'hidden')
      .map((each) => each.outerHTML.slice(0, 80))""")
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_map_and_first_finding_fit_one_screen_of_a_phone(opened: Open, lang: str) -> None:
    page = opened(f"#lang={lang}", size=PHONE).page
    for part in ("#canvas", "#legend", ".finding.problem"):
        box = page.locator(part).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= PHONE["height"], part
    map_ = page.locator("#canvas").bounding_box()
    assert map_ is not None
    assert map_["height"] >= 280


def test_targets_on_a_phone_are_large_enough_for_a_thumb(opened: Open) -> None:
    page = opened(f"#lang=en&i={SCHOOL}&area=city", size=PHONE).page
    small = page.evaluate("""() => [...document.querySelectorAll('button, select, summary')]
      .filter((each) => each.checkVisibility())
      .filter((each) => each.getBoundingClientRect().height < 43.5)
      .map((each) => each.outerHTML.slice(0, 90))""")
    assert small == []


def test_a_tap_explains_and_the_sheet_leaves_the_cell_in_sight(opened: Open) -> None:
    page = opened(f"#lang=en&i={SCHOOL}", size=PHONE).page
    box = page.locator("#canvas").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.8)
    sheet = page.locator("#panel").bounding_box()
    assert sheet is not None
    assert sheet["y"] > box["y"] + 80
    assert page.locator("#panel .verdict").is_visible()


def test_names_that_attack_stay_words(opened: Open, tmp_path: Path) -> None:
    hostile = town(hostile=True)
    path = tmp_path / "hostile.html"
    path.write_bytes(build_report(examined(hostile)))
    cell = hostile.city.cells.id[np.argmax(hostile.city.cells.people)]
    found = opened(f"#lang=en&i={SCHOOL}&cell={cell:x}", path=path)
    assert HOSTILE in found.page.locator("#panel").inner_text()
    found.page.evaluate("location.hash = 'lang=en&i=green.park_500m&by=areas&area=area-02'")
    found.page.wait_for_timeout(200)
    assert HOSTILE in found.page.locator("#panel").inner_text()
    assert found.page.locator("img").count() == 0
    assert found.faults == []


def test_a_city_too_large_to_walk_in_a_file_says_where_paths_are(
    opened: Open, made: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(basemap, "MOST_EDGES", 100)
    path = tmp_path / "large.html"
    path.write_bytes(build_report(examined(made)))
    found = opened(f"#lang=en&i={SCHOOL}&cell={made.city.cells.id[200]:x}", path=path)
    assert "`urbanwork explain` gives the path" in found.page.locator("#panel").inner_text()
    monkeypatch.setattr(basemap, "MOST_CELLS", 100)
    path.write_bytes(build_report(examined(made)))
    found = opened(f"#lang=en&i={SCHOOL}", path=path)
    found.page.locator("#canvas").focus()
    found.page.keyboard.press("Enter")
    assert "averaged by people" in found.page.locator("#panel").inner_text()
    assert found.faults == []


def test_hostile_addresses_change_nothing(opened: Open) -> None:
    found = opened("#lang=<img>&i=../../etc&cell=__proto__&at=NaN,1,0&area=%00")
    assert found.page.locator("#panel").is_hidden()
    assert found.faults == []


def test_the_map_can_be_used_with_keys_alone(opened: Open) -> None:
    page = opened(f"#lang=en&i={SCHOOL}").page
    page.locator("#canvas").focus()
    page.keyboard.press("+")
    page.keyboard.press("Enter")
    assert page.locator("#panel").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()
    page.locator("#explain-city").press("Enter")
    page.locator("#panel .cells button").first.press("Enter")
    assert "area=" in page.url


def test_a_problem_leads_to_its_place_on_the_map(opened: Open) -> None:
    page = opened().page
    button = page.locator(".problems .go").first
    area = button.get_attribute("data-area")
    button.click()
    page.wait_for_timeout(200)
    assert f"area={area}" in page.url
    map_ = page.locator("#map").bounding_box()
    assert map_ is not None
    assert map_["y"] < DESKTOP["height"] / 2


def test_without_a_script_all_is_there_but_the_moving_map(opened: Open) -> None:
    page = opened(script=False).page
    for part in (".finding.problem", "#static-map svg path", "svg.bars rect", ".problems tbody tr",
                 "#gaps li", "#sources table"):  # fmt: skip
        assert page.locator(part).first.is_visible(), part
    assert page.locator("#canvas").is_hidden()
    assert page.locator("#copy-link").is_hidden()


def test_every_control_and_picture_has_a_name(opened: Open) -> None:
    page = opened(f"#lang=en&i={SCHOOL}&area=city").page
    nameless = page.evaluate("""() => [...document.querySelectorAll('button, select, a, canvas, aside')]
      .filter((each) => !(each.getAttribute('aria-label') || each.textContent.trim() || each.labels?.length))
      .map((each) => each.outerHTML.slice(0, 80))""")  # noqa: E501
    assert nameless == []
    unspoken = page.locator("svg:not([aria-hidden=true])").count()
    assert unspoken == 0


def test_headings_go_down_one_step_at_a_time(opened: Open) -> None:
    page = opened().page
    levels = page.evaluate(
        "() => [...document.querySelectorAll('main :is(h1, h2, h3, h4)')].map((h) => +h.tagName[1])"
    )
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_ids_are_not_used_twice(opened: Open) -> None:
    page = opened().page
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map((each) => each.id)")
    assert len(ids) == len(set(ids))


def test_on_paper_it_has_numbered_sheets_of_a4_and_open_methods(
    opened: Open, tmp_path: Path
) -> None:
    page = opened().page
    made = page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    sheets = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", made)
    assert 5 <= len(sheets) <= 40
    assert all(abs(float(w) - 595) < 2 and abs(float(h) - 842) < 2 for w, h in sheets)
    page.emulate_media(media="print")
    assert page.locator(".map-tools").is_hidden()
    assert page.locator("#canvas").is_visible()
