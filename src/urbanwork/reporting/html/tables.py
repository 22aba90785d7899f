"""The tables of an examination as the page asks for them: by indicator and area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from urbanwork.catalogue.models import Bilingual, Indicator, Standard
from urbanwork.reporting.findings import CITY, area_names
from urbanwork.reporting.html.model import ReportInput

Floats = NDArray[np.float64]

NUMBERS = (
    "value", "lower", "upper", "coverage", "numerator", "denominator", "people_short",
)  # fmt: skip
WORDS = ("reason", "grade", "note_en", "note_zh", "period")


@dataclass(frozen=True, slots=True)
class Grid:
    """Values of I indicators over the city (column 0) and A areas; nan and None where missing."""

    indicators: tuple[Indicator, ...]  # in the order of the catalogue, those examined
    areas: tuple[str, ...]  # "city" first
    names: tuple[Bilingual, ...]  # of areas; the city's own name first
    numbers: dict[str, Floats]  # NUMBERS -> [I, 1 + A]
    words: dict[str, NDArray[np.object_]]  # WORDS -> [I, 1 + A]
    is_provisional: NDArray[np.bool_]  # [I, 1 + A]
    is_estimate: NDArray[np.bool_]  # [I]
    people: Floats  # [1 + A]
    people_lower: Floats
    people_upper: Floats

    def position(self, area: str) -> int:
        """Column of an area."""
        return self.areas.index(area)

    def row(self, indicator: str) -> int:
        """Row of an indicator."""
        return next(n for n, each in enumerate(self.indicators) if each.id == indicator)


def grid(report: ReportInput, city: Bilingual) -> Grid:
    """The table of indicators turned into a grid."""
    ids = set(report.indicators["indicator"].to_pylist())
    indicators = tuple(i for i in report.catalogue.indicators.values() if i.id in ids)
    areas = (CITY, *report.areas["area"].to_pylist())
    row = _positions(report.indicators["indicator"], [each.id for each in indicators])
    column = _positions(report.indicators["area"], list(areas))
    place = (row, column)
    shape = (len(indicators), len(areas))
    people = [_with_sum(report.areas, name) for name in ("people", "people_lower", "people_upper")]
    return Grid(
        indicators, areas, (city, *area_names(report.areas).values()),
        {name: _numbers(report.indicators, name, place, shape) for name in NUMBERS},
        {name: _words(report.indicators, name, place, shape) for name in WORDS},
        _flags(report.indicators, "is_provisional", place, shape),
        np.any(_flags(report.indicators, "is_estimate", place, shape), axis=1), *people,
    )  # fmt: skip


def _positions(column: pa.ChunkedArray, keys: list[str]) -> NDArray[np.int64]:
    place = {key: n for n, key in enumerate(keys)}
    return np.array([place[key] for key in column.to_pylist()], np.int64)


def _numbers(table: pa.Table, name: str, place: Any, shape: tuple[int, int]) -> Floats:
    out = np.full(shape, np.nan)
    out[place] = table[name].to_numpy()
    return out


def _words(table: pa.Table, name: str, place: Any, shape: tuple[int, int]) -> NDArray[np.object_]:
    out = np.full(shape, None, np.object_)
    if name not in table.column_names:  # tables of before the column was added
        return out
    out[place] = np.array(table[name].to_pylist(), np.object_)
    return out


def _flags(table: pa.Table, name: str, place: Any, shape: tuple[int, int]) -> NDArray[np.bool_]:
    out = np.zeros(shape, np.bool_)
    out[place] = np.array(table[name].to_pylist(), np.bool_)
    return out


def _with_sum(areas: pa.Table, name: str) -> Floats:
    values = np.nan_to_num(areas[name].to_numpy())
    return np.concatenate([[values.sum()], values])


def standard_of(report: ReportInput, indicator: Indicator) -> Standard | None:
    """The standard that the indicator is held against in this city."""
    return report.standards.get(indicator.standard) if indicator.standard else None
