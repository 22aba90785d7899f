"""Built-up land, land cover, permanent land and people at one date, from a raster file."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.quantities.crs import crs_of, to_lonlat
from urbanwork.sources.layers import DatedRaster
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

AROUND_KM = 60.0
"""Rasters are read this far around the city, so that clusters of people are seen whole."""

MOST_PIXELS = 4_000_000
"""A window with more is summed up to larger pixels while it is read (32 MB)."""

PIXELS_AT_ONCE = 2_000_000
"""Pixels that are read at a time."""

MOST_CLASSES = 1_000
"""Land cover has classes below it."""

UNITS = {
    "population": ("people",),
    "built_up": ("share", "percent", "m2", "class"),
    "land": ("share", "percent", "m2", "class"),
    "land_cover": ("class",),
}
"""Units that the numbers of each kind may have, the usual one first."""

JUST_OVER = 1.001
"""A share over this is no rounding but another unit."""

KM_PER_DEGREE = 111.32


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the numbers of a file become people or shares."""

    kind: str  # people: sum; else share of the pixel
    unit: str
    classes: tuple[int, ...]  # classes that count
    are_others: bool  # all classes but these count
    name: str  # what messages call the file


def read_dated_rasters(
    path: Path | str,
    *,
    kind: str,
    built_up: Sequence[int] = (),
    water: Sequence[int] = (),
    **given: Any,
) -> list[DatedRaster]:
    """All that one file gives: land cover with both kinds of classes is built-up land and land.

    Takes and raises what `read_dated_raster` does.
    """
    if kind == "land_cover" and built_up and water:
        return [
            read_dated_raster(path, kind=kind, built_up=built_up, **given),
            read_dated_raster(path, kind=kind, water=water, **given),
        ]
    return [read_dated_raster(path, kind=kind, built_up=built_up, water=water, **given)]


def read_dated_raster(
    path: Path | str,
    *,
    kind: str,
    year: int,
    unit: str | None = None,
    built_up: Sequence[int] = (),
    water: Sequence[int] = (),
    band: int = 1,
    bounds_lonlat: Bounds | None = None,
) -> DatedRaster:
    """People per pixel, or the share of each pixel that is built up or permanent land.

    Read is what lies within 60 km of the bounds. Where that is more than four million pixels,
    whole blocks become one pixel: people are summed, shares averaged. No data is nan.

    Args:
        path: a raster file (GeoTIFF, Erdas Imagine, ArcInfo ASCII grid).
        kind: population, built_up, land, or land_cover: classes, of which `built_up` gives the
            share that is built up or, without it, `water` the share that is land.
        year: the year that it shows.
        unit: people; share (0 to 1), percent, m2 of the pixel; class.
        built_up: classes that are built up.
        water: classes that are water.
        band: the band to read, from 1.
        bounds_lonlat: west, south, east, north of the city in degrees (WGS84).

    Raises:
        UserError: no raster, beside the city, all no data, negative numbers, a unit that does not
            fit the kind or the numbers, no such class.
    """
    reading = _reading(str(path), kind, unit, tuple(built_up), tuple(water))
    with opened(Path(path), reading.name) as dataset:
        check(dataset, band, reading.name)
        transform, crs = affine(dataset.transform), dataset.crs.to_string()
        window = _window(dataset, transform, crs, bounds_lonlat, reading.name)
        factor = math.ceil(math.sqrt(window.rows * window.columns / MOST_PIXELS))
        values, counts = _values(dataset, band, window, factor, transform, crs, reading)
    a, b, c, d, e, f = moved(transform, window)
    placed = (a * factor, b * factor, c, d * factor, e * factor, f)
    report = _report(Path(path), reading, year, values, placed, crs, counts)
    report |= {"pixels_summed_up": factor, "covered_share_of_bounds": window.covered_share}
    return DatedRaster(reading.kind, year, values, placed, crs, report)


def _reading(
    name: str, kind: str, unit: str | None, built_up: tuple[int, ...], water: tuple[int, ...]
) -> _Reading:
    if kind not in UNITS:
        raise UserError(f"{name}: kind is {', '.join(UNITS)}, got '{kind}'")
    chosen = unit or UNITS[kind][0]
    if chosen not in UNITS[kind]:
        wanted = ", ".join(UNITS[kind])
        raise UserError(f"{name}: unit '{chosen}' does not fit kind '{kind}'; give {wanted}")
    if chosen != "class":
        return _Reading(kind, chosen, (), are_others=False, name=name)
    if built_up and kind != "land":
        return _Reading("built_up", "class", built_up, are_others=False, name=name)
    if water and kind != "built_up":
        return _Reading("land", "class", water, are_others=True, name=name)
    wanted = {"built_up": "built_up: [50]", "land": "water: [80]"}.get(
        kind, "built_up: [50] or water: [80]"
    )
    raise UserError(f"{name}: say which classes count, such as {wanted}")


