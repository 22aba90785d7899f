"""Overlaps of polygons, quick however many vertices they have."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.kernels.threads import even_parts, shared_out, threads_in_use

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]
Ints = NDArray[np.int64]

POLYGON = 3
MOST_VERTICES = 256
"""Polygons with more are halved before they are overlapped with cells."""


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
        halves = [intersections(polygons[large], half) for half in (lower, upper)]
        pieces = np.concatenate([polygons[~large], *halves])
        owners = np.concatenate([owner[~large], owner[large], owner[large]])
        real = shapely.area(pieces) > 0
        polygons, owner = pieces[real], owners[real]


def overlaps(polygons: Geometries, cells: Geometries) -> tuple[Ints, Ints, Floats]:
    """Rows of polygons and of cells that overlap, and by how many m2 (metric geometries)."""
    from urbanwork.kernels.overlap_area import overlap_areas  # a report drawn anew needs none
    from urbanwork.kernels.zonal import rings_of

    if len(polygons) == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    pieces, owner = subdivided(polygons)
    shapely.prepare(pieces)
    cell, piece = shapely.STRtree(pieces).query(cells, "intersects")
    whole = shapely.contains_properly(pieces[piece], cells[cell])
    area = shapely.area(cells)[cell]
    corners, is_hexagon = _hexagons(cells)
    cut = np.flatnonzero(~whole & is_hexagon[cell])
    area[cut] = overlap_areas(rings_of(pieces), corners, piece[cut], cell[cut])
    odd = np.flatnonzero(~whole & ~is_hexagon[cell])
    area[odd] = shapely.area(intersections(pieces[piece[odd]], cells[cell[odd]]))
    pair, row = np.unique(owner[piece] * len(cells) + cell, return_inverse=True)
    total = np.bincount(row, area, len(pair))
    real = total > 0.01
    return pair[real] // len(cells), pair[real] % len(cells), np.asarray(total[real], np.float64)


def _hexagons(cells: Geometries) -> tuple[Floats, NDArray[np.bool_]]:
    """Corners [C, 6, 2] of the cells that are whole hexagons, and which are (bool[C])."""
    is_six = (shapely.get_type_id(cells) == POLYGON) & (shapely.get_num_coordinates(cells) == 7)
    corners = np.zeros((len(cells), 6, 2))
    rings = shapely.get_coordinates(shapely.normalize(cells[is_six])).reshape(-1, 7, 2)
    corners[is_six] = rings[:, :6][:, ::-1]  # shapely's normal form runs clockwise
    step = np.roll(corners, -1, axis=1) - corners
    after = np.roll(step, -1, axis=1)
    turns_left = step[..., 0] * after[..., 1] - step[..., 1] * after[..., 0] > 0
    return corners, is_six & turns_left.all(axis=1)


def intersections(a: Geometries, b: Geometries) -> Geometries:
    """Intersections on all threads (shapely releases the interpreter)."""
    parts = even_parts(len(a), 2 * threads_in_use())
    shared = shared_out(lambda part: shapely.intersection(a[slice(*part)], b[slice(*part)]), parts)
    return np.concatenate(shared) if shared else np.zeros(0, np.object_)


def points_near(points: Geometries, polygons: Geometries, *, within_m: float) -> tuple[Ints, Ints]:
    """Rows of points and of polygons that lie within so many metres of each other, each pair once.

    Metric geometries; sorted by polygon, then point.
    """
    pieces, owner = subdivided(polygons)
    point, piece = shapely.STRtree(pieces).query(points, "dwithin", distance=within_m)
    pair = np.unique(owner[piece] * max(len(points), 1) + point)
    return pair % max(len(points), 1), pair // max(len(points), 1)
