"""Measures at sample points along the streets, as the peer GHSCI defines them.

The value of a cell of the population grid is the mean of its points; that of any area or the city
is the mean of its cells, weighted by their people. docs/decisions/0040-ghsci.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.reach import PERCENT, measured_states
from urbanwork.measures.sampling import Sampling
from urbanwork.measures.shared import Access
from urbanwork.quantities.measured import Reason

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COMPARED_WALKABILITY = "compared_walkability"


def sampled_reach_share(access: Access, *, categories: Sequence[str], radius_m: float) -> CellRatio:
    """Share of people whose streets have a place of any of the categories within a walk, percent.

        share = 100 * sum(people * points reached / points) / sum(people), over cells of the grid

    Distances are those of city/sampled/reach.py: by the ends of the point's street, without the way
    off the street, in whole metres.

    Source: GHSCI 4.15, `pop_pct_access_500m_*_score`.
    """
    sampling = access.sampling
    if sampling is None:
        return _nothing_sampled(access)
    if not sampling.knows(categories):
        return CellRatio.no_data(
            access.cells, Reason.LAYER_MISSING, f"No source gives {', '.join(categories)}.",
            f"没有数据源提供 {'、'.join(categories)}。",
        )  # fmt: skip
    share = sampling.cell_means(sampling.reached(categories, radius_m))
    return _mean(sampling, share, sampling.people, scale=PERCENT)


def sampled_mean(access: Access, *, quantity: str, weight: str) -> CellRatio:
    """Mean of a quantity of the points: daily_living, population_density, intersection_density,
    walkability (measures/sampling.py says what each is).

        mean = sum(weight * mean of the cell's points) / sum(weight), over cells of the grid

    Args:
        access: the city.
        quantity: one of the four.
        weight: people, or cells for a mean in which each cell counts the same.

    Source: GHSCI 4.15, `pop_nh_*`, `pop_daily_living`, `pop_walkability` and `local_*`.
    """
    sampling = access.sampling
    if sampling is None:
        return _nothing_sampled(access)
    by_cell = np.ones(len(sampling.counted))
    weights = {"people": sampling.people, "cells": by_cell}[weight]
    return _mean(sampling, sampling.cell_means(sampling.quantity(quantity)), weights, scale=1.0)


def sampled_share_at_least(access: Access, *, quantity: str, at_least: float) -> CellRatio:
    """Share of people in cells whose mean of a quantity is `at_least` so much, percent.

        share = 100 * sum(people where mean >= at_least) / sum(people), over cells of the grid

    Besides the quantities of `sampled_mean` there is compared_walkability, which measures against
    the mean and spread of the peer's 25 cities instead of this city's own.

    Source: GHSCI 4.15, report thresholds and `all_cities_walkability`.
    """
    sampling = access.sampling
    if sampling is None:
        return _nothing_sampled(access)
    if quantity == COMPARED_WALKABILITY:
        mean = sampling.compared_walkability()
    else:
        mean = sampling.cell_means(sampling.quantity(quantity))
    is_enough = np.asarray(mean >= at_least, np.float64)
    return _mean(sampling, is_enough, sampling.people, scale=PERCENT)


def sampled_density(access: Access, *, counted: str) -> CellRatio:
    """People or crossings of all whole cells that touch the study region, per km2 of the region.

        density = sum(counted, over cells of the grid that touch the region) / km2 of the region

    Args:
        access: the city.
        counted: people or crossings.

    Source: GHSCI 4.15, `Population per sqkm` and `Intersections per sqkm`.
    """
    sampling = access.sampling
    if sampling is None:
        return _nothing_sampled(access)
    grid = sampling.city.grid
    amount = {"people": grid.people, "crossings": grid.crossings}[counted]
    rows = np.flatnonzero(grid.touches_region)
    numerator = sampling.spread(amount[rows], rows)
    km2 = access.cell_km2
    return CellRatio(
        numerator, km2, np.zeros(access.cells), measured_states(km2, np.zeros(access.cells)), 1.0,
        is_share=False,
    )  # fmt: skip


def _mean(sampling: Sampling, values: Floats, weights: Floats, *, scale: float) -> CellRatio:
    """Weighted mean of values of cells of the grid, shared out over the cells shown."""
    known = sampling.spread(weights, sampling.counted)
    nothing = np.zeros(len(known))
    return CellRatio(
        sampling.spread(weights * values, sampling.counted), known, nothing,
        measured_states(known, nothing), scale, is_share=scale == PERCENT,
    )  # fmt: skip


def _nothing_sampled(access: Access) -> CellRatio:
    return CellRatio.no_data(
        access.cells, Reason.LAYER_MISSING,
        "Sampling needs a population raster, and none is given.", "采样需要人口栅格,当前未提供。",
    )  # fmt: skip
