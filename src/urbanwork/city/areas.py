"""The areas of the city: given, administrative, or hexagons; together they are its land."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.city.ground import Ground
from urbanwork.city.hexagons import h3_cells, h3_polygons
from urbanwork.city.projecting import polygonal
from urbanwork.city.shore import land_of
from urbanwork.errors import UserError
from urbanwork.sources.layers import Boundaries

Geometries = NDArray[np.object_]
Text = NDArray[np.object_]
Flags = NDArray[np.bool_]

FEWEST_AREAS, MOST_AREAS = 3, 60
FEWEST_H3_AREAS = 12
COARSEST_H3, FINEST_H3 = 4, 9
"""H3 resolutions of areas, 1,770 km2 to 0.1 km2: finer ones would be hardly more than a cell."""
RIM_SHARE = 0.2
"""A hexagon with less of it inside the boundary is given to its neighbour."""
COVERED_ENOUGH = 0.8
SLIVER = 0.01
"""Less than this share of an area or of the boundary is no more than the lines not matching."""
MOST_OVERLAP = 0.1
"""Areas share at most so much of the smaller one: more is no inaccuracy of drawing."""
REST = "rest"
"""Id of the area of what no other area holds."""
OUTSIDE = (REST, "Outside the areas", "其余范围", "Outside the areas")


@dataclass(frozen=True, slots=True)
class NamedAreas:
    """Areas in lon/lat, before they are projected."""

    id: Text
    name: Text
    name_zh: Text
    name_en: Text
    geometry: Geometries
    origin: str


def find_areas(
    given: NamedAreas | None,
    boundaries: Boundaries,
    ground: Ground,
    coastline: Geometries,
    *,
    where: str,
) -> NamedAreas:
    """The areas: given, else a level of administrative boundaries, else H3 cells; clipped.

    What they leave of the land is one more area, REST, so that all areas are the city.
    Raises UserError when given areas miss the boundary or lie on one another.
    """
    found = given if given is not None else _best_level(boundaries, ground)
    if found is None:
        return _h3_areas(ground.boundary)
    areas = _clip(found, ground.boundary, where)
    if given is not None:
        _check_apart(areas, where)
    return _with_rest(areas, ground.boundary, coastline)


def _clip(areas: NamedAreas, boundary: BaseGeometry, where: str) -> NamedAreas:
    shapely.prepare(boundary)
    inside = polygonal(shapely.intersection(areas.geometry, boundary))
    size = shapely.area(inside)
    kept = size > SLIVER * np.minimum(shapely.area(areas.geometry), boundary.area)
    if not kept.any():
        raise UserError(
            f"{where}: areas: not one of them lies inside the boundary; give areas of this city, "
            "in WGS84 or with their coordinate system"
        )
    return NamedAreas(
        areas.id[kept], areas.name[kept], areas.name_zh[kept], areas.name_en[kept],
        inside[kept], areas.origin,
    )  # fmt: skip


def _check_apart(areas: NamedAreas, where: str) -> None:
    """Raises UserError where areas lie on one another: each place can count in one only."""
    one, other = shapely.STRtree(areas.geometry).query(areas.geometry, "intersects")
    one, other = one[one < other], other[one < other]
    shared = shapely.area(shapely.intersection(areas.geometry[one], areas.geometry[other]))
    size = shapely.area(areas.geometry)
    too_much = np.flatnonzero(shared > MOST_OVERLAP * np.minimum(size[one], size[other]))
    if len(too_much) == 0:
        return
    worst = too_much[np.argmax(shared[too_much])]
    a, b = areas.name[one[worst]], areas.name[other[worst]]
    more = f" (and {len(too_much) - 1:,} more pairs)" if len(too_much) > 1 else ""
    raise UserError(
        f"{where}: areas: '{a}' and '{b}' lie on one another{more}; give areas that do not, such "
        "as the districts alone without their quarters"
    )


def _with_rest(areas: NamedAreas, boundary: BaseGeometry, coastline: Geometries) -> NamedAreas:
    """The areas and, where they leave some of the land, what they leave."""
    covered = shapely.union_all(areas.geometry)
    if boundary.area - covered.area <= SLIVER * boundary.area:
        return areas
    left = shapely.difference(land_of(boundary, coastline), covered)
    rest = polygonal(np.array([left], np.object_))
    if rest[0].area <= SLIVER * boundary.area:
        return areas

    columns = (areas.id, areas.name, areas.name_zh, areas.name_en)
    id_, name, name_zh, name_en = (
        np.append(column, np.array([text], np.object_))
        for column, text in zip(columns, OUTSIDE, strict=True)
    )
    return NamedAreas(id_, name, name_zh, name_en, np.append(areas.geometry, rest), areas.origin)


def _best_level(boundaries: Boundaries, ground: Ground) -> NamedAreas | None:
    """The finest administrative level with 3 to 60 areas that cover most of the boundary."""
    if len(boundaries.level) == 0:
        return None
    shapely.prepare(ground.boundary)
    part = shapely.area(shapely.intersection(boundaries.geometry, ground.boundary))
    mostly_inside = part > 0.5 * shapely.area(boundaries.geometry)
    for level in sorted({int(n) for n in boundaries.level if n > ground.level}, reverse=True):
        rows = np.flatnonzero(mostly_inside & (boundaries.level == level))
        covered = part[rows].sum() / ground.boundary.area
        if FEWEST_AREAS <= len(rows) <= MOST_AREAS and covered >= COVERED_ENOUGH:
            return NamedAreas(
                boundaries.id[rows], boundaries.name[rows], boundaries.name_zh[rows],
                boundaries.name_en[rows], boundaries.geometry[rows], "administrative",
            )  # fmt: skip
    return None


def _h3_areas(boundary: BaseGeometry) -> NamedAreas:
    """Cells of the coarsest resolution that gives 12 to 60 areas, else of the nearest to that."""
    fewer: tuple[Geometries, Flags] | None = None
    for resolution in range(COARSEST_H3, FINEST_H3 + 1):
        hexagons = h3_polygons(h3_cells(boundary, resolution))
        inside = polygonal(shapely.intersection(hexagons, boundary))
        kept = shapely.area(inside) >= RIM_SHARE * shapely.area(hexagons)
        count = int(kept.sum())
        if count >= FEWEST_H3_AREAS:
            before = 0 if fewer is None else int(fewer[1].sum())
            if fewer is not None and count * before > MOST_AREAS * FEWEST_H3_AREAS:
                break  # the resolution before is nearer to 12 than this one to 60
            return _number_from_north_west(_whole(inside, kept))
        fewer = (inside, kept) if count else fewer
    whole = np.array([boundary], np.object_) if fewer is None else _whole(*fewer)
    return _number_from_north_west(whole)


def _whole(inside: Geometries, kept: NDArray[np.bool_]) -> Geometries:
    """The kept hexagons, slivers at the rim given to the kept one that they touch most."""
    out = inside[kept].copy()
    for sliver in inside[~kept]:
        touching = shapely.length(shapely.intersection(out, sliver))
        row = int(np.argmax(touching)) if touching.max() > 0 else int(
            np.argmin(shapely.distance(out, sliver))
        )  # fmt: skip
        out[row] = shapely.union(out[row], sliver)
    return polygonal(out)


def _number_from_north_west(geometry: Geometries) -> NamedAreas:
    centre = shapely.get_coordinates(shapely.centroid(geometry))
    geometry = geometry[np.lexsort((centre[:, 0], -np.round(centre[:, 1], 3)))]
    numbers = range(1, len(geometry) + 1)
    return NamedAreas(
        np.array([f"h3-{n:02d}" for n in numbers], np.object_),
        np.array([f"Area {n}" for n in numbers], np.object_),
        np.array([f"片区 {n}" for n in numbers], np.object_),
        np.array([f"Area {n}" for n in numbers], np.object_),
        geometry, "h3",
    )  # fmt: skip
