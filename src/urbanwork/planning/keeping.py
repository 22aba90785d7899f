"""Places of a city that keep their rows while it changes: columns with room, found by name.

A session adds, moves and removes one place at a time, in a city of any size: nothing here looks
at all places again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from urbanwork.city.model import PlaceModel
from urbanwork.kernels.graph import Snaps
from urbanwork.kernels.legs import rows_from

Rows = NDArray[np.int64]
Column = NDArray[Any]

SNAPS = ("edge", "to_start", "to_end", "off")


class Room:
    """Columns with room behind their rows, so that one row more does not copy them all.

    What is added overwrites what was added behind the same rows before: whoever takes a change
    back lets go of the columns that it made.
    """

    def __init__(self) -> None:
        self._mine: WeakValueDictionary[int, Column] = WeakValueDictionary()

    def copied(self, column: Column) -> Column:
        """The same values with room behind them."""
        return self._whole(column, len(column))[: len(column)]

    def behind(self, column: Column, more: Column) -> Column:
        """The values and, behind them, more of them."""
        count = len(column) + len(more)
        whole = column.base
        if not isinstance(whole, np.ndarray) or not self._is_mine(whole) or len(whole) < count:
            whole = self._whole(column, count)
        whole[len(column) : count] = more
        return whole[:count]

    def _is_mine(self, column: Column) -> bool:
        return self._mine.get(id(column)) is column

    def _whole(self, column: Column, count: int) -> Column:
        """A column of our own that begins with these values and has room for `count` and more."""
        whole: Column = np.empty((count * 9 // 8 + 64, *column.shape[1:]), column.dtype)
        whole[: len(column)] = column
        self._mine[id(whole)] = whole
        return whole

    def snaps_behind(self, one: Snaps, two: Snaps) -> Snaps:
        """One after the other."""
        return Snaps(*(self.behind(getattr(one, name), getattr(two, name)) for name in SNAPS))

    def places_copied(self, places: PlaceModel) -> PlaceModel:
        """The same places with room behind them."""
        columns: dict[str, Any] = {}
        for field in fields(PlaceModel):
            column = getattr(places, field.name)
            is_snaps = isinstance(column, Snaps)
            columns[field.name] = (self.snaps_copied if is_snaps else self.copied)(column)
        return PlaceModel(**columns)

    def snaps_copied(self, snaps: Snaps) -> Snaps:
        """The same snaps with room behind them."""
        return Snaps(*(self.copied(getattr(snaps, name)) for name in SNAPS))


class KeptPlaces:
    """Where places stand in the rows of a city that only ever gets more of them.

    `places` are those of today, with room behind them (`room`).
    """

    def __init__(self, places: PlaceModel) -> None:
        self.room = Room()
        self.places = self.room.places_copied(places)
        self._count = len(places.id)
        self._is_in_order = bool((np.diff(places.entrance_place) >= 0).all())
        self._by_id = _rows_by(places.id)
        self._by_category = _rows_by(places.category)

    def named(self, places: PlaceModel, ids: Iterable[str]) -> Rows:
        """Rows of these ids, rising, whether they still have a category or not."""
        wanted = set(ids)
        return self._rows(places.id, wanted, self._by_id)

    def of_categories(self, places: PlaceModel, names: Iterable[str]) -> Rows:
        """Rows of these categories, rising."""
        wanted = set(names)
        rows = self._rows(places.category, wanted, self._by_category)
        is_still = [each in wanted for each in places.category[rows].tolist()]
        return rows[np.array(is_still, np.bool_)]

    def entrances(self, places: PlaceModel, rows: Rows) -> Rows:
        """Rows of the entrances of some places."""
        owner = places.entrance_place
        if not self._is_in_order:
            return np.flatnonzero(np.isin(owner, rows)).astype(np.int64)
        wanted = rows.astype(owner.dtype)  # else numpy turns all into the type of the rows
        first, last = np.searchsorted(owner, wanted), np.searchsorted(owner, wanted, side="right")
        return rows_from(first, last - first)

    def _rows(self, column: Column, wanted: set[str], known: dict[Any, Rows]) -> Rows:
        behind = column[self._count :].tolist()
        new = [row for row, each in enumerate(behind, self._count) if each in wanted]
        old = [known[each] for each in wanted if each in known]
        return np.sort(np.concatenate([*old, np.array(new, np.int64)]))


def _rows_by(column: Column) -> dict[Any, Rows]:
    """The rows of each value, rising."""
    found: dict[Any, list[int]] = {}
    for row, value in enumerate(column.tolist()):
        found.setdefault(value, []).append(row)
    return {value: np.array(rows, np.int64) for value, rows in found.items()}
