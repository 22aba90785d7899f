"""One sheet a point: numbers are numbers, texts are texts, and it prints."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from arranged_town import arranged
from urbanwork.reporting.content import content
from urbanwork.reporting.workbook_sections import sheet_name, write_sections

SCHOOL = "小学步行500米覆盖率"


def written(folder: Path, lang: str = "zh", *, hostile: bool = False):
    import xlsxwriter

    target = folder / "report.xlsx"
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(target), options)
    write_sections(book, content(arranged(hostile=hostile)), lang)
    book.close()
    return load_workbook(target)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return written(tmp_path_factory.mktemp("book"))


def test_there_is_one_sheet_a_point_and_then_the_lists(book) -> None:
    assert book.sheetnames == [
        "城市体检报告", "01 Schools and parks", "问题清单", "未测得的内容及原因", "数据来源清单",
        "方法", "词汇表",
    ]  # fmt: skip


def test_figures_are_numbers_with_unit_standard_and_source_beside_them(book) -> None:
    sheet = book["01 Schools and parks"]
    heads = [cell.value for cell in sheet[4]]
    rows = [dict(zip(heads, (cell.value for cell in row), strict=True))
            for row in sheet.iter_rows(min_row=5)]  # fmt: skip
    [row] = [row for row in rows if "小学" in str(row["指标"])]
    assert isinstance(row["数值"], float)
    assert row["单位"] == "%"
    assert row["下限"] <= row["数值"] <= row["上限"]
    assert "GB 50180" in row["标准与条款"]
    assert "OpenStreetMap" in row["数据来源"]


def test_a_missing_figure_is_empty_and_says_why(book) -> None:
    sheet = book["01 Schools and parks"]
    [row] = [r for r in sheet.iter_rows(min_row=5, values_only=True) if "幼儿园" in str(r[1])]
    assert row[2] is None
    assert "4.1 万人" in row[-1]


def test_gaps_and_bottom_lines_are_rows(book) -> None:
    second = [r[1] for r in book["01 Schools and parks"].iter_rows(min_row=5, values_only=True)]
    assert "缺口" in second
    assert "底线: Nothing is built on the red line" in second


def test_every_sheet_prints_on_a4_one_page_wide(book) -> None:
    for sheet in book:
        assert sheet.page_setup.paperSize in (9, "9")
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToHeight == 0
    assert book["问题清单"].print_title_rows == "$4:$4"


def test_nothing_is_a_formula_or_a_link(tmp_path: Path) -> None:
    book = written(tmp_path, hostile=True)
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]


def test_an_english_workbook_is_english(tmp_path: Path) -> None:
    book = written(tmp_path, "en")
    assert book.sheetnames[0] == "City examination report"
    assert [cell.value for cell in book.worksheets[1][4]][:3] == ["Ask", "Indicator", "Value"]


def test_names_of_sheets_are_short_plain_and_never_twice() -> None:
    used: set[str] = set()
    names = [sheet_name("A" * 40, used) for _ in range(3)] + [sheet_name("[a]:b/c?*'", used)]
    assert all(len(name) <= 31 for name in names)
    assert len({name.casefold() for name in names}) == 4
    assert not set("[]:*?/\\") & set("".join(names))
