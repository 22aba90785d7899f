"""One call of the kernel per network answers all indicators, and each question is understood."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from town import cell_at, measured, town
from urbanwork.measures.names import MEASURES, resolve
from urbanwork.measures.shared import EXITS, Access
from urbanwork.measures.target import Asked, Target, completeness_key, of

LEGEND = {
    "A": "primary_school", "B": "bus_stop", "F": "fire_station", "P": ("park", 9_000.0),
    "T": "timetable_stop", "R": "rail_station",
}  # fmt: skip
DRAWING = """
A--2--+--3--#
   |  |
B--+--P--1--R
   |     |
F--4-----+-T.
"""
H06 = {"small_m2": 2_000, "large_m2": 5_000, "small_radius_m": 300, "large_radius_m": 500}
FIRE = {"turnout_min": 1, "total_min": 5}
ON_FOOT = [
    ("reach_share", {"category": "primary_school", "radius_m": 500}),
    ("reach_share", {"category": "primary_school", "radius_m": 1_000}),
    ("circle_completeness", {"categories": ["bus_stop", "park"], "radii_m": [300, 500]}),
    ("nearest_distance", {"category": "bus_stop", "limit_m": 1_500}),
    ("convenient_transit_share", {"low_radius_m": 500, "high_radius_m": 1_000}),
    ("frequent_transit_share", {"radius_m": 500, "headway_min": 10}),
    ("park_walk_share", H06),
    ("people_seen_share", {"radius_m": 1_000}),
]
COUNTS = [
    ("choice_count", {"category": "primary_school", "radius_m": 500}),
    ("choice_count", {"category": "bus_stop", "radius_m": 800}),
]
BY_CAR = [("fire_cover_share", FIRE), ("fire_land_share", FIRE)]


@pytest.fixture
def city():
    return town(DRAWING, legend=LEGEND, headways={"T": 10})


def kernel_calls(city, calls):
    access = Access.for_indicators(city, calls)
    for name, parameters in calls:
        resolve(name)(access, **parameters)
    return access.kernel_calls


@pytest.mark.parametrize("calls", [ON_FOOT, BY_CAR])
def test_all_indicators_of_a_network_share_one_search(city, calls):
    assert kernel_calls(city, calls) == 1


def test_all_counts_share_one_search_beside_that_of_the_exits(city):
    assert kernel_calls(city, COUNTS) == 2


@pytest.mark.parametrize("call", [*ON_FOOT, *BY_CAR], ids=lambda call: call[0])
def test_a_measure_asks_for_all_that_it_uses(city, call):
    """Announced too little, a measure would search again and the whole run would be slow."""
    assert kernel_calls(city, [call]) == 1


def test_a_city_without_rail_needs_no_search_of_its_own_for_it():
    bare = town("B--1", legend=LEGEND, missing=["place:rail_station"])
    assert kernel_calls(bare, [ON_FOOT[0], ON_FOOT[4]]) == 1


def test_together_and_alone_the_answers_are_the_same(city):
    together = Access.for_indicators(city, ON_FOOT)
    for name, parameters in ON_FOOT:
        alone = measured(city, name, **parameters)
        shared = resolve(name)(together, **parameters)
        assert np.array_equal(shared.numerator, alone.numerator)
        assert np.array_equal(shared.state, alone.state)


def test_a_question_that_was_not_announced_is_answered_all_the_same(city):
    access = Access(city)
    assert access.walk(of("primary_school"), within_m=300).distance[3] == 300
    assert access.walk(of("primary_school"), within_m=1_000).distance[9] == 900
    assert access.walk(of("bus_stop"), within_m=100).limit >= 100


def test_the_nearest_place_is_known_by_its_row(city):
    found = Access(city).walk(of("primary_school"), within_m=1_000)
    assert city.places.name[found.place[cell_at(city, 3, 0)]] == "A"
    assert Access(city).walk(EXITS, within_m=2_000).place.max() == -1


def test_places_too_thin_to_be_judged_are_not_searched(city):
    bare = town(DRAWING, legend=LEGEND, missing=["place:primary_school"])
    calls = [("reach_share", {"category": "primary_school", "radius_m": 500})]
    assert kernel_calls(bare, calls) == 0


def test_what_is_asked_adds_up_to_the_farthest():
    asked = Asked({of("post"): 300.0}) + Asked({of("post"): 500.0, of("park"): 100.0}, seen_m=2_000)
    assert asked.walk_m == {of("park"): 100, of("post"): 500}
    assert asked.farthest_walk_m == 2_000


def test_a_place_counts_by_category_area_and_headway(city):
    access = Access(city)
    inside = {"within_m": 10_000}
    assert np.isfinite(access.walk(Target(("park",), min_area_m2=9_000), **inside).distance[3])
    assert np.isinf(access.walk(Target(("park",), min_area_m2=9_001), **inside).distance[3])
    stops = ("timetable_stop",)
    assert np.isfinite(access.walk(Target(stops, max_headway_min=10), **inside).distance[3])
    assert np.isinf(access.walk(Target(stops, max_headway_min=9.9), **inside).distance[3])


def test_timetables_are_judged_as_a_layer_and_places_by_category():
    assert completeness_key("timetable_stop_high") == "layer:timetable"
    assert Target(("bus_stop", "post")).completeness_keys == ("place:bus_stop", "place:post")


def test_points_find_the_cell_that_they_lie_in(city):
    access = Access(city)
    cell = access.cell_of(np.array([140.0, 160.0, 5_000.0]), np.array([10.0, 10.0, 0.0]))
    assert cell.tolist() == [1, 2, -1]


def test_a_little_outside_the_outline_still_counts_as_seen(city):
    left, bottom, right, top = city.extent.bounds
    narrower = replace(city, extent=shapely.box(left + 120, bottom, right, top))
    seen = Access(narrower).is_seen
    assert seen[0], "70 m outside"
    narrower = replace(city, extent=shapely.box(left + 160, bottom, right, top))
    assert not Access(narrower).is_seen[0], "110 m outside"


@pytest.mark.parametrize("name", MEASURES)
def test_every_name_finds_a_documented_function(name):
    measure = resolve(name)
    assert measure.__name__ == name
    assert len(measure.__doc__ or "") > 80


def test_a_name_that_is_no_measure_is_told_with_those_that_are():
    with pytest.raises(KeyError, match="no measure is called 'reach'; there are building_density"):
        resolve("reach")
