"""Rings to polygons: chains of ways joined end to end, holes put into shells, faults mended."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.sources.layers import Flags, Geometries, Ints
from urbanwork.sources.osm.parallel import in_parallel
from urbanwork.sources.osm.ragged import Starts, starts_of

POLYGON, MULTIPOLYGON = 3, 6


class Rings(NamedTuple):
    """Closed rings as polygons without holes, each of one role in one relation."""

    polygon: Geometries  # [K]
    place: Ints  # [K] which relation
    is_inner: Flags  # [K]

    def at(self, where: Flags | Ints) -> Rings:
        """Some of the rings."""
        return Rings(self.polygon[where], self.place[where], self.is_inner[where])

    def and_others(self, other: Rings) -> Rings:
        """These rings and the others after them."""
        return Rings(
            np.concatenate([self.polygon, other.polygon]),
            np.concatenate([self.place, other.place]),
            np.concatenate([self.is_inner, other.is_inner]),
        )


def polygons_of(coordinates: NDArray[np.float64], start: Starts) -> Geometries:
    """One polygon a closed ring, without holes.

    >>> square = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], dtype=float)
    >>> polygons_of(square, np.array([0, 5]))[0].area
    1.0
    """
    return _polygons(coordinates, start, np.arange(len(start), dtype=np.int64))


def _polygons(coordinates: NDArray[np.float64], ring: Starts, polygon: Starts) -> Geometries:
    if len(polygon) == 1:
        return np.empty(0, dtype=object)
    kind = shapely.GeometryType.POLYGON
    return np.asarray(shapely.from_ragged_array(kind, coordinates, (ring, polygon)), dtype=object)


def repaired(polygons: Geometries) -> tuple[Geometries, Flags]:
    """The polygonal part of what invalid rings enclose, None where that is nothing; and which."""
    is_bad = ~in_parallel(shapely.is_valid, polygons) & ~shapely.is_missing(polygons)
    bad = np.flatnonzero(is_bad)
    if not len(bad):
        return polygons, is_bad
    # "structure" keeps holes holes and merges overlapping shells, as the mapper meant it.
    mended = shapely.make_valid(polygons[bad], method="structure", keep_collapsed=False)
    result = polygons.copy()
    result[bad] = _areal(mended)
    return result, is_bad


def _areal(geometry: Geometries) -> Geometries:
    kind = shapely.get_type_id(geometry)
    is_area = ((kind == POLYGON) | (kind == MULTIPOLYGON)) & ~shapely.is_empty(geometry)
    result: Geometries = np.full(len(geometry), None, dtype=object)
    result[is_area] = geometry[is_area]
    return result


def joined(lines: Geometries, place: Ints, is_inner: Flags) -> tuple[Rings, Ints]:
    """Rings from lines whose ends meet, per relation and role; relations with an end left over."""
    if not len(lines):
        return Rings(np.empty(0, dtype=object), place, is_inner), place
    order = np.argsort(place * 2 + is_inner, kind="stable")
    group, where = np.unique((place * 2 + is_inner)[order], return_inverse=True)
    chains = shapely.line_merge(shapely.multilinestrings(lines[order], indices=where))
    parts, part_of = shapely.get_parts(chains, return_index=True)
    is_ring = shapely.is_closed(parts) & (shapely.get_num_coordinates(parts) >= 4)
    gaping = np.unique(group[part_of[~is_ring]] // 2)
    ring_group = group[part_of[is_ring]]
    counts = shapely.get_num_coordinates(parts[is_ring])
    polygons = polygons_of(shapely.get_coordinates(parts[is_ring]), starts_of(counts))
    return Rings(polygons, ring_group // 2, ring_group % 2 == 1), gaping


def assembled(rings: Rings, count: int) -> tuple[Geometries, Flags]:
    """The area of each of `count` relations: its shells without its holes; and which were mended.

    A relation without a shell gets None.
    """
    rings = rings.at(np.lexsort((rings.is_inner, rings.place)))
    shells = np.bincount(rings.place[~rings.is_inner], minlength=count)
    geometry: Geometries = np.full(count, None, dtype=object)
    mended = np.zeros(count, dtype=bool)
    simple = _with_one_shell(rings, shells)
    geometry[shells == 1] = simple
    is_odd = ~shapely.is_valid(geometry) & ~shapely.is_missing(geometry)
    harder = is_odd | (shells > 1)
    use = harder[rings.place]
    if use.any():
        geometry[harder], mended[harder] = _overlaid(rings.at(use), harder)
    mended |= is_odd
    return geometry, mended


def _with_one_shell(rings: Rings, shells: NDArray[np.int64]) -> Geometries:
    """Shell and holes written into one polygon as they are, which is quick and keeps vertices."""
    use = (shells == 1)[rings.place]
    polygons = rings.polygon[use]
    per_ring = shapely.get_num_coordinates(polygons)
    per_relation = np.bincount(rings.place[use], minlength=len(shells))[shells == 1]
    coordinates = shapely.get_coordinates(polygons)
    return _polygons(coordinates, starts_of(per_ring), starts_of(per_relation))


def _overlaid(rings: Rings, wanted: Flags) -> tuple[Geometries, Flags]:
    """Shells without the holes in them, for relations of several or odd rings."""
    number = np.cumsum(wanted) - 1
    place, count = number[rings.place], int(wanted.sum())
    polygons, is_bad = repaired(rings.polygon)
    mended = np.bincount(place[is_bad], minlength=count) > 0
    outer, inner = ~rings.is_inner, rings.is_inner
    shells = _without_holes(polygons[outer], place[outer], polygons[inner], place[inner])
    area, touching = repaired(_collected(shells, place[outer], count))
    return area, mended | touching


def _without_holes(
    shells: Geometries, shell_place: Ints, holes: Geometries, hole_place: Ints
) -> Geometries:
    """Each shell without the holes of its relation, but for those that it is an island in."""
    hole, shell = shapely.STRtree(shells).query(holes, predicate="intersects")
    same = hole_place[hole] == shell_place[shell]
    hole, shell = hole[same], shell[same]
    is_island = shapely.covered_by(shells[shell], holes[hole])
    cuts, _ = repaired(_collected(holes[hole[~is_island]], shell[~is_island], len(shells)))
    cut = ~shapely.is_missing(cuts) & ~shapely.is_missing(shells)
    result = shells.copy()
    result[cut] = _areal(shapely.difference(shells[cut], cuts[cut]))
    return result


def _collected(polygons: Geometries, place: Ints, count: int) -> Geometries:
    result: Geometries = np.full(count, None, dtype=object)
    parts, part_of = shapely.get_parts(polygons, return_index=True)
    order = np.argsort(place[part_of], kind="stable")
    if len(parts):
        shapely.multipolygons(parts[order], indices=place[part_of][order], out=result)
    return result
