"""Tags of all elements as columns: one sorted column a key, values as codes of one dictionary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from urbanwork.sources.layers import Text

Rows = NDArray[np.int32]
Codes = NDArray[np.int32]


class Column(NamedTuple):
    """All elements that carry one key."""

    rows: Rows  # [K] element rows, ascending
    codes: Codes  # [K] into the dictionary of values


class RawTags(NamedTuple):
    """Tags as they come from the file, in no order."""

    row: Rows  # [T]
    key: NDArray[np.int16]  # [T] into the wanted keys
    value: pa.ChunkedArray  # [T] text


@dataclass(frozen=True)
class Tags:
    """The wanted tags of `count` elements."""

    columns: dict[str, Column]
    dictionary: pa.Array  # text of each value code
    count: int

    @classmethod
    def of(cls, raw: RawTags, keys: Sequence[str], count: int) -> Tags:
        """Sort the tags by key and row, and number their values."""
        encoded = raw.value.combine_chunks().dictionary_encode()
        dictionary = encoded.dictionary
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
        order = np.argsort(raw.key.astype(np.int64) * max(count, 1) + raw.row, kind="stable")
        bounds = np.searchsorted(raw.key[order], np.arange(len(keys) + 1))
        rows, codes = raw.row[order], codes[order]
        parts = zip(keys, bounds[:-1], bounds[1:], strict=True)
        columns = {key: Column(rows[first:end], codes[first:end]) for key, first, end in parts}
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
        used, where = np.unique(codes, return_inverse=True)
        words = np.empty(len(used), dtype=object)
        words[used >= 0] = self.words(used[used >= 0])
        return np.asarray(words[where], dtype=object)

    def words(self, codes: Codes) -> Text:
        """The text of value codes."""
        words: Text = np.empty(len(codes), dtype=object)
        words[:] = self.dictionary.take(pa.array(codes)).to_pylist()
        return words

    def listed(self) -> tuple[Codes, pa.Array]:
        """Every part of every value that is a list, such as `school;kindergarten`."""
        is_list = pc.match_substring(self.dictionary, ";")
        codes = np.flatnonzero(is_list.to_numpy(zero_copy_only=False)).astype(np.int32)
        parts = pc.split_pattern(self.dictionary.filter(is_list), ";")
        lengths = pc.list_value_length(parts).to_numpy(zero_copy_only=False)
        words = pc.utf8_trim_whitespace(pc.list_flatten(parts))
        return np.repeat(codes, lengths.astype(np.int64)), words


_EMPTY = Column(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32))
