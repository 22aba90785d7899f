"""Public open space of a sampled city: pieces chosen by tags and shape, joined into areas.

In words: an area with a tag of open space counts where no tag says that it is not public. What is
long and thin counts only where it belongs to something that is not. A piece within a public one
counts with it, one within a private one does not. Pieces that touch make one area.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from urbanwork.city.sampled.definition import Numbers, OpenSpaceRules
from urbanwork.city.sampled.model import Flags, Floats, Geometries, Ints, OpenSpaces
from urbanwork.kernels.components import components
from urbanwork.kernels.graph import build_graph
from urbanwork.quantities.crs import project
from urbanwork.sources.osm.tagged import Tagged, TagRule

HECTARE_M2 = 10_000.0


@dataclass(frozen=True, slots=True)
class _Pieces:
    """S open spaces as drawn, less what is cut out of them."""

    geometry: Geometries
    is_watercourse: Flags
    is_tagged_linear: Flags
    is_open: Flags  # no tag says that it is not public, and it is no water


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs of different pieces that meet."""

    one: Ints
    other: Ints

    def where(self, chosen: Flags) -> _Pairs:
        return _Pairs(self.one[chosen], self.other[chosen])


def open_spaces(
    tagged: Tagged, rules: OpenSpaceRules, numbers: Numbers, crs: str, streets: Geometries
) -> OpenSpaces:
    """Open spaces in `crs` with their entries by one of `streets` (metric lines)."""
    pieces = _pieces(tagged, rules, crs)
    pairs = _pairs(pieces.geometry)
    is_linear = _linear(pieces, numbers)
    is_part = _belongs(pieces.geometry, pairs, is_linear, numbers)
    is_public, in_public = _public(pieces.geometry, pairs, pieces.is_open)
    counts = is_public | (in_public & (is_part | ~is_linear))
    counts &= (~is_linear | is_part) & ~pieces.is_watercourse
    alone = (is_linear & ~is_part & is_public) | pieces.is_watercourse
    area, public_ha = _areas(pieces.geometry, is_public, counts, alone, numbers.cluster_m)
    is_real = public_ha > numbers.any_ha
    area, public_ha = area[is_real], public_ha[is_real]
    x, y, of_area = _entries(area, streets, numbers)
    is_left = counts | alone | (~is_public & ~in_public)
    return OpenSpaces(pieces.geometry[is_left], area, public_ha, x, y, of_area)


def _pieces(tagged: Tagged, rules: OpenSpaceRules, crs: str) -> _Pieces:
    is_space = tagged.is_area & tagged.carries(rules.chosen)
    is_cut = tagged.is_area & tagged.carries(rules.without)
    geometry = _less(project(tagged.geometry[is_space], crs), project(tagged.geometry[is_cut], crs))
    parts, owner = shapely.get_parts(geometry, return_index=True)
    is_left = (shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)
    rows = np.flatnonzero(is_space)[owner[is_left]]

    def carries(rule: TagRule) -> Flags:
        return np.asarray(tagged.carries(rule)[rows])

    is_open = ~carries(rules.not_public) & ~carries(rules.water)
    return _Pieces(parts[is_left], carries(rules.watercourse), carries(rules.linear), is_open)


def _less(geometry: Geometries, holes: Geometries) -> Geometries:
    if not len(holes) or not len(geometry):
        return geometry
    hole = shapely.union_all(holes)
    shapely.prepare(hole)
    hit = shapely.intersects(hole, geometry)
    out = geometry.copy()
    out[hit] = shapely.difference(geometry[hit], hole)
    return out


def _pairs(geometry: Geometries) -> _Pairs:
    one, other = shapely.STRtree(geometry).query(geometry, "intersects")
    order = np.lexsort((other, one))
    one, other = one[order], other[order]
    return _Pairs(one, other).where(one != other)


def _linear(pieces: _Pieces, numbers: Numbers) -> Flags:
    """By tag, or larger than `linear_ha` and less round than `linear_roundness`."""
    area = shapely.area(pieces.geometry)
    circle = np.pi * shapely.minimum_bounding_radius(pieces.geometry) ** 2
    is_thin = (area / HECTARE_M2 > numbers.linear_ha) & (area < numbers.linear_roundness * circle)
    return np.asarray(is_thin | pieces.is_tagged_linear)


