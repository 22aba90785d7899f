"""The page of a scenario: one file, both languages, nothing that is for fewer readers."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import numpy as np
import pytest

from planned_town import KINDERGARTEN, SECRET, scenario_page, without_map
from urbanwork.planning.whatif.outcome import AreaLine, Band
from urbanwork.reporting.html.pack import unpack
from urbanwork.reporting.html.scenario import _difference, build_scenario, moved_people


@pytest.fixture(scope="module")
def page() -> str:
    return build_scenario(scenario_page()).decode()


def data_of(page: str) -> tuple[dict, dict[str, np.ndarray]]:
    import base64

    found = re.search(r'id="data">([^<]*)<', page)
    assert found is not None
    return unpack(base64.b64decode(found[1]))


def test_the_same_input_gives_the_same_bytes_and_asks_for_nothing(page: str) -> None:
    assert build_scenario(scenario_page()).decode() == page
    assert "default-src 'none'" in html.unescape(page)
    assert not re.search(r"(src|href)=\"(https?:)?//", page)
    assert "<img" not in re.sub(r"&lt;.*?&gt;", "", page)


def test_text_of_the_plan_is_never_markup() -> None:
    page = build_scenario(scenario_page(hostile=True)).decode()
    assert "<script>alert(1)" not in page


def test_nothing_that_is_for_few_is_in_a_public_page(page: str) -> None:
    header, _ = data_of(page)
    read = re.sub(r'<script type="application[^<]*</script>', "", page)
    plain = html.unescape(read) + repr(header)
    for word in (SECRET, "cn.bunker", "of_secret_zone", "restricted", "z1"):
        assert word not in plain, word
    assert len(header["changes"]) == 4
    assert 'class="big">1</span> <span><svg' in page  # one breach, not two


def test_readers_who_may_see_it_do(page: str) -> None:
    shown = html.unescape(build_scenario(scenario_page(visibility="restricted")).decode())
    assert SECRET in shown
    assert "cn.bunker" in shown


def test_breaches_come_first_with_their_cure_and_the_number_of_the_change(page: str) -> None:
    order = [page.index(rule) for rule in ("cn.green_line", "cn.fire_exits")]
    assert order == sorted(order)
    assert "Move it 40 m to the east." in page
    assert "2 h1" in page


def test_the_maps_hold_classes_before_and_after_and_who_gains(page: str) -> None:
    given = scenario_page()
    header, arrays = data_of(page)
    people = given.people_of_cells[0]
    looks = {key: people[each.before != each.after].sum() for key, each in given.maps.items()}
    keys = sorted(looks, key=lambda key: -looks[key])
    for number, key in enumerate(keys):
        for name in ("before", "after", "gain"):
            assert np.array_equal(arrays[f"{name}_{number}"], getattr(given.maps[key], name))
    assert header["changes"][0]["at"] is not None
    assert header["changes"][1]["is_area"]
    assert header["changes"][3]["at"] is None  # a place that is named, not drawn


def test_every_change_says_who_proposes_it(page: str) -> None:
    rows = page[page.index('id="changes"') :]
    assert rows.count("Planning Bureau") == 3
    assert "Education Bureau" in rows
    assert "on the old depot" in rows


def test_a_scenario_that_changes_nothing_says_so() -> None:
    page = build_scenario(without_map()).decode()
    for words in ("No cell of the map changes.", "指标均无变化。", "No bottom line is shown here."):
        assert words in page
    assert 'id="basemap"' not in page


def test_rounding_of_sums_is_no_change() -> None:
    line = AreaLine("city", 100.0, 100.0 - 1.4e-14, "good", "good", 0.0, 0.0)
    assert _difference(line, "%").en == "±0 points"
    assert _difference(replace(line, after=92.25), "%").zh == "−7.75个百分点"


def test_people_are_counted_once_when_they_come_nearer() -> None:
    line = next(each for each in scenario_page().lines if each.indicator.id == KINDERGARTEN)
    bands = (Band(0.0, 300.0, 10.0, 30.0), Band(300.0, 500.0, 40.0, 20.0))
    assert moved_people(replace(line, bands=bands)) == 20.0


def test_a_map_is_shown_that_changes_only_where_nobody_lives() -> None:
    given = scenario_page()
    line = given.lines[0]
    still = replace(given.maps[line.indicator.id], gain=np.zeros(len(given.people_of_cells[0])))
    after = still.before.copy()
    after[-1] = (after[-1] + 1) % 3
    empty = np.zeros(len(after))
    made = replace(given, maps={line.indicator.id: replace(still, after=after)},
                   people_of_cells=(empty, empty))  # fmt: skip
    assert 'id="basemap"' in build_scenario(made).decode()
    same = replace(made, maps={line.indicator.id: replace(still, after=still.before)})
    assert 'id="basemap"' not in build_scenario(same).decode()
