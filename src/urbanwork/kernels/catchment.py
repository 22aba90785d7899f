"""Floating catchments: places share out what they have among all within their catchment.

Source: W. Luo, F. Wang, "Measures of spatial accessibility to health care in a GIS environment",
Environment and Planning B 30 (2003), 2SFCA; W. Luo, Y. Qi, "An enhanced two-step floating catchment
area (E2SFCA) method", Health & Place 15 (2009).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Catchment:
    """What each demand gets and what each place has for those in its catchment."""

    share: Floats  # [I] sum over places of ratio x weight
    ratio: Floats  # [J] supply / weighted demand; nan where nobody is in the catchment
    demand: Floats  # [J] weighted demand of each catchment


def step_weights(distance: ArrayLike, radii: ArrayLike, weights: ArrayLike) -> Floats:
    """The weight of the first radius that is not exceeded, 0 beyond the last.

    Args:
        distance: [M].
        radii: [R] rising, in the unit of the distance.
        weights: [R].

    >>> step_weights([0, 300, 301, 700], [300, 600], [1, 0.5]).tolist()
    [1.0, 1.0, 0.5, 0.0]
    """
    steps = np.append(np.asarray(weights, np.float64), 0.0)
    out: Floats = steps[np.searchsorted(np.asarray(radii, np.float64), distance, side="left")]
    return out


def floating_catchment(
    demand_of: ArrayLike, place_of: ArrayLike, weight: ArrayLike, demand: ArrayLike,
    supply: ArrayLike,
) -> Catchment:  # fmt: skip
    """Two steps: what a place has for each in its catchment, then the sum of that for each demand.

        ratio[j] = supply[j] / sum over i of demand[i] * weight[i, j]
        share[i] = sum over j of ratio[j] * weight[i, j]

    The sum of demand x share is the supply of the places with anybody in their catchment.

    Args:
        demand_of: [M] demand of each pair within a catchment, 0 to I - 1.
        place_of: [M] place of each pair, 0 to J - 1; no pair is given twice.
        weight: [M] 1, or less the farther away.
        demand: [I] people.
        supply: [J] seats, beds, doctors.

    >>> got = floating_catchment([0, 1, 1], [0, 0, 1], [1, 1, 1], [30, 10], [20, 5])
    >>> got.ratio.tolist(), got.share.tolist()
    ([0.5, 0.5], [0.5, 1.0])
    """
    row, place = np.asarray(demand_of, np.int64), np.asarray(place_of, np.int64)
    weights, people = np.asarray(weight, np.float64), np.asarray(demand, np.float64)
    has = np.asarray(supply, np.float64)
    asked = np.bincount(place, people[row] * weights, minlength=len(has))
    ratio = np.divide(has, asked, out=np.full(len(has), np.nan), where=asked > 0)
    gives = np.nan_to_num(ratio)[place] * weights
    share = np.bincount(row, gives, minlength=len(people)).astype(np.float64)
    return Catchment(share, ratio, asked.astype(np.float64))
