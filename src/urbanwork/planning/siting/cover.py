"""Maximal cover and full cover (LSCP): who has an open site within a radius."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from urbanwork.planning.siting.answers import (
    answer,
    carried_on,
    is_covered,
    shared,
    to_nearest,
)
from urbanwork.planning.siting.covering import most_covered
from urbanwork.planning.siting.problem import Answer, ClashError, Floats, Rules, Ways
from urbanwork.planning.siting.ruled import (
    REACH,
    add_covered,
    add_floors,
    add_reach,
    sites_model,
    solved,
)


def maximal_cover(
    ways: Ways, weight: Floats, radius: float, rules: Rules, *, seconds: float = 60.0
) -> Answer:
    """The sites that cover most: maximise the weight that has an open site within `radius`.

    With capacities a site covers only what it can take; a demand may be shared out.

    Args:
        ways: distances between I demands and J sites; those longer than `radius` do not matter.
        weight: [I] people, 0 or more.
        radius: farthest distance that counts as covered, in the unit of the ways.
        rules: how many sites, what is kept, budget, capacity, floors.
        seconds: time after which the best choice so far is returned with its gap.

    Raises:
        ClashError: no choice keeps the rules; it names those that clash.
        NoChoiceFoundError: none was found in time.

    Source: R. Church, C. ReVelle, "The maximal covering location problem", Papers of the Regional
    Science Association 32 (1974).

    >>> from urbanwork.planning.siting import ways_of_matrix
    >>> ways = ways_of_matrix([[0.0, 9.0], [9.0, 0.0], [9.0, 0.0]])
    >>> found = maximal_cover(ways, np.array([5.0, 2.0, 2.0]), 1.0, Rules(most=1))
    >>> found.chosen.tolist(), found.objective, found.is_proven
    ([0], 5.0, True)
    """
    begun = time.perf_counter()
    near = ways.within(radius)
    if rules.counts_only:
        found = most_covered(
            near, weight, rules.kept_of(ways.sites), rules.most or 0, seconds=seconds
        )
        is_open, bound = found.is_open, float(weight.sum()) - found.bound
        carried = to_nearest(near, weight, is_open)
    else:
        sites = sites_model(near, weight, rules, way_cost=-weight[near.demand])
        if sites.carried is None:
            add_covered(sites, near, weight)
        add_reach(sites, near, np.ones(ways.demands, np.bool_), whole=False)
        add_floors(sites, near, weight, replace(rules, floor_radius=None))
        out = solved(sites, seconds=seconds)
        is_open, bound = sites.open_in(out), -out.bound
        carried = shared(sites, out, near, weight)
    covered = float(weight[is_covered(near, is_open)].sum())
    if rules.capacity is not None:
        covered = float(carried.sum())
    return answer(is_open, carried_on(ways, near, carried), covered, max(bound, covered), begun)


def full_cover(
    ways: Ways, weight: Floats, radius: float, rules: Rules, *, seconds: float = 60.0
) -> Answer:
    """The fewest sites (cheapest, where they have a cost) that cover all demand of any weight.

    Args:
        ways: distances between I demands and J sites.
        weight: [I]; demands of weight 0 need not be covered.
        radius: farthest distance that counts as covered.
        rules: `most` is then an upper limit; `cost` is what is made least.
        seconds: time after which the best choice so far is returned with its gap.

    Raises:
        ClashError: no choice keeps the rules, such as a demand that no site reaches ("reach").
        NoChoiceFoundError: none was found in time.

    Source: C. Toregas et al., "The location of emergency service facilities", Operations Research
    19 (1971).

    >>> from urbanwork.planning.siting import ways_of_matrix
    >>> ways = ways_of_matrix([[0.0, 9.0, 1.0], [9.0, 0.0, 1.0]])
    >>> full_cover(ways, np.ones(2), 1.0, Rules()).chosen.tolist()
    [2]
    """
    begun = time.perf_counter()
    near, kept = ways.within(radius), rules.kept_of(ways.sites)
    needs = weight > 0
    if (np.diff(near.start)[needs] == 0).any():
        raise ClashError((REACH,))
    cost = np.ones(ways.sites) if rules.cost is None else rules.cost
    price = np.where(kept, 0.0, cost)
    sites = sites_model(near, weight, rules, price=price)
    add_reach(sites, near, needs, whole=True)
    out = solved(sites, seconds=seconds)
    is_open = sites.open_in(out)
    total = float(price[is_open].sum())
    bound = float(np.ceil(out.bound - 1e-6)) if (price == np.round(price)).all() else out.bound
    carried = carried_on(ways, near, shared(sites, out, near, weight))
    return answer(is_open, carried, total, min(bound, total), begun)
