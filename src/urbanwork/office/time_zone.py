"""The time by which an office works: that of its calendar, else that of where its city lies."""

from __future__ import annotations

import json
import math
import os
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import available_timezones

from urbanwork.errors import UserError
from urbanwork.office.place import OfficePlace

ZONE: Final = "URBANWORK_ZONE"
UNKNOWN: Final = "UTC"
_CHINA: Final = "Asia/Shanghai"
"""By law one time holds in all of China; the table of zones has a second one for Urumqi."""


class _Zone(NamedTuple):
    country: str
    name: str
    latitude: float
    longitude: float


def zone_of(place: OfficePlace) -> str:
    """The name of the zone: as the environment says, of the calendar, or of where the city lies.

    Where a country has several, the one whose chief place is nearest to the city that was last
    examined; its first (the table of zones begins with the chief one) where none was. Without a
    country and an examination: UTC.

    Raises:
        UserError: the environment names no zone.

    Source: zone.tab of the time zone database (IANA).
    """
    if (named := os.environ.get(ZONE)) is not None:
        return _known(named)
    return _of_calendar(place) or _of_city(place)


def _known(name: str) -> str:
    if name not in available_timezones():
        raise UserError(f"{ZONE}: got {name[:80]!r}, wanted a time zone such as {_CHINA}")
    return name


def _of_calendar(place: OfficePlace) -> str | None:
    path = place.folder / "rules" / "calendar.yaml"
    if not path.exists():
        return None
    from urbanwork.quantities.calendars import read_calendar

    read = read_calendar(path).calendar
    return read.zone if "zone" in read.model_fields_set else None


def _of_city(place: OfficePlace) -> str:
    from urbanwork.city.reading import read_settings

    country = read_settings(place.city).jurisdiction
    if country == "CN":
        return _CHINA
    some = [each for each in _zones() if country in {each.country, "*"}]
    middle = _middle(place.city)
    if middle is None or not some:
        return some[0].name if some and country != "*" else UNKNOWN
    return min(some, key=lambda each: _apart(each, middle)).name


@cache
def _zones() -> tuple[_Zone, ...]:
    """Zones with the country and the chief place of each, chief zones of a country first."""
    text = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(_Zone(row[0], row[2], *_degrees(row[1])) for row in rows)


def _degrees(written: str) -> tuple[float, float]:
    """Latitude and longitude of ISO 6709: sign, degrees, minutes, seconds or none.

    >>> _degrees("+4030-00345")
    (40.5, -3.75)
    """
    latitude, longitude = re.findall(r"[+-]\d+", written)
    return _angle(latitude, 2), _angle(longitude, 3)


def _angle(written: str, digits: int) -> float:
    sign = -1.0 if written[0] == "-" else 1.0
    parts = written[1 : 1 + digits], written[1 + digits : 3 + digits], written[3 + digits :]
    degrees, minutes, seconds = (float(part or 0) for part in parts)
    return sign * (degrees + minutes / 60 + seconds / 3600)


def _middle(city: Path) -> tuple[float, float] | None:
    """Latitude and longitude of the middle of the city that was last examined."""
    from urbanwork.examination.run import last_folder

    folder = last_folder(city)
    if folder is None:
        return None
    crs = str(json.loads((folder / "manifest.json").read_text(encoding="utf-8")).get("crs"))
    found = [re.search(rf"\+{name}=(-?[\d.]+)", crs) for name in ("lat_0", "lon_0")]
    latitude, longitude = [float(each[1]) if each else math.nan for each in found]
    return None if math.isnan(latitude + longitude) else (latitude, longitude)


def _apart(zone: _Zone, middle: tuple[float, float]) -> float:
    """Angle between the chief place of a zone and a point, from which distances grow."""
    north, south = math.radians(zone.latitude), math.radians(middle[0])
    turned = math.radians(zone.longitude - middle[1])
    cosine = math.sin(north) * math.sin(south) + math.cos(north) * math.cos(south) * math.cos(
        turned
    )
    return math.acos(max(-1.0, min(1.0, cosine)))
