"""An examination summed up by point and ask of the arrangement: plain data for reports.

`summarise` returns one entry a point, in the order of the document; all of it is JSON:

    {"section": "six_points", "section_title": {"en": ..., "zh": ...},
     "point": "point_1", "number": 1,              # within its section
     "title": {"en": ..., "zh": ...}, "anchor": "p2",
     ...summary..., "asks": [...]}

An ask:

    {"ask": "intensive_pattern", "codes": ["INT"], "text": {"en": ..., "zh": ...}, "anchor": "p2",
     "lead": {"id": "planning", "en": ..., "zh": ...} or null,
     "cooperating": [{"id": ..., "en": ..., "zh": ...}, ...],
     "is_bound": true,                             # false: a draft that nobody has confirmed
     "gap": {"what": {"en", "zh"}, "data": {"en", "zh"}} or null,
     ...summary...}

A summary, of the distinct indicators of one ask, or of all asks of a point:

    "indicators": ["growth.land_consumption_ratio", ...],   # in the order of the catalogue
    "counts": {"good": 3, "fair": 1, "poor": 2, "no_standard": 4, "no_data": 1},  # whole city
    "measured": 10,                                # all but no_data
    "people": 12345.0 or null,                     # see below
    "people_indicator": "life.kindergarten_300m" or null,
    "people_is_estimate": false,
    "problems": 17,                                # rows of problems.parquet
    "worst_area": {"area": "210211", "poor": 4, "fair": 1, "people": 800.0 or null} or null,
    "not_measured": [{"indicator": "...", "title": {"en", "zh"}, "reason": "not_given",
                      "note": {"en", "zh"}}],
    "bottom_lines": [{"kind": "standard" or "rule", "id": "cn.gb55014_2021.park_area_per_person",
                      "title": {"en", "zh"}, "state": "broken", "indicator": "..." or null,
                      "areas_broken": ["210211"], "areas_unknown": ["210212"],
                      "people": 800.0 or null, "note": {"en", "zh"}}]

`people` are those concerned by the one indicator that concerns most: people of several indicators
are often the same, so sums would count them twice. `worst_area` has most indicators graded poor,
then fair, then most people concerned by one indicator; null where no area falls short. `reason` is
one of `quantities.measured.Reason`, or `not_in_catalogue` for what the arrangement names and this
catalogue has not. States of a bottom line: `broken` (city or an area falls short), `kept` (all are
known and meet it), `unknown` (something is not known, which is never a pass), `not_in_force` (the
standard does not grade this city), `no_check` (a rule that nothing checks yet; `note` says what
data it needs).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from urbanwork.arrangement.binding import Binding, bind
from urbanwork.arrangement.models import Arrangement, Ask, Point, Section
from urbanwork.catalogue.models import Bilingual, Catalogue
from urbanwork.examination.tables import rows_where
from urbanwork.examination.tabulate import CITY
from urbanwork.quantities.measured import Reason
from urbanwork.quantities.plain_data import plain_data

GRADES: Final = ("good", "fair", "poor", "no_standard", "no_data")
SHORT: Final = ("fair", "poor")
NOT_IN_CATALOGUE: Final = "not_in_catalogue"
NOTHING_TO_JUDGE: Final = (Reason.NO_PEOPLE, Reason.NO_LAND, Reason.TOO_SMALL)
"""Reasons for which an area says nothing for or against a bottom line."""

_NOT_HERE = Bilingual(
    "The catalogue of this city has no such indicator.", "本市所用指标目录中没有该指标。"
)
_NOT_IN_FORCE = Bilingual(
    "This standard does not grade this city on this day.", "该标准当日不适用于本市评级。"
)
_NOTHING = Bilingual("", "")

Row = Mapping[str, Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Shortfalls:
    """Where indicators fall short, as columns of areas without the city; I indicators, A areas."""

    row: Mapping[str, int]  # indicator -> row
    area: Sequence[str]  # [A] ids, in order
    poor: NDArray[np.bool_]  # [I, A]
    fair: NDArray[np.bool_]  # [I, A]
    people: Floats  # [I, A] people for whom it falls short


@dataclass(frozen=True, slots=True)
class _Concerned:
    """The problems of one indicator."""

    people: float = 0.0
    problems: int = 0
    is_estimate: bool = False


@dataclass(frozen=True, slots=True)
class _Results:
    """The tables of an examination by indicator."""

    city: Mapping[str, Row]  # indicator -> row of the whole city
    short: _Shortfalls
    concerned: Mapping[str, _Concerned]  # indicators without a problem are not there
    by_standard: Mapping[str, Sequence[Row]]  # of the bottom lines that the arrangement names
    catalogue: Catalogue

    def people(self, indicator: str) -> float:
        """People concerned in all areas."""
        return self.concerned.get(indicator, _NOBODY).people


_NOBODY = _Concerned()


def summarise(
    arrangement: Arrangement, indicators: pa.Table, problems: pa.Table, catalogue: Catalogue
) -> list[dict[str, Any]]:
    """What an examination says to each point and ask, as the module describes.

    `indicators` and `problems` are the tables of `examination.tables`; the columns of other
    versions are not read. An indicator of the catalogue that the table has not counts as no data.
    """
    bindings = bind(arrangement, catalogue)
    lines = sorted({key for each in bindings.values() for key in each.standards})
    results = _Results(
        _city_rows(indicators), _shortfalls(indicators), _concerned(problems),
        _rows_by_standard(indicators, lines), catalogue,
    )  # fmt: skip
    return [
        _point(section, number, point, arrangement, bindings, results)
        for section in arrangement.sections
        for number, point in enumerate(section.points, start=1)
    ]


def _city_rows(indicators: pa.Table) -> dict[str, Row]:
    columns = ["indicator", "grade", "reason", "note_en", "note_zh"]
    rows = rows_where(indicators, "area", CITY.__eq__, columns)
    return {row["indicator"]: row for row in rows}


def _shortfalls(indicators: pa.Table) -> _Shortfalls:
    columns = ["indicator", "area", "grade", "people_short"]
    rows = rows_where(indicators, "area", CITY.__ne__, columns)
    keys = _places(row["indicator"] for row in rows)
    areas = _places(row["area"] for row in rows)
    at = ([keys[row["indicator"]] for row in rows], [areas[row["area"]] for row in rows])
    poor, fair = (np.zeros((len(keys), len(areas)), np.bool_) for _ in range(2))
    people = np.zeros((len(keys), len(areas)))
    poor[at] = [row["grade"] == "poor" for row in rows]
    fair[at] = [row["grade"] == "fair" for row in rows]
    people[at] = [row["people_short"] or 0.0 for row in rows]
    return _Shortfalls(keys, list(areas), poor, fair, people)


def _places(words: Iterable[str]) -> dict[str, int]:
    """The place of each word in order."""
    return {word: place for place, word in enumerate(sorted(set(words)))}


def _concerned(problems: pa.Table) -> dict[str, _Concerned]:
    found: dict[str, _Concerned] = {}
    names = ("indicator", "people", "is_estimate")
    for key, people, is_estimate in zip(*(problems[n].to_pylist() for n in names), strict=True):
        before = found.get(key, _NOBODY)
        found[key] = _Concerned(
            before.people + (people or 0.0),  # a problem of land concerns no people
            before.problems + 1,
            before.is_estimate or bool(is_estimate),
        )
    return found


def _rows_by_standard(indicators: pa.Table, lines: Sequence[str]) -> dict[str, list[Row]]:
    columns = ["indicator", "area", "grade", "reason", "is_provisional", "standard"]
    groups: dict[str, list[Row]] = {}
    for row in rows_where(indicators, "standard", frozenset(lines).__contains__, columns):
        groups.setdefault(row["standard"], []).append(row)
    return groups


def _point(
    section: Section,
    number: int,
    point: Point,
    arrangement: Arrangement,
    bindings: Mapping[str, Binding],
    results: _Results,
) -> dict[str, Any]:
    asks = [_ask(ask, arrangement, bindings[ask.id], results) for ask in point.asks]
    whole = _together([bindings[ask.id] for ask in point.asks], results.catalogue)
    return {
        "section": section.id, "section_title": plain_data(section.title),
        "point": point.id, "number": number, "title": plain_data(point.title),
        "anchor": point.anchor,
        **_summary(whole, arrangement, results), "asks": asks,
    }  # fmt: skip


def _together(bindings: Sequence[Binding], catalogue: Catalogue) -> Binding:
    """The bindings of several asks as one, each entry once."""

    def once(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each for one in bindings for each in getattr(one, name)))

    found = set(once("indicators"))
    return Binding(
        tuple(key for key in catalogue.indicators if key in found), once("unmatched"),
        once("standards"), once("rules"), once("unknown_standards"),
    )  # fmt: skip


def _ask(ask: Ask, arrangement: Arrangement, binding: Binding, results: _Results) -> dict[str, Any]:
    return {
        "ask": ask.id, "codes": list(ask.codes), "text": plain_data(ask.text), "anchor": ask.anchor,
        "lead": None if ask.lead is None else _body(ask.lead, arrangement),
        "cooperating": [_body(each, arrangement) for each in ask.cooperating],
        "is_bound": ask.is_bound, "gap": None if ask.gap is None else plain_data(ask.gap),
        **_summary(binding, arrangement, results),
    }  # fmt: skip


def _body(name: str, arrangement: Arrangement) -> dict[str, str]:
    return {"id": name, **plain_data(arrangement.bodies[name].title)}


def _summary(binding: Binding, arrangement: Arrangement, results: _Results) -> dict[str, Any]:
    counts = Counter(_grade(key, results) for key in binding.indicators)
    concerned = max(binding.indicators, key=results.people, default=None)
    people = results.people(concerned) if concerned is not None else 0.0
    return {
        "indicators": list(binding.indicators),
        "counts": {grade: counts[grade] for grade in GRADES},
        "measured": len(binding.indicators) - counts["no_data"],
        "people": people or None,
        "people_indicator": concerned if people else None,
        "people_is_estimate": bool(
            people and results.concerned.get(concerned or "", _NOBODY).is_estimate
        ),
        "problems": sum(results.concerned.get(key, _NOBODY).problems for key in binding.indicators),
        "worst_area": _worst_area(binding, results),
        "not_measured": _not_measured(binding, results),
        "bottom_lines": _bottom_lines(binding, arrangement, results),
    }


def _grade(indicator: str, results: _Results) -> str:
    row = results.city.get(indicator)
    return "no_data" if row is None else str(row["grade"])


def _worst_area(binding: Binding, results: _Results) -> dict[str, Any] | None:
    short = results.short
    rows = [short.row[key] for key in binding.indicators if key in short.row]
    poor, fair = short.poor[rows].sum(axis=0), short.fair[rows].sum(axis=0)
    if not (poor.any() or fair.any()):
        return None
    people = (short.people[rows] * (short.poor[rows] | short.fair[rows])).max(axis=0)
    worst = int(np.lexsort((-people, -fair, -poor))[0])  # of equal ones the first id
    return {
        "area": short.area[worst], "poor": int(poor[worst]), "fair": int(fair[worst]),
        "people": float(people[worst]) or None,
    }  # fmt: skip


def _not_measured(binding: Binding, results: _Results) -> list[dict[str, Any]]:
    found = []
    for key in binding.indicators:
        row = results.city.get(key)
        if row is None or row["grade"] == "no_data":
            title = plain_data(results.catalogue.indicators[key].title)
            found.append({"indicator": key, "title": title, **_why(row)})
    for key in binding.unmatched:
        title = {"en": key, "zh": key}
        found.append({"indicator": key, "title": title, "reason": NOT_IN_CATALOGUE,
                      "note": plain_data(_NOT_HERE)})  # fmt: skip
    return found


def _why(row: Row | None) -> dict[str, Any]:
    if row is None:
        return {"reason": str(Reason.NOT_GIVEN), "note": plain_data(_NOTHING)}
    reason = row["reason"] or str(Reason.NOT_GIVEN)
    return {"reason": reason, "note": {"en": row["note_en"] or "", "zh": row["note_zh"] or ""}}


def _bottom_lines(
    binding: Binding, arrangement: Arrangement, results: _Results
) -> list[dict[str, Any]]:
    known = {row.id: row for row in results.catalogue.standards}
    lines = [
        _standard_line(key, known[key].note, results.by_standard.get(key, ()), results)
        for key in binding.standards
    ]
    lines += [
        _line("standard", key, Bilingual(key, key), "not_in_force", _NOT_IN_FORCE)
        for key in binding.unknown_standards
    ]
    rules = [arrangement.rules[key] for key in binding.rules]
    return lines + [_line("rule", each.id, each.title, "no_check", each.data) for each in rules]


def _line(kind: str, key: str, title: Bilingual, state: str, note: Bilingual) -> dict[str, Any]:
    return {
        "kind": kind, "id": key, "title": plain_data(title), "state": state, "indicator": None,
        "areas_broken": [], "areas_unknown": [], "people": None, "note": plain_data(note),
    }  # fmt: skip


def _standard_line(
    key: str, note: Bilingual, rows: Sequence[Row], results: _Results
) -> dict[str, Any]:
    """A mandatory standard held against the rows that it grades; unknown is never a pass."""
    if not rows:
        return _line("standard", key, note, "not_in_force", _NOT_IN_FORCE)
    indicator = rows[0]["indicator"]
    title = results.catalogue.indicators[indicator].title
    broken = [row["area"] for row in rows if row["grade"] in SHORT]
    unknown = [row["area"] for row in rows if _is_unknown(row)]
    line = _line("standard", key, title, _state(broken, unknown), note)
    return {
        **line, "indicator": indicator,
        "areas_broken": [area for area in broken if area != CITY],
        "areas_unknown": [area for area in unknown if area != CITY],
        "people": results.people(indicator) or None,
    }  # fmt: skip


def _is_unknown(row: Row) -> bool:
    if row["grade"] == "no_data":
        return row["area"] == CITY or row["reason"] not in NOTHING_TO_JUDGE
    return bool(row["grade"] == "good" and row["is_provisional"])


def _state(broken: Sequence[str], unknown: Sequence[str]) -> str:
    if broken:
        return "broken"
    return "unknown" if unknown else "kept"
