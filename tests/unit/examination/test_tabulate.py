"""From cells to areas and city: sums, bounds, coverage, and why a value is missing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measuredtown import HECTARES, indicator, measured, ratio, reach
from urbanwork.examination.tabulate import all_values, cell_values
from urbanwork.measures.ratio import CellRatio
from urbanwork.quantities.measured import Reason


def values_of(cells, people, *, of=None, **town):
    """Values of the areas and, last, of the city, of one indicator."""
    one = of or indicator()
    return all_values(measured({one.id: cells}, people, **town), {one.id: one})[one.id]


def city_of(cells, people, **town):
    return values_of(cells, people, **town)[-1]


def test_the_value_of_an_area_is_the_ratio_of_its_sums_and_not_the_mean_of_its_cells():
    north, south, city = values_of(reach([90, 10, 50], "rnn"), [90, 10, 50], areas="NNS")
    assert (north.measured.value, south.measured.value) == (90, 0)
    assert city.measured.value == 60


def test_a_value_keeps_what_it_was_made_from():
    value = city_of(reach([90, 10], "rn"), [90, 10]).measured
    assert (value.numerator, value.denominator, value.value) == (90, 100, 90)


def test_unknown_people_lower_the_coverage_and_widen_the_bounds():
    value = city_of(reach([60, 20, 20], "rnu"), [60, 20, 20]).measured
    assert value.value == 75
    assert (value.lower, value.upper, value.coverage) == (60, 80, 0.8)


def test_an_area_that_is_mostly_unknown_has_no_data_and_says_why():
    value = city_of(reach([40, 60], "ru"), [40, 60])
    assert value.measured.reason == Reason.BEYOND_EDGE
    assert "Only 40%" in value.note_en
    assert "40%" in value.note_zh


def test_an_area_where_nobody_lives_has_no_share_of_people():
    empty, _, _ = values_of(reach([0, 10], "er"), [0, 10], areas="NS")
    assert empty.measured.reason == Reason.NO_PEOPLE
    assert empty.people_short == 0


def test_an_area_without_the_land_that_is_measured_says_so():
    land = indicator(support="residential_land")
    value = city_of(ratio([0, 0], [0, 0]), [5, 5], of=land)
    assert value.measured.reason == Reason.NO_LAND


def test_too_few_people_for_an_honest_share_are_no_data():
    few = indicator(smallest_people=30.0)
    assert city_of(reach([29], "r"), [29], of=few).measured.reason == Reason.TOO_SMALL
    assert city_of(reach([30], "r"), [30], of=few).measured.reason is None


def test_a_figure_for_land_needs_eight_hectares():
    density = indicator(support="built_up_land", unit="km/km2")
    streets = ratio([100, 100], [1, 1], scale=1.0, is_share=False)
    small = city_of(streets, [5, 5], of=density, land_m2=3.9 * HECTARES)
    assert small.measured.reason == Reason.TOO_SMALL
    assert "7.8 ha" in small.note_en
    large = city_of(streets, [5, 5], of=density, land_m2=4.1 * HECTARES)
    assert large.measured.value == 100


def test_what_the_whole_city_lacks_no_area_has():
    none = CellRatio.no_data(2, Reason.NONE_MAPPED, "Not one.", "一处也没有。")
    for value in values_of(none, [5, 5], areas="NS"):
        assert (value.measured.value, value.measured.reason) == (None, Reason.NONE_MAPPED)
        assert (value.note_en, value.note_zh) == ("Not one.", "一处也没有。")


def test_an_area_where_an_input_is_a_hole_in_the_data_has_no_data():
    notes = ("Buildings mapped there: 1.", "1 栋。")
    north, south, city = values_of(
        reach([50, 50], "rn"), [50, 50], areas="NS",
        thin={"place:primary_school": {"S": notes}, "layer:buildings": {"N": notes}},
    )  # fmt: skip
    assert (north.measured.value, city.measured.value) == (100, 50)
    assert south.measured.reason == Reason.IMPLAUSIBLY_FEW
    assert (south.note_en, south.note_zh) == notes
    assert south.people_short == 0


# Ranges of estimated people


def test_a_number_that_grows_with_people_has_their_range():
    per_place = ratio([1_000], [2], scale=1.0, is_share=False, people_power=1)
    value = city_of(per_place, [1_000], spread=(0.5, 3.0)).measured
    assert (value.value, value.lower, value.upper) == (500, 250, 1_500)


def test_a_number_that_falls_with_people_has_the_inverse_of_their_range():
    park = ratio([8_000], [1_000], scale=1.0, is_share=False, people_power=-1)
    value = city_of(park, [1_000], spread=(0.5, 2.0)).measured
    assert (value.value, value.lower, value.upper) == (8, 4, 16)


def test_a_share_of_people_does_not_change_with_their_number():
    value = city_of(reach([50, 50], "rn"), [50, 50], spread=(0.5, 2.0)).measured
    assert (value.lower, value.upper) == (50, 50)


def test_a_number_without_people_and_without_an_edge_has_no_range():
    value = city_of(ratio([10], [2], scale=1.0, is_share=False), [5]).measured
    assert (value.value, value.lower, value.upper) == (5, None, None)


# People for whom it falls short


def test_short_of_a_share_of_people_fall_those_who_are_not_reached():
    assert city_of(reach([60, 20, 20], "rnu"), [60, 20, 20]).people_short == 20


def test_short_of_a_reach_of_land_fall_those_who_live_on_what_is_not_reached():
    """Nobody lives on the second cell, 30 people on the third, which is half covered."""
    land = ratio([100, 0, 50], [100, 100, 100], state=[1, 2, 1])
    value = city_of(land, [60, 0, 30], of=indicator(support="residential_land"))
    assert value.people_short == 15


def test_short_of_a_density_fall_all_who_live_there():
    density = indicator(support="built_up_land")
    value = city_of(ratio([1, 1], [1, 1], scale=1.0, is_share=False), [60, 40], of=density)
    assert value.people_short == 100


# Cells


def test_the_value_of_a_cell_is_nan_where_nothing_is_known():
    values = cell_values(reach([5, 5, 5], "rnu"))
    assert values[:2].tolist() == [100, 0]
    assert np.isnan(values[2])


# What must always hold

PARTS = st.lists(
    st.tuples(st.floats(0, 1e4), st.floats(0, 1), st.floats(0, 1e3), st.sampled_from("NESW")),
    min_size=1, max_size=30,
)  # fmt: skip


@given(PARTS)
def test_areas_recombine_to_the_city(parts):
    """The city's numerator and denominator are the sums of those of its areas."""
    known = np.array([part[0] for part in parts]) + 1.0
    numerator = known * np.array([part[1] for part in parts])
    cells = ratio(numerator, known, unknown=np.zeros(len(parts)))
    *areas, city = values_of(cells, known, areas="".join(part[3] for part in parts))
    numerators = sum(each.measured.numerator for each in areas)
    denominators = sum(each.measured.denominator for each in areas)
    assert city.measured.value == pytest.approx(100 * numerators / denominators, rel=1e-9)


@given(PARTS)
def test_the_value_lies_within_its_bounds(parts):
    known = np.array([part[0] for part in parts]) + 1.0
    numerator = known * np.array([part[1] for part in parts])
    unknown = np.array([part[2] for part in parts])
    value = city_of(ratio(numerator, known, unknown=unknown), known).measured
    if value.value is not None:
        slack = 1e-9 * max(1.0, value.value)
        assert value.lower - slack <= value.value <= value.upper + slack
