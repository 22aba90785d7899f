"""Sheets of a workbook as grids, with the blocks of cells that it shows as one."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from urbanwork.errors import UserError
from urbanwork.sources.statistics.extent import check_extent
from urbanwork.sources.statistics.grid import Grid, Merged, column_of_letters
from urbanwork.sources.statistics.words import listed

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_ERROR_CELL = re.compile(
    rb'<c\b(?=[^<>]*\bt="e")[^<>]*\br="([A-Z]+)(\d+)"[^<>]*>(?:(?!</?c\b).)*?<v>([^<]*)</v>', re.S
)
_HIDDEN_ROW = re.compile(rb"<row\b(?=[^<>]*\bhidden=\"(?:1|true)\")[^<>]*?\br=\"(\d+)\"")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_workbook(path: Path, sheet: str | None, known: Callable[[Grid], int] | None) -> Grid:
    """One sheet: the named one, the only one with rows, or the one that `known` knows best.

    Raises:
        UserError: no workbook, too large, no such sheet, no rows, or several sheets and no way to
            choose.
    """
    filled = read_sheets(path, sheet)
    return filled[0] if len(filled) == 1 else _best(filled, path, known)


def read_sheets(path: Path, sheet: str | None = None) -> list[Grid]:
    """All sheets that have rows, or the named one.

    Raises:
        UserError: no workbook, too large, no such sheet, no rows.
    """
    check_extent(path)
    with closing(_opened(path)) as book:
        grids = [_read(book, name, path) for name in _chosen(book, sheet, path)]
    filled = [grid for grid in grids if any(map(any, grid.rows))]
    if not filled:
        raise UserError(f"{path}: the workbook has no rows; give one with a table in it")
    return filled


def hidden_rows(path: Path, sheet: str) -> frozenset[int]:
    """Rows of a sheet, from 0, that its .xlsx hides: by hand, or by a filter."""
    return frozenset(int(row) - 1 for row in _HIDDEN_ROW.findall(_xml(path, sheet)))


def _best(grids: list[Grid], path: Path, known: Callable[[Grid], int] | None) -> Grid:
    scores = [known(grid) for grid in grids] if known else []
    if not scores or scores.count(max(scores)) > 1:
        names = listed(grid.where.partition("!")[2] for grid in grids)
        raise UserError(
            f"{path}: the workbook has several sheets ({names}); name one with 'sheet:'"
        )
    return grids[scores.index(max(scores))]


def _opened(path: Path) -> CalamineWorkbook:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_path(path)
    except (CalamineError, OSError):
        raise _unreadable(path) from None


def _read(book: CalamineWorkbook, name: str, path: Path) -> Grid:
    from python_calamine import CalamineError

    try:
        return _grid(book.get_sheet_by_name(name), path)
    except (CalamineError, zipfile.BadZipFile):
        raise _unreadable(path) from None


def _unreadable(path: Path) -> UserError:
    return UserError(
        f"{path}: this is not a workbook that can be read, or it is protected; save it anew as "
        ".xlsx"
    )


def _chosen(book: CalamineWorkbook, wanted: str | None, path: Path) -> list[str]:
    names = list(book.sheet_names)
    if wanted is None:
        return names
    named = [name for name in names if name.strip() == wanted.strip()]
    if not named:
        raise UserError(f"{path}: there is no sheet '{wanted}'; its sheets are {listed(names)}")
    return named


def _grid(sheet: CalamineSheet, path: Path) -> Grid:
    rows = [
        [None if cell == "" else _text(cell) for cell in row]
        for row in sheet.to_python(skip_empty_area=False)
    ]
    for row, column, error in _errors(path, sheet.name):
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = error
    return Grid(f"{path.name}!{sheet.name}", rows, None, path.suffix[1:].upper(), _merged(sheet))


def _merged(sheet: CalamineSheet) -> tuple[Merged, ...]:
    return tuple(
        Merged(top, left, bottom, right)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


# Errors of the spreadsheet, which the reader of workbooks leaves empty


def _errors(path: Path, sheet: str) -> Iterator[tuple[int, int, str]]:
    """Row, column and text of the cells of a sheet that hold an error such as #DIV/0!."""
    xml = _xml(path, sheet)
    if b't="e"' in xml:
        for letters, row, text in _ERROR_CELL.findall(xml):
            yield int(row) - 1, column_of_letters(letters.decode()), text.decode()


def _xml(path: Path, sheet: str) -> bytes:
    """The file of a sheet of an .xlsx; empty where there is none."""
    if not zipfile.is_zipfile(path):
        return b""
    with zipfile.ZipFile(path) as archive:
        name = _part_of(archive, sheet)
        return archive.read(name) if name in archive.namelist() else b""


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The file of a sheet within a workbook; empty where it cannot be told."""
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - bounded
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    except (LookupError, ValueError, ElementTree.ParseError):
        return ""
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    for each in book.iter():
        if each.tag.endswith("}sheet") and each.get("name") == sheet:
            target = targets.get(each.get(_RELATION), "").removeprefix("/xl/")
            return f"xl/{target}"
    return ""
