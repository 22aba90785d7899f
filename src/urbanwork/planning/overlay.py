"""Where changes lie in zones: every pair at once, with the mapping error of the zones taken off.

A line on a map is not exact. What lies within the mapping error of a zone's edge does not count,
but it is said how much that is. The rule looks at each point of the ground alone, so that it makes
no difference how a plan is cut into features or in which order they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.sources.layers import Zones

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

MAPPING_ERROR_M: Final = 2.0
"""Of a zone whose file does not state it: 1 mm on a plan of 1:2,000. Ours."""
MOST_ERROR_M: Final = 50.0
"""A larger error that a file states is not granted: it would make the zone vanish."""
MANY: Final = 500
"""Pairs that are worth a second core."""
LEAST: Final = 1e-6
"""m or m2: less comes from rounding."""
NECK: Final = 10.0
"""A part of a zone that is narrower than twice the error counts in full if its area is at least
so many times the error squared; smaller ones are the tips of corners."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Changes that lie in zones. P pairs, sorted by change, then zone."""

    change: Ints  # [P]
    zone: Ints  # [P]
    piece: Geometries  # [P] the part that counts, metric, empty where none does
    size: Floats  # [P] of that part: m2 of a polygon, m of a line, 1 of a point
    forgiven: Floats  # [P] the rest, within the mapping error


class Overlay:
    """Zones ready to be laid over changes."""

    def __init__(self, zones: Zones) -> None:
        self.zones = zones
        self.error_m = tolerance_m(zones.error_m)
        self.counted = counted(zones.geometry, self.error_m)
        shapely.prepare(self.counted)
        self._tree = shapely.STRtree(zones.geometry)

    def pairs(self, shapes: Geometries, wanted: Sequence[tuple[Flags, Flags]]) -> Pairs:
        """Pairs of a change and a zone that share ground; `shapes` [N] metric or None.

        `wanted` holds for each rule the changes [N] and the zones [Z] that it speaks of: pairs
        that no rule speaks of are left out.
        """
        given = np.flatnonzero(~shapely.is_missing(shapes))
        row, zone = self._tree.query(shapes[given], predicate="intersects")
        order = np.lexsort((zone, row))
        change, zone = given[row[order]], zone[order]
        is_wanted = np.zeros(len(change), np.bool_)
        for changes, zones in wanted:
            is_wanted |= changes[change] & zones[zone]
        change, zone = change[is_wanted], zone[is_wanted]
        own = shapes[change]
        is_cut = ~shapely.covers(self.counted[zone], own)
        cut, at = own[is_cut], zone[is_cut]
        piece = own.copy()
        piece[is_cut] = _intersection(cut, self.counted[at])
        size = size_of(piece, own)
        forgiven = np.zeros(len(change))
        whole = _intersection(cut, self.zones.geometry[at])
        forgiven[is_cut] = np.maximum(size_of(whole, cut) - size[is_cut], 0.0)
        return Pairs(change, zone, piece, size, forgiven)

    def widened(self, rows: Flags) -> Geometries:
        """Zones with their mapping error added, for what must lie inside them."""
        wide: Geometries = shapely.buffer(
            self.zones.geometry[rows], self.error_m[rows], join_style="mitre", mitre_limit=2.0
        )
        return wide


def _intersection(first: Geometries, second: Geometries) -> Geometries:
    """Row by row, on two cores where there are many: shapely lets go of the interpreter."""
    if len(first) < MANY:
        few: Geometries = shapely.intersection(first, second)
        return few
    middle = len(first) // 2
    with ThreadPoolExecutor(2) as pool:
        halves = pool.map(
            shapely.intersection,
            (first[:middle], first[middle:]),
            (second[:middle], second[middle:]),
        )
        return np.concatenate(list(halves))


def tolerance_m(error_m: Floats) -> Floats:
    """The mapping error that is granted to each zone, in metres."""
    return np.minimum(np.where(np.isnan(error_m), MAPPING_ERROR_M, error_m), MOST_ERROR_M)


def counted(zones: Geometries, error_m: Floats) -> Geometries:
    """[Z] the ground that surely is of each zone: deeper in it than the error, and its necks.

    A neck is narrower than twice the error. Without it a road could cross a brook unseen, and a
    narrow zone would not count at all.
    """
    core: Geometries = shapely.buffer(zones, -error_m, join_style="mitre", mitre_limit=5.0)
    opened = shapely.buffer(core, error_m * 1.01, join_style="mitre", mitre_limit=5.0)
    rest = shapely.difference(zones, opened)
    result: Geometries = core.copy()
    for row in np.flatnonzero(shapely.area(rest) > NECK * error_m**2).tolist():
        parts = shapely.get_parts(rest[row])
        necks = parts[shapely.area(parts) > NECK * error_m[row] ** 2]
        if len(necks):
            result[row] = shapely.union_all([core[row], *necks])
    vanished = shapely.is_empty(result)
    result[vanished] = zones[vanished]
    return result


def size_of(pieces: Geometries, wholes: Geometries) -> Floats:
    """m2, m, or 1 for what is left of polygons, lines and points; 0 for rounding."""
    dimension = shapely.get_dimensions(wholes)
    is_there = (~shapely.is_empty(pieces)).astype(np.float64)
    size = np.select(
        [dimension == 2, dimension == 1], [shapely.area(pieces), shapely.length(pieces)], is_there
    )
    return np.where(size > LEAST, size, 0.0)
