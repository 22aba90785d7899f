"""A scenario beside today as plain data: what its page is made of, and how a what-if gives it.

`ScenarioInput` is all that the page needs. Nothing more restricted than its `visibility` is in it:
verdicts and changes of a higher level are left out whole, with their number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.catalogue.models import Bilingual, Indicator, Standard
from urbanwork.examination.tabulate import cell_values
from urbanwork.measures.ratio import CellRatio
from urbanwork.planning.changes import Change, Scenario
from urbanwork.planning.kinds import TITLES
from urbanwork.planning.verdicts import Verdict, Visibility
from urbanwork.planning.whatif import Session
from urbanwork.planning.whatif.outcome import WALKED, Line, Outcome, State, better_in_cells
from urbanwork.quantities.measured import STATES
from urbanwork.quantities.measured import State as Seen
from urbanwork.reporting.html.basemap import shown_cells
from urbanwork.reporting.html.data import limit_of
from urbanwork.reporting.html.scales import Scale, distance_scale, value_scale
from urbanwork.sources.category_titles import category_titles

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]

LEVELS: tuple[Visibility, ...] = ("public", "internal", "restricted")
MOST_MAPS = 24
"""Indicators on the map, those with most people who gain or lose first: each makes the file
larger."""
NO_DATA, BEYOND, NOTHING = -1, -2, -3
"""Codes of cells without a class: no data, beyond the edge of the data, nothing there."""


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One change as the page lists it; geometry in longitude and latitude."""

    id: str
    kind: Bilingual
    what: Bilingual  # category, name or target; empty where it says none
    amounts: tuple[tuple[float, str], ...]  # number and unit: people, m2, seats, min
    by: str | None  # who proposes it
    scenario: str  # name of the scenario that it is of
    note: str | None
    approvals: tuple[str, ...]
    geometry: BaseGeometry | None


@dataclass(frozen=True, slots=True)
class CellMap:
    """One indicator on the map: the class of each shown cell before and after, and who gains."""

    scale: Scale
    unit: str
    is_distance: bool  # classes are of the way to the nearest, not of the value
    of_people: bool  # a cell is drawn smaller where few people live
    before: Codes  # [S] class, or NO_DATA, BEYOND, NOTHING
    after: Codes  # [S]
    gain: Codes  # [S] 1 better, -1 worse, 0 neither


@dataclass(frozen=True, slots=True)
class ScenarioInput:
    """A scenario beside today."""

    city: Bilingual
    as_of: str  # date of the data
    name: str
    author: str | None
    date: str | None
    bases: tuple[str, ...]  # names of the scenarios that it stands on
    changes: tuple[ShownChange, ...]
    lines: tuple[Line, ...]  # indicators that change, in the order of the catalogue
    people_before: float
    people_after: float
    is_estimate: bool  # people are estimated, not counted
    area_names: Mapping[str, Bilingual]
    verdicts: tuple[Verdict, ...]
    basemap: bytes  # from `build_basemap` of the city as it is today; empty: no map
    maps: Mapping[str, CellMap]  # by indicator
    people_of_cells: tuple[Floats, Floats]  # [S] before and after, in the order of the maps
    visibility: Visibility = "public"
    against: str | None = None  # name of the scenario that it is held against; None: today
    rule_titles: Mapping[str, Bilingual] = field(default_factory=dict)  # by id of the rule


def scenario_input(
    outcome: Outcome, stack: Sequence[Scenario], session: Session, *,
    basemap: bytes, visibility: Visibility = "public", against: str | None = None,
) -> ScenarioInput:  # fmt: skip
    """What a what-if of a session gives the page, as far as `visibility` allows.

    Raises ValueError for an outcome that does not keep its states.
    """
    if outcome.states is None:
        raise ValueError("the outcome keeps no states to draw maps of")
    before, after = outcome.states
    city, top = session.city, stack[-1]
    return ScenarioInput(
        Bilingual(city.name, city.name_zh or city.name), city.as_of, top.name, top.author,
        top.date, tuple(each.name for each in stack[:-1]),
        tuple(shown_changes(stack, visibility)), outcome.lines, outcome.people_before,
        outcome.people_after, city.people_origin == "estimate", _area_names(before),
        visible(outcome.verdicts, stack, visibility), basemap,
        cell_maps(outcome.lines, before, after, session.standards), _people(before, after),
        visibility, against, {rule.id: rule.title for rule in session.bottom_lines},
    )  # fmt: skip


def _area_names(state: State) -> dict[str, Bilingual]:
    areas = state.measured.areas
    columns = (areas.area, areas.name, areas.name_en, areas.name_zh)
    return {
        str(key): Bilingual(str(en or name), str(zh or name))
        for key, name, en, zh in zip(*columns, strict=True)
    }


def visible(
    verdicts: Sequence[Verdict], stack: Sequence[Scenario], visibility: Visibility
) -> tuple[Verdict, ...]:
    """The verdicts that readers of this level may see, none of a change that they may not."""
    most = LEVELS.index(visibility)
    hidden = {each.id for scenario in stack for each in scenario.changes if _level(each) > most}
    return tuple(
        each
        for each in verdicts
        if LEVELS.index(each.visibility) <= most and each.change not in hidden
    )


def shown_changes(stack: Sequence[Scenario], visibility: Visibility) -> list[ShownChange]:
    """The changes that readers of this level may see, in their order."""
    most = LEVELS.index(visibility)
    return [
        _change(change, scenario)
        for scenario in stack
        for change in scenario.changes
        if _level(change) <= most
    ]


