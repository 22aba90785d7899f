"""An assessment as plain data: what is stored, drawn, explained and scored again."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.measures.assessment import Assessment, Basis, Scores, frozen
from urbanwork.measures.cautions import cautions, moves
from urbanwork.measures.coupling import (
    COUPLING_GRADES,
    DEGREE_GRADES,
    Goalposts,
    Item,
    Subsystem,
    System,
    coupling_grade,
)
from urbanwork.measures.figures import Notes
from urbanwork.quantities.plain_data import plain_data

Floats = NDArray[np.float64]

CITY_NOTE = (
    "The city is scored as one more unit, by the bounds and weights of its areas; it is no part "
    "of the sample.",
    "全市作为一个单元，按各片区的区间与权重计分，不参与样本。",
)


def described(found: Assessment, people: Floats | None = None) -> dict[str, Any]:
    """All of an assessment; lists are [N + 1] (units, then the city) unless said.

    Args:
        found: the assessment.
        people: [N] weights of the mean of the units that stands beside the city's own figure.
    """
    system = found.system
    told = {
        "system": system.id,
        "version": system.version,
        "form": system.form,
        "weighting": system.weights,
        "epsilon": system.epsilon,
        "definition": plain_data(system),
        "units": list(found.units),
        "names": [list(each) for each in zip(found.units, found.units_zh, strict=True)],
        "values": [plain(row) for row in found.values],
        "reason": [None if why is None else list(why) for why in found.reason],
        "city": list(CITY_NOTE),
        "people": None if people is None else plain(people),
    }
    if found.basis is None or found.scores is None:
        return {**told, "warnings": []}
    return {
        **told,
        **_scored(found, found.basis, found.scores, people),
        "warnings": [plain_data(each) for each in cautions(found)],
    }


def _scored(
    found: Assessment, basis: Basis, scores: Scores, people: Floats | None
) -> dict[str, Any]:
    classic = found.system.form == "classic"
    return {
        "subsystems": _subsystems(found.system, basis, scores),
        "coupling": plain(scores.coupling),
        "coupling_grade": coupling_grade(scores.coupling).tolist() if classic else None,
        "development": plain(scores.development),
        "degree": plain(scores.degree),
        "grade": scores.grade.tolist(),
        "binds": [binding(found, row) for row in range(len(scores.degree))],
        "people_weighted_mean": _mean(scores.degree[:-1], people),
        "sensitivity": [
            {"left_out": each.left_out, "was": each.was, "largest": each.largest, "at": each.at,
             "mean": each.mean, "degree": plain(each.degree)}
            for each in moves(found)
        ],
        "frozen": frozen(found),
    }  # fmt: skip


def _subsystems(system: System, basis: Basis, scores: Scores) -> list[dict[str, Any]]:
    start, told = 0, []
    for place, each in enumerate(system.subsystems):
        columns = range(start, start + len(each.items))
        start += len(each.items)
        told.append({
            "id": each.id,
            "title": list(each.title),
            "weight": float(basis.subsystem_weights[place]),
            "score": plain(scores.subsystems[:, place]),
            "obstacle": plain(scores.subsystem_obstacle[:, place]),
            "items": [_item(system.items[column], column, basis, scores) for column in columns],
        })  # fmt: skip
    return told


def _item(item: Item, column: int, basis: Basis, scores: Scores) -> dict[str, Any]:
    why = basis.left_out[column]
    posts = item.goalposts
    return {
        "id": item.id,
        "title": list(item.title),
        "unit": item.unit,
        "better": item.better,
        "weight": float(basis.weights[column]),
        "bounds": plain(basis.bounds[column]),
        "bounds_from": "sample" if posts is None else posts.origin,
        "source": "" if posts is None else posts.source,
        "left_out": None if why is None else list(why),
        "scaled": plain(scores.scaled[:, column]),
        "obstacle": plain(scores.item_obstacle[:, column]),
    }


def binding(found: Assessment, row: int) -> dict[str, Any] | None:
    """The subsystem that scores least and the item that holds most back; None where none does."""
    scores, system = found.scores, found.system
    if scores is None or np.isnan(scores.degree[row]) or not scores.item_obstacle[row].any():
        return None
    weakest = int(np.nanargmin(scores.subsystems[row]))
    most = int(np.argmax(scores.item_obstacle[row]))
    return {
        "subsystem": system.subsystems[weakest].id,
        "subsystem_title": list(system.subsystems[weakest].title),
        "score": float(scores.subsystems[row, weakest]),
        "item": system.items[most].id,
        "item_title": list(system.items[most].title),
        "share": float(scores.item_obstacle[row, most]),
    }


def _mean(degrees: Floats, people: Floats | None) -> float | None:
    if people is None:
        return None
    weights = np.where(np.isnan(degrees), 0.0, np.nan_to_num(people))
    return float(np.nansum(degrees * weights) / weights.sum()) if weights.sum() > 0 else None


def plain(values: Floats) -> list[float | None]:
    """Numbers as JSON has them: nan is null."""
    return [None if math.isnan(each) else each for each in np.asarray(values, float).tolist()]


def grade_words(grade: int) -> tuple[str, str]:
    """Words of a grade of D, from 1.

    >>> grade_words(6)
    ('barely coordinated', '勉强协调')
    """
    return DEGREE_GRADES[grade - 1]


def level_words(found: Assessment) -> list[Notes | None]:
    """Words of the grade of D of every unit and the city; None without a score."""
    grades = [] if found.scores is None else found.scores.grade.tolist()
    return [grade_words(grade) if grade else None for grade in grades]


def coupling_words(found: Assessment) -> list[Notes | None]:
    """Words of the grade of C of every unit and the city: of the classic form only."""
    if found.scores is None or found.system.form != "classic":
        return []
    grades = coupling_grade(found.scores.coupling).tolist()
    return [COUPLING_GRADES[grade - 1] if grade else None for grade in grades]


def system_of(definition: Mapping[str, Any]) -> System:
    """The system that `described` wrote as `definition`, after a way through JSON."""
    subsystems = tuple(_subsystem_of(each) for each in definition["subsystems"])
    texts = {name: _tuple(definition[name]) for name in ("title", "serves", "sources", "limits")}
    return System(**{**definition, **texts, "subsystems": subsystems})


def _subsystem_of(plain_: Mapping[str, Any]) -> Subsystem:
    items = tuple(_item_of(each) for each in plain_["items"])
    return Subsystem(**{**plain_, "title": _tuple(plain_["title"]), "items": items})


def _item_of(plain_: Mapping[str, Any]) -> Item:
    posts = plain_["goalposts"]
    texts = {name: _tuple(plain_[name]) for name in ("title", "of", "per")}
    return Item(**{**plain_, **texts, "goalposts": posts and Goalposts(**posts)})


def _tuple(values: Sequence[str]) -> Any:
    return tuple(values)


def values_of(told: Mapping[str, Any]) -> Floats:
    """The table of values, [N + 1, K], that `described` wrote."""
    rows = [[np.nan if each is None else each for each in row] for row in told["values"]]
    return np.array(rows, dtype=np.float64).reshape(len(rows), -1)
