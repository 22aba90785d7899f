"""The part of a population raster that lies around the city, checked before it counts."""

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
from urbanwork.sources.layers import PopulationRaster
from urbanwork.sources.notes import Note, note

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Bounds = tuple[float, float, float, float]
Affine = tuple[float, float, float, float, float, float]

MAX_PIXELS = 50_000_000
"""400 MB as float64; a city of 100 km x 100 km has so many at 14 m."""

DRIVERS = ("GTiff", "HFA", "AAIGrid")
"""Formats that hold their own pixels: a VRT may point anywhere."""

MOST_IN_A_PIXEL = 1e10
"""More is a no-data value that the file does not declare, such as the largest float or inf."""

PAD_PIXELS = 2
EDGE_POINTS = 21
CROWDED_PER_KM2 = 500_000
"""No neighbourhood on earth is so dense; such a raster counts something else."""


@dataclass(frozen=True, slots=True)
class _Window:
    """Rows and columns of the raster, from the first to before the last."""

    row: int
    column: int
    rows: int
    columns: int
    covered_share: float  # of the bounds asked for


def read_population(
    path: Path | str, *, band: int = 1, bounds_lonlat: Bounds | None = None
) -> PopulationRaster:
    """People per pixel in a window around the bounds, or of the whole raster.

    No data and nan become 0 and are counted in the report; only the window is read, so the raster
    may be that of the world. Scale and offset of the band are applied.

    Args:
        path: a raster file (GeoTIFF, Erdas Imagine, ArcInfo ASCII grid), people per pixel.
        band: the band with the people, from 1.
        bounds_lonlat: west, south, east, north of the city in degrees (WGS84).

    Raises:
        UserError: no raster, no coordinate system, no such band, beside the city, too many
            pixels, all no data, nobody, infinite or negative people.
    """
    name = str(path)
    with _opened(Path(path), name) as dataset:
        _check(dataset, band, name)
        transform = _affine(dataset.transform)
        crs = dataset.crs.to_string()
        window = _window(dataset, transform, crs, bounds_lonlat, name)
        raw, is_known = _pixels(dataset, band, window, name)
        people, counts = _people(raw, is_known, dataset, band, name)
        facts = _facts(dataset, band, Path(path))
    placed = _moved(transform, window)
    report = (
        facts
        | counts
        | _size(placed, crs, people)
        | {
            "window_pixels": [window.rows, window.columns],
            "covered_share_of_bounds": window.covered_share,
        }
    )
    report["warnings"] = _warnings(report)
    return PopulationRaster(people, placed, crs, report)


@contextmanager
def _opened(path: Path, name: str) -> Iterator[DatasetReader]:
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


def _check(dataset: DatasetReader, band: int, name: str) -> None:
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
    a, b, _, d, e, _ = _affine(dataset.transform)
    if dataset.transform.is_identity or a * e - b * d == 0:
        raise UserError(f"{name}: the raster has no position on earth; give a georeferenced file")
    if not 1 <= band <= dataset.count:
        raise UserError(f"{name}: there is no band {band}; the raster has {dataset.count}")
    if np.dtype(dataset.dtypes[band - 1]).kind not in "iuf":
        raise UserError(f"{name}: band {band} holds {dataset.dtypes[band - 1]}, wanted numbers")


def _window(
    dataset: DatasetReader, transform: Affine, crs: str, bounds: Bounds | None, name: str
) -> _Window:
    rows, columns = int(dataset.height), int(dataset.width)
    window = _Window(0, 0, rows, columns, 1.0)
    if bounds is not None:
        window = _window_around(transform, (rows, columns), crs, bounds)
    if window.rows <= 0 or window.columns <= 0:
        raise UserError(_elsewhere(transform, (rows, columns), crs, bounds, name))
    if window.rows * window.columns > MAX_PIXELS:
        size = _pixel_metres(transform, crs, rows, columns)
        wanted = math.ceil(max(size) * math.sqrt(window.rows * window.columns / MAX_PIXELS))
        raise UserError(
            f"{name}: {window.rows * window.columns:,} pixels of {max(size):.3g} m lie around the "
            f"city, more than {MAX_PIXELS:,}; sum them up to pixels of {wanted} m or larger"
        )
    return window


def _window_around(transform: Affine, shape: tuple[int, int], crs: str, bounds: Bounds) -> _Window:
    columns, rows = _pixel_places(transform, *_outline(bounds, crs))
    if not len(columns):
        return _Window(0, 0, 0, 0, 0.0)
    limits = [
        (math.floor(low.min()) - PAD_PIXELS, math.ceil(low.max()) + PAD_PIXELS, size)
        for low, size in ((rows, shape[0]), (columns, shape[1]))
    ]
    (row, row_end), (column, column_end) = (
        (max(0, low), min(size, high)) for low, high, size in limits
    )
    is_inside = (rows >= 0) & (rows <= shape[0]) & (columns >= 0) & (columns <= shape[1])
    return _Window(row, column, row_end - row, column_end - column, float(is_inside.mean()))


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


