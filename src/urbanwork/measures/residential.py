"""Residential land within a straight line of places, exactly, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.city.model import PreparedCity
from urbanwork.measures.land import intersections, sum_by_cell, unions

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Flags = NDArray[np.bool_]
Geometries = NDArray[np.object_]

QUAD_SEGMENTS = 16
"""A quarter circle of a buffer has this many sides: it is right to 0.6 m in 500."""


def residential_m2_near(city: PreparedCity, buffers: Sequence[tuple[Geometries, float]]) -> Floats:
    """Residential land within the distances of the shapes, m2 by cell [C].

    Cells wholly inside a buffer count whole, cells outside all of them not at all; only those on
    a rim are cut.

    Args:
        city: the city.
        buffers: shapes (metric polygons, none missing) with the straight distance around each of
            them, metres.
    """
    land, cells = city.land, len(city.cells.people)
    row = np.flatnonzero((land.kind == "residential")[land.overlap_land])
    has_homes = np.zeros(cells, np.bool_)
    has_homes[land.overlap_cell[row]] = True
    is_whole, rim = _whole_and_rim(city, np.flatnonzero(has_homes), buffers)
    whole = is_whole[land.overlap_cell[row]]
    total = sum_by_cell(land.overlap_cell[row[whole]], land.overlap_m2[row[whole]], cells)
    cell, nearby = _buffers_of_rim(rim, is_whole, buffers)
    return total + _cut_at_rim(city, row[~whole], cell, nearby)


def _whole_and_rim(
    city: PreparedCity, homes: Rows, buffers: Sequence[tuple[Geometries, float]]
) -> tuple[Flags, list[tuple[Rows, Rows]]]:
    """Cells wholly within a buffer [C], and the (shape, cell) pairs of each buffer that may touch.

    A cell is within a circle about its middle, so distances from the middle settle most cells.
    """
    geometry = city.cells.geometry[homes]
    box = shapely.bounds(geometry)
    middle = shapely.points((box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2)
    size = np.hypot(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]) / 2
    largest = float(size.max(initial=0.0))
    tree = shapely.STRtree(middle)
    is_whole = np.zeros(len(city.cells.people), np.bool_)
    rim = []
    for shapes, distance_m in buffers:
        if distance_m > largest:
            inner = tree.query(shapes, "dwithin", distance=distance_m - largest)[1]
            is_whole[homes[inner]] = True
        shape, at = tree.query(shapes, "dwithin", distance=distance_m + largest)
        rim.append((shape, homes[at]))
    return is_whole, rim


def _buffers_of_rim(
    rim: Sequence[tuple[Rows, Rows]], is_whole: Flags, buffers: Sequence[tuple[Geometries, float]]
) -> tuple[Rows, Geometries]:
    """Cells on a rim, sorted, and the union of the buffers around each."""
    cells, drawn = [], []
    for (shape, cell), (shapes, distance_m) in zip(rim, buffers, strict=True):
        open_pairs = ~is_whole[cell]
        used, number = np.unique(shape[open_pairs], return_inverse=True)
        circles = shapely.buffer(shapes[used], distance_m, quad_segs=QUAD_SEGMENTS)
        cells.append(cell[open_pairs])
        drawn.append(circles[number])
    cell, buffer = np.concatenate(cells), np.concatenate(drawn)
    order = np.argsort(cell, kind="stable")
    unique, group = np.unique(cell[order], return_inverse=True)
    return unique, unions(buffer[order], group, len(unique))


def _cut_at_rim(city: PreparedCity, row: Rows, cell: Rows, nearby: Geometries) -> Floats:
    """Residential land of the overlaps `row` that lies in the buffers near their cell, m2 [C]."""
    land, cells = city.land, len(city.cells.people)
    number = np.full(cells, -1, np.int64)
    number[cell] = np.arange(len(cell))
    row = row[number[land.overlap_cell[row]] >= 0]
    at = land.overlap_cell[row]
    near = intersections(city.cells.geometry[at], nearby[number[at]])
    some = ~shapely.is_empty(near)
    area = shapely.area(intersections(land.geometry[land.overlap_land[row[some]]], near[some]))
    return sum_by_cell(at[some], area, cells)
