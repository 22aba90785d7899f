"""Areas where a layer is a hole: many people, and next to nothing mapped for them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.city.model import PreparedCity
from urbanwork.city.overlap import points_near

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Notes = Mapping[str, tuple[str, str]]
"""Id of the area: one sentence in English and in Chinese."""

LEAST_FLOOR_PER_PERSON = 6.0
"""m2 of mapped floors per person below which buildings cannot be complete (UN-Habitat counts
less than about 6 to 7 m2 a person as severe crowding; confidence C)."""
ENOUGH_PEOPLE = 500.0
"""With fewer people in an area a few buildings more or less decide."""
ENOUGH_TO_EXPECT = 5.0
"""Below five places to expect of all kinds together chance alone explains any small number."""
AROUND_M = 300.0
"""Places this far outside an area serve it too."""


def thin_areas(city: PreparedCity, near: Flags, places_per_10k: float) -> dict[str, Notes]:
    """Areas whose buildings ("layer:buildings") or places ("places") are too thin to be judged.

    `near`, bool[P], are the places to count; `places_per_10k` is how many places of all categories
    together 10,000 people plausibly have at least.
    """
    people = np.bincount(city.cells.area, city.cells.people, len(city.areas.id)).astype(np.float64)
    return {
        "layer:buildings": _thin_buildings(city, people) if is_counted(city) else {},
        "places": _thin_places(city, people, near, places_per_10k),
    }


def is_counted(city: PreparedCity) -> bool:
    """Whether people are counted, so that other layers can be held against them."""
    return city.people_origin == "raster" and float(city.cells.people.sum()) > 0


def _thin_buildings(city: PreparedCity, people: Floats) -> Notes:
    inside = city.buildings.cell >= 0
    area = city.cells.area[city.buildings.cell[inside]]
    count = np.bincount(area, minlength=len(people))
    floor = np.bincount(area, city.buildings.floor_m2[inside], len(people))
    thin = (people >= ENOUGH_PEOPLE) & (floor < LEAST_FLOOR_PER_PERSON * people)
    return {
        str(city.areas.id[row]): (
            f"Buildings mapped there: {count[row]:,} for {people[row]:,.0f} people, "
            f"{floor[row] / people[row]:.1f} m² of floor a person.",
            f"该片区 {people[row]:,.0f} 人，仅有 {count[row]:,} 栋建筑数据，"
            f"人均建筑面积 {floor[row] / people[row]:.1f} 平方米。",
        )
        for row in np.flatnonzero(thin)
    }


def _thin_places(city: PreparedCity, people: Floats, near: Flags, places_per_10k: float) -> Notes:
    expected = places_per_10k * people / 10_000.0
    rows = np.flatnonzero(near & ~np.char.startswith(city.places.category.astype(str), "timetable"))
    points = shapely.points(city.places.x[rows], city.places.y[rows])
    _, area = points_near(points, city.areas.geometry, within_m=AROUND_M)
    found = np.bincount(area, minlength=len(people))
    thin = (expected >= ENOUGH_TO_EXPECT) & (found < expected)
    return {
        str(city.areas.id[row]): (
            f"Places of any kind mapped there: {found[row]:,} for {people[row]:,.0f} people.",
            f"该片区 {people[row]:,.0f} 人，各类设施合计仅有 {found[row]:,} 处数据。",
        )
        for row in np.flatnonzero(thin)
    }
