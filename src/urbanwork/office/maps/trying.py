"""What a scenario does, for the map: cells that gain and lose, figures, bottom lines that break."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from urbanwork.catalogue.models import Bilingual
from urbanwork.errors import Fault, ManyFaultsError, UserError, in_chinese
from urbanwork.office.maps import pieces
from urbanwork.office.maps.marks import metres
from urbanwork.office.maps.pieces import Frame
from urbanwork.office.maps.standing import Standing
from urbanwork.planning.building import change_of
from urbanwork.planning.changes import Change, Scenario
from urbanwork.planning.kinds import TITLES
from urbanwork.quantities.crs import to_lonlat
from urbanwork.reporting.html.scales import Scale
from urbanwork.reporting.numbers import Lang, format_people, format_value
from urbanwork.reporting.wording import VERDICTS

if TYPE_CHECKING:
    from urbanwork.planning.verdicts import Verdict
    from urbanwork.planning.whatif.outcome import Line, Outcome

MOST_CHANGES: Final = 40
MOST_LINES: Final = 40
KINDS: Final = (
    "add_place", "move_place", "remove_place", "set_capacity", "close_street", "reopen_street",
)  # fmt: skip
"""What can be drawn on the map; files may hold more."""
FIELDS: Final = ("id", "kind", "category", "target", "name", "capacity")
PLACES: Final = ("lon", "lat", "x", "y")
FARTHEST: Final = {"lon": 180.0, "lat": 90.0, "x": 1e6, "y": 1e6}
"""Degrees; metres from the middle of the map."""
COORDINATES: Final = {"lon": "经度", "lat": "纬度", "x": "横坐标", "y": "纵坐标"}
LONGEST: Final = 200
TOO_MANY: Final = Fault(
    f"changes: wanted a list of at most {MOST_CHANGES}, such as [{{...}}]",
    f"变更须为列表，最多{MOST_CHANGES}项",
)
NO_CHANGE: Final = Fault(
    "wanted a change: kind, category, lon and lat, texts and numbers",
    "不是有效的变更：须含变更类型、类别、经纬度，均为文字或数",
)
TOO_LONG: Final = Fault(
    f"a text is longer than {LONGEST} characters; shorten it", f"文字超过{LONGEST}字，请缩短"
)
_LEAST_PEOPLE: Final = 0.5


def changes_of(given: Any, frame: Frame) -> list[Change]:
    """The changes that a page or a program sent.

    Each is a mapping with `kind` and what `planning/reading.py` knows; where it is stands as `lon`
    and `lat`, or as `x` and `y` in the metres of the map.

    Raises ManyFaultsError with one sentence for each thing that is wrong.
    """
    if not isinstance(given, list) or len(given) > MOST_CHANGES:
        raise UserError(TOO_MANY)
    found, faults = list[Change](), list[str]()
    for number, each in enumerate(given, start=1):
        where = Fault(f"change {number}", f"第{number}项变更")
        try:
            change, wrong = change_of(_fields(each), _point(each, frame), where, number)
        except UserError as error:
            change, wrong = None, [Fault(str(error), in_chinese(error.faults[0])).under(where)]
        faults += wrong
        if change is not None:
            found.append(change)
    twice = {each.id for each in found if sum(one.id == each.id for one in found) > 1}
    faults += [
        Fault(
            f"the id '{each}' is given twice; give each change its own",
            f"编号“{each}”重复，每项变更的编号须唯一",
        )
        for each in sorted(twice)
    ]
    if faults:
        raise ManyFaultsError(faults)
    return found


def _fields(given: Any) -> dict[str, Any]:
    """What is plain of a change. Raises UserError for what no drawing on the map holds."""
    if not isinstance(given, dict):
        raise UserError(NO_CHANGE)
    if unknown := sorted(given.keys() - {*FIELDS, *PLACES}):
        name = unknown[0][:LONGEST]
        raise UserError(Fault(f"a change on the map has no '{name}'", f"地图变更没有字段“{name}”"))
    plain = {key: value for key, value in given.items() if key in FIELDS and value is not None}
    if any(isinstance(value, bool | list | dict) for value in plain.values()):
        raise UserError(NO_CHANGE)
    if any(isinstance(value, str) and len(value) > LONGEST for value in plain.values()):
        raise UserError(TOO_LONG)
    if any("\0" in value for value in plain.values() if isinstance(value, str)):
        raise UserError(NO_CHANGE)
    if plain.get("kind") not in KINDS:
        kinds = "、".join(TITLES[each].zh for each in KINDS)
        raise UserError(Fault(
            f"kind: got {str(plain.get('kind', ''))!r}, wanted one of {', '.join(KINDS)}",
            f"变更类型未知，可用：{kinds}",
        ))  # fmt: skip
    return plain


def _point(given: Mapping[str, Any], frame: Frame) -> shapely.Point | None:
    if given.get("x") is not None:
        x, y = _numbers(given, "x", "y")
        lon, lat = to_lonlat([x + frame.origin[0]], [y + frame.origin[1]], frame.crs)
        return shapely.Point(round(float(lon[0]), 7), round(float(lat[0]), 7))
    if given.get("lon") is None:
        return None
    return shapely.Point(*_numbers(given, "lon", "lat"))


def _numbers(given: Mapping[str, Any], *names: str) -> list[float]:
    values = [given.get(name) for name in names]
    for name, value in zip(names, values, strict=True):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not abs(value) <= FARTHEST[name]:  # type: ignore[arg-type]
            raise UserError(Fault(
                f"{name}: wanted a number from -{FARTHEST[name]:,.0f} to {FARTHEST[name]:,.0f}",
                f"{COORDINATES[name]}须为-{FARTHEST[name]:,.0f}至{FARTHEST[name]:,.0f}之间的数",
            ))  # fmt: skip
    return [float(value) for value in values]  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose turn it is, and the levels of visibility that the post may see."""

    who: str
    levels: tuple[str, ...]


