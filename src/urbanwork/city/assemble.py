"""From layers in lon/lat to the prepared city: everything is put into one metric system once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.city.areas import NamedAreas, find_areas
from urbanwork.city.cells import Grid, area_of_cells, cut_grid
from urbanwork.city.completeness import LEAST_BUILDINGS_PER_KM, judge
from urbanwork.city.entrances import place_model
from urbanwork.city.fabric import building_model, land_model, street_fabric, with_water_removed
from urbanwork.city.ground import Ground, find_ground, surely_seen
from urbanwork.city.model import Areas, BuildingModel, Cells, LandModel, PreparedCity
from urbanwork.city.network import Frame, drive_network, walk_network
from urbanwork.city.overlap import overlaps
from urbanwork.city.people import (
    PeopleByCell,
    counted_people,
    estimated_people,
    nobody,
    where_people_are,
)
from urbanwork.city.projecting import bent, projected
from urbanwork.city.shore import land_of
from urbanwork.city.snapping import Snapper, take
from urbanwork.city.travel import OFF_STREET_KMH
from urbanwork.errors import UserError
from urbanwork.quantities.crs import metric_crs, project
from urbanwork.sources.layers import OsmExtract, PopulationRaster, Stops

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]
Progress = Callable[[str, str], None]
"""Called with the name of each stage, in English and Chinese, as it begins."""

CENTIMETRES_PER_M = 100.0
CENTISECONDS_PER_M = 360.0 / OFF_STREET_KMH
EDGE_STEP_M = 200.0
COAST_IS_NO_EDGE_M = 600.0
"""The outline of the data along the coast is the sea, not an edge: this far around it."""


@dataclass(frozen=True, slots=True)
class Layers:
    """All that the sources of a city give, in lon/lat, corrected and merged."""

    osm: OsmExtract
    boundary: BaseGeometry | None = None
    areas: NamedAreas | None = None
    raster: PopulationRaster | None = None
    stops: Stops | None = None
    sources: list[dict[str, Any]] = field(default_factory=list)
    corrections: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the city's description chooses."""

    name: str
    name_zh: str | None
    as_of: str
    jurisdiction: str
    where: str  # the file that faults are told of
    resolution: int = 10
    floor_area_per_person: float = 40.0
    floor_area_range: tuple[float, float] = (28.0, 60.0)
    plausible_per_10k: Mapping[str, float] = field(default_factory=dict)
    complete: Iterable[str] = ()


def assemble(layers: Layers, choices: Choices, progress: Progress) -> PreparedCity:
    """The prepared city. Raises UserError for a boundary or areas that miss the data."""
    osm = layers.osm
    ground = find_ground(
        layers.boundary, osm.boundaries, osm.extent, osm.streets.lon, osm.streets.lat,
        where=choices.where,
    )  # fmt: skip
    named = find_areas(layers.areas, osm.boundaries, ground, osm.coastline, where=choices.where)
    centre = ground.boundary.centroid
    crs = metric_crs(centre.x, centre.y)
    boundary = bent(ground.boundary, crs)
    extent = surely_seen(bent(osm.extent.polygon, crs), osm.extent.known_from)
    coast = project(osm.coastline, crs)
    progress("cells and streets", "单元与道路")
    with ThreadPoolExecutor(2) as pool:
        frame = Frame(extent, coast, is_observed=osm.extent.known_from == "observed")
        walking = pool.submit(walk_network, osm.streets, crs, frame)
        driving = pool.submit(drive_network, osm.streets, crs, frame)
        grid = cut_grid(ground.boundary, choices.resolution, crs)
        walk, drive = walking.result(), driving.result()
    progress("buildings and land", "建筑与用地")
    with ThreadPoolExecutor(2) as pool:
        placed = pool.submit(_places, layers, crs, walk, drive)
        streets = pool.submit(street_fabric, osm.streets, walk, grid, crs)
        sea = pool.submit(_sea_by_cell, grid, boundary, coast)
        buildings = building_model(osm.buildings, grid, crs)
        land = land_model(osm.land, grid, crs)
        places, snap_walk, snap_drive = placed.result()
        fabric, sea_m2 = streets.result(), sea.result()
    progress("people", "人口")
    street_km = float(fabric.street_m.sum()) / 1000
    people = _people(layers.raster, buildings, land, grid, choices, street_km=street_km)
    areas = Areas(
        named.id, named.name, named.name_zh, named.name_en, projected(named.geometry, crs),
        named.origin,
    )  # fmt: skip
    land_m2 = with_water_removed(shapely.area(grid.metric), land, sea_m2)
    edge = _edge_of_data(extent, coast, osm.extent.known_from)
    cells = _cells(grid, areas, people, land_m2, buildings, (snap_walk, snap_drive), edge)
    kept = (cells.land_m2 > 1.0) | (cells.people > 0)
    if not kept.any():
        raise UserError(
            f"{choices.where}: boundary: has neither land nor people: all of it is water; give the "
            "boundary of a city"
        )
    city = PreparedCity(
        name=choices.name, name_zh=choices.name_zh, as_of=choices.as_of,
        jurisdiction=choices.jurisdiction, crs=crs, boundary=boundary,
        boundary_origin=ground.origin, extent=extent, is_sample=ground.origin == "extent",
        people_origin=people.origin, people_note_en=people.note_en, people_note_zh=people.note_zh,
        areas=areas, cells=cells, walk=walk, drive=drive, places=places, buildings=buildings,
        land=land, street_m=fabric.street_m, crossings=fabric.crossings,
        cycle_m=fabric.cycle_m,
        street_area_m2=fabric.area_m2, water=land.geometry[land.kind == "water"], coastline=coast,
        completeness={}, sources=[*layers.sources, _ground_report(ground, named, snap_walk)],
        corrections=layers.corrections,
    )  # fmt: skip
    city = keep_cells(city, kept)
    return replace(city, completeness=judge(city, choices.plausible_per_10k, choices.complete))


