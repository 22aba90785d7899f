"""Completeness before judgement: is a layer mapped well enough to be judged at all?

A category of place of which none, or implausibly few, are mapped for the people there gives
"no data", never "poor". The yardsticks are deliberately low: they find holes in the data, not
shortages of the city.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from urbanwork.city.model import Completeness, PreparedCity
from urbanwork.quantities.measured import Reason

IMPLAUSIBLE_SHARE = 0.2
"""Fewer than this share of what is plausible is a hole in the data rather than a shortage."""
ENOUGH_TO_EXPECT = 5.0
"""Below five expected places chance alone explains any small number: only none is no data."""
LEAST_FLOOR_PER_PERSON = 6.0
"""m2 of mapped floors per person below which buildings cannot be complete (UN-Habitat counts
less than about 6 to 7 m2 a person as severe crowding; confidence C)."""
LEAST_BUILDINGS_PER_KM = 2.0
"""Mapped buildings per km of public street below which buildings cannot be complete."""
LEAST_GREEN_SHARE = 0.001
"""Share of the land below which green cannot be complete: no city has less than 0.1 %."""
LEAST_RESIDENTIAL_SHARE = 0.25
"""Share of people who must live on mapped residential land before shares of it mean anything."""


def judge(
    city: PreparedCity, plausible_per_10k: Mapping[str, float], complete: Iterable[str]
) -> dict[str, Completeness]:
    """Every layer and every category of place: good enough to judge, or the reason why not.

    `plausible_per_10k` gives per category how many places 10,000 people plausibly have at least;
    `complete` names the categories that the city's own register declares complete.
    """
    declared = set(complete)
    judged = [
        _category(city, category, rate, declared) for category, rate in plausible_per_10k.items()
    ]
    judged += [_streets(city), _drive(city), _buildings(city), _land_use(city), _green(city)]
    judged += [_people(city), _timetable(city)]
    return {each.key: each for each in judged}


def _category(city: PreparedCity, category: str, rate: float, declared: set[str]) -> Completeness:
    key = f"place:{category}"
    inside = city.places.category == category
    found = float(inside.sum())
    people = float(city.cells.people.sum())
    expected = rate * people / 10_000.0
    if category in declared:
        note = ("The register declares this category complete.", "台账声明该类设施数据完整。")
        return Completeness(key, found, expected, None, *note)
    reason = None
    if found == 0:
        reason = Reason.NONE_MAPPED
    elif expected >= ENOUGH_TO_EXPECT and found < IMPLAUSIBLE_SHARE * expected:
        reason = Reason.IMPLAUSIBLY_FEW
    return Completeness(key, found, expected, reason, *_place_note(found, expected, people))


def _place_note(found: float, expected: float, people: float) -> tuple[str, str]:
    rounded = _readable(people)
    if found == 0:
        en = f"Not one is mapped in the extract; {rounded} people live inside the boundary."
        zh = f"数据中未见一处；边界内约有 {rounded} 人。"
    else:
        en = f"{found:,.0f} mapped in the extract; at least about {max(expected, 1):,.0f} would be"
        en += f" plausible for {rounded} people."
        zh = f"数据中有 {found:,.0f} 处；{rounded} 人至少应约有 {max(expected, 1):,.0f} 处。"
    return en, zh


def _readable(people: float) -> str:
    if people <= 0:
        return "0"
    digits = max(0, int(math.log10(people)) - 2)
    return f"{round(people, -digits):,.0f}"


def _layer(
    name: str, found: float, expected: float, reason: Reason | None, en: str, zh: str
) -> Completeness:
    return Completeness(f"layer:{name}", found, expected, reason, en, zh)


def _streets(city: PreparedCity) -> Completeness:
    km = float(city.street_m.sum()) / 1000
    reason = Reason.NONE_MAPPED if km == 0 else None
    return _layer(
        "streets", km, 0, reason, f"{km:,.1f} km of public street inside the boundary.",
        f"边界内公共道路 {km:,.1f} 公里。",
    )  # fmt: skip


def _drive(city: PreparedCity) -> Completeness:
    edges = len(city.drive.length_m)
    reason = Reason.NONE_MAPPED if edges == 0 else None
    return _layer(
        "drive", edges, 0, reason, f"{edges:,} pieces of street for motor traffic.",
        f"机动车道路 {edges:,} 段。",
    )  # fmt: skip


def _buildings(city: PreparedCity) -> Completeness:
    inside = city.buildings.cell >= 0
    found = float(inside.sum())
    floor = float(city.buildings.floor_m2[inside].sum())
    people = float(city.cells.people.sum())
    km = float(city.street_m.sum()) / 1000
    expected = LEAST_BUILDINGS_PER_KM * km
    reason = None
    counted = city.people_origin == "raster" and people > 0
    if found == 0:
        reason = Reason.NONE_MAPPED
    elif found < expected or (counted and floor / people < LEAST_FLOOR_PER_PERSON):
        reason = Reason.IMPLAUSIBLY_FEW
    per_person = f"; {floor / people:,.0f} m² of floor a person" if counted else ""
    per_person_zh = f"；人均建筑面积 {floor / people:,.0f} 平方米" if counted else ""
    return _layer(
        "buildings", found, expected, reason,
        f"{found:,.0f} buildings mapped on {km:,.1f} km of street{per_person}.",
        f"{km:,.1f} 公里道路旁有 {found:,.0f} 栋建筑{per_person_zh}。",
    )  # fmt: skip


def _land_use(city: PreparedCity) -> Completeness:
    """Residential land: the share of people who live in cells where some of it is mapped."""
    rows = city.land.kind[city.land.overlap_land] == "residential"
    area = np.bincount(
        city.land.overlap_cell[rows], city.land.overlap_m2[rows], len(city.cells.people)
    )
    people = float(city.cells.people.sum())
    share = float(city.cells.people[area > 0].sum() / people) if people > 0 else 0.0
    hectares = float(area.sum()) / 1e4
    reason = None
    if hectares == 0:
        reason = Reason.NONE_MAPPED
    elif people > 0 and share < LEAST_RESIDENTIAL_SHARE:
        reason = Reason.IMPLAUSIBLY_FEW
    return _layer(
        "landuse", share, LEAST_RESIDENTIAL_SHARE, reason,
        f"{hectares:,.0f} ha of residential land mapped; {share:.0%} of people live in cells "
        "that have some.",
        f"居住用地 {hectares:,.0f} 公顷；{share:.0%} 的人口所在单元有居住用地数据。",
    )  # fmt: skip


def _green(city: PreparedCity) -> Completeness:
    rows = np.isin(city.land.kind.astype(str), ["green", "forest", "open_space"])
    overlap = rows[city.land.overlap_land]
    hectares = float(city.land.overlap_m2[overlap].sum()) / 1e4
    share = hectares * 1e4 / max(float(city.cells.land_m2.sum()), 1.0)
    reason = None
    if hectares == 0:
        reason = Reason.NONE_MAPPED
    elif share < LEAST_GREEN_SHARE:
        reason = Reason.IMPLAUSIBLY_FEW
    return _layer(
        "green", share, LEAST_GREEN_SHARE, reason,
        f"{hectares:,.1f} ha of green and open space mapped.",
        f"绿地与开敞空间 {hectares:,.1f} 公顷。",
    )  # fmt: skip


def _people(city: PreparedCity) -> Completeness:
    people = float(city.cells.people.sum())
    reason = Reason.LAYER_MISSING if people <= 0 else None
    return _layer("people", people, 0, reason, city.people_note_en, city.people_note_zh)


def _timetable(city: PreparedCity) -> Completeness:
    stops = float((city.places.category == "timetable_stop").sum())
    reason = Reason.LAYER_MISSING if stops == 0 else None
    note = (
        (f"{stops:,.0f} stops with departures.", f"有班次的站点 {stops:,.0f} 个。")
        if stops
        else ("No timetable (GTFS) was given.", "未提供公交时刻表（GTFS）。")
    )
    return _layer("timetable", stops, 0, reason, *note)
