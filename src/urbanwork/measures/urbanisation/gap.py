"""How far town and countryside lie apart in any indicator that is known by cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from urbanwork.measures.dated import sample
from urbanwork.measures.figures import Figures, Notes
from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.tables import Tables
from urbanwork.measures.urbanisation.grid import UrbanGrid, urban_grid
from urbanwork.measures.urbanisation.rules import LEVEL_2
from urbanwork.measures.urbanisation.shares import NO_RASTER, codes_of
from urbanwork.quantities.measured import Reason

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

URBAN = ("centre", "cluster", "dense_cluster", "semi_dense_cluster", "suburban")
RURAL = ("rural", "rural_cluster", "low_density", "very_low_density")


def urban_rural_gap(
    tables: Tables, *, of: str | Sequence[str], level: int = 1, variant: str = "ghsl_2023"
) -> Figures:
    """Value of an indicator in urban cells divided by its value in rural cells; 1 is no gap.

        gap = (sum of numerators / sum of denominators) of urban cells / the same of rural cells

    Urban are the cells of urban centres and clusters of the degree of urbanisation, rural the
    others on land. Each cell of the city has the class of the cell of 1 km that its people live in.
    `detail` holds the value of the city in every class of the level.

    Args:
        tables: the city; `tables.ratios` holds the indicator by cell.
        of: id of an indicator of cells.
        level: 1 or 2: the classes that the detail shows.
        variant: a name of rules.VARIANTS.

    Source: classes as in `degree_of_urbanisation`; the ratio is a design of ours (STANDARDS.md
    Q10).
    """
    asked = of if isinstance(of, str) else of[0]
    ratio = tables.ratios.get(asked)
    if ratio is None:
        return Figures.no_data(
            tables.size, Reason.LAYER_MISSING,
            f"{asked} is not known by cell: the city has no extract or the indicator speaks of "
            "areas only.",
            f"{asked} 没有网格数据：城市未提供地图数据，或该指标仅按片区计算。",
        )  # fmt: skip
    if ratio.reason is not None:
        return Figures.no_data(tables.size, ratio.reason, ratio.note, ratio.note_zh)
    grid = urban_grid(tables, level=level, variant=variant)
    if grid is None:
        return Figures.no_data(tables.size, Reason.LAYER_MISSING, *NO_RASTER)
    return _gap(tables, ratio, grid, level)


def _gap(tables: Tables, ratio: CellRatio, grid: UrbanGrid, level: int) -> Figures:
    by_class = _values(tables, ratio, grid, level)
    urban = _value(ratio, [by_class[name] for name in URBAN if name in by_class])
    rural = _value(ratio, [by_class[name] for name in RURAL if name in by_class])
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(rural != 0, urban / rural, np.nan)
    names = {name: _value(ratio, [sums])[-1] for name, sums in by_class.items()}
    return Figures.of(
        value,
        note=[_note(grid, *pair) for pair in zip(urban, rural, strict=True)],
        numerator=urban,
        denominator=rural,
        period=str(grid.year),
        detail={
            "year": grid.year,
            "level": level,
            "by_class": {name: None if np.isnan(v) else float(v) for name, v in names.items()},
        },
    )


def _values(tables: Tables, ratio: CellRatio, grid: UrbanGrid, level: int) -> dict[str, Floats]:
    """[2, A + 1] sums of numerators and denominators by class of the cells."""
    code = _codes(tables, grid, level)
    return {
        name: _sums(tables, ratio, np.flatnonzero(code == number))
        for name, number in codes_of(level).items()
        if name != "water"
    }


def _codes(tables: Tables, grid: UrbanGrid, level: int) -> Ints:
    """Code of the class of each cell, sampled once for all that ask; [C]."""
    key = f"urbanisation.codes.{level}.{id(grid)}"
    if key not in tables.shared:
        cells = tables.city.cells
        place = sample(grid.people, cells.x, cells.y, tables.city.crs)
        none = LEVEL_2["water"] if level == 2 else 0
        tables.shared[key] = grid, np.where(place >= 0, grid.classes.ravel()[place], none)
    codes: Ints = tables.shared[key][1]
    return codes


def _sums(tables: Tables, ratio: CellRatio, cell: Ints) -> Floats:
    area, sums = tables.city.cells.area[cell], np.zeros((2, tables.size))
    inside = area >= 0
    for row, column in enumerate((ratio.numerator, ratio.known)):
        sums[row, :-1] = np.bincount(area[inside], column[cell][inside], tables.size - 1)
        sums[row, -1] = column[cell].sum()
    return sums


def _value(ratio: CellRatio, sums: Sequence[Floats]) -> Floats:
    numerator, known = np.sum(sums, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        value: Floats = np.where(known > 0, ratio.scale * numerator / known, np.nan)
    return value


def _note(grid: UrbanGrid, urban: float, rural: float) -> Notes:
    if np.isnan(urban):
        return "It has no urban cells with a value.", "没有可计算的城镇网格。"
    if np.isnan(rural):
        return "It has no rural cells with a value.", "没有可计算的乡村网格。"
    if rural == 0:
        return (
            f"Rural cells have 0, urban cells {urban:.3g}: the ratio has no meaning.",
            f"乡村网格为0，城镇网格为{urban:.3g}，比值无意义。",
        )
    return (
        f"Urban cells {urban:.3g}, rural cells {rural:.3g}; {grid.made_of[0]}.",
        f"城镇网格 {urban:.3g}，乡村网格 {rural:.3g}；{grid.made_of[1]}。",
    )
