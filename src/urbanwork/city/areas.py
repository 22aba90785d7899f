"""Which ground is examined: the boundary of the city and the areas within it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely
from h3ronpy import grid_disk
from h3ronpy.vector import cells_to_wkb_polygons, coordinates_to_cells
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.city.projecting import polygonal
from urbanwork.errors import UserError
from urbanwork.sources.layers import Boundaries, Extent

Geometries = NDArray[np.object_]
Text = NDArray[np.object_]
Flags = NDArray[np.bool_]

HOLDS_MOST = 0.85
"""An administrative boundary stands for the extract when it holds this share of its streets."""
FEWEST_AREAS, MOST_AREAS = 3, 60
FEWEST_H3_AREAS = 12
COARSEST_H3, FINEST_H3 = 4, 9
"""H3 resolutions of areas, 1,770 km2 to 0.1 km2: finer ones would be hardly more than a cell."""
RIM_SHARE = 0.2
"""A hexagon with less of it inside the boundary is given to its neighbour."""
COVERED_ENOUGH = 0.8
H3_EDGE_M_AT_10 = 65.9
"""Mean edge of an H3 cell of resolution 10, metres; sqrt(7) times that for each coarser one."""
METRES_PER_DEGREE = 111_320.0
SEA_SIDE = 10
"""A piece of ground is sea when ten times as much coast has it on its right as on its left: where a
coastline breaks off, land and sea are one piece and cannot be told apart, and it stays land."""
COAST_STEP = 0.02
"""Long straight lines of coast are looked at every so often, as a share of the city's width."""
SLIVER = 0.01
"""Less than this share of an area or of the boundary is no more than the lines not matching."""
MOST_OVERLAP = 0.1
"""Areas share at most so much of the smaller one: more is no inaccuracy of drawing."""
REST = "rest"
"""Id of the area of what no other area holds."""
OUTSIDE = (REST, "Outside the areas", "其余范围", "Outside the areas")
TORN_DEGREES = 0.1
FARTHEST_LATITUDE = 85.0
WHOLE = 0.98
"""A boundary is taken as wholly seen when the extract covers this share of it."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The boundary in lon/lat, how it was found, and what share of it the data shows."""

    boundary: BaseGeometry
    origin: str  # given, administrative, extent
    name: str | None
    level: int  # admin_level, 0 where none
    share_seen: float


@dataclass(frozen=True, slots=True)
class NamedAreas:
    """Areas in lon/lat, before they are projected."""

    id: Text
    name: Text
    name_zh: Text
    name_en: Text
    geometry: Geometries
    origin: str


def find_ground(
    given: BaseGeometry | None,
    boundaries: Boundaries,
    extent: Extent,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    *,
    where: str,
) -> Ground:
    """The boundary: given, else administrative in the extract, else the frame of the extract.

    `lon`, `lat` are points of the streets. Raises UserError when a given boundary misses the data.
    """
    ground = _ground(given, boundaries, extent, lon, lat, where)
    _check_place(ground.boundary, where)
    return ground


def _ground(
    given: BaseGeometry | None,
    boundaries: Boundaries,
    extent: Extent,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    where: str,
) -> Ground:
    if given is not None:
        return _seen_part(given, extent, where)
    row = _administrative(boundaries, lon, lat, _seen(extent))
    if row is None:
        return Ground(extent.polygon, "extent", None, 0, 1.0)
    return Ground(
        boundaries.geometry[row], "administrative", boundaries.name[row],
        int(boundaries.level[row]), 1.0,
    )  # fmt: skip


def _check_place(boundary: BaseGeometry, where: str) -> None:
    """Raises UserError where the map of degrees is torn: at the 180th meridian and the poles."""
    west, south, east, north = boundary.bounds
    if max(-west, east) > 180 - TORN_DEGREES:
        raise UserError(
            f"{where}: boundary: lies {_box(boundary)}, across or at the 180th meridian, which "
            "urbanwork cannot examine; give a boundary of the part on one side of it"
        )
    if max(-south, north) > FARTHEST_LATITUDE:
        raise UserError(
            f"{where}: boundary: lies {_box(boundary)}, too near a pole; urbanwork examines "
            f"places up to {FARTHEST_LATITUDE:g} degrees of latitude"
        )


def _seen(extent: Extent) -> BaseGeometry:
    """What the data shows, generously: an outline around what was observed has bays."""
    return extent.polygon if extent.known_from == "declared" else extent.polygon.convex_hull


def _seen_part(given: BaseGeometry, extent: Extent, where: str) -> Ground:
    seen = _seen(extent)
    part = polygonal(np.array([shapely.intersection(given, seen)], np.object_))[0]
    share = part.area / given.area
    if share < 0.001:
        raise UserError(
            f"{where}: boundary: lies {_box(given)}, but the OSM extract shows {_box(seen)}: "
            "they do not meet. Give the extract of this city, or its boundary in WGS84."
        )
    if share >= WHOLE:
        return Ground(given, "given", None, 0, share)
    return Ground(part, "given", None, 0, share)


def _box(geometry: BaseGeometry) -> str:
    west, south, east, north = geometry.bounds
    return f"at {west:.3f} to {east:.3f} E, {south:.3f} to {north:.3f} N"


