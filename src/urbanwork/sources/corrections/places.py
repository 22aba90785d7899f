"""Corrections of places."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.sources.columns import column_of, nothing
from urbanwork.sources.corrections.entries import ADD, CLOSE, MOVE, Correction, Point, Target
from urbanwork.sources.corrections.outcome import (
    NOT_YET_OPEN,
    SUPERSEDED,
    Outcome,
    applied,
    no_effect,
    not_found,
)
from urbanwork.sources.families import categories_of
from urbanwork.sources.layers import Flags, Floats, Places
from urbanwork.sources.notes import note
from urbanwork.sources.register.names import NameComparer
from urbanwork.sources.register.values import is_after

Ints = NDArray[np.int64]

METRES_PER_DEGREE = 111_195.0
TARGET_WITHIN_M = 100.0
SAME_WITHIN_M = 30.0
ALIKE = 0.5


class PlaceEdits:
    """The places as they are after each correction."""

    def __init__(self, places: Places, as_of: str) -> None:
        self.places = places
        self._as_of = as_of
        self._closed: list[Places] = []

    def apply(self, one: Correction) -> Outcome:
        """Carry out one correction of a place."""
        if one.action == ADD:
            return self._add(one)
        if one.action == CLOSE:
            return self._close(one)
        return self._move(one) if one.action == MOVE else self._reopen(one)

    def _add(self, one: Correction) -> Outcome:
        assert one.category is not None and one.at is not None  # noqa: S101, PT018 (was read so)
        if is_after(one.opened, self._as_of):
            return Outcome(NOT_YET_OPEN, note(
                f"opens on {one.opened}, after {self._as_of}",
                f"将于 {one.opened} 开放，晚于 {self._as_of}",
            ))  # fmt: skip
        twin = self._twin(one)
        if twin is not None:
            return Outcome(SUPERSEDED, note(
                f"the data has it by now as {twin}; remove this correction",
                f"数据中已有该设施（{twin}），可删除此更正",
            ))  # fmt: skip
        self.places = joined(self.places, _new_rows(one))
        kind_en, kind_zh = _titles(one.category)
        return applied(
            f"added {kind_en} {one.name or one.name_zh or ''}".rstrip(),
            f"已新增{kind_zh} {one.name_zh or one.name or ''}".rstrip(),
        )

    def _twin(self, one: Correction) -> str | None:
        """A place of the data that is the one to be added."""
        places, own = self.places, one.at
        is_same = places.category == one.category
        rows = np.flatnonzero(np.asarray(is_same, dtype=np.bool_))
        rows = rows[_metres(places, rows, own) <= SAME_WITHIN_M]
        names = [one.name, one.name_zh, one.name_en]
        comparer = NameComparer([*names, *places.name[rows]])
        for row in rows[np.argsort(_metres(places, rows, own), kind="stable")].tolist():
            likeness = comparer.likeness(names, _names(places, row))
            if likeness is None or likeness >= ALIKE:
                return str(places.id[row])
        return None

    def _close(self, one: Correction) -> Outcome:
        rows = self._rows(self.places, one.target)
        if not len(rows):
            return not_found(one)
        self._closed.append(taken(self.places, rows))
        self.places = without(self.places, rows)
        return applied(f"closed {one.target}", f"已关闭 {one.target}")

    def _move(self, one: Correction) -> Outcome:
        rows = self._rows(self.places, one.target)
        if not len(rows):
            return not_found(one)
        assert one.at is not None  # noqa: S101 (was read so)
        metres = float(_metres(self.places, rows[:1], one.at)[0])
        self.places = _moved(self.places, rows, one.at)
        return applied(f"moved {one.target} by {metres:,.0f} m",
                       f"已将 {one.target} 移动 {metres:,.0f} 米")  # fmt: skip

    def _reopen(self, one: Correction) -> Outcome:
        for at in range(len(self._closed) - 1, -1, -1):
            rows = self._rows(self._closed[at], one.target)
            if len(rows):
                self.places = joined(self.places, taken(self._closed[at], rows))
                self._closed[at] = without(self._closed[at], rows)
                return applied(f"reopened {one.target}", f"已重新开放 {one.target}")
        if len(self._rows(self.places, one.target)):
            return no_effect(f"{one.target} is open in the data", f"数据中 {one.target} 已开放")
        return not_found(one)

    def _rows(self, places: Places, target: Target | None) -> Ints:
        """All rows of the target, in the category that it names or in all."""
        none = np.empty(0, dtype=np.int64)
        if target is None:
            return none
        fits = np.ones(len(places.id), dtype=np.bool_)
        if target.category is not None:
            fits &= np.asarray(places.category == target.category, dtype=np.bool_)
        identity = target.id or self._identity(places, fits, target)
        if identity is None:
            return none
        return np.flatnonzero(fits & np.asarray(places.id == identity, dtype=np.bool_))

    def _identity(self, places: Places, fits: Flags, target: Target) -> str | None:
        """The id of the nearest place that fits the description, the only one if not located."""
        rows = np.flatnonzero(fits)
        if target.at is not None:
            metres = _metres(places, rows, target.at)
            rows, metres = rows[metres <= TARGET_WITHIN_M], metres[metres <= TARGET_WITHIN_M]
            rows = rows[np.lexsort((places.id[rows].astype(str), metres))]
        if target.name is not None:
            comparer = NameComparer([target.name, *places.name[rows]])
            rows = np.array([
                row for row in rows.tolist()
                if (comparer.likeness([target.name], _names(places, row)) or 0) >= ALIKE
            ], dtype=np.int64)  # fmt: skip
        found = list(dict.fromkeys(places.id[rows].tolist()))
        is_sure = len(found) == 1 or (found and target.at is not None)
        return str(found[0]) if is_sure else None


def _titles(category: str) -> tuple[str, str]:
    """What a category is called in English and Chinese."""
    from urbanwork.sources.osm.categories import load_categories

    known = load_categories().places.get(category)
    return (known.title_en, known.title_zh) if known else (category, category)


def _names(places: Places, row: int) -> list[str | None]:
    return [places.name[row], places.name_zh[row], places.name_en[row]]


def _metres(places: Places, rows: Ints, at: Point | None) -> Floats:
    """Distance of the places from a point; 0 inside an outline."""
    if at is None:
        return np.full(len(rows), np.inf)
    narrow = np.cos(np.radians(at[1]))
    east, north = (places.lon[rows] - at[0]) * narrow, places.lat[rows] - at[1]
    metres: Floats = np.hypot(east, north) * METRES_PER_DEGREE
    near = np.flatnonzero(metres < 50 * TARGET_WITHIN_M)
    inside = shapely.contains_xy(places.geometry[rows[near]], at[0], at[1])
    metres[near[np.asarray(inside, dtype=np.bool_)]] = 0.0
    return metres


def _new_rows(one: Correction) -> Places:
    assert one.category is not None and one.at is not None  # noqa: S101, PT018 (was read so)
    categories = categories_of(one.category, has_area=False)
    count = len(categories)
    capacity = np.nan if one.capacity is None else one.capacity
    return Places(
        id=column_of([one.id] * count), category=column_of(categories),
        name=column_of([one.name or one.name_zh or one.name_en] * count),
        name_zh=column_of([one.name_zh] * count), name_en=column_of([one.name_en] * count),
        lon=np.full(count, one.at[0]), lat=np.full(count, one.at[1]), geometry=nothing(count),
        capacity=np.full(count, capacity), opened=column_of([one.opened] * count),
        source=column_of(["correction"] * count),
    )  # fmt: skip


def _moved(places: Places, rows: Ints, at: Point) -> Places:
    lon, lat = places.lon.copy(), places.lat.copy()
    geometry, source = places.geometry.copy(), places.source.copy()
    for row in rows.tolist():
        if geometry[row] is not None:
            step = np.array([at[0] - lon[row], at[1] - lat[row]])
            geometry[row] = shapely.transform(geometry[row], lambda xy, step=step: xy + step)
    lon[rows], lat[rows], source[rows] = at[0], at[1], "correction"
    return replace(places, lon=lon, lat=lat, geometry=geometry, source=source)


def taken(places: Places, rows: Ints | Flags) -> Places:
    """Some rows of the places."""
    return Places(**{one.name: getattr(places, one.name)[rows] for one in fields(Places)})


def without(places: Places, rows: Ints) -> Places:
    """All other rows."""
    keep = np.ones(len(places.id), dtype=np.bool_)
    keep[rows] = False
    return taken(places, keep)


def joined(places: Places, more: Places) -> Places:
    """The rows of both."""
    columns: dict[str, Any] = {
        one.name: np.concatenate([getattr(places, one.name), getattr(more, one.name)])
        for one in fields(Places)
    }
    return Places(**columns)
