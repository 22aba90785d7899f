"""Read every source that a city names, merge and correct them: settings in, layers out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry.base import BaseGeometry

from urbanwork.city.areas import NamedAreas
from urbanwork.city.settings import FILE, AreaSource, CitySettings, OsmSource, Source
from urbanwork.city.store import hash_file
from urbanwork.errors import UserError
from urbanwork.sources.layers import OsmExtract, Stops

if TYPE_CHECKING:
    from urbanwork.city.assemble import Layers

Bounds = tuple[float, float, float, float]
Progress = Callable[[str, str], None]

AROUND_DEGREES = 0.05
"""Rasters and timetables are read this far around what is examined (about 5 km)."""


def gather(settings: CitySettings, progress: Progress) -> tuple[Layers, date]:
    """All layers of the city in lon/lat, and the date that the examination speaks of.

    Raises UserError for a source that cannot be read.
    """
    source = settings.osm
    if source is None:
        raise ValueError("a city without an extract is gathered by its areas")
    progress("reading OpenStreetMap", "读取 OpenStreetMap")
    with ThreadPoolExecutor(2) as pool:
        warming = pool.submit(_load_kernels)
        osm = _osm(source)
        boundary, boundary_report = _boundary(settings)
        bounds = _around(osm.extent.polygon, boundary)
        progress("reading other sources", "读取其他数据")
        as_of = settings.as_of or _date_of_extract(source, osm, settings.folder / FILE)
        stops = pool.submit(_stops, settings, bounds, as_of)
        raster = pool.submit(_raster, settings, bounds)
        registered, register_reports = _registers(settings, osm, as_of)
        corrected, shown, correction_reports = _corrected(settings, registered, as_of)
        warming.result()
    timetable, timetable_report = stops.result()
    people, people_report = raster.result()
    areas, areas_report = _areas(settings)
    reports = [
        described("osm", source, osm.report), *boundary_report, *areas_report,
        *people_report, *timetable_report, *register_reports, *correction_reports,
    ]  # fmt: skip
    from urbanwork.city.assemble import Layers  # on kernels, loaded by now

    layers = Layers(corrected, boundary, areas, people, timetable, reports, shown)
    return layers, as_of


def _load_kernels() -> None:
    """Compiled kernels load from their cache while the extract is read."""
    from urbanwork.kernels.warm import warm

    warm()


def gather_areas(
    settings: CitySettings,
) -> tuple[NamedAreas, BaseGeometry | None, list[dict[str, Any]]]:
    """Areas, boundary if given, and reports of a city without an extract."""
    boundary, boundary_report = _boundary(settings)
    areas, areas_report = _areas(settings)
    if areas is None:
        raise ValueError("settings without an extract have areas")
    return areas, boundary, [*boundary_report, *areas_report]


def _osm(source: OsmSource) -> OsmExtract:
    from urbanwork.sources.osm import read_osm

    return read_osm(source.path, declared_extent=_declared_extent(source))


def _declared_extent(source: OsmSource) -> BaseGeometry | None:
    extent = source.extent
    if extent is None:
        return None
    if isinstance(extent, Path):
        from urbanwork.sources.polygons import as_boundary, read_polygons

        return as_boundary(read_polygons(extent))
    return shapely.box(*extent)


def _around(extent: BaseGeometry, boundary: BaseGeometry | None) -> Bounds:
    """A box around the boundary as far as it is seen: the extract may show a whole country."""
    seen = extent if boundary is None else boundary.intersection(extent.envelope)
    west, south, east, north = extent.bounds if seen.is_empty else seen.bounds
    pad = AROUND_DEGREES
    return west - pad, south - pad, east + pad, north + pad


def _date_of_extract(source: OsmSource, osm: OsmExtract, where: Path) -> date:
    stated = source.date or osm.report.get("data_date")
    if stated is None:
        raise UserError(
            f"{where}: as_of: '{source.path.name}' does not say of "
            "which date it is; add a line such as 'as_of: 2026-01-31'."
        )
    return stated if isinstance(stated, date) else date.fromisoformat(str(stated)[:10])


def described(kind: str, source: Source, report: Mapping[str, Any]) -> dict[str, Any]:
    """What the examination says of one source: file, licence, date, hash, what was found."""
    paths = source.path if isinstance(source.path, tuple) else (source.path,)
    date_ = source.date or report.get("data_date")
    return {
        "kind": kind,
        "file": ", ".join(path.name for path in paths),
        "sha256": [hash_file(path) for path in paths],
        "licence": source.licence or report.get("licence"),
        "publisher": source.publisher or report.get("publisher"),
        "date": None if date_ is None else str(date_),
        "report": dict(report),
    }


def _stops(
    settings: CitySettings, bounds: Bounds, as_of: date
) -> tuple[Stops | None, list[dict[str, Any]]]:
    if settings.gtfs is None:
        return None, []
    from urbanwork.sources.gtfs import ServiceWindow, read_gtfs

    window = settings.gtfs.window
    chosen = ServiceWindow(
        start_s=window.start_s, end_s=window.end_s, days=window.days, dates=window.dates,
        near=as_of,
    )  # fmt: skip
    result = read_gtfs(settings.gtfs.paths, window=chosen, bounds_lonlat=bounds)
    return result.stops, [described("timetable", settings.gtfs, result.report)]


def _raster(settings: CitySettings, bounds: Bounds) -> tuple[Any, list[dict[str, Any]]]:
    if settings.population is None:
        return None, []
    from urbanwork.sources.population import read_population

    raster = read_population(
        settings.population.path, band=settings.population.band, bounds_lonlat=bounds
    )
    return raster, [described("population", settings.population, raster.report)]


def _registers(
    settings: CitySettings, osm: OsmExtract, as_of: date
) -> tuple[OsmExtract, list[dict[str, Any]]]:
    reports = []
    for source in settings.places:
        from urbanwork.sources.register import merge_register

        merged = merge_register(osm.places, source, as_of)
        osm = replace(osm, places=merged.places)
        reports.append(described("register", source, merged.report))
    return osm, reports


def _corrected(
    settings: CitySettings, osm: OsmExtract, as_of: date
) -> tuple[OsmExtract, list[dict[str, Any]], list[dict[str, Any]]]:
    if settings.corrections is None:
        return osm, [], []
    from urbanwork.sources.corrections import apply_corrections, read_corrections

    corrections = read_corrections(settings.corrections)
    done = apply_corrections(osm.places, osm.streets, corrections, as_of)
    report = {
        "kind": "corrections",
        "file": settings.corrections.name,
        "sha256": [hash_file(settings.corrections)],
    }
    return replace(osm, places=done.places, streets=done.streets), done.shown, [report]


def _boundary(settings: CitySettings) -> tuple[BaseGeometry | None, list[dict[str, Any]]]:
    source = settings.boundary
    if source is None:
        return None, []
    from urbanwork.sources.polygons import as_boundary, read_polygons

    polygons = read_polygons(source.path, crs=source.crs, datum=source.datum, layer=source.layer)
    return as_boundary(polygons), [described("boundary", source, polygons.report)]


def _areas(settings: CitySettings) -> tuple[NamedAreas | None, list[dict[str, Any]]]:
    source: AreaSource | None = settings.areas
    if source is None:
        return None, []
    from urbanwork.sources.polygons import as_areas, read_polygons

    polygons = read_polygons(source.path, crs=source.crs, datum=source.datum, layer=source.layer)
    found = as_areas(
        polygons, source.id, source.name, name_zh_field=source.name_zh, name_en_field=source.name_en
    )
    areas = NamedAreas(found.id, found.name, found.name_zh, found.name_en, found.geometry, "given")
    return areas, [described("areas", source, polygons.report)]