def _administrative(
    boundaries: Boundaries, lon: NDArray[np.float64], lat: NDArray[np.float64], seen: BaseGeometry
) -> int | None:
    """Row of the smallest administrative polygon that is seen and holds most of the streets."""
    step = max(1, len(lon) // 20_000)
    lon, lat = lon[::step], lat[::step]
    held = np.zeros(len(boundaries.level))
    for row, geometry in enumerate(boundaries.geometry):
        shapely.prepare(geometry)
        held[row] = shapely.contains_xy(geometry, lon, lat).mean() if len(lon) else 0.0
    part = shapely.area(shapely.intersection(boundaries.geometry, seen))
    is_seen = part >= COVERED_ENOUGH * shapely.area(boundaries.geometry)
    fit = np.flatnonzero((held >= HOLDS_MOST) & is_seen)
    if len(fit) == 0:
        return None
    return int(fit[np.argmin(shapely.area(boundaries.geometry[fit]))])


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


def h3_cells(polygon: BaseGeometry, resolution: int) -> NDArray[np.uint64]:
    """Every H3 cell that touches `polygon` (lon/lat), sorted; uint64[C].

    The cells of a net of points inside, and those along the outline with their neighbours as far
    as they touch: exact, and linear in area and outline (h3's own way is their product).
    """
    edge_m = H3_EDGE_M_AT_10 * 7 ** ((10 - resolution) / 2)
    outline = _cells_at(_outline_points(polygon, edge_m / 2), resolution)
    near = np.unique(np.asarray(grid_disk(pa.array(outline), 1, flatten=True), np.uint64))
    shapely.prepare(polygon)
    touching = near[shapely.intersects(polygon, h3_polygons(near))]
    inside = [_cells_at(_points_inside(part, 0.8 * edge_m), resolution)
              for part in shapely.get_parts(polygon)]  # fmt: skip
    return np.unique(np.concatenate([touching, *inside]))


def _cells_at(points: NDArray[np.float64], resolution: int) -> NDArray[np.uint64]:
    return np.unique(
        np.asarray(coordinates_to_cells(points[:, 1], points[:, 0], resolution), np.uint64)
    )


def _outline_points(polygon: BaseGeometry, step_m: float) -> NDArray[np.float64]:
    rings = shapely.get_rings(shapely.get_parts(polygon))
    step = step_m / METRES_PER_DEGREE
    return np.asarray(shapely.get_coordinates(shapely.segmentize(rings, step)), np.float64)


def _points_inside(part: BaseGeometry, step_m: float) -> NDArray[np.float64]:
    """A net of points inside one polygon, `step_m` apart in both directions."""
    west, south, east, north = part.bounds
    high = step_m / METRES_PER_DEGREE
    wide = high / max(np.cos(np.radians(_nearest_to_equator(south, north))), 0.01)
    lon, lat = np.meshgrid(np.arange(west, east, wide), np.arange(south, north, high))
    net = np.column_stack([lon.ravel(), lat.ravel()])
    shapely.prepare(part)
    return np.asarray(net[shapely.contains_xy(part, net)], np.float64)


def _nearest_to_equator(south: float, north: float) -> float:
    return 0.0 if south <= 0 <= north else min(abs(south), abs(north))


def h3_polygons(cells: NDArray[np.uint64]) -> Geometries:
    """The hexagons of H3 cells in lon/lat."""
    wkb = pa.array(cells_to_wkb_polygons(pa.array(cells))).to_numpy(zero_copy_only=False)
    return np.asarray(shapely.from_wkb(wkb), np.object_)


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


def land_of(boundary: BaseGeometry, coastline: Geometries) -> BaseGeometry:
    """The part of `boundary` on the land side of the coastline (land lies left of its course).

    Same coordinate system in and out. A boundary that the coastline does not cross is all land.
    """
    lines = coastline[shapely.intersects(coastline, boundary)] if len(coastline) else coastline
    if len(lines) == 0:
        return boundary
    outline = shapely.union_all(np.concatenate([[boundary.boundary], lines]))
    pieces = shapely.get_parts(shapely.polygonize(shapely.get_parts(outline)))
    shapely.prepare(boundary)
    pieces = pieces[shapely.contains(boundary, shapely.point_on_surface(pieces))]
    left, right = _beside(shapely.segmentize(lines, COAST_STEP * boundary.area**0.5))
    tree = shapely.STRtree(pieces)
    on_left = np.bincount(tree.query(left, "within")[1], minlength=len(pieces))
    on_right = np.bincount(tree.query(right, "within")[1], minlength=len(pieces))
    land = pieces[on_right <= SEA_SIDE * on_left]
    return shapely.union_all(land) if len(land) else boundary


def _beside(lines: Geometries) -> tuple[Geometries, Geometries]:
    """Points just left and just right of every segment of the lines."""
    coordinates, owner = shapely.get_coordinates(lines, return_index=True)
    same = owner[1:] == owner[:-1]
    a, b = coordinates[:-1][same], coordinates[1:][same]
    step = b - a
    length = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-12)
    aside = np.column_stack([-step[:, 1], step[:, 0]]) / length[:, None]
    aside *= np.minimum(0.2 * length, np.median(length) * 0.2)[:, None]
    middle = (a + b) / 2
    return shapely.points(middle + aside), shapely.points(middle - aside)