def _window(
    dataset: DatasetReader, transform: Affine, crs: str, bounds: Bounds | None, name: str
) -> Window:
    shape = (int(dataset.height), int(dataset.width))
    if bounds is None:
        return Window(0, 0, *shape, 1.0)
    at_city = window_around(transform, shape, crs, bounds)
    if at_city.rows <= 0 or at_city.columns <= 0:
        raise UserError(elsewhere(transform, shape, crs, bounds, name))
    around = window_around(transform, shape, crs, _padded(bounds))
    return replace(around, covered_share=at_city.covered_share)


def _padded(bounds: Bounds) -> Bounds:
    west, south, east, north = bounds
    up = AROUND_KM / KM_PER_DEGREE
    farthest = min(max(abs(south), abs(north)) + up, 89.0)
    aside = up / math.cos(math.radians(farthest))
    return (
        max(west - aside, -180.0),
        max(south - up, -90.0),
        min(east + aside, 180.0),
        min(north + up, 90.0),
    )


def _values(
    dataset: DatasetReader,
    band: int,
    window: Window,
    factor: int,
    transform: Affine,
    crs: str,
    reading: _Reading,
) -> tuple[Floats, dict[str, Any]]:
    """The window in people or shares, and what was counted on the way."""
    shape = (math.ceil(window.rows / factor), math.ceil(window.columns / factor))
    values, known, classes = np.full(shape, np.nan), 0, set[int]()
    least, most = math.inf, -math.inf
    for strip in _strips(window, factor):
        raw, is_known = pixels(dataset, band, strip, reading.name)
        numbers = _numbers(raw, dataset, band)
        is_known = is_known & ~np.isnan(numbers)
        known += int(is_known.sum())
        if is_known.any():
            least = min(least, float(numbers[is_known].min()))
            most = max(most, float(numbers[is_known].max()))
        if reading.unit == "class":
            classes |= _classes(numbers, is_known)
        counted = _counted(numbers, strip, transform, crs, reading)
        first = (strip.row - window.row) // factor
        block = _blocks(counted, is_known, factor, reading.kind)
        values[first : first + len(block)] = block
    pixel_m2 = np.nan if reading.unit != "m2" else _pixel_m2(transform, crs, window).max()
    _check_numbers(known, least, most, classes, pixel_m2, dataset, reading)
    return values, {
        "least": least,
        "most": most,
        "no_data_pixels": window.rows * window.columns - known,
        "pixels": [window.rows, window.columns],
        "classes": sorted(classes),
    }


