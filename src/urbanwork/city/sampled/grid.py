"""The population grid of a sampled city: a raster resummed onto square cells of its own system."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.city.sampled.model import Flags, Floats, Geometries, Ints, PopulationGrid
from urbanwork.errors import UserError
from urbanwork.quantities.crs import crs_of, reproject
from urbanwork.sources.layers import PopulationRaster

Affine = tuple[float, float, float, float, float, float]


def population_grid(
    raster: PopulationRaster,
    region: BaseGeometry,
    buffered: BaseGeometry,
    crs: str,
    *,
    cell_m: float,
) -> PopulationGrid:
    """Cells of the raster that touch `buffered`, with whole people; crossings not counted yet (0).

    The raster is cut to the box of the buffered region, then each cell sums the pixels by the share
    of them that it covers (GDAL's `sum`), rounded to whole people as the peer does.

    Args:
        raster: people per pixel, north-up, in any system.
        region: study region, metric.
        buffered: the region with its buffer, metric.
        crs: the metric system of both, and of the grid.
        cell_m: side of a cell, metres.

    Raises:
        UserError: the raster is rotated, or does not reach the region.
    """
    people, transform = _cut(raster, reproject(buffered, crs, raster.crs))
    people, (_, _, x0, _, _, y0) = _resummed(people, transform, raster.crs, crs, cell_m)
    rows, columns = people.shape
    row, column = np.divmod(np.arange(rows * columns), columns)
    boxes = _boxes(x0, y0, cell_m, row, column)
    shapely.prepare(buffered)
    on = np.flatnonzero(shapely.intersects(buffered, boxes) & np.isfinite(people.ravel()))
    lookup = np.full(rows * columns, -1, np.int64)
    lookup[on] = np.arange(len(on))
    touches, share = _inside(boxes[on], region)
    return PopulationGrid(
        x0, y0, cell_m, column[on], row[on], np.rint(people.ravel()[on]), np.zeros(len(on)), share,
        touches, lookup.reshape(rows, columns),
    )  # fmt: skip


def cell_polygons(grid: PopulationGrid) -> Geometries:
    """The cells as squares, metric, [G]."""
    return _boxes(grid.x0, grid.y0, grid.cell_m, grid.row, grid.column)


def _boxes(x0: float, y0: float, cell_m: float, row: Ints, column: Ints) -> Geometries:
    west, north = x0 + column * cell_m, y0 - row * cell_m
    return np.asarray(shapely.box(west, north - cell_m, west + cell_m, north), object)


def _cut(raster: PopulationRaster, buffered: BaseGeometry) -> tuple[Floats, Affine]:
    """The pixels that the box of the region starts in, as many as it is wide, rounded."""
    a, b, c, d, e, f = raster.transform
    if b or d:
        raise UserError(
            "the population raster is rotated; warp it to a north-up one to use this catalogue"
        )
    west, south, east, north = buffered.bounds
    left, right = (west - c) / a, (east - c) / a
    top, bottom = (north - f) / e, (south - f) / e
    rows, columns = raster.people.shape
    first_column, first_row = max(0, int(np.floor(left))), max(0, int(np.floor(top)))
    end_column = min(columns, first_column + round(right - left))
    end_row = min(rows, first_row + round(bottom - top))
    if end_column <= first_column or end_row <= first_row:
        raise UserError("the population raster does not reach the study region; give one that does")
    part = raster.people[first_row:end_row, first_column:end_column]
    return part, (a, b, c + first_column * a, d, e, f + first_row * e)


def _resummed(
    people: Floats, transform: Affine, source: str, target: str, cell_m: float
) -> tuple[NDArray[np.float64], Affine]:
    from rasterio import Affine as RasterioAffine
    from rasterio.warp import Resampling, calculate_default_transform, reproject

    before = RasterioAffine(*transform)
    rows, columns = people.shape
    west, north = transform[2], transform[5]
    east, south = west + columns * transform[0], north + rows * transform[4]
    source_wkt, target_wkt = crs_of(source).to_wkt(), crs_of(target).to_wkt()
    after, width, height = calculate_default_transform(
        source_wkt, target_wkt, columns, rows, west, south, east, north, resolution=cell_m
    )
    summed = np.full((height, width), np.nan)
    reproject(
        people, summed, src_transform=before, src_crs=source_wkt, dst_transform=after,
        dst_crs=target_wkt, resampling=Resampling.sum, dst_nodata=np.nan,
        num_threads=1,
    )  # fmt: skip
    return summed, _six(after)


def _six(affine: Any) -> Affine:
    return affine.a, affine.b, affine.c, affine.d, affine.e, affine.f


def _inside(boxes: Geometries, region: BaseGeometry) -> tuple[Flags, Floats]:
    """Which cells touch the region, and the share of each that lies in it."""
    shapely.prepare(region)
    touches = shapely.intersects(region, boxes)
    share = shapely.contains_properly(region, boxes).astype(np.float64)
    rim = np.flatnonzero(touches & (share == 0))
    share[rim] = shapely.area(shapely.intersection(boxes[rim], region)) / shapely.area(boxes[rim])
    return touches, share
