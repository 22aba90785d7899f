"""Two or more examinations held against each other: years of one city, or cities.

What changed, by how much and for how many people; whether the city changed or only what we know of
it; and who stands where. Errata count: a corrected figure is compared as corrected, and said so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Literal

from urbanwork.catalogue.coordination import load_systems
from urbanwork.catalogue.models import Bilingual, Catalogue, Indicator
from urbanwork.errors import UserError
from urbanwork.examination.both_saw import BothSaw, both_saw
from urbanwork.examination.differences import Differences, differences, is_same_city
from urbanwork.examination.examined import Examined, Value, read_examined
from urbanwork.examination.lifecycle import examination_folder
from urbanwork.examination.parts import Parts, parts_of
from urbanwork.examination.ranks import Rank, ranks
from urbanwork.examination.tabulate import CITY
from urbanwork.examination.verdicts import (
    Verdict,
    verdict_of_cities,
    verdict_of_derived,
    verdict_of_years,
)

VARIABLE = "variable:"
SEEN_OTHERWISE = 0.05
"""Points of a share by which other ground must have changed it, for what cannot be taken apart to
be in doubt too."""


@dataclass(frozen=True, slots=True)
class Change:
    """One figure, before and after."""

    indicator: str
    area: str  # id, "city" for the whole
    before: Value | None
    after: Value | None
    difference: float | None  # after - before, where the two may be subtracted
    people: float | None  # more people for whom it falls short (fewer: below 0)
    reached: float | None  # more people who have it, of indicators that count people
    verdict: Verdict
    parts: Parts | None
    both_saw: BothSaw | None  # with only the places that both data sets show


@dataclass(frozen=True)
class Step:
    """From one examination to another: what differs besides the values, and every change."""

    before: Examined
    after: Examined
    found: Differences
    changes: tuple[Change, ...]

    @cached_property
    def by_indicator(self) -> dict[str, dict[str, Change]]:
        """The changes by indicator, then by area."""
        found: dict[str, dict[str, Change]] = {}
        for change in self.changes:
            found.setdefault(change.indicator, {})[change.area] = change
        return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """Examinations side by side."""

    kind: Literal["years", "cities"]
    examinations: tuple[Examined, ...]  # of one city in order of their dates, else as given
    steps: tuple[Step, ...]  # years: each to the next; cities: the first to each other
    indicators: Mapping[str, Bilingual]  # titles, in the order of the last catalogue
    dimensions: Mapping[str, Bilingual]  # title of the dimension, by indicator
    ranks: Mapping[str, tuple[Rank, ...]]  # areas of the last examination, or cities by id
    ranks_before: Mapping[str, tuple[Rank, ...]]  # areas of the first; empty for cities

    @property
    def names(self) -> dict[str, Bilingual]:
        """Names of what is ranked, by id: areas of the last examination, or cities."""
        if self.kind == "years":
            return dict(self.examinations[-1].areas)
        return {each.id: each.name for each in self.examinations}


def compare(paths: Sequence[Path]) -> Comparison:
    """Compare examinations, given by their folders or by those of their cities (their last).

    Raises:
        UserError: fewer than two, one twice, or one that cannot be read.
    """
    folders = [examination_folder(path).resolve() for path in paths]
    if len(folders) < 2:
        raise UserError("compare: got one examination; give two or more, such as last year's first")
    for place, folder in enumerate(folders):
        if folder in folders[:place]:
            raise UserError(
                f"compare: {folder.name} is given twice; give another examination. A city stands "
                "for its last one; give the folder of an earlier one: mycity/examinations/..."
            )
    return compared([read_examined(folder) for folder in folders])


def compared(found: Sequence[Examined]) -> Comparison:
    """The comparison of examinations that have been read."""
    is_one_city = all(is_same_city(found[0], each) for each in found[1:])
    if is_one_city:
        return _of_years(sorted(found, key=lambda each: each.as_of))
    steps = tuple(_step(found[0], each, is_one_city=False) for each in found[1:])
    titles, dimensions, better = _declared(found)
    cities = {
        key: tuple(ranks(
            {each.id: each.values.get((key, CITY)) for each in found}, better[key],
            _band(found[0], key),
        ))
        for key in titles
    }  # fmt: skip
    return Comparison("cities", tuple(found), steps, titles, dimensions, cities, {})


def _of_years(found: Sequence[Examined]) -> Comparison:
    steps = tuple(_step(a, b, is_one_city=True) for a, b in pairwise(found))
    titles, dimensions, better = _declared(found)
    last, first = (
        {key: tuple(ranks(_of_areas(each, key), better[key], _band(each, key))) for key in titles}
        for each in (found[-1], found[0])
    )
    return Comparison("years", tuple(found), steps, titles, dimensions, last, first)


def _of_areas(one: Examined, indicator: str) -> dict[str, Value | None]:
    return {area: one.values.get((indicator, area)) for area in one.areas}


def _declared(
    found: Sequence[Examined],
) -> tuple[dict[str, Bilingual], dict[str, Bilingual], dict[str, str]]:
    """Titles, dimensions and directions of all indicators, the last examination's first."""
    titles: dict[str, Bilingual] = {}
    dimensions: dict[str, Bilingual] = {}
    better: dict[str, str] = {}
    for one in reversed(found):
        order = list(one.catalogue.indicators) if one.catalogue else []
        entries = one.manifest["indicators"]
        for key in [*(k for k in order if k in entries), *(k for k in entries if k not in order)]:
            if key not in titles:
                titles[key] = Bilingual(**entries[key]["title"])
                dimensions[key] = Bilingual(**entries[key]["dimension_title"])
                better[key] = entries[key]["better"]
    return titles, dimensions, better


