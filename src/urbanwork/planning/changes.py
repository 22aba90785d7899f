"""A change is one edit to the city; a scenario is an ordered set of changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shapely.geometry.base import BaseGeometry

KINDS = (
    "add_place", "move_place", "remove_place", "set_capacity",
    "add_street", "close_street", "reopen_street",
    "add_housing", "demolish_housing",
    "change_land_use",
    "add_stop", "remove_stop", "set_headway",
    "add_zone",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One edit to the city. Geometry in lon/lat (WGS84): a point, line or polygon by kind."""

    id: str  # unique within its scenario
    kind: str  # KINDS
    geometry: BaseGeometry | None = None
    target: str | None = None  # id of the place, street or stop that exists and is edited
    category: str | None = None  # of a place; land use; kind of zone
    name: str | None = None
    capacity: float | None = None  # seats, beds
    people: float | None = None  # who will live there, or who leave
    floor_m2: float | None = None
    headway_min: float | None = None
    codes: tuple[str, ...] = ()  # exceptions of a bottom line that the plan claims
    approvals: tuple[str, ...] = ()  # documents that approve them
    properties: Mapping[str, Any] = field(default_factory=dict)  # all else the file says
    origin: str = ""  # "plan.geojson:3" feature or line


@dataclass(frozen=True, slots=True)
class Scenario:
    """Changes in the order in which they are made; `base` is the scenario that it stands on."""

    id: str
    name: str
    changes: tuple[Change, ...]
    base: str | None = None
    author: str | None = None
    date: str | None = None
    sources: tuple[Mapping[str, Any], ...] = ()  # files, hashes
