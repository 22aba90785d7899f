"""From ratios of cells to the values of areas and city: sums, bounds, coverage, reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanwork.catalogue.models import Indicator
from urbanwork.examination.measuring import CellTable
from urbanwork.measures.ratio import CellRatio
from urbanwork.quantities.measured import Measured, Reason

Floats = NDArray[np.float64]

LEAST_COVERAGE = 0.5
"""Below this share seen an area gives no data: most of it lies beyond the edge of the data."""
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


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums by area, the city last; each [A + 1]."""

    numerator: Floats
    known: Floats
    unknown: Floats
    people: Floats
    people_lower: Floats
    people_upper: Floats


def values(
    ratio: CellRatio, indicator: Indicator, cells: CellTable, area_count: int
) -> list[AreaValue]:
    """The value of every area and, last, of the city."""
    sums = _sums(ratio, cells, area_count)
    return [_value(ratio, indicator, sums, row) for row in range(area_count + 1)]


def _sums(ratio: CellRatio, cells: CellTable, area_count: int) -> Sums:
    def by_area(values: Floats) -> Floats:
        each = np.bincount(cells.area, values, area_count)
        return np.append(each, values.sum())

    return Sums(
        by_area(ratio.numerator), by_area(ratio.known), by_area(ratio.unknown),
        by_area(cells.people), by_area(cells.people_lower), by_area(cells.people_upper),
    )  # fmt: skip


def _value(ratio: CellRatio, indicator: Indicator, sums: Sums, row: int) -> AreaValue:
    people = float(sums.people[row])
    spread = _spread(people, float(sums.people_lower[row]), float(sums.people_upper[row]))
    why = _missing(ratio, indicator, sums, row)
    if why is not None:
        reason, en, zh = why
        missing = Measured.missing(indicator.unit, reason, version=indicator.version)
        return AreaValue(missing, en, zh, people, 0.0, spread)
    numerator, known = float(sums.numerator[row]), float(sums.known[row])
    value = ratio.scale * numerator / known
    lower, upper = _bounds(ratio, sums, row, value, spread)
    measured = Measured(
        value, indicator.unit, lower, upper, known / (known + float(sums.unknown[row])), None,
        numerator, known, indicator.version,
    )  # fmt: skip
    shares_people = ratio.is_share and indicator.support == "people"
    short = known - numerator if shares_people else people
    return AreaValue(measured, ratio.note, ratio.note_zh, people, max(short, 0.0), spread)


def _spread(people: float, lower: float, upper: float) -> tuple[float, float]:
    return (lower / people, upper / people) if people > 0 else (1.0, 1.0)


def _missing(
    ratio: CellRatio, indicator: Indicator, sums: Sums, row: int
) -> tuple[Reason, str, str] | None:
    if ratio.reason is not None:
        return ratio.reason, ratio.note, ratio.note_zh
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
    people = float(sums.people[row])
    if people < indicator.smallest_people:
        return (
            Reason.TOO_SMALL,
            f"{people:,.0f} people live there, fewer than the {indicator.smallest_people:,.0f} "
            "that this indicator needs.",
            f"该范围 {people:,.0f} 人，少于本指标所需的 {indicator.smallest_people:,.0f} 人。",
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
    ratios: Mapping[str, CellRatio],
    indicators: Mapping[str, Indicator],
    cells: CellTable,
    area_count: int,
) -> dict[str, list[AreaValue]]:
    """`values` of every indicator."""
    return {
        key: values(ratios[key], indicator, cells, area_count)
        for key, indicator in indicators.items()
    }
