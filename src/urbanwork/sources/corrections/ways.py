"""Streets taken apart and put together: single ways, vertices in them, what lies near a point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from urbanwork.sources.columns import column_of
from urbanwork.sources.corrections.entries import Point
from urbanwork.sources.layers import Flags, Floats, Streets

Ints = NDArray[np.int64]

METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Way:
    """One way by itself."""

    way_id: int
    node: Ints  # [n]
    lon: Floats  # [n]
    lat: Floats  # [n]
    tags: dict[str, str | None]
    is_cut_at_start: bool
    is_cut_at_end: bool

    @property
    def is_ring(self) -> bool:
        """Whether it ends where it begins."""
        return bool(self.node[0] == self.node[-1])

    def lengths(self) -> Floats:
        """[n] metres along the way from its beginning to each vertex."""
        narrow = np.cos(np.radians(self.lat.mean()))
        steps = np.hypot(np.diff(self.lon) * narrow, np.diff(self.lat)) * METRES_PER_DEGREE
        return np.concatenate([[0.0], np.cumsum(steps)])

    def piece(self, first: int, last: int) -> Way | None:
        """The part between two vertices; None where it has no length.

        An end that is new is no edge of the data: the street is closed there, not unknown.
        """
        if last <= first:
            return None
        part = slice(first, last + 1)
        return Way(
            self.way_id, self.node[part], self.lon[part], self.lat[part], self.tags,
            self.is_cut_at_start and first == 0,
            self.is_cut_at_end and last == len(self.node) - 1,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class NearSegment:
    """The point of the streets that lies nearest to a place."""

    vertex: int  # the segment runs from this vertex to the next
    lon: float
    lat: float
    metres: float


def way_at(streets: Streets, row: int) -> Way:
    """A way of the streets by itself."""
    part = slice(int(streets.start[row]), int(streets.start[row + 1]))
    return Way(
        int(streets.way_id[row]), streets.node[part], streets.lon[part], streets.lat[part],
        {key: column[row] for key, column in streets.tags.items()},
        bool(streets.is_cut_at_start[row]), bool(streets.is_cut_at_end[row]),
    )  # fmt: skip


def without_ways(streets: Streets, rows: Ints) -> Streets:
    """The streets without some ways."""
    keep = np.ones(len(streets.way_id), dtype=np.bool_)
    keep[rows] = False
    sizes = np.diff(streets.start)
    kept = np.repeat(keep, sizes)
    return Streets(
        streets.way_id[keep], np.concatenate([[0], np.cumsum(sizes[keep])]).astype(np.int64),
        streets.node[kept], streets.lon[kept], streets.lat[kept],
        {key: column[keep] for key, column in streets.tags.items()},
        streets.is_cut_at_start[keep], streets.is_cut_at_end[keep],
    )  # fmt: skip


def with_ways(streets: Streets, ways: Sequence[Way]) -> Streets:
    """The streets and after them some ways."""
    if not ways:
        return streets
    ends = streets.start[-1] + np.cumsum([len(way.node) for way in ways])
    return Streets(
        np.append(streets.way_id, [way.way_id for way in ways]).astype(np.int64),
        np.append(streets.start, ends).astype(np.int64),
        np.concatenate([streets.node, *(way.node for way in ways)]),
        np.concatenate([streets.lon, *(way.lon for way in ways)]),
        np.concatenate([streets.lat, *(way.lat for way in ways)]),
        {
            key: np.concatenate([column, column_of(way.tags.get(key) for way in ways)])
            for key, column in streets.tags.items()
        },
        np.append(streets.is_cut_at_start, [way.is_cut_at_start for way in ways]),
        np.append(streets.is_cut_at_end, [way.is_cut_at_end for way in ways]),
    )


def with_vertex(streets: Streets, after: int, node: int, lon: float, lat: float) -> Streets:
    """The streets with one more vertex on the segment that begins at the vertex `after`."""
    start = streets.start.copy()
    start[np.searchsorted(start, after, side="right") :] += 1
    return replace(
        streets,
        start=start,
        node=np.insert(streets.node, after + 1, node),
        lon=np.insert(streets.lon, after + 1, lon),
        lat=np.insert(streets.lat, after + 1, lat),
    )


def way_of_vertex(streets: Streets, vertex: int) -> int:
    """Row of the way that a vertex belongs to."""
    return int(np.searchsorted(streets.start, vertex, side="right")) - 1


def nearest_vertex(streets: Streets, point: Point, within_m: float, ways: Flags) -> int | None:
    """The nearest vertex of the chosen ways; of equally near ones that of the smallest node."""
    east, north = _metres_from(streets, point)
    near = np.flatnonzero((np.abs(east) <= within_m) & (np.abs(north) <= within_m))
    near = near[ways[_ways_of(streets, near)]]
    metres = np.hypot(east[near], north[near])
    near, metres = near[metres <= within_m], metres[metres <= within_m]
    if not len(near):
        return None
    return int(near[np.lexsort((streets.node[near], metres))[0]])


def nearest_segment(
    streets: Streets, point: Point, within_m: float, ways: Flags
) -> NearSegment | None:
    """The nearest point of the chosen ways within some metres."""
    east, north = _metres_from(streets, point)
    low_x, high_x = np.minimum(east[:-1], east[1:]), np.maximum(east[:-1], east[1:])
    low_y, high_y = np.minimum(north[:-1], north[1:]), np.maximum(north[:-1], north[1:])
    near = (low_x <= within_m) & (high_x >= -within_m) & (low_y <= within_m) & (high_y >= -within_m)
    near[streets.start[1:-1] - 1] = False  # from the end of one way to the beginning of the next
    rows = np.flatnonzero(near)
    rows = rows[ways[_ways_of(streets, rows)]]
    if not len(rows):
        return None
    dx, dy = east[rows + 1] - east[rows], north[rows + 1] - north[rows]
    square = np.maximum(dx * dx + dy * dy, 1e-12)
    along = np.clip(-(east[rows] * dx + north[rows] * dy) / square, 0.0, 1.0)
    metres = np.hypot(east[rows] + along * dx, north[rows] + along * dy)
    best = int(np.lexsort((streets.way_id[_ways_of(streets, rows)], metres))[0])
    if metres[best] > within_m:
        return None
    vertex, share = int(rows[best]), float(along[best])
    lon = streets.lon[vertex] + share * (streets.lon[vertex + 1] - streets.lon[vertex])
    lat = streets.lat[vertex] + share * (streets.lat[vertex + 1] - streets.lat[vertex])
    return NearSegment(vertex, float(lon), float(lat), float(metres[best]))


def _ways_of(streets: Streets, vertices: Ints) -> Ints:
    return (np.searchsorted(streets.start, vertices, side="right") - 1).astype(np.int64)


def _metres_from(streets: Streets, point: Point) -> tuple[Floats, Floats]:
    narrow = np.cos(np.radians(point[1]))
    east = (streets.lon - point[0]) * (narrow * METRES_PER_DEGREE)
    return east, (streets.lat - point[1]) * METRES_PER_DEGREE
