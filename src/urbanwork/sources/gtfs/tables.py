"""The text tables of a feed as columns of codes: every distinct text is handled once."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.quantities.arrow import from_numpy, from_text, to_numpy
from urbanwork.sources.gtfs.archive import Archive
from urbanwork.sources.notes import Note, note

Int32 = NDArray[np.int32]
EPOCH = date(1970, 1, 1).toordinal()
NO_TIME = -1
BLOCK_BYTES = 1 << 24


@dataclass(frozen=True, slots=True)
class Column:
    """N values as codes into their distinct texts, blanks trimmed; "" where missing."""

    codes: Int32  # [N]
    texts: pa.StringArray  # [K]

    def text(self) -> NDArray[np.object_]:
        """Each value as str, None where missing."""
        words = np.array([word or None for word in self.texts.to_pylist()], dtype=object)
        return words[self.codes] if len(words) else np.empty(0, dtype=object)

    def rows_in(self, ids: pa.StringArray) -> Int32:
        """The first row of `ids` that has the value, -1 where none has."""
        return self._spread(to_numpy(pc.fill_null(pc.index_in(self.texts, ids), _NOWHERE)))

    def array(self) -> pa.StringArray:
        """The values as one array of text."""
        return self.texts.take(from_numpy(self.codes))

    def _spread(self, values: NDArray[Any]) -> NDArray[Any]:
        return values[self.codes] if len(values) else np.empty(0, dtype=values.dtype)


@dataclass(frozen=True, slots=True)
class Table:
    """One file of a feed: the columns asked for that it has."""

    where: str  # "feed.zip/stops.txt"
    rows: int
    columns: dict[str, Column]
    repairs: list[Note] = field(default_factory=list)

    def __contains__(self, column: str) -> bool:
        return column in self.columns

    def require(self, *names: str) -> None:
        """Raise `UserError` unless the table has every one of these columns."""
        missing = [name for name in names if name not in self.columns]
        if missing:
            raise UserError(
                f"{self.where}: the column {' and '.join(missing)} is missing; GTFS wants it"
            )

    def times(self, name: str) -> Int32:
        """Seconds since the start of the service day, may exceed 24 h; NO_TIME where blank."""
        return self._parsed(name, _seconds, "a time (HH:MM:SS)")

    def days(self, name: str) -> Int32:
        """Days since 1970-01-01; -1 where blank."""
        return self._parsed(name, _day_numbers, "a date (YYYYMMDD)")

    def whole(self, name: str, *, missing: int) -> Int32:
        """Whole numbers; `missing` where the column or the value is missing."""
        if name not in self.columns:
            return np.full(self.rows, missing, dtype=np.int32)
        values = self._parsed(name, _whole, "a whole number")
        return np.where(values == _BLANK, np.int32(missing), values)

    def decimals(self, name: str) -> NDArray[np.float64]:
        """Decimal numbers; nan where blank."""
        return self._parsed(name, _decimals, "a number with a decimal point")

    def _parsed(self, name: str, parse: Any, wanted: str) -> NDArray[Any]:
        column = self.columns[name]
        values, is_bad = parse(column.texts)
        if is_bad.any():
            row = int(np.flatnonzero(is_bad[column.codes])[0])
            got = column.texts[int(column.codes[row])].as_py()
            raise UserError(
                f"{self.where}:{row + 2}: {name} {got[:40]!r} is not {wanted}; correct this line"
            )
        return column._spread(values)


def read_table(archive: Archive, name: str, columns: tuple[str, ...]) -> Table | None:
    """The asked columns of a table, or None where the feed has no such table or it is empty.

    Read as the wild writes it: byte-order mark, any order of columns, blanks around names and
    values, quotes, UTF-16 or Latin-1 where it is not UTF-8. A row with too many or too few
    values is left out and counted in `repairs`.
    """
    if name not in archive:
        return None
    where, repairs = f"{archive.name}/{name}.txt", list[Note]()
    data = _utf8(archive.read(name), name, repairs)
    header, _, body = data.partition(b"\n")
    names = _column_names(header, name, repairs)
    if not body.strip():
        return Table(where, 0, {n: _NOTHING for n in names if n in columns}, repairs)
    wanted = [n for n in names if n in columns]
    if not wanted:
        return Table(where, 0, {}, repairs)
    parsed = _parsed_csv(body, names, wanted, where, repairs)
    return Table(where, parsed.num_rows, {n: _column(parsed[n]) for n in wanted}, repairs)


def _utf8(data: bytes, name: str, repairs: list[Note]) -> bytes:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        repairs.append(_encoding_note(name, "UTF-16"))
        data = data.decode("utf-16", errors="replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        repairs.append(_encoding_note(name, "Latin-1"))
        data = data.decode("latin-1").encode()
    if b"\r" in data.partition(b"\n")[0].rstrip(b"\r"):  # line ends of the old Macintosh
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data


def _encoding_note(name: str, encoding: str) -> Note:
    return note(
        f"{name}.txt: read as {encoding} (GTFS wants UTF-8)",
        f"{name}.txt：按 {encoding} 读取（GTFS 要求 UTF-8）",
    )


def _column_names(header: bytes, name: str, repairs: list[Note]) -> list[str]:
    raw = next(csv.reader(io.StringIO(header.decode().strip("\r\n"))), [])
    names = list[str]()
    for word in raw:
        clean = word.strip().lower()
        if clean != word:
            repairs.append(note(
                f"{name}.txt: the column {word!r} is read as {clean!r}",
                f"{name}.txt：列名 {word!r} 按 {clean!r} 读取",
            ))  # fmt: skip
        names.append(f"{clean}#{len(names)}" if clean in names else clean)
    return names


def _parsed_csv(
    body: bytes, names: list[str], wanted: list[str], where: str, repairs: list[Note]
) -> pa.Table:
    bad = list[int]()

    def skip(row: pacsv.InvalidRow) -> str:
        bad.append(row.actual_columns)
        return "skip"

    coded = pa.dictionary(pa.int32(), pa.string())
    try:
        parsed = pacsv.read_csv(
            pa.BufferReader(body),
            read_options=pacsv.ReadOptions(column_names=names, block_size=BLOCK_BYTES),
            parse_options=pacsv.ParseOptions(newlines_in_values=True, invalid_row_handler=skip),
            convert_options=pacsv.ConvertOptions(
                include_columns=wanted, column_types=dict.fromkeys(wanted, coded)
            ),
        )
    except pa.ArrowInvalid as error:
        reason = " ".join(str(error).split())[:120]
        raise UserError(
            f"{where}: this is not a table of values with commas ({reason}); "
            "look for a quote that is not closed"
        ) from None
    if bad:
        file, count, got = where.rpartition("/")[2], f"{len(bad):,}", bad[0]
        repairs.append(note(
            f"{file}: {count} rows are left out: {got} values where {len(names)} are wanted",
            f"{file}：略去 {count} 行，其值数为 {got}，应为 {len(names)}",
        ))  # fmt: skip
    return parsed


def _column(chunks: pa.ChunkedArray) -> Column:
    coded = chunks.unify_dictionaries().combine_chunks()
    if isinstance(coded, pa.ChunkedArray):
        coded = pa.concat_arrays(coded.chunks)
    return Column(to_numpy(coded.indices), pc.utf8_trim_whitespace(coded.dictionary))


_NOTHING = Column(np.empty(0, dtype=np.int32), pa.nulls(0, pa.string()))
# pa.scalar() would import pandas.
_ZERO, _EMPTY = from_text(["0", ""])
_NOWHERE = from_numpy(np.array([-1], dtype=np.int32))[0]
_BLANK = np.iinfo(np.int32).min


def _seconds(texts: pa.StringArray) -> tuple[Int32, NDArray[np.bool_]]:
    shape = r"^(?P<h>\d{1,3}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?$"
    parts = pc.extract_regex(texts, shape)
    is_blank = _is_blank(texts)
    is_bad = to_numpy(pc.is_null(parts)) & ~is_blank
    hours, minutes, seconds = (_part(parts, key) for key in ("h", "m", "s"))
    total = hours * 3600 + minutes * 60 + seconds
    return np.where(is_blank | is_bad, NO_TIME, total).astype(np.int32), is_bad


def _part(parts: pa.StructArray, key: str) -> NDArray[np.int64]:
    words = pc.fill_null(pc.struct_field(parts, key), _ZERO)
    words = pc.if_else(pc.equal(words, _EMPTY), _ZERO, words)
    return to_numpy(pc.cast(words, pa.int64()))


def _day_numbers(texts: pa.StringArray) -> tuple[Int32, NDArray[np.bool_]]:
    words = texts.to_pylist()
    days = np.array([_day_number(word) for word in words], dtype=np.int32)
    return np.where(days == _BLANK, np.int32(-1), days), (days == _BLANK) & ~_is_blank(texts)


def _day_number(word: str) -> int:
    if len(word) != 8 or not word.isdecimal():
        return int(_BLANK)
    try:
        return date(int(word[:4]), int(word[4:6]), int(word[6:])).toordinal() - EPOCH
    except ValueError:
        return int(_BLANK)


def _whole(texts: pa.StringArray) -> tuple[Int32, NDArray[np.bool_]]:
    matches = pc.match_substring_regex(texts, r"^-?\d{1,9}$")
    numbers = to_numpy(pc.cast(pc.if_else(matches, texts, _ZERO), pa.int32()))
    is_good = to_numpy(matches)
    values = np.where(is_good, numbers, _BLANK).astype(np.int32)
    return values, ~is_good & ~_is_blank(texts)


def _decimals(texts: pa.StringArray) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    shape = r"^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
    matches = pc.match_substring_regex(texts, shape)
    numbers = to_numpy(pc.cast(pc.if_else(matches, texts, _ZERO), pa.float64()))
    is_good = to_numpy(matches)
    values = np.where(is_good, numbers, np.nan)
    return values, ~is_good & ~_is_blank(texts)


def _is_blank(texts: pa.StringArray) -> NDArray[np.bool_]:
    return to_numpy(pc.equal(texts, _EMPTY))
