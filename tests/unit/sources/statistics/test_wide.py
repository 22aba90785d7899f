"""Wide tables by a declared adapter."""

from __future__ import annotations

from pathlib import Path

import pytest

from statistics_tables import CITY, figures, read, said
from urbanwork.errors import ManyFaultsError, UserError

CENSUS = (
    '地区,区划代码,人口数_男,人口数_女,"人均住房\n建筑面积\n（平方米/人）",非农业户口比重（%）\n'
    "滨城,210200,30,30,,50\n"
    "  中山区,210202,10,8,30.5,90\n"
    "西岗区,210203000000,12,,28,80\n"
    "瓦房店,,8,10,25,20\n"
)
ADAPTER = """
area: 地区
code: 区划代码
year: 2020
source: 七普
columns:
  - {variable: resident_population, column: [人口数_男, 人口数_女]}
  - {variable: floor_area_per_person, column: 人均住房建筑面积}
"""
YEAR_2020 = "area: 地区\nyear: 2020\ncolumns:\n"


def test_columns_are_added_and_headers_with_line_breaks_found(tmp_path: Path) -> None:
    statistics, report = read(tmp_path, CENSUS, adapter=ADAPTER)
    assert figures(statistics) == {
        ("resident_population", CITY, 2020): 60, ("resident_population", 0, 2020): 18,
        ("resident_population", 2, 2020): 18, ("floor_area_per_person", 0, 2020): 30.5,
        ("floor_area_per_person", 1, 2020): 28, ("floor_area_per_person", 2, 2020): 25,
    }  # fmt: skip
    assert report["areas_matched_by_code"] == 2
    assert report["areas_matched_by_name"] == 1


def test_a_figure_says_line_and_columns(tmp_path: Path) -> None:
    statistics, _ = read(tmp_path, CENSUS, adapter=ADAPTER)
    people = statistics.origin[(statistics.variable == "resident_population")]
    assert people[1] == "table.csv:5 (人口数_男, 人口数_女)"


def test_an_empty_cell_is_not_known_unless_it_is_declared_to_be_0(tmp_path: Path) -> None:
    zero = ADAPTER.replace("人口数_女]}", "人口数_女], blank: 0}")
    statistics, _ = read(tmp_path, CENSUS.replace("60", "48"), adapter=zero + "totals:\n"
        "  - {variable: resident_population, year: 2020, why: 例}\n")  # fmt: skip
    assert figures(statistics)["resident_population", 1, 2020] == 12


def test_columns_are_taken_off_multiplied_and_divided(tmp_path: Path) -> None:
    adapter = """
area: 地区
year: 2020
columns:
  - variable: urban_registered_population
    column: 人口数_男
    times: 非农业户口比重
    divided_by: 100
  - {variable: net_migration_aged_15_34, column: 人口数_男, minus: 人口数_女}
"""
    text = CENSUS.replace("滨城,210200,30,30,,50\n", "")
    found = figures(read(tmp_path, text, adapter=adapter)[0])
    assert found["urban_registered_population", 0, 2020] == pytest.approx(9)
    assert found["net_migration_aged_15_34", 0, 2020] == 2
    assert found["net_migration_aged_15_34", 2, 2020] == -2
    assert ("net_migration_aged_15_34", 1, 2020) not in found


def test_each_column_may_have_its_year_and_unit(tmp_path: Path) -> None:
    text = "name,p2010,p2020\nZhongshan,1.5,1.6\nXigang,1,2\n"
    adapter = """
area: name
columns:
  - {variable: resident_population, column: p2010, year: 2010, unit: 万人}
  - {variable: resident_population, column: p2020, year: 2020, unit: 万人}
"""
    found = figures(read(tmp_path, text, adapter=adapter)[0])
    assert found["resident_population", 0, 2010] == 15_000
    assert found["resident_population", 1, 2020] == 20_000


def test_the_unit_of_the_header_counts_and_one_against_it_is_a_fault(tmp_path: Path) -> None:
    text = "地区,常住人口（万人）\n中山区,38\n"
    adapter = YEAR_2020 + "  - {variable: resident_population, column: 常住人口%s}\n"
    assert read(tmp_path, text, adapter=adapter % "")[0].value.tolist() == [380_000]
    wanted = r"adapter\.yaml:4: the unit is '人' here but '万人' in the header"
    with pytest.raises(UserError, match=wanted):
        read(tmp_path, text, adapter=adapter % ", unit: 人")


def test_a_table_of_years_speaks_of_the_city(tmp_path: Path) -> None:
    text = "year,gdp\n2011,6150.1\n2023,8752.9\n"
    adapter = (
        "year: {column: year}\ncolumns:\n"
        "  - {variable: gross_domestic_product, column: gdp, unit: 亿元}\n"
    )
    found = figures(read(tmp_path, text, adapter=adapter)[0])
    assert found == {
        ("gross_domestic_product", CITY, 2011): pytest.approx(6150.1e8),
        ("gross_domestic_product", CITY, 2023): pytest.approx(8752.9e8),
    }


def test_only_the_named_rows_of_a_national_table_are_read(tmp_path: Path) -> None:
    text = "市,区县,户数\n滨城,中山区,5\n别城,中山区,7\n滨城,西岗区,6\n"
    adapter = (
        "area: 区县\nyear: 2020\nonly: {市: 滨城}\ncolumns:\n"
        "  - {variable: households, column: 户数}\n"
    )
    statistics, report = read(tmp_path, text, adapter=adapter)
    assert statistics.value.tolist() == [5, 6]
    assert report["rows"] == 2


