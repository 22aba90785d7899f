"""p-median: the least sum of weight x distance to open sites."""

from __future__ import annotations

import time

import numpy as np

from urbanwork.planning.siting.answers import answer, is_covered, shared, to_nearest
from urbanwork.planning.siting.exchange import Payments
from urbanwork.planning.siting.nearest import after_kept, cheapest
from urbanwork.planning.siting.problem import Answer, ClashError, Flags, Floats, Rules, Ways
from urbanwork.planning.siting.ruled import (
    COUNT,
    REACH,
    add_floors,
    add_payments,
    add_reach,
    sites_model,
    solved,
)


def p_median(
    ways: Ways,
    weight: Floats,
    rules: Rules,
    *,
    beyond: float | None = None,
    seconds: float = 120.0,
) -> Answer:
    """The sites with the least sum of weight x distance to the nearest one that is open.

    Args:
        ways: distances between I demands and J sites.
        weight: [I] people, 0 or more.
        rules: how many sites, what is kept, budget, capacity, floors.
        beyond: distance that counts where no open site is nearer; None: everybody must have one.
        seconds: time after which the best choice so far is returned with its gap.

    Raises:
        ClashError: no choice keeps the rules; it names those that clash.
        NoChoiceFoundError: none was found in time.

    Source: S. L. Hakimi, "Optimum locations of switching centers", Operations Research 12 (1964).

    >>> from urbanwork.planning.siting import ways_of_matrix
    >>> ways = ways_of_matrix([[0.0, 9.0], [9.0, 0.0], [9.0, 1.0]])
    >>> found = p_median(ways, np.array([5.0, 2.0, 3.0]), Rules(most=1))
    >>> found.chosen.tolist(), found.objective, found.is_proven
    ([0], 45.0, True)
    """
    begun = time.perf_counter()
    if beyond is not None:
        ways = _below(ways, beyond)
    paying = _payments(ways, weight, beyond)
    needs = (weight > 0) & (beyond is None)
    if (np.diff(ways.start)[needs] == 0).any():
        raise ClashError((REACH,))
    kept = rules.kept_of(ways.sites)
    if rules.counts_only:
        found = cheapest(paying, kept, rules.most or 0, seconds=seconds)
        if not is_covered(ways, found.is_open)[needs].all():
            raise ClashError((COUNT, REACH))
        carried = to_nearest(ways, weight, found.is_open)
        return answer(found.is_open, carried, found.cost, found.bound, begun)
    is_open, carried, bound = _ruled(ways, weight, rules, paying, needs, seconds)
    lacks = weight - np.bincount(ways.demand, carried, minlength=ways.demands)
    far = float(np.maximum(lacks, 0.0).sum() * beyond) if beyond is not None else 0.0
    cost = float((carried * ways.distance).sum()) + far
    return answer(is_open, carried, cost, min(bound, cost), begun)


def _below(ways: Ways, beyond: float) -> Ways:
    """Ways that are no shorter than `beyond` stay, as long as it, so that capacity is used."""
    return Ways(ways.start, ways.site, np.minimum(ways.distance, beyond), ways.sites)


def _payments(ways: Ways, weight: Floats, beyond: float | None) -> Payments:
    cost = weight[ways.demand] * ways.distance
    if beyond is not None:
        return Payments(ways, cost, weight * beyond)
    # nobody may be left out: that costs more than all ways together
    total = float((weight * np.max(ways.distance, initial=0.0)).sum()) + 1.0
    return Payments(ways, cost, np.where(weight > 0, total, 0.0))


def _ruled(
    ways: Ways, weight: Floats, rules: Rules, paying: Payments, needs: Flags, seconds: float
) -> tuple[Flags, Floats, float]:
    """Open sites, what ways carry, and the bound, where more binds than the number."""
    capped = rules.capacity is not None
    spared = paying.cost - (0.0 if needs.any() else paying.cap[ways.demand])
    sites = sites_model(ways, weight, rules, way_cost=spared)
    constant = 0.0 if needs.any() else float(paying.cap.sum())
    add_reach(sites, ways, needs if needs.any() else np.ones_like(needs), whole=bool(needs.any()))
    if not capped:
        constant = add_payments(sites, after_kept(paying, rules.kept_of(ways.sites)))
    add_floors(sites, ways, weight, rules)
    out = solved(sites, seconds=seconds)
    is_open = sites.open_in(out)
    return is_open, shared(sites, out, ways, weight), out.bound + constant
