"""Encodings, separators, workbooks and merged cells."""

from __future__ import annotations

import codecs
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from statistics_tables import HEADER, Given, areas, figures, read
from urbanwork.errors import UserError
from urbanwork.sources.layers import Statistics
from urbanwork.sources.statistics import read_statistics
from urbanwork.sources.statistics.workbooks import hidden_rows, read_workbook

TABLE = HEADER + "中山区,2020,户数,5,户,七普\n"


@pytest.mark.parametrize(
    ("encoding", "mark", "named"),
    [
        ("utf-8", b"", "UTF-8"),
        ("utf-8", codecs.BOM_UTF8, "UTF-8"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "UTF-16"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "UTF-16"),
        ("utf-16-le", b"", "UTF-16-LE"),
        ("gb18030", b"", "GB18030"),
    ],
)
def test_the_encoding_is_found_out(tmp_path: Path, encoding: str, mark: bytes, named: str) -> None:
    statistics, report = read(tmp_path, mark + TABLE.encode(encoding))
    assert statistics.source.tolist() == ["七普"]
    assert report["encoding"] == named


@pytest.mark.parametrize(
    ("written", "declared", "found"),
    [
        ("gb18030", "UTF-8", "GB18030"),
        ("utf-8", "GB18030", "UTF-8"),
        ("gb18030", "UTF-16", "GB18030"),
        ("utf-16", "GBK", "UTF-16"),
    ],
)
def test_a_wrong_declaration_is_one_sentence_with_the_right_one(
    tmp_path: Path, written: str, declared: str, found: str
) -> None:
    with pytest.raises(UserError, match=f"is not {declared}.* but {found}; write") as caught:
        read(tmp_path, TABLE.encode(written), encoding=declared)
    assert "\n" not in str(caught.value)


def test_a_declared_encoding_is_used(tmp_path: Path) -> None:
    assert read(tmp_path, TABLE.encode("gb18030"), encoding="gbk")[1]["encoding"] == "GBK"


def test_an_encoding_that_does_not_exist_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no encoding 'utf-9'"):
        read(tmp_path, TABLE, encoding="utf-9")


@pytest.mark.parametrize("separator", [";", "\t", "，"])
def test_the_separator_is_found_out(tmp_path: Path, separator: str) -> None:
    assert read(tmp_path, TABLE.replace(",", separator))[0].value.tolist() == [5]


@pytest.mark.parametrize("name", ["table.doc", "table.pdf"])
def test_other_files_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match=r"read from \.csv, \.xlsx and \.xls, not from"):
        read(tmp_path, TABLE, name=name)


def test_a_text_file_called_a_workbook_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not a workbook that can be read"):
        read(tmp_path, TABLE, name="table.xls")


def test_a_damaged_workbook_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not a workbook that can be read"):
        read(tmp_path, b"PK\x03\x04 nothing", name="table.xlsx")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no rows"):
        read(tmp_path, "")


# Workbooks


