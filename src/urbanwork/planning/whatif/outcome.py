"""What a plan does: every indicator before and after, and who gains and who loses, where, how far.

People are those who live there before the plan: who moves in or out is told apart from who gains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from urbanwork.catalogue.models import Grade, Indicator, Standard
from urbanwork.examination.grade import grade
from urbanwork.examination.measuring import Measured
from urbanwork.examination.tabulate import CITY, AreaValue, cell_values
from urbanwork.measures.ratio import CellRatio
from urbanwork.planning.changes import Change
from urbanwork.planning.verdicts import Verdict

Floats = NDArray[np.float64]

BANDS_M = (0.0, 300.0, 500.0, 800.0, 1_000.0, 1_500.0, np.inf)
"""Metres of a walk: the radii of the life circles and of GB 50180-2018."""
LEAST_M = 1.0
"""A walk that changes by less is the same walk."""
LEAST_SHARE = 1e-9
WALKED = ("reach_share", "nearest_distance", "convenient_transit_share",
          "frequent_transit_share", "park_walk_share")  # fmt: skip
"""Measures whose distance is a walk in metres."""


@dataclass(frozen=True, slots=True)
class State:
    """All that is known of a city at one time."""

    measured: Measured
    values: Mapping[str, Sequence[AreaValue]]


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One indicator in one area, or in the city."""

    area: str
    before: float | None
    after: float | None
    grade_before: Grade
    grade_after: Grade
    people_gain: float
    people_lose: float


@dataclass(frozen=True, slots=True)
class Band:
    """People by how far they walk to the nearest: from `low_m` to less than `high_m`."""

    low_m: float
    high_m: float  # inf: farther, or none in reach of the search
    people_before: float
    people_after: float


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator that the plan changes."""

    indicator: Indicator
    city: AreaLine
    areas: tuple[AreaLine, ...]  # those that it changes
    bands: tuple[Band, ...]  # empty where it is no walk to the nearest


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a plan does to a city."""

    changes: tuple[Change, ...]
    lines: tuple[Line, ...]  # in the order of the catalogue
    people_before: float
    people_after: float
    verdicts: tuple[Verdict, ...]
    area_names: Mapping[str, str]
    states: tuple[State, State] | None = field(default=None, repr=False, compare=False)
    """The states held against each other, for maps of their cells."""
    against: str | None = None
    """The name of the scenario that it is held against; None: today."""


def outcome_of(
    before: State,
    after: State,
    indicators: Mapping[str, Indicator],
    standards: Mapping[str, Standard],
    changes: Sequence[Change],
    verdicts: Sequence[Verdict] = (),
) -> Outcome:
    """Hold two states of one city against each other."""
    lines = [
        line
        for key, each in indicators.items()
        if before.values[key] is not after.values[key]
        and (line := _line(each, standards, before, after)) is not None
    ]
    areas = before.measured.areas
    names = {str(a): str(n) for a, n in zip(areas.area, areas.name, strict=True)}
    return Outcome(
        tuple(changes), tuple(lines), float(before.measured.cells.people.sum()),
        float(after.measured.cells.people.sum()), tuple(verdicts), names, (before, after),
    )  # fmt: skip


def _line(
    indicator: Indicator, standards: Mapping[str, Standard], before: State, after: State
) -> Line | None:
    standard = standards.get(indicator.standard or "")
    key, count = indicator.id, len(before.measured.areas.area)
    gain, lose = _gains(indicator, before.measured, after.measured)
    areas = [*map(str, before.measured.areas.area), CITY]
    rows = [
        _area(areas[row], standard, before.values[key][row], after.values[key][row],
              float(gain[row]), float(lose[row]))
        for row in range(count + 1)
    ]  # fmt: skip
    changed = [each for each in rows[:-1] if _is_changed(each)]
    if not changed and not _is_changed(rows[-1]):
        return None
    return Line(indicator, rows[-1], tuple(changed), _bands(indicator, before, after))


def _area(
    area: str, standard: Standard | None, one: AreaValue, two: AreaValue, gain: float, lose: float
) -> AreaLine:
    return AreaLine(
        area, one.measured.value, two.measured.value, _graded(one, standard),
        _graded(two, standard), gain, lose,
    )  # fmt: skip


def _graded(value: AreaValue, standard: Standard | None) -> Grade:
    m = value.measured
    return grade(m.value, m.lower, m.upper, standard, m.coverage)[0]


def _is_changed(line: AreaLine) -> bool:
    if (line.before is None) != (line.after is None) or line.people_gain or line.people_lose:
        return True
    if line.before is None or line.after is None:
        return False
    return abs(line.after - line.before) > LEAST_SHARE * max(abs(line.before), 1.0)


def _gains(indicator: Indicator, before: Measured, after: Measured) -> tuple[Floats, Floats]:
    """People for whom it becomes better, and worse; [A + 1], the city last."""
    count = len(before.areas.area)
    one, two = before.ratios.get(indicator.id), after.ratios.get(indicator.id)
    nobody = np.zeros(count + 1)
    if one is None or two is None or one.reason is not None or two.reason is not None:
        return nobody, nobody
    better = better_in_cells(indicator, one, two)
    people = before.cells.people

    def by_area(chosen: NDArray[np.bool_]) -> Floats:
        each = np.bincount(before.cells.area[chosen], people[chosen], count)
        return np.append(each, people[chosen].sum())

    return by_area(better > 0), by_area(better < 0)


def better_in_cells(indicator: Indicator, one: CellRatio, two: CellRatio) -> NDArray[np.int8]:
    """1 where a cell becomes better, -1 where worse, 0 where neither; [C]."""
    sign = {"higher": 1.0, "lower": -1.0}.get(indicator.better, 0.0)
    was, now = cell_values(one), cell_values(two)
    step = np.nan_to_num(now - was) * sign
    slack = LEAST_SHARE * np.maximum(np.abs(np.nan_to_num(was)), 1.0)
    return (np.sign(step) * (np.abs(step) > slack)).astype(np.int8)


def _bands(indicator: Indicator, before: State, after: State) -> tuple[Band, ...]:
    if indicator.measure not in WALKED:
        return ()
    one = before.measured.ratios[indicator.id].distance
    two = after.measured.ratios[indicator.id].distance
    if one is None or two is None or np.allclose(one, two, atol=LEAST_M, rtol=0, equal_nan=True):
        return ()
    people = [each.measured.cells.people for each in (before, after)]
    counts = [
        np.histogram(np.where(np.isnan(far), 1e9, far), (*BANDS_M[:-1], 1e12), weights=weight)[0]
        for far, weight in zip((one, two), people, strict=True)
    ]
    return tuple(
        Band(low, high, float(was), float(now))
        for low, high, was, now in zip(BANDS_M[:-1], BANDS_M[1:], *counts, strict=True)
    )
