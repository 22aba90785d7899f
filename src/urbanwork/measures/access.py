"""Access to places: how many people reach them, how far they are, how many there are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from urbanwork.measures.land import sum_by_cell
from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.reach import (
    CODE,
    PERCENT,
    Reach,
    measured_states,
    share_reached,
)
from urbanwork.measures.shared import Access
from urbanwork.measures.target import Target, completeness_key, of
from urbanwork.quantities.measured import State

Floats = NDArray[np.float64]

LEAST_CATEGORIES_SHARE = 0.5
"""With fewer of a circle's categories than this the data cannot speak of the circle."""


def reach_share(access: Access, *, category: str, radius_m: float) -> CellRatio:
    """Share of people who reach a place of one category on foot, percent.

        share = 100 * people with distance <= radius / people for whom that is known

    Args:
        access: the city; network distances, offsets and the way to the street included.
        category: key of the places.
        radius_m: walking distance, metres.

    Returns:
        A share with the distance by cell in metres (nan where nothing is within the search).

    Source: GB 50180-2018 and SDG 11.2.1 count people by network distance (STANDARDS.md 2.2, U01).
    """
    missing = access.no_data(completeness_key(category), "layer:streets", "layer:people")
    if missing is not None:
        return missing
    return share_reached(access.people, access.reach(of(category), radius_m))


def reach_straight_share(
    access: Access, *, category: str, radius_m: float, min_area_m2: float = 0.0
) -> CellRatio:
    """Share of people within a straight line of a place's outline, percent.

        share = 100 * people with straight distance <= radius / people for whom that is known

    Unknown are people not reached whose straight distance to the edge of the data is within
    `radius_m`.

    Args:
        access: the city.
        category: key of the places.
        radius_m: straight distance, metres.
        min_area_m2: smallest area of a place that counts; above 0 it leaves out all points.
    """
    missing = access.no_data(completeness_key(category), "layer:people")
    if missing is not None:
        return missing
    target = Target((category,), min_area_m2=min_area_m2)
    return share_reached(access.people, access.straight_reach(target, radius_m))


def circle_completeness(
    access: Access, *, categories: Sequence[str], radii_m: Sequence[float]
) -> CellRatio:
    """Mean share of a life circle's categories that people reach on foot, percent.

        completeness = 100 * sum over people of (categories reached / categories)

    A category that is unknown for a cell counts as unknown weight there. Categories too thinly
    mapped to be judged are left out and named in the note; with less than half of them left there
    is no data.

    Args:
        access: the city.
        categories: keys of the circle's places.
        radii_m: the radius of each, metres, in the same order.

    Raises:
        ValueError: not one radius per category.

    Source: GB 50180-2018 2.0.2-2.0.4, life circles (STANDARDS.md L01-L03).
    """
    if len(categories) != len(radii_m):
        raise ValueError(f"{len(categories)} categories need a radius each, got {len(radii_m)}")
    missing = access.no_data("layer:streets", "layer:people")
    if missing is not None:
        return missing
    judged = [access.no_data(completeness_key(each)) for each in categories]
    left_out = [name for name, none in zip(categories, judged, strict=True) if none is not None]
    if len(categories) - len(left_out) < LEAST_CATEGORIES_SHARE * len(categories):
        return _too_few_categories(access, judged, left_out)
    reaches = [
        access.reach(of(name), radius)
        for name, radius, none in zip(categories, radii_m, judged, strict=True)
        if none is None
    ]
    return _completeness(access.people, reaches, categories, left_out)


def _completeness(
    people: Floats, reaches: Sequence[Reach], categories: Sequence[str], left_out: Sequence[str]
) -> CellRatio:
    count = len(reaches)
    reached = np.sum([each.is_reached for each in reaches], axis=0)
    unknown = np.sum([each.is_unknown for each in reaches], axis=0)
    known = people * ((count - unknown) / count)
    note, note_zh = _left_out_notes(len(categories), left_out)
    return CellRatio(
        numerator=people * (reached / count),
        known=known,
        unknown=people - known,
        state=measured_states(known, people - known),
        scale=PERCENT,
        is_share=True,
        note=note,
        note_zh=note_zh,
        detail={"left_out": list(left_out)},
    )


