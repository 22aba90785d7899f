"""Which ground is examined: the boundary of the city, as far as the data shows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.city.projecting import polygonal
from urbanwork.errors import UserError
from urbanwork.sources.layers import Boundaries, Extent

HOLDS_MOST = 0.85
"""An administrative boundary stands for the extract when it holds this share of its streets."""
COVERED_ENOUGH = 0.8
"""An administrative boundary of which the data shows less is that of another place."""
TORN_DEGREES = 0.1
FARTHEST_LATITUDE = 85.0
RIM_M = 250.0
RIM_SHARE = 0.1
"""Nobody said where the extract was cut: its rim has streets that were kept whole, but not what
lies along them. So much around what was observed is not taken as seen, at most a tenth of the
city's width."""
WHOLE = 0.98
"""A boundary is taken as wholly seen when the extract covers this share of it."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The boundary in lon/lat, how it was found, and what share of it the data shows."""

    boundary: BaseGeometry
    origin: str  # given, administrative, extent
    name: str | None
    level: int  # admin_level, 0 where none
    share_seen: float


def find_ground(
    given: BaseGeometry | None,
    boundaries: Boundaries,
    extent: Extent,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    *,
    where: str,
) -> Ground:
    """The boundary: given, else administrative in the extract, else the frame of the extract.

    `lon`, `lat` are points of the streets. Raises UserError when a given boundary, or the declared
    extent, misses the data.
    """
    ground = _ground(given, boundaries, extent, lon, lat, where)
    check_place(ground.boundary, where)
    _check_extent(extent, lon, lat, where)
    return ground


def _check_extent(
    extent: Extent, lon: NDArray[np.float64], lat: NDArray[np.float64], where: str
) -> None:
    if extent.known_from != "declared" or len(lon) == 0:
        return
    if not shapely.contains_xy(extent.polygon, lon, lat).any():
        raise UserError(
            f"{where}: osm.extent: lies {_box(extent.polygon)}, where the OSM extract has not one "
            "street; give what the extract was cut to, or leave it out"
        )


def _ground(
    given: BaseGeometry | None,
    boundaries: Boundaries,
    extent: Extent,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    where: str,
) -> Ground:
    if given is not None:
        return _seen_part(given, extent, where)
    row = _administrative(boundaries, lon, lat, _seen(extent))
    if row is None:
        return Ground(extent.polygon, "extent", None, 0, 1.0)
    return Ground(
        boundaries.geometry[row], "administrative", boundaries.name[row],
        int(boundaries.level[row]), 1.0,
    )  # fmt: skip


def check_place(boundary: BaseGeometry, where: str) -> None:
    """Raises UserError where the map of degrees is torn: at the 180th meridian and the poles."""
    west, south, east, north = boundary.bounds
    if max(-west, east) > 180 - TORN_DEGREES:
        raise UserError(
            f"{where}: boundary: lies {_box(boundary)}, across or at the 180th meridian, which "
            "urbanwork cannot examine; give a boundary of the part on one side of it"
        )
    if max(-south, north) > FARTHEST_LATITUDE:
        raise UserError(
            f"{where}: boundary: lies {_box(boundary)}, too near a pole; urbanwork examines "
            f"places up to {FARTHEST_LATITUDE:g} degrees of latitude"
        )


def _seen(extent: Extent) -> BaseGeometry:
    """What the data shows, generously: an outline around what was observed has bays."""
    return extent.polygon if extent.known_from == "declared" else extent.polygon.convex_hull


def _seen_part(given: BaseGeometry, extent: Extent, where: str) -> Ground:
    seen = _seen(extent)
    part = polygonal(np.array([shapely.intersection(given, seen)], np.object_))[0]
    share = part.area / given.area
    if share < 0.001:
        shared = "they do not meet" if share == 0 else "less than 0.1% of it"
        raise UserError(
            f"{where}: boundary: lies {_box(given)}, but the OSM extract shows {_box(seen)}: "
            f"{shared}. Give the extract of this city, or its boundary in WGS84."
        )
    if share >= WHOLE:
        return Ground(given, "given", None, 0, share)
    return Ground(part, "given", None, 0, share)


def _box(geometry: BaseGeometry) -> str:
    west, south, east, north = geometry.bounds
    return f"at {west:.3f} to {east:.3f} E, {south:.3f} to {north:.3f} N"


def _administrative(
    boundaries: Boundaries, lon: NDArray[np.float64], lat: NDArray[np.float64], seen: BaseGeometry
) -> int | None:
    """Row of the smallest administrative polygon that is seen and holds most of the streets."""
    step = max(1, len(lon) // 20_000)
    lon, lat = lon[::step], lat[::step]
    held = np.zeros(len(boundaries.level))
    for row, geometry in enumerate(boundaries.geometry):
        shapely.prepare(geometry)
        held[row] = shapely.contains_xy(geometry, lon, lat).mean() if len(lon) else 0.0
    part = shapely.area(shapely.intersection(boundaries.geometry, seen))
    is_seen = part >= COVERED_ENOUGH * shapely.area(boundaries.geometry)
    fit = np.flatnonzero((held >= HOLDS_MOST) & is_seen)
    if len(fit) == 0:
        return None
    return int(fit[np.argmin(shapely.area(boundaries.geometry[fit]))])


def surely_seen(outline: BaseGeometry, known_from: str) -> BaseGeometry:
    """The part of an extract's outline (metric) of which nothing is missing."""
    if known_from != "observed":
        return outline
    inner = outline.buffer(-min(RIM_M, RIM_SHARE * outline.area**0.5), join_style="mitre")
    return outline if inner.is_empty else inner