def _strips(window: Window, factor: int) -> Iterator[Window]:
    """The window in strips of whole blocks, few enough pixels to be read at once."""
    rows = max(1, PIXELS_AT_ONCE // (window.columns * factor)) * factor
    for row in range(0, window.rows, rows):
        high = min(rows, window.rows - row)
        yield replace(window, row=window.row + row, rows=high)


def _numbers(raw: NDArray[Any], dataset: DatasetReader, band: int) -> Floats:
    numbers = raw.astype(np.float64)
    scale, offset = dataset.scales[band - 1], dataset.offsets[band - 1]
    return numbers * scale + offset if (scale, offset) != (1.0, 0.0) else numbers


def _classes(numbers: Floats, is_known: Flags) -> set[int]:
    """The classes that occur; counted where they are few, which is quicker than sorting."""
    whole = numbers[is_known].astype(np.int64)
    if len(whole) and whole.min() >= 0 and whole.max() < MOST_CLASSES:
        return set(np.flatnonzero(np.bincount(whole)).tolist())
    return set(np.unique(whole).tolist())


def _counted(
    numbers: Floats, strip: Window, transform: Affine, crs: str, reading: _Reading
) -> Floats:
    """People, or shares of the pixel, as the unit says."""
    if reading.unit == "class":
        counts = np.isin(numbers, reading.classes, invert=reading.are_others)
        return counts.astype(np.float64)
    if reading.unit == "percent":
        return numbers / 100.0
    if reading.unit == "m2":
        return numbers / _pixel_m2(transform, crs, strip)
    return numbers


def _pixel_m2(transform: Affine, crs: str, window: Window) -> Floats:
    return pixel_areas(moved(transform, window), (window.rows, window.columns), crs)


def pixel_areas(transform: Affine, shape: tuple[int, int], crs: str) -> Floats:
    """[rows, 1] ground area of the pixels of each row, m2.

    Exact in an equal-area system and, but for rounding, in longitude and latitude; in other
    systems the pixels in the middle of the rows stand for their row.

    >>> pixel_areas((100.0, 0.0, 0.0, 0.0, -100.0, 0.0), (2, 5), "ESRI:54009").tolist()
    [[10000.0], [10000.0]]
    """
    a, b, c, d, e, f = transform
    if is_equal_area(crs):
        metre = crs_of(crs).axis_info[0].unit_conversion_factor
        return np.full((shape[0], 1), abs(a * e - b * d) * metre**2)
    from pyproj import Geod

    rows = np.arange(shape[0])
    column = shape[1] / 2
    corners = [(column - 0.5, 0.0), (column + 0.5, 0.0), (column + 0.5, 1.0), (column - 0.5, 1.0)]
    places = [
        to_lonlat(a * x + b * (rows + y) + c, d * x + e * (rows + y) + f, crs) for x, y in corners
    ]
    globe = Geod(ellps="WGS84")
    areas = [
        abs(globe.polygon_area_perimeter([lon[k] for lon, _ in places],
                                         [lat[k] for _, lat in places])[0])
        for k in rows
    ]  # fmt: skip
    return np.array(areas)[:, None]


def is_equal_area(crs: str) -> bool:
    """Whether areas of the system are those of the ground.

    >>> is_equal_area("ESRI:54009"), is_equal_area("EPSG:6933"), is_equal_area("EPSG:4326")
    (True, True, False)
    """
    operation = crs_of(crs).coordinate_operation
    method = "" if operation is None else operation.method_name.lower()
    return "equal area" in method or "mollweide" in method


def _blocks(counted: Floats, is_known: Flags, factor: int, kind: str) -> Floats:
    """Sums of people, or means of shares, of blocks of pixels; nan where nothing is known.

    Of built-up land, what is not known is not built up; of land, only the known counts.
    """
    if factor == 1:
        return np.where(is_known, counted, np.nan)
    total = _block_sums(np.where(is_known, counted, 0.0), factor)
    known = _block_sums(is_known.astype(np.float64), factor)
    with np.errstate(invalid="ignore", divide="ignore"):
        if kind == "built_up":
            total /= factor * factor
        elif kind == "land":
            total /= known
    total[known == 0] = np.nan
    return total


def _block_sums(values: Floats, factor: int) -> Floats:
    rows, columns = values.shape
    tall = np.add.reduceat(values, np.arange(0, rows, factor), axis=0)
    sums: Floats = np.add.reduceat(tall, np.arange(0, columns, factor), axis=1)
    return sums


def _check_numbers(
    known: int,
    least: float,
    most: float,
    classes: set[int],
    pixel_m2: float,
    dataset: DatasetReader,
    reading: _Reading,
) -> None:
    name = reading.name
    if not known:
        raise UserError(
            f"{name}: every pixel around the city is no data (nodata = {dataset.nodata}); "
            "give a raster that covers the city"
        )
    if reading.unit == "class":
        if not classes & set(reading.classes):
            found = ", ".join(str(each) for each in sorted(classes)[:20])
            raise UserError(
                f"{name}: no pixel around the city is of class "
                f"{', '.join(map(str, reading.classes))}; there are {found}"
            )
        return
    if least < 0 or not math.isfinite(most):
        value = least if least < 0 else most
        raise UserError(
            f"{name}: pixels hold {value:g}, {_WHAT[reading.kind]} cannot be so; if it stands for "
            f"no data, declare it: gdal_edit.py -a_nodata {value:g} FILE"
        )
    limit = {"share": 1.0, "percent": 100.0, "m2": pixel_m2}.get(reading.unit, math.inf)
    if most > limit * JUST_OVER:
        raise UserError(
            f"{name}: pixels hold up to {most:,.6g}, more than the {limit:,.6g} that unit "
            f"'{reading.unit}' allows; give the unit that the numbers are in: "
            f"{', '.join(UNITS[reading.kind][:3])}"
        )


_WHAT = {"population": "people", "built_up": "built-up land", "land": "land"}


def _report(
    path: Path,
    reading: _Reading,
    year: int,
    values: Floats,
    placed: Affine,
    crs: str,
    counts: dict[str, Any],
) -> dict[str, Any]:
    metres = pixel_metres(placed, crs, *values.shape)
    report = counts | {
        "file": path.name,
        "kind": reading.kind,
        "year": year,
        "unit": reading.unit,
        "crs": crs,
        "resolution_m": [round(metres[0], 2), round(metres[1], 2)],
    }
    if reading.kind == "population":
        report["people"] = float(np.nansum(values))
    report["warnings"] = _warnings(reading, counts["most"])
    return report


def _warnings(reading: _Reading, most: float) -> list[Note]:
    if reading.unit == "percent" and most <= 1.0:
        return [
            note(
                f"no pixel of {Path(reading.name).name} is over 1 %; are the values shares?",
                f"{Path(reading.name).name} 中没有像元超过1%，请确认数值是否为比例（0至1）",
            )
        ]
    if reading.kind == "population" and most == 0:
        return [
            note(
                f"{Path(reading.name).name} counts nobody around the city",
                f"{Path(reading.name).name} 在城市周围没有人口",
            )
        ]
    return []
