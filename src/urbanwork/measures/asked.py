"""What each measure asks of the networks, so that one call of a kernel answers all indicators.

A measure that is not named here asks nothing of them. One that asks for more than it says here is
answered all the same, by a call of its own (a test holds that none does).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from urbanwork.city.model import PreparedCity
from urbanwork.measures.detour import MOST_DETOUR
from urbanwork.measures.green import parks_of
from urbanwork.measures.safety import FIRE_STATIONS, driving_minutes
from urbanwork.measures.target import Asked, Target, of
from urbanwork.measures.transit import frequent_stops, stop_targets


def asked_by(city: PreparedCity, measure: str, arguments: Mapping[str, Any]) -> Asked:
    """Return what `measure` will ask for with these arguments.

    Places that are too thinly mapped to be judged are not asked for: the measure gives no data.
    """
    asks = _ASKS.get(measure)
    if asks is None:
        return Asked()
    asked = asks(city, **arguments)
    return asked if measure in _TAKES_WHAT_IS_MAPPED else _judged(city, asked)


def _judged(city: PreparedCity, asked: Asked) -> Asked:
    def is_fit(target: Target) -> bool:
        judged = [city.completeness.get(key) for key in target.completeness_keys]
        return not judged or any(each is None or each.reason is None for each in judged)

    return Asked(
        {target: limit for target, limit in asked.walk_m.items() if is_fit(target)},
        frozenset(each for each in asked.counts if is_fit(each[0])),
        {target: limit for target, limit in asked.drive_min.items() if is_fit(target)},
        asked.seen_m,
    )


def _reach(city: PreparedCity, *, category: str, radius_m: float) -> Asked:
    return Asked({of(category): radius_m})


def _circle(city: PreparedCity, *, categories: Sequence[str], radii_m: Sequence[float]) -> Asked:
    asked = Asked()
    for category, radius in zip(categories, radii_m, strict=False):
        asked = asked + Asked({of(category): radius})
    return asked


def _count(city: PreparedCity, *, category: str, radius_m: float) -> Asked:
    return Asked(counts=frozenset({(of(category), radius_m)}))


def _nearest(city: PreparedCity, *, category: str, limit_m: float) -> Asked:
    return Asked({of(category): limit_m})


def _convenient(city: PreparedCity, *, low_radius_m: float, high_radius_m: float) -> Asked:
    low, high = stop_targets(city)
    return Asked({low: low_radius_m}) + Asked({high: high_radius_m})


def _frequent(city: PreparedCity, *, radius_m: float, headway_min: float) -> Asked:
    return Asked({frequent_stops(headway_min): radius_m})


def _seen(city: PreparedCity, *, radius_m: float) -> Asked:
    return Asked(seen_m=radius_m)


def _catchment(
    city: PreparedCity, *, category: str, radii_m: Sequence[float], weights: Sequence[float]
) -> Asked:
    return Asked(seen_m=max(radii_m))


def _enough(city: PreparedCity, *, category: str, radius_m: float, needed_per_1000: float) -> Asked:
    return Asked(seen_m=radius_m)


def _detour(city: PreparedCity, *, min_m: float, max_m: float) -> Asked:
    return Asked(seen_m=MOST_DETOUR * max_m)


def _parks(
    city: PreparedCity, *, small_m2: float, large_m2: float, small_radius_m: float,
    large_radius_m: float,
) -> Asked:  # fmt: skip
    return Asked({parks_of(small_m2): small_radius_m}) + Asked({parks_of(large_m2): large_radius_m})


def _fire(city: PreparedCity, *, turnout_min: float, total_min: float) -> Asked:
    return Asked(drive_min={FIRE_STATIONS: driving_minutes(turnout_min, total_min)})


_TAKES_WHAT_IS_MAPPED = ("convenient_transit_share",)
"""Measures of several kinds of places that do without one that is hardly mapped."""

_ASKS: Mapping[str, Callable[..., Asked]] = {
    "reach_share": _reach,
    "circle_completeness": _circle,
    "choice_count": _count,
    "nearest_distance": _nearest,
    "convenient_transit_share": _convenient,
    "frequent_transit_share": _frequent,
    "mean_headway": _seen,
    "people_seen_share": _seen,
    "pedestrian_detour": _detour,
    "seats_per_1000": _catchment,
    "seats_enough_share": _enough,
    "places_filled_share": _enough,
    "park_walk_share": _parks,
    "fire_cover_share": _fire,
    "fire_land_share": _fire,
}
