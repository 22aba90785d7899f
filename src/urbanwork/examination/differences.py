"""What differs between two examinations besides their values: definitions, ground, data.

Everything here is read from manifests, definitions and tables; nothing is guessed. How much of a
change in mapping may be the city itself is the one assumption, `PLAUSIBLE_GROWTH`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import shapely

from urbanwork.city.completeness import DECLARED_COMPLETE
from urbanwork.examination.definitions import changed, decides_numbers
from urbanwork.examination.examined import Examined

PLAUSIBLE_GROWTH = 0.05
"""Part by which a stock of places, streets or buildings may really grow or shrink in a year.

Ours (confidence C): the fastest cities built and opened about this much; what the data gained
beyond it was there before and was mapped later.
"""
SAME_GROUND = 0.999
"""Shared part of two outlines (area of what both have ÷ area of what either has) that is equal
but for rounding of coordinates."""

SourceState = Literal["same", "newer", "replaced", "added", "removed"]


@dataclass(frozen=True, slots=True)
class SourceChange:
    """What became of the files of one kind."""

    kind: str
    state: SourceState
    before: str  # files with dates
    after: str
    date_before: str | None = None  # newest date of the files, where all have one
    date_after: str | None = None


@dataclass(frozen=True, slots=True)
class MappedChange:
    """How much of a layer or category the data shows, before and after."""

    key: str  # place:kindergarten, layer:streets
    before: float
    after: float
    reason_before: str | None
    reason_after: str | None
    is_declared: bool  # a register says that it lacks none, in both
    excess: float  # part of the change that is more than a city can grow in that time, 0 to 1


@dataclass(frozen=True, slots=True)
class SeriesBreak:
    """From `year` on, figures of tables cannot be compared with earlier ones."""

    year: int
    why: str
    variables: frozenset[str]  # empty: all
    areas: frozenset[str]  # ids; empty: all, and the city

    def parts(self, before: str, after: str, area: str, inputs: Sequence[str]) -> bool:
        """Whether it stands between the periods of two figures of these inputs."""
        years = [int(each[-4:]) for each in (before, after) if each[-4:].isdigit()]
        if len(years) < 2 or not years[0] < self.year <= years[1]:
            return False
        named = {key.partition(":")[2] for key in inputs if key.startswith("variable:")}
        is_meant = bool(named & self.variables) if self.variables else bool(named)
        return is_meant and (not self.areas or area in self.areas)


@dataclass(frozen=True, slots=True)
class Differences:
    """All that differs between an earlier and a later examination."""

    definitions: Mapping[str, str]  # indicator -> what changed in it
    standards: Mapping[str, str]  # indicator -> what changed in its standard
    are_definitions_kept: bool  # both examinations kept theirs, so that no change escapes
    sources: Mapping[str, SourceChange]  # by kind
    mapped: Mapping[str, MappedChange]  # by key of completeness
    corrections_added: tuple[Mapping[str, Any], ...]
    corrections_ended: tuple[Mapping[str, Any], ...]
    people_origin: tuple[str, str]
    program: tuple[str, str]
    settings: str  # what changed in the settings that count
    ground: float  # shared part of the two grounds, 1 where the same
    land_km2: tuple[float, float]
    areas_added: tuple[str, ...]
    areas_removed: tuple[str, ...]
    areas_moved: Mapping[str, float]  # id -> shared part of its two outlines
    years: float  # from the one to the other
    breaks: tuple[SeriesBreak, ...] = ()  # of tables, as their adapters declare them

    def source(self, kind: str) -> SourceState | None:
        """What became of a kind of source; None where neither has it."""
        found = self.sources.get(kind)
        return None if found is None else found.state

    @property
    def has_other_program(self) -> bool:
        return self.program[0] != self.program[1]

    @property
    def has_other_people(self) -> bool:
        """Whether people are of another origin: counted here, estimated there."""
        return self.people_origin[0] != self.people_origin[1]


def differences(a: Examined, b: Examined) -> Differences:
    """What differs between examination `a`, the earlier, and `b`."""
    years = _years(a, b)
    added, ended = _corrections(a, b)
    both = [key for key in a.shapes if key in b.shapes]
    shared = {key: _shared(a.shapes[key], b.shapes[key]) for key in both}
    return Differences(
        _definitions(a, b), _standards(a, b), a.is_frozen_catalogue and b.is_frozen_catalogue,
        _sources(a, b), _mapped(a, b, years), added, ended,
        (_text(a, "people_origin"), _text(b, "people_origin")), (_program(a), _program(b)),
        changed(_flat(a.settings), _flat(b.settings)) if a.settings and b.settings else "",
        _shared(a.ground, b.ground),
        (float(a.manifest.get("land_km2") or 0), float(b.manifest.get("land_km2") or 0)),
        tuple(key for key in b.shapes if key not in a.shapes),
        tuple(key for key in a.shapes if key not in b.shapes),
        {key: part for key, part in shared.items() if part < SAME_GROUND}, years, _breaks(b),
    )  # fmt: skip


def is_same_city(a: Examined, b: Examined) -> bool:
    """Whether two examinations are of one city: most of the ground is the same."""
    return _shared(a.ground, b.ground) > 0.5 or (
        a.name == b.name and shapely.intersects(a.ground, b.ground)
    )


def _text(one: Examined, name: str) -> str:
    return str(one.manifest.get(name) or "")


def _years(a: Examined, b: Examined) -> float:
    days = (date.fromisoformat(b.as_of[:10]) - date.fromisoformat(a.as_of[:10])).days
    return max(days, 0) / 365.25


def _program(one: Examined) -> str:
    """Version of the program, with the hash of its code where the manifest has it."""
    parts = (one.manifest.get("urbanwork"), str(one.manifest.get("code") or "")[:8])
    return " ".join(str(part) for part in parts if part)


def _shared(a: shapely.Geometry, b: shapely.Geometry) -> float:
    """Area of what both have ÷ area of what either has; in degrees, which a ratio allows."""
    if shapely.equals_exact(a, b):
        return 1.0
    either = float(shapely.area(shapely.union(a, b)))
    return float(shapely.area(shapely.intersection(a, b))) / either if either > 0 else 1.0


def _flat(settings: Mapping[str, Any], under: str = "") -> dict[str, Any]:
    """Settings by their path, such as people.floor_area_per_person; standards are held apart."""
    found: dict[str, Any] = {}
    for key, value in settings.items():
        if key == "standard_sets":
            continue
        if isinstance(value, Mapping):
            found |= _flat(value, f"{under}{key}.")
        else:
            found[f"{under}{key}"] = value
    return found


def _definitions(a: Examined, b: Examined) -> dict[str, str]:
    found = {}
    for key, was in a.manifest["indicators"].items():
        now = b.manifest["indicators"].get(key)
        if now is None:
            continue
        what = changed(_declared(was), _declared(now))
        if a.is_frozen_catalogue and b.is_frozen_catalogue and a.catalogue and b.catalogue:
            one, other = a.catalogue.indicators.get(key), b.catalogue.indicators.get(key)
            if one is not None and other is not None:
                what = changed(decides_numbers(one), decides_numbers(other))
        if what:
            found[key] = what
    return found


def _declared(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What every manifest says of an indicator."""
    return {name: entry.get(name) for name in ("version", "unit", "support")}


