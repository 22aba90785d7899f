"""The questions that leaders ask first, each with an answer made from the figures."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from urbanwork.catalogue.models import Bilingual
from urbanwork.reporting.content_words import words
from urbanwork.reporting.coordinated import Coordinated
from urbanwork.reporting.coordination import rows_of
from urbanwork.reporting.findings import CITY
from urbanwork.reporting.html.markup import both
from urbanwork.reporting.html.model import ReportInput
from urbanwork.reporting.html.tables import Grid
from urbanwork.reporting.numbers import NO_VALUE, format_people, format_value

INTENSIVE = "INT"
"""Code of the ask for intensive development."""
GROWTH = "growth"
"""Dimension of the indicators of growth and land."""
COORDINATION = "coordination"
"""Kind of the indicators that score coordination, which has a question of its own."""
MOST = 3
Floats = NDArray[np.float64]
Answer = tuple[Bilingual, tuple[Bilingual, ...]]
"""A question and the sentences that answer it."""


def answers(
    report: ReportInput, grid: Grid, systems: tuple[Coordinated, ...]
) -> tuple[Answer, ...]:
    """Where growth is intensive, where difficulties are, how coordinated areas are, what binds."""
    return (
        (words("ask_growth"), _growth(report, grid) or (words("no_growth_figures"),)),
        (words("ask_difficulties"), _difficulties(report, grid) or (words("no_problems"),)),
        (words("ask_coordination"), _coordination(systems) or (words("no_coordination"),)),
        (words("ask_binding"), _binding(systems) or (words("no_coordination"),)),
    )


def _growth(report: ReportInput, grid: Grid) -> tuple[Bilingual, ...]:
    """People by land, and the first indicators of growth that differ between areas."""
    rows = [
        n for n, each in enumerate(grid.indicators)
        if (INTENSIVE in each.serves or each.dimension == GROWTH) and each.kind != COORDINATION
    ]  # fmt: skip
    told = [_density(report, grid)]
    told += [
        _between(grid, grid.indicators[row].title, grid.numbers["value"][row, 1:],
                 grid.indicators[row].unit)
        for row in rows
    ]  # fmt: skip
    return tuple(each for each in told if each is not None)[:MOST]


def _density(report: ReportInput, grid: Grid) -> Bilingual | None:
    """People by land of each area, which every examination with people has."""
    land = report.areas["land_m2"].to_numpy() / 1e6
    people = grid.people[1:]
    known = (people > 0) & (land > 0)
    density = np.where(known, people / np.where(known, land, 1.0), np.nan)
    return _between(grid, words("people_per_land"), density, "people/km2")


def _between(grid: Grid, title: Bilingual, values: Floats, unit: str) -> Bilingual | None:
    known = np.flatnonzero(np.isfinite(values))
    if len(known) < 2 or np.ptp(values[known]) == 0:
        return None
    high, low = known[np.argmax(values[known])], known[np.argmin(values[known])]
    return words(
        "between_areas", title=title, high=_at(grid, int(high), float(values[high]), unit),
        low=_at(grid, int(low), float(values[low]), unit),
    )  # fmt: skip


def _at(grid: Grid, area: int, value: float, unit: str) -> Bilingual:
    shown = both(lambda lang: format_value(value, unit, lang))
    return words("area_value", area=grid.names[area + 1], value=shown)


def _difficulties(report: ReportInput, grid: Grid) -> tuple[Bilingual, ...]:
    """The areas with most indicators below their standard, then with most people concerned."""
    counted: Counter[str] = Counter()
    concerned: dict[str, float] = {}
    for row in report.problems.select(["area", "people"]).to_pylist():
        if row["area"] != CITY:
            counted[row["area"]] += 1
            concerned[row["area"]] = max(concerned.get(row["area"], 0.0), row["people"] or 0.0)
    most = sorted(counted, key=lambda area: (-counted[area], -concerned[area], area))
    return tuple(_short(grid, area, counted[area], concerned[area]) for area in most[:MOST])


def _short(grid: Grid, area: str, count: int, people: float) -> Bilingual:
    name = grid.names[grid.position(area)]
    if people <= 0:
        return words("area_short", area=name, n=count)
    figure = both(lambda lang: format_people(people, lang))
    return words("area_short_people", area=name, n=count, people=figure)


def _coordination(systems: tuple[Coordinated, ...]) -> tuple[Bilingual, ...]:
    return tuple(
        words("system_told", title=_capital(each.title), told=each.summary) for each in systems
    )


def _capital(text: Bilingual) -> Bilingual:
    return Bilingual(text.en[:1].upper() + text.en[1:], text.zh)


def _binding(systems: tuple[Coordinated, ...]) -> tuple[Bilingual, ...]:
    """What binds most in the largest number of scores, over all systems."""
    found = Counter(
        row.binds
        for each in systems
        for row in rows_of(each.detail)
        if row.degree is not None and not row.is_city and row.binds.en != NO_VALUE
    )
    most = sorted(found, key=lambda what: (-found[what], what.en))[:MOST]
    return tuple(words("binds_in", what=_capital(what), n=found[what]) for what in most)
