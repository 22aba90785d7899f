"""Figures of measures of areas: graded, stored and summed up like shares of people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from measuredtown import indicator, measured, standard
from urbanwork.examination.judging import judge
from urbanwork.examination.stored_figures import load_figures, save_figures
from urbanwork.examination.tabulate import all_values
from urbanwork.measures.figures import Figures
from urbanwork.quantities.measured import Reason

NOTE = ("2020, table.csv", "2020 年，table.csv")


def homes_with_water(north: float, south: float) -> Figures:
    """Percent of 100 homes in each of two areas, and of the city."""
    with_water = np.array([north, south, north + south])
    homes = np.array([100.0, 100.0, 200.0])
    return Figures.of(
        100 * with_water / homes, numerator=with_water, denominator=homes, note=[NOTE] * 3,
        period="2020",
    )  # fmt: skip


def town(figures, one, people=(300.0, 500.0)):
    return measured({}, people, areas="NS", figures={one.id: figures})


def test_a_share_of_homes_concerns_the_people_of_homes_without():
    one = indicator(support="households", measure="statistic_ratio")
    north, south, city = all_values(town(homes_with_water(90, 60), one), {one.id: one})[one.id]
    assert (north.people_short, south.people_short) == (pytest.approx(30), pytest.approx(200))
    assert city.period == "2020"
    assert (north.note_en, north.note_zh) == NOTE


def test_another_figure_concerns_all_people_of_the_area():
    one = indicator(support="reported", measure="statistic_ratio")
    north, *_ = all_values(town(homes_with_water(90, 60), one), {one.id: one})[one.id]
    assert north.people_short == 300


def test_a_missing_figure_keeps_its_reason_and_is_no_zero():
    one = indicator(measure="statistic")
    none = Figures.no_data(3, Reason.NOT_GIVEN, "no table has it", "无此表")
    value = all_values(town(none, one), {one.id: one})[one.id][0]
    assert (value.measured.value, value.measured.reason) == (None, Reason.NOT_GIVEN)
    assert value.note_zh == "无此表"


def test_an_area_below_its_standard_is_a_problem_with_all_its_cells():
    one = indicator(support="households", measure="statistic_ratio")
    city = town(homes_with_water(90, 60), one)
    judged = judge(city, all_values(city, {one.id: one}), {one.id: one}, {one.id: standard()})
    (problem,) = judged.problems.to_pylist()
    assert (problem["area"], problem["people"]) == ("S", pytest.approx(200))
    assert problem["cells"] == [2]
    assert judged.people_with_problem == 500


def test_a_figure_of_the_city_alone_is_a_problem_of_the_city():
    one = indicator(support="reported", measure="statistic")
    figures = Figures.of(
        np.array([np.nan, np.nan, 40.0]), note=[NOTE] * 3,
        reason=[Reason.NOT_GIVEN, Reason.NOT_GIVEN, None],
    )  # fmt: skip
    city = town(figures, one)
    judged = judge(city, all_values(city, {one.id: one}), {one.id: one}, {one.id: standard()})
    assert [each["area"] for each in judged.problems.to_pylist()] == ["city"]


def test_a_shortfall_where_nobody_knows_the_people_is_listed_still():
    one = indicator(support="reported", measure="statistic")
    city = town(homes_with_water(90, 60), one)
    city.areas.people[:] = np.nan
    judged = judge(city, all_values(city, {one.id: one}), {one.id: one}, {one.id: standard()})
    assert [each["people"] for each in judged.problems.to_pylist()] == [None]


def test_figures_are_read_back_as_they_were_written(tmp_path: Path):
    figures = {"a.b": homes_with_water(90, 60), "c.d": Figures.no_data(
        3, Reason.NO_PERIOD, "not these years", "无此年份")}  # fmt: skip
    save_figures(figures, tmp_path)
    back = load_figures(tmp_path)
    assert list(back) == list(figures)
    for key, each in figures.items():
        np.testing.assert_array_equal(back[key].value, each.value)
        np.testing.assert_array_equal(back[key].denominator, each.denominator)
        assert (back[key].reason, back[key].note, back[key].period) == (
            each.reason, each.note, each.period
        )  # fmt: skip


def test_no_figures_are_read_back_as_none(tmp_path: Path):
    save_figures({}, tmp_path)
    assert load_figures(tmp_path) == {}