def _places(layers: Layers, crs: str, walk: Any, drive: Any) -> tuple[Any, Snapper, Snapper]:
    snap_walk = Snapper(walk, cost_per_m=CENTIMETRES_PER_M)
    snap_drive = Snapper(drive, cost_per_m=CENTISECONDS_PER_M)
    return (
        place_model(layers.osm.places, layers.stops, crs, snap_walk, snap_drive),
        snap_walk,
        snap_drive,
    )


def _people(
    raster: PopulationRaster | None,
    buildings: BuildingModel,
    land: LandModel,
    grid: Grid,
    choices: Choices,
    *,
    street_km: float,
) -> PeopleByCell:
    if raster is not None:
        return counted_people(raster, grid)
    if float((buildings.cell >= 0).sum()) < LEAST_BUILDINGS_PER_KM * street_km:
        return nobody(len(grid.id))
    return estimated_people(
        buildings, land, len(grid.id), floor_area_per_person=choices.floor_area_per_person,
        smallest=choices.floor_area_range[0], largest=choices.floor_area_range[1],
    )  # fmt: skip


def _sea_by_cell(grid: Grid, boundary: BaseGeometry, coast: Geometries) -> Floats:
    """m2 of each cell on the sea side of the coastline."""
    whole = shapely.area(grid.metric)
    land = land_of(boundary, coast)
    if land is boundary:
        return np.zeros(len(whole))
    _, cell, area = overlaps(np.array([land], np.object_), grid.metric)
    return np.asarray(whole - np.bincount(cell, area, len(whole)), np.float64)


def _edge_of_data(extent: BaseGeometry, coast: Geometries, known_from: str) -> Geometries:
    """Pieces of the outline of the data beyond which something may lie: not along the coast."""
    edge = extent.boundary
    vertices, line = shapely.get_coordinates(
        shapely.segmentize(shapely.get_parts(edge), EDGE_STEP_M), return_index=True
    )
    same = line[1:] == line[:-1]
    pieces = shapely.linestrings(np.stack([vertices[:-1][same], vertices[1:][same]], axis=1))
    if known_from == "declared" or len(coast) == 0:
        return np.asarray(pieces, np.object_)
    at_coast = shapely.STRtree(coast).query(pieces, "dwithin", distance=COAST_IS_NO_EDGE_M)[0]
    return np.delete(pieces, np.unique(at_coast))


def _cells(
    grid: Grid,
    areas: Areas,
    people: PeopleByCell,
    land_m2: Floats,
    buildings: BuildingModel,
    snappers: tuple[Snapper, Snapper],
    edge: Geometries,
) -> Cells:
    x, y = where_people_are(buildings, grid, people.people)
    far = np.full(len(x), np.inf)
    if len(edge):
        (row, _), distance = shapely.STRtree(edge).query_nearest(
            shapely.points(x, y), return_distance=True, all_matches=False
        )
        far[row] = distance
    walk, drive = snappers
    return Cells(
        grid.id, grid.metric, area_of_cells(grid.metric, areas.geometry), land_m2,
        people.people, people.lower, people.upper, x, y, walk.snap(x, y), drive.snap(x, y), far,
    )  # fmt: skip


def _ground_report(ground: Ground, areas: NamedAreas, walk: Snapper) -> dict[str, Any]:
    return {
        "kind": "ground",
        "boundary": ground.origin,
        "boundary_name": ground.name,
        "share_of_boundary_seen": round(ground.share_seen, 4),
        "areas": areas.origin,
        "street_pieces_cut_off": walk.dropped_edges,
    }


def keep_cells(city: PreparedCity, kept: NDArray[np.bool_]) -> PreparedCity:
    """The city with only the cells marked in `kept`; rows that point to cells follow."""
    row = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
    cells = city.cells
    plain = ("id", "geometry", "area", "land_m2", "people", "people_lower", "people_upper",
             "x", "y", "edge_of_data_m")  # fmt: skip
    columns: dict[str, Any] = {name: getattr(cells, name)[kept] for name in plain}
    fewer = replace(cells, **columns, walk=take(cells.walk, kept), drive=take(cells.drive, kept))
    cell = city.buildings.cell
    overlap = row[city.land.overlap_cell]
    on = overlap >= 0
    return replace(
        city,
        cells=fewer,
        buildings=replace(city.buildings, cell=np.where(cell >= 0, row[cell], -1).astype(np.int32)),
        land=replace(
            city.land, overlap_cell=overlap[on], overlap_land=city.land.overlap_land[on],
            overlap_m2=city.land.overlap_m2[on],
        ),
        street_m=city.street_m[kept],
        cycle_m=None if city.cycle_m is None else city.cycle_m[kept],
        crossings=city.crossings[kept],
        street_area_m2=city.street_area_m2[kept],
    )  # fmt: skip