def tried(
    held: Standing, changes: Sequence[Change], indicator: str, asker: Asker, exam: Path, lang: Lang
) -> dict[str, Any]:
    """What the changes do, ready for JSON.

    `cells` are those of `indicator`, or of the indicator that concerns most people where that one
    does not change: rows of the map with their class after and whether they gain.

    Raises:
        UserError: the city is not open, or a change means what is not there.
        BusyError: too many wait.
    """
    from urbanwork.planning.consistency import check_scenario

    if held.session is not None and changes:
        scenario = Scenario("try", "try", tuple(changes))
        faults = check_scenario(held.session.city, scenario, held.session.snappers)
        if faults:
            raise ManyFaultsError(faults)
    frame, began = pieces.frame_of(exam), time.perf_counter()
    scales = _scales(exam)
    with held.session_with(changes, asker.who) as (session, waited):
        found = session.outcome()
        cells = _cells(found, indicator, session.standards, scales)
        took = time.perf_counter() - began - waited
        titles = {rule.id: rule.title for rule in session.bottom_lines}
    lines = sorted(found.lines, key=lambda line: -_concerned(line))
    return {
        "changes": [_change(each, frame) for each in changes], "cells": cells,
        "lines": [_line(each, lang) for each in lines[:MOST_LINES]],
        "verdicts": _verdicts(found.verdicts, asker.levels, titles, lang),
        "took_ms": round(took * 1000, 1), "waited_ms": round(waited * 1000, 1),
    }  # fmt: skip


def _concerned(line: Line) -> float:
    return line.city.people_gain + line.city.people_lose


def _scales(exam: Path) -> dict[str, Scale]:
    """The classes of the map, by indicator: a change must not move the bounds of classes."""
    return {each["id"]: Scale.of_json(each["scale"]) for each in pieces.indicators_of(exam)}


def _cells(
    found: Outcome, indicator: str, standards: Mapping[str, Any], scales: Mapping[str, Scale]
) -> dict[str, Any] | None:
    """The cells that one indicator changes."""
    from urbanwork.reporting.scenario import cell_maps

    wanted = [line for line in found.lines if line.indicator.id == indicator]
    lines = wanted or sorted(found.lines, key=lambda line: -_concerned(line))
    if not lines or found.states is None:
        return None
    for line in lines[:5]:
        for key, shown in cell_maps([line], *found.states, standards, scales).items():
            rows = np.flatnonzero((shown.gain != 0) | (shown.after != shown.before))
            if len(rows):
                return {
                    "indicator": key, "rows": rows.tolist(), "after": shown.after[rows].tolist(),
                    "gain": shown.gain[rows].tolist(), "scale": shown.scale.as_json(),
                }  # fmt: skip
    return None


def _line(line: Line, lang: Lang) -> dict[str, Any]:
    city, unit = line.city, line.indicator.unit

    def people(number: float) -> str:
        return format_people(number, lang) if number >= _LEAST_PEOPLE else ""

    return {
        "indicator": line.indicator.id, "title": getattr(line.indicator.title, lang),
        "before": format_value(city.before, unit, lang),
        "after": format_value(city.after, unit, lang),
        "gain": people(city.people_gain), "lose": people(city.people_lose),
        "areas": [each.area for each in line.areas],
    }  # fmt: skip


def _verdicts(
    verdicts: Sequence[Verdict], seen: Sequence[str], titles: Mapping[str, Bilingual], lang: Lang
) -> list[dict[str, str]]:
    """Breaches and what cannot be judged, as far as the post may see them."""
    shown = [each for each in verdicts if each.status != "pass" and each.visibility in seen]
    shown.sort(key=lambda each: each.status != "breach")
    return [
        {
            "status": each.status, "word": getattr(VERDICTS[each.status], lang),
            "title": getattr(titles.get(each.rule, Bilingual(each.rule, each.rule)), lang),
            "clause": each.clause, "why": getattr(each.why, lang), "cure": getattr(each.cure, lang),
            "change": each.change or "",
        }
        for each in shown
    ]  # fmt: skip


def _change(change: Change, frame: Frame) -> dict[str, Any]:
    """A change as the page lists and draws it."""
    at = None
    if change.geometry is not None:
        middle = shapely.point_on_surface(change.geometry)
        at = metres(middle.x, middle.y, frame)
    return {
        "id": change.id, "kind": change.kind, "category": change.category,
        "target": change.target, "capacity": change.capacity, "at": at,
    }  # fmt: skip
