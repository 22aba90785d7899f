"""A plan as a gate sees it: where each change lies, and what it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.catalogue.bottomlines import matches
from urbanwork.city.model import PreparedCity
from urbanwork.planning.changes import Change
from urbanwork.quantities.crs import project

Geometries = NDArray[np.object_]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

_Kind = tuple[str, tuple[str | None, ...]]
_BY_TARGET = ("move_place", "remove_place", "set_capacity")


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes of a plan, in metres."""

    changes: tuple[Change, ...]
    shape: Geometries  # [N] metric; None where it is not known where the change lies
    dimension: Ints  # [N] 0 a point, 1 a line, 2 a polygon; -1 where not known
    kind: tuple[_Kind, ...]  # the different kinds, with the categories of what is changed
    kind_of: Ints  # [N] row in `kind`

    def concerned(self, patterns: Sequence[str], but: Sequence[str] = ()) -> Flags:
        """[N] which changes are of these kinds."""
        flags = np.array([_is_of(each, patterns, but) for each in self.kind], np.bool_)
        return flags[self.kind_of] if len(self.changes) else np.zeros(0, np.bool_)


def _is_of(kind: _Kind, patterns: Sequence[str], but: Sequence[str]) -> bool:
    return any(
        matches(patterns, kind[0], category) and not matches(but, kind[0], category)
        for category in kind[1]
    )


def plan_of(changes: Iterable[Change], crs: str, city: PreparedCity | None) -> Plan:
    """The plan in metres of `crs`; what a change names and does not draw is looked up in `city`."""
    changes = tuple(changes)
    look_up = _Places(changes, city)
    shape = np.full(len(changes), None, object)
    for row, change in enumerate(changes):
        shape[row] = change.geometry
    shape = project(shape, crs) if changes else shape
    kinds: dict[_Kind, int] = {}
    kind_of = np.zeros(len(changes), np.int64)
    for row, change in enumerate(changes):
        found = look_up(change) if change.kind in _BY_TARGET else None
        if shape[row] is None and found is not None:
            shape[row] = found[1] if found[2] else project(found[1], crs)
        categories = (change.category,) if change.category or found is None else found[0]
        kind_of[row] = kinds.setdefault((change.kind, categories), len(kinds))
    dimension = shapely.get_dimensions(shape).astype(np.int64)
    return Plan(changes, shape, dimension, tuple(kinds), kind_of)


_Found = tuple[tuple[str | None, ...], BaseGeometry, bool]
"""Categories, geometry, whether it is metric."""


class _Places:
    """Finds what a change names: a place of the city, or what another change adds."""

    def __init__(self, changes: Sequence[Change], city: PreparedCity | None) -> None:
        self._added = {each.id: each for each in changes if each.kind == "add_place"}
        self._city = city
        self._rows: dict[str, list[int]] | None = None

    def __call__(self, change: Change) -> _Found | None:
        added = self._added.get(change.target or "")
        if added is not None and added.geometry is not None:
            return (added.category,), added.geometry, False
        city = self._city
        if city is None or change.target is None:
            return None
        rows = self._of(city).get(change.target, ())
        if not rows:
            return None
        categories = tuple(str(city.places.category[row]) for row in rows)
        return categories, place_shape(city, rows[0]), True

    def _of(self, city: PreparedCity) -> dict[str, list[int]]:
        if self._rows is None:
            self._rows = {}
            for row, name in enumerate(city.places.id.tolist()):
                self._rows.setdefault(name, []).append(row)
        return self._rows


def place_shape(city: PreparedCity, row: int) -> BaseGeometry:
    """The polygon of a place, or its point."""
    polygon: BaseGeometry | None = city.places.geometry[row]
    if polygon is not None:
        return polygon
    return shapely.Point(city.places.x[row], city.places.y[row])


def grouped(keys: Ints) -> Iterable[tuple[int, Ints]]:
    """Each key with the rows that have it, keys ascending, rows in their order.

    >>> [(key, rows.tolist()) for key, rows in grouped(np.array([3, 1, 3]))]
    [(1, [1]), (3, [0, 2])]
    """
    order = np.argsort(keys, kind="stable")
    if len(order) == 0:
        return
    cuts = np.flatnonzero(np.diff(keys[order])) + 1
    for rows in np.split(order, cuts):
        yield int(keys[rows[0]]), rows


Effects = Callable[[str], tuple[float | None, float | None]]
"""Id of an indicator -> its value in the city before the plan and after it, None if not known."""