def _band(one: Examined, indicator: str) -> tuple[float, float] | None:
    """The band that a standard asks for, where it asks for one."""
    entry = one.manifest["indicators"].get(indicator) or {}
    row = (one.manifest.get("standards") or {}).get(entry.get("standard"))
    if not row or row["operator"] != "between" or row["upper"] is None:
        return None
    return float(row["value"]), float(row["upper"])


def _step(a: Examined, b: Examined, *, is_one_city: bool) -> Step:
    found = differences(a, b)
    keys = list(_declared([a, b])[0])
    areas = [CITY, *(list(dict.fromkeys([*b.areas, *a.areas])) if is_one_city else [])]
    judge = _of_years_judge(a, b, keys, found) if is_one_city else _of_cities_judge(a, b, found)
    changes = tuple(_change(a, b, key, area, judge) for key in keys for area in areas)
    return Step(a, b, found, changes)


@dataclass(frozen=True, slots=True)
class _Judge:
    """Gives the verdict on a figure, and what it was taken apart into."""

    verdict: Callable[[str, str], Verdict]
    parts: Mapping[tuple[str, str], Parts]
    both: Mapping[tuple[str, str], BothSaw]


def _of_cities_judge(a: Examined, b: Examined, found: Differences) -> _Judge:
    def verdict(indicator: str, area: str) -> Verdict:
        one, other = a.values.get((indicator, area)), b.values.get((indicator, area))
        return verdict_of_cities(one, other, indicator=indicator, found=found)

    return _Judge(verdict, {}, {})


def _of_years_judge(a: Examined, b: Examined, keys: Sequence[str], found: Differences) -> _Judge:
    in_both = [k for k in keys if k in a.manifest["indicators"] and k in b.manifest["indicators"]]
    supports = {key: str(b.manifest["indicators"][key]["support"]) for key in in_both}
    parts = parts_of(a, b, supports)
    inputs = {key: inputs_of(b.catalogue, key, found) for key in keys}
    both = both_saw(a, b, _of_changed_places(a, b, inputs, found))
    unsteady = {
        area
        for (key, area), each in parts.items()
        if abs(each.ground) > SEEN_OTHERWISE and b.manifest["indicators"][key]["unit"] == "%"
    }
    origins = {key: made_from(b.catalogue, key) for key in keys}
    has_tables = "statistics" in found.sources
    tabled = {key for key in keys if has_tables and _has_tables(b.catalogue, key)}

    @cache
    def verdict(indicator: str, area: str) -> Verdict:
        key = (indicator, area)
        before, after = a.values.get(key), b.values.get(key)
        if origins[indicator]:
            parents = {k: verdict(k, area) for k in origins[indicator] if k in origins}
            return verdict_of_derived(
                before, after, parents, indicator=indicator, found=found,
                has_tables=indicator in tabled,
            )  # fmt: skip
        return verdict_of_years(
            before, after, indicator=indicator, area=area, declared=_indicator(b, indicator),
            inputs=inputs[indicator], found=found, parts=parts.get(key),
            both=both.get(key), has_other_ground=area in unsteady,
        )  # fmt: skip

    return _Judge(verdict, parts, both)


