"""People by cell: counted from a raster, or estimated from floors and labelled so everywhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.city.cells import Grid
from urbanwork.city.model import BuildingModel, LandModel
from urbanwork.errors import UserError
from urbanwork.quantities.rounding import three_digits
from urbanwork.sources.layers import PopulationRaster

Floats = NDArray[np.float64]

COVERED = 0.98
"""A raster that covers less of the boundary is told of."""
LEAST_COVERED = 0.001
"""A raster that covers less of it is that of another place."""
NET_OF_GROSS = 0.75
"""Dwelling floor of a building's footprint x storeys: walls, stairs, shops take the rest."""
LIKELY_RESIDENTIAL = 0.6
"""Share of buildings of unknown use that is lived in (barns, garages, workshops are the rest)."""
LAND_MAPPED = 0.25
"""Residential land is mapped when this share of residential buildings stands on it."""


@dataclass(frozen=True, slots=True)
class PeopleByCell:
    """People of each cell with their range, where they come from, and the sentence that says so."""

    people: Floats  # [C]
    lower: Floats  # [C]
    upper: Floats  # [C]
    origin: str  # raster, estimate, none
    note_en: str
    note_zh: str


def counted_people(raster: PopulationRaster, grid: Grid) -> PeopleByCell:
    """People of a raster by cell; their sum is the raster's sum inside the boundary.

    Raises UserError when the raster covers nothing of it.
    """
    from urbanwork.sources.population import covered_share, rings_in, zonal_people

    rings = rings_in(raster, grid.lonlat)
    people = zonal_people(raster, grid.lonlat, rings=rings)
    area = shapely.area(grid.metric)
    seen = covered_share(raster, grid.lonlat, rings=rings)
    covered = float((seen * area).sum() / area.sum())
    if covered < LEAST_COVERED:
        raise UserError(
            "population: the raster covers nothing of the boundary; give one of this city, or "
            "leave it out to estimate people from buildings"
        )
    total = people.sum()
    return PeopleByCell(
        people, people, people, "raster",
        f"{total:,.0f} people inside the boundary, counted from the population raster"
        + (f", which covers only {covered:.0%} of it." if covered < COVERED else "."),
        f"边界内 {total:,.0f} 人，按人口栅格统计"
        + (f"（栅格仅覆盖 {covered:.0%}）。" if covered < COVERED else "。"),
    )  # fmt: skip


def estimated_people(
    buildings: BuildingModel,
    land: LandModel,
    cells: int,
    *,
    floor_area_per_person: float,
    smallest: float,
    largest: float,
) -> PeopleByCell:
    """People estimated from residential floor area, with a range.

    people = floor area x NET_OF_GROSS / floor area per person (m2). The middle counts residential
    buildings and LIKELY_RESIDENTIAL of those of unknown use that stand on residential land (of all
    of them where hardly any residential land is mapped). The lower end counts residential
    buildings alone at the largest area per person, the upper end all of unknown use at the
    smallest, gross. See docs/decisions/0005-estimated-people.md for how near this comes.
    """
    unknown = buildings.use == "unknown"
    sure = _floors(buildings, buildings.use == "residential", cells)
    possible = _floors(buildings, unknown, cells)
    if not (sure + possible).any():
        return nobody(cells)
    on_land = _on_residential_land(buildings, land)
    residential = (buildings.use == "residential") & (buildings.cell >= 0)
    is_mapped = on_land[residential].mean() > LAND_MAPPED if residential.any() else on_land.any()
    likely = _floors(buildings, unknown & on_land, cells) if is_mapped else possible
    middle = (sure + LIKELY_RESIDENTIAL * likely) * NET_OF_GROSS / floor_area_per_person
    lower = np.minimum(sure * NET_OF_GROSS / largest, middle)
    upper = np.maximum((sure + possible) / smallest, middle)
    total, least, most = (three_digits(float(each.sum())) for each in (middle, lower, upper))
    en = (
        f"No population source was given: about {total} people ({least} to {most}) are estimated "
        "from residential floor area "
        f"at {floor_area_per_person:g} m² a person ({smallest:g} to {largest:g})."
    )
    zh = (
        f"未提供人口数据：按住宅建筑面积人均 {floor_area_per_person:g} 平方米"
        f"（{smallest:g} 至 {largest:g}）估算约 {total} 人（{least} 至 {most}）。"
    )
    return PeopleByCell(middle, lower, upper, "estimate", en, zh)


def _floors(buildings: BuildingModel, chosen: NDArray[np.bool_], cells: int) -> Floats:
    chosen = chosen & (buildings.cell >= 0)
    return np.asarray(
        np.bincount(buildings.cell[chosen], buildings.floor_m2[chosen], cells), np.float64
    )


def nobody(cells: int) -> PeopleByCell:
    """Nothing is known of people."""
    none = np.zeros(cells)
    return PeopleByCell(
        none, none, none, "none",
        "No population source was given and residential buildings are not mapped well enough: "
        "nothing can be said about people.",
        "未提供人口数据，住宅建筑数据也不足：无法评价人口相关指标。",
    )  # fmt: skip


def _on_residential_land(buildings: BuildingModel, land: LandModel) -> NDArray[np.bool_]:
    """Whether the middle of each building lies on residential land."""
    inside = np.zeros(len(buildings.cell), np.bool_)
    residential = land.geometry[land.kind == "residential"]
    if len(residential):
        centre = shapely.centroid(buildings.geometry)
        inside[np.unique(shapely.STRtree(residential).query(centre, "within")[0])] = True
    return inside


def where_people_are(buildings: BuildingModel, grid: Grid, people: Floats) -> tuple[Floats, Floats]:
    """Where the people of each cell are taken to live (metric x, y).

    The centre of its residential floors; without any, of all floors; else a point inside it.
    """
    inside = shapely.point_on_surface(grid.metric)
    x, y = shapely.get_x(inside), shapely.get_y(inside)
    centre = shapely.centroid(buildings.geometry)
    bx, by = shapely.get_x(centre), shapely.get_y(centre)
    count = len(people)
    for chosen in (buildings.use != "ancillary", buildings.use == "residential"):
        some = chosen & (buildings.cell >= 0)
        cell, floor = buildings.cell[some], buildings.floor_m2[some]
        total = np.bincount(cell, floor, count)
        has = total > 0
        safe = np.where(has, total, 1.0)
        x = np.where(has, np.bincount(cell, floor * bx[some], count) / safe, x)
        y = np.where(has, np.bincount(cell, floor * by[some], count) / safe, y)
    return x, y
