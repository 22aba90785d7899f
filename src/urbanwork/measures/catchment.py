"""Seats and beds that people share with all who reach the same places: floating catchments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.kernels.catchment import Catchment, floating_catchment, step_weights
from urbanwork.measures.land import sum_by_cell
from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.reach import PERCENT, measured_states
from urbanwork.measures.shared import Access
from urbanwork.measures.target import chosen, completeness_key, of
from urbanwork.measures.ways import walks_within
from urbanwork.quantities.measured import Reason

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

PER_1000 = 1_000.0
LEAST_KNOWN_SHARE = 0.5
"""With the capacity of fewer places known than this the data cannot speak of seats."""


@dataclass(frozen=True, slots=True)
class _Shared:
    row: Ints  # [P'] of the places whose capacity is known
    catchment: Catchment
    capacity: Floats  # [P']
    hidden: Flags  # [C] more, or less, may be there than is known
    places: int


def seats_per_1000(
    access: Access, *, category: str, radii_m: Sequence[float], weights: Sequence[float]
) -> CellRatio:
    """Seats (beds ...) within a walk for each 1,000 people who share them: 2SFCA, E2SFCA.

        ratio of a place = capacity / sum over cells of people x weight(walk)
        value of a cell  = 1000 x sum over places of ratio x weight(walk)

    One radius of weight 1 is 2SFCA, several with falling weights E2SFCA. Unknown are cells with the
    edge of the data, or a place of unknown capacity, within the last radius. People beyond the
    boundary who use the same places are not seen: near it the value is too high.

    Args:
        access: the city.
        category: key of the places.
        radii_m: walking distances, metres, rising.
        weights: weight up to each radius.

    Raises:
        ValueError: not one weight per radius, or radii that do not rise.

    Source: Luo and Wang (2003); Luo and Qi (2009).
    """
    if len(radii_m) != len(weights) or list(radii_m) != sorted(set(radii_m)):
        raise ValueError(f"{len(radii_m)} rising radii need a weight each, got {len(weights)}")
    shared = _shared(access, category, radii_m, weights)
    if isinstance(shared, CellRatio):
        return shared
    known = np.where(shared.hidden, 0.0, access.people)
    return CellRatio(
        numerator=known * shared.catchment.share,
        known=known,
        unknown=access.people - known,
        state=measured_states(known, access.people - known),
        scale=PER_1000,
        is_share=False,
        people_power=-1,
        detail=_told(shared, None),
    )


def seats_enough_share(
    access: Access, *, category: str, radius_m: float, needed_per_1000: float
) -> CellRatio:
    """Share of the seats that people need which they have within a walk, shared out; percent.

        share = 100 x sum of people x min(1, seats per 1,000 people / needed) / people known

    Seats per 1,000 people as in `seats_per_1000` with one radius (2SFCA). A place is filled where
    those in its catchment need at least the seats that it has.

    Args:
        access: the city.
        category: key of the places.
        radius_m: walking distance, metres.
        needed_per_1000: seats that 1,000 people need.
    """
    shared = _shared(access, category, [radius_m], [1.0])
    if isinstance(shared, CellRatio):
        return shared
    known = np.where(shared.hidden, 0.0, access.people)
    has = np.minimum(1.0, shared.catchment.share * PER_1000 / needed_per_1000)
    return CellRatio(
        numerator=known * has,
        known=known,
        unknown=access.people - known,
        state=measured_states(known, access.people - known),
        scale=PERCENT,
        is_share=True,
        people_power=-1,
        detail=_told(shared, needed_per_1000),
    )


def places_filled_share(
    access: Access, *, category: str, radius_m: float, needed_per_1000: float
) -> CellRatio:
    """Share of the places whose seats are all needed by those in their catchment, percent.

        share = 100 x places with capacity <= people within radius x needed / 1000 / places

    A place counts in the cell that it stands in; those of unknown capacity do not. A place whose
    cell has the edge of the data within the radius is unknown unless it is filled.

    Args:
        access: the city.
        category: key of the places.
        radius_m: walking distance, metres.
        needed_per_1000: seats that 1,000 people need.
    """
    shared = _shared(access, category, [radius_m], [1.0])
    if isinstance(shared, CellRatio):
        return shared
    places = access.city.places
    cell = access.cell_of(places.x[shared.row], places.y[shared.row])
    is_filled = shared.catchment.demand * needed_per_1000 / PER_1000 >= shared.capacity
    is_unknown = ~is_filled & (cell >= 0) & access.hidden_within(radius_m)[cell]
    unknown = sum_by_cell(cell[is_unknown], None, access.cells)
    known = sum_by_cell(cell, None, access.cells) - unknown
    filled = sum_by_cell(cell[is_filled], None, access.cells)
    return CellRatio(
        filled, known, unknown, measured_states(known, unknown), PERCENT, is_share=True,
        people_power=1, detail=_told(shared, needed_per_1000),
    )  # fmt: skip


def _shared(
    access: Access, category: str, radii_m: Sequence[float], weights: Sequence[float]
) -> _Shared | CellRatio:
    missing = access.no_data(completeness_key(category), "layer:streets", "layer:people")
    if missing is not None:
        return missing
    places = access.city.places
    own = chosen(places, of(category))
    is_known = own & np.isfinite(places.capacity)
    if not own.any() or is_known.sum() < LEAST_KNOWN_SHARE * own.sum():
        return _no_capacity(access, category, int(own.sum()), int(is_known.sum()))
    door = np.flatnonzero(own[places.entrance_place])
    walks = walks_within(
        access.city, places.walk[door], places.entrance_x[door], places.entrance_y[door],
        float(radii_m[-1]),
    ).by_owner(places.entrance_place[door].astype(np.int64))  # fmt: skip
    hidden = access.hidden_within(float(radii_m[-1])).copy()
    hidden[walks.cell[~is_known[walks.door]]] = True
    counts = is_known[walks.door]
    number = np.cumsum(is_known) - 1
    capacity = places.capacity[is_known]
    catchment = floating_catchment(
        walks.cell[counts], number[walks.door[counts]],
        step_weights(walks.metres[counts], radii_m, weights), access.people, capacity,
    )  # fmt: skip
    return _Shared(np.flatnonzero(is_known), catchment, capacity, hidden, int(own.sum()))


def _no_capacity(access: Access, category: str, places: int, known: int) -> CellRatio:
    return CellRatio.no_data(
        access.cells, Reason.NOT_GIVEN,
        f"Of {places} places of {category} the capacity of {known} is known; give a register with "
        "a column of seats or beds.",
        f"{places} 处设施（{category}）中仅有 {known} 处给出学位数或床位数；请提供含该列的名录。",
    )  # fmt: skip


def _told(shared: _Shared, needed_per_1000: float | None) -> dict[str, Any]:
    """How many places and seats there are and, against a need, what is filled and what is free."""
    told: dict[str, Any] = {
        "places": shared.places,
        "places_with_capacity": len(shared.capacity),
        "seats": float(shared.capacity.sum()),
    }
    if needed_per_1000 is not None:
        needed = shared.catchment.demand * needed_per_1000 / PER_1000
        told["places_filled"] = int((needed >= shared.capacity).sum())
        told["seats_free"] = float(np.maximum(shared.capacity - needed, 0.0).sum())
        told["seats_short_at_places"] = float(np.maximum(needed - shared.capacity, 0.0).sum())
    return told
