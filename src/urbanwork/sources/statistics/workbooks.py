"""Sheets of a workbook as grids, with the blocks of cells that it shows as one."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from urbanwork.errors import UserError
from urbanwork.sources.statistics.grid import Grid, Merged, Row, column_of_letters
from urbanwork.sources.statistics.words import listed

MAX_UNPACKED_BYTES = 500 * 1024**2
MAX_BLANK_ROWS = 1_000
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


def read_workbook(path: Path, sheet: str | None, known: Callable[[Grid], int] | None) -> Grid:
    """One sheet: the named one, the only one with rows, or the one that `known` knows best.

    Raises:
        UserError: no workbook, no such sheet, no rows, or several sheets and no way to choose.
    """
    _check_size(path)
    book = _opened(path)
    try:
        chosen = _chosen(book, sheet, path)
        grids = [
            grid for grid in (_grid(each, path) for each in chosen) if any(map(any, grid.rows))
        ]
    finally:
        book.close()
    if not grids:
        raise UserError(f"{path}: the workbook has no rows; give one with a table in it")
    if len(grids) == 1:
        return grids[0]
    scores = [known(grid) for grid in grids] if known else []
    if not scores or scores.count(max(scores)) > 1:
        names = listed(grid.where.partition("!")[2] for grid in grids)
        raise UserError(
            f"{path}: the workbook has several sheets ({names}); name one with 'sheet:'"
        )
    return grids[scores.index(max(scores))]


def _opened(path: Path) -> Any:
    import openpyxl

    try:
        return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception:  # openpyxl meets damaged files with errors of many kinds
        raise UserError(
            f"{path}: this is not a workbook that can be read, or it is protected; "
            "save it anew as .xlsx"
        ) from None


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError):
        return  # openpyxl says what it is
    if size > MAX_UNPACKED_BYTES:
        raise UserError(
            f"{path}: the workbook unfolds to {size:,} bytes, more than the "
            f"{MAX_UNPACKED_BYTES:,} that a table may have; is it the right file?"
        )


def _chosen(book: Any, wanted: str | None, path: Path) -> list[Any]:
    sheets = list(book.worksheets)
    if wanted is None:
        return sheets
    named = [sheet for sheet in sheets if sheet.title.strip() == wanted.strip()]
    if not named:
        names = listed(sheet.title for sheet in sheets)
        raise UserError(f"{path}: there is no sheet '{wanted}'; its sheets are {names}")
    return named


def _grid(sheet: Any, path: Path) -> Grid:
    sheet.reset_dimensions()  # what the file says of its size is often wrong
    rows, blank = list[Row](), 0
    for cells in sheet.iter_rows(values_only=True):
        row = [None if cell is None else _text(cell) for cell in cells]
        blank = 0 if any(row) else blank + 1
        if blank > MAX_BLANK_ROWS:
            break
        rows.append(row)
    while rows and not any(rows[-1]):
        rows.pop()
    where = f"{path.name}!{sheet.title}"
    return Grid(where, rows, None, "XLSX", _merged(path, sheet))


def _merged(path: Path, sheet: Any) -> tuple[Merged, ...]:
    """The merged blocks of a sheet, which openpyxl does not give when it streams."""
    with zipfile.ZipFile(path) as archive:
        xml = archive.read(sheet._worksheet_path.lstrip("/"))
    return tuple(
        Merged(
            int(top) - 1, column_of_letters(left.decode()),
            int(bottom) - 1, column_of_letters(right.decode()),
        )
        for left, top, right, bottom in _MERGED.findall(xml)
    )  # fmt: skip


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
