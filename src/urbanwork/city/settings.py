"""What a city is made of: the keys of `city.yaml`, their meaning, defaults and limits.

The descriptions below are the only ones: the JSON Schema for editors and the messages about
faults are made from them. Paths are relative to the folder of the city.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PrivateAttr,
    Strict,
    StringConstraints,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from urbanwork.city.setting_kinds import (
    BoundingBox,
    CategoryName,
    ClockTime,
    Country,
    CrsText,
    ExistingPath,
    IsoDate,
    PolygonPath,
    as_list,
    as_path_mapping,
    as_some,
    datum_name,
    days_of_week,
    extent_of,
    fault,
)

FILE = "city.yaml"

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=60)]
Datum = Annotated[Literal["wgs84", "gcj02", "bd09"], BeforeValidator(datum_name)]
ZoneColumn = Literal[
    "id", "kind", "name", "authority", "date", "document", "visibility", "error_m", "quality",
]  # fmt: skip
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri")
Number = Annotated[float, Strict()]
WholeNumber = Annotated[int, Strict()]

AnyModel = TypeVar("AnyModel", bound="Model")

_DATUM = (
    "datum of the coordinates: wgs84 (the default), gcj02 (maps published in mainland China) or "
    "bd09 (Baidu); gcj02 and bd09 are converted"
)
_CRS = "coordinate system of the file, where it states none or a wrong one, such as EPSG:4547"
_LAYER = "name of the layer, in a file with several"


class Model(BaseModel):
    """Settings do not change after they are read, and unknown keys are faults.

    What checks a model is built when it is first used: most sources stand in no city.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def _defaults(model: type[AnyModel]) -> Callable[[], AnyModel]:
    """Make a part of the settings that is left out."""
    return lambda: model.model_validate({})


class Source(Model):
    """A file, with what is known of it; in `city.yaml` its path alone is enough."""

    path: ExistingPath = Field(description="path of the file")
    licence: Text | None = Field(None, description="licence of the data, such as CC BY 4.0")
    publisher: Text | None = Field(None, description="who publishes the data")
    date: IsoDate | None = Field(None, description="date of the data, such as 2023-06-05")

    @model_validator(mode="before")
    @classmethod
    def _path_alone(cls, given: Any) -> Any:
        return as_path_mapping(given)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        full = handler.resolve_ref_schema(handler(core_schema))
        alone = {"type": "string", "minLength": 1, "description": "path of the file alone"}
        return {"anyOf": [alone, full]}


class OsmSource(Source):
    """An OpenStreetMap extract."""

    path: ExistingPath = Field(description="path of an OpenStreetMap extract (.osm.pbf)")
    licence: Text | None = Field("ODbL 1.0", description="licence of the data")
    publisher: Text | None = Field("OpenStreetMap contributors", description="who publishes it")
    extent: Annotated[BoundingBox | Path | None, BeforeValidator(extent_of)] = Field(
        None,
        description="what the extract was cut to, where its header does not say: a file with a "
        "polygon, or [west, south, east, north] in degrees",
    )


class PolygonSource(Source):
    """A file of polygons: GeoJSON, GeoPackage or Shapefile."""

    path: PolygonPath = Field(
        description="path of a file of polygons (.geojson, .gpkg, .shp, .gdb, or a .zip of these)"
    )
    crs: CrsText | None = Field(None, description=_CRS)
    datum: Datum | None = Field(None, description=_DATUM)
    layer: Text | None = Field(None, description=_LAYER)


class AreaSource(PolygonSource):
    """The areas that the examination speaks of, with the columns of their names."""

    id: Text | None = Field(None, description="column that identifies an area")
    name: Text | None = Field(None, description="column of the name")
    name_zh: Text | None = Field(None, description="column of the Chinese name")
    name_en: Text | None = Field(None, description="column of the English name")


class PopulationSource(Source):
    """A raster of people per pixel."""

    path: ExistingPath = Field(description="path of a raster of people per pixel (.tif)")
    band: WholeNumber = Field(1, ge=1, le=10_000, description="band of the raster, from 1")


