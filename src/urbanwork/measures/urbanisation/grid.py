"""The grid of a city: people, built-up land and permanent land in equal-area cells of 1 km."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.kernels.clusters import grown
from urbanwork.measures.dated import in_m2, newest, sample
from urbanwork.measures.figures import Notes
from urbanwork.measures.tables import Tables
from urbanwork.measures.urbanisation.degree import degree_of_urbanisation
from urbanwork.measures.urbanisation.rules import VARIANTS
from urbanwork.quantities.crs import crs_of, transformer
from urbanwork.sources.dated_raster import is_equal_area, pixel_areas
from urbanwork.sources.layers import DatedRaster, PopulationRaster

Floats = NDArray[np.float64]
Affine = tuple[float, float, float, float, float, float]

KM = 1_000.0
KM2 = 1e6
GRID_CRS = "ESRI:54009"
"""Mollweide, the system of the GHSL: cells lie where those of its grid lie."""
EDGE_POINTS = 50
FAR_YEARS = 5
"""Built-up land this much older or newer than the people is told of."""


@dataclass(frozen=True, slots=True)
class UrbanGrid:
    """The classes of the cells, with what they were made of."""

    classes: NDArray[np.int8]  # [rows, columns] codes of `rules`
    people: DatedRaster  # per cell of 1 km
    population: DatedRaster  # as it was given
    year: int
    made_of: Notes  # rasters and years


@dataclass(frozen=True, slots=True)
class KmGrid:
    """The three layers on one grid of 1 km."""

    people: DatedRaster
    population: DatedRaster
    built_share: Floats | None
    land_share: Floats | None
    made_of: Notes


def urban_grid(tables: Tables, *, level: int, variant: str) -> UrbanGrid | None:
    """The classified grid of the city, made once; None without people by place.

    Raises:
        KeyError: no variant has this name.
    """
    key = f"urbanisation.{level}.{variant}"
    if key not in tables.shared:
        tables.shared[key] = _classified(tables, level, variant)
    grid: UrbanGrid | None = tables.shared[key]
    return grid


def _classified(tables: Tables, level: int, variant: str) -> UrbanGrid | None:
    if variant not in VARIANTS:
        raise KeyError(f"no variant is called '{variant}'; there are {', '.join(VARIANTS)}")
    grid = km_grid(tables)
    if grid is None:
        return None
    classes = degree_of_urbanisation(
        grid.people.values,
        grid.built_share,
        grid.land_share,
        level=level,
        rules=VARIANTS[variant],
    )
    return UrbanGrid(classes, grid.people, grid.population, grid.people.year, grid.made_of)


def km_grid(tables: Tables) -> KmGrid | None:
    """People, built-up land and land of the city by cell of 1 km; None without people by place."""
    if "km_grid" not in tables.shared:
        tables.shared["km_grid"] = _km_grid(tables)
    grid: KmGrid | None = tables.shared["km_grid"]
    return grid


def _km_grid(tables: Tables) -> KmGrid | None:
    population = newest(tables, "population")
    if population is None:
        return None
    people = on_km_grid(population)
    built = _nearest(tables, "built_up", population.year)
    land = _nearest(tables, "land", population.year)
    built_share = None if built is None else np.minimum(_aligned_m2(built, people) / KM2, 1.0)
    land_share = None if land is None else _land_share(land, people)
    return KmGrid(people, population, built_share, land_share, _made_of(population, built, land))


def _nearest(tables: Tables, kind: str, year: int) -> DatedRaster | None:
    """The raster of the nearest year, the earlier of two."""
    rasters = tables.rasters(kind)
    if rasters:
        return min(rasters, key=lambda each: (abs(each.year - year), each.year))
    return newest(tables, kind)


def _made_of(population: DatedRaster, built: DatedRaster | None, land: DatedRaster | None) -> Notes:
    en, zh = f"people {population.year}", f"人口 {population.year} 年"
    if population.report.get("made_from") == "map":
        en += " of the cells of the city, so that clusters end at its boundary"
        zh += "（城市网格单元，聚落止于边界）"
    if built is None:
        en += ", no built-up land"
        zh += "，无建成区数据"
    else:
        far = abs(built.year - population.year) >= FAR_YEARS
        en += f", built-up land {built.year}" + (" (years apart)" if far else "")
        zh += f"，建成区用地 {built.year} 年" + ("（年份相差较大）" if far else "")
    if land is None:
        return en + ", all known cells taken as land", zh + "，全部有数据的网格视为陆地"
    return f"{en}, land {land.year}", f"{zh}，陆地 {land.year} 年"


def on_km_grid(raster: DatedRaster) -> DatedRaster:
    """People by equal-area cell of 1 km; their sum is that of the raster.

    A north-up raster of 1 km in an equal-area system is used as it is. Any other is summed up to
    cells of the GHSL's grid (Mollweide), each pixel by the share of it that a cell covers.
    """
    if is_km_grid(raster):
        return raster
    grid = _empty_grid(raster)
    people = _cell_sums(np.nan_to_num(raster.values), raster, grid)
    known = _cell_sums((~np.isnan(raster.values)).astype(np.float64), raster, grid)
    values = np.where(known > 0, people, np.nan)
    return DatedRaster(raster.kind, raster.year, values, grid.transform, grid.crs, raster.report)


def is_km_grid(raster: DatedRaster) -> bool:
    """Whether a raster has equal-area cells of 1 km by 1 km, north up."""
    a, b, _, d, e, _ = raster.transform
    metre = crs_of(raster.crs).axis_info[0].unit_conversion_factor
    is_square = abs(a * metre - KM) < 0.01 and abs(-e * metre - KM) < 0.01 and b == d == 0
    return is_square and is_equal_area(raster.crs)


def _empty_grid(raster: DatedRaster) -> DatedRaster:
    """Cells of 1 km in Mollweide around a raster, at whole kilometres."""
    a, b, c, d, e, f = raster.transform
    rows, columns = raster.values.shape
    row, column = np.meshgrid(
        np.linspace(0, rows, EDGE_POINTS), np.linspace(0, columns, EDGE_POINTS)
    )
    x, y = transformer(raster.crs, GRID_CRS).transform(
        (a * column + b * row + c).ravel(), (d * column + e * row + f).ravel()
    )
    west, east = np.floor(x.min() / KM) - 1, np.ceil(x.max() / KM) + 1
    south, north = np.floor(y.min() / KM) - 1, np.ceil(y.max() / KM) + 1
    values = np.full((int(north - south), int(east - west)), np.nan)
    transform = (KM, 0.0, float(west * KM), 0.0, -KM, float(north * KM))
    return DatedRaster(raster.kind, raster.year, values, transform, GRID_CRS)


def _cell_sums(values: Floats, raster: DatedRaster, grid: DatedRaster) -> Floats:
    """Sums of a raster over the cells of a grid, each pixel by its share in a cell."""
    from urbanwork.sources.population import zonal_people

    a, _, c, _, e, f = grid.transform
    rows, columns = grid.values.shape
    reached = _reached(raster, grid)
    row, column = np.nonzero(reached)
    west, north = c + column * a, f + row * e
    boxes = shapely.box(west, north + e, west + a, north)
    sums = np.zeros((rows, columns))
    source = PopulationRaster(values, raster.transform, raster.crs)
    sums[row, column] = zonal_people(source, boxes, crs=grid.crs)
    return sums


def _reached(raster: DatedRaster, grid: DatedRaster) -> NDArray[np.bool_]:
    """Cells that the raster can touch: those of its pixels' middles and the ones around them."""
    a, b, c, d, e, f = raster.transform
    rows, columns = raster.values.shape
    step_row, step_column = _steps(raster, rows), _steps(raster, columns)
    row, column = np.meshgrid(step_row, step_column, indexing="ij")
    x, y = (a * column + b * row + c).ravel(), (d * column + e * row + f).ravel()
    place = sample(grid, x, y, raster.crs)
    touched = np.zeros(grid.values.size, np.bool_)
    touched[place[place >= 0]] = True
    return grown(touched.reshape(grid.values.shape), by=2)


