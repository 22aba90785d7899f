"""The files that registers come in, as columns of text with the row numbers that people see."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.sources.layers import Geometries, Text
from urbanwork.sources.polygon_files import GDAL, GEOJSON, read_features
from urbanwork.sources.register.columns import KNOWN, folded

CSV = (".csv", ".tsv", ".txt")
XLSX = (".xlsx", ".xlsm")
MAX_BYTES = 200 * 1024**2
MAX_UNPACKED_BYTES = 500 * 1024**2
MAX_ROWS = 500_000
MAX_BLANK_ROWS = 1_000
HEADER_WITHIN = 15
SEPARATORS = (",", ";", "\t", "|", "，")
WANTED = "give .csv, .xlsx, .gpkg, .shp or .geojson"

Row = list[str | None]


@dataclass(frozen=True, slots=True)
class RegisterTable:
    """R rows of text; geometry where the file has it."""

    where: str
    columns: dict[str, Text]  # [R] each
    line: NDArray[np.int64]  # [R] number of the row in the file, as a spreadsheet shows it
    geometry: Geometries | None  # [R]
    crs: str | None  # what the file says
    encoding: str


def read_table(path: Path, layer: str | None) -> RegisterTable:
    """The rows of a register; `layer` names a sheet or a layer.

    Raises:
        UserError: missing, of no known kind, too large, damaged, or without rows.
    """
    if not path.exists():
        raise UserError(f"{path}: there is no such file; check the path")
    if path.is_dir():
        raise UserError(f"{path}: this is a folder; {WANTED}")
    suffix = path.suffix.lower()
    if suffix in CSV:
        return _csv(path)
    if suffix in XLSX:
        return _xlsx(path, layer)
    if suffix in (*GDAL, *GEOJSON, ".zip"):
        return _features(path, layer)
    old = "; an old .xls must be saved as .xlsx" if suffix == ".xls" else ""
    raise UserError(f"{path}: registers are not read from files of this kind; {WANTED}{old}")


# CSV


def _csv(path: Path) -> RegisterTable:
    text, encoding = _decoded(path)
    best: tuple[int, int, list[tuple[int, Row]]] | None = None
    for separator in SEPARATORS:
        rows = list(_csv_rows(text, separator, path, limit=HEADER_WITHIN))
        known = max((_known_cells(row) for _, row in rows), default=0)
        width = max((len(row) for _, row in rows), default=0)
        if best is None or (known, width) > best[:2]:
            best, chosen = (known, width, rows), separator
    return _tabled(str(path), _csv_rows(text, chosen, path), encoding)


def _decoded(path: Path) -> tuple[str, str]:
    if path.stat().st_size > MAX_BYTES:
        raise UserError(f"{path}: {path.stat().st_size:,} bytes are more than a register has "
                        f"({MAX_BYTES:,}); is it the right file?")  # fmt: skip
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: the file cannot be read ({error.strerror})") from None
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in (*encodings, "cp1252"):
        try:
            return data.decode(encoding), encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    raise UserError(f"{path}: the text is neither UTF-8 nor GB18030; save the file as UTF-8")


def _csv_rows(
    text: str, separator: str, path: Path, limit: int | None = None
) -> Iterator[tuple[int, Row]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = 1
    try:
        for number, row in enumerate(reader):
            if limit is not None and number >= limit:
                return
            yield line, [cell.strip() or None for cell in row]
            line = reader.line_num + 1
    except csv.Error as error:
        raise UserError(f"{path}:{line}: this is not a table of values ({error})") from None


# XLSX


def _xlsx(path: Path, sheet: str | None) -> RegisterTable:
    import openpyxl

    _check_size(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception:  # openpyxl meets damaged files with errors of many kinds
        raise UserError(
            f"{path}: this is not a workbook that can be read, or it is protected; "
            "save it anew as .xlsx"
        ) from None
    try:
        return _tabled(*_sheet(book, sheet, path), "xlsx")
    finally:
        book.close()


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError):
        return  # openpyxl says what it is
    if size > MAX_UNPACKED_BYTES:
        raise UserError(f"{path}: the workbook unfolds to {size:,} bytes, more than a register "
                        f"has ({MAX_UNPACKED_BYTES:,}); is it the right file?")  # fmt: skip


def _sheet(book: Any, wanted: str | None, path: Path) -> tuple[str, list[tuple[int, Row]]]:
    """The named sheet, or the one whose header is known best."""
    names = [sheet.title for sheet in book.worksheets]
    if wanted is not None and wanted not in names:
        raise UserError(f"{path}: there is no sheet '{wanted}'; its sheets are {', '.join(names)}")
    best: tuple[int, str, list[tuple[int, Row]]] | None = None
    for sheet in book.worksheets:
        if wanted is not None and sheet.title != wanted:
            continue
        rows = list(_sheet_rows(sheet, path))
        known = max((_known_cells(row) for _, row in rows[:HEADER_WITHIN]), default=0)
        if rows and (best is None or known > best[0]):
            best = (known, sheet.title, rows)
    if best is None:
        raise UserError(f"{path}: the workbook has no rows; give one with a row for each place")
    return f"{path}[{best[1]}]" if len(names) > 1 else str(path), best[2]


def _sheet_rows(sheet: Any, path: Path) -> Iterator[tuple[int, Row]]:
    sheet.reset_dimensions()  # what the file says of its size is often wrong
    blank = 0
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        row = [_text(cell) for cell in cells]
        blank = blank + 1 if not any(row) else 0
        if blank > MAX_BLANK_ROWS:
            return
        if number > MAX_ROWS:
            raise UserError(f"{path}: more than {MAX_ROWS:,} rows; is it the right file?")
        yield number, row


def _text(value: Any) -> str | None:
    if value is None or (isinstance(value, str) and value.startswith("#") and value.isupper()):
        return None  # "#N/A" and its like are errors of the spreadsheet
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip() or None


# GDAL


def _features(path: Path, layer: str | None) -> RegisterTable:
    features = read_features(path, layer)
    line = np.arange(1, len(features.geometry) + 1)
    if not len(line):
        raise UserError(f"{path}: the file has no rows; give one with a row for each place")
    return RegisterTable(
        str(path), features.attributes, line, features.geometry, features.crs, features.encoding
    )


# Header and columns


def _known_cells(row: Sequence[str | None]) -> int:
    return len({folded(cell) for cell in row if cell} & KNOWN)


def _tabled(where: str, rows: Iterable[tuple[int, Row]], encoding: str) -> RegisterTable:
    listed = [(line, row) for line, row in rows if any(row)]
    if len(listed) > MAX_ROWS:
        raise UserError(f"{where}: more than {MAX_ROWS:,} rows; is it the right file?")
    first = max(
        range(min(HEADER_WITHIN, len(listed))),
        key=lambda place: (_known_cells(listed[place][1]), -place),
        default=0,
    )
    body = listed[first + 1 :]
    if not body:
        raise UserError(f"{where}: there is no row below the column names; is it the right file?")
    names = _unique(listed[first][1])
    columns = {
        name: np.array([row[place] if place < len(row) else None for _, row in body], dtype=object)
        for place, name in enumerate(names)
        if name
    }
    line = np.array([number for number, _ in body], dtype=np.int64)
    return RegisterTable(where, columns, line, None, None, encoding)


def _unique(names: Row) -> list[str]:
    """Column names, the second of two equal ones with a number."""
    result = list[str]()
    for name in names:
        word = name or ""
        result.append(f"{word} ({result.count(word) + 1})" if word in result and word else word)
    return result
