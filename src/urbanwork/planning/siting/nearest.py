"""At most so many sites, everyone goes to the nearest: searched, bounded, proven without a model.

A maximal cover is the case where a way within the radius costs nothing and all else costs one's
own weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from urbanwork.planning.siting.bounds import branch_and_bound
from urbanwork.planning.siting.exchange import Payments, searched
from urbanwork.planning.siting.problem import Flags, Floats, Ints, Ways


@dataclass(frozen=True, slots=True)
class Choice:
    """Open sites, what they cost, and what no choice costs less than."""

    is_open: Flags  # [J]
    cost: float
    bound: float


def after_kept(paying: Payments, kept: Flags) -> Payments:
    """The same where only sites that are not kept, and cost less than those kept, are ways."""
    cap = paying.each(kept)
    keep = ~kept[paying.ways.site] & (paying.cost < cap[paying.ways.demand])
    return Payments(paying.ways.only(keep), paying.cost[keep], cap)


def cheapest(paying: Payments, kept: Flags, most: int, *, seconds: float) -> Choice:
    """The choice of at most `most` sites beside those kept for which all pay least together."""
    free = np.flatnonzero(~kept)
    most = min(most, len(free))
    first = np.zeros(len(kept), np.bool_)
    first[searched(paying, kept, most)] = True
    rest = of_free(after_kept(paying, kept), free)
    found = branch_and_bound(rest, most, first[free], _first_price(rest, first[free]),
                             seconds=seconds)  # fmt: skip
    is_open = kept.copy()
    is_open[free[found.best]] = True
    cost = paying.of(is_open)
    return Choice(is_open, cost, min(found.bound, cost))


def of_free(paying: Payments, free: Ints) -> Payments:
    """The same with the sites numbered as they stand in `free`."""
    ways = paying.ways
    number = np.zeros(ways.sites, np.int64)
    number[free] = np.arange(len(free))
    some = Ways(ways.start, number[ways.site], ways.distance, len(free))
    return Payments(some, paying.cost, paying.cap)


def _first_price(paying: Payments, is_open: Flags) -> Floats:
    """Midway between what a demand pays and what it would if its site closed."""
    ways, cap = paying.ways, paying.cap
    row = np.flatnonzero(is_open[ways.site])
    demand = ways.demand[row]
    is_first = np.diff(demand, prepend=-1) != 0
    first, second = cap.copy(), cap.copy()
    first[demand[is_first]] = paying.cost[row[is_first]]
    np.minimum.at(second, demand[~is_first], paying.cost[row[~is_first]])
    return np.asarray((first + second) / 2)