def _elsewhere(
    transform: Affine, shape: tuple[int, int], crs: str, bounds: Bounds | None, name: str
) -> str:
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


def _pixels(
    dataset: DatasetReader, band: int, window: _Window, name: str
) -> tuple[NDArray[Any], Flags]:
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


def _people(
    raw: NDArray[Any], is_known: Flags, dataset: DatasetReader, band: int, name: str
) -> tuple[Floats, dict[str, Any]]:
    scale, offset = dataset.scales[band - 1], dataset.offsets[band - 1]
    people = raw.astype(np.float64)
    is_nan = np.isnan(people)
    is_known = is_known & ~is_nan
    if (scale, offset) != (1.0, 0.0):
        people = people * scale + offset
    if not is_known.any():
        raise UserError(
            f"{name}: every pixel around the city is no data (nodata = {dataset.nodata}); "
            "give a raster that covers the city"
        )
    people[~is_known] = 0.0
    _check_values(people, raw, dataset, name)
    counts = {
        "people": float(people.sum()),
        "no_data_pixels": int((~is_known).sum()),
        "nan_pixels": int(is_nan.sum()),
    }
    return people, counts


def _check_values(people: Floats, raw: NDArray[Any], dataset: DatasetReader, name: str) -> None:
    negative = people < 0
    if negative.any():
        raise UserError(_negative(people, negative, raw, dataset, name))
    too_many = int((people > MOST_IN_A_PIXEL).sum())
    if too_many:
        raise UserError(
            f"{name}: {too_many:,} pixels hold more people than live on earth (most "
            f"{people.max():g}); declare that value as nodata"
        )
    if not people.any():
        raise UserError(
            f"{name}: the raster counts nobody around the city; check the band and the file"
        )


def _negative(
    people: Floats, negative: Flags, raw: NDArray[Any], dataset: DatasetReader, name: str
) -> str:
    values = np.unique(raw[negative])
    found = f"{name}: {int(negative.sum()):,} pixels hold negative people (least {values[0]:g})"
    if len(values) == 1:
        return (
            f"{found}, it looks like a no-data value that the file does not declare (it says "
            f"nodata = {dataset.nodata}); declare it: gdal_edit.py -a_nodata {values[0]:g} FILE"
        )
    return f"{found}; people per pixel are wanted, 0 or more"


def _facts(dataset: DatasetReader, band: int, path: Path) -> dict[str, Any]:
    nodata = dataset.nodata
    tags = {key: str(text)[:300] for key, text in sorted(dataset.tags().items())}
    return {
        "file": path.name,
        "licence": "unknown",
        "band": band,
        "bands": int(dataset.count),
        "dtype": str(dataset.dtypes[band - 1]),
        "pixels": [int(dataset.height), int(dataset.width)],
        "nodata": None if nodata is None else str(nodata) if math.isnan(nodata) else float(nodata),
        "tags": {key: text for key, text in tags.items() if key != "AREA_OR_POINT"},
    }


def _size(placed: Affine, crs: str, people: Floats) -> dict[str, Any]:
    metres = _pixel_metres(placed, crs, *people.shape)
    per_km2 = float(people.max()) / (metres[0] * metres[1]) * 1e6
    return {
        "crs": crs,
        "resolution": [math.hypot(placed[0], placed[3]), math.hypot(placed[1], placed[4])],
        "resolution_m": [round(metres[0], 2), round(metres[1], 2)],
        "densest_per_km2": round(per_km2, 1),
    }


def _pixel_metres(transform: Affine, crs: str, rows: int, columns: int) -> tuple[float, float]:
    """Width and height of the pixel in the middle, over the ground."""
    from pyproj import Geod

    a, b, c, d, e, f = transform
    column = np.array([0.0, 1.0, 0.0]) + columns // 2
    row = np.array([0.0, 0.0, 1.0]) + rows // 2
    lon, lat = to_lonlat(a * column + b * row + c, d * column + e * row + f, crs)
    _, _, metres = Geod(ellps="WGS84").inv([lon[0]] * 2, [lat[0]] * 2, lon[1:], lat[1:])
    return float(metres[0]), float(metres[1])


def _moved(transform: Affine, window: _Window) -> Affine:
    a, b, c, d, e, f = transform
    return (a, b, a * window.column + b * window.row + c,
            d, e, d * window.column + e * window.row + f)  # fmt: skip


def _affine(transform: Any) -> Affine:
    return tuple(float(value) for value in tuple(transform)[:6])  # type: ignore[return-value]


def _warnings(report: dict[str, Any]) -> list[Note]:
    found = list[Note]()
    if report["densest_per_km2"] > CROWDED_PER_KM2:
        dense = f"{report['densest_per_km2']:,.0f}"
        found.append(note(
            f"the densest pixel has {dense} people per km2; are the values people per pixel?",
            f"最密像元达每平方公里 {dense} 人，请确认栅格单位是否为每像元人数",
        ))  # fmt: skip
    return found
