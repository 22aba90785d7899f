"""Completeness of the data itself, as indicators: what the examination could see."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.measures.land import sum_by_cell
from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.reach import PERCENT, Reach, measured_states, share_reached
from urbanwork.measures.shared import Access

Floats = NDArray[np.float64]


def levels_known_share(access: Access) -> CellRatio:
    """Share of buildings whose number of storeys is mapped, percent.

    share = 100 * buildings with storeys / buildings
    """
    missing = access.no_data("layer:buildings")
    if missing is not None:
        return missing
    buildings = access.city.buildings
    known = sum_by_cell(buildings.cell[buildings.has_levels], None, access.cells)
    return _share(known, sum_by_cell(buildings.cell, None, access.cells))


def people_seen_share(access: Access, *, radius_m: float) -> CellRatio:
    """Share of people around whom the data shows all there is within a walk, percent.

        share = 100 * people with the nearest exit of the street network > radius / people

    Args:
        access: the city.
        radius_m: walking distance, metres.
    """
    missing = access.no_data("layer:streets", "layer:people")
    if missing is not None:
        return missing
    sees_all = ~access.hidden_within(radius_m)
    return share_reached(access.people, Reach(sees_all, np.zeros(access.cells, np.bool_)))


def categories_with_data_share(access: Access) -> CellRatio:
    """Share of the categories of places that are mapped well enough to be judged, percent.

        share = 100 * categories fit to be judged / categories

    It holds for the city as a whole; every area shows the same value.
    """
    judged = [each for key, each in access.city.completeness.items() if key.startswith("place:")]
    fit = sum(each.reason is None for each in judged)
    part = np.full(access.cells, 1.0 / max(access.cells, 1))
    detail = {"too_thin": [each.key for each in judged if each.reason is not None]}
    return _share(fit * part, len(judged) * part, detail)


def street_names_share(access: Access) -> CellRatio:
    """Share of the length of public streets that carries a name, percent.

        share = 100 * metres of named streets / metres of streets

    A piece of street counts in the cell of its middle vertex.
    """
    missing = access.no_data("layer:streets")
    if missing is not None:
        return missing
    walk = access.city.walk
    street = np.flatnonzero(access.is_street)
    middle = (walk.start[street] + walk.start[street + 1] - 1) // 2
    x = (walk.vertex_x[middle] + walk.vertex_x[middle + 1]) / 2
    y = (walk.vertex_y[middle] + walk.vertex_y[middle + 1]) / 2
    cell = access.cell_of(x, y)
    has_name = np.array([name is not None for name in walk.street_name[street]], np.bool_)
    length = walk.length_m[street]
    named = sum_by_cell(cell, np.where(has_name, length, 0.0), access.cells)
    return _share(named, sum_by_cell(cell, length, access.cells))


def _share(part: Floats, whole: Floats, detail: dict[str, Any] | None = None) -> CellRatio:
    nothing = np.zeros(len(whole))
    state = measured_states(whole, nothing)
    return CellRatio(part, whole, nothing, state, PERCENT, is_share=True, detail=detail or {})