def workbook(
    folder: Path,
    rows: Sequence[Sequence[Any]],
    *,
    merged: Sequence[str] = (),
    adapter: str | None = None,
    others: Sequence[str] = (),
    sheet: str | None = None,
) -> Statistics:
    """Statistics of a workbook of these rows."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "年鉴"
    for row in rows:
        page.append(list(row))
    for block in merged:
        page.merge_cells(block)
    for name in others:
        book.create_sheet(name).append(["说明", "x"])
    book.save(folder / "book.xlsx")
    how = folder / "adapter.yaml" if adapter else None
    if how is not None:
        how.write_text(adapter or "", encoding="utf-8")
    source = Given(folder / "book.xlsx", adapter=how, sheet=sheet)
    return read_statistics([source], areas())[0]


TIDY = ("地区", "年份", "指标", "数值", "单位")
TWO_ROWS = [("地区", "人口", None, "户数"), (None, "男", "女", None), ("中山区", 5, 6, 3)]
TWO_ROWS_MERGED = ("A1:A2", "B1:C1", "D1:D2")
TWO_ROWS_ADAPTER = (
    "header: %s\narea: 地区\nyear: 2020\ncolumns:\n"
    "  - {variable: female_population, column: 人口_女}\n"
)


def test_a_figure_of_a_workbook_says_sheet_and_cell(tmp_path: Path) -> None:
    statistics = workbook(tmp_path, [TIDY, ("中山区", 2020, "户数", 5.5, "万户")])
    assert statistics.origin.tolist() == ["book.xlsx!年鉴!D2"]
    assert statistics.value.tolist() == [55_000]


def test_names_merged_over_several_rows_count_for_each(tmp_path: Path) -> None:
    rows = [TIDY, ("中山区", 2010, "户数", 5, "户"), (None, 2020, "户数", 6, "户")]
    assert workbook(tmp_path, rows, merged=["A2:A3"]).value.tolist() == [5, 6]


def test_a_merged_title_above_the_header_does_no_harm(tmp_path: Path) -> None:
    rows = [("统计年鉴",), TIDY, ("中山区", 2010, "户数", 5, "户")]
    assert workbook(tmp_path, rows, merged=["A1:E1"]).value.tolist() == [5]


def test_merged_cells_in_the_header_of_a_tidy_table_are_named(tmp_path: Path) -> None:
    rows = [(*TIDY, "来源", None), ("中山区", 2010, "户数", 5, "户", "a", "b")]
    with pytest.raises(UserError, match=r"book\.xlsx!年鉴!F1:G1: cells of the header"):
        workbook(tmp_path, rows, merged=["F1:G1"])


def test_merged_values_are_named(tmp_path: Path) -> None:
    rows = [TIDY, ("中山区", 2010, "户数", 5, "户"), ("西岗区", 2010, "户数", None, "户")]
    with pytest.raises(UserError, match=r"book\.xlsx!年鉴!D2:D3: cells of values are merged"):
        workbook(tmp_path, rows, merged=["D2:D3"])


def test_a_merged_header_of_two_rows_is_read_by_its_adapter(tmp_path: Path) -> None:
    statistics = workbook(
        tmp_path, TWO_ROWS, merged=TWO_ROWS_MERGED, adapter=TWO_ROWS_ADAPTER % "[1, 2]"
    )
    assert figures(statistics) == {("female_population", 0, 2020): 6}
    assert statistics.origin.tolist() == ["book.xlsx!年鉴!C3"]


def test_merged_cells_that_reach_over_the_declared_header_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"book\.xlsx!年鉴!A1:A2: merged cells reach over"):
        workbook(tmp_path, TWO_ROWS, merged=TWO_ROWS_MERGED, adapter=TWO_ROWS_ADAPTER % "1")


def test_of_several_sheets_the_one_with_a_table_is_read(tmp_path: Path) -> None:
    rows = [TIDY, ("中山区", 2020, "户数", 5, "户")]
    assert workbook(tmp_path, rows, others=["说明"]).value.tolist() == [5]


def test_of_several_sheets_an_adapter_needs_to_be_told_which(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"several sheets \(年鉴, 说明\); name one with 'sheet:'"):
        workbook(tmp_path, TWO_ROWS, adapter=TWO_ROWS_ADAPTER % "[1, 2]", others=["说明"])


def test_a_sheet_that_is_not_there_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no sheet '人口'; its sheets are 年鉴"):
        workbook(tmp_path, [TIDY], sheet="人口")


def test_an_error_of_the_spreadsheet_is_no_number(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"book\.xlsx!年鉴!D2: '#DIV/0!' is no number"):
        workbook(tmp_path, [TIDY, ("中山区", 2020, "户数", "#DIV/0!", "户")])


@pytest.mark.parametrize("part", [b'<row hidden="1" ', b'<c t="e" r="A1">', b'<c t="e" '])
def test_a_hostile_comment_in_a_sheet_holds_nobody_up(tmp_path: Path, part: bytes) -> None:
    """Each beginning of a row or a cell is looked at up to the next one, not to the end."""
    plain, hostile = tmp_path / "plain.xlsx", tmp_path / "hostile.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.row_dimensions[1].hidden = True
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(hostile, "w") as new:
        for name in old.namelist():
            end = b"</worksheet>"
            text = old.read(name).replace(end, b"<!-- " + part * 300_000 + b"-->" + end)
            new.writestr(name, text)
    grid = read_workbook(hostile, None, None)
    assert grid.rows == [["a", "b"]]
    assert hidden_rows(hostile, "Sheet") == {0}
