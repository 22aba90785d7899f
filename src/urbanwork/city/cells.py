"""The cells of a city: H3 cells cut at the boundary, with their land, area and people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from h3ronpy.vector import coordinates_to_cells
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.city.areas import h3_cells, h3_polygons
from urbanwork.kernels.threads import even_parts, shared_out, threads_in_use
from urbanwork.quantities.crs import project

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]
Ints = NDArray[np.int64]


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
    hexagons[rim] = shapely.intersection(hexagons[rim], boundary)
    polygonal = shapely.get_dimensions(hexagons) == 2
    kept = polygonal & (shapely.area(hexagons) > 0)
    return Grid(cells[kept], hexagons[kept], project(hexagons[kept], crs), resolution)


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
    shapely.prepare(polygons)
    cell, polygon = shapely.STRtree(polygons).query(cells, "intersects")
    order = np.lexsort((cell, polygon))
    cell, polygon = cell[order], polygon[order]
    whole = shapely.contains_properly(polygons[polygon], cells[cell])
    area = shapely.area(cells)[cell]
    part = ~whole
    area[part] = shapely.area(_intersection(polygons[polygon[part]], cells[cell[part]]))
    real = area > 0.01
    return polygon[real], cell[real], area[real]


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
