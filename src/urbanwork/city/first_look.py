"""A first look at the files of a new city: are they what they are given for, and of one place?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import shapely

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.sources.osm.frames import Header, checked_header

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Given:
    """The files that a city is made from, as the user named them; `osm` is None until it is had."""

    osm: Path | None
    boundary: Path | None = None
    areas: Path | None = None
    population: Path | None = None
    gtfs: tuple[Path, ...] = ()
    places: tuple[Path, ...] = ()


def look_at(given: Given) -> Header | None:
    """Look at every file, and return what the extract says of itself.

    Raises:
        UserError: one of them is not what it is given for, or lies elsewhere than the extract.
        ManyFaultsError: several are.
    """
    _refuse_pipes(given)
    faults: list[str] = []
    header: list[Header] = []
    if given.osm is not None:
        osm = given.osm
        _try(lambda: header.append(checked_header(osm)), faults)
    bounds = header[0].bbox if header else None
    for look in _looks(given, bounds):
        _try(look, faults)
    if faults:
        raise UserError(faults[0]) if len(faults) == 1 else ManyFaultsError(faults)
    return header[0] if header else None


def _refuse_pipes(given: Given) -> None:
    """Raises UserError for what could be read only once, or never to its end."""
    one = (given.osm, given.boundary, given.areas, given.population)
    for path in (*one, *given.gtfs, *given.places):
        if path is not None and path.exists() and not (path.is_file() or path.is_dir()):
            raise UserError(f"{path}: this is a pipe or a device; save it as a file first")


def _try(look: Callable[[], object], faults: list[str]) -> None:
    try:
        look()
    except UserError as error:
        faults += str(error).split("\n")


def _looks(given: Given, bounds: Bounds | None) -> Iterable[Callable[[], object]]:
    for polygons in (given.boundary, given.areas):
        if polygons is not None:
            yield partial(_polygons, polygons, bounds)
    if given.population is not None:
        yield partial(_population, given.population, bounds)
    yield from (partial(_timetable, path) for path in given.gtfs)
    yield from (partial(_register, path) for path in given.places)


def _polygons(path: Path, bounds: Bounds | None) -> None:
    from urbanwork.sources.polygons import read_polygons

    polygons = read_polygons(path)
    if bounds is None or shapely.intersects(shapely.box(*bounds), polygons.geometry).any():
        return
    here = _shown(shapely.total_bounds(polygons.geometry))
    raise UserError(
        f"{path}: lies elsewhere ({here}) than the extract ({_shown(bounds)}); give the polygons "
        "and the extract of one city"
    )


def _shown(bounds: Iterable[float]) -> str:
    west, south, east, north = bounds
    return f"{west:.2f} to {east:.2f} E, {south:.2f} to {north:.2f} N"


def _population(path: Path, bounds: Bounds | None) -> None:
    if bounds is None:  # then its place is not known, and all of it may be the world
        _exists(path)
        return
    from urbanwork.sources.population import read_population

    read_population(path, bounds_lonlat=bounds)


def _timetable(path: Path) -> None:
    from urbanwork.sources.gtfs.archive import opened

    with opened(path):
        pass


def _register(path: Path) -> None:
    _exists(path)


def _exists(path: Path) -> None:
    if not path.exists():
        raise UserError(f"{path}: there is no such file; check the path")
    if path.is_dir():
        raise UserError(f"{path}: this is a folder; give a file")
