"""Exact sums of a raster over polygons: every pixel counts by the share of it that is covered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from urbanwork.kernels.compiled import given
from urbanwork.kernels.coverage import sums_of_covered
from urbanwork.kernels.legs import starts
from urbanwork.kernels.threads import even_parts, shared_out

Floats = NDArray[np.float64]
PARTS = 16
"""Parts that the polygons are shared out in; the sums do not depend on it."""


@dataclass(frozen=True, slots=True)
class Rings:
    """G rings of Z polygons; outer rings run counterclockwise, holes clockwise."""

    x: Floats  # [V]
    y: Floats  # [V]
    start: NDArray[np.int64]  # [G + 1] vertices of ring g are start[g]:start[g + 1]
    polygon: NDArray[np.int64]  # [G] row of the polygon, rising
    polygon_count: int  # Z


def rings_of(polygons: NDArray[np.object_]) -> Rings:
    """Return the rings of valid polygons or multipolygons [Z], turned the right way round.

    Missing or empty geometries have no rings; points and lines within collections are left out.

    >>> rings_of(np.array([shapely.box(0, 0, 1, 1), None])).start.tolist()
    [0, 5]
    """
    geometries = np.asarray(polygons, object)
    simple, owner = _simple_polygons(geometries)
    rings = shapely.get_num_interior_rings(simple) + 1
    start = np.append(0, np.cumsum(_vertices_of_rings(simple, rings)))
    is_outer = np.zeros(len(start) - 1, np.bool_)
    is_outer[np.cumsum(rings) - rings] = True
    x, y = _turned(shapely.get_coordinates(simple), start, is_outer)
    return Rings(x, y, start, np.repeat(owner, rings), len(geometries))


def _simple_polygons(
    geometries: NDArray[np.object_],
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return the polygons and the rows they come from; only collections are taken apart."""
    kinds = shapely.get_type_id(geometries)
    whole = np.flatnonzero(kinds == shapely.GeometryType.POLYGON)
    others = np.flatnonzero((kinds != shapely.GeometryType.POLYGON) & (kinds >= 0))
    parts, row = shapely.get_parts(geometries[others], return_index=True)
    pieces, part = shapely.get_parts(parts, return_index=True)
    is_polygon = shapely.get_type_id(pieces) == shapely.GeometryType.POLYGON
    simple = np.concatenate([geometries[whole], pieces[is_polygon]])
    owner = np.concatenate([whole, others[row[part[is_polygon]]]]).astype(np.int64)
    order = np.argsort(owner, kind="stable")
    order = order[~shapely.is_empty(simple[order])]
    return simple[order], owner[order]


def _vertices_of_rings(polygons: NDArray[np.object_], rings: NDArray[Any]) -> NDArray[Any]:
    """Return the number of vertices of each ring; only polygons with holes are taken apart."""
    vertices = np.zeros(int(rings.sum()), np.int64)
    has_holes = rings > 1
    of_holed = np.repeat(has_holes, rings)
    vertices[~of_holed] = shapely.get_num_coordinates(polygons[~has_holes])
    vertices[of_holed] = shapely.get_num_coordinates(shapely.get_rings(polygons[has_holes]))
    return vertices


def _turned(
    vertices: Floats, start: NDArray[Any], is_outer: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Return x and y with outer rings counterclockwise and holes clockwise."""
    if len(is_outer) == 0:
        return np.zeros(0), np.zeros(0)
    count = np.diff(start)
    x, y = (vertices - np.repeat(vertices[start[:-1]], count, axis=0)).T
    with np.errstate(invalid="ignore", over="ignore"):  # `zonal_sum` refuses what is not finite
        twice_area = np.append(x[:-1] * y[1:] - x[1:] * y[:-1], 0.0)
    wrong = (np.add.reduceat(twice_area, start[:-1]) > 0) != is_outer
    mirror = np.repeat(start[:-1] + start[1:] - 1, count)
    row = np.arange(len(vertices))
    row = np.where(np.repeat(wrong, count), mirror - row, row)
    return vertices[row, 0], vertices[row, 1]


def zonal_sum(rings: Rings, raster: NDArray[Any], inverse: Sequence[float] | ArrayLike) -> Floats:
    """Return for each polygon [Z] the sum over pixels of value x share of the pixel covered.

    sum_z = sum over pixels p of value_p * area(pixel_p within polygon_z) / area(pixel_p)

    Exact for any polygon and any affine raster, rotated or not, pixels larger or smaller than the
    polygons: polygons that divide a region sum to the sum of the region. What lies beyond the
    raster and nan pixels count as nothing.

    Args:
        rings: rings of polygons that do not overlap themselves, in the raster's CRS.
        raster: [rows, columns] values per pixel, such as people.
        inverse: (a, b, c, d, e, f) with column = a x + b y + c and row = d x + e y + f, measured
            from the corner of the raster, as `~dataset.transform` of rasterio begins.

    Raises:
        ValueError: vertices or `inverse` are not finite, or `inverse` is singular.

    >>> square = rings_of(np.array([shapely.box(0.5, 0, 2, 1)]))
    >>> zonal_sum(square, np.array([[10.0, 6.0]]), (1, 0, 0, 0, -1, 1)).tolist()
    [11.0]
    """
    a, b, c, d, e, f = np.asarray(inverse, np.float64)[:6]
    determinant = a * e - b * d
    if not np.isfinite([a, b, c, d, e, f]).all() or determinant == 0:
        raise ValueError(f"the raster needs a transform that can be inverted, got {inverse!r}")
    if not (np.isfinite(rings.x).all() and np.isfinite(rings.y).all()):
        raise ValueError("vertices of polygons must be finite numbers")
    columns = given(a * rings.x + b * rings.y + c, np.float64)
    rows = given(d * rings.x + e * rings.y + f, np.float64)
    sums = np.zeros(rings.polygon_count)
    work = partial(
        _sum_part,
        rings=rings,
        vertices=(columns, rows),
        raster=given(raster, np.float64),
        sums=sums,
    )
    shared_out(work, even_parts(rings.polygon_count, PARTS))
    sums *= -np.sign(determinant)
    return sums + 0.0  # no negative zeros


def _sum_part(
    part: tuple[int, int],
    *,
    rings: Rings,
    vertices: tuple[Floats, Floats],
    raster: Floats,
    sums: Floats,
) -> None:
    polygon_start = starts(rings.polygon, rings.polygon_count)
    sums_of_covered(
        vertices[0],
        vertices[1],
        given(rings.start, np.int64),
        given(polygon_start, np.int64),
        raster,
        part[0],
        part[1],
        sums,
    )