def _steps(raster: DatedRaster, size: int) -> Floats:
    """Edges of pixels along one axis, about two in a kilometre and the last."""
    side = float(np.sqrt(np.median(pixel_areas(raster.transform, (1, 1), raster.crs))))
    count = int(np.ceil(size * side / (KM / 2))) + 1
    return np.linspace(0, size, max(count, 2))


def _aligned_m2(raster: DatedRaster, grid: DatedRaster) -> Floats:
    """Built-up land or land of each cell of a grid, m2."""
    values = np.nan_to_num(in_m2(raster))
    return _onto(values, raster, grid)


def _land_share(raster: DatedRaster, grid: DatedRaster) -> Floats:
    """Share of each cell that is land; what the raster does not know counts as land."""
    known = pixel_areas(raster.transform, raster.values.shape, raster.crs)
    known_m2 = np.where(np.isnan(raster.values), 0.0, known)
    unknown = KM2 - np.minimum(_onto(known_m2, raster, grid), KM2)
    unknown[unknown < 1.0] = 0.0  # rounding
    return np.minimum((_aligned_m2(raster, grid) + unknown) / KM2, 1.0)


def _onto(values: Floats, raster: DatedRaster, grid: DatedRaster) -> Floats:
    """Sums of a raster on the cells of a grid; a raster on the same cells is only shifted."""
    same_crs = crs_of(raster.crs).equals(crs_of(grid.crs), ignore_axis_order=True)
    shift = np.array(
        [
            (raster.transform[5] - grid.transform[5]) / grid.transform[4],
            (raster.transform[2] - grid.transform[2]) / grid.transform[0],
        ]
    )
    is_whole = np.abs(shift - np.round(shift)).max() < 1e-6
    if not (same_crs and is_km_grid(raster) and is_whole):
        return _cell_sums(values, raster, grid)
    return _shifted(values, np.round(shift).astype(int), grid.values.shape)


def _shifted(values: Floats, shift: NDArray[np.int_], shape: tuple[int, ...]) -> Floats:
    out = np.zeros(shape)
    target, source = [], []
    for axis in (0, 1):
        first = max(0, int(shift[axis]))
        last = min(shape[axis], int(shift[axis]) + values.shape[axis])
        target.append(slice(first, max(first, last)))
        source.append(slice(first - int(shift[axis]), max(first, last) - int(shift[axis])))
    out[tuple(target)] = values[tuple(source)]
    return out
