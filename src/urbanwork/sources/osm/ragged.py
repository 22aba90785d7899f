"""Rows of unequal length, kept as one flat array and the start of each row."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Starts = NDArray[np.int64]


def starts_of(lengths: NDArray[Any]) -> Starts:
    """The start of each row and the end of the last.

    >>> starts_of(np.array([2, 0, 3]))
    array([0, 2, 2, 5])
    """
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def taken(starts: Starts, rows: NDArray[Any]) -> tuple[NDArray[np.int64], Starts]:
    """Where the items of some rows stand in the flat array, and the starts of those rows.

    >>> places, starts = taken(np.array([0, 2, 2, 5]), np.array([2, 0]))
    >>> places, starts
    (array([2, 3, 4, 0, 1]), array([0, 3, 5]))
    """
    lengths = starts[rows + 1] - starts[rows]
    result = starts_of(lengths)
    places = np.arange(result[-1], dtype=np.int64)
    places += np.repeat(starts[rows] - result[:-1], lengths)
    return places, result


def row_of_item(starts: Starts) -> NDArray[np.int64]:
    """The row that each item of the flat array belongs to.

    >>> row_of_item(np.array([0, 2, 2, 5]))
    array([0, 0, 2, 2, 2])
    """
    return np.repeat(np.arange(len(starts) - 1, dtype=np.int64), np.diff(starts))


def any_in_row(flags: NDArray[np.bool_], starts: Starts) -> NDArray[np.bool_]:
    """Whether one item of the row at least holds; false for an empty row.

    >>> any_in_row(np.array([False, True, False]), np.array([0, 2, 2, 3]))
    array([ True, False, False])
    """
    before = starts_of(flags)
    return np.asarray(before[starts[1:]] > before[starts[:-1]])
