"""Tidy tables: what is read, and how every kind of bad row is named."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from statistics_tables import CITY, HEADER, Given, areas, figures, read, said
from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.sources.statistics import read_statistics


def test_chinese_and_english_headers_give_the_same_figures(tmp_path: Path) -> None:
    chinese = (
        HEADER
        + "中山区,2020年,常住人口,38.8564,万人,七普\n全市,2020年,常住人口,745.0785,万人,七普\n"
    )
    english = (
        "area,year,variable,value,unit,source\n"
        "Zhongshan,2020,resident population,388564,people,census\n"
        "Total,2020,resident_population,7450785,people,census\n"
    )
    expected = {
        ("resident_population", 0, 2020): 388_564,
        ("resident_population", CITY, 2020): 7_450_785,
    }
    assert figures(read(tmp_path, chinese)[0]) == pytest.approx(expected)
    assert figures(read(tmp_path, english)[0]) == pytest.approx(expected)


def test_every_figure_knows_its_source_and_line(tmp_path: Path) -> None:
    statistics, report = read(tmp_path, "年鉴\n\n" + HEADER + "中山区,2020,户数,5,户,七普\n")
    assert statistics.origin.tolist() == ["table.csv:4"]
    assert statistics.source.tolist() == ["七普"]
    assert report["encoding"] == "UTF-8"


def test_units_are_converted_and_a_mixture_is_told(tmp_path: Path) -> None:
    rows = "中山区,2020,建成区面积,40,平方公里,\n西岗区,2020,建成区面积,2000,公顷,\n"
    statistics, report = read(tmp_path, HEADER + rows)
    assert statistics.value.tolist() == [40e6, 20e6]
    assert "mixes units" in said(report)
    assert "table.csv:2" in said(report)
    assert "table.csv:3" in said(report)


def test_the_unit_may_stand_in_the_name_or_behind_the_number(tmp_path: Path) -> None:
    rows = "中山区,2020,常住人口（万人）,38,,\n西岗区,2020,常住人口,30 万人,,\n"
    assert read(tmp_path, HEADER + rows)[0].value.tolist() == [380_000, 300_000]


def test_a_missing_unit_is_a_fault_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"table\.csv:2: resident_population has no unit"):
        read(tmp_path, HEADER + "中山区,2020,常住人口,38,,\n")


def test_a_unit_of_another_kind_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"table\.csv:2: '公顷' is no unit of resident_population"):
        read(tmp_path, HEADER + "中山区,2020,常住人口,38,公顷,\n")


@pytest.mark.parametrize("blank", ["", "—", "…", "无", "N/A"])
def test_signs_of_no_figure_are_no_figure(tmp_path: Path, blank: str) -> None:
    rows = f"中山区,2020,户数,{blank},户,\n西岗区,2020,户数,0,户,\n"
    assert figures(read(tmp_path, HEADER + rows)[0]) == {("households", 1, 2020): 0}


def test_what_is_no_number_and_no_year_is_named_with_its_line(tmp_path: Path) -> None:
    rows = "中山区,2020,户数,五百,户,\n中山区,上年,户数,5,户,\n,2020,户数,5,户,\n"
    with pytest.raises(ManyFaultsError) as caught:
        read(tmp_path, HEADER + rows)
    assert [each.partition(": ")[0] for each in caught.value.faults] == [
        "table.csv:2", "table.csv:3", "table.csv:4",
    ]  # fmt: skip
    assert "'五百' is no number" in caught.value.faults[0]
    assert "'上年' is no year" in caught.value.faults[1]
    assert "does not say of which area" in caught.value.faults[2]


def test_a_figure_given_twice_with_two_values_is_a_fault_naming_both_lines(tmp_path: Path) -> None:
    rows = "中山区,2020,户数,5,户,\n西岗区,2020,户数,5,户,\n中山区,2020,户数,6,户,\n"
    with pytest.raises(
        UserError, match=r"table\.csv:4: households of 中山区 in 2020 is 6, but 5 at table\.csv:2"
    ):
        read(tmp_path, HEADER + rows)


def test_a_row_given_twice_counts_once_and_is_told(tmp_path: Path) -> None:
    rows = "中山区,2020,户数,5,户,\n中山区,2020,户数,5,户,\n"
    statistics, report = read(tmp_path, HEADER + rows)
    assert statistics.value.tolist() == [5]
    assert "table.csv:3 = table.csv:2" in said(report)


def test_shares_without_a_unit_become_percentages_and_it_is_told(tmp_path: Path) -> None:
    rows = "中山区,2020,城镇化率,0.83,,\n西岗区,2020,城镇化率,1,,\n"
    statistics, report = read(tmp_path, HEADER + rows)
    assert statistics.value.tolist() == [83, 100]
    assert "0.83 is 83 %" in said(report)


def test_shares_with_the_unit_of_shares_are_percentages(tmp_path: Path) -> None:
    rows = "中山区,2020,城镇化率,0.83,比例,\n西岗区,2020,城镇化率,90,%,\n"
    assert read(tmp_path, HEADER + rows)[0].value.tolist() == [83, 90]


@pytest.mark.parametrize(
    "rows",
    [
        "中山区,2020,城镇化率,83,,\n西岗区,2020,城镇化率,0.9,,\n",
        "中山区,2020,城镇化率,0.83,%,\n西岗区,2020,城镇化率,0.9,%,\n",
    ],
)
def test_percentages_given_as_both_or_with_a_wrong_unit_are_a_fault(
    tmp_path: Path, rows: str
) -> None:
    with pytest.raises(
        UserError, match=r"table\.csv:\d: urbanisation_rate is 0\.\d+ %.*share of 1"
    ):
        read(tmp_path, HEADER + rows)


def test_a_small_percentage_among_small_ones_is_left_as_it_is(tmp_path: Path) -> None:
    rows = "中山区,2020,失业率,0.15,%,\n西岗区,2020,失业率,0.6,%,\n瓦房店市,2020,失业率,0.9,%,\n"
    assert read(tmp_path, HEADER + rows)[0].value.tolist() == [0.15, 0.6, 0.9]


def test_more_than_all_and_less_than_nothing_are_faults(tmp_path: Path) -> None:
    rows = "中山区,2020,城镇化率,8300,%,\n西岗区,2020,户数,-5,户,\n"
    with pytest.raises(ManyFaultsError) as caught:
        read(tmp_path, HEADER + rows)
    assert "table.csv:2: urbanisation_rate is 8300 %" in str(caught.value)
    assert "table.csv:3: households is -5" in str(caught.value)


def test_an_odd_figure_is_told(tmp_path: Path) -> None:
    report = read(tmp_path, HEADER + "中山区,2020,人均住房建筑面积,1.5,平方米,\n")[1]
    assert "outside 3 to 200 m2/person" in said(report)


def test_unknown_variables_are_left_out_and_told(tmp_path: Path) -> None:
    rows = "中山区,2020,户数,5,户,\n中山区,2020,幸福指数,5,分,\n"
    statistics, report = read(tmp_path, HEADER + rows)
    assert len(statistics.value) == 1
    assert report["variables_not_known"] == ["幸福指数"]
    assert "幸福指数 (table.csv:3)" in said(report)


def test_a_table_without_a_known_variable_is_a_fault_with_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="did you mean 'resident_population'"):
        read(tmp_path, HEADER + "中山区,2020,residents population,5,人,\n")


def test_a_missing_column_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(
        UserError, match=r"table\.csv:1: there is no column 'value' \(数量\); the columns are 地区"
    ):
        read(tmp_path, "地区,年份,指标,单位\n中山区,2020,户数,户\n")


def test_a_wide_table_without_an_adapter_is_told_to_have_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="needs an adapter"):
        read(tmp_path, "地区,人口数,户数\n中山区,5,6\n")


def test_a_table_without_rows_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no row below the column names"):
        read(tmp_path, HEADER)


def test_a_break_named_in_the_table_is_kept(tmp_path: Path) -> None:
    text = "地区,年份,指标,数值,单位,断点\n中山区,2010,户数,5,户,\n中山区,2020,户数,6,户,区划调整\n"
    assert read(tmp_path, text)[0].break_.tolist() == [None, "区划调整"]


def test_an_adapter_declares_breaks_and_the_city_s_name_for_a_tidy_table(tmp_path: Path) -> None:
    rows = "".join(
        f"{area},{year},户数,{households},户,\n"
        for area, year, households in (
            ("中山区", 2010, 5), ("中山区", 2020, 6), ("滨城", 2020, 60), ("滨城", 2010, 50),
        )
    )  # fmt: skip
    adapter = "city: 滨城\nbreaks:\n  - {year: 2016, why: 口径调整, areas: [中山区]}\n"
    statistics, report = read(tmp_path, HEADER + rows, adapter=adapter)
    assert statistics.area.tolist() == [CITY, CITY, 0, 0]
    assert statistics.break_.tolist() == [None, None, None, "口径调整"]
    assert report["breaks"][0]["series"] == 1


def test_an_adapter_names_unusual_columns_of_a_tidy_table(tmp_path: Path) -> None:
    text = "市,县区名,指标,数值,单位\n滨城,中山区,户数,5,户\n别城,中山区,户数,7,户\n"
    adapter = "area: 县区名\nyear: 2020\nonly: {市: 滨城}\n"
    assert figures(read(tmp_path, text, adapter=adapter)[0]) == {("households", 0, 2020): 5}
    with pytest.raises(UserError, match=r"adapter\.yaml: table\.csv has no column '县名'"):
        read(tmp_path, text, adapter="area: 县名\nyear: 2020\n")


def test_of_two_tables_the_first_counts_and_the_difference_is_told(tmp_path: Path) -> None:
    for name, value in (("a.csv", 5), ("b.csv", 8)):
        (tmp_path / name).write_text(HEADER + f"中山区,2020,户数,{value},户,\n", encoding="utf-8")
    statistics, report = read_statistics(
        [Given(tmp_path / "a.csv"), Given(tmp_path / "b.csv")], areas()
    )
    assert statistics.value.tolist() == [5]
    assert "5 (a.csv:2) is used, not 8 (b.csv:2)" in said(report["sources"][1])


def test_faults_of_all_tables_are_told_at_once(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(HEADER + "中山区,2020,户数,x1,户,\n", encoding="utf-8")
    with pytest.raises(ManyFaultsError) as caught:
        read_statistics([Given(tmp_path / "a.csv"), Given(tmp_path / "b.csv")], areas())
    assert [each.partition(":")[0] for each in caught.value.faults] == ["a.csv", "b.csv"]


def test_ten_thousand_rows_are_read_in_half_a_second(tmp_path: Path) -> None:
    many = [(f"2102{number:02d}", f"第{number}区", f"Area {number}") for number in range(1, 99)]
    rows = [
        f"{name},{year},{variable},{1000 + year},{unit},年鉴"
        for _, name, _ in many
        for year in range(1990, 2024)
        for variable, unit in (("常住人口", "人"), ("户数", "户"), ("小学学位", "个"))
    ]
    text = HEADER + "\n".join(rows[:10_000]) + "\n"
    read(tmp_path, HEADER + "中山区,2020,户数,5,户,\n")  # the vocabulary is loaded once
    start = time.process_time()
    statistics, _ = read(tmp_path, text, of=areas(many))
    assert time.process_time() - start < 0.5
    assert len(statistics.value) == 9_996
