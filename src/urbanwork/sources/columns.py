"""Columns of objects: texts or geometries, None where missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.sources.layers import Flags

Column = NDArray[np.object_]


def column_of(values: Iterable[Any]) -> Column:
    """A column, whatever the values are (numpy would make a matrix of equal lists).

    >>> column_of(["a", None]).tolist()
    ['a', None]
    """
    listed = list(values)
    column = np.empty(len(listed), dtype=object)
    column[:] = listed
    return column


def nothing(length: int) -> Column:
    """A column of None."""
    return np.full(length, None, dtype=object)


def is_missing(column: Column) -> Flags:
    """Where a column has nothing.

    >>> is_missing(column_of(["a", None])).tolist()
    [False, True]
    """
    return np.fromiter((value is None for value in column), dtype=np.bool_, count=len(column))
