"""What every reader hands on: layers of arrays in longitude and latitude (WGS84).

No pandas here: a layer is a frozen dataclass of numpy arrays of equal length, geometries are
shapely objects in an object array. Text columns are object arrays of str or None.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.sources.stored import empty

Text = NDArray[np.object_]
Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Streets:
    """Every way tagged `highway=*`, as drawn. W ways, V vertices in all.

    A way of which the extract has but one node has one vertex: there a street leaves the data.
    """

    way_id: Ints  # [W]
    start: Ints  # [W + 1], vertices of way w are start[w]:start[w + 1]
    node: Ints  # [V] OSM node id: two ways meet where they share one
    lon: Floats  # [V]
    lat: Floats  # [V]
    tags: dict[str, Text]  # STREET_TAGS -> [W]
    is_cut_at_start: Flags  # [W] nodes of the way before the first are missing from the extract
    is_cut_at_end: Flags  # [W]


STREET_TAGS = (
    "highway", "foot", "access", "service", "area", "oneway", "junction", "maxspeed", "name",
    "name:zh", "name:en", "bridge", "tunnel", "layer", "sidewalk", "surface", "lanes", "width",
    "motor_vehicle", "footway", "cycleway", "bicycle",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Buildings:
    """Building footprints as polygons with holes."""

    id: Text  # [B] "way/123" or "relation/45"
    geometry: Geometries  # [B] Polygon or MultiPolygon, valid
    levels: Floats  # [B] storeys; nan where not mapped
    use: Text  # [B] residential, commercial, industrial, public, ancillary, unknown


@dataclass(frozen=True, slots=True)
class Places:
    """Things people go to; a feature in two categories has two rows."""

    id: Text  # [P] "node/1", "way/2", "relation/3", "register/<file>/<row>", "correction/<hash>"
    category: Text  # [P] key of sources/osm/categories.yaml
    name: Text  # [P] or None
    name_zh: Text  # [P] or None
    name_en: Text  # [P] or None
    lon: Floats  # [P] a point inside the place
    lat: Floats  # [P]
    geometry: Geometries  # [P] polygon (parks, school grounds) or None for points
    capacity: Floats  # [P] seats, beds; nan where not known
    opened: Text  # [P] ISO date or None
    source: Text  # [P] osm, register, correction


@dataclass(frozen=True, slots=True)
class Land:
    """Polygons of land use and cover; they may overlap (a park inside residential land)."""

    id: Text  # [L]
    geometry: Geometries  # [L]
    kind: Text  # [L] LAND_KINDS
    is_open_space: Flags  # [L] public open space in the sense of SDG 11.7.1
    name: Text  # [L]


LAND_KINDS = (
    "residential", "commercial", "industrial", "institutional", "transport", "green", "forest",
    "farmland", "water", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Administrative polygons that are complete in the extract."""

    id: Text  # [A]
    level: Ints  # [A] admin_level
    name: Text  # [A]
    name_zh: Text  # [A]
    name_en: Text  # [A]
    geometry: Geometries  # [A]


@dataclass(frozen=True, slots=True)
class Extent:
    """The part of the world that the extract shows, and how we know."""

    polygon: BaseGeometry  # lon/lat
    known_from: str  # declared, header, observed


@dataclass(frozen=True, slots=True)
class OsmExtract:
    """All that one extract gives; `report` is what the reader counted and repaired."""

    streets: Streets
    buildings: Buildings
    places: Places
    land: Land
    coastline: Geometries  # lines
    boundaries: Boundaries
    extent: Extent
    report: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stops:
    """Stops of a timetable with their service in one weekday window."""

    id: Text  # [S]
    name: Text  # [S]
    lon: Floats  # [S]
    lat: Floats  # [S]
    departures: Floats  # [S] mean departures in the window per date with service
    headway_min: Floats  # [S] minutes; inf where nothing departs
    is_high_capacity: Flags  # [S] rail, metro, ferry (SDG 11.2.1: 1 km instead of 500 m)


@dataclass(frozen=True, slots=True)
class PopulationRaster:
    """People per pixel, north-up or not, in any CRS."""

    people: NDArray[np.float64]  # [rows, cols], no data and negatives already 0
    transform: tuple[float, float, float, float, float, float]  # affine a, b, c, d, e, f
    crs: str  # anything pyproj reads
    report: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AreaNames:
    """The areas of a city as tables name them: what rows of statistics are matched with."""

    id: Text  # [A] code of the area, such as 210202
    name: Text  # [A]
    name_zh: Text  # [A] or None
    name_en: Text  # [A] or None
    geometry: Geometries  # [A] lon/lat
    city_names: tuple[str, ...] = ()  # what tables may call the whole city