def _level(change: Change) -> int:
    """A zone that is drawn may be for few; a word that is not known is taken for the highest."""
    said = str(change.properties.get("visibility") or "public")
    return LEVELS.index(said) if said in LEVELS else len(LEVELS) - 1


def _change(change: Change, scenario: Scenario) -> ShownChange:
    amounts = (
        (change.people, "people"), (change.floor_m2, "m2"), (change.capacity, "places"),
        (change.headway_min, "min"),
    )  # fmt: skip
    by = change.properties.get("by") or change.properties.get("proposed_by") or scenario.author
    note = change.properties.get("note")
    return ShownChange(
        change.id, TITLES[change.kind], _what(change),
        tuple((float(value), unit) for value, unit in amounts if value is not None),
        None if by is None else str(by), scenario.name, None if note is None else str(note),
        change.approvals, change.geometry,
    )  # fmt: skip


def _what(change: Change) -> Bilingual:
    titles = category_titles()
    parts = []
    if change.category is not None:
        parts.append(Bilingual(*titles.get(change.category, (change.category,) * 2)))
    parts += [Bilingual(text, text) for text in (change.name, change.target) if text]
    return Bilingual(", ".join(p.en for p in parts), "，".join(p.zh for p in parts))


# Maps


def cell_maps(
    lines: Sequence[Line], before: State, after: State, standards: Mapping[str, Standard],
    scales: Mapping[str, Scale] = MappingProxyType({}),
) -> dict[str, CellMap]:  # fmt: skip
    """The maps of the indicators that change in cells, those that concern most people first.

    `scales` are those that a map has already; others are made from the values before and after.
    """
    concerned = sorted(lines, key=lambda line: -(line.city.people_gain + line.city.people_lose))
    made = {}
    for line in concerned:
        ratios = [each.measured.ratios.get(line.indicator.id) for each in (before, after)]
        one, two = ratios
        if one is not None and two is not None and one.reason is None and two.reason is None:
            given = scales.get(line.indicator.id)
            made[line.indicator.id] = _map(
                line.indicator, standards, one, two, before, after, given
            )
        if len(made) == MOST_MAPS:
            break
    return made


def _map(
    indicator: Indicator, standards: Mapping[str, Standard], one: CellRatio, two: CellRatio,
    before: State, after: State, given: Scale | None,
) -> CellMap:  # fmt: skip
    limit = limit_of(indicator)
    is_distance = indicator.measure in WALKED and limit is not None and indicator.unit == "%"
    is_distance = is_distance and one.distance is not None and two.distance is not None
    shown = [
        _grouped(_far(ratio) if is_distance else cell_values(ratio), state)
        for ratio, state in ((one, before), (two, after))
    ]
    if given is not None:
        scale = given
    elif is_distance and limit is not None:
        scale = distance_scale(limit[0])
    else:
        standard = standards.get(indicator.standard or "")
        scale = value_scale(indicator, standard, np.concatenate(shown))
    classes = [
        _classes(scale, values, ratio, state)
        for values, ratio, state in zip(shown, (one, two), (before, after), strict=True)
    ]
    people = indicator.support == "people"
    return CellMap(
        scale, "m" if is_distance else indicator.unit, is_distance, people, classes[0], classes[1],
        _gains(indicator, one, two, before),
    )  # fmt: skip


def _far(ratio: CellRatio) -> Floats:
    """The way to the nearest; beyond all classes where none was found."""
    assert ratio.distance is not None  # noqa: S101 - asked before
    return np.where(np.isfinite(ratio.distance), ratio.distance, 1e9)


def _rows(state: State) -> tuple[int, NDArray[np.int64]]:
    """How many cells the map shows, and the place of each cell among them."""
    cells = state.measured.cells.cell.astype(np.uint64)
    shown, row = shown_cells(cells)
    return len(shown), row


def _grouped(values: Floats, state: State) -> Floats:
    """[S] values as the map shows them: as they are, or the mean by people of a group."""
    count, row = _rows(state)
    if count == len(values):
        return values
    known = np.isfinite(values)
    weight = np.where(known, np.maximum(state.measured.cells.people, 1e-6), 0.0)
    total = np.bincount(row, weight, count)
    mean = np.bincount(row, weight * np.where(known, values, 0.0), count)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, mean / total, np.nan)


def _classes(scale: Scale, values: Floats, ratio: CellRatio, state: State) -> Codes:
    found = scale.class_of(values).astype(np.int8)
    count, _ = _rows(state)
    if count != len(ratio.state):
        return found
    code = {each: STATES.index(each) for each in (Seen.NO_DATA, Seen.UNKNOWN, Seen.EMPTY)}
    out = np.where(ratio.state == code[Seen.NO_DATA], NO_DATA, found)
    out = np.where(ratio.state == code[Seen.UNKNOWN], BEYOND, out)
    return np.where(ratio.state == code[Seen.EMPTY], NOTHING, out).astype(np.int8)


def _gains(indicator: Indicator, one: CellRatio, two: CellRatio, before: State) -> Codes:
    """[S] 1 where a cell becomes better, -1 where worse; of a group what most people have."""
    moved = better_in_cells(indicator, one, two)
    count, row = _rows(before)
    if count != len(moved):
        moved = np.sign(np.bincount(row, moved * before.measured.cells.people, count))
    return moved.astype(np.int8)


def _people(before: State, after: State) -> tuple[Floats, Floats]:
    count, row = _rows(before)
    one, two = (
        np.bincount(row, np.nan_to_num(each.measured.cells.people), count).astype(np.float64)
        for each in (before, after)
    )
    return one, two
