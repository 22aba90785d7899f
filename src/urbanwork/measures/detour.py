"""How much longer the walk is than the straight line, on a fixed sample of pairs of homes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.kernels.windows import TOLERANCE_M
from urbanwork.measures.land import sum_by_cell
from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.reach import CODE, measured_states
from urbanwork.measures.shared import Access
from urbanwork.quantities.measured import State

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST_ORIGINS = 3_000
"""Cells that ways begin in; of more cells every second, third ... by id is taken."""
MOST_TARGETS = 12
"""Ways of each cell, spread evenly over the ids of the cells in the ring around it."""
MOST_DETOUR = 3.0
"""A way longer than this, or none at all, counts as this: one missing bridge is not everything."""


def pedestrian_detour(access: Access, *, min_m: float, max_m: float) -> CellRatio:
    """Mean walk between homes over the straight line between them, 1 or more.

        detour of a cell = mean over sampled cells j, weighted by people of j,
                           of min(walk to j / straight line to j, 3)
        detour = sum(people * detour) / people of the sampled cells known

    for cells j with people at a straight distance of `min_m` to `max_m`; the walk includes the ways
    from both homes to the street. The sample depends on the ids of the cells only: at most 3,000
    cells with 12 ways each, evenly over the ids. Cells that are not in the sample have no data of
    their own.

    A way is known when no way out of the data and in again can be shorter, that is when it is not
    longer than the ways of both ends to their nearest exits together.

    Args:
        access: the city.
        min_m: shortest straight distance of a pair, metres, above 0.
        max_m: longest straight distance of a pair, metres.

    Raises:
        ValueError: distances that are not 0 < min_m < max_m.

    Source: pedestrian route directness; Hess (1997), Measures of connectivity, Places 11(2).
    """
    if not 0 < min_m < max_m:
        raise ValueError(f"wanted 0 < min_m < max_m, got {min_m} and {max_m}")
    missing = access.no_data("layer:streets", "layer:people")
    if missing is not None:
        return missing
    pairs = access.remembered(
        ("detour", min_m, max_m), lambda: _sampled_pairs(access, min_m, max_m)
    )
    walk_m = access.walks_between(pairs.origin, pairs.target, MOST_DETOUR * max_m)
    ratio = np.clip(walk_m / pairs.straight_m, 1.0, MOST_DETOUR)
    around = access.exit_m(MOST_DETOUR * max_m)
    is_known = (
        np.minimum(walk_m, MOST_DETOUR * pairs.straight_m)
        <= around[pairs.origin] + around[pairs.target]
    )
    return _by_cell(access, pairs, ratio, is_known)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """M pairs of cells, sorted by origin."""

    origin: Rows  # [M] row of the cell
    target: Rows  # [M]
    straight_m: Floats  # [M]


def _sampled_pairs(access: Access, min_m: float, max_m: float) -> _Pairs:
    cells = access.city.cells
    lived_in = np.flatnonzero((cells.people > 0) & (cells.walk.edge >= 0) & access.is_seen)
    lived_in = lived_in[np.argsort(cells.id[lived_in], kind="stable")]
    origins = lived_in[_evenly(len(lived_in), MOST_ORIGINS)]
    points = shapely.points(cells.x[origins], cells.y[origins])
    tree = shapely.STRtree(shapely.points(cells.x[lived_in], cells.y[lived_in]))
    number, rank = tree.query(points, "dwithin", distance=max_m + TOLERANCE_M)
    order = np.lexsort((rank, number))
    origin, target = origins[number[order]], lived_in[rank[order]]
    straight = np.hypot(cells.x[origin] - cells.x[target], cells.y[origin] - cells.y[target])
    far = straight >= min_m - TOLERANCE_M
    origin, target, straight, number = origin[far], target[far], straight[far], number[order][far]
    kept = np.flatnonzero(_evenly_in_each(number, len(origins), MOST_TARGETS))
    kept = kept[np.argsort(origin[kept], kind="stable")]
    return _Pairs(origin[kept], target[kept], straight[kept])


def _evenly(count: int, most: int) -> Rows:
    """At most `most` of `count` rows, evenly spread.

    >>> _evenly(7, 3).tolist()
    [0, 2, 4]
    """
    chosen = min(count, most)
    return np.arange(chosen, dtype=np.int64) * count // max(chosen, 1)


def _evenly_in_each(group: NDArray[np.integer], groups: int, most: int) -> Flags:
    """Which rows to keep so that each group has at most `most`, evenly spread; `group` is sorted.

    Of n rows those are kept whose place is the first to reach another n-th of `most`.
    """
    size = np.bincount(group, minlength=groups)
    place = np.arange(len(group)) - (np.cumsum(size) - size)[group]
    total = np.maximum(size[group], most)
    return np.asarray((place + 1) * most // total > place * most // total, np.bool_)


def _by_cell(access: Access, pairs: _Pairs, ratio: Floats, is_known: Flags) -> CellRatio:
    """Weighted by the people at the far ends within a cell, by its own people between cells."""
    people = access.people
    weight = people[pairs.target]
    total = sum_by_cell(pairs.origin, weight, access.cells)
    seen = np.where(is_known, weight, 0.0)
    in_sample = total > 0
    per_weight = np.where(in_sample, people, 0.0) / np.where(in_sample, total, 1.0)
    known = per_weight * sum_by_cell(pairs.origin, seen, access.cells)
    unknown = per_weight * sum_by_cell(pairs.origin, weight - seen, access.cells)
    numerator = per_weight * sum_by_cell(pairs.origin, seen * ratio, access.cells)
    state = measured_states(known, unknown)
    state[(people > 0) & ~in_sample] = CODE[State.NO_DATA]
    sample = {"cells": int(in_sample.sum()), "ways": len(pairs.origin)}
    return CellRatio(numerator, known, unknown, state, 1.0, is_share=False, detail=sample)
