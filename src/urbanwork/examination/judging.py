"""Hold values against standards and name the problems: an indicator below its standard, where."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from urbanwork.catalogue.models import Grade, Indicator, Standard
from urbanwork.examination.grade import falls_short, grade
from urbanwork.examination.measuring import Measured
from urbanwork.examination.tables import INDICATORS, PROBLEMS
from urbanwork.examination.tabulate import CITY, NOT_REACHED, AreaValue, cell_values

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
    rows: list[dict[str, Any]] = []
    problems: list[dict[str, Any]] = []
    concerned = np.zeros(len(measured.cells.people), np.bool_)
    for key, indicator in indicators.items():
        standard = standards.get(indicator.standard) if indicator.standard else None
        for area, value in zip(areas, values[key], strict=True):
            graded = _row(measured, indicator, standard, area, value)
            rows.append(graded)
            if standard is not None and _is_problem(graded, value, standard):
                if area == CITY and not _city_alone(measured, key):
                    continue
                cells = _cells(measured, key, areas.index(area))
                concerned[cells] = True
                problems.append(_problem(measured, indicator, standard, graded, value, cells))
    problems.sort(key=lambda each: (-(each["people"] or 0.0), each["problem_id"]))
    return Judged(
        pa.Table.from_pylist(rows, INDICATORS),
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


def _is_problem(row: Mapping[str, Any], value: AreaValue, standard: Standard) -> bool:
    """A shortfall that concerns somebody, or nobody knows how many."""
    if row["people_short"] is not None:
        return True
    return np.isnan(value.people_short) and falls_short(row["grade"], standard)


def _city_alone(measured: Measured, key: str) -> bool:
    """Whether only the whole city has a figure: then its shortfall is the problem."""
    figures = measured.figures.get(key)
    return figures is not None and bool(np.isnan(figures.value[:-1]).all())


def _row(
    measured: Measured,
    indicator: Indicator,
    standard: Standard | None,
    area: str,
    value: AreaValue,
) -> dict[str, Any]:
    m = value.measured
    grade_: Grade
    grade_, is_provisional = grade(m.value, m.lower, m.upper, standard, m.coverage)
    short = value.people_short if falls_short(grade_, standard) else 0.0
    return {
        "indicator": indicator.id, "version": indicator.version, "area": area,
        "value": m.value, "lower": m.lower, "upper": m.upper, "unit": m.unit,
        "coverage": m.coverage, "reason": None if m.reason is None else str(m.reason),
        "period": value.period or None,
        "numerator": _number(m.numerator), "denominator": _number(m.denominator),
        "support": indicator.support,
        "is_estimate": measured.facts["people_origin"] == "estimate"
        and _uses_people(measured, indicator),
        "grade": grade_, "is_provisional": is_provisional,
        "standard": None if standard is None else standard.id,
        "threshold": None if standard is None else standard.value,
        "people_short": short if short >= LEAST_PEOPLE else None,
        "note_en": value.note_en, "note_zh": value.note_zh,
    }  # fmt: skip


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value


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
