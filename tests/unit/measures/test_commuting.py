"""Commuting on made cities: every figure can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

import odtables
from urbanwork.measures.commuting import (
    commute_radius,
    commute_share,
    excess_commute,
    jobs_housing_ratio,
    mean_commute,
    minimum_commute,
    self_containment,
)
from urbanwork.measures.commuting_space import least_ellipse
from urbanwork.measures.journeys import WITHIN_DISC
from urbanwork.measures.transport import cheapest_plan
from urbanwork.quantities.measured import Reason
from urbanwork.sources.layers import OUTSIDE_CITY, Statistics

SWAPPED = [(0, 1, 10, 5.0), (1, 0, 10, 5.0), (0, 0, 0, 1.0), (1, 1, 0, 1.0)]
"""STANDARDS 14: 2 homes (10, 10), 2 jobs (10, 10), c = [[1, 5], [5, 1]], all cross over."""


def test_the_vector_of_the_standards_gives_1_and_an_excess_of_four_fifths() -> None:
    tables = odtables.tables(SWAPPED, shapes=odtables.boxes(2))
    least, excess = minimum_commute(tables), excess_commute(tables)
    assert least.value.tolist() == pytest.approx([1.0, 1.0, 1.0])
    assert excess.value[-1] == pytest.approx(80.0)
    assert mean_commute(tables, unit="km").value[-1] == pytest.approx(5.0)
    assert excess.detail["distances"] == "table"
    assert excess.detail["person_km_least"] == pytest.approx([10, 10])
    assert excess.detail["person_km_actual"] == pytest.approx([50, 50])


def test_areas_add_up_to_the_city_in_the_minimum() -> None:
    flows = [(0, 1, 30), (1, 2, 20), (2, 0, 10), (0, 0, 5)]
    least = minimum_commute(odtables.tables(flows))
    assert least.numerator[:-1].sum() == pytest.approx(least.numerator[-1])
    assert least.value[-1] == pytest.approx(least.numerator[-1] / 65)


def test_the_minimum_takes_straight_lines_for_all_where_one_distance_is_lacking() -> None:
    tables = odtables.tables([(0, 1, 10, 50.0), (1, 0, 10, 50.0)], shapes=odtables.boxes(2))
    least = minimum_commute(tables)
    radius = 11.1 / np.sqrt(np.pi)  # of a disc of 0.1 by 0.1 degree, km
    assert least.value[-1] == pytest.approx(0.5 * radius, rel=0.01)
    assert least.lower[-1] == 0
    assert least.upper[-1] == pytest.approx(WITHIN_DISC * radius, rel=0.01)
    assert least.detail["distances"] == "straight"
    assert "straight lines" in least.note[-1][0]
    assert "直线距离" in least.note[-1][1]


def test_those_who_work_outside_are_not_swapped_and_said_so() -> None:
    flows = [(0, 1, 10), (1, 0, 10), (0, OUTSIDE_CITY, 7, 60.0)]
    tables = odtables.tables(flows, shapes=odtables.boxes(2))
    least = minimum_commute(tables)
    assert least.denominator.tolist() == [10, 10, 20]
    assert "7 who live or work outside" in least.note[-1][0]


def test_excess_speaks_of_the_city_alone() -> None:
    excess = excess_commute(odtables.tables(SWAPPED, shapes=odtables.boxes(2)))
    assert np.isnan(excess.value[:-1]).all()
    assert excess.reason[:2] == (Reason.UNDEFINED, Reason.UNDEFINED)


def test_jobs_over_workers_counts_those_from_outside() -> None:
    flows = [(0, 0, 60), (1, 0, 40), (OUTSIDE_CITY, 0, 20), (1, OUTSIDE_CITY, 10)]
    ratio = jobs_housing_ratio(odtables.tables(flows))
    assert ratio.value[:2].tolist() == pytest.approx([2.0, 0.0])
    assert ratio.value[-1] == pytest.approx(120 / 110)
    assert ratio.reason[2] is Reason.NOT_GIVEN  # nobody of area 2 is in the table
    assert ratio.period[-1] == "2023"


def test_jobs_over_workers_is_taken_from_statistics_where_there_is_no_matrix() -> None:
    text = np.array(["jobs", "employed_population"] * 2, object)
    statistics = Statistics(
        np.array([0, 0, 1, 1]), np.full(4, 2020), text, np.array([30.0, 60.0, 90.0, 60.0]),
        np.full(4, "census", object), np.full(4, "s.csv:2", object),
    )  # fmt: skip
    tables = odtables.tables(shapes=odtables.boxes(2), statistics=statistics)
    assert jobs_housing_ratio(tables).value.tolist() == pytest.approx([0.5, 1.5, 1.0])


def test_self_containment_of_the_city_is_that_of_all_its_workers() -> None:
    flows = [(0, 0, 90), (0, 1, 10), (1, 1, 50), (1, OUTSIDE_CITY, 50)]
    share = self_containment(odtables.tables(flows, shapes=odtables.boxes(2)))
    assert share.value.tolist() == pytest.approx([90, 50, 70])
    assert share.detail["workers_inside_the_city"] == 150


def test_means_and_shares_are_of_those_whose_way_is_known() -> None:
    flows = [(0, 0, 60, 2.0, 20.0), (0, 1, 40, 12.0, 50.0), (1, OUTSIDE_CITY, 100)]
    tables = odtables.tables(flows, shapes=odtables.boxes(2))
    assert mean_commute(tables, unit="km").value[[0, 2]].tolist() == pytest.approx([6, 6])
    assert mean_commute(tables, unit="min").value[0] == pytest.approx(32)
    near = commute_share(tables, within_km=5.0)
    assert near.value[0] == pytest.approx(60)
    assert near.coverage.tolist() == pytest.approx([1, 0, 0.5])
    assert near.reason[1] is Reason.NOT_GIVEN
    assert commute_share(tables, within_min=50.0).value[0] == pytest.approx(100)
    assert commute_share(tables, within_km=12.0).value[0] == pytest.approx(60)  # less than 12


def test_times_come_from_statistics_where_the_matrix_has_none() -> None:
    statistics = Statistics(
        np.array([0]), np.array([2022]), np.array(["mean_commute_time"], object),
        np.array([33.0]), np.array(["report"], object), np.array(["s.csv:2"], object),
    )  # fmt: skip
    given = odtables.tables([(0, 1, 40, 5.0)], statistics=statistics)
    assert mean_commute(given, unit="min").value[0] == 33
    without = mean_commute(odtables.tables([(0, 1, 40, 5.0)]), unit="min")
    assert without.reason[0] is Reason.LAYER_MISSING
    assert "no column of minutes" in without.note[0][0]


def test_without_a_table_each_measure_says_so_in_both_languages() -> None:
    tables = odtables.tables()
    for figures in (
        jobs_housing_ratio(tables), self_containment(tables), mean_commute(tables, unit="km"),
        minimum_commute(tables), excess_commute(tables), commute_radius(tables),
        commute_share(tables, within_min=45.0), commute_share(tables, within_km=3.0),
    ):  # fmt: skip
        assert set(figures.reason) == {Reason.LAYER_MISSING}
        assert "commutes:" in figures.note[0][0]
        assert "commutes:" in figures.note[0][1]


def test_years_after_the_examination_are_not_used() -> None:
    tables = odtables.tables([(0, 1, 40, 5.0)], as_of="2022-12-31")
    assert self_containment(tables).reason[-1] is Reason.LAYER_MISSING


def test_few_workers_are_flagged() -> None:
    note = self_containment(odtables.tables([(0, 0, 7), (1, 1, 500)])).note
    assert "only 7 workers" in note[0][0]
    assert "7 名就业者" in note[0][1]
    assert "only" not in note[1][0]


def test_the_largest_pairs_are_told_with_their_lines() -> None:
    told = self_containment(odtables.tables([(0, 0, 7), (1, 1, 500, 3.0)])).detail
    first = told["largest_pairs"][0]
    assert first == {"home": "area/1", "work": "area/1", "workers": 500.0, "km": 3.0,
                     "minutes": None, "origin": "od.csv:3"}  # fmt: skip


def test_the_range_within_an_area_ends_at_the_mean_of_two_points_of_a_disc() -> None:
    random = np.random.default_rng(7)
    angle, radius = random.random((2, 20000)) * 2 * np.pi, np.sqrt(random.random((2, 20000)))
    x, y = radius * np.cos(angle), radius * np.sin(angle)
    assert np.hypot(x[0] - x[1], y[0] - y[1]).mean() == pytest.approx(WITHIN_DISC, rel=0.01)


def test_the_radius_of_a_disc_of_commuters_is_that_of_nine_tenths_of_it() -> None:
    disc = np.array([shapely.Point(5000, 0).buffer(10_000, quad_segs=128)], object)
    ellipse = least_ellipse(disc, np.array([100.0]), 0.9)
    assert ellipse is not None
    assert ellipse.long_km == pytest.approx(10 * np.sqrt(0.9), rel=0.05)
    assert ellipse.x == pytest.approx(5000, abs=1)


def test_the_radius_follows_the_row_of_areas_and_names_its_centre() -> None:
    flows = [(0, 0, 100), (1, 0, 100), (2, 0, 100)]
    radius = commute_radius(odtables.tables(flows), covered=90.0, share_of_jobs=50.0)
    ellipse = radius.detail["ellipse"]
    assert radius.detail["centre"] == ["area/0"]
    assert "District 0" in radius.note[-1][0]
    assert ellipse["long_km"] > 2.5 * ellipse["short_km"]
    assert min(ellipse["direction_deg"], 180 - ellipse["direction_deg"]) < 1  # west to east
    assert 11 < radius.value[-1] < 20  # three squares of 11 km in a row: half of it and a little


def test_margins_that_do_not_agree_are_refused() -> None:
    with pytest.raises(ValueError, match="sums to"):
        cheapest_plan(np.array([1.0]), np.array([2.0]), np.ones((1, 1)))


@pytest.mark.parametrize("parameters", [{}, {"within_km": 1.0, "within_min": 2.0}])
def test_a_share_needs_one_limit(parameters: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="within_km or within_min"):
        commute_share(odtables.tables(), **parameters)


def test_ways_within_an_area_that_the_table_lacks_bound_means_and_shares() -> None:
    tables = odtables.tables([(0, 0, 60), (0, 1, 40, 20.0)], shapes=odtables.boxes(2))
    radius = 11.1 / np.sqrt(np.pi)
    mean, near = mean_commute(tables, unit="km"), commute_share(tables, within_km=5.0)
    assert mean.lower[0] == pytest.approx(8)
    assert mean.value[0] == pytest.approx(8 + 0.6 * 0.5 * radius, rel=0.01)
    assert mean.upper[0] == pytest.approx(8 + 0.6 * WITHIN_DISC * radius, rel=0.01)
    assert (near.lower[0], near.value[0], near.upper[0]) == pytest.approx((0, 60, 60))
    given = mean_commute(odtables.tables([(0, 1, 40, 20.0)]), unit="km")
    assert np.isnan(given.lower).all()
