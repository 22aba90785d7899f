"""Who may use which street, and how fast: the rules of the two networks in one place.

Walking: everything tagged `highway` that a person may walk on. Motorways, trunk roads without a
pavement, and what is private or forbidden on foot are left out.
Driving (fire engines): the streets of motor traffic, one-way where signed. Speeds are posted
speeds times `FREE_FLOW_SHARE`, or the default of the class, since an engine in a street with
parked cars and crossings does not do the posted speed.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from urbanwork.sources.layers import Streets

Flags = NDArray[np.bool_]

NEVER = ("proposed", "construction", "abandoned", "razed", "platform", "raceway", "planned",
         "disused", "elevator", "bus_guideway", "escape", "no", "rest_area",
         "services")  # fmt: skip
NOT_ON_FOOT = ("motorway", "motorway_link", "trunk", "trunk_link", "busway", "bridleway")
FORBIDDEN = ("no", "private", "restricted", "customers", "military", "delivery")
ALLOWED = ("yes", "designated", "permissive", "official", "destination")

DRIVE_KMH = {
    "motorway": 80.0, "motorway_link": 50.0, "trunk": 60.0, "trunk_link": 45.0,
    "primary": 45.0, "primary_link": 35.0, "secondary": 40.0, "secondary_link": 35.0,
    "tertiary": 35.0, "tertiary_link": 30.0, "unclassified": 30.0, "residential": 25.0,
    "living_street": 15.0, "service": 15.0, "road": 25.0,
}  # fmt: skip
FREE_FLOW_SHARE = 0.8

WIDTH_M = {
    "motorway": 16.0, "motorway_link": 7.0, "trunk": 14.0, "trunk_link": 7.0, "primary": 13.0,
    "primary_link": 7.0, "secondary": 11.0, "secondary_link": 7.0, "tertiary": 9.5,
    "tertiary_link": 6.5, "unclassified": 7.0, "residential": 8.0, "living_street": 6.5,
    "service": 4.5, "pedestrian": 6.5, "road": 7.0, "footway": 2.0, "path": 1.5, "steps": 2.5,
    "cycleway": 2.5, "track": 3.0, "busway": 6.5,
}  # fmt: skip
"""Carriageway with pavements, metres, where `width` is not mapped (GHSL/UN-Habitat practice of
class widths; confidence C): used only for the land that streets take."""

PUBLIC_STREETS = (*(k for k in DRIVE_KMH if k != "service"), "pedestrian")
"""Classes that count as streets for density: local streets and above, without service ways."""

THROUGH = ("motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link",
           "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified")  # fmt: skip


def is_in(values: NDArray[np.object_], names: tuple[str, ...]) -> Flags:
    """Whether each text is one of `names`."""
    if len(values) == 0:
        return np.zeros(0, np.bool_)
    chosen = set(names)
    return np.fromiter((value in chosen for value in values), np.bool_, len(values))


def may_walk(streets: Streets) -> Flags:
    """Ways of the pedestrian network, bool[W]."""
    tags = streets.tags
    foot_allowed = is_in(tags["foot"], ALLOWED)
    has_pavement = is_in(tags["sidewalk"], ("both", "left", "right", "yes", "separate"))
    unfit = is_in(tags["highway"], NOT_ON_FOOT) & ~foot_allowed & ~has_pavement
    cycleway = is_in(tags["highway"], ("cycleway",)) & is_in(tags["foot"], FORBIDDEN)
    closed = is_in(tags["access"], FORBIDDEN) & ~foot_allowed
    forbidden = is_in(tags["foot"], ("no", "private", "use_sidepath"))
    return ~(is_in(tags["highway"], NEVER) | unfit | cycleway | closed | forbidden)


def may_drive(streets: Streets) -> Flags:
    """Ways of the network of motor traffic, bool[W]."""
    tags = streets.tags
    carries = is_in(tags["highway"], tuple(DRIVE_KMH))
    closed = is_in(tags["access"], ("no",)) | is_in(tags["motor_vehicle"], ("no",))
    is_square = is_in(tags["area"], ("yes",))
    return carries & ~closed & ~is_square


def is_public_street(streets: Streets) -> Flags:
    """Ways that count for the density of streets, bool[W]: local streets and above."""
    tags = streets.tags
    closed = is_in(tags["access"], ("no", "private"))
    return is_in(tags["highway"], PUBLIC_STREETS) & ~closed & ~is_in(tags["area"], ("yes",))


def has_cycle_way(streets: Streets) -> Flags:
    """Ways that are cycle tracks or carry a track or lane for cycles alone, bool[W]."""
    tags = streets.tags
    is_track = is_in(tags["highway"], ("cycleway",))
    is_path = is_in(tags["highway"], ("path", "footway", "pedestrian", "bridleway"))
    is_path &= is_in(tags["bicycle"], ("designated",))
    carries = is_in(tags["cycleway"], ("track", "lane", "opposite_track", "opposite_lane"))
    return (is_track | is_path | carries) & ~is_in(tags["access"], ("no", "private"))


def direction(streets: Streets) -> NDArray[np.int8]:
    """1 where traffic runs only as drawn, -1 only against it, 0 both ways; int8[W]."""
    tags = streets.tags
    forward = is_in(tags["oneway"], ("yes", "true", "1"))
    forward |= is_in(tags["junction"], ("roundabout", "circular"))
    forward |= is_in(tags["highway"], ("motorway",)) & ~is_in(tags["oneway"], ("no",))
    backward = is_in(tags["oneway"], ("-1", "reverse"))
    return np.where(backward, -1, np.where(forward, 1, 0)).astype(np.int8)


_SPEED = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(mph)?")


def speed_kmh(streets: Streets) -> NDArray[np.float64]:
    """Speed of an engine on each way, km/h; float64[W].

    Posted speed x FREE_FLOW_SHARE where it is mapped, else the default of the class.
    """
    highway = streets.tags["highway"]
    default = np.fromiter((DRIVE_KMH.get(h, 25.0) for h in highway), np.float64, len(highway))
    posted = {text: _posted_kmh(text) for text in set(streets.tags["maxspeed"]) - {None}}
    speed = np.fromiter(
        (posted.get(text, np.nan) for text in streets.tags["maxspeed"]), np.float64, len(highway)
    )
    slow = np.where(np.isnan(speed), default, speed * FREE_FLOW_SHARE)
    return np.maximum(slow, 5.0)


def _posted_kmh(text: str) -> float:
    match = _SPEED.match(text)
    if match is None:
        return np.nan
    speed = float(match.group(1)) * (1.609344 if match.group(2) else 1.0)
    return speed if 5 <= speed <= 150 else np.nan


def width_m(streets: Streets) -> NDArray[np.float64]:
    """Width of each way, metres: mapped where sensible, else that of its class; float64[W]."""
    highway = streets.tags["highway"]
    default = np.fromiter((WIDTH_M.get(h, 3.0) for h in highway), np.float64, len(highway))
    mapped = {text: _metres(text) for text in set(streets.tags["width"]) - {None}}
    width = np.fromiter(
        (mapped.get(text, np.nan) for text in streets.tags["width"]), np.float64, len(highway)
    )
    return np.where(np.isnan(width), default, width)


def _metres(text: str) -> float:
    match = re.match(r"^\s*(\d+(?:[.,]\d+)?)\s*(m|metres?)?\s*$", text)
    if match is None:
        return np.nan
    width = float(match.group(1).replace(",", "."))
    return width if 0.5 <= width <= 80 else np.nan


OFF_STREET_KMH = 15.0
"""Speed of an engine between the street and the building, km/h."""
