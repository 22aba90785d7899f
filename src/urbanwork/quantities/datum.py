"""The shifted coordinates of maps published in mainland China, and the way back to WGS84.

GCJ-02 shifts longitude and latitude by 20 to 715 m; BD-09 (Baidu) shifts GCJ-02 once more, by 760
to 1,010 m. A file often says EPSG:4326 and is neither. Nothing in the numbers tells, so a source
is converted only where its description declares it (`datum: gcj02`).

Both became known as forward formulas. The inverse here is not the usual guess of one step (off by
up to 5 m) but iterated until it is exact to less than a tenth of a millimetre; within 1 km of the
rim of the box, where the shift begins at once, there is no inverse.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]
Datum = Literal["wgs84", "gcj02", "bd09"]
OneOrMany = TypeVar("OneOrMany", BaseGeometry, NDArray[np.object_])

_AXIS = 6378245.0
"""Semi-major axis in metres of the Krasovsky ellipsoid, on which GCJ-02 is defined."""
_ECCENTRICITY2 = 0.00669342162296594323
_WEST, _SOUTH, _EAST, _NORTH = 72.004, 0.8293, 137.8347, 55.8271
"""The box in degrees outside of which nothing is shifted; it holds more than China."""
_EXACT = 5e-10
"""Degrees: less than 0.1 mm."""
_MOST_STEPS = 30


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return GCJ-02 longitude and latitude for WGS84; degrees, scalars or arrays of one shape.

    Outside the box of the datum (72.004..137.8347 E, 0.8293..55.8271 N) nothing changes; nan
    stays nan.

    Source: the formula as it became public in 2013 (EvilTransform, coordtransform and others
    agree to the last digit).
    """
    return _shifted(_degrees(lon, lat), _gcj02_shift)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return WGS84 longitude and latitude for GCJ-02, the exact inverse of `wgs84_to_gcj02`."""
    return _unshifted(_degrees(lon, lat), _gcj02_shift)


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return BD-09 longitude and latitude for GCJ-02; outside the box nothing changes."""
    return _shifted(_degrees(lon, lat), _bd09_shift)


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return GCJ-02 longitude and latitude for BD-09, the exact inverse of `gcj02_to_bd09`."""
    return _unshifted(_degrees(lon, lat), _bd09_shift)


def to_wgs84(lon: ArrayLike, lat: ArrayLike, datum: Datum) -> Pair:
    """Return WGS84 longitude and latitude for coordinates in a declared datum.

    >>> lon, lat = to_wgs84(121.644926, 38.918574, "gcj02")
    >>> round(float(lon), 5), round(float(lat), 5)
    (121.63995, 38.91777)
    """
    if datum == "bd09":
        lon, lat = bd09_to_gcj02(lon, lat)
    if datum in ("bd09", "gcj02"):
        return gcj02_to_wgs84(lon, lat)
    return _degrees(lon, lat)


def geometries_to_wgs84(geometries: OneOrMany, datum: Datum) -> OneOrMany:
    """Return shapely geometries in WGS84 for geometries in a declared datum; None stays None."""

    def move(lon: Floats, lat: Floats) -> Pair:
        return to_wgs84(lon, lat, datum)

    moved: OneOrMany = shapely.transform(geometries, move, interleaved=False)
    return moved


def _degrees(lon: ArrayLike, lat: ArrayLike) -> Pair:
    return np.asarray(lon, np.float64), np.asarray(lat, np.float64)


def _shifted(point: Pair, shift: Callable[[Floats, Floats], Pair]) -> Pair:
    lon, lat = point
    is_inside = (lon >= _WEST) & (lon <= _EAST) & (lat >= _SOUTH) & (lat <= _NORTH)
    east, north = shift(lon, lat)
    return np.where(is_inside, lon + east, lon), np.where(is_inside, lat + north, lat)


def _unshifted(point: Pair, shift: Callable[[Floats, Floats], Pair]) -> Pair:
    """Find what is shifted to `point`: the shift hardly changes over its own length, so that each
    step of taking the miss away leaves a hundredth of it."""
    lon, lat = point
    for _ in range(_MOST_STEPS):
        ahead_lon, ahead_lat = _shifted((lon, lat), shift)
        miss_lon, miss_lat = ahead_lon - point[0], ahead_lat - point[1]
        lon, lat = lon - miss_lon, lat - miss_lat
        if not (np.abs(miss_lon) > _EXACT).any() and not (np.abs(miss_lat) > _EXACT).any():
            break
    return lon, lat


def _gcj02_shift(lon: Floats, lat: Floats) -> Pair:
    """Degrees to add to WGS84."""
    x, y = lon - 105.0, lat - 35.0
    radians = np.radians(lat)
    magic = 1.0 - _ECCENTRICITY2 * np.sin(radians) ** 2
    root = np.sqrt(magic)
    metres_per_degree_lat = _AXIS * (1.0 - _ECCENTRICITY2) / (magic * root) * np.pi / 180.0
    metres_per_degree_lon = _AXIS / root * np.cos(radians) * np.pi / 180.0
    return _metres_east(x, y) / metres_per_degree_lon, _metres_north(x, y) / metres_per_degree_lat


def _metres_east(x: Floats, y: Floats) -> Floats:
    smooth = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    waves = (
        _waves(x, (6.0, 20.0), (2.0, 20.0))
        + _waves(x, (1.0, 20.0), (1.0 / 3.0, 40.0))
        + _waves(x, (1.0 / 12.0, 150.0), (1.0 / 30.0, 300.0))
    )
    return smooth + waves


def _metres_north(x: Floats, y: Floats) -> Floats:
    smooth = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    waves = (
        _waves(x, (6.0, 20.0), (2.0, 20.0))
        + _waves(y, (1.0, 20.0), (1.0 / 3.0, 40.0))
        + _waves(y, (1.0 / 12.0, 160.0), (1.0 / 30.0, 320.0))
    )
    return smooth + waves


def _waves(t: Floats, *parts: tuple[float, float]) -> Floats:
    """Two thirds of the sum of waves, each of a frequency (half-turns per degree) and a height."""
    total = sum(height * np.sin(frequency * np.pi * t) for frequency, height in parts)
    return np.asarray(total * 2.0 / 3.0, np.float64)


def _bd09_shift(lon: Floats, lat: Floats) -> Pair:
    """Degrees to add to GCJ-02: a turn and a stretch about 0, 0, and a fixed step."""
    waves = np.pi * 3000.0 / 180.0
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * waves)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * waves)
    return radius * np.cos(angle) + 0.0065 - lon, radius * np.sin(angle) + 0.006 - lat