def _change(a: Examined, b: Examined, indicator: str, area: str, judge: _Judge) -> Change:
    key = (indicator, area)
    before, after, verdict = a.values.get(key), b.values.get(key), judge.verdict(indicator, area)
    return Change(
        indicator, area, before, after, _difference(before, after, verdict),
        _people(before, after, verdict), _reached(before, after, verdict), verdict,
        judge.parts.get(key), judge.both.get(key),
    )  # fmt: skip


def _indicator(one: Examined, key: str) -> Indicator | None:
    return one.catalogue.indicators.get(key) if one.catalogue else None


def _of_changed_places(
    a: Examined, b: Examined, inputs: Mapping[str, Sequence[str] | None], found: Differences
) -> list[Indicator]:
    """The indicators whose places are more or fewer, and that both examinations define alike."""
    if a.catalogue is None or b.catalogue is None:
        return []
    changed = {
        key
        for key, each in found.mapped.items()
        if key.startswith("place:") and each.before and each.after and each.before != each.after
    }
    return [
        declared
        for key, declared in b.catalogue.indicators.items()
        if key in a.catalogue.indicators
        and key not in found.definitions
        and declared.missing != "itself"
        and changed.intersection(inputs.get(key) or ())
    ]


def inputs_of(catalogue: Catalogue | None, indicator: str, found: Differences) -> list[str] | None:
    """What an indicator needs, with categories that it counts but can do without.

    None where nothing tells.
    """
    declared = catalogue.indicators.get(indicator) if catalogue else None
    if declared is None:
        return None
    named = [
        f"place:{name}"
        for value in declared.arguments().values()
        for name in (value if isinstance(value, list) else [value])
    ]
    return list(dict.fromkeys([*declared.inputs, *(key for key in named if key in found.mapped)]))


def made_from(catalogue: Catalogue | None, indicator: str) -> list[str]:
    """The indicators that this one takes the figures of: named in `of`, or items of its system."""
    if catalogue is None:
        return []
    return [each for each in _ingredients(catalogue, indicator) if each in catalogue.indicators]


def _has_tables(catalogue: Catalogue | None, indicator: str) -> bool:
    """Whether figures of tables go into it beside other indicators."""
    found = _ingredients(catalogue, indicator) if catalogue else []
    return any(each.startswith(VARIABLE) for each in found)


def _ingredients(catalogue: Catalogue, indicator: str) -> list[str]:
    declared = catalogue.indicators.get(indicator)
    given = declared.arguments() if declared is not None else {}
    named = given.get("of", [])
    found = [str(each) for each in (named if isinstance(named, list) else [named])]
    if "system" in given:
        system = load_systems().get(str(given["system"]))
        items = system.items if system is not None else ()
        found += [name for item in items for name in (*item.of, *item.per)]
    return list(dict.fromkeys(found))


def _difference(before: Value | None, after: Value | None, verdict: Verdict) -> float | None:
    if verdict.code in ("definition", "not_comparable") or before is None or after is None:
        return None
    if before.value is None or after.value is None:
        return None
    return after.value - before.value


def _people(before: Value | None, after: Value | None, verdict: Verdict) -> float | None:
    """Where it falls short for nobody, nobody is concerned; without a value nothing is known."""
    if _difference(before, after, verdict) is None or before is None or after is None:
        return None
    if before.erratum is not None or after.erratum is not None:
        return None
    if before.people_short is None and after.people_short is None:
        return None
    return (after.people_short or 0.0) - (before.people_short or 0.0)


def _reached(before: Value | None, after: Value | None, verdict: Verdict) -> float | None:
    if _difference(before, after, verdict) is None or before is None or after is None:
        return None
    if before.support != "people" or before.unit != "%":
        return None
    if before.numerator is None or after.numerator is None:
        return None
    return after.numerator - before.numerator
