"""From ratios of cells to the values of areas and city: sums, bounds, coverage, reasons."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from urbanwork.catalogue.models import Indicator
from urbanwork.measures.figures import Figures
from urbanwork.measures.ratio import CellRatio
from urbanwork.quantities.measured import STATES, Measured, Reason, State

if TYPE_CHECKING:
    from urbanwork.examination.measuring import AreaTable, CellTable
    from urbanwork.examination.measuring import Measured as MeasuredCity

Floats = NDArray[np.float64]
Notes = tuple[str, str]
"""One sentence in English and in Chinese."""

REACHED, NOT_REACHED = STATES.index(State.REACHED), STATES.index(State.NOT_REACHED)

LEAST_COVERAGE = 0.5
"""Below this share seen an area gives no data: most of it lies beyond the edge of the data."""
LEAST_LAND_M2 = 80_000.0
"""Norms for land speak of neighbourhoods: 8 ha is the smallest 5-minute life circle of GB
50180-2018. A single block of less may be all street or have none."""
SUPPORTED_BY_LAND = ("land", "built_up_land", "residential_land")
SHARES_OF_PEOPLE = ("residents", "households")
"""As many of the people as of the homes are taken to be without what homes are without."""
CITY = "city"

_NOTHING_THERE = {
    "people": (Reason.NO_PEOPLE, "Nobody is known to live there.", "该范围无人口数据。"),
}
_NO_LAND = (Reason.NO_LAND, "There is nothing of this kind to measure.", "该范围无可测对象。")


@dataclass(frozen=True, slots=True)
class AreaValue:
    """One value with its sentence, the people concerned when it falls short, and its range."""

    measured: Measured
    note_en: str
    note_zh: str
    people: float  # people living there
    people_short: float  # people whom it does not reach; all people there where it is no share
    people_range: tuple[float, float]  # factors of the range of estimated people, (1, 1) counted
    period: str = ""  # year or years that it speaks of, where tables say


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums by area, the city last; each [A + 1]."""

    numerator: Floats
    known: Floats
    unknown: Floats
    people: Floats
    people_lower: Floats
    people_upper: Floats
    people_missed: Floats  # in cells that are not reached, in part where in part
    land_m2: Floats  # of the cells that have what is measured
    is_reach: bool  # some cell is reached or not reached


def values(
    ratio: CellRatio,
    indicator: Indicator,
    cells: CellTable,
    area_count: int,
    thin: Mapping[int, Notes] | None = None,
) -> list[AreaValue]:
    """The value of every area and, last, of the city; `thin` areas (rows) have no data."""
    sums = _sums(ratio, cells, area_count)
    holes = thin or {}
    return [_value(ratio, indicator, sums, row, holes.get(row)) for row in range(area_count + 1)]


@dataclass(frozen=True, slots=True)
class CellsOfAreas:
    """The cells of each area, for values of a few areas."""

    order: NDArray[np.int64]  # [C] cells by area, rising in each
    start: NDArray[np.int64]  # [A + 1] where those of each area begin

    @classmethod
    def of(cls, area: NDArray[np.int32], area_count: int) -> CellsOfAreas:
        """Those of the area of each cell, [C]."""
        order = np.argsort(area, kind="stable")
        return cls(order, np.searchsorted(area[order], np.arange(area_count + 1)))

    def of_areas(self, areas: NDArray[np.int64]) -> NDArray[np.int64]:
        """The cells of some areas."""
        return np.concatenate([self.order[self.start[a] : self.start[a + 1]] for a in areas])


def values_again(
    old: Sequence[AreaValue],
    changed: NDArray[np.int64],
    ratio: CellRatio,
    indicator: Indicator,
    cells: CellTable,
    of_areas: CellsOfAreas,
    thin: Mapping[int, Notes] | None = None,
) -> list[AreaValue]:
    """The same as `values`, where only these cells differ from those of the old values.

    Areas without any such cell keep their value; the sums of others are those of `values`, to the
    last bit. The ratios must be alike but for their cells.
    """
    count, holes = len(of_areas.start) - 1, thin or {}
    areas = np.unique(cells.area[changed]).astype(np.int64)
    rows = of_areas.of_areas(areas)
    some = replace(
        ratio, numerator=ratio.numerator[rows], known=ratio.known[rows],
        unknown=ratio.unknown[rows], state=ratio.state[rows], distance=None,
    )  # fmt: skip
    number = np.searchsorted(areas, cells.area[rows]).astype(np.int32)
    summed = _SummedCells(number, *(each[rows] for each in _columns(cells)))
    sums = replace(_sums(some, summed, len(areas)), is_reach=has_reach(ratio))
    found = list(old)
    for place, area in enumerate(areas.tolist()):
        found[area] = _value(ratio, indicator, sums, place, holes.get(area))
    found[count] = _value(ratio, indicator, _sums_of_city(ratio, indicator, cells), 0, None)
    return found


