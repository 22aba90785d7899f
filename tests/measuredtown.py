"""A measured city of a few cells, given as numbers, for tests of what comes after measuring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from urbanwork.catalogue.models import Bilingual, Indicator, Standard
from urbanwork.examination.measuring import AreaTable, CellTable, Measured
from urbanwork.measures.figures import Figures
from urbanwork.measures.ratio import CellRatio
from urbanwork.quantities.measured import STATES, State

SAME = Bilingual("text", "文")
HECTARES = 10_000.0
EMPTY, MEASURED = STATES.index(State.EMPTY), STATES.index(State.MEASURED)
REACHED, NOT_REACHED = STATES.index(State.REACHED), STATES.index(State.NOT_REACHED)
UNKNOWN = STATES.index(State.UNKNOWN)


def indicator(id: str = "life.school", **changed: Any) -> Indicator:
    """A share of people in percent, unless changed."""
    fields = {
        "id": id, "version": "1", "title": Bilingual(id, "指标"), "question": SAME,
        "serves": ("B-L",), "dimension": "life", "measure": "reach_share",
        "inputs": ("place:primary_school",), "parameters": {}, "quantity": "share of people",
        "unit": "%", "better": "higher", "support": "people", "formula": SAME,
        "smallest_people": 0.0, "missing": "none", "standard": id, "sources": ("source",),
        "limits": SAME, "mend": SAME,
    }  # fmt: skip
    return Indicator(**(fields | changed))


def standard(key: str = "life.school", value: float = 80.0, **changed: Any) -> Standard:
    """At least `value`, advisory, confidence A, without a fair band, unless changed."""
    fields = {
        "id": f"cn.gb.{key}", "key": key, "set": "cn", "jurisdiction": "CN", "document": SAME,
        "edition": "GB 1", "clause": "1.2", "valid_from": "2018-01-01", "valid_to": None,
        "strength": "advisory", "operator": ">=", "value": value, "upper": None, "fair": None,
        "fair_why": "", "unit": "%", "confidence": "A", "source": "S1", "note": SAME,
    }  # fmt: skip
    return Standard(**(fields | changed))


def ratio(
    numerator: Sequence[float],
    known: Sequence[float],
    *,
    unknown: Sequence[float] | None = None,
    state: Sequence[int] | None = None,
    scale: float = 100.0,
    is_share: bool = True,
    **more: Any,
) -> CellRatio:
    """The ratio of cells; where the state is not given all cells are measured."""
    states = [MEASURED] * len(known) if state is None else state
    hidden = [0.0] * len(known) if unknown is None else unknown
    return CellRatio(
        np.array(numerator, float), np.array(known, float), np.array(hidden, float),
        np.array(states, np.int8), scale, is_share=is_share, **more,
    )  # fmt: skip


def reach(people: Sequence[float], states: str) -> CellRatio:
    """Share of people reached, from a letter a cell: r reached, n not reached, u unknown."""
    weight = np.array(people, float)
    letters = np.array(list(states))
    codes = {"r": REACHED, "n": NOT_REACHED, "u": UNKNOWN, "e": EMPTY}
    return ratio(
        np.where(letters == "r", weight, 0), np.where(letters == "u", 0, weight),
        unknown=np.where(letters == "u", weight, 0), state=[codes[c] for c in states],
    )  # fmt: skip


def measured(
    ratios: Mapping[str, CellRatio],
    people: Sequence[float],
    *,
    areas: str = "",
    land_m2: float = HECTARES * 10,
    spread: tuple[float, float] = (1.0, 1.0),
    thin: Mapping[str, Mapping[str, tuple[str, str]]] | None = None,
    figures: Mapping[str, Figures] | None = None,
) -> Measured:
    """A measured city with one cell per number of people; `areas` has the letter of each cell's."""
    count = len(people)
    names = sorted(set(areas)) if areas else ["A"]
    row = np.array([names.index(letter) for letter in areas] or [0] * count, np.int32)
    living = np.array(people, float)
    squares = shapely.box(np.arange(count), 0, np.arange(count) + 1, 1)
    cells = CellTable(
        cell=np.arange(1, count + 1, dtype=np.uint64), area=row, people=living,
        people_lower=living * spread[0], people_upper=living * spread[1],
        land_m2=np.full(count, land_m2), lon=np.arange(count) + 0.5, lat=np.full(count, 0.5),
        geometry=squares,
    )  # fmt: skip
    ids = np.array(names, object)
    shapes = np.array([shapely.union_all(squares[row == n]) for n in range(len(names))], object)
    completeness = [
        {"key": key, "found": 1.0, "expected": 1.0, "reason": None, "note_en": "", "note_zh": "",
         "thin_areas": dict(holes)}
        for key, holes in (thin or {}).items()
    ]  # fmt: skip
    facts = {
        "name": "Town", "name_zh": None, "as_of": "2024-01-01", "people": float(living.sum()),
        "people_origin": "estimate" if spread != (1.0, 1.0) else "raster",
        "completeness": completeness,
    }  # fmt: skip

    def by_area(values: Any) -> Any:
        return np.append(np.bincount(row, values, len(names)), np.sum(values))

    table = AreaTable(
        ids, ids, ids, ids, shapes, by_area(cells.people), by_area(cells.people_lower),
        by_area(cells.people_upper), by_area(cells.land_m2),
    )  # fmt: skip
    return Measured(cells, table, dict(ratios), dict(figures or {}), facts, b"")