def _standards(a: Examined, b: Examined) -> dict[str, str]:
    names = ("id", "edition", "operator", "value", "upper", "fair")
    found = {}
    for key, now in b.manifest["indicators"].items():
        was = a.manifest["indicators"].get(key)
        if was is None:
            continue
        rows = [
            {name: row.get(name) for name in names} if row else {}
            for row in (
                (a.manifest.get("standards") or {}).get(was.get("standard")),
                (b.manifest.get("standards") or {}).get(now.get("standard")),
            )
        ]
        what = changed(*rows)
        if what:
            found[key] = what
    return found


def _sources(a: Examined, b: Examined) -> dict[str, SourceChange]:
    before, after = _files(a), _files(b)
    return {
        kind: SourceChange(
            kind, _state(before.get(kind, []), after.get(kind, []), is_later=b.as_of > a.as_of),
            _listed(before.get(kind, [])), _listed(after.get(kind, [])),
            _newest(before.get(kind, [])), _newest(after.get(kind, [])),
        )
        for kind in {**before, **after}
    }  # fmt: skip


def _files(one: Examined) -> dict[str, list[Mapping[str, Any]]]:
    """The sources with files, by kind; corrections are compared one by one instead."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for source in one.manifest.get("sources") or []:
        if source.get("sha256") and source["kind"] != "corrections":
            found.setdefault(str(source["kind"]), []).append(source)
    return found


def _state(
    before: list[Mapping[str, Any]], after: list[Mapping[str, Any]], *, is_later: bool
) -> SourceState:
    """Files without dates are as old as the examination that reads them."""
    if not before or not after:
        return "added" if after else "removed"
    if _hashes(before) == _hashes(after):
        return "same"
    dates = _newest(before), _newest(after)
    if dates[0] and dates[1]:
        is_later = dates[1] > dates[0]
    return "newer" if is_later else "replaced"


def _newest(files: list[Mapping[str, Any]]) -> str | None:
    return max((str(each["date"]) for each in files if each.get("date")), default=None)


def _hashes(files: list[Mapping[str, Any]]) -> list[str]:
    listed = [each["sha256"] for each in files]
    return sorted(h for each in listed for h in (each if isinstance(each, list) else [each]))


def _listed(files: list[Mapping[str, Any]]) -> str:
    return "; ".join(
        f"{each.get('file')}{' (' + str(each['date']) + ')' if each.get('date') else ''}"
        for each in files
    )


def _breaks(one: Examined) -> tuple[SeriesBreak, ...]:
    """The breaks of series that the tables of an examination declare."""
    ids = {name: key for key, both in one.areas.items() for name in (key, both.en, both.zh)}
    found = [
        each
        for source in one.manifest.get("sources") or []
        if source["kind"] == "statistics"
        for each in (source.get("report") or {}).get("breaks") or []
    ]
    return tuple(
        SeriesBreak(
            int(each["year"]), str(each["why"]), frozenset(each.get("variables") or ()),
            frozenset(ids.get(name, name) for name in each.get("areas") or ()),
        )
        for each in found
    )  # fmt: skip


def _corrections(
    a: Examined, b: Examined
) -> tuple[tuple[Mapping[str, Any], ...], tuple[Mapping[str, Any], ...]]:
    """Corrections that only the later, and that only the earlier examination applied."""
    applied = []
    for one in (a, b):
        rows = [
            each
            for each in one.manifest.get("corrections") or []
            if each.get("status") == "applied"
        ]
        applied.append({json.dumps(each, sort_keys=True, default=str): each for each in rows})
    before, after = applied
    return (
        tuple(each for key, each in after.items() if key not in before),
        tuple(each for key, each in before.items() if key not in after),
    )


def _mapped(a: Examined, b: Examined, years: float) -> dict[str, MappedChange]:
    before = {each["key"]: each for each in a.manifest.get("completeness") or []}
    after = {each["key"]: each for each in b.manifest.get("completeness") or []}
    return {
        key: _mapped_change(key, before[key], after[key], years) for key in before if key in after
    }


def _mapped_change(
    key: str, was: Mapping[str, Any], now: Mapping[str, Any], years: float
) -> MappedChange:
    found = float(was["found"]), float(now["found"])
    declared = all(each["note_en"] == DECLARED_COMPLETE[0] for each in (was, now))
    excess = 0.0 if declared else excess_of(key, *found, years)
    return MappedChange(key, *found, was["reason"], now["reason"], declared, excess)


def excess_of(key: str, before: float, after: float, years: float) -> float:
    """The part of a change in the data that is more than a city can change in `years`.

    One place may always open or close; beyond this a stock may change by `PLAUSIBLE_GROWTH` a year.

    >>> excess_of("place:kindergarten", 12, 30, 1.0), excess_of("place:kindergarten", 12, 13, 1.0)
    (0.9444444444444444, 0.0)
    """
    size = abs(after - before)
    if size == 0:
        return 0.0
    plausible = PLAUSIBLE_GROWTH * years * before
    if key.startswith("place:") and years > 0:
        plausible = max(plausible, 1.0)
    return max(0.0, size - plausible) / size