def _belongs(geometry: Geometries, pairs: _Pairs, is_linear: Flags, numbers: Numbers) -> Flags:
    """Linear pieces that are part of something that is not: within it, or short and well joined."""
    is_part = np.zeros(len(geometry), np.bool_)
    is_short = 2 * shapely.minimum_bounding_radius(geometry) < numbers.linear_diameter_m
    near = pairs.where(is_linear[pairs.one] & ~is_linear[pairs.other])
    one, other = geometry[near.one], geometry[near.other]
    common = shapely.intersection(one, other)
    joined = shapely.area(common) > numbers.linear_overlap_share * shapely.area(one)
    joined |= shapely.touches(one, other) & (_line_length(common) > numbers.linear_touch_m)
    is_part[near.one[shapely.within(one, other) | (joined & is_short[near.one])]] = True
    rest = pairs.where((is_linear & ~is_part & is_short)[pairs.one])
    overlap = shapely.area(shapely.intersection(geometry[rest.one], geometry[rest.other]))
    is_part[rest.one[overlap > numbers.linear_overlap_ha * HECTARE_M2]] = True
    return is_part


def _line_length(geometry: Geometries) -> Floats:
    parts, owner = shapely.get_parts(geometry, return_index=True)
    length = np.where(shapely.get_dimensions(parts) == 1, shapely.length(parts), 0.0)
    return np.bincount(owner, length, minlength=len(geometry)).astype(np.float64)


def _public(geometry: Geometries, pairs: _Pairs, is_open: Flags) -> tuple[Flags, Flags]:
    """Public pieces, and pieces covered by an open one.

    A piece covered by one that is not open is not public; nor, of what is then left, one covered by
    a piece that is not public itself and not within an open one.
    """
    covered = pairs.where(shapely.covered_by(geometry[pairs.one], geometry[pairs.other]))
    in_open = _any(covered.one, is_open[covered.other], len(geometry))
    is_public = is_open & ~_any(covered.one, ~is_open[covered.other], len(geometry))
    closing = ~is_public & ~in_open
    is_public &= ~_any(covered.one, closing[covered.other], len(geometry))
    return is_public, in_open


def _any(owner: Ints, flags: Flags, count: int) -> Flags:
    return np.asarray(np.bincount(owner[flags], minlength=count) > 0)


def _areas(
    geometry: Geometries, is_public: Flags, counts: Flags, alone: Flags, near_m: float
) -> tuple[Geometries, Floats]:
    """Areas with a public piece, and the hectares of their public part."""
    rows = np.flatnonzero(counts)
    one, other = shapely.STRtree(geometry[rows]).query(geometry[rows], "dwithin", distance=near_m)
    pair = one < other
    graph = build_graph(len(rows), one[pair], other[pair], np.ones(int(pair.sum()), np.int32))
    cluster = components(graph).astype(np.int64) if len(rows) else np.zeros(0, np.int64)
    single = np.flatnonzero(alone)
    first_single = int(cluster.max(initial=-1)) + 1
    rows = np.concatenate([rows, single])
    cluster = np.concatenate([cluster, first_single + np.arange(len(single))])
    return _united(geometry[rows], cluster, is_public[rows])


def _united(geometry: Geometries, cluster: Ints, is_public: Flags) -> tuple[Geometries, Floats]:
    """The union of each cluster that has a public piece, and the hectares of the public union."""
    with_public = np.unique(cluster[is_public])
    used = np.isin(cluster, with_public)
    whole = _unions(geometry[used], np.searchsorted(with_public, cluster[used]))
    public = _unions(geometry[is_public], np.searchsorted(with_public, cluster[is_public]))
    return whole, shapely.area(public) / HECTARE_M2


def _unions(geometry: Geometries, owner: Ints) -> Geometries:
    """The union of the pieces of each owner; owners are 0, 1, 2 ... without gaps."""
    order = np.argsort(owner, kind="stable")
    together = shapely.geometrycollections(geometry[order], indices=owner[order])
    united = shapely.union_all(together.reshape(-1, 1), axis=1)
    return np.asarray(united, object)


def _entries(
    area: Geometries, streets: Geometries, numbers: Numbers
) -> tuple[Floats, Floats, Ints]:
    """Points of the outlines, from their lowest corner on, that have a street near."""
    parts, owner = shapely.get_parts(shapely.normalize(area), return_index=True)
    ring = shapely.get_exterior_ring(parts)
    count = (shapely.length(ring) // numbers.entry_every_m).astype(np.int64) + 1
    of_ring = np.repeat(np.arange(len(ring)), count)
    place = np.arange(len(of_ring)) - np.repeat(np.cumsum(count) - count, count)
    point = shapely.line_interpolate_point(ring[of_ring], place * numbers.entry_every_m)
    tree = shapely.STRtree(streets)
    has_street = np.zeros(len(point), np.bool_)
    has_street[tree.query(point, "dwithin", distance=numbers.entry_street_m)[0]] = True
    kept = point[has_street]
    return shapely.get_x(kept), shapely.get_y(kept), owner[of_ring[has_street]]
