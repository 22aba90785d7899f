"""How large the sheets of a workbook are, before they are read.

The reader of workbooks makes room for every cell between the first and the last one of a sheet, so
that a file of one kilobyte with two cells in far corners would take the memory of the machine.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from urbanwork.errors import UserError
from urbanwork.sources.statistics.grid import column_of_letters

MAX_UNPACKED_BYTES: Final = 500 * 1024**2
MAX_CELLS: Final = 20_000_000
"""From the first to the last cell of a sheet, those between them included."""
_CHUNK: Final = 8 * 1024**2
_OVERLAP: Final = 1024
_CELL: Final = re.compile(
    rb"""\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["'][^<>]{0,256}(?<!/)>""", re.S
)
"""A cell with something in it; those that are only coloured take no room."""
_ROW: Final = re.compile(rb"<[\w-]{0,20}:?table-row\b([^>]*)>")
_FILLED: Final = re.compile(rb"<[\w-]{0,20}:?table-cell\b([^>]*)(?<!/)>")
_REPEATED: Final = re.compile(rb"""-repeated\s*=\s*["']([0-9]{1,9})["']""")


def check_extent(path: Path) -> None:
    """Look at the size of a workbook that is a zip; an old .xls cannot be too large.

    Raises:
        UserError: it unfolds to too many bytes, or a sheet reaches over too many cells.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_bytes(path, sum(part.file_size for part in parts))
            for part in parts:
                _check_cells(path, _cells(archive, part, path.suffix.lower()))
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError):
        return  # an old .xls, or what opening it tells


def _check_bytes(path: Path, size: int) -> None:
    if size > MAX_UNPACKED_BYTES:
        raise UserError(
            f"{path}: the workbook unfolds to {size:,} bytes, more than the "
            f"{MAX_UNPACKED_BYTES:,} that a table may have; is it the right file?"
        )


def _check_cells(path: Path, cells: int) -> None:
    if cells > MAX_CELLS:
        raise UserError(
            f"{path}: a sheet reaches over {cells:,} cells, more than the {MAX_CELLS:,} that a "
            "table may have; delete what stands far below or to the right of the table"
        )


def _cells(archive: zipfile.ZipFile, part: zipfile.ZipInfo, ending: str) -> int:
    if ending == ".ods":
        return _repeated_cells(archive.read(part)) if part.filename == "content.xml" else 0
    width = height = 0
    for chunk in _chunks(archive, part):
        if found := _CELL.findall(chunk):
            letters, numbers = zip(*found, strict=True)
            widest = max(set(map(bytes.upper, letters)), key=lambda each: (len(each), each))
            width = max(width, column_of_letters(widest.decode()) + 1)
            height = max(height, *map(int, set(numbers)))
    return width * height


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part piece by piece; each begins with the end of the one before."""
    with archive.open(part) as opened:
        end = b""
        while data := opened.read(_CHUNK):
            yield end + data
            end = data[-_OVERLAP:]


def _repeated_cells(content: bytes) -> int:
    """Cells of all sheets of an .ods, which says how often rows and cells are repeated."""
    total = 0
    rows = list(_ROW.finditer(content))
    for row, after in zip(rows, [*(each.start() for each in rows[1:]), len(content)], strict=True):
        filled = _FILLED.findall(content[row.end() : after])
        total += _times(row[1]) * sum(map(_times, filled))
    return total


def _times(attributes: bytes) -> int:
    found = _REPEATED.search(attributes)
    return int(found[1]) if found else 1
