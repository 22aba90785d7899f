"""What tests of what-ifs share: a small catalogue, random changes, and measuring from nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from urbanwork.catalogue.loading import load_catalogue
from urbanwork.examination.measuring import measure
from urbanwork.examination.tabulate import all_values
from urbanwork.planning.changes import Change
from urbanwork.quantities.crs import unproject

INDICATORS = (
    "life.kindergarten_300m", "life.circle_5min", "life.distance_primary_school",
    "life.food_choice_500m", "life.people_per_health_centre", "green.who_green_300m",
    "green.park_walk_coverage", "green.park_buffer_coverage", "green.park_area_per_person",
    "green.comprehensive_park_per_person", "green.green_share", "green.open_space_share_11_7_1a",
    "transit.convenient_11_2_1", "transit.frequent_10min_500m", "transit.mean_headway",
    "safety.fire_cover_5min", "safety.fire_cover_land_5min", "safety.fire_district",
    "safety.fire_station_apart_from_fuel", "form.population_density", "form.pedestrian_detour",
    "form.dead_end_share", "form.floor_area_ratio", "data.people_away_from_edge",
    "life.hospital_buffer_coverage", "fairness.park_area_gini", "fairness.school_walk_gini",
    "fairness.life_circle_worst_area", "catchment.kindergarten_seats",
    "catchment.primary_seats_enough", "catchment.kindergartens_filled",
)  # fmt: skip
LEGEND = {
    "A": "primary_school", "K": "kindergarten", "M": "supermarket", "S": "bus_stop",
    "F": "fire_station", "P": ("park", 2_500.0), "q": ("park", 9_000.0), "T": "timetable_stop",
    "H": "health_centre", "U": "fuel_station",
}  # fmt: skip
ADDED = ("primary_school", "kindergarten", "supermarket", "fire_station", "park", "health_centre")


def small_catalogue():
    """A few indicators of every kind."""
    whole = load_catalogue()
    return replace(whole, indicators={key: whole.indicators[key] for key in INDICATORS})


def on_map(city, shape):
    """A metric shape in longitude and latitude."""
    return unproject(np.array([shape], object), city.crs)[0]


def from_nothing(city, catalogue, systems=None):
    """Ratios and values of a city, measured as an examination does."""
    measured = measure(city, catalogue, lambda: b"", lambda en, zh: None, systems=systems)
    return measured, all_values(measured, catalogue.indicators)


def random_change(chance, city, number, changes, kinds):  # noqa: PLR0911, PLR0912 - one a kind
    """A change that can be made in this city after `changes`; None where none comes to mind."""
    kind = kinds[int(chance.integers(len(kinds)))]
    cell = int(chance.integers(len(city.cells.people)))
    x, y = city.cells.x[cell] + chance.integers(-40, 40), city.cells.y[cell] + 0.5
    point, size = shapely.Point(x, y), float(chance.integers(20, 120))
    name = f"c{number}"
    gone = {change.target for change in changes if change.kind in ("remove_place", "remove_stop")}
    added = [f"plan/{each.id}" for each in changes if each.kind in ("add_place", "add_stop")]
    there = [each for each in [*city.places.id, *added] if each not in gone]
    stops = [each for each, category in zip(city.places.id, city.places.category, strict=True)
             if category in ("timetable_stop", "bus_stop") and each not in gone]  # fmt: skip
    if kind == "add_place":
        category = ADDED[int(chance.integers(len(ADDED)))]
        shape = point.buffer(size, quad_segs=2) if category == "park" else point
        seats = float(chance.integers(10, 200))
        return Change(name, kind, on_map(city, shape), category=category, capacity=seats)
    if kind in ("move_place", "remove_place", "set_capacity"):
        if not there:
            return None
        target = str(there[int(chance.integers(len(there)))])
        geometry = on_map(city, point) if kind == "move_place" else None
        return Change(name, kind, geometry, target=target, capacity=9.0)
    if kind in ("remove_stop", "set_headway"):
        if not stops:
            return None
        target = str(stops[int(chance.integers(len(stops)))])
        return Change(name, kind, target=target, headway_min=float(chance.integers(3, 40)))
    if kind == "add_stop":
        return Change(name, kind, on_map(city, point), headway_min=float(chance.integers(3, 40)))
    if kind == "close_street":
        walk = city.walk
        if len(walk.length_m):
            edge = int(chance.integers(len(walk.length_m)))
            x, y = walk.vertex_x[walk.start[edge]], walk.vertex_y[walk.start[edge]]
            point = shapely.Point(x, y)
        line = shapely.LineString([(x - size, y), (x + 2 * size, y)])
        shape = (line, point.buffer(2 * size), point)[int(chance.integers(3))]
        return Change(name, kind, on_map(city, shape))
    if kind == "reopen_street":
        closed = [each for each in changes if each.kind == "close_street"]
        if not closed:
            return None
        return Change(name, kind, target=closed[int(chance.integers(len(closed)))].id)
    if kind == "change_land_use":
        use = ("residential", "green", "industrial")[int(chance.integers(3))]
        return Change(name, kind, on_map(city, point.buffer(size)), category=use,
                      properties={"open_space": bool(chance.integers(2))})  # fmt: skip
    if kind == "add_street":
        line = shapely.LineString([(x, y), (x + 3 * size, y - size)])
        return Change(name, kind, on_map(city, line))
    if kind == "demolish_housing" and chance.integers(2):  # a part of the floors
        return Change(name, kind, on_map(city, point.buffer(size)), floor_m2=10 * size)
    return Change(name, kind, on_map(city, point.buffer(size)), people=float(size))


def differences(one, two):
    """Where two measurements of one city differ: exact for states, 1e-9 for numbers."""
    found = []
    for key, ratio in one.items():
        other = two[key]
        for name in ("numerator", "known", "unknown", "distance"):
            a, b = getattr(ratio, name), getattr(other, name)
            if (a is None) != (b is None) or (
                a is not None and not np.allclose(a, b, rtol=1e-9, atol=1e-9, equal_nan=True)
            ):
                found.append((key, name))
        if ratio.state.tolist() != other.state.tolist() or ratio.reason != other.reason:
            found.append((key, "state"))
    return found


def value_differences(one, two):
    """Where the values of areas and city differ."""
    found = []
    for key, values in one.items():
        for row, (a, b) in enumerate(zip(values, two[key], strict=True)):
            numbers = [
                [np.nan if n is None else n for n in (
                    m.value, m.lower, m.upper, m.coverage, m.numerator, m.denominator
                )] + [each.people, each.people_short]
                for each, m in ((a, a.measured), (b, b.measured))
            ]  # fmt: skip
            same = np.allclose(*numbers, rtol=1e-9, atol=1e-9, equal_nan=True)
            if not same or a.measured.reason != b.measured.reason:
                found.append((key, row))
    return found
