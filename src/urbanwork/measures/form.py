"""The form of the city: density of streets, buildings and people, mix of uses, dead ends."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from urbanwork.kernels.windows import window_sums
from urbanwork.measures.green import share_of_ground
from urbanwork.measures.land import Ground, sum_by_cell, sum_of_kinds_m2
from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.reach import CODE, PERCENT, measured_states
from urbanwork.measures.shared import Access
from urbanwork.quantities.measured import State

Floats = NDArray[np.float64]

M2_PER_KM2 = 1e6
M_PER_KM = 1e3
MIXED_USES = ("residential", "commercial", "industrial", "institutional", "green")
"""Uses that a mixed neighbourhood has side by side; traffic, farms, forest and water are not."""


def street_density(access: Access, *, over: Ground = "land") -> CellRatio:
    """Length of public streets per area, km per km2.

        density = km of streets in the ground / km2 of the ground

    Args:
        access: the city; streets are local streets and above, without service ways and paths.
        over: the ground: all land, or built-up land only.

    Source: city health examination H12 (street length / built-up area); CPI street density.
    """
    missing = access.no_data("layer:streets", *access.ground_keys(over))
    return missing or _density(access, access.city.street_m / M_PER_KM, over)


def intersection_density(access: Access, *, over: Ground = "land") -> CellRatio:
    """Street intersections per area, number per km2.

        density = intersections in the ground / km2 of the ground

    Args:
        access: the city; intersections where three or more streets meet, near ones taken as one.
        over: the ground: all land, or built-up land only.

    Source: UN-Habitat, City Prosperity Index, street intersection density.
    """
    missing = access.no_data("layer:streets", *access.ground_keys(over))
    return missing or _density(access, access.city.crossings, over)


def _density(access: Access, amount: Floats, over: Ground) -> CellRatio:
    """Amount by cell over the ground in km2; what stands outside the ground does not count."""
    ground = access.ground_m2(over)
    known = np.where(access.is_seen, ground, 0.0) / M2_PER_KM2
    unknown = np.where(access.is_seen, 0.0, access.city.cells.land_m2) / M2_PER_KM2
    numerator = np.where(known > 0, amount, 0.0)
    return CellRatio(
        numerator, known, unknown, measured_states(known, unknown), 1.0, is_share=False
    )


def street_land_share(access: Access, *, over: Ground = "land") -> CellRatio:
    """Share of the ground that streets take, percent.

        share = 100 * area of streets and public paths / ground

    Args:
        access: the city; the area of a street is its length x its mapped or usual width.
        over: the ground: all land, or built-up land only.

    Source: city health examination H13 (road area / built-up area); CPI land allocated to streets.
    """
    missing = access.no_data("layer:streets", *access.ground_keys(over))
    return missing or share_of_ground(access, access.city.street_area_m2, access.ground_m2(over))


def building_density(access: Access, *, over: Ground = "land") -> CellRatio:
    """Share of the ground that buildings cover, percent.

        density = 100 * footprint of buildings / ground

    A building counts whole in the cell of its centre, so one cell can have over 100 percent.

    Args:
        access: the city.
        over: the ground: all land, or built-up land only.
    """
    missing = access.no_data("layer:buildings")
    return missing or _built_ratio(access, access.city.buildings.footprint_m2, PERCENT, over)


def floor_area_ratio(access: Access, *, over: Ground = "land") -> CellRatio:
    """Floor area of buildings per ground, m2 per m2.

        ratio = footprint x storeys / ground

    Storeys that are not mapped are estimated (median of the same use); `levels_known_share` says
    how many are.

    Args:
        access: the city.
        over: the ground: all land, or built-up land only.
    """
    missing = access.no_data("layer:buildings")
    return missing or _built_ratio(access, access.city.buildings.floor_m2, 1.0, over)


def _built_ratio(access: Access, area_m2: Floats, scale: float, over: Ground) -> CellRatio:
    amount = sum_by_cell(access.city.buildings.cell, area_m2, access.cells)
    known = np.where(access.is_seen, access.ground_m2(over), 0.0)
    unknown = np.where(access.is_seen, 0.0, access.city.cells.land_m2)
    return CellRatio(
        np.where(known > 0, amount, 0.0), known, unknown, measured_states(known, unknown), scale,
        is_share=False,
    )  # fmt: skip


def population_density(access: Access, *, over: Ground = "land") -> CellRatio:
    """People per area, people per km2.

        density = people on the ground / km2 of the ground

    Args:
        access: the city; the population is known beyond the edge of the street data too.
        over: the ground: all land, or built-up land only.
    """
    missing = access.no_data("layer:people", *access.ground_keys(over))
    if missing is not None:
        return missing
    known = access.ground_m2(over) / M2_PER_KM2
    nothing = np.zeros(access.cells)
    people = np.where(known > 0, access.people, 0.0)
    state = measured_states(known, nothing)
    return CellRatio(people, known, nothing, state, 1.0, is_share=False, people_power=1)


def land_use_mix(
    access: Access,
    *,
    radius_m: float,
    uses: Sequence[str] = MIXED_USES,
    least_mapped_share: float = 0.1,
) -> CellRatio:
    """Mix of land uses around people, 0 (one use) to 1 (all uses alike).

        mix of a cell = - sum over uses of p ln p / ln k,   p = land of the use / land of all uses
        mix = sum(people * mix) / people known

    over the cells within `radius_m` of the cell and inside the boundary; k is the number of uses.
    Unknown are cells with the edge of the data in the window, and cells around which hardly any
    use is mapped.

    Args:
        access: the city.
        radius_m: radius of the window around where the cell's people are, metres.
        uses: kinds of land that are told apart, at least two.
        least_mapped_share: share of the window's land that must be mapped as one of the uses.

    Raises:
        ValueError: fewer than two uses.

    Source: entropy of land uses as in Frank, Schmid and others (2005), Am J Prev Med 28(2S2);
    STANDARDS.md I07 (window of 500 m).
    """
    if len(uses) < 2:
        raise ValueError(f"a mix needs at least two uses, got {list(uses)}")
    missing = access.no_data("layer:landuse", "layer:people")
    if missing is not None:
        return missing
    cells = access.city.cells
    by_use = np.stack([sum_of_kinds_m2(access.city, (use,)) for use in uses], axis=1)
    around = window_sums(
        cells.x, cells.y, np.column_stack([by_use, cells.land_m2]), radius_m=radius_m
    )
    mapped = around[:, :-1].sum(axis=1)
    is_mapped = (mapped > 0) & (mapped >= least_mapped_share * around[:, -1])
    hidden = (cells.edge_of_data_m < radius_m) | ~access.is_seen
    return _mix_of_people(access.people, _entropy(around[:, :-1]), is_mapped, hidden)


def _entropy(land: Floats) -> Floats:
    """-sum p ln p / ln k over the columns of [C, k]; 0 where there is no land."""
    total = land.sum(axis=1, keepdims=True)
    share = land / np.where(total > 0, total, 1.0)
    logarithm = np.log(np.where(share > 0, share, 1.0))
    return np.asarray(-(share * logarithm).sum(axis=1) / math.log(land.shape[1]), np.float64)


def _mix_of_people(
    people: Floats, mix: Floats, is_mapped: NDArray[np.bool_], hidden: NDArray[np.bool_]
) -> CellRatio:
    known = np.where(is_mapped & ~hidden, people, 0.0)
    state = measured_states(known, people - known)
    state[(people > 0) & ~is_mapped & ~hidden] = CODE[State.NO_DATA]
    return CellRatio(known * mix, known, people - known, state, 1.0, is_share=True)


def dead_end_share(access: Access) -> CellRatio:
    """Share of street nodes that are dead ends, percent.

        share = 100 * dead ends / (dead ends + intersections)

    A dead end is the end of a local street or above where a walker cannot go on either. Where a
    street leaves the data is no dead end.

    Source: connected node ratio, e.g. LEED-ND and Criterion Planners, INDEX (1 - the share here).
    """
    missing = access.no_data("layer:streets")
    if missing is not None:
        return missing
    ends = _dead_ends_by_cell(access)
    nodes = np.where(access.is_seen, ends + access.city.crossings, 0.0)
    nothing = np.zeros(access.cells)
    state = measured_states(nodes, nothing)
    state[~access.is_seen] = CODE[State.UNKNOWN]
    return CellRatio(np.minimum(ends, nodes), nodes, nothing, state, PERCENT, is_share=True)


def _dead_ends_by_cell(access: Access) -> Floats:
    walk = access.city.walk
    graph, exits = walk.graph, walk.exits
    uses = np.bincount(np.concatenate([graph.edge_from, graph.edge_to]), minlength=len(walk.x))
    is_end = uses == 1
    leaving = np.concatenate(
        [
            graph.edge_from[exits.edge[exits.to_start == 0]],
            graph.edge_to[exits.edge[exits.to_end == 0]],
        ]
    )
    is_end[leaving] = False
    on_street = np.zeros(len(walk.x), np.bool_)
    on_street[graph.edge_from[access.is_street]] = True
    on_street[graph.edge_to[access.is_street]] = True
    node = np.flatnonzero(is_end & on_street)
    cell = access.cell_of(walk.x[node], walk.y[node])
    return sum_by_cell(cell, None, access.cells)
