"""The trap of Gauss-Krüger coordinates: the number of the zone before the easting, or not.

China maps CGCS2000 in zones of 3 degrees (25 to 45) or 6 degrees (13 to 23). One system of a zone
writes its number before the easting (EPSG:4526, 38512345), its twin does not (EPSG:4547, 512345).
Taken for one another they put a red line thousands of kilometres away; some programs also write
the northing first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

MILLION = 1_000_000.0
CENTRE = 500_000.0
WIDEST = 450_000.0
"""No zone reaches farther from its centre: 3 degrees are 334 km at the equator."""
ZONES = range(13, 46)
"""Numbers of the zones that China uses; fewer than 13 million metres are only far to the east."""
CHINA_NORTHINGS = (1.9e6, 6.1e6)
"""Northings of China, from the south of Hainan to the Amur, without the southern islands."""


def easting_fault(crs: Any, bounds: Sequence[float]) -> str | None:
    """What is wrong with coordinates in a transverse Mercator zone, with what would be right.

    `crs` is a pyproj CRS, `bounds` are xmin, ymin, xmax, ymax in it, x the easting. None where
    nothing is wrong, or the system is no zone with a false easting of 500 km (and a number).

    Source: EPSG registry, CGCS2000 / Gauss-Kruger, codes 4491 to 4554.
    """
    false_easting = _false_easting(crs)
    if false_easting is None or false_easting % MILLION != CENTRE:
        return None
    west, south, east, north = (float(one) for one in bounds)
    if _fits(west, east, false_easting):
        return None
    stated = int(false_easting // MILLION)
    if _looks_swapped(west, east, south, north):
        return (
            f"has {west:,.0f}, {south:,.0f}: it seems to hold the northing before the easting; "
            "swap them"
        )
    found = _other_zone(west, east, stated)
    if found is None:
        return None
    wrong, zone = found
    right = _named(stated if zone == 0 else zone, crs, is_numbered=zone > 0)
    return f"has eastings such as {west:,.0f}, {wrong}; declare that system with 'crs:'{right}"


def _other_zone(west: float, east: float, stated: int) -> tuple[str, int] | None:
    """What the eastings are instead, and the number of the zone that they carry, 0 for none."""
    carried = int(west // MILLION)
    if stated > 0 and _fits(west, east, CENTRE):
        return f"without the number {stated} of the zone before them", 0
    if carried not in ZONES or not _fits(west, east, carried * MILLION + CENTRE):
        return None
    if stated == 0:
        return f"which carry the number of a zone ({carried}) before the easting", carried
    return f"which belong to zone {carried}, not {stated}", carried


def _fits(west: float, east: float, false_easting: float) -> bool:
    return west >= false_easting - WIDEST and east <= false_easting + WIDEST


def _looks_swapped(west: float, east: float, south: float, north: float) -> bool:
    low, high = CHINA_NORTHINGS
    is_easting = _fits(south, north, (south // MILLION) * MILLION + CENTRE)
    return low <= west and east <= high and is_easting and not low <= south <= high


def _false_easting(crs: Any) -> float | None:
    operation = crs.coordinate_operation
    if operation is None or "Transverse Mercator" not in operation.method_name:
        return None
    found = [each.value for each in operation.params if each.name == "False easting"]
    return float(found[0]) if found else None


def _named(zone: int, crs: Any, *, is_numbered: bool) -> str:
    """`, such as EPSG:4526`: the twin of CGCS2000, where the system is one of its zones."""
    if "2000" not in str(crs.name):
        return ""
    if 25 <= zone <= 45:
        return f", such as EPSG:{(4513 if is_numbered else 4534) + zone - 25}"
    if 13 <= zone <= 23:
        return f", such as EPSG:{(4491 if is_numbered else 4502) + zone - 13}"
    return ""
