"""Cover by fire stations: where an engine arrives in time."""

from __future__ import annotations

from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.reach import Reach, share_reached
from urbanwork.measures.shared import Access
from urbanwork.measures.target import of

FIRE_STATIONS = of("fire_station")


def driving_minutes(turnout_min: float, total_min: float) -> float:
    """What is left for driving, minutes.

    Raises:
        ValueError: nothing is left.

    >>> driving_minutes(1, 5), driving_minutes(1, 4.6)
    (4, 3.6)
    """
    if not total_min > turnout_min >= 0:
        raise ValueError(f"{total_min} min in all leave no time after {turnout_min} min of turnout")
    return round(total_min - turnout_min, 6)


def fire_cover_share(access: Access, *, turnout_min: float, total_min: float) -> CellRatio:
    """Share of people whom an engine reaches in time, percent.

        share = 100 * people with driving time from a station <= total - turnout / people known

    Args:
        access: the city; driving times with one-way streets, from the station to the people.
        turnout_min: minutes from dispatch until the engine leaves.
        total_min: minutes from dispatch until it arrives.

    Raises:
        ValueError: no time is left for driving.

    Source: GB 51080-2015 4.1.3 (within 5 min of dispatch to the edge of the district).
    """
    missing = access.no_data("place:fire_station", "layer:drive", "layer:people")
    return missing or share_reached(access.people, _cover(access, turnout_min, total_min))


def fire_land_share(access: Access, *, turnout_min: float, total_min: float) -> CellRatio:
    """Share of built-up land that an engine reaches in time, percent.

        share = 100 * built-up land with driving time <= total - turnout / built-up land known

    A cell's built-up land counts as reached where its people (its buildings' centre) are.

    Args:
        access: the city.
        turnout_min: minutes from dispatch until the engine leaves.
        total_min: minutes from dispatch until it arrives.

    Raises:
        ValueError: no time is left for driving.

    Source: city health examination H24 (built-up area served / built-up area), GB 51080-2015 4.1.3.
    """
    missing = access.no_data(
        "place:fire_station", "layer:drive", *access.ground_keys("built_up_land")
    )
    return missing or share_reached(access.built_up_m2, _cover(access, turnout_min, total_min))


def _cover(access: Access, turnout_min: float, total_min: float) -> Reach:
    return access.driven_reach(FIRE_STATIONS, driving_minutes(turnout_min, total_min))
