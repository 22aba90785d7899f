"""The metric coordinate system of a place, and the way there and back.

One system for every city: Lambert's azimuthal equal-area projection centred on the place. Areas
are exact; distances err by less than 3 mm per km out to 10 km from the centre and less than
2 cm per km out to 50 km (`docs/decisions/0002-metric-crs.md` has the figures and why not UTM).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.errors import UserError

if TYPE_CHECKING:
    import pyproj

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]
OneOrMany = TypeVar("OneOrMany", BaseGeometry, Geometries)

LONLAT = "EPSG:4326"
"""Longitude and latitude in degrees on WGS84, x = longitude (not the axis order of EPSG)."""


def metric_crs(lon: float, lat: float) -> str:
    """Return the PROJ text of the metric system of a place at longitude and latitude (degrees).

    The centre is rounded to 0.01 degree (at most 1.1 km), so that a small edit of a boundary keeps
    the coordinates that were computed before.

    >>> metric_crs(-15.4321, 28.1049)
    '+proj=laea +lat_0=28.1 +lon_0=-15.43 +datum=WGS84 +units=m +no_defs'

    Raises:
        ValueError: longitude or latitude are not finite or lie outside -180..180, -90..90.

    Source: Snyder, Map Projections: A Working Manual, USGS PP 1395 (1987), chapter 24.
    """
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise ValueError(f"no place on Earth at longitude {lon}, latitude {lat}")
    centre_lon, centre_lat = round(lon, 2) + 0.0, round(lat, 2) + 0.0  # + 0.0: no "-0.0"
    return f"+proj=laea +lat_0={centre_lat:g} +lon_0={centre_lon:g} +datum=WGS84 +units=m +no_defs"


def to_metric(lon: ArrayLike, lat: ArrayLike, crs: str) -> tuple[Floats, Floats]:
    """Return x and y in metres of `crs` for longitudes and latitudes in degrees (WGS84).

    Inputs are scalars or arrays of one shape; nan stays nan, and what lies off
    the map is nan.
    """
    return _moved(lon, lat, transformer(LONLAT, crs))


def to_lonlat(x: ArrayLike, y: ArrayLike, crs: str) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes in degrees (WGS84) for x and y in the units of `crs`."""
    return _moved(x, y, transformer(crs, LONLAT))


def project(geometries: OneOrMany, crs: str) -> OneOrMany:
    """Return shapely geometries in longitude and latitude as geometries in `crs`.

    One geometry gives one, an object array gives an array of the same shape in which None stays
    None. Heights are dropped: every measure is plane.
    """
    return reproject(geometries, LONLAT, crs)


def unproject(geometries: OneOrMany, crs: str) -> OneOrMany:
    """Return shapely geometries in `crs` as geometries in longitude and latitude (WGS84)."""
    return reproject(geometries, crs, LONLAT)


def reproject(geometries: OneOrMany, source: str, target: str) -> OneOrMany:
    """Return geometries of one system in another, as `project` does."""
    step = transformer(source, target)

    def move(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        moved_x, moved_y = step.transform(x, y)
        return moved_x, moved_y

    moved: OneOrMany = shapely.transform(geometries, move, interleaved=False)
    return moved


def puts_alike(one: str, other: str, numbers: Floats) -> bool:
    """Whether two systems put coordinates [N, 2] at the same places, to about 0.1 m.

    Names are not enough: ESRI's WKT of a .prj and the code of EPSG mean the same.

    Raises UserError for a text that is no coordinate system.
    """
    if crs_of(one) == crs_of(other):
        return True
    here, there = (transformer(each, LONLAT).transform(*numbers.T) for each in (one, other))
    return bool(np.allclose(here, there, rtol=0, atol=1e-6, equal_nan=False))


@lru_cache(maxsize=64)
def transformer(source: str, target: str) -> pyproj.Transformer:
    """Return the transformer between two systems, x first, made once per process.

    Raises:
        UserError: a text that is no coordinate system.
    """
    import pyproj

    return pyproj.Transformer.from_crs(crs_of(source), crs_of(target), always_xy=True)


@lru_cache(maxsize=64)
def crs_of(text: str) -> pyproj.CRS:
    """Return the coordinate system that a text (EPSG:3067, WKT, PROJ) names.

    Raises:
        UserError: PROJ does not know it.
    """
    import pyproj

    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError as error:
        raise UserError(
            f"'{_shortened(text)}' is no coordinate system that PROJ knows; give an EPSG code "
            "such as EPSG:4326 or EPSG:4547, or WKT"
        ) from error


def _shortened(text: str, limit: int = 80) -> str:
    return text if len(text) <= limit else text[: limit - 3] + "..."


def _moved(x: ArrayLike, y: ArrayLike, step: pyproj.Transformer) -> tuple[Floats, Floats]:
    moved = step.transform(np.array(x, np.float64), np.array(y, np.float64), inplace=True)
    return _finite(moved[0]), _finite(moved[1])


def _finite(values: Any) -> Floats:
    array = np.asarray(values, np.float64)
    return np.where(np.isinf(array), np.nan, array) if np.isinf(array).any() else array
