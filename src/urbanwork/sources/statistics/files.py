"""The files that statistics come in, as grids of text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from urbanwork.errors import UserError
from urbanwork.sources.statistics.grid import Grid
from urbanwork.sources.statistics.text_files import read_text_table

TEXT = (".csv", ".tsv", ".txt")
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
FROM_STRANGERS = tuple(each for each in WORKBOOKS if each != ".xlsb")
"""Workbooks whose extent is known before they are read; the cells of an .xlsb are not text."""
MAX_BYTES = 200 * 1024**2
MAX_ROWS = 500_000


def read_grid(
    path: Path,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    known: Callable[[Grid], int] | None = None,
) -> Grid:
    """The cells of a table; `known` says how many words of a sheet it knows, to choose one.

    Raises:
        UserError: missing, of no known kind, too large, damaged, in another encoding than
            declared, or without rows.
    """
    _check(path)
    if path.suffix.lower() in WORKBOOKS:
        from urbanwork.sources.statistics.workbooks import read_workbook

        grid = read_workbook(path, sheet, known)
    else:
        grid = read_text_table(path, _bytes(path), encoding)
    if not any(map(any, grid.rows)):
        raise UserError(f"{path}: the file has no rows; give a table with column names")
    if len(grid.rows) > MAX_ROWS:
        raise UserError(
            f"{path}: {len(grid.rows):,} rows are more than the {MAX_ROWS:,} that a table of "
            "statistics may have; is it the right file?"
        )
    return grid


def _check(path: Path) -> None:
    if path.is_dir():
        raise UserError(f"{path}: this is a folder; give a table (.csv, .xlsx)")
    if not path.exists():
        raise UserError(f"{path}: there is no such file; check the path")
    if path.suffix.lower() not in (*TEXT, *WORKBOOKS):
        raise UserError(
            f"{path}: statistics are read from .csv, .xlsx and .xls, not from "
            f"'{path.suffix or path.name}'"
        )


def _bytes(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise UserError(
            f"{path}: {size:,} bytes are more than the {MAX_BYTES:,} that a table of statistics "
            "may have; is it the right file?"
        )
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: the file cannot be read ({error.strerror})") from None
