"""Completeness before judgement: is a layer mapped well enough to be judged at all?

A category of place of which none, or implausibly few, are mapped for the people there gives
"no data", never "poor". The yardsticks are deliberately low: they find holes in the data, not
shortages of the city. A layer that is good enough for the city may still have holes: areas where
it is too thin are named with it (`city/thin_areas.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.city.model import Completeness, PreparedCity
from urbanwork.city.thin_areas import LEAST_FLOOR_PER_PERSON, Notes, is_counted, thin_areas
from urbanwork.quantities.measured import Reason
from urbanwork.quantities.rounding import three_digits

Flags = NDArray[np.bool_]

NEARBY_M = 1_000.0
"""Places this far outside the boundary count: people walk there, and a small boundary has few."""
LEAST_BUILDINGS_PER_KM = 2.0
"""Mapped buildings per km of public street below which buildings cannot be complete."""
LEAST_GREEN_SHARE = 0.001
"""Share of the land below which green cannot be complete: no city has less than 0.1 %."""
LEAST_STREET_PER_PERSON_M = 0.1
"""Metres of public street per person below which streets cannot be complete (Hong Kong, of all
cities the one with the least, has about 0.3; confidence C)."""
LEAST_GREEN_SHARE = 0.005
"""Share of the land below which green and open space cannot be complete: the densest cities on
earth have several percent (confidence C)."""
LARGE_ENOUGH_M2 = 1e6
"""On less land than this a city may well have no green at all."""
DECLARED_COMPLETE = ("The register declares this category complete.", "台账声明该类设施数据完整。")
"""What is said of a category of which the city's own register lacks none."""
LEAST_RESIDENTIAL_SHARE = 0.25
"""Share of people who must live on mapped residential land before shares of it mean anything."""


def judge(
    city: PreparedCity, plausible_per_10k: Mapping[str, float], complete: Iterable[str]
) -> dict[str, Completeness]:
    """Every layer and every category of place: good enough to judge, or the reason why not.

    `plausible_per_10k` gives per category how many places 10,000 people plausibly have at least:
    with fewer the map is taken to be unfinished. `complete` names the categories that the city's
    own register declares complete.
    """
    declared = set(complete)
    near = places_near(city, NEARBY_M)
    judged = [
        _category(city, category, rate, near, declared)
        for category, rate in plausible_per_10k.items()
    ]
    judged += [_streets(city), _drive(city), _buildings(city), _land_use(city), _green(city)]
    judged += [_people(city), _timetable(city, near)]
    thin = thin_areas(city, near, sum(plausible_per_10k.values()))
    return {each.key: _with_holes(each, thin, declared) for each in judged}


def _with_holes(
    judged: Completeness, thin: Mapping[str, Notes], declared: set[str]
) -> Completeness:
    category = judged.key.removeprefix("place:")
    if judged.reason is not None or category in declared:
        return judged
    kind = "places" if judged.key.startswith("place:") else judged.key
    return replace(judged, thin_areas=dict(thin.get(kind, {})))


def places_near(city: PreparedCity, within_m: float) -> Flags:
    """Places inside the boundary or at most `within_m` outside it, bool[P]."""
    west, south, east, north = city.boundary.bounds
    x, y = city.places.x, city.places.y
    near = (x >= west - within_m) & (x <= east + within_m)
    near &= (y >= south - within_m) & (y <= north + within_m)
    rows = np.flatnonzero(near)
    shapely.prepare(city.boundary)
    near[rows] = shapely.dwithin(city.boundary, shapely.points(x[rows], y[rows]), within_m)
    return np.asarray(near, np.bool_)


def _category(
    city: PreparedCity, category: str, rate: float, near: Flags, declared: set[str]
) -> Completeness:
    key = f"place:{category}"
    is_one = city.places.category == category
    found = float((is_one & near).sum())
    people = float(city.cells.people.sum())
    expected = rate * people / 10_000.0
    if category in declared:
        return Completeness(key, found, expected, None, *DECLARED_COMPLETE)
    reason = None
    if not is_one.any() or (found == 0 and expected >= 1):
        reason = Reason.NONE_MAPPED
    elif found < expected and expected >= 1:
        reason = Reason.IMPLAUSIBLY_FEW
    return Completeness(key, found, expected, reason, *_place_note(found, expected, people))


