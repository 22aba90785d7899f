"""How much land is built up, in clusters how large and how dense, and where against people."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.kernels.clusters import cluster_sums, connected
from urbanwork.measures import tabled
from urbanwork.measures.dated import (
    COVERED,
    Pixels,
    area_sums,
    built_up_sources,
    covered,
    newest,
    pixels_of,
)
from urbanwork.measures.figures import Figures, Notes
from urbanwork.measures.land import BUILT_SHARE
from urbanwork.measures.spans import latest
from urbanwork.measures.tables import Tables
from urbanwork.measures.urbanisation.grid import km_grid
from urbanwork.quantities.measured import Reason
from urbanwork.sources.layers import DatedRaster

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

M2_PER_KM2 = 1e6
BUILT_FROM = BUILT_SHARE
"""A pixel belongs to a built-up cluster from this share on."""

NO_BUILT_UP: Notes = (
    "No raster was given and the map does not show built-up land well enough.",
    "未提供栅格，地图也不足以反映建成区用地。",
)
NO_PEOPLE_BY_PLACE: Notes = (
    "No population raster was given and no cell has people.",
    "未提供人口栅格，网格也没有人口。",
)


def development_intensity(tables: Tables) -> Figures:
    """Built-up land as a share of the land of the area, percent.

    Source: city health examination, development intensity (STANDARDS.md H01).
    """
    found = latest(built_up_sources(tables))
    if found is None:
        return Figures.no_data(
            tables.size, Reason.LAYER_MISSING,
            "No raster or table gives built-up land, and the map does not show it well enough.",
            "栅格和统计表均未提供建成区用地，地图也不足以反映。",
        )  # fmt: skip
    land, year = found.series[0], found.years[0]
    built = land.at(year)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(tables.land_m2 > 0, 100.0 * built / tables.land_m2, np.nan)
    reason = [
        None if not np.isnan(each) else Reason.NO_LAND if not ground > 0 else Reason.NOT_GIVEN
        for each, ground in zip(value, tables.land_m2, strict=True)
    ]
    note = (f"Built-up land {year}: {land.origin[0]}.", f"{year} 年建成区用地：{land.origin[1]}。")
    return Figures.of(
        value, note=[note] * tables.size, reason=reason, numerator=built,
        denominator=tables.land_m2, period=str(year),
    )  # fmt: skip


def largest_cluster_km2(tables: Tables, *, built_from: float = BUILT_FROM) -> Figures:
    """Area of the largest built-up cluster that reaches into the area, km2.

    A cluster is built-up land in one piece inside the city: the ground of pixels that share a side
    and of which each is built up to at least this share, streets and gardens between buildings
    included. Of an area it is the whole cluster, also what lies beyond.

    Source: city health examination, size of clusters, at most 50 km2 (STANDARDS.md H02).
    """
    raster = newest(tables, "built_up")
    if raster is None:
        return Figures.no_data(tables.size, Reason.LAYER_MISSING, *NO_BUILT_UP)
    pixels = pixels_of(tables, raster)
    is_built = np.zeros(raster.values.shape, np.bool_)
    is_built[pixels.row, pixels.column] = raster.values[pixels.row, pixels.column] >= built_from
    label, count = connected(is_built, contiguity=4)
    ground = np.zeros(label.shape)
    ground[pixels.row, pixels.column] = pixels.m2 / M2_PER_KM2
    km2 = cluster_sums(label, ground, count)
    km2[0] = 0.0
    size = km2[label[pixels.row, pixels.column]]
    value = np.full(tables.size, np.nan)
    for row, inside in enumerate(insides(pixels, tables)):
        value[row] = size[inside].max() if len(inside) else np.nan
    order = np.sort(km2)[::-1][:10]
    return of_raster(
        tables, raster, value,
        (f"Pixels of {pixels.side_m:.0f} m with at least {built_from:.0%} built up",
         f"建成比例不低于{built_from:.0%}的 {pixels.side_m:.0f} 米像元"),
        detail={"largest_km2": [float(each) for each in order if each > 0], "clusters": count},
    )  # fmt: skip


def dense_built_up_share(tables: Tables, *, above: float = 15_000.0) -> Figures:
    """Share of built-up land in cells of 1 km with more people per km2 than `above`, percent.

    Source: city health examination, areas denser than 15,000 people per km2 (STANDARDS.md H03).
    """
    grid = km_grid(tables)
    if grid is None:
        return Figures.no_data(tables.size, Reason.LAYER_MISSING, *NO_PEOPLE_BY_PLACE)
    if grid.built_share is None:
        return Figures.no_data(tables.size, Reason.LAYER_MISSING, *NO_BUILT_UP)
    people, built = grid.people, grid.built_share * M2_PER_KM2
    dense = area_sums(tables, np.where(people.values > above, built, 0.0), people)
    total = area_sums(tables, built, people)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(total > 0, 100.0 * dense / total, np.nan)
    note = (
        f"Cells of 1 km with more than {above:,.0f} people; {grid.made_of[0]}.",
        f"每平方公里超过 {above:,.0f} 人的1公里网格；{grid.made_of[1]}。",
    )
    return Figures.of(
        value, note=[note] * tables.size, numerator=dense, denominator=total,
        reason=[Reason.NO_LAND if np.isnan(each) else None for each in value],
        period=str(people.year),
    )  # fmt: skip


def location_mismatch(tables: Tables, *, first: str, second: str) -> Figures:
    """Hoover index between two variables over the areas of the city, percent.

        H = 100 * 1/2 sum_i |a_i / sum a - b_i / sum b|

    0: both lie in the same areas; 100: nowhere together. It compares the areas, so that only the
    city has it; `detail` holds both shares by area.

    Args:
        tables: the city.
        first: id of a variable of tables; resident_population, built_up_area and land_area are
            known from rasters and the map too.
        second: the same.

    Raises UserError for a variable that is not in the vocabulary.

    Source: Hoover, E. M. (1941), Interstate redistribution of population, Journal of Economic
    History 1, 199-205; STANDARDS.md I08.
    """
    sides = [tabled.found(tables, name) for name in (first, second)]
    names = [tabled.titles([name]) for name in (first, second)]
    for (en, zh), side in zip(names, sides, strict=True):
        if tables.size < 3 or np.isnan(side.value[:-1]).any() or not side.value[:-1].sum() > 0:
            return Figures.no_data(
                tables.size, Reason.NOT_GIVEN,
                f"Not every area has a figure: {en}.", f"并非每个片区都有数据：{zh}。",
            )  # fmt: skip
    shares = [side.value[:-1] / side.value[:-1].sum() for side in sides]
    value = np.full(tables.size, np.nan)
    value[-1] = 50.0 * np.abs(shares[0] - shares[1]).sum()
    years = [side.common_year for side in sides]
    note = (
        "; ".join(f"{name[0]} {year}" for name, year in zip(names, years, strict=True)) + ".",
        "；".join(f"{name[1]} {year} 年" for name, year in zip(names, years, strict=True)) + "。",
    )
    only = ("It compares the areas: only the city has it.", "该指标比较各片区，仅全市有值。")
    return Figures.of(
        value,
        note=[only] * (tables.size - 1) + [note],
        period=str(max(years)),
        detail={"first": first, "second": second,
                "shares": {name: share.tolist() for name, share in
                           zip((first, second), shares, strict=True)}},
    )  # fmt: skip


def insides(pixels: Pixels, tables: Tables) -> list[Ints]:
    """The pixels of each area and, last, of the city."""
    order = np.argsort(pixels.area, kind="stable")
    start = np.searchsorted(pixels.area[order], np.arange(tables.size))
    of_areas = [order[one:two] for one, two in pairwise(start)]
    return [*of_areas, np.arange(len(pixels.area))]


def of_raster(
    tables: Tables, raster: DatedRaster, value: Floats, title: Notes, *, detail: Mapping[str, Any]
) -> Figures:
    """Figures of the pixels of a raster, with the reason where there is none."""
    seen = covered(tables, raster)
    value = np.where(seen >= COVERED, value, np.nan)
    reason = [
        None if not np.isnan(each) else Reason.BEYOND_EDGE if part < COVERED else Reason.TOO_SMALL
        for each, part in zip(value, seen, strict=True)
    ]
    file = raster.report.get("file")
    source = (
        (f"raster {file} of {raster.year}", f"{raster.year} 年栅格 {file}")
        if file
        else (f"the cells of the city, {raster.year}", f"{raster.year} 年城市网格")
    )
    told = {
        None: (f"{title[0]}; {source[0]}.", f"{title[1]}；{source[1]}。"),
        Reason.BEYOND_EDGE: ("The raster does not cover it.", "栅格未覆盖该片区。"),
        Reason.TOO_SMALL: (
            f"It is too small for its pixels ({source[0]}).",
            f"片区过小，像元不足（{source[1]}）。",
        ),
    }
    return Figures.of(
        value, note=[told[each] for each in reason], reason=reason, period=str(raster.year),
        detail={"year": raster.year, **detail},
    )  # fmt: skip
