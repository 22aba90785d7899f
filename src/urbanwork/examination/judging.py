"""Hold values against standards and name the problems: an indicator below its standard, where."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from urbanwork.catalogue.models import Indicator, Standard
from urbanwork.examination.grade import falls_short, grade
from urbanwork.examination.measuring import Measured
from urbanwork.examination.tables import INDICATORS, PROBLEMS
from urbanwork.examination.tabulate import CITY, NOT_REACHED, AreaValue, cell_values

Columns = dict[str, list[Any]]

LEAST_PEOPLE = 0.5
"""A problem concerns at least half a person: sums of shares are never exactly nought."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The two tables that standards make, and how many distinct people have any problem."""

    indicators: pa.Table
    problems: pa.Table
    people_with_problem: float


def problem_id(indicator: str, area: str) -> str:
    """The name of a problem, the same in every examination of the city.

    >>> problem_id("life.kindergarten_300m", "way/1")
    'p-74ccf65253'
    """
    return "p-" + hashlib.blake2b(f"{indicator}|{area}".encode(), digest_size=5).hexdigest()


def judge(
    measured: Measured,
    values: Mapping[str, list[AreaValue]],
    indicators: Mapping[str, Indicator],
    standards: Mapping[str, Standard],
) -> Judged:
    """Grade every value and list the problems, most people first."""
    areas = [*map(str, measured.areas.area), CITY]
    columns: Columns = {name: [] for name in INDICATORS.names}
    problems: list[dict[str, Any]] = []
    concerned = np.zeros(len(measured.cells.people), np.bool_)
    for key, indicator in indicators.items():
        standard = standards.get(indicator.standard) if indicator.standard else None
        graded = _graded(measured, indicator, standard, areas, values[key])
        for name, column in graded.items():
            columns[name] += column
        if standard is None:
            continue
        for place in _problems(graded, values[key], standard):
            if areas[place] == CITY and not _city_alone(measured, key):
                continue
            cells = _cells(measured, key, place)
            concerned[cells] = True
            row = {name: column[place] for name, column in graded.items()}
            problems.append(_problem(measured, indicator, standard, row, values[key][place], cells))
    problems.sort(key=lambda each: (-(each["people"] or 0.0), each["problem_id"]))
    return Judged(
        pa.Table.from_pydict(columns, INDICATORS),
        pa.Table.from_pylist(problems, PROBLEMS),
        _people_concerned(measured, concerned, problems),
    )


def _people_concerned(
    measured: Measured, concerned: NDArray[np.bool_], problems: list[dict[str, Any]]
) -> float:
    """Distinct people with any problem: by cells, else all people of the areas that have one."""
    if len(concerned):
        return float(measured.cells.people[concerned].sum())
    row = {str(area): place for place, area in enumerate(measured.areas.area)}
    rows = {row.get(each["area"], len(row)) for each in problems}
    if len(row) in rows:
        return float(np.nan_to_num(measured.areas.people[-1]))
    return float(np.nansum(measured.areas.people[sorted(rows)]))


def _problems(graded: Columns, values: Sequence[AreaValue], standard: Standard) -> list[int]:
    """Places of shortfalls that concern somebody, or nobody knows how many."""
    return [
        place
        for place, (grade, short) in enumerate(
            zip(graded["grade"], graded["people_short"], strict=True)
        )
        if short is not None
        or (falls_short(grade, standard) and math.isnan(values[place].people_short))
    ]


def _city_alone(measured: Measured, key: str) -> bool:
    """Whether only the whole city has a figure: then its shortfall is the problem."""
    figures = measured.figures.get(key)
    return figures is not None and bool(np.isnan(figures.value[:-1]).all())


def _graded(
    measured: Measured,
    indicator: Indicator,
    standard: Standard | None,
    areas: Sequence[str],
    values: Sequence[AreaValue],
) -> Columns:
    """The rows of one indicator, an area each, as columns: a catalogue makes thousands of them."""
    size = len(areas)
    found = [each.measured for each in values]
    graded = [grade(m.value, m.lower, m.upper, standard, m.coverage) for m in found]
    is_estimate = measured.facts["people_origin"] == "estimate"
    return {
        "indicator": [indicator.id] * size, "version": [indicator.version] * size,
        "area": list(areas),
        "value": [m.value for m in found], "lower": [m.lower for m in found],
        "upper": [m.upper for m in found], "unit": [m.unit for m in found],
        "coverage": [m.coverage for m in found],
        "reason": [None if m.reason is None else str(m.reason) for m in found],
        "period": [each.period or None for each in values],
        "numerator": [_number(m.numerator) for m in found],
        "denominator": [_number(m.denominator) for m in found],
        "support": [indicator.support] * size,
        "is_estimate": [is_estimate and _uses_people(measured, indicator)] * size,
        "grade": [name for name, _ in graded],
        "is_provisional": [is_provisional for _, is_provisional in graded],
        "standard": [None if standard is None else standard.id] * size,
        "threshold": [None if standard is None else standard.value] * size,
        "people_short": [
            each.people_short
            if falls_short(name, standard) and each.people_short >= LEAST_PEOPLE else None
            for each, (name, _) in zip(values, graded, strict=True)
        ],
        "note_en": [each.note_en for each in values], "note_zh": [each.note_zh for each in values],
    }  # fmt: skip


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def _uses_people(measured: Measured, indicator: Indicator) -> bool:
    ratio = measured.ratios.get(indicator.id)
    return ratio is not None and (indicator.support == "people" or ratio.people_power != 0)


def _cells(measured: Measured, key: str, area: int) -> NDArray[np.int64]:
    """The cells of a problem, most people first: those not reached, or not wholly; else all."""
    ratio = measured.ratios.get(key)
    whole = area == len(measured.areas.area)
    inside = np.ones(len(measured.cells.people), np.bool_) if whole else measured.cells.area == area
    people = measured.cells.people
    if ratio is None:
        rows = np.flatnonzero(inside & (people > 0))
        return rows[np.argsort(-people[rows], kind="stable")]
    missed = inside & (ratio.state == NOT_REACHED)
    measured_there = inside & (ratio.known > 0)
    if ratio.is_share:
        measured_there &= ratio.numerator < ratio.known
    chosen = missed if missed.any() else measured_there
    rows = np.flatnonzero(chosen & (people > 0))
    worst = cell_values(ratio)[rows] if not missed.any() else np.zeros(len(rows))
    return rows[np.lexsort((worst, -people[rows]))]


def _problem(
    measured: Measured,
    indicator: Indicator,
    standard: Standard,
    row: Mapping[str, Any],
    value: AreaValue,
    cells: NDArray[np.int64],
) -> dict[str, Any]:
    people = row["people_short"]
    low, high = value.people_range
    return {
        "problem_id": problem_id(indicator.id, row["area"]), "indicator": indicator.id,
        "area": row["area"], "people": people,
        "people_lower": None if people is None else people * low,
        "people_upper": None if people is None else people * high,
        "is_estimate": measured.facts["people_origin"] == "estimate",
        "value": row["value"], "threshold": standard.value, "unit": row["unit"],
        "standard": standard.id, "strength": standard.strength,
        "confidence": standard.confidence,
        "cells": measured.cells.cell[cells].tolist(),
        "mend_en": indicator.mend.en, "mend_zh": indicator.mend.zh,
    }  # fmt: skip
