"""Measures of statistics: years, totals, origins, and what is said when figures are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from rastertown import Row, raster_town
from urbanwork.errors import UserError
from urbanwork.measures.names import AREA_MEASURES, resolve_of_areas
from urbanwork.measures.statistics import (
    statistic,
    statistic_change,
    statistic_difference,
    statistic_ratio,
    statistic_shortfall,
)
from urbanwork.measures.tabled import found
from urbanwork.measures.tables import Tables
from urbanwork.quantities.measured import Reason

PEOPLE, URBAN, GDP, LAND = (
    "resident_population", "urban_population", "gross_domestic_product", "land_area",
)  # fmt: skip


def given(*rows: Row, as_of: str = "2024-01-01", breaks: Sequence[str | None] = ()) -> Tables:
    """A city of the areas A and B with these rows of statistics."""
    tables = raster_town("AB", statistics=rows, as_of=as_of)
    if breaks:
        marked = replace(tables.city.statistics, break_=np.array(breaks, object))
        tables.city = replace(tables.city, statistics=marked)
    return tables


def of_areas(variable: str, year: int, *values: float) -> list[Row]:
    return [(area, year, variable, value) for area, value in enumerate(values)]


def test_the_city_is_the_sum_of_its_areas_where_no_table_states_it() -> None:
    figures = statistic(given(*of_areas(PEOPLE, 2020, 3, 4)), variable=PEOPLE)
    assert figures.value.tolist() == [3, 4, 7]
    assert "all areas" in figures.note[-1][0]
    assert figures.period == ("2020", "2020", "2020")


def test_a_stated_figure_of_the_city_goes_before_the_sum() -> None:
    tables = given(*of_areas(PEOPLE, 2020, 3, 4), (None, 2020, PEOPLE, 7.5))
    assert statistic(tables, variable=PEOPLE).value.tolist() == [3, 4, 7.5]


def test_without_one_area_the_city_is_missing_and_the_area_named() -> None:
    tables = given(*of_areas(PEOPLE, 2010, 1, 1), (0, 2020, PEOPLE, 3), (0, 2020, GDP, 6))
    figures = statistic(tables, variable=GDP)
    assert np.isnan(figures.value[1:]).all()
    assert figures.reason[1:] == (Reason.NOT_GIVEN, Reason.NOT_GIVEN)
    lacking = tables.city.areas.name[1]
    assert f"in 2020 {lacking} lack" in figures.note[-1][0]


def test_all_areas_are_compared_in_the_year_that_most_have() -> None:
    tables = given(*of_areas(PEOPLE, 2010, 1, 2), (0, 2020, PEOPLE, 3))
    figures = statistic(tables, variable=PEOPLE)
    assert figures.value.tolist() == [1, 2, 3]
    assert set(figures.period) == {"2010"}


def test_an_area_missing_in_the_common_year_says_which_years_it_has() -> None:
    tables = given(
        (0, 2020, PEOPLE, 3), (1, 2010, PEOPLE, 3), (None, 2020, PEOPLE, 9)
    )  # fmt: skip
    figures = statistic(tables, variable=PEOPLE)
    assert figures.reason[1] is Reason.NO_PERIOD
    assert "2010" in figures.note[1][0]
    assert "2010" in figures.note[1][1]


def test_a_later_figure_of_the_city_alone_is_used_for_the_city_only() -> None:
    tables = given(*of_areas(PEOPLE, 2020, 3, 4), (None, 2023, PEOPLE, 8))
    figures = statistic(tables, variable=PEOPLE)
    assert figures.value.tolist() == [3, 4, 7]
    only_city = given((None, 2023, GDP, 8))
    assert statistic(only_city, variable=GDP).value[-1] == 8


def test_figures_after_the_examination_are_not_used() -> None:
    tables = given(*of_areas(PEOPLE, 2020, 3, 4), *of_areas(PEOPLE, 2025, 9, 9))
    assert statistic(tables, variable=PEOPLE).value.tolist() == [3, 4, 7]


def test_a_ratio_takes_both_parts_of_one_year() -> None:
    tables = given(
        *of_areas(PEOPLE, 2010, 10, 20), *of_areas(PEOPLE, 2020, 100, 200),
        *of_areas(URBAN, 2010, 5, 15),
    )  # fmt: skip
    figures = statistic_ratio(tables, numerator=URBAN, denominator=PEOPLE, scale=100)
    assert figures.value.tolist() == pytest.approx([50, 75, 200 / 3])
    assert figures.period == ("2010", "2010", "2010")
    assert figures.numerator.tolist() == [5, 15, 20]
    assert figures.denominator.tolist() == [10, 20, 30]


def test_a_ratio_without_a_common_year_says_the_years_of_each() -> None:
    tables = given(*of_areas(PEOPLE, 2010, 10, 20), *of_areas(URBAN, 2020, 5, 15))
    figures = statistic_ratio(tables, numerator=URBAN, denominator=PEOPLE)
    assert figures.reason == (Reason.NO_PERIOD,) * 3
    assert "urban_population: 2020; resident_population: 2010" in figures.note[0][0]


def test_what_no_table_gives_is_named() -> None:
    figures = statistic_ratio(
        given(*of_areas(PEOPLE, 2020, 1, 2)), numerator=URBAN, denominator=PEOPLE
    )
    assert figures.reason == (Reason.NOT_GIVEN,) * 3
    assert figures.note[0] == ("No table gives urban population.", "统计表中没有城镇人口。")


def test_a_denominator_of_zero_is_undefined() -> None:
    tables = given(*of_areas(PEOPLE, 2020, 0, 4), *of_areas(URBAN, 2020, 0, 2))
    figures = statistic_ratio(tables, numerator=URBAN, denominator=PEOPLE)
    assert np.isnan(figures.value[0])
    assert figures.reason[0] is Reason.UNDEFINED
    assert figures.value[1:].tolist() == [0.5, 0.5]


def test_lists_are_summed() -> None:
    tables = given(
        *of_areas("male_population", 2020, 1, 2), *of_areas("female_population", 2020, 3, 4)
    )
    figures = statistic(tables, variable=["male_population", "variable:female_population"])
    assert figures.value.tolist() == [4, 6, 10]


def test_land_stands_for_the_years_beside_it() -> None:
    tables = given(*of_areas(PEOPLE, 2020, 10, 20), *of_areas(LAND, 2015, 2, 5))
    figures = statistic_ratio(tables, numerator=PEOPLE, denominator=LAND)
    assert figures.value.tolist() == pytest.approx([5, 4, 30 / 7])
    assert figures.period[0] == "2020"
    assert "2015" in figures.note[0][0]


def test_land_is_that_of_the_areas_where_no_table_gives_it() -> None:
    figures = statistic_ratio(
        given(*of_areas(PEOPLE, 2020, 10, 20)), numerator=PEOPLE, denominator=LAND, scale=1e6
    )
    assert figures.value.tolist() == pytest.approx([10, 20, 15], rel=1e-3)


def test_a_mean_of_the_city_is_weighted_by_its_variable() -> None:
    tables = given(*of_areas("average_schooling", 2020, 10, 12), *of_areas(PEOPLE, 2020, 100, 300))
    assert statistic(tables, variable="average_schooling").value[-1] == pytest.approx(11.5)


def test_a_mean_without_weights_is_not_made_up() -> None:
    figures = statistic(
        given(*of_areas("average_schooling", 2020, 10, 12)), variable="average_schooling"
    )
    assert np.isnan(figures.value[-1])
    assert figures.reason[-1] is Reason.NOT_GIVEN
    assert "does not follow from its areas" in figures.note[-1][0]


def test_a_difference_is_of_one_year() -> None:
    registered, urban_registered = "registered_population", "urban_registered_population"
    tables = given(
        *of_areas(PEOPLE, 2020, 100, 100), *of_areas(URBAN, 2020, 60, 80),
        *of_areas(registered, 2020, 50, 50), *of_areas(urban_registered, 2020, 20, 25),
        *of_areas(PEOPLE, 2021, 100, 100), *of_areas(URBAN, 2021, 99, 99),
    )  # fmt: skip
    figures = statistic_difference(
        tables, numerator=URBAN, denominator=PEOPLE, other_numerator=urban_registered,
        other_denominator=registered, scale=100,
    )  # fmt: skip
    assert figures.value.tolist() == pytest.approx([20, 30, 25])


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("total", 50.0), ("annual_linear", 5.0), ("annual_log", 100 * np.log(1.5) / 10)],
)
def test_a_change_is_of_the_most_distant_years(kind: str, expected: float) -> None:
    tables = given(
        *of_areas(PEOPLE, 2010, 10, 20), *of_areas(PEOPLE, 2015, 90, 90),
        *of_areas(PEOPLE, 2020, 15, 30),
    )  # fmt: skip
    figures = statistic_change(tables, variable=PEOPLE, kind=kind)
    assert figures.value.tolist() == pytest.approx([expected] * 3)
    assert figures.period[0] == "2010-2020"


def test_stated_years_are_kept_to() -> None:
    tables = given(
        *of_areas(PEOPLE, 2010, 10, 20), *of_areas(PEOPLE, 2015, 20, 40),
        *of_areas(PEOPLE, 2020, 15, 30),
    )  # fmt: skip
    assert statistic_change(tables, variable=PEOPLE, end=2015).value.tolist() == [100.0] * 3


def test_a_change_of_a_ratio_takes_each_year_s_own_parts() -> None:
    tables = given(
        *of_areas(PEOPLE, 2010, 10, 10), *of_areas(PEOPLE, 2020, 20, 10),
        *of_areas(URBAN, 2010, 5, 5), *of_areas(URBAN, 2020, 15, 10),
    )  # fmt: skip
    figures = statistic_change(tables, variable=URBAN, over=PEOPLE)
    assert figures.value.tolist() == pytest.approx([50, 100, 100 * (25 / 30 / 0.5 - 1)])


def test_no_change_is_given_across_a_break() -> None:
    tables = given(
        *of_areas(PEOPLE, 2010, 10, 20), *of_areas(PEOPLE, 2020, 15, 30),
        breaks=[None, None, "borders moved in 2016", None],
    )  # fmt: skip
    figures = statistic_change(tables, variable=PEOPLE)
    assert np.isnan(figures.value[0])
    assert figures.reason[0] is Reason.NOT_COMPARABLE
    assert "borders moved in 2016" in figures.note[0][0]
    assert figures.value[1:].tolist() == pytest.approx([50, 50])


def test_one_year_is_no_change() -> None:
    figures = statistic_change(given(*of_areas(PEOPLE, 2020, 10, 20)), variable=PEOPLE)
    assert figures.reason == (Reason.NO_PERIOD,) * 3


def test_an_unknown_kind_of_change_is_refused() -> None:
    with pytest.raises(ValueError, match="annual_log"):
        statistic_change(given(), variable=PEOPLE, kind="yearly")


def test_a_surplus_elsewhere_does_not_fill_a_shortfall() -> None:
    children, seats = "school_age_children", "primary_school_seats"
    tables = given(*of_areas(children, 2020, 100, 50), *of_areas(seats, 2020, 70, 90))
    assert statistic_shortfall(tables, demand=children, supply=seats).value.tolist() == [30, 0, 30]


def test_a_shortfall_of_the_city_alone_says_that_areas_offset_one_another() -> None:
    tables = given(
        (None, 2020, "parking_demand", 100), (None, 2020, "parking_spaces", 70)
    )  # fmt: skip
    figures = statistic_shortfall(tables, demand="parking_demand", supply="parking_spaces")
    assert figures.value[-1] == 30
    assert "offset" in figures.note[-1][0]


def test_every_figure_behind_a_value_is_shown_with_its_origin() -> None:
    tables = given(*of_areas(PEOPLE, 2020, 10, 20), *of_areas(URBAN, 2020, 5, 15))
    figures = statistic_ratio(tables, numerator=URBAN, denominator=PEOPLE)
    first = str(tables.city.areas.id[0])
    assert figures.detail["figures"][first] == [
        {"variable": URBAN, "year": 2020, "value": 5.0, "unit": "people", "source": "Yearbook",
         "origin": "yearbook.csv:1", "area": first},
        {"variable": PEOPLE, "year": 2020, "value": 10.0, "unit": "people", "source": "Yearbook",
         "origin": "yearbook.csv:1", "area": first},
    ]  # fmt: skip
    assert len(figures.detail["figures"]["city"]) == 4


def test_an_unknown_variable_is_a_fault_with_the_nearest_name() -> None:
    with pytest.raises(UserError, match="did you mean 'resident_population'"):
        statistic(given(), variable="resident_populaton")


def test_the_finder_gives_the_year_of_each_figure() -> None:
    figures = found(given(*of_areas(PEOPLE, 2020, 3, 4)), PEOPLE)
    assert figures.value.tolist() == [3, 4, 7]
    assert figures.year.tolist() == [2020, 2020, 2020]
    assert found(given(*of_areas(PEOPLE, 2020, 3, 4)), PEOPLE, year=2019).year.tolist() == [0] * 3


def test_the_measures_are_found_by_their_names() -> None:
    for name in [each for each, module in AREA_MEASURES.items() if module == "statistics"]:
        assert resolve_of_areas(name).__name__ == name