def _left_out_notes(count: int, left_out: Sequence[str]) -> tuple[str, str]:
    if not left_out:
        return "", ""
    names = ", ".join(left_out)
    return (
        f"{len(left_out)} of {count} categories are too thinly mapped and left out: {names}.",
        f"{count} 类设施中有 {len(left_out)} 类数据不足，未计入：{names}。",
    )


def _too_few_categories(
    access: Access, judged: Sequence[CellRatio | None], left_out: Sequence[str]
) -> CellRatio:
    note, note_zh = _left_out_notes(len(judged), left_out)
    reasons = [each.reason for each in judged if each is not None and each.reason is not None]
    return CellRatio.no_data(access.cells, max(reasons, key=reasons.count), note, note_zh)


def choice_count(access: Access, *, category: str, radius_m: float) -> CellRatio:
    """Mean number of places of one category within a walk, places per person's home.

        count = sum(people * places within radius) / people for whom the count is complete

    A cell from which the edge of the data is within the radius is unknown: there may be more.

    Args:
        access: the city.
        category: key of the places; a place with several entrances counts once.
        radius_m: walking distance, metres.
    """
    missing = access.no_data(completeness_key(category), "layer:streets", "layer:people")
    if missing is not None:
        return missing
    count = access.count_within(of(category), radius_m)
    known = np.where(access.hidden_within(radius_m), 0.0, access.people)
    return CellRatio(
        numerator=known * count,
        known=known,
        unknown=access.people - known,
        state=measured_states(known, access.people - known),
        scale=1.0,
        is_share=False,
    )


def nearest_distance(access: Access, *, category: str, limit_m: float) -> CellRatio:
    """Mean walking distance to the nearest place of one category, metres.

        mean = sum(people * min(distance, limit)) / people for whom that is known

    People farther than `limit_m` count with `limit_m`: the mean is restricted at the limit, so it
    says "at least" where many are beyond it. Unknown are people for whom the edge of the data is
    nearer than both the place and the limit: something nearer may lie behind it.

    Args:
        access: the city.
        category: key of the places.
        limit_m: walking distance at which the mean is restricted, metres.
    """
    missing = access.no_data(completeness_key(category), "layer:streets", "layer:people")
    if missing is not None:
        return missing
    found = access.walk(of(category), within_m=limit_m)
    restricted = np.minimum(found.distance, limit_m)
    known = np.where(access.hidden_before(restricted, limit_m), 0.0, access.people)
    return CellRatio(
        numerator=known * restricted,
        known=known,
        unknown=access.people - known,
        state=measured_states(known, access.people - known),
        scale=1.0,
        is_share=False,
        distance=np.where(np.isfinite(found.distance), found.distance, np.nan),
    )


def people_per_place(access: Access, *, category: str) -> CellRatio:
    """People for each place of one category inside the boundary, people per place.

        people per place = sum(people) / number of places

    A place counts in the cell of its middle, its capacity does not count. Cells outside the data
    are left out on both sides.

    Args:
        access: the city.
        category: key of the places.

    Source: GB 50180-2018, population per facility of each tier (STANDARDS.md F06: 30,000 to
    50,000 people per community health centre).
    """
    missing = access.no_data(completeness_key(category), "layer:people")
    if missing is not None:
        return missing
    places = access.city.places
    row = places.category == category
    cell = access.cell_of(places.x[row], places.y[row])
    count = sum_by_cell(cell, None, access.cells)
    people = np.where(access.is_seen, access.people, 0.0)
    state = np.where((people > 0) | (count > 0), CODE[State.MEASURED], CODE[State.EMPTY])
    return CellRatio(
        numerator=people,
        known=np.where(access.is_seen, count, 0.0),
        unknown=np.zeros(access.cells),
        state=np.where(access.is_seen, state, CODE[State.UNKNOWN]).astype(np.int8),
        scale=1.0,
        is_share=False,
        people_power=1,
    )
