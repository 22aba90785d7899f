"""Raster files: opened and checked, and the part of them that lies around a city."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.quantities.crs import LONLAT, to_lonlat, transformer

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Bounds = tuple[float, float, float, float]
Affine = tuple[float, float, float, float, float, float]

DRIVERS = ("GTiff", "HFA", "AAIGrid")
"""Formats that hold their own pixels: a VRT may point anywhere."""

PAD_PIXELS = 2
EDGE_POINTS = 21


@dataclass(frozen=True, slots=True)
class Window:
    """Rows and columns of the raster, from the first to before the last."""

    row: int
    column: int
    rows: int
    columns: int
    covered_share: float  # of the bounds asked for


@contextmanager
def opened(path: Path, name: str) -> Iterator[DatasetReader]:
    """The raster of a path, closed afterwards; `name` is what messages call it.

    Raises UserError when there is none or it cannot be read.
    """
    if not path.exists():
        raise UserError(f"{name}: there is no such file; check the path")
    if path.is_dir():
        raise UserError(f"{name}: this is a folder; give a raster file (.tif)")
    dataset = _dataset(path)
    if dataset is None:
        raise UserError(
            f"{name}: this is not a raster that can be read, or it was cut short; "
            "give people per pixel as GeoTIFF"
        )
    with dataset:
        yield dataset


def _dataset(path: Path) -> DatasetReader | None:
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        for driver in DRIVERS:
            try:
                return rasterio.open(path, driver=driver)
            except (RasterioError, OSError):
                continue
    return None


def check(dataset: DatasetReader, band: int, name: str) -> None:
    """Raise UserError unless the raster lies on earth and has numbers in this band."""
    if dataset.crs is None:
        raise UserError(
            f"{name}: the raster has no coordinate system; write it into the file, "
            "such as gdal_edit.py -a_srs ESRI:54009 FILE"
        )
    if not (dataset.crs.is_geographic or dataset.crs.is_projected):
        raise UserError(
            f"{name}: the coordinate system of the raster is of no place on earth "
            f"({dataset.crs.to_wkt()[:60]}); reproject it to one with an EPSG code"
        )
    a, b, _, d, e, _ = affine(dataset.transform)
    if dataset.transform.is_identity or a * e - b * d == 0:
        raise UserError(f"{name}: the raster has no position on earth; give a georeferenced file")
    if not 1 <= band <= dataset.count:
        raise UserError(f"{name}: there is no band {band}; the raster has {dataset.count}")
    if np.dtype(dataset.dtypes[band - 1]).kind not in "iuf":
        raise UserError(f"{name}: band {band} holds {dataset.dtypes[band - 1]}, wanted numbers")


def window_around(transform: Affine, shape: tuple[int, int], crs: str, bounds: Bounds) -> Window:
    """The rows and columns around bounds in degrees; none where the raster lies elsewhere."""
    columns, rows = _pixel_places(transform, *_outline(bounds, crs))
    if not len(columns):
        return Window(0, 0, 0, 0, 0.0)
    limits = [
        (math.floor(low.min()) - PAD_PIXELS, math.ceil(low.max()) + PAD_PIXELS, size)
        for low, size in ((rows, shape[0]), (columns, shape[1]))
    ]
    (row, row_end), (column, column_end) = (
        (max(0, low), min(size, high)) for low, high, size in limits
    )
    is_inside = (rows >= 0) & (rows <= shape[0]) & (columns >= 0) & (columns <= shape[1])
    return Window(row, column, row_end - row, column_end - column, float(is_inside.mean()))


def _outline(bounds: Bounds, crs: str) -> tuple[Floats, Floats]:
    """A net of points over the bounds in the raster's system, as far as it reaches there."""
    west, south, east, north = bounds
    lon, lat = np.meshgrid(
        np.linspace(west, east, EDGE_POINTS), np.linspace(south, north, EDGE_POINTS)
    )
    x, y = transformer(LONLAT, crs).transform(lon.ravel(), lat.ravel())
    is_known = np.isfinite(x) & np.isfinite(y)
    return x[is_known], y[is_known]