class PeopleEstimate(Model):
    """People estimated from residential floor area, where there is no population raster."""

    floor_area_per_person: Number = Field(
        40.0, ge=1, le=1000, description="square metres of residential floor area per person"
    )
    range: tuple[Number, Number] = Field(
        (28.0, 60.0), description="least and most that it may be, in square metres: [28, 60]"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        low, high = self.range
        if not 1 <= low <= self.floor_area_per_person <= high <= 1000:
            raise fault(
                f"range [{low:g}, {high:g}] does not hold the floor area of "
                f"{self.floor_area_per_person:g} m2 per person; give [least, most] around it"
            )
        return self


class Window(Model):
    """The part of the week whose departures count."""

    days: Annotated[tuple[Day, ...], BeforeValidator(days_of_week)] = Field(
        WEEKDAYS,
        description="weekdays, weekend, daily, or a list such as [mon, wed]",
        json_schema_extra={
            "anyOf": [
                {"enum": ["weekdays", "weekend", "daily"]},
                {"type": "array", "items": {"enum": ["mon", "tue", "wed", "thu", "fri", "sat",
                                                     "sun"]}},
            ]
        },
    )  # fmt: skip
    start: ClockTime = Field("07:00", alias="from", description="start of the day, such as 07:00")
    end: ClockTime = Field("19:00", alias="to", description="end of the day, such as 19:00")
    dates: tuple[IsoDate, IsoDate] | None = Field(
        None,
        description="[first, last] date of service to count; else the four weeks with the most "
        "departures, of equal ones those nearest to as_of",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start_s >= self.end_s:
            raise fault(f"from {self.start} is not before to {self.end}; swap or mend them")
        if self.dates and self.dates[0] > self.dates[1]:
            raise fault(f"dates start at {self.dates[0]}, after they end; give [first, last]")
        return self

    @property
    def start_s(self) -> int:
        """Seconds after midnight."""
        return _seconds(self.start)

    @property
    def end_s(self) -> int:
        """Seconds after midnight; over 86,400 on the night that follows."""
        return _seconds(self.end)


class GtfsSource(Source):
    """One or several timetables."""

    path: Annotated[tuple[ExistingPath, ...], BeforeValidator(as_some)] = Field(  # type: ignore[assignment]
        description="path of a GTFS feed (.zip), or a list of paths",
        json_schema_extra={
            "type": ["string", "array"], "items": {"type": "string"}, "minItems": 1,
        },
    )  # fmt: skip
    window: Window = Field(default_factory=_defaults(Window), description="what of the week counts")

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = super().__get_pydantic_json_schema__(core_schema, handler)
        several = {"type": "array", "items": {"type": "string"}, "description": "paths alone"}
        return {"anyOf": [*schema["anyOf"], several]}

    @property
    def paths(self) -> tuple[Path, ...]:
        return self.path


class Columns(Model):
    """The columns of a register; those that are left out are guessed from common names."""

    id: Text | None = Field(None, description="column that identifies a place")
    name: Text | None = Field(None, description="column of the name")
    name_zh: Text | None = Field(None, description="column of the Chinese name")
    name_en: Text | None = Field(None, description="column of the English name")
    category: Text | None = Field(None, description="column of the category")
    lon: Text | None = Field(None, description="column of longitude, or x")
    lat: Text | None = Field(None, description="column of latitude, or y")
    capacity: Text | None = Field(None, description="column of seats or beds")
    opened: Text | None = Field(None, description="column of the opening date")


class PlaceRegister(Source):
    """A bureau's own register of places, merged with OpenStreetMap by distance and name."""

    path: ExistingPath = Field(description="path of a register (.csv, .xlsx, .gpkg, .shp)")
    columns: Columns = Field(default_factory=_defaults(Columns), description="names of its columns")
    categories: dict[str, CategoryName] = Field(
        default_factory=dict,
        description="what the register's own words mean, such as {小学: primary_school}",
    )
    category: CategoryName | None = Field(
        None, description="category of every row, in a register of one category"
    )
    complete: Annotated[tuple[CategoryName, ...], BeforeValidator(as_list)] = Field(
        (),
        description="categories of which the register lacks none, so that a place that only "
        "OpenStreetMap has is doubtful",
        json_schema_extra={"type": ["string", "array"]},
    )
    crs: CrsText | None = Field(None, description=_CRS)
    datum: Datum | None = Field(None, description=_DATUM)
    layer: Text | None = Field(None, description=_LAYER + " (of a workbook: its sheet)")


class StatisticsSource(Source):
    """A table of figures by area and year."""

    path: ExistingPath = Field(description="path of a table (.csv, .xlsx)")
    adapter: ExistingPath | None = Field(
        None,
        description="file that says how a wide table is read (.yaml); else the table is tidy: "
        "area, year, variable, value, unit, source",
    )
    sheet: Text | None = Field(None, description="sheet, in a workbook with several")
    encoding: Text | None = Field(
        None, description="encoding of a text file, such as GB18030; else found out"
    )


class TaskSource(Source):
    """How the tasks of the city's office were handled."""

    path: ExistingPath = Field(description="path of the table that `urbanwork office export` wrote")


class CommuteSource(Source):
    """Workers by area of home and area of work."""

    path: ExistingPath = Field(
        description="path of a table (.csv, .xlsx): home, work, workers, and distance_m, "
        "distance_km or minutes where known"
    )
    year: WholeNumber | None = Field(
        None, ge=1900, le=2100, description="year, where the table has no column year"
    )
    sheet: Text | None = Field(None, description="sheet, in a workbook with several")
    encoding: Text | None = Field(
        None, description="encoding of a text file, such as GB18030; else found out"
    )


class DatedRasterSource(Source):
    """Built-up land, land cover, land or people at one date."""

    path: ExistingPath = Field(description="path of a raster (.tif)")
    kind: Literal["population", "built_up", "land", "land_cover"] = Field(
        description="people per pixel, built-up land, permanent land, or classes of land cover"
    )
    year: WholeNumber = Field(ge=1900, le=2100, description="year that it shows")
    unit: Literal["people", "share", "percent", "m2", "class"] | None = Field(
        None, description="what the numbers are; else people, share (0 to 1) or class by kind"
    )
    built_up: Annotated[tuple[WholeNumber, ...], BeforeValidator(as_list)] = Field(
        (), description="classes of land cover that are built up, such as [50]"
    )
    water: Annotated[tuple[WholeNumber, ...], BeforeValidator(as_list)] = Field(
        (), description="classes of land cover that are water, such as [80]"
    )
    band: WholeNumber = Field(1, ge=1, le=10_000, description="band of the raster, from 1")


class ProjectSource(Source):
    """A table of projects: green buildings, renewal, infrastructure."""

    path: ExistingPath = Field(description="path of a table (.csv, .xlsx)")
    kind: Literal[
        "green_building", "renewal", "infrastructure", "greening", "innovation", "other"
    ] = Field(description="what the projects are")
    columns: dict[str, Text] = Field(
        default_factory=dict, description="names of its columns, where they are unusual"
    )
    sheet: Text | None = Field(None, description="sheet, in a workbook with several")
    encoding: Text | None = Field(
        None, description="encoding of a text file, such as GB18030; else found out"
    )


class ZoneSource(PolygonSource):
    """Polygons with legal or policy meaning."""

    path: PolygonPath = Field(
        description="path of a file of polygons (.geojson, .gpkg, .shp, .gdb, .dxf, or a .zip)"
    )
    kind: Word | None = Field(
        None, description="kind of every zone, such as green_line; else a column says it"
    )
    kinds: dict[str, Word] = Field(
        default_factory=dict,
        description="what the file's own words mean, such as {生态保护红线: ecological_red_line}",
    )
    columns: dict[ZoneColumn, Text] = Field(
        default_factory=dict,
        description="names of its columns for id, kind, name, authority, date, document, "
        "visibility, error_m, quality, where they are unusual",
    )
    visibility: Literal["public", "internal", "restricted"] = Field(
        "internal", description="who may see it, where no column says: public, internal, restricted"
    )
    authority: Text | None = Field(None, description="who drew it, where no column says")
    document: Text | None = Field(None, description="document that it rests on")
    error_m: Number | None = Field(None, ge=0, le=1000, description="mapping error in metres")


class CellSettings(Model):
    """The grid."""

    resolution: WholeNumber = Field(
        10, ge=7, le=12, description="H3 resolution of the cells, 7 to 12 (10: 1.5 ha each)"
    )


class SamplingSettings(Model):
    """The grid of the catalogue ghsci, which samples streets within cells of a population grid."""

    crs: CrsText | None = Field(
        None, description="metric coordinate system of the grid, such as EPSG:3067; else the city's"
    )
    cell_m: Number = Field(100.0, ge=10, le=5000, description="side of a cell, in metres")


class CitySettings(Model):
    """A city: its sources, its date, and the standards that it is held against."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["osm"]}, {"required": ["areas", "as_of"]}]}
    )

    name: Text = Field(description="name of the city")
    name_zh: Text | None = Field(None, description="Chinese name of the city")
    as_of: IsoDate | None = Field(
        None, description="date that the examination speaks of; else the date of the extract"
    )
    jurisdiction: Country = Field(
        "*", description="two letters of the country (ISO 3166-1), or * for none in particular"
    )
    standards: Annotated[tuple[Word, ...], BeforeValidator(as_some)] = Field(
        default_factory=lambda data: default_standards(data.get("jurisdiction", "*")),
        description="sets of standards to grade by; else international, and cn first in China",
        json_schema_extra={"type": ["string", "array"], "minItems": 1},
    )
    catalogue: Text = Field(
        "urbanwork",
        description="catalogue of indicators: urbanwork, ghsci, or a folder such as ./my",
    )
    arrangement: Text = Field(
        "dalian-2016",
        description="arrangement that the results are summed up by: one that we carry, or a file "
        "such as ./arrangement.yaml",
    )
    osm: OsmSource | None = Field(
        None,
        description="OpenStreetMap extract (.osm.pbf); a city without one needs areas and "
        "statistics",
    )
    boundary: PolygonSource | None = Field(
        None, description="boundary of the city; else found in the extract"
    )
    areas: AreaSource | None = Field(
        None, description="districts or neighbourhoods; else found in the extract"
    )
    population: PopulationSource | None = Field(
        None, description="raster of people per pixel; else people are estimated from floor area"
    )
    people: PeopleEstimate = Field(
        default_factory=_defaults(PeopleEstimate), description="how people are estimated"
    )
    gtfs: Annotated[GtfsSource | None, BeforeValidator(as_path_mapping)] = Field(
        None, description="timetable of public transport, one or several feeds"
    )
    places: Annotated[
        tuple[PlaceRegister, ...],
        BeforeValidator(as_list, json_schema_input_type=PlaceRegister | list[PlaceRegister]),
    ] = Field((), description="registers of places")
    statistics: Annotated[
        tuple[StatisticsSource, ...],
        BeforeValidator(as_list, json_schema_input_type=StatisticsSource | list[StatisticsSource]),
    ] = Field((), description="tables of figures by area and year")
    tasks: Annotated[TaskSource | None, BeforeValidator(as_path_mapping)] = Field(
        None, description="tasks of the city's office, as `urbanwork office export` writes them"
    )
    commutes: Annotated[CommuteSource | None, BeforeValidator(as_path_mapping)] = Field(
        None, description="workers by area of home and area of work"
    )
    rasters: Annotated[tuple[DatedRasterSource, ...], BeforeValidator(as_list)] = Field(
        (), description="built-up land, land cover, land and people at several dates"
    )
    projects: Annotated[tuple[ProjectSource, ...], BeforeValidator(as_list)] = Field(
        (), description="tables of projects: green buildings, renewal, infrastructure"
    )
    zones: Annotated[tuple[ZoneSource, ...], BeforeValidator(as_list)] = Field(
        (), description="legal and policy polygons: red lines, farmland, heritage, pilot zones"
    )
    bottom_lines: Annotated[tuple[ExistingPath, ...], BeforeValidator(as_list)] = Field(
        (), description="files of bottom lines of the city's own (.yaml)"
    )
    corrections: ExistingPath | None = Field(
        None, description="corrections of places and streets; else corrections.yaml if there is one"
    )
    cells: CellSettings = Field(default_factory=_defaults(CellSettings), description="the grid")
    sampling: SamplingSettings = Field(
        default_factory=_defaults(SamplingSettings), description="the grid of the catalogue ghsci"
    )

    @model_validator(mode="after")
    def _something_to_examine(self) -> Self:
        if self.osm is not None:
            return self
        if self.areas is None or self.as_of is None:
            raise fault(
                "osm: missing; add a line 'osm: ...' with the OpenStreetMap extract (.osm.pbf), or "
                "'areas:' and 'as_of:' for a city of which there are tables alone"
            )
        for name in ("population", "gtfs", "places", "corrections"):
            if getattr(self, name):
                raise fault(
                    f"{name}: is used together with an extract only; add a line 'osm: ...' with "
                    "the OpenStreetMap extract (.osm.pbf), or leave it out"
                )
        return self

    _folder: Path = PrivateAttr(default=Path())

    @property
    def folder(self) -> Path:
        """The folder that the city is in, as it was given."""
        return self._folder


def default_standards(jurisdiction: str) -> tuple[str, ...]:
    """The sets of standards of a country: its own where we have them, and the international.

    >>> default_standards("CN"), default_standards("FI")
    (('cn', 'international'), ('international',))
    """
    return ("cn", "international") if jurisdiction == "CN" else ("international",)


def _seconds(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return 3600 * int(hours) + 60 * int(minutes)