def _sums_of_city(ratio: CellRatio, indicator: Indicator, cells: CellTable) -> Sums:
    """The sums of the city alone; who is missed is not summed where it is not asked for."""

    def whole(values: Floats) -> Floats:
        return np.array([values.sum()])

    is_asked = ratio.is_share and indicator.support != "people"
    missed = cells.people * _missed_part(ratio) if is_asked else np.zeros(1)
    has_any = ratio.known + ratio.unknown > 0
    return Sums(
        whole(ratio.numerator), whole(ratio.known), whole(ratio.unknown), whole(cells.people),
        whole(cells.people_lower), whole(cells.people_upper), whole(missed),
        whole(np.where(has_any, cells.land_m2, 0.0)), has_reach(ratio),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _SummedCells:
    """Some cells, with the columns that are summed."""

    area: NDArray[np.int32]
    people: Floats
    people_lower: Floats
    people_upper: Floats
    land_m2: Floats


def _columns(cells: CellTable) -> tuple[Floats, ...]:
    return cells.people, cells.people_lower, cells.people_upper, cells.land_m2


def has_reach(ratio: CellRatio) -> bool:
    """Whether some cell is reached, or known not to be."""
    return bool(((ratio.state == REACHED) | (ratio.state == NOT_REACHED)).any())


def _sums(ratio: CellRatio, cells: CellTable | _SummedCells, area_count: int) -> Sums:
    def by_area(values: Floats) -> Floats:
        each = np.bincount(cells.area, values, area_count)
        return np.append(each, values.sum())

    return Sums(
        by_area(ratio.numerator), by_area(ratio.known), by_area(ratio.unknown),
        by_area(cells.people), by_area(cells.people_lower), by_area(cells.people_upper),
        by_area(cells.people * _missed_part(ratio)),
        by_area(np.where(ratio.known + ratio.unknown > 0, cells.land_m2, 0.0)),
        has_reach(ratio),
    )  # fmt: skip


def _missed_part(ratio: CellRatio) -> Floats:
    """Part of each cell that a share does not have, 0 to 1; float64[C]."""
    safe = np.where(ratio.known > 0, ratio.known, 1.0)
    return np.where(ratio.known > 0, np.clip(1.0 - ratio.numerator / safe, 0.0, 1.0), 0.0)


def _value(
    ratio: CellRatio, indicator: Indicator, sums: Sums, row: int, hole: Notes | None
) -> AreaValue:
    people = float(sums.people[row])
    spread = _spread(people, float(sums.people_lower[row]), float(sums.people_upper[row]))
    why = _missing(ratio, indicator, sums, row, hole)
    if why is not None:
        reason, en, zh = why
        missing = _no_value(indicator.unit, reason, indicator.version)
        return AreaValue(missing, en, zh, people, 0.0, spread)
    numerator, known = float(sums.numerator[row]), float(sums.known[row])
    value = ratio.scale * numerator / known
    lower, upper = _bounds(ratio, sums, row, value, spread)
    measured = Measured(
        value, indicator.unit, lower, upper, known / (known + float(sums.unknown[row])), None,
        numerator, known, indicator.version,
    )  # fmt: skip
    short = _people_short(ratio, indicator, sums, row)
    return AreaValue(measured, ratio.note, ratio.note_zh, people, max(short, 0.0), spread)


def _people_short(ratio: CellRatio, indicator: Indicator, sums: Sums, row: int) -> float:
    """People whom it does not reach: of a reach of land those who live on what is not reached."""
    if ratio.is_share and indicator.support == "people":
        return float(sums.known[row] - sums.numerator[row])
    if ratio.is_share and sums.is_reach:
        return float(sums.people_missed[row])
    return float(sums.people[row])


def _spread(people: float, lower: float, upper: float) -> tuple[float, float]:
    return (lower / people, upper / people) if people > 0 else (1.0, 1.0)


def _missing(
    ratio: CellRatio, indicator: Indicator, sums: Sums, row: int, hole: Notes | None
) -> tuple[Reason, str, str] | None:
    if ratio.reason is not None:
        return ratio.reason, ratio.note, ratio.note_zh
    if hole is not None:
        return Reason.IMPLAUSIBLY_FEW, *hole
    known, unknown = float(sums.known[row]), float(sums.unknown[row])
    if known + unknown <= 0:
        return _NOTHING_THERE.get(indicator.support, _NO_LAND)
    coverage = known / (known + unknown)
    if coverage < LEAST_COVERAGE:
        return (
            Reason.BEYOND_EDGE,
            f"Only {coverage:.0%} can be judged: the rest may be served from beyond the edge of "
            "the data.",
            f"仅 {coverage:.0%} 可判定：其余部分可能由数据边缘以外的设施服务。",
        )
    return _too_small(indicator, float(sums.people[row]), float(sums.land_m2[row]))


def _too_small(
    indicator: Indicator, people: float, land_m2: float
) -> tuple[Reason, str, str] | None:
    if people < indicator.smallest_people:
        return (
            Reason.TOO_SMALL,
            f"{people:,.0f} people live there, fewer than the {indicator.smallest_people:,.0f} "
            "that this indicator needs.",
            f"该范围 {people:,.0f} 人，少于本指标所需的 {indicator.smallest_people:,.0f} 人。",
        )
    if indicator.support in SUPPORTED_BY_LAND and land_m2 < LEAST_LAND_M2:
        return (
            Reason.TOO_SMALL,
            f"It can be measured on {land_m2 / 1e4:,.1f} ha only, less than the "
            f"{LEAST_LAND_M2 / 1e4:,.0f} ha that a figure for land needs.",
            f"可测土地仅 {land_m2 / 1e4:,.1f} 公顷，少于土地类指标所需的 "
            f"{LEAST_LAND_M2 / 1e4:,.0f} 公顷。",
        )
    return None


def _bounds(
    ratio: CellRatio, sums: Sums, row: int, value: float, spread: tuple[float, float]
) -> tuple[float | None, float | None]:
    """What the unseen part, or the range of the people, could make of the value."""
    if ratio.is_share:
        numerator, unknown = float(sums.numerator[row]), float(sums.unknown[row])
        whole = float(sums.known[row]) + unknown
        return ratio.scale * numerator / whole, ratio.scale * (numerator + unknown) / whole
    low, high = spread
    if ratio.people_power == 1:
        return value * low, value * high
    if ratio.people_power == -1 and low > 0:
        return value / high, value / low
    return None, None


def cell_values(ratio: CellRatio) -> Floats:
    """The value of every cell, nan where none; float64[C]."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(ratio.known > 0, ratio.scale * ratio.numerator / ratio.known, np.nan)


def all_values(
    measured: MeasuredCity, indicators: Mapping[str, Indicator]
) -> dict[str, list[AreaValue]]:
    """The values of every indicator: of each area and, last, of the city."""
    return {key: city_and_areas(measured, indicator) for key, indicator in indicators.items()}


def city_and_areas(measured: MeasuredCity, indicator: Indicator) -> list[AreaValue]:
    """One indicator, every area and the city; an area where an input is a hole has no data."""
    figures = measured.figures.get(indicator.id)
    if figures is not None:
        return _of_figures(figures, indicator, measured.areas)
    ratio, areas = measured.ratios[indicator.id], len(measured.areas.area)
    return values(ratio, indicator, measured.cells, areas, holes_of(measured, indicator))


def holes_of(measured: MeasuredCity, indicator: Indicator) -> dict[int, Notes]:
    """The areas (rows) where an input of an indicator is too thin, and why."""
    return _holes(indicator, _thin_rows(measured))


def _of_figures(figures: Figures, indicator: Indicator, areas: AreaTable) -> list[AreaValue]:
    living = zip(areas.people.tolist(), areas.people_lower.tolist(), areas.people_upper.tolist(),
                 strict=True)  # fmt: skip
    values = figures.value.tolist()
    return [
        _of_figure(figures, indicator, row, value, people, _spread(people, lower, upper))
        for row, (value, (people, lower, upper)) in enumerate(zip(values, living, strict=True))
    ]


def _of_figure(
    figures: Figures,
    indicator: Indicator,
    row: int,
    value: float,
    people: float,
    spread: tuple[float, float],
) -> AreaValue:
    """One figure of a measure of areas; all people there, or those it leaves out."""
    reason, (en, zh) = figures.reason[row], figures.note[row]
    small = None if math.isnan(people) or reason else _too_small(indicator, people, np.inf)
    if small is not None:
        reason, en, zh = small
    if reason is not None or math.isnan(value):
        missing = _no_value(indicator.unit, reason or Reason.UNDEFINED, indicator.version)
        return AreaValue(missing, en, zh, people, 0.0, spread, figures.period[row])
    lower, upper = _known(figures.lower[row]), _known(figures.upper[row])
    measured = Measured(
        value, indicator.unit, lower, upper, float(figures.coverage[row]), None,
        float(figures.numerator[row]), float(figures.denominator[row]), indicator.version,
    )  # fmt: skip
    short = people * (1 - value / 100) if _is_share_of_people(indicator, measured) else people
    return AreaValue(measured, en, zh, people, short, spread, figures.period[row])


@lru_cache(1024)
def _no_value(unit: str, reason: Reason, version: str) -> Measured:
    """One for all areas that lack it."""
    return Measured.missing(unit, reason, version=version)


def _is_share_of_people(indicator: Indicator, value: Measured) -> bool:
    """A percentage of people, or of homes: then those it leaves out are concerned, not all."""
    if indicator.unit != "%" or indicator.better != "higher" or value.value is None:
        return False
    return indicator.support in SHARES_OF_PEOPLE and 0 <= value.numerator <= value.denominator


def _known(bound: float) -> float | None:
    return None if math.isnan(bound) else float(bound)


def _thin_rows(measured: MeasuredCity) -> dict[str, dict[int, Notes]]:
    """Per key of completeness the rows of the areas where it is too thin, and why."""
    row = {str(area): number for number, area in enumerate(measured.areas.area)}
    return {
        each["key"]: {row[area]: (en, zh) for area, (en, zh) in each["thin_areas"].items()}
        for each in measured.facts["completeness"]
    }


def _holes(indicator: Indicator, thin: Mapping[str, Mapping[int, Notes]]) -> dict[int, Notes]:
    holes: dict[int, Notes] = {}
    for key in indicator.inputs:
        holes.update(thin.get(key, {}))
    return holes
