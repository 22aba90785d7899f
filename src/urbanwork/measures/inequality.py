"""How unequally something is spread: Gini, Theil between and within areas, the worst-off.

Of an indicator of cells the people of each cell count as having the value of their cell; of an
indicator of areas, or of statistics, the people of each area have the value of their area. Then
only differences between areas are seen: inequality inside an area is not 0, it is not measured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from urbanwork.measures.figures import Figures, Notes
from urbanwork.measures.tables import Tables
from urbanwork.measures.unequal import (
    Index,
    Parts,
    by_area,
    gini_coefficient,
    theil_index,
    theil_parts,
    weighted_quantile,
)
from urbanwork.quantities.measured import Reason

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DECILE = 0.1
VARIABLE = "variable:"
MOST_NAMED = 5
"""A sentence names so many areas that are equally bad; the detail has all."""


@dataclass(frozen=True, slots=True)
class Spread:
    """U units (cells or areas) in which people live, those without a value left out."""

    value: Floats  # [U]
    people: Floats  # [U] above 0
    area: Ints  # [U] row of the area
    by_cell: bool
    period: str
    missing: Floats  # [A + 1] people of whom the value is not known
    why: tuple[Reason, Notes] | None  # why nothing is known


# As measures of areas


def gini(tables: Tables, *, of: str, over: Literal["cells", "areas"] = "cells") -> Figures:
    """Gini of an indicator or variable among people, 0 to 1.

    Of an indicator of cells each area has one too; else only the city, between its areas.

    Args:
        tables: the city.
        of: id of an indicator, or "variable:<id>".
        over: "areas" compares the areas even where cells are known, for what is shared there.
    """
    spread = _spread(tables, of, over)
    return _by_area(tables, spread, gini_coefficient, lambda: _curve(spread))


def theil(
    tables: Tables,
    *,
    of: str,
    part: Literal["total", "between", "within"] = "total",
    over: Literal["cells", "areas"] = "cells",
) -> Figures:
    """Theil's T of an indicator or variable among people, or its part between or within areas.

    Of the parts, an area's figure is what it adds to the city's: their sum is the city's figure.

    Args:
        tables: the city.
        of: id of an indicator, or "variable:<id>".
        part: "total", "between" areas or "within" them.
        over: as in `gini`.
    """
    spread = _spread(tables, of, over)
    if part == "total":
        return _by_area(tables, spread, theil_index, lambda: _parts_detail(tables, spread))
    if spread.why is not None:
        return Figures.no_data(tables.size, spread.why[0], *spread.why[1])
    if part == "within" and not spread.by_cell:
        return Figures.no_data(tables.size, Reason.NOT_GIVEN, *_ONLY_AREAS)
    found = _theil_parts(tables, spread)
    one, each = (
        (found.between, found.between_of) if part == "between" else (found.within, found.within_of)
    )
    known = np.bincount(spread.area, spread.people, tables.size - 1) > 0
    values = np.append(np.where(known & np.isfinite(one), each, np.nan), one)
    return _figures(tables, spread, values, _parts_detail(tables, spread))


def worst_area(
    tables: Tables, *, of: str, better: Literal["higher", "lower"] = "higher"
) -> Figures:
    """The value of the worst area; an area's own figure is its own value.

    Args:
        tables: the city.
        of: id of an indicator, or "variable:<id>".
        better: which direction of it is better; worst is the least, or the largest.
    """
    source = _figures_of(tables, of)
    values = source.value.copy()
    known = np.isfinite(values[:-1])
    if not known.any():
        return Figures.no_data(tables.size, source.reason[0] or Reason.NOT_GIVEN, *source.note[0])
    worst = float(np.nanmin(values[:-1]) if better == "higher" else np.nanmax(values[:-1]))
    values[-1] = worst
    rows = np.flatnonzero(values[:-1] == worst)
    coverage = source.coverage.copy()
    coverage[-1] = _known_share(tables.people[:-1], known)
    lower, upper = source.lower.copy(), source.upper.copy()
    lower[-1], upper[-1] = lower[rows[0]], upper[rows[0]]
    return Figures(
        values, *_nothings(tables.size), lower, upper, coverage,
        (*source.reason[:-1], None), (*source.note[:-1], _named(tables, rows, known)),
        (*source.period[:-1], _period(source)), _worst_detail(tables, of, source, values, rows),
    )  # fmt: skip


def worst_decile(
    tables: Tables,
    *,
    of: str,
    better: Literal["higher", "lower"] = "higher",
    over: Literal["cells", "areas"] = "cells",
) -> Figures:
    """The value that the worst-off tenth of people do not get beyond.

    The 10th percentile among people where higher is better, else the 90th. Of an indicator of
    cells each area has one too; else only the city.

    Args:
        tables: the city.
        of: id of an indicator, or "variable:<id>".
        better: which direction of it is better.
        over: as in `gini`.
    """
    spread = _spread(tables, of, over)
    sign = 1.0 if better == "higher" else -1.0

    def worst(value: Floats, people: Floats) -> float:
        return sign * weighted_quantile(sign * value, people, DECILE)

    return _by_area(tables, spread, worst, lambda: _decile_detail(spread, sign))


# What people have, cell by cell or area by area


def _spread(tables: Tables, of: str, over: str) -> Spread:
    ratio = tables.ratios.get(of)
    if ratio is None or over == "areas":
        return _spread_of_areas(tables, of)
    areas = tables.size - 1
    cells = tables.city.cells
    known = (ratio.known > 0) & (cells.people > 0)
    gone = np.bincount(cells.area, np.where(known, 0.0, cells.people), areas)
    value = ratio.scale * ratio.numerator[known] / ratio.known[known]
    why = None if ratio.reason is None else (ratio.reason, (ratio.note, ratio.note_zh))
    why = why or (None if known.any() else (Reason.NO_PEOPLE, _NOBODY))
    return Spread(
        value, cells.people[known], cells.area[known].astype(np.int64), True, "",
        np.append(gone, gone.sum()), why,
    )  # fmt: skip


def _spread_of_areas(tables: Tables, of: str) -> Spread:
    source = _figures_of(tables, of)
    people = np.nan_to_num(tables.people[:-1])
    known = np.isfinite(source.value[:-1]) & (people > 0)
    gone = np.where(known, 0.0, people)
    rows = np.flatnonzero(known)
    why = None
    if len(rows) < 2:
        has_any = bool(np.isfinite(source.value[:-1]).any())
        nothing = (source.reason[0] or Reason.NOT_GIVEN, source.note[0])
        why = (Reason.NO_PEOPLE, _NEED_TWO) if has_any else nothing
    return Spread(
        source.value[rows], people[rows], rows, False, _period(source),
        np.append(gone, gone.sum()), why,
    )  # fmt: skip


def _figures_of(tables: Tables, of: str) -> Figures:
    """Figures of an indicator that was measured before, or of a variable of statistics."""
    if of in tables.figures:
        return tables.figures[of]
    if of.startswith(VARIABLE):
        from urbanwork.measures.statistics import statistic

        return statistic(tables, variable=of.removeprefix(VARIABLE))
    return Figures.no_data(
        tables.size, Reason.NOT_GIVEN, f"The indicator {of} was not measured.",
        f"未测算指标 {of}。",
    )  # fmt: skip


_NOBODY: Notes = ("Nobody lives where it is known.", "有数据之处无人居住。")
_NEED_TWO: Notes = (
    "Fewer than two areas have both a value and people.", "同时具有数值与人口的片区不足两个。"
)  # fmt: skip
_ONLY_AREAS: Notes = (
    "Only figures of whole areas are given: what differs inside them is not seen.",
    "仅有各片区整体数值，片区内差异无法测算。",
)


# Figures


def _by_area(
    tables: Tables,
    spread: Spread,
    index: Index,
    detail: Callable[[], dict[str, Any]],
) -> Figures:
    """One index for the city and, where cells are known, for every area."""
    if spread.why is not None:
        return Figures.no_data(tables.size, spread.why[0], *spread.why[1])
    values = np.full(tables.size, np.nan)
    values[-1] = index(spread.value, spread.people)
    if spread.by_cell:
        values[:-1] = by_area(index, spread.value, spread.people, spread.area, tables.size - 1)
    return _figures(tables, spread, values, detail())


def _figures(tables: Tables, spread: Spread, values: Floats, detail: dict[str, Any]) -> Figures:
    seen = np.bincount(spread.area, spread.people, tables.size - 1)
    seen = np.append(seen, seen.sum())
    whole = seen + spread.missing
    coverage = np.divide(seen, whole, out=np.zeros(tables.size), where=whole > 0)
    notes = [_note(spread, value, row == tables.size - 1) for row, value in enumerate(values)]
    return Figures.of(
        values, note=notes, coverage=np.where(np.isnan(values), 0.0, coverage),
        reason=[_reason(spread, value, heads) for value, heads in zip(values, seen, strict=True)],
        period=spread.period, detail={"units": "cells" if spread.by_cell else "areas", **detail},
    )  # fmt: skip


def _reason(spread: Spread, value: float, people: float) -> Reason | None:
    if not np.isnan(value):
        return None
    return Reason.NO_PEOPLE if spread.by_cell and people == 0 else Reason.UNDEFINED


def _note(spread: Spread, value: float, is_city: bool) -> Notes:
    if not np.isnan(value):
        return _AMONG_CELLS if spread.by_cell else _AMONG_AREAS
    if spread.by_cell or is_city:
        return _NOTHING_SHARED
    return _ONE_AREA


_AMONG_CELLS: Notes = (
    "Among people, each with the value of the cell they live in.",
    "按居住单元的数值在人口之间计算。",
)
_AMONG_AREAS: Notes = (
    "Between areas only, weighted by people; differences inside areas are not seen.",
    "仅为各片区之间的差异（按人口加权），片区内差异未计。",
)
_ONE_AREA: Notes = (
    "One area has no difference between areas.", "单个片区不存在片区间差异。"
)  # fmt: skip
_NOTHING_SHARED: Notes = (
    "There is nothing to share, or values below 0: the index has no meaning.",
    "总量为零或存在负值，该指数无意义。",
)


def _theil_parts(tables: Tables, spread: Spread) -> Parts:
    return theil_parts(spread.value, spread.people, spread.area, tables.size - 1)


def _parts_detail(tables: Tables, spread: Spread) -> dict[str, Any]:
    found = _theil_parts(tables, spread)
    return {
        "total": _plain(found.total),
        "between": _plain(found.between),
        "within": _plain(found.within) if spread.by_cell else None,
        "between_of": [_plain(each) for each in found.between_of.tolist()],
        "within_of": [_plain(each) for each in found.within_of.tolist()],
    }


CURVE_POINTS = 21


def _curve(spread: Spread) -> dict[str, Any]:
    """The Lorenz curve at every twentieth of the people, from those who have least."""
    order = np.argsort(spread.value, kind="stable")
    people = np.concatenate([[0.0], np.cumsum(spread.people[order])])
    held = np.concatenate([[0.0], np.cumsum((spread.value * spread.people)[order])])
    if held[-1] <= 0:
        return {}
    at = np.linspace(0.0, 1.0, CURVE_POINTS)
    part = np.interp(at, people / people[-1], held / held[-1])
    return {"people": at.round(4).tolist(), "held": part.round(6).tolist()}


def _decile_detail(spread: Spread, sign: float) -> dict[str, Any]:
    value, people = sign * spread.value, spread.people
    worst = weighted_quantile(value, people, DECILE)
    best = weighted_quantile(value, people, 1.0 - DECILE)
    return {"worst_tenth": _plain(sign * worst), "best_tenth": _plain(sign * best)}


def _worst_detail(
    tables: Tables, of: str, source: Figures, values: Floats, rows: Ints
) -> dict[str, Any]:
    """The worst areas by name, and the figures of tables that every area's value rests on."""
    areas = tables.city.areas
    rests = dict(source.detail.get("figures", {}))
    if rests:
        rests["city"] = [each for row in rows for each in rests.get(str(areas.id[row]), [])]
    return {
        **({"figures": rests} if rests else {}),
        "of": of,
        "worst": [str(areas.id[row]) for row in rows],
        "names": [str(areas.name[row]) for row in rows],
        "values": [_plain(each) for each in values[:-1].tolist()],
    }


