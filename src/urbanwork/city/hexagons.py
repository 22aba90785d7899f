"""H3 cells of a polygon, and their hexagons."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import shapely
from h3ronpy import grid_disk
from h3ronpy.vector import cells_to_wkb_polygons, coordinates_to_cells
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Geometries = NDArray[np.object_]

H3_EDGE_M_AT_10 = 65.9
"""Mean edge of an H3 cell of resolution 10, metres; sqrt(7) times that for each coarser one."""
METRES_PER_DEGREE = 111_320.0


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