WHOLE_CITY = -1
"""The area of a row that speaks of the whole city."""
OFFICE = "urbanwork office"
"""How the document of figures begins that the office counted of its own work."""
OUTSIDE_CITY = -2
"""The end of a commute that lies outside the city."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures of areas by year: one row a figure, no figure twice. No rows: none were given."""

    area: Ints  # [S] row of the area, or WHOLE_CITY
    year: Ints  # [S] year that the figure speaks of
    variable: Text  # [S] id in sources/statistics/variables.yaml
    value: Floats  # [S] in the unit of the variable
    source: Text  # [S] document or table as the file names it
    origin: Text  # [S] where it stands: "people.csv:12", "yearbook.xlsx!Sheet1!C5"
    break_: Text = field(default_factory=lambda: np.zeros(0, np.object_))
    """[S] why it cannot be compared with earlier figures, else None; [] where no series breaks."""

    @classmethod
    def none(cls) -> Statistics:
        """No figure."""
        return empty(cls)


@dataclass(frozen=True, slots=True)
class Commutes:
    """Workers by area of home and area of work. No rows: none were given."""

    home: Ints  # [F] row of the area, or OUTSIDE_CITY
    work: Ints  # [F]
    workers: Floats  # [F]
    distance_m: Floats  # [F] mean distance; nan where not given
    minutes: Floats  # [F] mean time; nan where not given
    year: Ints  # [F]
    origin: Text = field(default_factory=lambda: np.zeros(0, np.object_))  # [F] where it stands

    @classmethod
    def none(cls) -> Commutes:
        """No commuter."""
        return empty(cls)


@dataclass(frozen=True, slots=True)
class DatedRaster:
    """One layer of land or people at one date, in its own grid."""

    kind: str  # RASTER_KINDS
    year: int
    values: Floats  # [rows, cols] people, share 0 to 1; nan outside the data
    transform: tuple[float, float, float, float, float, float]  # affine a, b, c, d, e, f
    crs: str
    report: dict[str, Any] = field(default_factory=dict)


RASTER_KINDS = ("population", "built_up", "land")
"""People per pixel; share of the pixel that is built up; share that is permanent land."""


@dataclass(frozen=True, slots=True)
class Projects:
    """Rows of project tables (buildings, renewal, infrastructure). No rows: none were given."""

    id: Text  # [J]
    kind: Text  # [J] PROJECT_KINDS
    name: Text  # [J]
    area: Ints  # [J] row of the area; WHOLE_CITY where the table does not say
    planned_year: Ints  # [J] year it is due; 0 where not given
    done_year: Ints  # [J] year it was completed; 0 while it is not
    floor_m2: Floats  # [J] nan where not given
    cost: Floats  # [J] 10,000 yuan or the currency of the city; nan where not given
    spent: Floats  # [J] nan where not given
    class_: Text  # [J] such as the stars of a green building; None where not given
    is_qualified: NDArray[np.int8]  # [J] 1 meets what its kind asks for, 0 not, -1 not said
    origin: Text  # [J] where the row stands

    @classmethod
    def none(cls) -> Projects:
        """No project."""
        return empty(cls)


PROJECT_KINDS = ("green_building", "renewal", "infrastructure", "greening", "innovation", "other")


@dataclass(frozen=True, slots=True)
class Zones:
    """Polygons with legal or policy meaning. No rows: none were given."""

    id: Text  # [Z] unique over all files
    kind: Text  # [Z] ZONE_KINDS, or a kind of the city's own
    name: Text  # [Z] or None
    authority: Text  # [Z] or None
    date: Text  # [Z] ISO date or None
    document: Text  # [Z] or None
    visibility: Text  # [Z] public, internal, restricted
    geometry: Geometries  # [Z] polygons, lon/lat in layers, metric in the model
    origin: Text  # [Z] "zones.gpkg:12"
    error_m: Floats  # [Z] mapping error, nan where not stated
    quality: Floats = field(default_factory=lambda: np.zeros(0))
    """[Z] grade of farmland, 1 the best; nan where not stated; [] where no file has it."""

    @classmethod
    def none(cls) -> Zones:
        """No zone."""
        return empty(cls)


ZONE_KINDS = (
    "ecological_red_line_core", "ecological_red_line", "permanent_farmland",
    "development_boundary", "road_red_line", "green_line", "blue_line", "purple_line",
    "yellow_line", "flood_risk", "geohazard", "heritage", "pilot_zone", "industrial_line",
    "coast_line", "park", "water_source", "hazardous_site",
)  # fmt: skip
