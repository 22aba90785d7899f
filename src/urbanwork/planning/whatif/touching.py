"""What each measure of cells rests on: a change touches the indicators that rest on it.

People, buildings and where people live touch everything. A measure that is not listed is taken to
rest on everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from urbanwork.measures.target import HIGH_CAPACITY_STOP, STOP

WALK, DRIVE, LAND, CAPACITY = "walk", "drive", "land", "capacity"
ALL = "all"
_STOPS = (STOP, HIGH_CAPACITY_STOP, "bus_stop", "rail_station")

_RESTS: Mapping[str, tuple[str, ...]] = {
    "reach_share": (WALK,), "reach_straight_share": (), "circle_completeness": (WALK,),
    "choice_count": (WALK,), "nearest_distance": (WALK,), "people_per_place": (),
    "convenient_transit_share": (WALK,), "frequent_transit_share": (WALK,),
    "mean_headway": (WALK,), "open_space_share": (LAND,), "land_share": (LAND,),
    "park_buffer_share": (LAND,), "park_walk_share": (WALK,), "park_area_per_person": (),
    "residential_near_share": (LAND,), "greenway_near_share": (LAND,), "ground_per_place": (LAND,),
    "place_area_per_person": (), "places_apart_share": (), "unsealed_share": (LAND,),
    "cycle_way_density": (LAND,), "fire_cover_share": (DRIVE,), "fire_land_share": (DRIVE, LAND),
    "street_density": (LAND,), "intersection_density": (LAND,), "building_density": (LAND,),
    "floor_area_ratio": (LAND,), "population_density": (LAND,), "street_land_share": (LAND,),
    "land_use_mix": (LAND,), "dead_end_share": (), "pedestrian_detour": (WALK,),
    "levels_known_share": (), "people_seen_share": (WALK,), "categories_with_data_share": (),
    "street_names_share": (), "sampled_reach_share": (), "sampled_mean": (),
    "sampled_share_at_least": (), "sampled_density": (), "seats_per_1000": (WALK,),
    "seats_enough_share": (WALK,), "places_filled_share": (WALK,),
}  # fmt: skip
"""Beside the categories of places that its parameters or `_PLACES` name. What is sampled along
streets is not changed by plans."""
_PLACES: Mapping[str, tuple[str, ...]] = {
    "convenient_transit_share": _STOPS, "frequent_transit_share": _STOPS, "mean_headway": _STOPS,
    "park_buffer_share": ("park",), "park_walk_share": ("park",), "park_area_per_person": ("park",),
    "fire_cover_share": ("fire_station",), "fire_land_share": ("fire_station",),
}  # fmt: skip


def rests_on(measure: str, arguments: Mapping[str, Any]) -> frozenset[str]:
    """Names of what a measure rests on: layers, and "place:<category>".

    >>> sorted(rests_on("reach_share", {"category": "library", "radius_m": 500}))
    ['place:library', 'walk']
    """
    named: list[str] = list(_PLACES.get(measure, ()))
    for name in ("category", "categories", "others"):
        value = arguments.get(name, ())
        named += [value] if isinstance(value, str) else list(value)
    places = {f"place:{each}" for each in named}
    if measure not in _RESTS:
        return frozenset({ALL, *places})
    return frozenset({*_RESTS[measure], *places})


def is_touched(rests: frozenset[str], touched: frozenset[str]) -> bool:
    """Whether an indicator that rests on these may be another when those are."""
    return ALL in touched or ALL in rests or bool(rests & touched)
