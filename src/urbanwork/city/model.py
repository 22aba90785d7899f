"""The prepared city: everything the measures read, as arrays in one metric CRS.

Coordinates are metres in `PreparedCity.crs`, an equal-area projection centred on the city.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.kernels.graph import Graph, Snaps
from urbanwork.quantities.measured import Reason
from urbanwork.sources.layers import Commutes, DatedRaster, Projects, Statistics, Zones

Floats = NDArray[np.float64]
Int32 = NDArray[np.int32]
Text = NDArray[np.object_]
Geometries = NDArray[np.object_]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Network:
    """A street network for one way of moving, with the course of each edge for drawing."""

    graph: Graph
    x: Floats  # [N] metres
    y: Floats  # [N]
    start: NDArray[np.int64]  # [E + 1] vertices of edge e are start[e]:start[e + 1]
    vertex_x: Floats  # [V]
    vertex_y: Floats  # [V]
    way: NDArray[np.int64]  # [E] row of the way in the source's streets
    length_m: Floats  # [E]
    street_class: Text  # [E] value of highway=*
    street_name: Text  # [E] or None
    exits: Snaps  # where the network leaves the data: what lies behind cannot be seen


@dataclass(frozen=True, slots=True)
class Areas:
    """The areas that the examination speaks of."""

    id: Text  # [A]
    name: Text  # [A]
    name_zh: Text  # [A] or None
    name_en: Text  # [A] or None
    geometry: Geometries  # [A] metric
    origin: str  # given, administrative, h3


@dataclass(frozen=True, slots=True)
class Cells:
    """H3 cells cut at the boundary."""

    id: NDArray[np.uint64]  # [C]
    geometry: Geometries  # [C] metric
    area: Int32  # [C] row of the area with the largest part of the cell
    land_m2: Floats  # [C] inside the boundary, without water
    people: Floats  # [C]
    people_lower: Floats  # [C] equals people where counted, a range where estimated
    people_upper: Floats  # [C]
    x: Floats  # [C] where the cell's people are, metric
    y: Floats  # [C]
    walk: Snaps  # [C] the same on the pedestrian network
    drive: Snaps  # [C]
    edge_of_data_m: Floats  # [C] straight distance to the edge of the data


@dataclass(frozen=True, slots=True)
class PlaceModel:
    """Places with the points where one enters them (a park has many, a shop one)."""

    id: Text  # [P]
    category: Text  # [P]
    name: Text  # [P]
    name_zh: Text  # [P]
    name_en: Text  # [P]
    x: Floats  # [P]
    y: Floats  # [P]
    geometry: Geometries  # [P] metric polygon or None
    area_m2: Floats  # [P] 0 for points
    capacity: Floats  # [P]
    source: Text  # [P]
    headway_min: Floats  # [P] stops of a timetable; nan elsewhere
    entrance_place: Int32  # [Q] place of each entrance
    entrance_x: Floats  # [Q]
    entrance_y: Floats  # [Q]
    walk: Snaps  # [Q]
    drive: Snaps  # [Q]


@dataclass(frozen=True, slots=True)
class BuildingModel:
    """Buildings by the cell of their centre."""

    geometry: Geometries  # [B] metric
    cell: Int32  # [B] -1 outside the boundary
    footprint_m2: Floats  # [B]
    floor_m2: Floats  # [B] footprint x storeys, storeys estimated where not mapped
    has_levels: Flags  # [B]
    use: Text  # [B]


@dataclass(frozen=True, slots=True)
class LandModel:
    """Land polygons and their overlap with cells."""

    geometry: Geometries  # [L] metric
    kind: Text  # [L]
    is_open_space: Flags  # [L]
    overlap_land: Int32  # [O] row of the land polygon
    overlap_cell: Int32  # [O]
    overlap_m2: Floats  # [O]


@dataclass(frozen=True, slots=True)
class Completeness:
    """Whether a layer or category is complete enough to be judged, decided before judging."""

    key: str  # "place:kindergarten", "layer:buildings", ...
    found: float
    expected: float  # what the people or the land there make plausible
    reason: Reason | None  # None: good enough
    note_en: str  # one sentence with the figures
    note_zh: str
    thin_areas: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Areas (by id) where it is too thin though good enough for the city: why, en and zh."""


@dataclass(frozen=True, slots=True)
class PreparedCity:
    """A city ready to be measured."""

    name: str
    name_zh: str | None
    as_of: str  # ISO date
    jurisdiction: str  # ISO 3166-1 alpha-2
    crs: str
    boundary: BaseGeometry  # metric
    boundary_origin: str  # given, administrative, extent
    extent: BaseGeometry  # metric: what the data shows
    is_sample: bool  # the boundary is only the frame of an extract
    people_origin: str  # raster, estimate, none
    people_note_en: str
    people_note_zh: str
    areas: Areas
    cells: Cells
    walk: Network
    drive: Network
    places: PlaceModel
    buildings: BuildingModel
    land: LandModel
    street_m: Floats  # [C] metres of street (GHS: all public streets and paths) by cell
    crossings: Floats  # [C] intersections by cell
    street_area_m2: Floats  # [C] estimated area of streets by cell
    water: Geometries  # metric, for drawing
    coastline: Geometries  # metric, for drawing
    completeness: dict[str, Completeness]
    sources: list[dict[str, Any]] = field(default_factory=list)  # licence, date, hash, report
    corrections: list[dict[str, Any]] = field(default_factory=list)
    has_extract: bool = True  # False: areas and tables only; no cells, streets, places
    statistics: Statistics = field(default_factory=Statistics.none)
    commutes: Commutes = field(default_factory=Commutes.none)
    projects: Projects = field(default_factory=Projects.none)
    rasters: dict[str, DatedRaster] = field(default_factory=dict)  # "built_up 2020"
    zones: Zones = field(default_factory=Zones.none)  # metric
    zone_kinds: tuple[str, ...] = ()  # kinds of which the city has a layer, empty ones too
    zone_reports: list[dict[str, Any]] = field(default_factory=list)
    """What was read, repaired and found wrong by file of zones, not public ones too."""
    cycle_m: Floats | None = None  # [C] metres of street with a track or lane for cycles
    key: str = ""  # content hash of everything above
