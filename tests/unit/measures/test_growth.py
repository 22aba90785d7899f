"""Growth of land and people, and their ratio."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rastertown import raster_town
from urbanwork.measures.growth import (
    built_up_change,
    built_up_per_person,
    land_consumption_rate,
    land_consumption_ratio,
    land_elasticity,
    population_growth_rate,
)
from urbanwork.measures.tables import Tables
from urbanwork.quantities.measured import Reason


def grown(land: tuple[float, float], people: tuple[float, float]) -> Tables:
    """A city of one area with built-up land and people in 2010 and 2020."""
    rows = [
        (0, year, variable, value)
        for variable, values in (("built_up_area", land), ("resident_population", people))
        for year, value in zip((2010, 2020), values, strict=True)
    ]
    return raster_town("A", statistics=rows)


def test_the_ratio_of_1_9057_of_the_current_metadata() -> None:
    figures = land_consumption_ratio(grown((100, 150), (1_000, 1_300)), variant="2021")
    assert figures.value.tolist() == pytest.approx([1.9057, 1.9057], abs=5e-5)
    assert figures.period == ("2010-2020", "2010-2020")


def test_the_ratio_of_1_5454_of_the_metadata_of_2018() -> None:
    figures = land_consumption_ratio(grown((100, 150), (1_000, 1_300)), variant="2018")
    assert figures.value[-1] == pytest.approx(1.5454, abs=5e-5)


def test_another_variant_is_refused() -> None:
    with pytest.raises(ValueError, match="2021"):
        land_consumption_ratio(grown((100, 150), (1_000, 1_300)), variant="2019")


@pytest.mark.parametrize("people", [(1_000, 900), (1_000, 1_000), (100_000, 100_001)])
@pytest.mark.parametrize("measure", [land_consumption_ratio, land_elasticity])
def test_without_growth_of_people_the_ratio_is_undefined_and_the_other_figures_told(
    people: tuple[float, float], measure: object
) -> None:
    figures = measure(grown((100_000, 150_000), people))  # type: ignore[operator]
    assert np.isnan(figures.value).all()
    assert figures.reason == (Reason.UNDEFINED, Reason.UNDEFINED)
    assert "did not grow" in figures.note[0][0]
    assert "人口未增长" in figures.note[0][1]
    assert figures.detail["built_up_change_percent"][0] == pytest.approx(50.0)
    assert figures.detail["built_up_m2_per_person"]["2010"][0] == pytest.approx(1e5 / people[0])


def test_land_that_shrinks_gives_a_negative_ratio() -> None:
    figures = land_consumption_ratio(grown((150, 100), (1_000, 1_300)))
    assert figures.value[0] < 0


def test_rates_are_percent_a_year() -> None:
    tables = grown((100, 150), (1_000, 1_300))
    assert land_consumption_rate(tables).value[0] == pytest.approx(5.0)
    assert land_consumption_rate(tables, variant="2018").value[0] == pytest.approx(10 * np.log(1.5))
    assert population_growth_rate(tables).value[0] == pytest.approx(10 * np.log(1.3))


def test_elasticity_is_the_growth_of_land_over_that_of_people() -> None:
    figures = land_elasticity(grown((100, 150), (1_000, 1_250)))
    assert figures.value[0] == pytest.approx(2.0)
    assert (figures.numerator[0], figures.denominator[0]) == pytest.approx((50.0, 25.0))


def test_land_per_person_is_of_the_latest_common_year() -> None:
    figures = built_up_per_person(grown((100_000, 150_000), (1_000, 1_250)))
    assert figures.value[0] == pytest.approx(120.0)
    assert figures.period[0] == "2020"


def test_change_is_percent_of_the_first_year() -> None:
    assert built_up_change(grown((100, 150), (1, 1))).value[0] == pytest.approx(50.0)


def test_land_that_starts_from_nothing_has_no_rate() -> None:
    figures = land_consumption_rate(grown((0, 150), (1_000, 1_300)))
    assert figures.reason[0] is Reason.UNDEFINED
    assert "nothing" in figures.note[0][0]


def test_the_city_is_the_sum_of_its_areas() -> None:
    tables = raster_town(
        "AB",
        people={2010: "44", 2020: "66"},
        built={2010: "12", 2020: "15"},
    )
    figures = built_up_change(tables)
    assert figures.value.tolist() == pytest.approx([0.0, 150.0, 100.0], abs=1e-6)
    assert figures.denominator[-1] == pytest.approx(300_000, rel=1e-6)
    assert population_growth_rate(tables).denominator.tolist() == pytest.approx(
        [4_000, 4_000, 8_000], rel=1e-6
    )


def test_rasters_of_land_go_with_statistics_of_people_of_the_same_years() -> None:
    rows = [(None, 2010, "resident_population", 8_000.0),
            (None, 2020, "resident_population", 9_000.0)]  # fmt: skip
    tables = raster_town("AB", built={2010: "12", 2020: "15"}, statistics=rows)
    figures = land_consumption_ratio(tables)
    assert np.isnan(figures.value[:2]).all()
    assert figures.reason[:2] == (Reason.NO_PERIOD, Reason.NO_PERIOD)
    assert figures.value[2] == pytest.approx(0.1 / (np.log(9 / 8) / 10), rel=1e-6)
    assert "built_up_2010.tif" in figures.note[2][0]
    assert "Yearbook" in figures.note[2][0]
    assert "2010 至 2020 年" in figures.note[2][1]


def test_land_and_people_of_different_years_are_not_compared() -> None:
    tables = raster_town("A", built={2010: "1", 2020: "2"}, people={2011: "1", 2021: "2"})
    figures = land_consumption_ratio(tables)
    assert figures.reason[0] is Reason.NO_PERIOD
    assert "2010, 2020" in figures.note[0][0]
    assert "2011, 2021" in figures.note[0][0]


def test_one_year_is_no_period_and_no_data_no_layer() -> None:
    one = land_consumption_rate(raster_town("A", built={2020: "2"}))
    none = land_consumption_rate(raster_town("A"))
    assert one.reason[0] is Reason.NO_PERIOD
    assert "2020" in one.note[0][0]
    assert none.reason[0] is Reason.LAYER_MISSING
    assert "give built-up land by year" in none.note[0][0]
    assert "建成区用地" in none.note[0][1]


def test_a_series_that_breaks_is_not_compared() -> None:
    tables = grown((100, 150), (1_000, 1_300))
    broken = np.array([None, None, None, "counted where registered before 2015"], object)
    statistics = replace(tables.city.statistics, break_=broken)
    tables = replace(tables, city=replace(tables.city, statistics=statistics))
    for measure in (population_growth_rate, land_consumption_ratio):
        figures = measure(tables)
        assert figures.reason == (Reason.NOT_COMPARABLE,) * 2
        assert "of people breaks between its years" in figures.note[0][0]
    assert land_consumption_rate(tables).value[0] == pytest.approx(5.0)


def test_rasters_after_the_examination_are_not_used() -> None:
    tables = raster_town("A", built={2010: "1", 2020: "2", 2025: "9"}, as_of="2024-06-01")
    assert built_up_change(tables).period[0] == "2010-2020"


def test_breaks_of_other_variables_do_not_matter() -> None:
    tables = raster_town("A", statistics=[(0, 2010, "jobs", 5.0)], built={2010: "1", 2020: "2"})
    statistics = replace(tables.city.statistics, break_=np.array(["why"], object))
    tables = replace(tables, city=replace(tables.city, statistics=statistics))
    assert built_up_change(tables).value[0] == pytest.approx(100.0)


def test_one_area_that_breaks_is_told_and_the_others_are_compared() -> None:
    rows = [(area, year, "resident_population", 1_000.0 + year) for area in (0, 1)
            for year in (2010, 2020)]  # fmt: skip
    tables = raster_town("AB", statistics=rows)
    broken = np.array([None, "merged with a county", None, None], object)
    statistics = replace(tables.city.statistics, break_=broken)
    figures = population_growth_rate(
        replace(tables, city=replace(tables.city, statistics=statistics))
    )
    assert figures.reason[:2] == (Reason.NOT_COMPARABLE, None)
    assert "merged with a county" in figures.note[0][0]


def test_the_years_are_those_that_most_areas_have_and_then_about_ten_years_apart() -> None:
    def rows(area: int | None, *years: int) -> list[tuple[int | None, int, str, float]]:
        return [(area, year, "resident_population", float(year)) for year in years]

    some = [*rows(0, 2000, 2010, 2020), *rows(1, 2000, 2010, 2020), *rows(None, 2023)]
    figures = population_growth_rate(raster_town("AB", statistics=some))
    assert set(figures.period) == {"2010-2020"}
    alone = rows(None, 2000, 2012, 2023)
    figures = population_growth_rate(raster_town("AB", statistics=alone))
    assert figures.period[-1] == "2012-2023"
    assert figures.reason[0] is Reason.NO_PERIOD
    assert "lacks figures" in figures.note[0][0]


def test_a_source_that_knows_all_areas_goes_before_one_that_knows_some() -> None:
    rows = [(0, year, "resident_population", 10.0 + year) for year in (2010, 2020)]
    tables = raster_town("AB", people={2020: "12"}, built={2020: "11"}, statistics=rows)
    figures = built_up_per_person(tables)
    assert figures.value.tolist() == pytest.approx([100.0, 50.0, 200 / 3], rel=1e-6)
    assert "population_2020.tif" in figures.note[0][0]
