"""The cells of a city: H3 cells cut at the boundary, with their land, area and people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from h3ronpy.vector import coordinates_to_cells
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.city.areas import h3_cells, h3_polygons
from urbanwork.city.projecting import polygonal, projected
from urbanwork.kernels.threads import even_parts, shared_out, threads_in_use

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]
Ints = NDArray[np.int64]


MOST_VERTICES = 256
"""Polygons with more are halved before they are overlapped with cells."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells before anything is known of them. C cells, sorted by id."""

    id: NDArray[np.uint64]  # [C]
    lonlat: Geometries  # [C] cut at the boundary
    metric: Geometries  # [C]
    resolution: int


def cut_grid(boundary: BaseGeometry, resolution: int, crs: str) -> Grid:
    """The H3 cells of `boundary` (lon/lat), cut at it: together they are the boundary."""
    cells = h3_cells(boundary, resolution)
    hexagons = h3_polygons(cells)
    shapely.prepare(boundary)
    rim = ~shapely.contains_properly(boundary, hexagons)
    hexagons[rim] = _parts_inside(hexagons[rim], boundary)
    hexagons = polygonal(hexagons)
    kept = shapely.area(hexagons) > 0
    return Grid(cells[kept], hexagons[kept], projected(hexagons[kept], crs), resolution)


def _parts_inside(cells: Geometries, polygon: BaseGeometry) -> Geometries:
    """What of each cell lies inside a polygon that may have very many vertices."""
    pieces, _ = subdivided(np.array([polygon], np.object_))
    cell, piece = shapely.STRtree(pieces).query(cells, "intersects")
    order = np.lexsort((piece, cell))
    cell, piece = cell[order], piece[order]
    inside = _intersection(cells[cell], pieces[piece])
    held, first, count = np.unique(cell, return_index=True, return_counts=True)
    out = np.full(len(cells), shapely.Polygon(), np.object_)
    padded = np.full((len(held), int(count.max(initial=1))), None, np.object_)
    at = np.arange(len(cell)) - np.repeat(first, count)
    padded[np.repeat(np.arange(len(held)), count), at] = inside
    out[held] = np.where(count == 1, padded[:, 0], shapely.union_all(padded, axis=1))
    return out


def subdivided(polygons: Geometries) -> tuple[Geometries, Ints]:
    """Polygons halved until none has more than MOST_VERTICES; the pieces and their owners' rows.

    Overlaps with a polygon of 100,000 vertices take 1,000 times as long as with its pieces.
    """
    owner = np.arange(len(polygons))
    while True:
        large = shapely.get_num_coordinates(polygons) > MOST_VERTICES
        if not large.any():
            return polygons, np.asarray(owner, np.int64)
        west, south, east, north = shapely.bounds(polygons[large]).T
        is_wide = east - west > north - south
        middle = np.where(is_wide, (west + east) / 2, (south + north) / 2)
        lower = shapely.box(
            west, south, np.where(is_wide, middle, east), np.where(is_wide, north, middle)
        )
        upper = shapely.box(
            np.where(is_wide, middle, west), np.where(is_wide, south, middle), east, north
        )
        halves = [_intersection(polygons[large], half) for half in (lower, upper)]
        pieces = np.concatenate([polygons[~large], *halves])
        owners = np.concatenate([owner[~large], owner[large], owner[large]])
        real = shapely.area(pieces) > 0
        polygons, owner = pieces[real], owners[real]


def cell_of(grid: Grid, lon: Floats, lat: Floats) -> Ints:
    """Row of the cell that each point lies in, -1 where in none."""
    if len(lon) == 0:
        return np.zeros(0, np.int64)
    found = np.asarray(coordinates_to_cells(lat, lon, grid.resolution), np.uint64)
    row = np.searchsorted(grid.id, found)
    row[row == len(grid.id)] = 0
    return np.where(grid.id[row] == found, row, -1)


def overlaps(polygons: Geometries, cells: Geometries) -> tuple[Ints, Ints, Floats]:
    """Rows of polygons and of cells that overlap, and by how many m2 (metric geometries)."""
    if len(polygons) == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    pieces, owner = subdivided(polygons)
    shapely.prepare(pieces)
    cell, piece = shapely.STRtree(pieces).query(cells, "intersects")
    whole = shapely.contains_properly(pieces[piece], cells[cell])
    area = shapely.area(cells)[cell]
    part = ~whole
    area[part] = shapely.area(_intersection(pieces[piece[part]], cells[cell[part]]))
    pair, row = np.unique(owner[piece] * len(cells) + cell, return_inverse=True)
    total = np.bincount(row, area, len(pair))
    real = total > 0.01
    return pair[real] // len(cells), pair[real] % len(cells), np.asarray(total[real], np.float64)


def _intersection(a: Geometries, b: Geometries) -> Geometries:
    """Intersections on all threads (shapely releases the interpreter)."""
    parts = even_parts(len(a), 2 * threads_in_use())
    shared = shared_out(lambda part: shapely.intersection(a[slice(*part)], b[slice(*part)]), parts)
    return np.concatenate(shared) if shared else np.zeros(0, np.object_)


def area_of_cells(cells: Geometries, areas: Geometries) -> NDArray[np.int32]:
    """Row of the area with the largest part of each cell; the nearest where none has any."""
    row = np.full(len(cells), -1, np.int64)
    point = shapely.point_on_surface(cells)
    tree = shapely.STRtree(areas)
    at, area = tree.query(point, "within")
    row[at] = area
    crossed = shapely.STRtree(shapely.boundary(areas)).query(cells, "intersects")[0]
    rim = np.unique(np.concatenate([crossed, np.flatnonzero(row < 0)]))
    polygon, cell, size = overlaps(areas, cells[rim])
    order = np.lexsort((polygon, -size, cell))
    first_cell, first = np.unique(cell[order], return_index=True)
    row[rim[first_cell]] = polygon[order][first]
    lost = np.flatnonzero(row < 0)
    if len(lost):
        row[lost] = tree.nearest(point[lost])
    return row.astype(np.int32)
