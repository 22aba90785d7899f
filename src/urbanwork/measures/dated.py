"""People and built-up land by year and area: from rasters, else from tables, else from the map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.city.model import PreparedCity
from urbanwork.measures.figures import Notes
from urbanwork.measures.land import built_up_m2
from urbanwork.measures.tables import Tables
from urbanwork.quantities.crs import transformer
from urbanwork.sources.dated_raster import pixel_areas
from urbanwork.sources.layers import WHOLE_CITY, DatedRaster, PopulationRaster
from urbanwork.sources.raster_files import inverse_of

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]
Affine = tuple[float, float, float, float, float, float]

COVERED = 0.98
"""An area of which a raster covers less has no figure from it."""
SQUARE_M = 250.0
"""Squares that the cells of the map are put into where no raster is given."""


@dataclass(frozen=True, slots=True)
class Series:
    """One variable of the areas and, last, the city in several years."""

    years: tuple[int, ...]
    values: Floats  # [years, A + 1] nan where not known
    origin: Notes  # where the figures come from
    breaks: NDArray[np.object_] | None = None
    """[years, A + 1] why a figure cannot be compared with earlier ones, else None."""

    def at(self, year: int) -> Floats:
        """[A + 1] the figures of one year."""
        return np.asarray(self.values[self.years.index(year)], np.float64)

    def broken(self, first: int, last: int) -> list[str | None]:
        """[A + 1] why the figures of two years cannot be compared; None where they can."""
        if self.breaks is None:
            return [None] * self.values.shape[1]
        rows = self.breaks[self.years.index(first) + 1 : self.years.index(last) + 1]
        return [next((str(why) for why in column if why), None) for column in rows.T]


@dataclass(frozen=True, slots=True)
class Pixels:
    """The pixels of a raster whose middle lies in the city, on the metric map of the city."""

    row: Ints  # [N] in the raster
    column: Ints
    x: Floats
    y: Floats
    m2: Floats  # ground of the pixel
    area: Ints  # row of the area, -1 in none
    side_m: float


def people_sources(tables: Tables) -> list[Series]:
    """Residents by year as rasters, tables and the map of the city know them, in this order."""
    return _kept(tables, "population", "resident_population", _of_map)


def built_up_sources(tables: Tables) -> list[Series]:
    """Built-up land in m2 by year in the same way."""
    return _kept(tables, "built_up", "built_up_area", _built_of_map)


def people_by_year(tables: Tables) -> Series:
    """Residents by year of the source that is preferred; no years where nothing is known."""
    return _preferred(tables, people_sources(tables))


def built_up_by_year(tables: Tables) -> Series:
    """Built-up land in m2 by year of the source that is preferred."""
    return _preferred(tables, built_up_sources(tables))


def _preferred(tables: Tables, found: Sequence[Series]) -> Series:
    nothing = Series((), np.zeros((0, tables.size)), ("no source", "无数据来源"))
    return found[0] if found else nothing


def _kept(
    tables: Tables, kind: str, variable: str, of_map: Callable[[Tables], Series | None]
) -> list[Series]:
    """The sources that have any year, computed once."""
    key = f"dated.{kind}"
    if key not in tables.shared:
        made = (_of_rasters(tables, kind), _of_statistics(tables, variable), of_map(tables))
        tables.shared[key] = [each for each in made if each is not None and each.years]
    found: list[Series] = tables.shared[key]
    return found


def _of_rasters(tables: Tables, kind: str) -> Series:
    rasters = tables.rasters(kind)
    values = np.array([_raster_sums(tables, each) for each in rasters]).reshape(-1, tables.size)
    files = ", ".join(str(each.report.get("file", kind)) for each in rasters)
    years = tuple(each.year for each in rasters)
    return Series(years, values, (f"raster {files}", f"栅格 {files} ".rstrip()))


def _raster_sums(tables: Tables, raster: DatedRaster) -> Floats:
    """People, or m2 of built-up land, of areas and city; nan where the raster does not reach."""
    counted = raster.values if raster.kind == "population" else in_m2(raster)
    sums = area_sums(tables, counted, raster)
    return np.where(covered(tables, raster) >= COVERED, sums, np.nan)


def in_m2(raster: DatedRaster) -> Floats:
    """[rows, columns] built-up land or land of each pixel, m2."""
    area = pixel_areas(raster.transform, raster.values.shape, raster.crs)
    return np.asarray(raster.values * area, np.float64)


def ground_m2(tables: Tables, raster: DatedRaster) -> Floats:
    """[rows, columns] ground of each pixel that the raster knows, m2; of the map its land."""
    if raster.report.get("made_from") == "map":
        return np.nan_to_num(_squares(tables, "land", tables.city.cells.land_m2).values)
    area = pixel_areas(raster.transform, raster.values.shape, raster.crs)
    return np.where(np.isnan(raster.values), 0.0, area)


def geometries_of(tables: Tables) -> Geometries:
    """[A + 1] the areas and the boundary of the city, metric."""
    shapes = np.empty(tables.size, np.object_)
    shapes[:-1] = tables.city.areas.geometry
    shapes[-1] = tables.city.boundary
    return shapes


def area_sums(tables: Tables, values: Floats, raster: DatedRaster) -> Floats:
    """[A + 1] sums of values on the grid of a raster, each pixel by the share that is inside."""
    from urbanwork.sources.population import zonal_people

    grid = PopulationRaster(np.nan_to_num(values), raster.transform, raster.crs)
    rings = _rings_of(tables, grid)
    return zonal_people(grid, geometries_of(tables), crs=tables.city.crs, rings=rings)


def _rings_of(tables: Tables, raster: PopulationRaster) -> Any:
    """The areas and the city in the system of a raster, moved there once."""
    from urbanwork.sources.population import rings_in

    key = f"dated.rings.{raster.crs}"
    if key not in tables.shared:
        tables.shared[key] = rings_in(raster, geometries_of(tables), crs=tables.city.crs)
    return tables.shared[key]


def covered(tables: Tables, raster: DatedRaster) -> Floats:
    """[A + 1] share (0 to 1) of each area that a raster covers; all where the map made it."""
    if raster.report.get("made_from") == "map":
        return np.ones(tables.size)
    from urbanwork.sources.population import covered_share

    grid = PopulationRaster(raster.values, raster.transform, raster.crs)
    shapes, rings = geometries_of(tables), _rings_of(tables, grid)
    return np.nan_to_num(covered_share(grid, shapes, crs=tables.city.crs, rings=rings))


def _of_statistics(tables: Tables, variable: str) -> Series:
    """What tables say; the city is the sum of its areas where no row speaks of it."""
    table = tables.statistics
    rows = np.flatnonzero((table.variable == variable) & (table.year <= tables.year))
    years = tuple(int(year) for year in np.unique(table.year[rows]))
    values = np.full((len(years), tables.size), np.nan)
    place = np.searchsorted(years, table.year[rows])
    area = np.where(table.area[rows] == WHOLE_CITY, tables.size - 1, table.area[rows])
    values[place, area] = table.value[rows]
    breaks = np.full(values.shape, None, np.object_)
    if len(rows) and len(table.break_):
        breaks[place, area] = table.break_[rows]
        of_all = np.array([[why is not None for why in row[:-1]] for row in breaks], np.bool_)
        breaks[:, -1] = np.where(of_all.all(axis=1), breaks[:, 0], breaks[:, -1])
    total = values[:, :-1].sum(axis=1) if tables.size > 1 else np.full(len(years), np.nan)
    values[:, -1] = np.where(np.isnan(values[:, -1]), total, values[:, -1])
    names = "; ".join(sorted({str(each) for each in table.source[rows] if each}))
    origin = (f"statistics {names}".strip(), f"统计资料 {names}".strip())
    return Series(years, values, origin, breaks)


def _of_map(tables: Tables) -> Series | None:
    """People of the examination itself, at its own date; without an extract they are of tables."""
    if not tables.city.has_extract or np.isnan(tables.people).all():
        return None
    note = (
        tables.city.people_note_en or "people of the examination",
        tables.city.people_note_zh or "体检人口数据",
    )
    return Series(
        (tables.year,), tables.people[None, :], (note[0].rstrip("."), note[1].rstrip("。"))
    )


def _built_of_map(tables: Tables) -> Series | None:
    """Built-up land as the map shows it, at the date of the examination."""
    city = tables.city
    if not _map_is_complete(city):
        return None
    by_cell = built_up_m2(city)
    if not by_cell.any():  # a city has some: the map shows it too thinly
        return None
    sums = np.zeros(tables.size)
    np.add.at(sums, city.cells.area[city.cells.area >= 0], by_cell[city.cells.area >= 0])
    sums[-1] = by_cell.sum()
    return Series(
        (tables.year,), sums[None, :],
        ("buildings, streets and land use of the map", "地图中的建筑、道路和用地"),
    )  # fmt: skip


def _map_is_complete(city: PreparedCity) -> bool:
    """Whether the map shows enough buildings and streets to draw built-up land from."""
    if not city.has_extract or len(city.cells.people) == 0:
        return False
    judged = [city.completeness.get(f"layer:{layer}") for layer in ("buildings", "streets")]
    return all(each is None or each.reason is None for each in judged)


def newest(tables: Tables, kind: str) -> DatedRaster | None:
    """The latest raster of a kind (population, built_up, land); else one made from the cells.

    A raster made from the cells has squares of 250 m on the metric map of the city and
    `report["made_from"]` "map"; there is none of permanent land.
    """
    rasters = tables.rasters(kind)
    if rasters:
        return rasters[-1]
    key = f"dated.raster.{kind}"
    if key not in tables.shared:
        tables.shared[key] = _raster_of_map(tables, kind)
    made: DatedRaster | None = tables.shared[key]
    return made


def _raster_of_map(tables: Tables, kind: str) -> DatedRaster | None:
    city = tables.city
    if not city.has_extract or len(city.cells.people) == 0:
        return None
    if kind == "population":
        if city.people_origin == "none":
            return None
        return _squares(tables, kind, city.cells.people)
    if kind == "built_up" and _map_is_complete(city):
        by_cell = built_up_m2(city)
        return _squares(tables, kind, by_cell / SQUARE_M**2) if by_cell.any() else None
    return None


def _squares(tables: Tables, kind: str, by_cell: Floats) -> DatedRaster:
    """Sums over the cells whose middle lies in each square; nan where there is no cell."""
    city = tables.city
    middle = shapely.centroid(city.cells.geometry)
    x, y = shapely.get_x(middle), shapely.get_y(middle)
    west = np.floor(x.min() / SQUARE_M) * SQUARE_M
    north = np.ceil(y.max() / SQUARE_M) * SQUARE_M
    column = ((x - west) // SQUARE_M).astype(np.int64)
    row = ((north - y) // SQUARE_M).astype(np.int64)
    shape = (int(row.max()) + 1, int(column.max()) + 1)
    place = row * shape[1] + column
    size = shape[0] * shape[1]
    sums = np.bincount(place, by_cell, size).astype(np.float64)
    sums = np.where(np.bincount(place, minlength=size) > 0, sums, np.nan)
    transform = (SQUARE_M, 0.0, float(west), 0.0, -SQUARE_M, float(north))
    return DatedRaster(
        kind, tables.year, sums.reshape(shape), transform, city.crs, {"made_from": "map"}
    )


def pixels_of(tables: Tables, raster: DatedRaster) -> Pixels:
    """The pixels of a raster in the city, with the area that each lies in."""
    key = f"dated.pixels.{raster.kind}.{raster.year}.{raster.transform}.{raster.values.shape}"
    if key not in tables.shared:
        tables.shared[key] = _pixels(tables, raster)
    pixels: Pixels = tables.shared[key]
    return pixels


def _pixels(tables: Tables, raster: DatedRaster) -> Pixels:
    city = tables.city
    row, column = around(city, raster)
    x, y = middles(raster, row, column, city.crs)
    points = shapely.points(x, y)
    boundary = city.boundary
    shapely.prepare(boundary)
    inside = np.flatnonzero(shapely.contains_properly(boundary, points))
    area = np.full(len(points), -1, np.int64)
    shapes = city.areas.geometry
    shapely.prepare(shapes)
    which, point = shapely.STRtree(points[inside]).query(shapes, predicate="contains_properly")
    area[inside[point[::-1]]] = which[::-1]  # the first of several areas
    m2 = pixel_areas(raster.transform, raster.values.shape, raster.crs)[row[inside], 0]
    side = float(np.sqrt(np.median(m2))) if len(m2) else 0.0
    return Pixels(row[inside], column[inside], x[inside], y[inside], m2, area[inside], side)


def around(city: PreparedCity, raster: DatedRaster) -> tuple[Ints, Ints]:
    """Rows and columns of the pixels around the boundary of the city."""
    outline = shapely.get_coordinates(shapely.segmentize(city.boundary.envelope, 1_000.0))
    x, y = transformer(city.crs, raster.crs).transform(outline[:, 0], outline[:, 1])
    a, b, c, d, e, f = inverse_of(raster.transform)
    columns, rows = a * x + b * y + c, d * x + e * y + f
    high, wide = raster.values.shape
    row = np.arange(max(0, int(rows.min()) - 1), min(high, int(rows.max()) + 2))
    column = np.arange(max(0, int(columns.min()) - 1), min(wide, int(columns.max()) + 2))
    grid = np.meshgrid(row, column, indexing="ij")
    return grid[0].ravel(), grid[1].ravel()


def middles(raster: DatedRaster, row: Ints, column: Ints, crs: str) -> tuple[Floats, Floats]:
    """The middles of pixels of a raster in `crs`."""
    a, b, c, d, e, f = raster.transform
    x, y = transformer(raster.crs, crs).transform(
        a * (column + 0.5) + b * (row + 0.5) + c, d * (column + 0.5) + e * (row + 0.5) + f
    )
    return np.asarray(x, np.float64), np.asarray(y, np.float64)


def sample(raster: DatedRaster, x: Floats, y: Floats, crs: str) -> Ints:
    """[N] place in the flattened grid of a raster of points in `crs`; -1 beyond it."""
    moved_x, moved_y = transformer(crs, raster.crs).transform(x, y)
    a, b, c, d, e, f = inverse_of(raster.transform)
    column = np.floor(a * moved_x + b * moved_y + c)
    row = np.floor(d * moved_x + e * moved_y + f)
    high, wide = raster.values.shape
    inside = (row >= 0) & (row < high) & (column >= 0) & (column < wide)
    return np.where(inside, row * wide + column, -1).astype(np.int64)
