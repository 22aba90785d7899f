"""Most weight covered by a number of sites: relaxed, searched, made small, proven by HiGHS.

The prices of the relaxed model bound every choice. Sites that no choice as good as the best known
one opens are left out; demands that the same sites cover become one. What is left is small enough
for cuts and branches of HiGHS.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanwork.planning.siting.bounds import MET, step_of
from urbanwork.planning.siting.exchange import SEED, Payments, searched, swapped
from urbanwork.planning.siting.highs import Model
from urbanwork.planning.siting.nearest import Choice, after_kept, cheapest, of_free
from urbanwork.planning.siting.problem import Flags, Floats, Ints, Ways

MOST_WAYS = 2_000_000
"""With more ways the relaxed model takes too long: prices are raised step by step instead."""
SAMPLES = 40
"""Choices drawn by how far the relaxed model opens each site, and mended by swaps."""
REACH, NUMBER = "reach", "number"


@dataclass(frozen=True, slots=True)
class _Relaxed:
    """What the relaxed model says."""

    price: Floats  # [I] 0 up to what a demand pays at most
    share: Floats  # [J] how far each site is open, 0 to 1
    saved: Floats  # [J] sum of the prices of what a site covers
    bound: float  # no choice leaves less uncovered


def most_covered(near: Ways, weight: Floats, kept: Flags, most: int, *, seconds: float) -> Choice:
    """At most `most` sites beside those kept that leave the least weight [I] uncovered.

    `near` are the ways within the radius; the cost of the choice is what it leaves uncovered.
    """
    until = time.perf_counter() + seconds
    paying = Payments(near, np.zeros(len(near.site)), weight.astype(np.float64))
    free = np.flatnonzero(~kept)
    most = min(most, len(free))
    rest = of_free(after_kept(paying, kept), free)
    relaxed = _relaxed(rest, most, seconds / 4) if most and len(rest.ways.site) else None
    if relaxed is None:
        return cheapest(paying, kept, most, seconds=until - time.perf_counter())
    known = _known(rest, most, relaxed)
    chosen, bound = _proven(rest, most, relaxed, known, until)
    is_open = kept.copy()
    is_open[free[chosen]] = True
    cost = paying.of(is_open)
    return Choice(is_open, cost, min(bound, cost))


def _model(ways: Ways, cap: Floats, most: int, least: Floats | float, *, whole: bool) -> Model:
    """Sites open or not, then demands covered or not; a demand needs an open site."""
    model = Model()
    demands = len(cap)
    site = model.add_columns(np.zeros(ways.sites), lower=least, whole=whole)
    covered = model.add_columns(-cap)
    rows = np.concatenate([np.arange(demands), ways.demand])
    columns = np.concatenate([covered, site[ways.site]])
    factor = np.concatenate([np.ones(demands), np.full(len(ways.site), -1.0)])
    model.add_rows(REACH, demands, rows, columns, factor, most=0.0)
    model.add_rows(NUMBER, 1, np.zeros(ways.sites), site, 1.0, most=float(most))
    return model


def _relaxed(rest: Payments, most: int, seconds: float) -> _Relaxed | None:
    ways = rest.ways
    if len(ways.site) > MOST_WAYS:
        return None
    model = _model(ways, rest.cap, most, 0.0, whole=False)
    found = model.relaxed(REACH, seconds=seconds)
    if found is None:
        return None
    values, dual = found
    price = np.clip(-dual, 0.0, rest.cap)
    saved = np.bincount(ways.site, price[ways.demand], ways.sites).astype(np.float64)
    bound = float(price.sum() - np.sort(saved)[-most:].sum())
    return _Relaxed(price, np.clip(values[: ways.sites], 0.0, 1.0), saved, bound)


def _known(rest: Payments, most: int, relaxed: _Relaxed) -> Ints:
    """The best of a search and of choices drawn by the shares; the same every time."""
    nothing = np.zeros(rest.ways.sites, np.bool_)
    best = searched(rest, nothing, most)
    least = rest.of(_flags(best, rest.ways.sites))
    chance = np.random.default_rng(SEED)
    share = relaxed.share + 1e-9
    for _ in range(SAMPLES):
        if least - relaxed.bound <= MET * abs(least):
            break
        drawn = chance.choice(len(share), most, replace=False, p=share / share.sum())
        mended, cost = swapped(rest, nothing, drawn)
        if cost < least:
            best, least = mended, cost
    return best


def _proven(
    rest: Payments, most: int, relaxed: _Relaxed, known: Ints, until: float
) -> tuple[Ints, float]:
    """The best choice, and what no choice leaves less uncovered than."""
    ways, saved = rest.ways, relaxed.saved
    cost = rest.of(_flags(known, ways.sites))
    slack = cost - relaxed.bound
    if slack <= max(MET * abs(cost), step_of(rest) * (1 - 1e-6)):
        return known, cost
    margin = slack + 1e-6 * max(1.0, abs(cost))
    ranked = np.append(np.sort(saved)[::-1], 0.0)
    wanted = np.flatnonzero(ranked[most - 1] - saved <= margin)  # others cost more than is known
    least = (saved - ranked[most] > margin)[wanted].astype(np.float64)  # without them too
    keep = np.isin(ways.site, wanted)
    some = of_free(Payments(ways.only(keep), rest.cost[keep], rest.cap), wanted)
    small, cap = _merged(some.ways, some.cap)
    is_open = np.isin(wanted, known)
    start = np.concatenate([is_open, _is_covered(small, is_open)]).astype(np.float64)
    model = _model(small, cap, most, least, whole=True)
    out = model.solve(seconds=max(0.1, until - time.perf_counter()), known=start)
    bound = max(relaxed.bound, float(rest.cap.sum()) + out.bound)
    if step_of(rest):
        bound = float(np.ceil(bound - 1e-6))
    if out.values is not None:
        found = wanted[out.values[: len(wanted)] > 0.5]
        known = min(known, found, key=lambda each: rest.of(_flags(each, ways.sites)))
    return known, min(bound, cost)


def _merged(ways: Ways, cap: Floats) -> tuple[Ways, Floats]:
    """The same with demands that the same sites cover as one; those that none covers are left out.

    Equal sets of sites are told by a sum of numbers of 128 bits, one drawn for each site.
    """
    drawn = np.random.default_rng(SEED).integers(0, 2**63, (ways.sites, 2), np.uint64)
    count = np.diff(ways.start)
    some = np.flatnonzero(count > 0)
    total = np.add.reduceat(drawn[ways.site], ways.start[some]) if len(some) else drawn[:0]
    _, first, group = np.unique(total, axis=0, return_index=True, return_inverse=True)
    keep = np.zeros(len(count), np.bool_)
    keep[some[first]] = True
    merged = ways.only(np.repeat(keep, count))
    start = np.concatenate([[0], np.cumsum(count[keep])])
    order = np.argsort(np.argsort(first))
    weight = np.bincount(order[group.ravel()], cap[some], len(first)).astype(np.float64)
    return Ways(start, merged.site, merged.distance, ways.sites), weight


def _is_covered(ways: Ways, is_open: Flags) -> Flags:
    return np.bincount(ways.demand, is_open[ways.site], ways.demands) > 0


def _flags(chosen: NDArray[np.int64], sites: int) -> Flags:
    is_open = np.zeros(sites, np.bool_)
    is_open[chosen] = True
    return is_open
