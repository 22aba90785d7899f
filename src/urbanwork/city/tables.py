"""Tables, dated rasters and zones of a city: read once its areas are known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from urbanwork.city.gather import described
from urbanwork.city.model import PreparedCity
from urbanwork.city.projecting import projected
from urbanwork.city.settings import CitySettings, Source
from urbanwork.errors import UserError
from urbanwork.quantities.crs import unproject
from urbanwork.sources.layers import AreaNames, DatedRaster, Zones

FAR_DEGREES = 1.0
"""Zones this far from the boundary are of another place."""


def with_tables(city: PreparedCity, settings: CitySettings) -> PreparedCity:
    """The city with its zones, statistics, commuters, projects and dated rasters.

    Raises UserError for a file that cannot be read, or of which nothing matches.
    """
    given = (settings.statistics, settings.tasks, settings.commutes, settings.projects,
             settings.rasters, settings.population)  # fmt: skip
    city = _with_zones(city, settings)
    if not any(given):
        return city
    areas = city.areas
    names = AreaNames(
        areas.id, areas.name, areas.name_zh, areas.name_en, unproject(areas.geometry, city.crs),
        tuple(name for name in (city.name, city.name_zh) if name),
    )  # fmt: skip
    for add in (_with_statistics, _with_tasks, _with_commutes, _with_projects):
        city = add(city, settings, names)
    return _with_rasters(city, settings)


def _reported(city: PreparedCity, kind: str, source: Source, report: Any) -> PreparedCity:
    return replace(city, sources=[*city.sources, described(kind, source, report)])


def _with_statistics(city: PreparedCity, settings: CitySettings, names: AreaNames) -> PreparedCity:
    if not settings.statistics:
        return city
    from urbanwork.sources.statistics import read_statistics

    statistics, report = read_statistics(settings.statistics, names)
    for source, found in zip(settings.statistics, report["sources"], strict=True):
        city = _reported(city, "statistics", source, found)
    return replace(city, statistics=statistics)


def _with_tasks(city: PreparedCity, settings: CitySettings, names: AreaNames) -> PreparedCity:
    """Figures of the office stand behind those that a table of statistics gives too."""
    source = settings.tasks
    if source is None:
        return city
    from urbanwork.sources.tasks import read_tasks, with_figures

    figures, report = read_tasks(source.path, names)
    statistics = with_figures(city.statistics, figures)
    return replace(_reported(city, "tasks", source, report), statistics=statistics)


def _with_commutes(city: PreparedCity, settings: CitySettings, names: AreaNames) -> PreparedCity:
    source = settings.commutes
    if source is None:
        return city
    from urbanwork.sources.commutes import read_commutes

    commutes, report = read_commutes(
        source.path, year=source.year, sheet=source.sheet, encoding=source.encoding, areas=names
    )
    return replace(_reported(city, "commutes", source, report), commutes=commutes)


def _with_projects(city: PreparedCity, settings: CitySettings, names: AreaNames) -> PreparedCity:
    if not settings.projects:
        return city
    from urbanwork.sources.projects import joined, read_projects

    tables = []
    for source in settings.projects:
        table, report = read_projects(
            source.path, kind=source.kind, columns=source.columns, sheet=source.sheet,
            encoding=source.encoding, areas=names,
        )  # fmt: skip
        tables.append(table)
        city = _reported(city, "projects", source, report)
    return replace(city, projects=joined(tables))


def _with_zones(city: PreparedCity, settings: CitySettings) -> PreparedCity:
    """Zones in the metric system of the city. What only few may see is named in no report."""
    if not settings.zones:
        return city
    from urbanwork.sources.zones import joined, read_zones

    found, reports, kinds, names = [], [], set(city.zone_kinds), set[str]()
    for source in settings.zones:
        name = _unused(source.path.stem, names)
        zones, report = read_zones(source, default_id=name)
        _check_near(city, zones, source.path)
        found.append(zones)
        kinds |= set(report["kinds"])
        reports.append({"file": source.path.name, **report})
        if source.visibility == "public" and all(zones.visibility == "public"):
            city = _reported(city, "zones", source, report)
    zones = joined(found)
    zones = replace(zones, geometry=projected(zones.geometry, city.crs))
    reports += _between_files(zones, [len(each.id) for each in found], reports)
    return replace(city, zones=zones, zone_kinds=tuple(sorted(kinds)), zone_reports=reports)


def _between_files(
    zones: Zones, count: list[int], reports: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What lies over one another though it comes in files of its own: the three lines often do."""
    from urbanwork.sources.zone_topology import overlaps_of_files

    report = overlaps_of_files(zones, zones.geometry, np.repeat(np.arange(len(count)), count))
    names = " + ".join(each["file"] for each in reports)
    return [{"file": names, **report}] if report["overlaps"] else []


def _unused(stem: str, names: set[str]) -> str:
    """A name that no file before has."""
    name, number = stem, 2
    while name in names:
        name, number = f"{stem}-{number}", number + 1
    names.add(name)
    return name


def _check_near(city: PreparedCity, zones: Zones, path: Path) -> None:
    """Zones that all lie far off are in another coordinate system than they say."""
    if len(zones.id) == 0:
        return
    around = unproject(city.boundary, city.crs).envelope.buffer(FAR_DEGREES)
    if not shapely.intersects(zones.geometry, around).any():
        west, south, east, north = shapely.total_bounds(zones.geometry)
        raise UserError(
            f"{path}: its zones lie at {west:.2f} to {east:.2f}, {south:.2f} to {north:.2f} "
            f"degrees, none within {FAR_DEGREES:g} degree of {city.name}; declare the coordinate "
            "system that they are in with 'crs:'"
        )


def _with_rasters(city: PreparedCity, settings: CitySettings) -> PreparedCity:
    if not settings.rasters and settings.population is None:
        return city
    from urbanwork.sources.dated_raster import read_dated_rasters

    bounds = unproject(city.boundary, city.crs).bounds
    rasters: dict[str, DatedRaster] = {}
    for source in settings.rasters:
        found = read_dated_rasters(
            source.path, kind=source.kind, year=source.year, unit=source.unit,
            built_up=source.built_up, water=source.water, band=source.band, bounds_lonlat=bounds,
        )  # fmt: skip
        for raster in found:
            _add(rasters, raster, source)
            city = _reported(city, "raster", source, raster.report)
    if not any(each.kind == "population" for each in rasters.values()):
        rasters |= _people_around(city, settings, bounds)
    return replace(city, rasters=rasters)


def _people_around(
    city: PreparedCity, settings: CitySettings, bounds: tuple[float, float, float, float]
) -> dict[str, DatedRaster]:
    """The population raster beyond the boundary too, where clusters of people go on."""
    source = settings.population
    if source is None:
        return {}
    from urbanwork.sources.dated_raster import read_dated_raster

    year = source.date.year if source.date else int(city.as_of[:4])
    people = read_dated_raster(
        source.path, kind="population", year=year, band=source.band, bounds_lonlat=bounds
    )
    return {f"{people.kind} {people.year}": people}


def _add(rasters: dict[str, DatedRaster], raster: DatedRaster, source: Source) -> None:
    """Keep a raster; two of one kind and year are a fault."""
    key = f"{raster.kind} {raster.year}"
    if key in rasters:
        raise UserError(
            f"rasters: {rasters[key].report['file']} and {source.path.name} both give "
            f"{raster.kind.replace('_', '-')} of {raster.year}; keep one of them"
        )
    rasters[key] = raster
