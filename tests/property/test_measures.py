"""What must hold for every town: nothing depends on where it lies or how it is listed, the bounds
hold what the edge hides, and more places never mean less access."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from town import at_nodes, bounds_of, measured, town, value_of
from town_changes import cut_east_of, moved, reordered
from urbanwork.measures.names import MEASURES
from urbanwork.measures.transit import stop_targets
from urbanwork.quantities.measured import STATES, State

H06 = {"small_m2": 2_000, "large_m2": 5_000, "small_radius_m": 150, "large_radius_m": 250}
LEGEND = {
    "A": "primary_school", "B": "pharmacy", "S": "bus_stop", "F": "fire_station",
    "P": ("park", 2_500.0), "q": ("park", 9_000.0), "T": "timetable_stop", "R": "rail_station",
}  # fmt: skip
HEADWAYS = {"T": 10.0}
CALLS = {
    "reach_share": {"category": "primary_school", "radius_m": 300},
    "reach_straight_share": {"category": "park", "radius_m": 250},
    "circle_completeness": {
        "categories": ["primary_school", "pharmacy", "park"],
        "radii_m": [300, 200, 400],
    },
    "choice_count": {"category": "primary_school", "radius_m": 300},
    "nearest_distance": {"category": "pharmacy", "limit_m": 500},
    "people_per_place": {"category": "primary_school"},
    "convenient_transit_share": {"low_radius_m": 200, "high_radius_m": 400},
    "frequent_transit_share": {"radius_m": 300, "headway_min": 15},
    "mean_headway": {"radius_m": 300},
    "open_space_share": {},
    "land_share": {"kinds": ["green", "forest"]},
    "park_buffer_share": H06,
    "park_walk_share": H06,
    "park_area_per_person": {},
    "fire_cover_share": {"turnout_min": 1, "total_min": 2.8},
    "fire_land_share": {"turnout_min": 1, "total_min": 2.8},
    "street_density": {},
    "intersection_density": {"over": "built_up_land"},
    "building_density": {},
    "floor_area_ratio": {},
    "population_density": {},
    "street_land_share": {},
    "land_use_mix": {"radius_m": 250},
    "dead_end_share": {},
    "pedestrian_detour": {"min_m": 150, "max_m": 500},
    "levels_known_share": {},
    "people_seen_share": {"radius_m": 300},
    "categories_with_data_share": {},
    "street_names_share": {},
    "residential_near_share": {"category": "primary_school", "radius_m": 263},
    "greenway_near_share": {"radius_m": 263},
    "ground_per_place": {"category": "fire_station"},
    "place_area_per_person": {"category": "park", "min_area_m2": 1_000},
    "places_apart_share": {
        "category": "fire_station",
        "others": ["primary_school"],
        "distance_m": 150,
    },
    "unsealed_share": {},
    "cycle_way_density": {},
    "seats_per_1000": {
        "category": "primary_school",
        "radii_m": [200, 400],
        "weights": [1.0, 0.5],
    },
    "seats_enough_share": {
        "category": "primary_school",
        "radius_m": 300,
        "needed_per_1000": 60,
    },
    "places_filled_share": {
        "category": "primary_school",
        "radius_m": 300,
        "needed_per_1000": 60,
    },
}
SHARES = (
    "reach_share", "reach_straight_share", "circle_completeness", "convenient_transit_share",
    "frequent_transit_share", "park_walk_share", "park_buffer_share", "fire_cover_share",
    "fire_land_share",
)  # fmt: skip
MEANS = ("choice_count", "nearest_distance")
DRAWN_CIRCLES = {"residential_near_share", "greenway_near_share", "park_buffer_share"}
ARC_M2 = 60.0
"""What the corners of a drawn circle may cut off a cell of 100 m: 0.12 % of a radius of 263 m,
along a rim of 141 m. The corners keep their bearings when the town is turned."""
ORDER_ONLY = 1e-9
"""Tolerance where a town is listed in another order and nothing moves."""


@st.composite
def drawings(draw, chars="--||++++123ABSFPqTR..", extra=""):
    width, height = draw(st.integers(3, 9)), draw(st.integers(2, 5))
    row = st.text(alphabet=chars + extra, min_size=width, max_size=width)
    rows = draw(st.lists(row, min_size=height, max_size=height))
    rows[0] = "+" + rows[0][1:]  # no margin of spaces, at least one street
    land = draw(st.lists(st.text("rrgfcio..", min_size=width, max_size=width), min_size=height,
                         max_size=height))  # fmt: skip
    return "\n".join(rows), "\n".join(land)


def drawn(drawing, **options):
    streets, land = drawing
    width = len(streets.split("\n")[0])
    return town(
        streets, land=[land], legend=LEGEND, headways=HEADWAYS,
        buildings=[(0, 0, 900.0, 1_800.0, True), (width - 1, 1, 400.0, 400.0, False)], **options,
    )  # fmt: skip


def figures(ratio, order=None):
    order = slice(None) if order is None else order
    return np.stack([part[order] for part in (ratio.numerator, ratio.known, ratio.unknown)])


def same(one, two, order=None, *, measure, tolerance):
    """Whether two ratios agree cell by cell; in sum for a measure of pieces of street, since the
    middle of a drawn piece lies exactly between two cells and rounding decides."""
    if measure == "street_names_share":
        return np.allclose(figures(one).sum(axis=1), figures(two).sum(axis=1))
    order = slice(None) if order is None else order
    if measure in DRAWN_CIRCLES and tolerance > ORDER_ONLY:
        return np.allclose(figures(one, order), figures(two), rtol=0, atol=ARC_M2)
    return np.array_equal(one.state[order], two.state) and np.allclose(
        figures(one, order), figures(two), rtol=tolerance, atol=tolerance
    )


def test_every_measure_of_cells_is_held_by_these_properties():
    of_a_peer = {name for name, module in MEASURES.items() if module == "sampled"}
    assert set(CALLS) == set(MEASURES) - of_a_peer


@pytest.mark.parametrize("measure", CALLS)
@settings(max_examples=12, deadline=None)
@given(drawing=drawings(extra="#>^"), turned=st.floats(-3.2, 3.2), east=st.floats(-1e5, 1e5))
def test_a_town_moved_and_turned_has_the_same_figures(measure, drawing, turned, east):
    city = drawn(drawing)
    there = moved(city, east_m=east, north_m=-east / 3, turned=turned)
    one, two = (measured(each, measure, **CALLS[measure]) for each in (city, there))
    assert same(one, two, measure=measure, tolerance=1e-6)


@pytest.mark.parametrize("measure", CALLS)
@settings(max_examples=12, deadline=None)
@given(drawing=drawings(extra="#>^"), seed=st.integers(0, 99))
def test_a_town_listed_in_another_order_has_the_same_figures(measure, drawing, seed):
    city = drawn(drawing, edge=True)
    other, order = reordered(city, seed)
    one, two = (measured(each, measure, **CALLS[measure]) for each in (city, other))
    assert same(one, two, order, measure=measure, tolerance=ORDER_ONLY)


@pytest.mark.parametrize("measure", SHARES)
@settings(max_examples=40, deadline=None)
@given(drawing=drawings(extra=">^"), column=st.integers(1, 7))
def test_what_an_extract_knows_is_true_of_the_whole_town(measure, drawing, column):
    streets, land = drawing
    city = drawn((streets, re.sub(r"\S", "r", land) if measure == "fire_land_share" else land))
    cut, kept = cut_east_of(city, column * 100.0 + 50)
    assume(stop_targets(cut) == stop_targets(city))
    whole = measured(city, measure, **CALLS[measure])
    seen = measured(cut, measure, **CALLS[measure])
    if whole.reason is not None or seen.reason is not None:
        return
    weight = whole.known[kept]
    true = whole.numerator[kept]
    assert np.all(seen.numerator <= true + 1e-6), "what is seen to be reached is reached"
    assert np.all(true <= seen.numerator + seen.unknown + 1e-6), "no more than the unknown is added"
    assert np.allclose(seen.known + seen.unknown, weight)
    if weight.sum() > 0:
        low, high = bounds_of(seen)
        assert low - 1e-6 <= 100 * true.sum() / weight.sum() <= high + 1e-6


@pytest.mark.parametrize("measure", MEANS)
@settings(max_examples=40, deadline=None)
@given(drawing=drawings(extra=">^"), column=st.integers(1, 7))
def test_a_mean_that_an_extract_knows_of_a_cell_is_that_of_the_whole_town(measure, drawing, column):
    city = drawn(drawing)
    cut, kept = cut_east_of(city, column * 100.0 + 50)
    whole = measured(city, measure, **CALLS[measure])
    seen = measured(cut, measure, **CALLS[measure])
    if whole.reason is not None or seen.reason is not None:
        return
    known = seen.known > 0
    assert np.allclose(seen.numerator[known], whole.numerator[kept][known])


@pytest.mark.parametrize("measure", ["park_walk_share", "park_buffer_share", "choice_count",
                                     "reach_straight_share", "circle_completeness"])  # fmt: skip
@settings(max_examples=25, deadline=None)
@given(drawing=drawings(chars="++++123AB.-|"), where=st.integers(0, 40))
def test_a_new_park_never_lowers_access(measure, drawing, where):
    streets, land = drawing
    streets = "q" + streets[1:]  # both towns have a park, so that there is data
    free = [at for at, char in enumerate(streets) if char == "+"]
    at = free[where % len(free)] if free else 0
    more = streets[:at] + "P" + streets[at + 1 :] if free else streets
    call = {**CALLS[measure], **({"category": "park"} if measure == "choice_count" else {})}
    before = measured(drawn((streets, land)), measure, **call)
    after = measured(drawn((more, land)), measure, **call)
    assert np.all(after.numerator >= before.numerator - 1e-6)


@pytest.mark.parametrize("measure", SHARES)
@settings(max_examples=25, deadline=None)
@given(drawing=drawings(), node=st.integers(0, 44))
def test_a_new_exit_widens_the_bounds_and_never_moves_them_inwards(measure, drawing, node):
    city = drawn(drawing)
    nodes = np.array([node % len(city.cells.id)])
    opened = replace(
        city,
        walk=replace(city.walk, exits=at_nodes(city.walk, nodes)),
        drive=replace(city.drive, exits=at_nodes(city.drive, nodes)),
    )
    before, after = (measured(each, measure, **CALLS[measure]) for each in (city, opened))
    if before.reason is not None or before.known.sum() + before.unknown.sum() == 0:
        return
    assert bounds_of(after)[0] == pytest.approx(bounds_of(before)[0])
    assert bounds_of(after)[1] >= bounds_of(before)[1] - 1e-9


@pytest.mark.parametrize("measure", CALLS)
@settings(max_examples=10, deadline=None)
@given(drawing=drawings(extra="#"))
def test_shares_are_parts_and_states_agree_with_what_is_known(measure, drawing):
    ratio = measured(drawn(drawing, edge=True), measure, **CALLS[measure])
    if ratio.reason is not None:
        return
    assert np.isfinite(figures(ratio)).all()
    assert (figures(ratio) >= 0).all()
    if ratio.is_share:
        assert np.all(ratio.numerator <= ratio.known + 1e-9)
    value = value_of(ratio)
    assert value is None or not ratio.is_share or -1e-9 <= value <= ratio.scale + 1e-9
    empty = ratio.state == STATES.index(State.EMPTY)
    assert np.all(ratio.known[empty] == 0)
    assert np.all(ratio.unknown[empty] == 0)
