"""The part of a population raster that lies around the city, checked before it counts."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.sources.layers import PopulationRaster
from urbanwork.sources.notes import Note, note
from urbanwork.sources.raster_files import (
    Affine,
    Bounds,
    Flags,
    Floats,
    Window,
    affine,
    check,
    elsewhere,
    moved,
    opened,
    pixel_metres,
    pixels,
    window_around,
)

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

MAX_PIXELS = 50_000_000
"""400 MB as float64; a city of 100 km x 100 km has so many at 14 m."""

MOST_IN_A_PIXEL = 1e10
"""More is a no-data value that the file does not declare, such as the largest float or inf."""

CROWDED_PER_KM2 = 500_000
"""No neighbourhood on earth is so dense; such a raster counts something else."""


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
    with opened(Path(path), name) as dataset:
        check(dataset, band, name)
        transform = affine(dataset.transform)
        crs = dataset.crs.to_string()
        window = _window(dataset, transform, crs, bounds_lonlat, name)
        raw, is_known = pixels(dataset, band, window, name)
        people, counts = _people(raw, is_known, dataset, band, name)
        facts = _facts(dataset, band, Path(path))
    placed = moved(transform, window)
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


def _window(
    dataset: DatasetReader, transform: Affine, crs: str, bounds: Bounds | None, name: str
) -> Window:
    rows, columns = int(dataset.height), int(dataset.width)
    window = Window(0, 0, rows, columns, 1.0)
    if bounds is not None:
        window = window_around(transform, (rows, columns), crs, bounds)
    if window.rows <= 0 or window.columns <= 0:
        raise UserError(elsewhere(transform, (rows, columns), crs, bounds, name))
    if window.rows * window.columns > MAX_PIXELS:
        size = pixel_metres(transform, crs, rows, columns)
        wanted = math.ceil(max(size) * math.sqrt(window.rows * window.columns / MAX_PIXELS))
        raise UserError(
            f"{name}: {window.rows * window.columns:,} pixels of {max(size):.3g} m lie around the "
            f"city, more than {MAX_PIXELS:,}; sum them up to pixels of {wanted} m or larger"
        )
    return window


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
    metres = pixel_metres(placed, crs, *people.shape)
    per_km2 = float(people.max()) / (metres[0] * metres[1]) * 1e6
    return {
        "crs": crs,
        "resolution": [math.hypot(placed[0], placed[3]), math.hypot(placed[1], placed[4])],
        "resolution_m": [round(metres[0], 2), round(metres[1], 2)],
        "densest_per_km2": round(per_km2, 1),
    }


def _warnings(report: dict[str, Any]) -> list[Note]:
    found = list[Note]()
    if report["densest_per_km2"] > CROWDED_PER_KM2:
        dense = f"{report['densest_per_km2']:,.0f}"
        found.append(note(
            f"the densest pixel has {dense} people per km2; are the values people per pixel?",
            f"最密像元达每平方公里 {dense} 人，请确认栅格单位是否为每像元人数",
        ))  # fmt: skip
    return found
