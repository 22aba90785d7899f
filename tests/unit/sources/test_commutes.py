"""Origin-destination tables: both forms, what is outside, and every fault with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

import odtown
from urbanwork.errors import UserError
from urbanwork.sources.commutes import read_commutes
from urbanwork.sources.layers import OUTSIDE_CITY, Commutes

PAIRS = """居住地,工作地,通勤人数,距离（公里）,通勤时间（分钟）,年份
中山区,中山区,100,1.5,15,2023
中山区,西岗区,50,8,35,2023
西岗,210202,40,8.5,30,2023
甘井子区,市外,10,,70,2023
"""


def read(path: Path, **given: Any) -> tuple[Commutes, dict[str, Any]]:
    given = {"year": None, "sheet": None, "encoding": None, **given}
    return read_commutes(path, areas=odtown.areas(), **given)


def fault(path: Path, **given: Any) -> str:
    with pytest.raises(UserError) as told:
        read(path, **given)
    return str(told.value)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_pairs_are_read_in_metres_and_minutes_in_any_encoding(
    tmp_path: Path, encoding: str
) -> None:
    commutes, report = read(odtown.table(tmp_path, PAIRS, encoding=encoding))
    assert commutes.home.tolist() == [0, 0, 1, 2]
    assert commutes.work.tolist() == [0, 1, 0, OUTSIDE_CITY]
    assert commutes.workers.tolist() == [100, 50, 40, 10]
    assert commutes.distance_m.tolist()[:3] == [1500, 8000, 8500]
    assert commutes.minutes.tolist() == [15, 35, 30, 70]
    assert commutes.origin[2] == "od.csv:4"
    assert report["outside"] == {"市外": 1}
    assert report["workers"] == 200


def test_english_headers_codes_and_a_year_beside_the_file(tmp_path: Path) -> None:
    text = "home_code,work_code,workers,distance_m\n210202,210203,5,8000\n210203,210100,2,\n"
    commutes, report = read(odtown.table(tmp_path, text), year=2020)
    assert commutes.year.tolist() == [2020, 2020]
    assert commutes.work.tolist() == [1, OUTSIDE_CITY]  # 210100 is Shenyang
    assert report["matched"] == {"code": 2}


def test_a_matrix_gives_the_same_as_its_pairs(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["居住地\\工作地", "中山区", "西岗区", "市外", "合计"])
    sheet.append(["中山区", 100, 50, 0, 150])
    sheet.append(["西岗区", 40, 0, 7, 47])
    sheet.append(["合计", 140, 50, 7, 197])
    book.save(tmp_path / "od.xlsx")
    commutes, report = read(tmp_path / "od.xlsx", year=2023)
    pairs = list(zip(commutes.home, commutes.work, commutes.workers, strict=True))
    assert pairs == [(0, OUTSIDE_CITY, 0), (0, 0, 100), (0, 1, 50),
                     (1, OUTSIDE_CITY, 7), (1, 0, 40), (1, 1, 0)]  # fmt: skip
    assert commutes.origin[1] == "od.xlsx!Sheet!B2"
    assert (report["form"], report["totals_held"]) == ("matrix", 6)


def test_a_matrix_of_workplaces_in_rows_is_turned(tmp_path: Path) -> None:
    text = "就业地/居住地,中山区,西岗区\n中山区,1,2\n西岗区,3,4\n"
    commutes, _ = read(odtown.table(tmp_path, text), year=2023)
    assert commutes.workers.tolist() == [1, 3, 2, 4]


HEAD = "home,work,workers,distance_km,year\n"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("中山去,中山区,5,1,2020",
         ["od.csv:2", "no area '中山去'", "did you mean '中山区'", "市外"]),
        ("中山区,西岗区,-5,8,2020", ["od.csv:2", "-5 is negative"]),
        ("中山区,西岗区,5,8,2020\n中山区,西岗,6,8,2020", ["od.csv:3", "twice", "od.csv:2"]),
        ("中山区,西岗区,5,8,", ["od.csv:2", "no year", "'year:'"]),
        ("中山区,西岗区,5,8,20", ["od.csv:2", "'20' is no year"]),
        ("中山区,西岗区,5,8000,2020", ["od.csv:2", "distance_km", "straight lines", "m or km"]),
        ("中山区,西岗区,5 万人,8,2020", ["od.csv:2", "'5 万人'", "column name"]),
        ("中山区,西岗区,some,8,2020", ["od.csv:2", "'some' is no number"]),
        (",西岗区,5,8,2020", ["od.csv:2", "does not say the area of home"]),
        ("中山区,西岗区,5,8,2020\n中山区,合计,6,,2020",
         ["od.csv:3", "total is 6", "sum to 5"]),
    ],
)  # fmt: skip
def test_each_fault_says_where_it_is_and_what_to_do(
    tmp_path: Path, rows: str, told: list[str]
) -> None:
    said = fault(odtown.table(tmp_path, HEAD + rows + "\n"))
    assert all(each in said for each in told), said


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    rows = "中山去,中山区,5,1,2020\n中山区,西岗区,-5,8,2020\n"
    assert len(fault(odtown.table(tmp_path, HEAD + rows)).splitlines()) == 2


def test_an_unknown_name_is_told_once(tmp_path: Path) -> None:
    rows = "中山去,中山区,5,1,2020\n中山去,西岗区,5,1,2020\n"
    assert len(fault(odtown.table(tmp_path, HEAD + rows)).splitlines()) == 1


def test_a_distance_without_a_unit_is_refused(tmp_path: Path) -> None:
    text = "居住地,工作地,人数,距离\n中山区,西岗区,5,8\n"
    said = fault(odtown.table(tmp_path, text), year=2020)
    assert "od.csv:1: column '距离' does not say its unit" in said
    assert "公里" in said


def test_rounded_totals_are_taken_within_their_digits(tmp_path: Path) -> None:
    text = "居住地,工作地,人数（万人）\n中山区,西岗区,1.24\n中山区,中山区,2.13\n中山区,合计,3.38\n"
    commutes, _ = read(odtown.table(tmp_path, text), year=2020)
    assert commutes.workers.tolist() == pytest.approx([21300, 12400])


def test_a_table_of_something_else_is_refused_with_what_is_wanted(tmp_path: Path) -> None:
    said = fault(odtown.table(tmp_path, "a,b\n1,2\n"))
    assert "od.csv:1" in said
    assert "home, work, workers" in said
    said = fault(odtown.table(tmp_path, "home,workers\n中山区,2\n"), year=2020)
    assert "no column work" in said


def test_suppressed_numbers_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = "中山区,中山区,*,1,2020\n中山区,西岗区,5,8,2020\n"
    commutes, report = read(odtown.table(tmp_path, HEAD + rows))
    assert len(commutes.home) == 1
    assert report["rows_without_workers"] == 1


def test_a_total_may_exceed_parts_of_which_some_are_suppressed(tmp_path: Path) -> None:
    rows = "中山区,中山区,*,1,2020\n中山区,西岗区,5,8,2020\n中山区,合计,9,,2020\n"
    commutes, _ = read(odtown.table(tmp_path, HEAD + rows))
    assert commutes.workers.tolist() == [5]
    said = fault(odtown.table(tmp_path, HEAD + rows.replace("合计,9", "合计,3")))
    assert "the total is 3" in said
