"""At most so many sites, everyone goes to the nearest: searched, bounded, proven without a model.

A maximal cover is the case where a way within the radius costs nothing and all else costs one's
own weight.
"""

from __future__ import annotations

import time
from collections.abc import Callable
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


def cheapest(
    paying: Payments,
    kept: Flags,
    most: int,
    *,
    seconds: float,
    priced: Callable[[Payments, int, float], Floats | None] | None = None,
) -> Choice:
    """The choice of at most `most` sites beside those kept for which all pay least together.

    `priced` gives good prices to begin with, [I] of what is left after those kept, in the seconds
    that are left, or None.
    """
    until = time.perf_counter() + seconds
    free = np.flatnonzero(~kept)
    most = min(most, len(free))
    first = np.zeros(len(kept), np.bool_)
    first[searched(paying, kept, most)] = True
    rest = after_kept(paying, kept)
    rest = Payments(_numbered(rest.ways, free), rest.cost, rest.cap)
    price = priced(rest, most, _left(until)) if priced else None
    found = branch_and_bound(
        rest, most, first[free], _first_price(rest, first[free]) if price is None else price,
        seconds=_left(until), is_priced=price is not None,
    )  # fmt: skip
    is_open = kept.copy()
    is_open[free[found.best]] = True
    cost = paying.of(is_open)
    return Choice(is_open, cost, min(found.bound, cost))


def _left(until: float) -> float:
    return max(0.0, until - time.perf_counter())


def _numbered(ways: Ways, sites: Ints) -> Ways:
    """The same ways with the sites numbered as they stand in `sites`."""
    number = np.zeros(ways.sites, np.int64)
    number[sites] = np.arange(len(sites))
    return Ways(ways.start, number[ways.site], ways.distance, len(sites))


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
