"""A change of a value taken apart: the ground that was seen, who lives there, what they have.

Of a value that is a weighted mean over cells, V = Σ w v / Σ w, the change between two examinations
is the sum of three parts over the cells that both saw (C), exactly:

    ground  = (A over C - A) + (B - B over C)    cells that only one examination saw
    weights = B over C - Σ w_A v_B / Σ w_A       other people (or land) in the same cells
    inside  = Σ w_A v_B / Σ w_A - A over C       other values in the same cells, for the same people

`ground` is never the city: it is boundary, edge of the data, and what could be judged. The third
part is what the value would have changed by had only the answers of the cells both saw changed.

Source: Kitagawa, E. M. (1955), Components of a Difference Between Two Rates, JASA 50, 1168-1194,
with the composition of the earlier examination as base.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.examination.examined import Examined, Value
from urbanwork.examination.tabulate import CITY

Floats = NDArray[np.float64]

WEIGHTS = {"people": "people", "land": "land_m2", "built_up_land": "land_m2"}
"""What a cell weighs, by what the denominator counts; others cannot be taken apart by cells."""
EXACT = 1e-6
"""The mean over the cells must give the published value, relative to it or to 1."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The three parts of a change; they add up to it."""

    ground: float
    weights: float
    inside: float

    @property
    def size(self) -> float:
        """How much moved at all, whichever way."""
        return abs(self.ground) + abs(self.weights) + abs(self.inside)


def parts_of(
    a: Examined, b: Examined, indicators: Mapping[str, str]
) -> dict[tuple[str, str], Parts]:
    """The parts of every change that can be taken apart, by (indicator, area).

    `indicators` gives what the denominator counts, by indicator.
    """
    names = [key for key, support in indicators.items() if support in WEIGHTS]
    if not names:
        return {}
    cells_a, cells_b = a.cells(names), b.cells(names)
    common = _Common.of(cells_a, cells_b, [key for key in a.areas if key in b.areas])
    found: dict[tuple[str, str], Parts] = {}
    for key in names:
        if key in cells_a and key in cells_b:
            weight = WEIGHTS[indicators[key]]
            found |= _of_indicator(a, b, key, common.of_indicator(cells_a, cells_b, key, weight))
    return found


@dataclass(frozen=True, slots=True)
class _Common:
    """Where the cells of both stand: rows of the cells that both have, and areas as numbers."""

    areas: tuple[str, ...]  # ids that both have, then "city"
    area_a: NDArray[np.int64]  # number of the area of each cell; -1 where only one has it
    area_b: NDArray[np.int64]
    rows_a: NDArray[np.int64]  # rows of the cells that both have, in the same order
    rows_b: NDArray[np.int64]

    @classmethod
    def of(cls, a: Mapping[str, Any], b: Mapping[str, Any], areas: list[str]) -> _Common:
        place = {key: n for n, key in enumerate(areas)}
        area_a, area_b = (
            np.array([place.get(key, -1) for key in cells["area"]], np.int64) for cells in (a, b)
        )
        _, rows_a, rows_b = np.intersect1d(a["cell"], b["cell"], return_indices=True)
        return cls((*areas, CITY), area_a, area_b, rows_a, rows_b)

    def of_indicator(
        self, a: Mapping[str, Any], b: Mapping[str, Any], key: str, weight: str
    ) -> dict[str, Floats]:
        """Means by area, the city last: of all cells and of those that both saw; [A + 1] each."""
        values, weights = (a[key], b[key]), (a[weight], b[weight])
        seen_a, seen_b = (~np.isnan(value) for value in values)
        both = seen_a[self.rows_a] & seen_b[self.rows_b]
        rows_a, rows_b = self.rows_a[both], self.rows_b[both]
        in_a, in_b = self.area_a[rows_a], self.area_b[rows_b]
        same = np.where(in_a == in_b, in_a, -1)
        va, vb, wa, wb = (
            values[0][rows_a],
            values[1][rows_b],
            weights[0][rows_a],
            weights[1][rows_b],
        )
        return {
            "a": self._means(self.area_a[seen_a], values[0][seen_a], weights[0][seen_a]),
            "b": self._means(self.area_b[seen_b], values[1][seen_b], weights[1][seen_b]),
            "a_common": self._means(same, va, wa),
            "b_common": self._means(same, vb, wb),
            "crossed": self._means(same, vb, wa),
        }

    def _means(self, area: NDArray[np.int64], value: Floats, weight: Floats) -> Floats:
        """Weighted means by area, the city last; nan where nothing weighs."""
        count = len(self.areas) - 1
        inside = area >= 0
        sums = [
            np.append(np.bincount(area[inside], each[inside], count), each.sum())
            for each in (value * weight, weight)
        ]
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(sums[1] > 0, sums[0] / sums[1], np.nan))


def _of_indicator(
    a: Examined, b: Examined, key: str, means: Mapping[str, Floats]
) -> dict[tuple[str, str], Parts]:
    found = {}
    areas = [*(area for area in a.areas if area in b.areas), CITY]
    for row, area in enumerate(areas):
        before, after = a.values.get((key, area)), b.values.get((key, area))
        m = {name: float(each[row]) for name, each in means.items()}
        if before is None or after is None or not all(np.isfinite(list(m.values()))):
            continue
        if _is_mean(before, m["a"]) and _is_mean(after, m["b"]):
            found[key, area] = Parts(
                m["a_common"] - m["a"] + m["b"] - m["b_common"],
                m["b_common"] - m["crossed"], m["crossed"] - m["a_common"],
            )  # fmt: skip
    return found


def _is_mean(value: Value, mean: float) -> bool:
    """Whether the published value is the mean over the cells; an erratum's never is."""
    if value.value is None or value.erratum is not None:
        return False
    return abs(value.value - mean) <= EXACT * max(1.0, abs(mean))
