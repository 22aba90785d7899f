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

from urbanwork.errors import UserError
from urbanwork.sources.layers import Boundaries, Extent

Geometries = NDArray[np.object_]
Text = NDArray[np.object_]

HOLDS_MOST = 0.85
"""An administrative boundary stands for the extract when it holds this share of its streets."""
FEWEST_AREAS, MOST_AREAS = 3, 60
FEWEST_H3_AREAS = 12
COVERED_ENOUGH = 0.8
H3_EDGE_M_AT_10 = 65.9
"""Mean edge of an H3 cell of resolution 10, metres; sqrt(7) times that for each coarser one."""
METRES_PER_DEGREE = 111_320.0
SEA_SIDE = 10
"""A piece of ground is sea when ten times as much coast has it on its right as on its left: where a
coastline breaks off, land and sea are one piece and cannot be told apart, and it stays land."""
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
    if given is not None:
        return _seen_part(given, extent, where)
    row = _administrative(boundaries, lon, lat)
    if row is None:
        return Ground(extent.polygon, "extent", None, 0, 1.0)
    return Ground(
        boundaries.geometry[row], "administrative", boundaries.name[row],
        int(boundaries.level[row]), 1.0,
    )  # fmt: skip


def _seen_part(given: BaseGeometry, extent: Extent, where: str) -> Ground:
    seen = extent.polygon if extent.known_from == "declared" else extent.polygon.convex_hull
    share = shapely.intersection(given, seen).area / given.area
    if share < 0.001:
        raise UserError(
            f"{where}: boundary: lies {_box(given)}, but the OSM extract shows {_box(seen)}: "
            "they do not meet. Give the extract of this city, or its boundary in WGS84."
        )
    if share >= WHOLE:
        return Ground(given, "given", None, 0, share)
    return Ground(shapely.intersection(given, seen), "given", None, 0, share)


def _box(geometry: BaseGeometry) -> str:
    west, south, east, north = geometry.bounds
    return f"at {west:.3f} to {east:.3f} E, {south:.3f} to {north:.3f} N"


def _administrative(
    boundaries: Boundaries, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> int | None:
    """Row of the smallest administrative polygon that holds most of the streets."""
    step = max(1, len(lon) // 20_000)
    lon, lat = lon[::step], lat[::step]
    held = np.zeros(len(boundaries.level))
    for row, geometry in enumerate(boundaries.geometry):
        shapely.prepare(geometry)
        held[row] = shapely.contains_xy(geometry, lon, lat).mean() if len(lon) else 0.0
    fit = np.flatnonzero(held >= HOLDS_MOST)
    if len(fit) == 0:
        return None
    return int(fit[np.argmin(shapely.area(boundaries.geometry[fit]))])


def find_areas(given: NamedAreas | None, boundaries: Boundaries, ground: Ground) -> NamedAreas:
    """The areas: given, else a level of administrative boundaries, else H3 cells; clipped."""
    if given is not None:
        return _clip(given, ground.boundary)
    administrative = _best_level(boundaries, ground)
    if administrative is not None:
        return _clip(administrative, ground.boundary)
    return _h3_areas(ground.boundary)


def _clip(areas: NamedAreas, boundary: BaseGeometry) -> NamedAreas:
    shapely.prepare(boundary)
    inside = shapely.intersection(areas.geometry, boundary)
    kept = shapely.area(inside) > 0.01 * shapely.area(areas.geometry)
    if not kept.any():
        raise UserError(
            "areas: not one of them lies inside the boundary. Give areas of this city, in WGS84 "
            "or with their coordinate system."
        )
    return NamedAreas(
        areas.id[kept], areas.name[kept], areas.name_zh[kept], areas.name_en[kept],
        _polygonal(inside[kept]), areas.origin,
    )  # fmt: skip


def _polygonal(geometry: Geometries) -> Geometries:
    """Only the polygons of collections."""
    mixed = shapely.get_type_id(geometry) == 7
    if not mixed.any():
        return geometry
    out = geometry.copy()
    for row in np.flatnonzero(mixed):
        parts = shapely.get_parts(geometry[row])
        out[row] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return out


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
    wide = high / max(np.cos(np.radians(max(abs(south), abs(north)))), 0.01)
    lon, lat = np.meshgrid(np.arange(west, east, wide), np.arange(south, north, high))
    lon, lat = lon.ravel(), lat.ravel()
    shapely.prepare(part)
    held = shapely.contains_xy(part, lon, lat)
    return np.column_stack([lon[held], lat[held]])


def h3_polygons(cells: NDArray[np.uint64]) -> Geometries:
    """The hexagons of H3 cells in lon/lat."""
    wkb = pa.array(cells_to_wkb_polygons(pa.array(cells))).to_numpy(zero_copy_only=False)
    return np.asarray(shapely.from_wkb(wkb), np.object_)


def _h3_areas(boundary: BaseGeometry) -> NamedAreas:
    """The coarsest resolution that gives at least 12 areas, slivers at the rim left out."""
    for resolution in range(4, 12):
        cells = h3_cells(boundary, resolution)
        if len(cells) < FEWEST_H3_AREAS:
            continue
        hexagons = h3_polygons(cells)
        inside = shapely.intersection(hexagons, boundary)
        kept = shapely.area(inside) >= 0.2 * shapely.area(hexagons)
        if kept.sum() >= FEWEST_H3_AREAS:
            return _number_from_north_west(_whole(inside, kept, boundary))
    return _number_from_north_west(np.array([boundary], np.object_))


def _whole(inside: Geometries, kept: NDArray[np.bool_], boundary: BaseGeometry) -> Geometries:
    """The kept hexagons, each slivers' ground given to the kept one that it touches most."""
    out = inside[kept].copy()
    for sliver in inside[~kept]:
        touching = shapely.length(shapely.intersection(out, sliver))
        row = int(np.argmax(touching)) if touching.max() > 0 else int(
            np.argmin(shapely.distance(out, sliver))
        )  # fmt: skip
        out[row] = shapely.union(out[row], sliver)
    return _polygonal(out)


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
    left, right = _beside(lines)
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
