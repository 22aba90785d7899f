"""Tables in text files: their encoding and separator found out, a wrong declaration noticed."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from urbanwork.errors import UserError
from urbanwork.sources.statistics.grid import Grid, Row

SEPARATORS = (",", "\t", ";", "|", "，")
SAMPLE_ROWS = 40
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text_table(path: Path, data: bytes, encoding: str | None) -> Grid:
    """The rows of a text file; `encoding` is what the user declared.

    Raises:
        UserError: the text is not in the declared encoding, or in none that we know.
    """
    text, used = _declared(path, data, encoding) if encoding else _found_out(path, data)
    rows, lines = list[Row](), list[int]()
    for line, row in _records(text, _separator(text), path):
        rows.append([cell.strip() or None for cell in row])
        lines.append(line)
    return Grid(path.name, rows, lines, used)


def _found_out(path: Path, data: bytes) -> tuple[str, str]:
    for encoding in _candidates(data):
        try:
            return data.decode(encoding), encoding.removesuffix("-sig").upper()
        except UnicodeDecodeError:
            continue
    raise UserError(
        f"{path}: the text is neither UTF-8, UTF-16 nor GB18030; "
        "name its encoding with 'encoding:' or save the file as UTF-8"
    )


def _candidates(data: bytes) -> tuple[str, ...]:
    if data[:2] in _UTF16_MARKS:
        return ("utf-16",)
    if b"\0" in data[:2000]:
        is_little = data[1::2].count(0) > data[::2].count(0)  # the upper byte of ASCII is 0
        return ("utf-16-le" if is_little else "utf-16-be",)
    return ("utf-8-sig", "gb18030", "cp1252")


def _declared(path: Path, data: bytes, encoding: str) -> tuple[str, str]:
    """The text by the declared encoding, unless its bytes show another."""
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        raise UserError(
            f"{path}: there is no encoding '{encoding}'; give one such as UTF-8 or GB18030, "
            "or leave 'encoding' out"
        ) from None
    shown = _shown_by_bytes(data)
    if shown is not None and not name.replace("_", "-").startswith(shown.lower()):
        raise _wrong(path, encoding, shown)
    if name.startswith("utf-16") and b"\0" not in data and data[:2] not in _UTF16_MARKS:
        raise _wrong(path, encoding, _found_out(path, data)[1])
    try:
        text = data.decode("utf-8-sig" if name == "utf-8" else name)
    except UnicodeDecodeError:
        raise _wrong(path, encoding, _found_out(path, data)[1]) from None
    return text, encoding.upper()


def _wrong(path: Path, encoding: str, found: str) -> UserError:
    return UserError(
        f"{path}: the text is not {encoding}, as 'encoding' says, but {found}; "
        f"write 'encoding: {found}' or leave it out"
    )


def _shown_by_bytes(data: bytes) -> str | None:
    """The encoding that the bytes can hardly have by chance; None where they do not tell."""
    if data[:2] in _UTF16_MARKS:
        return "UTF-16"
    if data.isascii():
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "UTF-8"


def _separator(text: str) -> str:
    """The separator by which the first rows have the most columns in common."""
    sample = "\n".join(text.split("\n", 400)[:400])

    def width(separator: str) -> int:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
        widths = list[int]()
        with suppress(csv.Error):  # told when all rows are read
            widths += (len(row) for row in islice(reader, SAMPLE_ROWS))
        return sorted(widths)[len(widths) // 2] if widths else 0

    return max(SEPARATORS, key=width)


def _records(text: str, separator: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise UserError(
            f"{path}:{line}: this is not a table of values ({error}); save it anew as CSV"
        ) from None
