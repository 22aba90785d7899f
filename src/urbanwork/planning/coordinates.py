"""Coordinates of plans and candidates, as drawn, to longitude and latitude.

What a file says of them, what is declared beside it and the numbers themselves must not contradict
one another: what does is told, never guessed at.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.quantities.crs import LONLAT, crs_of, puts_alike, reproject
from urbanwork.quantities.datum import geometries_to_wgs84
from urbanwork.quantities.gauss_kruger import easting_fault

Geometries = NDArray[np.object_]
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Stated:
    """What is said of the coordinates of one file."""

    path: Path
    named: str | None  # by the file itself
    declared: str | None = None  # beside it, with --crs
    otherwise: str | None = None  # where neither says: CRS84 for GeoJSON (RFC 7946)
    datum: Any = None

    @property
    def system(self) -> str | None:
        """The system that counts."""
        return self.declared or self.named or self.otherwise


def in_wgs84(shapes: Geometries, stated: Stated) -> Geometries:
    """Return drawn shapes, none of them None, in longitude and latitude (WGS84).

    Raises UserError: no system is said, or two that put the shapes at different places, or one
    that their numbers cannot be of.
    """
    system = stated.system
    if system is None:
        raise UserError(
            f"{stated.path}: has coordinates but does not say their coordinate system; declare it, "
            "such as 'crs: EPSG:4326' for degrees or 'crs: EPSG:4547' (option --crs)"
        )
    _check_agreement(shapes, stated)
    says = "is declared as" if stated.declared is not None else "says"
    _check_numbers(shapes, system, f"{stated.path}: {says} {_label(system)}")
    crs = crs_of(system)
    if not (crs.to_epsg(min_confidence=100) == 4326 or crs.to_authority() == ("OGC", "CRS84")):
        shapes = reproject(shapes, system, LONLAT)
    if stated.datum in ("gcj02", "bd09"):
        shapes = geometries_to_wgs84(shapes, stated.datum)
    return shapes


def _check_agreement(shapes: Geometries, stated: Stated) -> None:
    named, declared = stated.named, stated.declared
    if named is None or declared is None:
        return
    if not puts_alike(named, declared, shapely.get_coordinates(shapes)):
        raise UserError(
            f"{stated.path}: names {_label(named)} as its coordinate system, but --crs declares "
            f"{_label(declared)}, which puts it elsewhere; leave out --crs, or if the file is "
            "wrong, correct it there"
        )


def _label(system: str) -> str:
    """EPSG:4547 from a URN; the name of a system given as WKT."""
    short = system.replace("urn:ogc:def:crs:", "").replace("::", ":")
    return short if len(short) <= _SHOWN else str(crs_of(system).name)


def _check_numbers(shapes: Any, system: str, says: str) -> None:
    """Degrees that are called metres, and the other way round, are told, not guessed at."""
    numbers = shapely.get_coordinates(shapes)
    if len(numbers) == 0:
        return
    if not np.isfinite(numbers).all():
        raise UserError(f"{says}, but has coordinates that are no numbers; mend or remove them")
    most_x, most_y = np.abs(numbers).max(axis=0)
    looks_degrees = most_x <= 180 and most_y <= 90
    if crs_of(system).is_geographic and not looks_degrees:
        swapped = most_x <= 90 and most_y <= 180
        raise UserError(
            f"{says}, degrees, but has {numbers[0, 0]:,.4f}, {numbers[0, 1]:,.4f}: "
            + ("it seems to hold latitude before longitude: swap them" if swapped else
               "these are no degrees; declare the right system with 'crs', such as EPSG:4547")
        )  # fmt: skip
    if not crs_of(system).is_geographic and looks_degrees:
        raise UserError(
            f"{says}, metres, but has {numbers[0, 0]:.4f}, {numbers[0, 1]:.4f}, which look like "
            "degrees; declare 'crs: EPSG:4326'"
        )
    fault = easting_fault(crs_of(system), [*numbers.min(axis=0), *numbers.max(axis=0)])
    if fault is not None:
        raise UserError(f"{says}, but {fault}")