def test_rows_may_be_skipped_and_notes_below_the_table_left_out(tmp_path: Path) -> None:
    text = "表 1\n地区,户数\n(户)\n中山区,5\n西岗区,6\n注：普查数据\n"
    adapter = (
        "header: 2\nskip: 3\nlast: 5\narea: 地区\nyear: 2020\ncolumns:\n"
        "  - {variable: households, column: 户数}\n"
    )
    statistics, report = read(tmp_path, text, adapter=adapter)
    assert statistics.value.tolist() == [5, 6]
    assert report["rows_not_matched"] == []


def test_a_header_of_two_rows_is_read_as_one_name(tmp_path: Path) -> None:
    text = "地区,人口,,户数\n,男,女,\n中山区,5,6,3\n"
    adapter = (
        "header: [1, 2]\narea: 地区\nyear: 2020\ncolumns:\n"
        "  - {variable: female_population, column: 人口-女}\n"
        "  - {variable: households, column: 户数}\n"
    )
    found = figures(read(tmp_path, text, adapter=adapter)[0])
    assert found == {("female_population", 0, 2020): 6, ("households", 0, 2020): 3}


def test_a_column_that_is_missing_or_there_twice_is_named_with_its_line(tmp_path: Path) -> None:
    text = "地区,小计,小计\n中山区,5,6\n"
    adapter = (
        "area: 地区\nyear: 2020\ncolumns:\n"
        "  - {variable: households, column: 小计}\n"
        "  - {variable: resident_population, column: 人口}\n"
    )
    with pytest.raises(ManyFaultsError) as caught:
        read(tmp_path, text, adapter=adapter)
    assert "adapter.yaml:4: table.csv has 2 columns '小计'" in caught.value.faults[0]
    assert "'column B' and 'column C'" in caught.value.faults[0]
    assert "adapter.yaml:5: table.csv has no column '人口'" in caught.value.faults[1]
    chosen = adapter.replace("小计", "column C").replace("人口", "column B")
    assert read(tmp_path, text, adapter=chosen)[0].value.tolist() == [6, 5]


def test_a_row_with_figures_but_no_area_is_a_fault(tmp_path: Path) -> None:
    adapter = YEAR_2020 + "  - {variable: households, column: 户数}\n"
    with pytest.raises(UserError, match=r"table\.csv:3 \(地区\): the row has figures but no area"):
        read(tmp_path, "地区,户数\n中山区,5\n,6\n", adapter=adapter)


def test_what_is_no_number_is_named_with_its_column(tmp_path: Path) -> None:
    adapter = YEAR_2020 + "  - {variable: households, column: 户数}\n"
    with pytest.raises(UserError, match=r"table\.csv:2 \(户数\): 'abc' is no number"):
        read(tmp_path, "地区,户数\n中山区,abc\n", adapter=adapter)


def test_cells_that_must_be_0_for_the_total_are_told(tmp_path: Path) -> None:
    text = "地区,乡村人口\n合计,90\n中山区,\n西岗区,40\n瓦房店市,50\n"
    adapter = (
        "area: 地区\nyear: 2020\ncolumns:\n  - {variable: rural_population, column: 乡村人口}\n"
    )
    report = read(tmp_path, text, adapter=adapter)[1]
    assert "the empty cells (table.csv:3 (乡村人口)) mean 0" in said(report)


FAULTY = """
area: 地区
yaer: 2020
header: 0
columns:
  - {variable: resident_populaton, column: 人口}
  - {variable: households, colum: 户数, unit: 公顷}
  - {variable: 常住人口, column: 人口, year: 20}
breaks:
  - {year: 2016}
"""


def test_all_faults_of_an_adapter_are_told_with_their_lines(tmp_path: Path) -> None:
    with pytest.raises(ManyFaultsError) as caught:
        read(tmp_path, "地区,人口\n中山区,5\n", adapter=FAULTY)
    told = {
        fault.partition("adapter.yaml:")[2].partition(":")[0]: fault
        for fault in caught.value.faults
    }
    assert "did you mean 'year'" in told["3"]
    assert "from 1" in told["4"]
    assert "did you mean 'resident_population'" in told["6"]
    assert "'公顷' is no unit of households" in str(caught.value)
    assert "did you mean 'column'" in str(caught.value)
    assert "write its id 'resident_population'" in str(caught.value)
    assert "wanted a year" in str(caught.value)
    assert "why" in told["10"]


def test_a_result_beyond_all_numbers_is_a_fault(tmp_path: Path) -> None:
    adapter = YEAR_2020 + "  - {variable: households, column: 户数, divided_by: 1.0e-320}\n"
    with pytest.raises(UserError, match=r"table\.csv:2 \(户数\): households comes out beyond"):
        read(tmp_path, "地区,户数\n中山区,5\n", adapter=adapter)


def test_nothing_is_divided_by_0(tmp_path: Path) -> None:
    adapter = YEAR_2020 + "  - {variable: household_size, column: 人口, divided_by: 户数}\n"
    text = "地区,人口,户数\n中山区,6,0\n西岗区,6,2\n"
    assert figures(read(tmp_path, text, adapter=adapter)[0]) == {("household_size", 1, 2020): 3}
