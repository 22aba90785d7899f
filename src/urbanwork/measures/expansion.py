"""New built-up land by where it grew: inside the town, at its edge, or apart from it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanwork.kernels.clusters import around_patches, connected
from urbanwork.measures.dated import COVERED, area_sums, covered
from urbanwork.measures.figures import Figures, Notes
from urbanwork.measures.land import BUILT_SHARE
from urbanwork.measures.spans import YEARS_APART
from urbanwork.measures.tables import Tables
from urbanwork.quantities.crs import crs_of
from urbanwork.quantities.measured import Reason
from urbanwork.sources.dated_raster import pixel_areas
from urbanwork.sources.layers import DatedRaster

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

INFILL_FROM = 50.0
"""Landscape expansion index above which a patch fills in (Liu and others 2010)."""
COARSE_M = 250.0
"""Patches of larger pixels say little of where land grew."""

KINDS = {"infill": 0, "edge": 1, "outlying": 2}
KIND_NAMES = {
    "infill": ("fills in", "填充式"),
    "edge": ("expands the edge", "边缘式"),
    "outlying": ("lies apart", "飞地式"),
}


@dataclass(frozen=True, slots=True)
class Expansion:
    """New built-up land of a city between two dates."""

    new_m2: Floats  # [3, A + 1] by kind
    years: tuple[int, int]
    seen: Floats  # [A + 1] share of the area that the rasters cover
    pixel_m: float
    files: str
    patches: list[int]  # number of patches of each kind, in the whole raster


def expansion_share(tables: Tables, *, kind: str, buffer_m: float = 0.0) -> Figures:
    """Share of new built-up land that fills in, expands the edge or lies apart, percent.

    A pixel is built up from a share of 20 % on (`land.BUILT_SHARE`). A patch is new built-up land
    in one piece (contiguity 8). Its landscape expansion index is

        LEI = 100 * A0 / (A0 + Av),

    where A0 is land that was built up before and Av other land in a buffer around the patch. Infill
    has LEI > 50, edge expansion 0 < LEI <= 50, outlying 0. Shares are by area of new land.

    Args:
        tables: the city, with built-up rasters of two years on one grid.
        kind: infill, edge or outlying.
        buffer_m: width of the buffer, at least one pixel, which is what 0 gives.

    Raises:
        KeyError: another kind.

    Source: Liu, X. and others (2010), A new landscape index for quantifying urban expansion,
    Landscape Ecology 25, 671-682; STANDARDS.md I04.
    """
    row = KINDS[kind]
    grown = _expansion(tables, buffer_m)
    if isinstance(grown, Figures):
        return grown
    total = grown.new_m2.sum(axis=0)
    has = (total > 0) & (grown.seen >= COVERED)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(has, 100.0 * grown.new_m2[row] / total, np.nan)
    reasons = [
        None if ok else Reason.BEYOND_EDGE if part < COVERED else Reason.UNDEFINED
        for ok, part in zip(has, grown.seen, strict=True)
    ]
    return Figures.of(
        value,
        note=[_note(grown, kind, reason) for reason in reasons],
        reason=reasons,
        numerator=grown.new_m2[row],
        denominator=total,
        coverage=grown.seen,
        period=f"{grown.years[0]}-{grown.years[1]}",
        detail=_detail(grown),
    )


def patch_kinds(
    before: Flags, after: Flags, known: Flags, *, cells: int = 1
) -> tuple[NDArray[np.int8], list[int]]:
    """Kind of growth of each new cell (-1 elsewhere), and how many patches are of each kind.

    >>> old = np.array([[1, 1, 1, 0, 0, 0, 0]], bool)
    >>> new = np.array([[1, 1, 1, 1, 0, 0, 1]], bool)
    >>> patch_kinds(old, new, np.ones((1, 7), bool))[0].tolist()
    [[-1, -1, -1, 1, -1, -1, 2]]
    """
    label, count = connected(after & ~before & known, contiguity=8)
    around, old = around_patches(label, before & known, known, count, cells=cells)
    with np.errstate(invalid="ignore", divide="ignore"):
        index = np.where(around > 0, 100.0 * old / around, 0.0)
    of_patch = np.select([index > INFILL_FROM, index > 0], [0, 1], 2).astype(np.int8)
    of_patch[0] = -1
    number = np.bincount(of_patch[1:], minlength=3)
    return of_patch[label], [int(each) for each in number]


def _expansion(tables: Tables, buffer_m: float) -> Expansion | Figures:
    key = f"expansion.{buffer_m}"
    if key not in tables.shared:
        tables.shared[key] = _measured(tables, buffer_m)
    found: Expansion | Figures = tables.shared[key]
    return found


def _measured(tables: Tables, buffer_m: float) -> Expansion | Figures:
    rasters = {each.year: each for each in tables.rasters("built_up")}
    period = period_of(rasters)
    if period is None:
        return Figures.no_data(
            tables.size, Reason.NO_PERIOD if rasters else Reason.LAYER_MISSING,
            "Expansion needs built-up rasters of two years.",
            "扩展类型需要两个年份的建成区用地栅格。",
        )  # fmt: skip
    first, last = (rasters[year] for year in period)
    if not _on_one_grid(first, last):
        return Figures.no_data(
            tables.size, Reason.NOT_COMPARABLE,
            f"The built-up rasters of {period[0]} and {period[1]} lie on different grids.",
            f"{period[0]} 年与 {period[1]} 年的建成区用地栅格不在同一格网上。",
        )  # fmt: skip
    return _between(tables, first, last, buffer_m)


def period_of(years: Collection[int]) -> tuple[int, int] | None:
    """The latest year and the one nearest to ten years before it (the earlier of two).

    >>> period_of((2000, 2009, 2012, 2020)), period_of((2020,))
    ((2009, 2020), None)
    """
    ordered = sorted(years)
    if len(ordered) < 2:
        return None
    last = ordered[-1]
    first = min(ordered[:-1], key=lambda year: (abs(last - year - YEARS_APART), year))
    return first, last


def _on_one_grid(first: DatedRaster, last: DatedRaster) -> bool:
    return (
        first.values.shape == last.values.shape
        and np.allclose(first.transform, last.transform, rtol=1e-9)
        and crs_of(first.crs).equals(crs_of(last.crs), ignore_axis_order=True)
    )


def _between(tables: Tables, first: DatedRaster, last: DatedRaster, buffer_m: float) -> Expansion:
    known = ~(np.isnan(first.values) | np.isnan(last.values))
    areas = pixel_areas(last.transform, last.values.shape, last.crs)
    side = float(np.sqrt(np.median(areas)))
    kinds, number = patch_kinds(
        first.values >= BUILT_SHARE,
        last.values >= BUILT_SHARE,
        known,
        cells=max(1, round(buffer_m / side)),
    )
    new_m2 = np.array(
        [area_sums(tables, np.where(kinds == kind, areas, 0.0), last) for kind in KINDS.values()]
    )
    files = ", ".join(str(each.report.get("file", each.kind)) for each in (first, last))
    years = (first.year, last.year)
    return Expansion(new_m2, years, covered(tables, last), side, files, number)


def _note(grown: Expansion, kind: str, reason: Reason | None) -> Notes:
    years = grown.years
    if reason is Reason.BEYOND_EDGE:
        return "The built-up rasters do not cover it.", "建成区用地栅格未覆盖该片区。"
    if reason is not None:
        return (
            f"No pixel became built up between {years[0]} and {years[1]}.",
            f"{years[0]} 至 {years[1]} 年没有新增建成区用地。",
        )
    coarse = grown.pixel_m > COARSE_M
    en, zh = KIND_NAMES[kind]
    return (
        f"New built-up land of {years[0]} to {years[1]} that {en}; pixels of {grown.pixel_m:.0f} m"
        f"{', too coarse for small patches' if coarse else ''}: {grown.files}.",
        f"{years[0]} 至 {years[1]} 年{zh}新增建成区用地；像元 {grown.pixel_m:.0f} 米"
        f"{'，不足以反映小斑块' if coarse else ''}：{grown.files}。",
    )


def _detail(grown: Expansion) -> dict[str, object]:
    return {
        "years": list(grown.years),
        "pixel_m": round(grown.pixel_m, 1),
        "new_m2": {kind: grown.new_m2[row].tolist() for kind, row in KINDS.items()},
        "patches": {kind: grown.patches[row] for kind, row in KINDS.items()},
    }
