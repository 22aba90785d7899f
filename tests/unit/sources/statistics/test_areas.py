"""Areas of rows by code, by name, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from statistics_tables import CITY, HEADER, areas, read, said
from urbanwork.errors import UserError
from urbanwork.sources.statistics.areas import AreaMatcher


@pytest.mark.parametrize(
    ("code", "name", "area"),
    [
        ("210202", None, 0),
        ("210202000000", "中山区", 0),
        (None, "210203", 1),
        (None, "中山区", 0),
        (None, " 中 山 区 ", 0),
        (None, "中山", 0),
        (None, "瓦房店县", 2),
        (None, "Zhongshan", 0),
        (None, "zhongshan district", 0),
        (None, "合计", CITY),
        (None, "Total", CITY),
        ("210200", "滨城市", CITY),
        ("210200000000", None, CITY),
        ("210202001000", None, None),
        ("310101", "中山区", None),
        ("210299", "瓦房店", 2),
        (None, "南山区", None),
        (None, None, None),
    ],
)
def test_an_area_is_found_by_code_then_by_name(
    code: str | None, name: str | None, area: int | None
) -> None:
    assert AreaMatcher(areas()).find(code, name).area == area


def test_the_city_s_name_before_an_area_s_is_left_out() -> None:
    matcher = AreaMatcher(areas(), ["滨城市"])
    assert matcher.find(None, "滨城市").area == CITY
    assert matcher.find(None, "滨城").area == CITY
    assert matcher.find(None, "滨城市中山区").area == 0


def test_the_name_beside_the_city_s_code_is_learned() -> None:
    matcher = AreaMatcher(areas())
    matcher.find("210200", "滨城市")
    assert matcher.find(None, "滨城市中山区").area == 0


def test_a_name_that_fits_two_areas_is_a_fault() -> None:
    matcher = AreaMatcher(areas([("1", "郊区", "a"), ("2", "城关镇", "b"), ("3", "城关乡", "c")]))
    match = matcher.find(None, "城关")
    assert match.area is None
    assert "fits 城关镇 and 城关乡" in match.fault


def test_code_and_name_that_disagree_are_a_fault_with_their_line(tmp_path: Path) -> None:
    text = "地区,代码,年份,指标,数值,单位\n中山区,210203,2020,户数,5,户\n"
    with pytest.raises(UserError, match=r"table\.csv:2: code '210203' and name '中山区'.*disagree"):
        read(tmp_path, text)


def test_names_that_do_not_match_are_reported(tmp_path: Path) -> None:
    rows = "中山区,2020,户数,5,户,\n南山区,2020,户数,5,户,\n"
    report = read(tmp_path, HEADER + rows)[1]
    assert report["rows_not_matched"] == ["南山区"]
    assert "南山区 (table.csv:3)" in said(report)


def test_a_table_of_another_city_is_a_fault_with_both_names(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no row speaks of an area.*南山区.*中山区 \(210202\)"):
        read(tmp_path, HEADER + "南山区,2020,户数,5,户,\n")
