"""Gini, Theil and the worst-off, of cells, of areas, of statistics."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from town import town
from urbanwork.measures.figures import Figures
from urbanwork.measures.inequality import gini, theil, worst_area, worst_decile
from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.tables import Tables
from urbanwork.measures.unequal import gini_coefficient, theil_index
from urbanwork.quantities.measured import Reason
from urbanwork.sources.layers import Statistics

OF = "life.distance"


def of_cells(values: list[float | None]) -> CellRatio:
    """The given value in each cell of a person each; None where it is not known."""
    known = np.array([0.0 if each is None else 1.0 for each in values])
    value = np.array([0.0 if each is None else each for each in values])
    return CellRatio(value * known, known, 1 - known, known.astype(np.int8), 1.0, is_share=False)


def of_areas(values: list[float]) -> Figures:
    given = np.array(values)
    return Figures.of(given, note=[("as given", "给定")] * len(values), period="2020")


def tables(*, cells: list[float | None] | None = None, areas: list[float] | None = None) -> Tables:
    """Four cells of one person each: A A / B B; or two areas with 2 people each."""
    city = town("11\n11", areas="AA\nBB")
    return Tables(
        city, np.array([2.0, 2.0, 4.0]), np.full(3, 1e4),
        figures={} if areas is None else {OF: of_areas(areas)},
        ratios={} if cells is None else {OF: of_cells(cells)},
    )  # fmt: skip


def test_gini_of_cells_is_what_a_pencil_gives_for_each_area_and_the_city() -> None:
    found = gini(tables(cells=[0.0, 2.0, 1.0, 1.0]), of=OF)
    # A: one has all of it; B: alike; the city: 0 1 1 2
    assert found.value.tolist() == pytest.approx([0.5, 0.0, 0.375])
    assert found.detail["units"] == "cells"


def test_people_whose_value_is_not_known_are_left_out_and_lower_the_coverage() -> None:
    found = gini(tables(cells=[0.0, 2.0, None, 1.0]), of=OF)
    assert found.coverage.tolist() == pytest.approx([1.0, 0.5, 0.75])


def test_gini_over_areas_compares_areas_even_where_cells_are_known() -> None:
    given = replace(tables(cells=[0.0, 2.0, 1.0, 5.0]), figures={OF: of_areas([1.0, 3.0, 2.0])})
    found = gini(given, of=OF, over="areas")
    assert found.value[2] == pytest.approx(0.25)
    assert np.isnan(found.value[:2]).all()
    assert found.reason[0] is Reason.UNDEFINED
    assert found.note[0][0] == "One area has no difference between areas."
    assert found.period[2] == "2020"


def test_theil_within_and_between_add_up_to_the_total() -> None:
    given = tables(cells=[1.0, 3.0, 2.0, 8.0])
    total, within, between = (
        theil(given, of=OF, part=part)  # type: ignore[arg-type]
        for part in ("total", "within", "between")
    )
    assert within.value[2] + between.value[2] == pytest.approx(total.value[2])
    assert within.value[:2].sum() == pytest.approx(within.value[2])
    assert between.value[:2].sum() == pytest.approx(between.value[2])
    assert between.value[0] < 0 < between.value[1]
    assert total.value[0] == pytest.approx(theil_index(np.array([1.0, 3.0]), np.ones(2)))


def test_between_two_areas_theil_is_what_a_pencil_gives() -> None:
    found = theil(tables(areas=[1.0, 3.0, 2.0]), of=OF)
    expected = 0.25 * np.log(0.5) + 0.75 * np.log(1.5)
    assert found.value[2] == pytest.approx(expected)


def test_inside_areas_nothing_is_known_where_only_areas_are_given() -> None:
    found = theil(tables(areas=[1.0, 3.0, 2.0]), of=OF, part="within")
    assert np.isnan(found.value).all()
    assert found.reason[2] is Reason.NOT_GIVEN


def test_the_worst_area_is_named_with_its_value_and_areas_keep_their_own() -> None:
    found = worst_area(tables(areas=[1.0, 3.0, 2.0]), of=OF)
    assert found.value.tolist() == [1.0, 3.0, 1.0]
    assert found.note[2][0] == "A, the worst of 2 areas."
    lowest = worst_area(tables(areas=[1.0, 3.0, 2.0]), of=OF, better="lower")
    assert lowest.value[2] == 3.0
    assert lowest.detail["worst"] == ["B"]


def test_areas_that_are_equally_bad_are_all_named() -> None:
    found = worst_area(tables(areas=[1.0, 1.0, 1.0]), of=OF)
    assert found.detail["worst"] == ["A", "B"]


def test_the_range_of_the_worst_area_is_that_of_the_area_named() -> None:
    given = of_areas([1.0, 3.0, 2.0])
    given = replace(given, lower=np.array([0.5, 2.0, 1.9]), upper=np.array([1.5, 4.0, 2.1]))
    found = worst_area(replace(tables(), figures={OF: given}), of=OF)
    assert (found.lower[2], found.upper[2]) == (0.5, 1.5)


def test_where_only_the_city_is_known_the_areas_say_why_there_is_no_worst() -> None:
    given = Figures.of(
        np.array([np.nan, np.nan, 2.0]), note=[("not by area", "无分区")] * 2 + [("", "")],
        reason=[Reason.NOT_GIVEN, Reason.NOT_GIVEN, None],
    )  # fmt: skip
    for measure in (worst_area, gini):
        found = measure(replace(tables(), figures={OF: given}), of=OF)
        assert found.note[2] == ("not by area", "无分区")


def test_an_area_without_a_value_is_not_the_worst() -> None:
    found = worst_area(tables(areas=[np.nan, 3.0, 3.0]), of=OF)
    assert found.value[2] == 3.0
    assert found.coverage[2] == pytest.approx(0.5)


def test_the_worst_tenth_is_the_value_that_a_tenth_of_the_people_do_not_get_beyond() -> None:
    city = town("91", areas="AB")
    given = Tables(
        city, np.array([9.0, 1.0, 10.0]), np.full(3, 1e4), ratios={OF: of_cells([5.0, 1.0])}
    )
    assert worst_decile(given, of=OF).value[2] == 1.0
    assert worst_decile(given, of=OF, better="lower").value[2] == 5.0
    assert worst_decile(given, of=OF).detail == {
        "units": "cells", "worst_tenth": 1.0, "best_tenth": 5.0,
    }  # fmt: skip


def test_an_indicator_without_data_hands_on_its_reason() -> None:
    none = CellRatio.no_data(4, Reason.NONE_MAPPED, "No school is mapped.", "无学校。")
    found = gini(replace(tables(), ratios={OF: none}), of=OF)
    assert found.reason == (Reason.NONE_MAPPED,) * 3
    assert found.note[2] == ("No school is mapped.", "无学校。")


def test_an_indicator_that_was_not_measured_is_named() -> None:
    found = gini(tables(), of=OF)
    assert found.reason[2] is Reason.NOT_GIVEN
    assert OF in found.note[2][0]


def test_a_variable_of_statistics_is_compared_between_areas() -> None:
    given = tables()
    city = replace(given.city, statistics=Statistics(
        np.array([0, 1]), np.array([2020, 2020]), np.array(["average_schooling"] * 2, object),
        np.array([8.0, 12.0]), np.array(["census"] * 2, object), np.array(["c.csv:2"] * 2, object),
    ))  # fmt: skip
    found = gini(replace(given, city=city), of="variable:average_schooling")
    assert found.value[2] == pytest.approx(gini_coefficient(np.array([8.0, 12.0]), np.ones(2)))
    assert found.period[2] == "2020"


def test_values_below_0_have_no_gini_and_say_so() -> None:
    found = gini(tables(areas=[-1.0, 3.0, 1.0]), of=OF)
    assert found.reason[2] is Reason.UNDEFINED
    assert "below 0" in found.note[2][0]


def test_one_area_with_people_is_nothing_to_compare() -> None:
    given = replace(tables(areas=[1.0, 3.0, 2.0]), people=np.array([0.0, 2.0, 2.0]))
    assert gini(given, of=OF).reason[2] is Reason.NO_PEOPLE