def _named(tables: Tables, rows: Ints, known: NDArray[np.bool_]) -> Notes:
    areas = tables.city.areas
    shown, more = rows[:MOST_NAMED], len(rows) - MOST_NAMED
    english = ", ".join(str(areas.name_en[row] or areas.name[row]) for row in shown)
    chinese = "、".join(str(areas.name_zh[row] or areas.name[row]) for row in shown)
    english += f" and {more} more" if more > 0 else ""
    chinese += f"等 {len(rows)} 个" if more > 0 else ""
    count = int(known.sum())
    return f"{english}, the worst of {count} areas.", f"{chinese}（{count} 个片区中最差）。"


def _known_share(people: Floats, known: NDArray[np.bool_]) -> float:
    """Share of the people, or of the areas where people are not known, with a value."""
    people = np.nan_to_num(people)
    return float(people[known].sum() / people.sum()) if people.sum() > 0 else float(known.mean())


def _period(source: Figures) -> str:
    """The year of the areas' figures, or the first and the last of them."""
    periods = sorted({each for each in source.period[:-1] if each})
    return "" if not periods else "-".join(dict.fromkeys((periods[0], periods[-1])))


def _nothings(size: int) -> tuple[Floats, Floats]:
    return np.full(size, np.nan), np.full(size, np.nan)


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
