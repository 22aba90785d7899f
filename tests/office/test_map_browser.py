"""The map in a real browser: drawn, explained, worked by keys, and what-ifs that recolour it.

Needs Debian's chromium (packages.txt).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from examined_city import sample_city
from served_office import ServedOffice, serving
from urbanwork.examination.run import last_folder
from urbanwork.office.maps.marks import metres
from urbanwork.office.maps.pieces import frame_of
from urbanwork.planning.reading import read_scenario

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PHARMACY = "life.pharmacy_500m"
SERVED = 24.9440, 60.1650
"""Where a pharmacy changes what people reach."""
DRAWN = "#map[data-tasks-drawn]"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedOffice]:
    city = tmp_path_factory.mktemp("map") / "city"
    shutil.copytree(sample_city(), city)
    with serving(ServedOffice(city=city), tasks=2) as found:
        yield found


@pytest.fixture
def opened(served: ServedOffice, browser: Browser) -> Iterator[Any]:
    """Opens a page as a role; a fault of a script fails the test."""
    contexts, faults = [], list[str]()

    def opens(
        path: str, role: str = "dispatcher", size: Any = DESKTOP, language: str = "en"
    ) -> Page:
        context = browser.new_context(viewport=size, has_touch=size is PHONE)
        contexts.append(context)
        context.set_default_timeout(90_000)  # machines of tests are shared
        context.add_cookies(served.cookies(role, language))
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.goto(served.url + path)
        return page

    yield opens
    for context in contexts:
        context.close()
    assert faults == []


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    """A point of the map by its share of width and height."""
    box = page.locator("#canvas").bounding_box()
    assert box is not None
    return box["x"] + box["width"] * x, box["y"] + box["height"] * y


def spot(page: Page, longitude: float, latitude: float) -> tuple[float, float]:
    """Where a point of the city is on the screen, by the view in the address."""
    page.wait_for_url("**at=**")
    x, y, k = (float(each) for each in page.url.split("at=")[1].split("&")[0].split("%2C"))
    east, north = metres(longitude, latitude, frame_of(last_folder(sample_city())))
    box = page.locator("#canvas").bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return middle[0] + (east - x) * k, middle[1] - (north - y) * k


COLOURS = """() => {
  const canvas = document.getElementById('canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""


def colours(page: Page) -> int:
    """How many colours the map shows."""
    return page.evaluate(COLOURS)


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_map_is_drawn_without_a_horizontal_scroll(opened, size, language):
    page = opened(f"/map/#i={PHARMACY}", size=size, language=language)
    page.wait_for_selector(DRAWN)
    assert colours(page) > 30
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("#wait").is_hidden()


def test_classes_of_figures_have_no_colour_of_deadlines(opened):
    page = opened(f"/map/#i={PHARMACY}")
    page.wait_for_selector(DRAWN)
    fills = page.eval_on_selector_all(
        "#legend rect", "found => found.map(each => each.getAttribute('fill'))"
    )
    classes = [each for each in fills if each and each.startswith("#")]
    assert len(classes) > 3
    assert all(int(each[5:], 16) == max(int(each[n : n + 2], 16) for n in (1, 3, 5))
               for each in classes)  # fmt: skip


def test_a_click_on_a_cell_explains_it_and_draws_the_walk(opened):
    page = opened(f"/map/#i={PHARMACY}")
    page.wait_for_selector(DRAWN)
    page.mouse.click(*at(page, 0.62, 0.5))
    page.wait_for_selector(f".explanation[data-indicator='{PHARMACY}']")
    text = page.inner_text("#panel")
    assert "Who answers for it" in text
    assert "Formula" in text
    assert "cell=" in page.url
    assert page.locator("#panel a", has_text="This number is wrong").count() == 1


def test_the_explanation_stays_in_the_address(opened):
    page = opened(f"/map/#i={PHARMACY}")
    page.wait_for_selector(DRAWN)
    page.mouse.click(*at(page, 0.62, 0.5))
    page.wait_for_selector(".explanation")
    again = opened("/map/" + page.url[page.url.index("#") :])
    again.wait_for_selector(".explanation")
    assert again.inner_text(".explanation .figure") == page.inner_text(".explanation .figure")


def test_the_map_works_by_keys_alone(opened):
    page = opened(f"/map/#i={PHARMACY}")
    page.wait_for_selector(DRAWN)
    page.focus("#canvas")
    before = page.evaluate("location.hash")
    for key in ("ArrowRight", "ArrowUp", "+", "+"):
        page.keyboard.press(key)
    page.wait_for_timeout(500)
    assert page.evaluate("location.hash") != before
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.wait_for_selector(".explanation")
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()
    assert page.evaluate("document.activeElement.id") == "canvas"


def test_another_indicator_draws_other_cells(opened):
    page = opened(f"/map/#i={PHARMACY}")
    page.wait_for_selector(DRAWN)
    question = page.inner_text("#question")
    page.select_option("#indicator", "life.library_1000m")
    page.wait_for_selector("#question:not(:empty)")
    page.wait_for_timeout(400)
    assert page.inner_text("#question") != question
    assert "i=life.library_1000m" in page.url


def test_zones_are_drawn_as_far_as_the_post_may_see(opened):
    page = opened("/map/", role="handler")
    page.wait_for_selector(DRAWN)
    page.check("#show-zones")
    page.wait_for_selector("#map[data-zones-drawn='2']", timeout=60_000)


def what_if(page: Page) -> None:
    page.wait_for_selector(DRAWN)
    page.click("#whatif-open")
    page.wait_for_selector("#whatif[data-state=ready]", timeout=60_000)
    page.select_option("#whatif-category", "pharmacy")


def test_a_dropped_place_recolours_the_map_and_can_be_taken_back(opened):
    page = opened(f"/map/#i={PHARMACY}")
    what_if(page)
    page.fill("#whatif-seats", "5")
    page.wait_for_timeout(600)
    page.mouse.click(*spot(page, *SERVED))
    page.wait_for_selector("#whatif[data-answers='1']")
    assert "Pharmacy within a 500 m walk" in page.inner_text("#whatif-lines")
    assert page.locator("#whatif-changes li").count() == 1
    page.mouse.click(*at(page, 0.52, 0.6))
    page.wait_for_selector("#whatif[data-answers='2']")
    page.locator("#whatif-changes button").first.click()
    page.wait_for_selector("#whatif[data-answers='3']")
    assert page.locator("#whatif-changes li").count() == 1


def test_a_street_is_closed_and_a_place_moved(opened):
    page = opened(f"/map/#i={PHARMACY}")
    what_if(page)
    page.check("[name=kind][value=close_street]")
    page.mouse.click(*at(page, 0.5, 0.45))
    page.wait_for_selector("#whatif[data-answers='1']")
    assert "Street closes" in page.inner_text("#whatif-changes")


def test_what_cannot_be_is_said_and_left_out(opened):
    page = opened(f"/map/#i={PHARMACY}")
    what_if(page)
    page.mouse.click(*at(page, 0.27, 0.95))
    page.wait_for_selector("#whatif-said:has-text('outside the city')")
    assert page.locator("#whatif-changes li").count() == 0


def test_a_scenario_is_saved_reopened_and_made_a_task(opened, served):
    page = opened(f"/map/#i={PHARMACY}")
    what_if(page)
    page.mouse.click(*at(page, 0.5, 0.45))
    page.wait_for_selector("#whatif[data-answers='1']")
    page.fill("#whatif-name", "一处药店")
    page.click("#whatif-save button")
    page.wait_for_selector("#whatif-saved a")
    files = list((served.city / "scenarios").glob("*.yaml"))
    assert read_scenario(files[0]).changes[0].category == "pharmacy"
    again = opened(f"/map/#scenario={files[0].name}")
    again.wait_for_selector("#whatif[data-answers='1']", timeout=60_000)
    assert again.locator("#whatif-changes li").count() == 1
    page.click("#whatif-task button")
    page.wait_for_url("**/ledger/**")
    assert "一处药店" in page.inner_text("h1, main")


def test_a_phone_can_try_what_ifs(opened):
    page = opened(f"/map/#i={PHARMACY}", size=PHONE, language="zh-hans")
    what_if(page)
    page.locator("#canvas").scroll_into_view_if_needed()
    page.touchscreen.tap(*at(page, 0.5, 0.45))
    page.wait_for_selector("#whatif[data-answers='1']")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_wrong_number_is_reported_from_the_map(opened, served):
    page = opened(f"/map/#i={PHARMACY}&area=city")
    page.wait_for_selector(".explanation")
    page.click("#panel a:has-text('This number is wrong')")
    page.select_option("[name=action]", "add")
    page.fill("[name=lon]", "24.944")
    page.fill("[name=lat]", "60.165")
    page.fill("[name=evidence]", "visited")
    page.click("main button.first")
    page.wait_for_url("**/ledger/**")
    assert "pharmacy" in page.inner_text("main").lower()


def test_the_first_page_leads_to_a_problem_on_the_map(opened):
    page = opened("/")
    link = page.locator(".problems tbody th a").first
    title = link.inner_text()
    link.click()
    page.wait_for_selector(".explanation")
    assert title in page.inner_text("#panel")
