"""Public transport: stops within a walk, and how often something departs there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanwork.city.model import PreparedCity
from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.reach import CODE, share_reached
from urbanwork.measures.shared import Access
from urbanwork.measures.target import HIGH_CAPACITY_STOP, STOP, Target, of
from urbanwork.quantities.measured import State

Floats = NDArray[np.float64]


def stop_targets(city: PreparedCity) -> tuple[Target, Target]:
    """Stops of low and of high capacity: of the timetable where it has any, else as mapped."""
    named = set(city.places.category)
    low = of(STOP if STOP in named else "bus_stop")
    high = of(HIGH_CAPACITY_STOP if HIGH_CAPACITY_STOP in named else "rail_station")
    return low, high


def convenient_transit_share(
    access: Access, *, low_radius_m: float, high_radius_m: float
) -> CellRatio:
    """Share of people with convenient access to public transport, percent.

        share = 100 * people with (stop <= low radius or high-capacity station <= high radius)
                    / people for whom that is known

    Stops are those of the timetable where there is one, else those mapped. A city without rail is
    judged by its stops alone: that no rail station is mapped is not taken for a hole in the data.

    Args:
        access: the city.
        low_radius_m: walking distance to any stop, metres.
        high_radius_m: walking distance to a stop of rail, metro or ferry, metres.

    Source: UN-Habitat, SDG indicator 11.2.1 metadata: 500 m and 1,000 m along the street network.
    """
    low, high = stop_targets(access.city)
    missing = access.no_data(*low.completeness_keys, "layer:streets", "layer:people")
    if missing is not None:
        return missing
    reach = access.reach(low, low_radius_m) | access.reach(high, high_radius_m)
    detail = {"low": low.categories[0], "high": high.categories[0]}
    return share_reached(access.people, reach, detail=detail)


def frequent_stops(headway_min: float) -> Target:
    """Stops of the timetable served at least every `headway_min` minutes."""
    return Target((STOP,), max_headway_min=headway_min)


def frequent_transit_share(access: Access, *, radius_m: float, headway_min: float) -> CellRatio:
    """Share of people within a walk of a stop with frequent service, percent.

        share = 100 * people with a stop of headway <= headway_min within radius / people known

    Args:
        access: the city.
        radius_m: walking distance, metres.
        headway_min: longest mean time between departures in the window of the timetable, minutes.

    Source: SDG 11.2.1 metadata, quality of service; the peer's "regular" stops (20 to 30 min).
    """
    missing = access.no_data("layer:timetable", "layer:streets", "layer:people")
    if missing is not None:
        return missing
    return share_reached(access.people, access.reach(frequent_stops(headway_min), radius_m))


def mean_headway(access: Access, *, radius_m: float) -> CellRatio:
    """Mean headway of the best served stop within a walk, minutes.

        mean = sum(people * shortest headway within radius) / people with a stop within radius

    People without a stop in reach are not in the mean (`frequent_transit_share` counts them); the
    edge of the data may hide a better stop, so people with the edge in reach are unknown.

    Args:
        access: the city.
        radius_m: walking distance, metres.
    """
    missing = access.no_data("layer:timetable", "layer:streets", "layer:people")
    if missing is not None:
        return missing
    headway = access.least_within(of(STOP), access.city.places.headway_min, radius_m)
    hidden = access.hidden_within(radius_m)
    has_stop = np.isfinite(headway)
    known = np.where(has_stop & ~hidden, access.people, 0.0)
    unknown = np.where(hidden, access.people, 0.0)
    return CellRatio(
        numerator=known * np.where(has_stop, headway, 0.0),
        known=known,
        unknown=unknown,
        state=_headway_states(access.people, has_stop, hidden),
        scale=1.0,
        is_share=False,
    )


def _headway_states(
    people: Floats, has_stop: NDArray[np.bool_], hidden: NDArray[np.bool_]
) -> NDArray[np.int8]:
    state = np.where(has_stop, CODE[State.MEASURED], CODE[State.NOT_REACHED])
    state = np.where(hidden, CODE[State.UNKNOWN], state)
    return np.where(people > 0, state, CODE[State.EMPTY]).astype(np.int8)
