"""Corrections of streets: ways closed, cut, drawn and joined, opened again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from urbanwork.sources.corrections.entries import ADD, CLOSE, Correction, Point, Target
from urbanwork.sources.corrections.outcome import Outcome, applied, no_effect, not_found
from urbanwork.sources.corrections.ways import (
    Way,
    nearest_segment,
    nearest_vertex,
    way_at,
    way_of_vertex,
    with_vertex,
    with_ways,
    without_ways,
)
from urbanwork.sources.layers import Flags, Streets
from urbanwork.sources.register.names import NameComparer

Ints = NDArray[np.int64]

JOIN_WITHIN_M = 10.0
TARGET_WITHIN_M = 50.0
SAME_VERTEX_M = 1.0
ALIKE = 0.5
ACCESS_TAGS = ("foot", "access", "motor_vehicle", "bicycle")
SHUT = ("no", "private")
NOT_BUILT = ("construction", "proposed", "abandoned", "disused", "razed", "planned")
NO_JOINT = (*NOT_BUILT, "motorway", "motorway_link")
"""Streets that a new one is not joined to."""


class StreetEdits:
    """The streets as they are after each correction."""

    def __init__(self, streets: Streets) -> None:
        self.streets = streets
        self._closed: list[tuple[Target, list[Way]]] = []

    def apply(self, one: Correction) -> Outcome:
        """Carry out one correction of a street."""
        if one.action == ADD:
            return self._add(one)
        if one.target is None:
            return not_found(one)
        if one.action == CLOSE:
            return self._close(one, one.target)
        return self._reopen(one, one.target)

    # Closing

    def _close(self, one: Correction, target: Target) -> Outcome:
        rows = self._rows(target)
        if not len(rows):
            return not_found(one)
        if one.part is not None:
            return self._close_part(one, target, rows, one.part)
        self._closed.append((target, [way_at(self.streets, row) for row in rows.tolist()]))
        self.streets = without_ways(self.streets, rows)
        return applied(f"closed {target}", f"已封闭 {target}")

    def _close_part(
        self, one: Correction, target: Target, rows: Ints, part: tuple[Point, Point]
    ) -> Outcome:
        before = self.streets
        chosen = np.zeros(len(before.way_id), dtype=np.bool_)
        chosen[rows] = True
        first, last = (
            self._vertex_at(point, chosen, _new_node(one, number))
            for number, point in enumerate(part)
        )
        if first is None or last is None or first == last:
            self.streets = before
            return no_effect(
                f"from and to are no two points of {target} (within {TARGET_WITHIN_M:.0f} m)",
                f"from 与 to 不是 {target} 上的两点（{TARGET_WITHIN_M:.0f} 米以内）",
            )
        row = self._way_with(first, last, chosen)
        if row is None:
            self.streets = before
            return no_effect(
                f"from and to lie on two ways; close each part of {target} by itself",
                f"from 与 to 位于两条路段，请分别封闭 {target} 的各段",
            )
        kept, removed = _cut(way_at(self.streets, row), first, last)
        self.streets = without_ways(self.streets, np.array([row]))
        self.streets = with_ways(self.streets, kept)
        self._closed.append((target, removed))
        length = f"{sum(float(way.lengths()[-1]) for way in removed):,.0f}"
        return applied(f"closed {length} m of {target}", f"已封闭 {target} 的 {length} 米")

    def _vertex_at(self, point: Point, chosen: Flags, new_node: int) -> int | None:
        """The node of the chosen ways at a point, put in where there is none."""
        vertex = nearest_vertex(self.streets, point, SAME_VERTEX_M, chosen)
        if vertex is not None:
            return int(self.streets.node[vertex])
        segment = nearest_segment(self.streets, point, TARGET_WITHIN_M, chosen)
        if segment is None:
            return None
        at = (segment.lon, segment.lat)
        vertex = nearest_vertex(self.streets, at, SAME_VERTEX_M, chosen)
        if vertex is not None:
            return int(self.streets.node[vertex])
        self.streets = with_vertex(self.streets, segment.vertex, new_node, *at)
        return new_node

    def _way_with(self, first: int, last: int, chosen: Flags) -> int | None:
        """The chosen way that has both nodes."""
        for row in np.flatnonzero(chosen).tolist():
            nodes = self.streets.node[self.streets.start[row] : self.streets.start[row + 1]]
            if first in nodes and last in nodes:
                return int(row)
        return None

    # Reopening

    def _reopen(self, one: Correction, target: Target) -> Outcome:
        for at in range(len(self._closed) - 1, -1, -1):
            if self._closed[at][0] == target:
                self.streets = with_ways(self.streets, self._closed.pop(at)[1])
                return applied(f"reopened {target}", f"已重新开放 {target}")
        rows = self._rows(target)
        return self._open(one, target, rows) if len(rows) else not_found(one)

    def _open(self, one: Correction, target: Target, rows: Ints) -> Outcome:
        tags = {key: column.copy() for key, column in self.streets.tags.items()}
        is_unbuilt = np.isin(tags["highway"][rows].astype(str), NOT_BUILT)
        if is_unbuilt.any() and one.highway is None:
            kind = tags["highway"][rows[is_unbuilt]][0]
            return no_effect(
                f"{target} is mapped as {kind}; say its class, such as 'highway: residential'",
                f"{target} 在数据中为 {kind}，请用 highway 说明等级",
            )
        tags["highway"][rows[is_unbuilt]] = one.highway
        is_changed = is_unbuilt.copy()
        for key in ACCESS_TAGS:
            is_shut = np.isin(tags[key][rows].astype(str), SHUT)
            tags[key][rows[is_shut]] = None
            is_changed |= is_shut
        if not is_changed.any():
            return no_effect(f"{target} is open in the data", f"数据中 {target} 已开放")
        self.streets = replace(self.streets, tags=tags)
        return applied(f"opened {target}", f"已开放 {target}")

    # Adding

    def _add(self, one: Correction) -> Outcome:
        before = self.streets
        nodes, places, joints = list[int](), list[Point](), 0
        for number, point in enumerate(one.line):
            node, place, is_joined = self._joint(point, _new_node(one, number))
            if not nodes or nodes[-1] != node:
                nodes.append(node)
                places.append(place)
                joints += is_joined
        if len(nodes) < 2:
            self.streets = before
            return no_effect("the line lies within 10 m of one node",
                             "线路全长都在同一节点 10 米以内")  # fmt: skip
        tags: dict[str, str | None] = dict.fromkeys(self.streets.tags)
        tags |= {"highway": one.highway, "name": one.name, "oneway": "yes" if one.oneway else None}
        lon, lat = np.array(places, dtype=np.float64).T
        way = Way(new_way_id(one.id), np.array(nodes, dtype=np.int64), lon, lat, tags, False, False)
        self.streets = with_ways(self.streets, [way])
        return applied(
            f"added a street that joins others at {joints} of its {len(nodes)} vertices"
            + ("" if joints else "; nobody can reach it"),
            f"已新增道路，{len(nodes)} 个折点中有 {joints} 个与其他道路相接"
            + ("" if joints else "，无法到达"),
        )

    def _joint(self, point: Point, new_node: int) -> tuple[int, Point, bool]:
        """The node, place and whether it is one of the streets' own (a vertex may be put in)."""
        open_ways = ~np.isin(self.streets.tags["highway"].astype(str), NO_JOINT)
        vertex = nearest_vertex(self.streets, point, JOIN_WITHIN_M, open_ways)
        if vertex is not None:
            place = (float(self.streets.lon[vertex]), float(self.streets.lat[vertex]))
            return int(self.streets.node[vertex]), place, True
        segment = nearest_segment(self.streets, point, JOIN_WITHIN_M, open_ways)
        if segment is None:
            return new_node, point, False
        self.streets = with_vertex(self.streets, segment.vertex, new_node, segment.lon, segment.lat)
        return new_node, (segment.lon, segment.lat), True

    # Finding

    def _rows(self, target: Target) -> Ints:
        """All pieces of the way that is meant."""
        way_id = self._way_id(target)
        if way_id is None:
            return np.empty(0, dtype=np.int64)
        return np.flatnonzero(self.streets.way_id == way_id)

    def _way_id(self, target: Target) -> int | None:
        kind, _, number = (target.id or "").partition("/")
        if kind == "way" and number.isdecimal() and len(number) < 19:
            return int(number)
        if kind == "correction":
            return new_way_id(f"correction/{number}")
        if target.id is not None or target.at is None or not len(self.streets.way_id):
            return None
        segment = nearest_segment(
            self.streets, target.at, TARGET_WITHIN_M, self._named(target.name)
        )
        if segment is None:
            return None
        return int(self.streets.way_id[way_of_vertex(self.streets, segment.vertex)])

    def _named(self, name: str | None) -> Flags:
        """The ways whose name is like a name; all if it is None."""
        if name is None:
            return np.ones(len(self.streets.way_id), dtype=np.bool_)
        names = [self.streets.tags[key] for key in ("name", "name:zh", "name:en")]
        distinct = {word for column in names for word in column if word}
        comparer = NameComparer([name, *distinct])
        alike = {word for word in distinct if (comparer.likeness([name], [word]) or 0) >= ALIKE}
        return np.array(
            [any(word in alike for word in words) for words in zip(*names, strict=True)],
            dtype=np.bool_,
        )


def _cut(way: Way, first: int, last: int) -> tuple[list[Way], list[Way]]:
    """What is left of a way and what lies between two of its nodes (on a ring the shorter way)."""
    low, high = sorted(int(np.flatnonzero(way.node == node)[0]) for node in (first, last))
    end = len(way.node) - 1
    outer = [piece for piece in (way.piece(0, low), way.piece(high, end)) if piece is not None]
    inner = [piece for piece in (way.piece(low, high),) if piece is not None]
    lengths = way.lengths()
    if way.is_ring and 2 * (lengths[high] - lengths[low]) > lengths[-1]:
        return inner, outer
    return outer, inner


def new_way_id(correction: str) -> int:
    """The id of a street that a correction adds: negative, as no id of the map is.

    >>> new_way_id("correction/00000000000a")
    -10
    """
    digest = correction.partition("/")[2]
    try:
        return -int(digest, 16)
    except ValueError:
        return 0


def _new_node(one: Correction, number: int) -> int:
    return new_way_id(one.id) * 10_000 - number
