"""The cells of a city: H3 cells cut at the boundary, with their land, area and people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from h3ronpy.vector import coordinates_to_cells
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.city.hexagons import h3_cells, h3_polygons
from urbanwork.city.overlap import intersections, overlaps, subdivided
from urbanwork.city.projecting import polygonal, projected

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells before anything is known of them. C cells, sorted by id."""

    id: NDArray[np.uint64]  # [C]
    lonlat: Geometries  # [C] cut at the boundary
    metric: Geometries  # [C]
    is_cut: Flags  # [C] some of the hexagon lies outside the boundary
    boundary: BaseGeometry  # lon/lat
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
    inside = hexagons[kept]
    return Grid(cells[kept], inside, projected(inside, crs), rim[kept], boundary, resolution)


def _parts_inside(cells: Geometries, polygon: BaseGeometry) -> Geometries:
    """What of each cell lies inside a polygon that may have very many vertices."""
    pieces, _ = subdivided(np.array([polygon], np.object_))
    cell, piece = shapely.STRtree(pieces).query(cells, "intersects")
    order = np.lexsort((piece, cell))
    cell, piece = cell[order], piece[order]
    inside = intersections(cells[cell], pieces[piece])
    held, first, count = np.unique(cell, return_index=True, return_counts=True)
    out = np.full(len(cells), shapely.Polygon(), np.object_)
    padded = np.full((len(held), int(count.max(initial=1))), None, np.object_)
    at = np.arange(len(cell)) - np.repeat(first, count)
    padded[np.repeat(np.arange(len(held)), count), at] = inside
    out[held] = np.where(count == 1, padded[:, 0], shapely.union_all(padded, axis=1))
    return out


def cell_of(grid: Grid, lon: Floats, lat: Floats) -> Ints:
    """Row of the cell that each point lies in, -1 where in none or outside the boundary."""
    if len(lon) == 0:
        return np.zeros(0, np.int64)
    found = np.asarray(coordinates_to_cells(lat, lon, grid.resolution), np.uint64)
    row = np.searchsorted(grid.id, found)
    row[row == len(grid.id)] = 0
    row = np.where(grid.id[row] == found, row, -1)
    doubtful = np.flatnonzero((row >= 0) & grid.is_cut[row])
    shapely.prepare(grid.boundary)
    inside = shapely.intersects_xy(grid.boundary, lon[doubtful], lat[doubtful])
    row[doubtful[~inside]] = -1
    return row


def area_of_cells(cells: Geometries, areas: Geometries) -> NDArray[np.int32]:
    """Row of the area with the largest part of each cell; the nearest where none has any."""
    polygon, cell, size = overlaps(areas, cells)
    order = np.lexsort((polygon, -size, cell))
    held, first = np.unique(cell[order], return_index=True)
    row = np.full(len(cells), -1, np.int64)
    row[held] = polygon[order][first]
    lost = np.flatnonzero(row < 0)
    if len(lost):
        row[lost] = shapely.STRtree(areas).nearest(shapely.point_on_surface(cells[lost]))
    return row.astype(np.int32)
