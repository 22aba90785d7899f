"""Rings to polygons: chains of ways joined end to end, holes put into shells, faults mended."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.sources.layers import Flags, Geometries, Ints
from urbanwork.sources.osm.ragged import Starts, starts_of

POLYGON, MULTIPOLYGON = 3, 6


class Rings(NamedTuple):
    """Closed rings as polygons without holes, each of one role in one relation."""

    polygon: Geometries  # [K]
    place: Ints  # [K] which relation
    is_inner: Flags  # [K]


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
    is_bad = ~shapely.is_valid(polygons) & ~shapely.is_missing(polygons)
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
    return np.where(is_area, geometry, None)


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
    order = np.lexsort((rings.is_inner, rings.place))
    rings = Rings(*(part[order] for part in rings))
    shells = np.bincount(rings.place[~rings.is_inner], minlength=count)
    geometry: Geometries = np.full(count, None, dtype=object)
    mended = np.zeros(count, dtype=bool)
    simple = _with_one_shell(rings, shells)
    geometry[shells == 1] = simple
    is_odd = ~shapely.is_valid(geometry) & ~shapely.is_missing(geometry)
    harder = is_odd | (shells > 1)
    use = harder[rings.place]
    if use.any():
        geometry[harder], mended[harder] = _overlaid(Rings(*(part[use] for part in rings)), harder)
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
    """Union of the shells minus union of the holes, for relations of several or odd rings."""
    number = np.cumsum(wanted) - 1
    place, count = number[rings.place], int(wanted.sum())
    polygons, is_bad = repaired(rings.polygon)
    mended = np.bincount(place[is_bad], minlength=count) > 0
    area, touching = repaired(_collected(polygons[~rings.is_inner], place[~rings.is_inner], count))
    holes, _ = repaired(_collected(polygons[rings.is_inner], place[rings.is_inner], count))
    cut = ~shapely.is_missing(holes) & ~shapely.is_missing(area)
    area[cut] = _areal(shapely.difference(area[cut], holes[cut]))
    return area, mended | touching


def _collected(polygons: Geometries, place: Ints, count: int) -> Geometries:
    result: Geometries = np.full(count, None, dtype=object)
    parts, part_of = shapely.get_parts(polygons, return_index=True)
    if len(parts):
        shapely.multipolygons(parts, indices=place[part_of], out=result)
    return result
