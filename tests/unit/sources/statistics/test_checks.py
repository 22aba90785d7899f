"""Figures against one another: totals, gaps, breaks and jumps."""

from __future__ import annotations

from pathlib import Path

import pytest

from statistics_tables import CITY, HEADER, Given, areas, figures, read, said
from urbanwork.errors import UserError
from urbanwork.sources.statistics import read_statistics

NAMES = ("中山区", "西岗区", "瓦房店市", "合计")


def people(year: int, *values: float | None, unit: str = "人") -> str:
    """Rows of people of the three areas and, fourth, of the city."""
    rows = zip(NAMES, values, strict=False)
    return "".join(
        f"{name},{year},常住人口,{value},{unit},\n" for name, value in rows if value is not None
    )


def test_areas_that_sum_to_the_stated_total_are_reported(tmp_path: Path) -> None:
    source = Given(tmp_path / "a.csv")
    source.path.write_text(HEADER + people(2020, 100, 200, 300, 600), encoding="utf-8")
    report = read_statistics([source], areas())[1]
    assert report["totals"] == [
        {"variable": "resident_population", "year": 2020, "parts": 600.0, "total": 600.0,
         "agrees": True, "declared": None, "table": "a.csv"},
    ]  # fmt: skip
    assert report["sources"][0]["totals_that_agree"] == 1


def test_a_total_that_does_not_add_up_is_a_fault_with_its_line(tmp_path: Path) -> None:
    wanted = r"table\.csv:5: resident_population of 2020: the areas sum to 60,000.*stated as 70,000"
    with pytest.raises(UserError, match=wanted):
        read(tmp_path, HEADER + people(2020, 10_000, 20_000, 30_000, 70_000))


def test_rounding_explains_a_small_difference(tmp_path: Path) -> None:
    statistics, _ = read(tmp_path, HEADER + people(2020, 1.2, 1.2, 1.2, 3.7, unit="万人"))
    assert figures(statistics)["resident_population", CITY, 2020] == pytest.approx(37_000)


def test_parts_above_the_total_are_a_fault_even_without_one_area(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="the areas sum to 90,000"):
        read(tmp_path, HEADER + people(2020, 40_000, 50_000, None, 70_000))


def test_a_difference_that_is_declared_is_told_with_its_reason(tmp_path: Path) -> None:
    adapter = "totals:\n  - {variable: resident_population, year: 2020, why: 含现役军人}\n"
    report = read(tmp_path, HEADER + people(2020, 10_000, 20_000, 30_000, 70_000), adapter=adapter)[
        1
    ]
    assert "declared: 含现役军人" in said(report)


def test_a_total_in_another_unit_is_asked_about(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="are the units mixed"):
        read(tmp_path, HEADER + people(2020, 10_000, 20_000, 30_000, 6))


def test_a_total_of_another_table_that_differs_is_told(tmp_path: Path) -> None:
    (tmp_path / "parts.csv").write_text(HEADER + people(2020, 1e4, 2e4, 3e4), encoding="utf-8")
    total = HEADER + "合计,2020,常住人口,70000,人,\n"
    (tmp_path / "total.csv").write_text(total, encoding="utf-8")
    report = read_statistics(
        [Given(tmp_path / "parts.csv"), Given(tmp_path / "total.csv")], areas()
    )[1]
    assert "in another table (total.csv:2)" in said(report["sources"][1])


def test_an_area_missing_in_one_year_is_named_with_the_table(tmp_path: Path) -> None:
    text = HEADER + people(2010, 100, 200, 300) + people(2020, 100, 200)
    report = read(tmp_path, text)[1]
    assert "2020: no figure for 瓦房店市: resident population (table.csv)" in said(report)


def test_an_empty_cell_of_a_missing_area_is_named_with_its_line(tmp_path: Path) -> None:
    text = HEADER + people(2020, 100, 200) + "瓦房店市,2020,常住人口,,人,\n"
    assert "2020: no figure for 瓦房店市: resident population (table.csv:4)" in said(
        read(tmp_path, text)[1]
    )


def test_a_sudden_jump_is_told_and_a_steady_growth_is_not(tmp_path: Path) -> None:
    steady = "".join(people(year, 100 + 4 * (year - 2010)) for year in (2010, 2015, 2020))
    assert "jump" not in said(read(tmp_path, HEADER + steady)[1])
    leap = people(2010, 1_000) + people(2012, 3_000)
    assert "a jump from 2010 to 2012 in 中山区" in said(read(tmp_path, HEADER + leap)[1])


def test_a_declared_break_is_no_jump(tmp_path: Path) -> None:
    adapter = "breaks:\n  - {year: 2012, why: 区划调整, variables: [resident_population]}\n"
    statistics, report = read(
        tmp_path, HEADER + people(2010, 1_000) + people(2012, 3_000), adapter=adapter
    )
    assert "jump" not in said(report)
    assert statistics.break_.tolist() == [None, "区划调整"]


def test_figures_in_another_unit_from_one_year_to_the_next_are_a_fault(tmp_path: Path) -> None:
    text = HEADER + people(2010, 380_000) + people(2020, 38)
    wanted = r"table\.csv:3: .*380,000 in 2010 \(table\.csv:2\) to 38 in 2020; are the units mixed"
    with pytest.raises(UserError, match=wanted):
        read(tmp_path, text)


def test_a_break_of_an_unknown_area_is_a_fault_with_its_line(tmp_path: Path) -> None:
    adapter = "breaks:\n  - {year: 2012, why: x, areas: [南山区]}\n"
    with pytest.raises(UserError, match=r"adapter\.yaml:2: areas: there is no area '南山区'"):
        read(tmp_path, HEADER + people(2010, 1_000), adapter=adapter)
