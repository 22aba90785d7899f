"""The part of the world that an extract shows: declared, from its header, or from its nodes."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.sources.layers import Extent
from urbanwork.sources.osm.elements import PER_DEGREE, Nodes
from urbanwork.sources.osm.frames import Header

CELL_M = 400.0
METRES_PER_DEGREE = 111_195.0
LARGEST_GRID = 2_000
"""Cells along one side: a stray node far off makes cells coarser rather than memory scarce."""
CLOSING = 3
"""Cells without a node that may lie between cells with one: water, fields, a large roof."""

Grid = NDArray[np.bool_]


def extent_of(nodes: Nodes, header: Header, declared: BaseGeometry | None) -> Extent:
    """Declared, else the header's box as far as there is data, else where the data is."""
    if declared is not None:
        return Extent(declared, "declared")
    observed = observed_extent(nodes)
    if header.bbox is not None:
        common = shapely.intersection(shapely.box(*header.bbox), observed)
        if shapely.get_dimensions(common) == 2 and shapely.area(common) > 0:
            return Extent(common, "header")
    return Extent(observed, "observed")


def observed_extent(nodes: Nodes) -> BaseGeometry:
    """The outline of all nodes on a coarse grid, gaps closed and holes filled."""
    lon, lat = nodes.lon / PER_DEGREE, nodes.lat / PER_DEGREE
    west, south = float(lon.min()), float(lat.min())
    height = max(CELL_M / METRES_PER_DEGREE, (float(lat.max()) - south) / LARGEST_GRID)
    width = height / max(np.cos(np.radians(float(lat.mean()))), 0.05)
    width = max(width, (float(lon.max()) - west) / LARGEST_GRID)
    column = ((lon - west) / width).astype(np.int64)
    row = ((lat - south) / height).astype(np.int64)
    grid = np.zeros((int(row.max()) + 1, int(column.max()) + 1), dtype=bool)
    grid[row, column] = True
    return _outline(_closed(grid), west, south, width, height)


def _closed(grid: Grid) -> Grid:
    """Dilated and eroded again, so that gaps fill and the rim stays."""
    wide = np.pad(grid, CLOSING)
    for _ in range(CLOSING):
        wide = _spread(wide)
    shrunk = ~np.pad(wide, 1)
    for _ in range(CLOSING):
        shrunk = _spread(shrunk)
    return ~shrunk[1 + CLOSING : -1 - CLOSING, 1 + CLOSING : -1 - CLOSING] | grid


def _spread(grid: Grid) -> Grid:
    result = grid.copy()
    result[1:] |= grid[:-1]
    result[:-1] |= grid[1:]
    across = result.copy()
    result[:, 1:] |= across[:, :-1]
    result[:, :-1] |= across[:, 1:]
    return result


def _outline(grid: Grid, west: float, south: float, width: float, height: float) -> BaseGeometry:
    padded = np.pad(grid, ((0, 0), (1, 1)))
    steps = np.diff(padded.astype(np.int8), axis=1)
    row, first = np.nonzero(steps == 1)
    _, end = np.nonzero(steps == -1)
    boxes = shapely.box(
        west + first * width, south + row * height, west + end * width, south + (row + 1) * height
    )
    parts = shapely.get_parts(shapely.union_all(boxes))
    filled = shapely.polygons(shapely.get_exterior_ring(parts))
    return shapely.union_all(filled)