def _place_note(found: float, expected: float, people: float) -> tuple[str, str]:
    rounded = three_digits(people)
    if found == 0:
        en = f"Not one is mapped inside the boundary or 1 km around; {rounded} people live inside."
        zh = f"边界内及周边 1 公里未见一处；边界内约有 {rounded} 人。"
    else:
        en = f"{found:,.0f} mapped inside the boundary or 1 km around; at least about"
        en += f" {max(expected, 1):,.0f} would be plausible for {rounded} people."
        zh = f"边界内及周边 1 公里有 {found:,.0f} 处；{rounded} 人至少应约有"
        zh += f" {max(expected, 1):,.0f} 处。"
    return en, zh


def _layer(
    name: str, found: float, expected: float, reason: Reason | None, en: str, zh: str
) -> Completeness:
    return Completeness(f"layer:{name}", found, expected, reason, en, zh)


def _streets(city: PreparedCity) -> Completeness:
    metres = float(city.street_m.sum())
    km, people = metres / 1000, float(city.cells.people.sum())
    expected = LEAST_STREET_PER_PERSON_M * people / 1000 if is_counted(city) else 0.0
    reason = None
    if km == 0:
        reason = Reason.NONE_MAPPED
    elif km < expected:
        reason = Reason.IMPLAUSIBLY_FEW
    per_person = f"; {metres / people:,.2g} m a person" if is_counted(city) else ""
    per_person_zh = f"；人均 {metres / people:,.2g} 米" if is_counted(city) else ""
    return _layer(
        "streets", km, expected, reason,
        f"{km:,.1f} km of public street inside the boundary{per_person}.",
        f"边界内公共道路 {km:,.1f} 公里{per_person_zh}。",
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
    counted = is_counted(city)
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
    green, land = float(city.land.overlap_m2[overlap].sum()), float(city.cells.land_m2.sum())
    expected = LEAST_GREEN_SHARE * land if land >= LARGE_ENOUGH_M2 else 0.0
    reason = None
    if green == 0:
        reason = Reason.NONE_MAPPED
    elif green < expected:
        reason = Reason.IMPLAUSIBLY_FEW
    return _layer(
        "green", green / 1e4, expected / 1e4, reason,
        f"{green / 1e4:,.1f} ha of green and open space mapped on {land / 1e4:,.0f} ha of land.",
        f"{land / 1e4:,.0f} 公顷土地上有绿地与开敞空间 {green / 1e4:,.1f} 公顷。",
    )  # fmt: skip


def _people(city: PreparedCity) -> Completeness:
    people = float(city.cells.people.sum())
    nobody = Reason.NO_PEOPLE if city.people_origin == "raster" else Reason.LAYER_MISSING
    reason = nobody if people <= 0 else None
    return _layer("people", people, 0, reason, city.people_note_en, city.people_note_zh)


def _timetable(city: PreparedCity, near: Flags) -> Completeness:
    is_stop = city.places.category == "timetable_stop"
    stops = float((is_stop & near).sum())
    if stops:
        note = (f"{stops:,.0f} stops with departures.", f"有班次的站点 {stops:,.0f} 个。")
        return _layer("timetable", stops, 0, None, *note)
    if is_stop.any():
        return _layer(
            "timetable", 0, 0, Reason.NONE_MAPPED,
            "The timetable (GTFS) has no stop with departures inside the boundary or 1 km around.",
            "公交时刻表（GTFS）在边界内及周边 1 公里没有有班次的站点。",
        )  # fmt: skip
    return _layer(
        "timetable", 0, 0, Reason.LAYER_MISSING, "No timetable (GTFS) was given.",
        "未提供公交时刻表（GTFS）。",
    )  # fmt: skip
