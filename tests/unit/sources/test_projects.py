"""Project tables: columns guessed or named, yes and no in words, every fault with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

import odtown
from urbanwork.errors import UserError
from urbanwork.sources.layers import WHOLE_CITY, Projects
from urbanwork.sources.projects import joined, read_projects

CHINESE = """项目编号,项目名称,所在区县,计划竣工年份,实际竣工时间,\
建筑面积（万平方米）,总投资（亿元）,实际投资（亿元）,星级,是否达标
G1,一期,中山区,2022,2022年6月,1.5,2,2.2,二星级,是
G2,二期,甘井子区,2023,在建,2,1,,,
G3,三期,,2023,2023-11-30,0.5,1,0.9,,否
合计,,,,,4,4,3.1,,
"""


def read(path: Path, **given: Any) -> tuple[Projects, dict[str, Any]]:
    given = {"kind": "green_building", "columns": {}, "sheet": None, "encoding": None, **given}
    return read_projects(path, areas=odtown.areas(), **given)


def fault(path: Path, **given: Any) -> str:
    with pytest.raises(UserError) as told:
        read(path, **given)
    return str(told.value)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_chinese_table_is_read_in_square_metres_and_10000_yuan(
    tmp_path: Path, encoding: str
) -> None:
    found, report = read(odtown.table(tmp_path, CHINESE, "green.csv", encoding))
    assert found.id.tolist() == ["G1", "G2", "G3"]
    assert found.area.tolist() == [0, 2, WHOLE_CITY]
    assert found.planned_year.tolist() == [2022, 2023, 2023]
    assert found.done_year.tolist() == [2022, 0, 2023]
    assert found.floor_m2.tolist() == [15000, 20000, 5000]
    assert found.cost.tolist() == [20000, 10000, 10000]
    assert found.spent[[0, 2]].tolist() == pytest.approx([22000, 9000])
    assert np.isnan(found.spent[1])
    assert found.class_.tolist() == ["二星级", None, None]
    assert found.is_qualified.tolist() == [1, -1, 0]
    assert found.origin[1] == "green.csv:3"
    assert report["totals_held"] == 3


def test_columns_with_unusual_names_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "台账"
    sheet.append(["小区", "区", "开工", "交付"])
    sheet.append(["一号", "西岗", 2020, 2021])
    book.save(tmp_path / "old.xlsx")
    columns = {"name": "小区", "area": "区", "planned": "开工", "done": "交付"}
    found, _ = read(tmp_path / "old.xlsx", kind="renewal", columns=columns)
    assert (found.area[0], found.planned_year[0], found.done_year[0]) == (1, 2020, 2021)
    assert found.origin[0] == found.id[0] == "old.xlsx!台账!2"


def test_stars_alone_say_that_a_building_qualifies(tmp_path: Path) -> None:
    text = "name,area,stars\nA,中山区,3 stars\nB,中山区,未评\nC,中山区,\n"
    found, _ = read(odtown.table(tmp_path, text))
    assert found.is_qualified.tolist() == [1, 0, -1]


HEAD = "id,name,area,planned,done,floor_m2,cost,qualified\n"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("1,A,中山去,2020,2021,5,1,是", ["t.csv:2", "no area '中山去'", "did you mean '中山区'"]),
        ("1,A,中山区,2020,soon,5,1,是", ["t.csv:2", "'soon' is no year"]),
        ("1,A,中山区,2020,2021,-5,1,是", ["t.csv:2", "-5 is negative"]),
        ("1,A,中山区,2020,2021,5,1,或许", ["t.csv:2", "neither yes nor no"]),
        ("1,A,中山区,2020,,5,1,\n1,B,中山区,2020,,5,1,", ["t.csv:3", "twice", "t.csv:2"]),
        ("1,A,中山区,2020,,5,1,\n合计,,,,,7,1,", ["t.csv:3", "total", "is 7", "sum to 5"]),
    ],
)
def test_each_fault_says_where_it_is(tmp_path: Path, rows: str, told: list[str]) -> None:
    said = fault(odtown.table(tmp_path, HEAD + rows + "\n", "t.csv"))
    assert all(each in said for each in told), said


def test_units_must_be_said_where_they_could_be_mixed(tmp_path: Path) -> None:
    said = fault(odtown.table(tmp_path, "name,area,建筑面积\nA,中山区,5\n", "t.csv"))
    assert "t.csv:1: column '建筑面积' does not say its unit" in said
    text = "name,area,cost (万元),spent\nA,中山区,5,6\n"
    assert "column 'spent' does not say its unit" in fault(odtown.table(tmp_path, text, "t.csv"))


def test_a_declared_column_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = odtown.table(tmp_path, HEAD + "1,A,中山区,2020,,5,1,\n", "t.csv")
    assert "no column '竣工' (done)" in fault(path, columns={"done": "竣工"})
    assert "did you mean 'planned'" in fault(path, columns={"plannd": "planned"})


def test_merged_cells_are_refused_by_their_range(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["name", "area"])
    sheet.append(["A", "中山区"])
    sheet.append(["B", None])
    sheet.merge_cells("B2:B3")
    book.save(tmp_path / "m.xlsx")
    assert "m.xlsx!Sheet!B2:B3: cells are merged" in fault(tmp_path / "m.xlsx")


def test_tables_are_joined_and_a_project_in_two_of_them_is_a_fault(tmp_path: Path) -> None:
    one, _ = read(odtown.table(tmp_path, HEAD + "1,A,中山区,2020,,5,1,\n", "one.csv"))
    two, _ = read(odtown.table(tmp_path, HEAD + "2,B,西岗区,2020,,5,1,\n", "two.csv"))
    assert joined([one, two]).name.tolist() == ["A", "B"]
    assert len(joined([]).id) == 0
    with pytest.raises(UserError, match=r"one\.csv:2: project '1' is in one\.csv:2 too"):
        joined([one, one])


def test_a_total_may_exceed_a_column_with_gaps_but_not_fall_below(tmp_path: Path) -> None:
    rows = "1,A,中山区,2020,,5,1,\n2,B,中山区,2020,,,1,\n合计,,,,,{},2,\n"
    read(odtown.table(tmp_path, HEAD + rows.format(8)))
    assert "is 2 but its rows sum to 5" in fault(odtown.table(tmp_path, HEAD + rows.format(2)))