def _pixel_places(transform: Affine, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Columns and rows (with fractions) of places in the raster's system."""
    a, b, c, d, e, f = inverse_of(transform)
    return a * x + b * y + c, d * x + e * y + f


def inverse_of(transform: Affine) -> Affine:
    """The affine that leads from x, y to column, row.

    >>> inverse_of((2.0, 0.0, 10.0, 0.0, -2.0, 20.0))
    (0.5, 0.0, -5.0, 0.0, -0.5, 10.0)
    """
    a, b, c, d, e, f = transform
    whole = a * e - b * d
    inverse = (e / whole, -b / whole, (b * f - c * e) / whole,
               -d / whole, a / whole, (c * d - a * f) / whole)  # fmt: skip
    return tuple(value + 0.0 for value in inverse)  # type: ignore[return-value]  # no -0.0


def elsewhere(
    transform: Affine, shape: tuple[int, int], crs: str, bounds: Bounds | None, name: str
) -> str:
    """The sentence that says that a raster does not reach the city."""
    a, b, c, d, e, f = transform
    column, row = np.meshgrid(
        np.linspace(0, shape[1], EDGE_POINTS), np.linspace(0, shape[0], EDGE_POINTS)
    )
    lon, lat = to_lonlat(a * column + b * row + c, d * column + e * row + f, crs)
    box = (np.nanmin(lon), np.nanmin(lat), np.nanmax(lon), np.nanmax(lat)) \
        if np.isfinite(lon).any() else (math.nan,) * 4  # fmt: skip
    return (
        f"{name}: the raster ({_degrees(box)}) does not reach the city "
        f"({_degrees(bounds or box)}); give the raster of this city, or check its "
        "coordinate system"
    )


def _degrees(box: Bounds) -> str:
    west, south, east, north = box
    return f"{west:.3f} to {east:.3f} E, {south:.3f} to {north:.3f} N"


def pixels(
    dataset: DatasetReader, band: int, window: Window, name: str
) -> tuple[NDArray[Any], Flags]:
    """The numbers of a window as they are stored, and which of them are data.

    Raises UserError when they cannot be read.
    """
    from rasterio.errors import RasterioError
    from rasterio.windows import Window

    place = Window(window.column, window.row, window.columns, window.rows)
    try:
        raw = dataset.read(band, window=place)
        is_known = dataset.read_masks(band, window=place) != 0
    except (RasterioError, OSError):
        raise UserError(
            f"{name}: the pixels around the city cannot be read, the file is damaged; "
            "fetch it again"
        ) from None
    return raw, is_known


def pixel_metres(transform: Affine, crs: str, rows: int, columns: int) -> tuple[float, float]:
    """Width and height of the pixel in the middle, over the ground."""
    from pyproj import Geod

    a, b, c, d, e, f = transform
    column = np.array([0.0, 1.0, 0.0]) + columns // 2
    row = np.array([0.0, 0.0, 1.0]) + rows // 2
    lon, lat = to_lonlat(a * column + b * row + c, d * column + e * row + f, crs)
    _, _, metres = Geod(ellps="WGS84").inv([lon[0]] * 2, [lat[0]] * 2, lon[1:], lat[1:])
    return float(metres[0]), float(metres[1])


def moved(transform: Affine, window: Window) -> Affine:
    """The affine of a window of the raster that has this affine."""
    a, b, c, d, e, f = transform
    return (a, b, a * window.column + b * window.row + c,
            d, e, d * window.column + e * window.row + f)  # fmt: skip


def affine(transform: Any) -> Affine:
    """The six numbers of an affine of rasterio."""
    return tuple(float(value) for value in tuple(transform)[:6])  # type: ignore[return-value]
