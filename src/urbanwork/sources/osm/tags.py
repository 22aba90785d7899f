"""Tags of all elements as columns: one sorted column a key, values as codes of one dictionary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from urbanwork.quantities.arrow import from_numpy, from_text, to_numpy
from urbanwork.sources.layers import Text

Rows = NDArray[np.int32]
Codes = NDArray[np.int32]


class Column(NamedTuple):
    """All elements that carry one key."""

    rows: Rows  # [K] element rows, ascending
    codes: Codes  # [K] into the dictionary of values


@dataclass(frozen=True)
class Tags:
    """The wanted tags of `count` elements."""

    columns: dict[str, Column]
    dictionary: pa.Array  # text of each value code
    count: int

    @classmethod
    def of(
        cls,
        row: Rows,
        key: NDArray[np.int16],
        value: pa.ChunkedArray,
        keys: Sequence[str],
        count: int,
    ) -> Tags:
        """Sort T tags by key and row, and number their values; `key` is a place in `keys`."""
        codes, dictionary = _numbered(value)
        order = np.argsort(row, kind="stable")
        order = order[np.argsort(key[order], kind="stable")]
        bounds = np.searchsorted(key[order], np.arange(len(keys) + 1))
        rows, codes = row[order], codes[order]
        parts = zip(keys, bounds[:-1], bounds[1:], strict=True)
        columns = {name: Column(rows[first:end], codes[first:end]) for name, first, end in parts}
        return cls(columns, dictionary, count)

    def column(self, key: str) -> Column:
        """The column of a key, empty where nothing carries it or nobody asked for it."""
        return self.columns.get(key, _EMPTY)

    def codes(self, key: str, rows: Rows) -> Codes:
        """The value code of each given row, -1 where the element lacks the key."""
        column = self.column(key)
        if not len(column.rows):
            return np.full(len(rows), -1, dtype=np.int32)
        places = np.minimum(np.searchsorted(column.rows, rows), len(column.rows) - 1)
        return np.where(column.rows[places] == rows, column.codes[places], np.int32(-1))

    def text(self, key: str, rows: Rows) -> Text:
        """The value of each given row as str, None where the element lacks the key."""
        codes = self.codes(key, rows)
        used, where = distinct(codes[codes >= 0], len(self.dictionary))
        words: Text = np.empty(len(used), dtype=object)
        words[:] = self.dictionary.take(from_numpy(used)).to_pylist()
        result: Text = np.full(len(rows), None, dtype=object)
        result[codes >= 0] = words[where]
        return result

    def listed(self) -> tuple[Codes, pa.Array]:
        """Every part of every value that is a list, such as `school;kindergarten`."""
        is_list = pc.match_substring(self.dictionary, ";")
        codes = np.flatnonzero(to_numpy(is_list)).astype(np.int32)
        parts = pc.split_pattern(self.dictionary.filter(is_list), ";")
        lengths = to_numpy(pc.list_value_length(parts))
        words = pc.utf8_trim_whitespace(pc.list_flatten(parts))
        return np.repeat(codes, lengths.astype(np.int64)), words


def filled(values: pa.Array, rest: pa.Array) -> pa.Array:
    """Values with the one item of `rest` for nulls (a plain scalar would import pandas).

    >>> filled(from_text(["a", None]), from_text([""])).to_pylist()
    ['a', '']
    """
    return values.fill_null(rest[0])


def found_at(values: pa.Array, wanted: pa.Array) -> NDArray[np.int32]:
    """Where each value stands in `wanted`, -1 where it does not.

    >>> found_at(from_text(["b", "x"]), from_text(["a", "b"]))
    array([ 1, -1], dtype=int32)
    """
    places = pc.index_in(values, value_set=wanted)
    return to_numpy(filled(places, from_numpy(np.array([-1], dtype=np.int32))))


def distinct(codes: Codes, count: int) -> tuple[Codes, Codes]:
    """The codes below `count` that occur, ascending, and where each code stands among them.

    >>> distinct(np.array([7, 2, 7], dtype=np.int32), 9)
    (array([2, 7], dtype=int32), array([1, 0, 1], dtype=int32))
    """
    occurs = np.zeros(count, dtype=bool)
    occurs[codes] = True
    used = np.flatnonzero(occurs).astype(np.int32)
    place = np.empty(count, dtype=np.int32)
    place[used] = np.arange(len(used), dtype=np.int32)
    return used, place[codes]


def united(parts: Sequence[Rows]) -> Rows:
    """Ascending rows of several ascending parts, each once."""
    rows = np.concatenate([*parts, _EMPTY.rows])
    if len(parts) > 1:
        rows.sort(kind="stable")  # finds the runs and merges them
        rows = rows[np.append(True, rows[1:] != rows[:-1])] if len(rows) else rows
    return rows


def _numbered(value: pa.ChunkedArray) -> tuple[Codes, pa.Array]:
    encoded = value.dictionary_encode()
    if not encoded.num_chunks:
        return np.empty(0, dtype=np.int32), from_text([])
    codes = [to_numpy(chunk.indices) for chunk in encoded.chunks]
    return np.concatenate(codes).astype(np.int32, copy=False), encoded.chunks[-1].dictionary


_EMPTY = Column(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32))
