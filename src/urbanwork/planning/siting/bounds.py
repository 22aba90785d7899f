"""Branch and bound on prices of the demands: at most so many sites, all go to the nearest.

Prices bound what any choice costs from below. Where they do not settle whether a site is open, it
is opened in one branch and closed in the other; each starts from the prices of the branch above.

Source: J. E. Beasley, "Lagrangean heuristics for location problems", European Journal of
Operational Research 65 (1993).
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from urbanwork.kernels.compiled import given
from urbanwork.kernels.facility import dual_ascent
from urbanwork.kernels.threads import shared_out
from urbanwork.planning.siting.exchange import Payments, swapped
from urbanwork.planning.siting.problem import Flags, Floats, Ints

FIRST_ROUNDS, ROUNDS = 3_000, 150
MET = 1e-9
"""Share of the cost below which a bound is met."""
NEAR = 5e-3
"""A choice that costs so little more than the best, as a share, is improved by swaps."""


@dataclass(slots=True)
class Search:
    """What is known so far: the best choice, and branches that may hold a better one."""

    paying: Payments
    most: int
    best: Flags  # [J]
    cost: float
    branches: list[tuple[float, int, _Branch]] = field(default_factory=list)
    nodes: int = 0
    step: float = 0.0
    """No two choices cost less apart: 1 where all costs are whole."""

    @property
    def slack(self) -> float:
        """How much below the best a bound must lie for a better choice to be there."""
        return max(MET * abs(self.cost), self.step * (1 - 1e-6))

    @property
    def bound(self) -> float:
        """No choice costs less."""
        return min(self.branches[0][0], self.cost) if self.branches else self.cost


@dataclass(frozen=True, slots=True)
class _Branch:
    state: Ints  # [J] 1 open, -1 closed, 0 free
    price: Floats  # [I]
    share: Floats  # [J]


def branch_and_bound(
    paying: Payments, most: int, known: Flags, price: Floats, *, seconds: float
) -> Search:
    """The choice of at most `most` sites that costs least, from a `known` one [J] and prices [I].

    The same whatever the machine unless the time is up.
    """
    until = time.perf_counter() + seconds
    search = Search(paying, most, known, paying.of(known), step=step_of(paying))
    number = itertools.count()
    sites = paying.ways.sites
    root = _Branch(np.zeros(sites, np.int64), price, np.zeros(sites))
    _enter(search, [root], number, rounds=FIRST_ROUNDS, scale=1.5)
    while search.branches and time.perf_counter() < until:
        bound, _, branch = search.branches[0]
        if bound >= search.cost - search.slack:
            search.branches.clear()
            break
        heapq.heappop(search.branches)
        halves = [_Branch(state, branch.price, branch.share) for state in _halves(branch)]
        _enter(search, halves, number, rounds=ROUNDS, scale=0.3)
    return search


def step_of(paying: Payments) -> float:
    """The least difference between what two choices cost: 1 where all costs are whole, else 0."""
    return float(all((part == np.round(part)).all() for part in (paying.cost, paying.cap)))


def _halves(branch: _Branch) -> tuple[Ints, Ints]:
    """Open, or close, the site that prices leave most open; the lowest row of equal ones."""
    free = np.flatnonzero(branch.state == 0)
    site = free[np.argmin(np.abs(branch.share[free] - 0.5))]
    opened, closed = branch.state.copy(), branch.state.copy()
    opened[site], closed[site] = 1, -1
    return opened, closed


@dataclass(frozen=True, slots=True)
class _Bounded:
    """A branch, what no choice in it costs less than, and the choice that it points to."""

    branch: _Branch
    bound: float
    worth: Floats  # [J]
    chosen: Flags  # [J]
    total: float


def _enter(
    search: Search,
    branches: Sequence[_Branch],
    number: itertools.count[int],
    *,
    rounds: int,
    scale: float,
) -> None:
    """Bound branches side by side, take their choices, keep those that may hold better ones."""
    best, cost = search.best, search.cost
    found = shared_out(
        lambda branch: _bounded(search.paying, branch, search.most, best, cost, rounds, scale),
        branches,
    )
    search.nodes += len(branches)
    for each in found:  # in the order of the branches: the same with any number of threads
        if each.total < search.cost:
            search.best, search.cost = each.chosen, each.total
    for each in found:
        slack = search.cost - each.bound
        if slack <= search.slack:
            continue
        state = _settled(each.worth, each.branch.state, search.most, slack - search.slack)
        if (state == 0).any() and (state == 1).sum() <= search.most:
            kept = _Branch(state, each.branch.price, each.branch.share)
            heapq.heappush(search.branches, (each.bound, next(number), kept))


def _bounded(
    paying: Payments,
    branch: _Branch,
    most: int,
    best: Flags,
    cost: float,
    rounds: int,
    scale: float,
) -> _Bounded:
    state, price, sites = branch.state, branch.price.copy(), len(branch.state)
    keep = state[paying.ways.site] >= 0
    ways = paying.ways.only(keep)
    worth, share = np.zeros(sites), np.zeros(sites)
    bound = dual_ascent(
        given(ways.start, np.int64), given(ways.site, np.int64),
        given(paying.cost[keep], np.float64), given(paying.cap, np.float64),
        given(state, np.int64), np.int64(most), np.float64(cost), np.int64(rounds),
        np.float64(scale), price, worth, share,
    )  # fmt: skip
    chosen = _pointed_to(worth, state, most)
    total = paying.of(chosen)
    if total < cost * (1 + NEAR) and not (chosen == best).all():
        opened, total = swapped(paying, np.zeros(sites, np.bool_), np.flatnonzero(chosen))
        chosen = np.zeros(sites, np.bool_)
        chosen[opened] = True
    return _Bounded(_Branch(state, price, share), float(bound), worth, chosen, total)


def _pointed_to(worth: Floats, state: Ints, most: int) -> Flags:
    """The open sites and the best of the free ones, [J]."""
    chosen = np.asarray(state == 1, np.bool_)
    free = np.flatnonzero(state == 0)
    count = max(0, most - int(chosen.sum()))
    chosen[free[np.argsort(worth[free], kind="stable")[:count]]] = True
    return chosen


def _settled(worth: Floats, state: Ints, most: int, slack: float) -> Ints:
    """`state` with the free sites that must be open, or closed, in every better choice."""
    out = state.copy()
    free = np.flatnonzero(state == 0)
    count = most - int((state == 1).sum())
    if count <= 0 or count >= len(free):
        out[free] = -1 if count <= 0 else 0
        return out
    ranked = np.sort(worth[free])
    last_in, first_out = ranked[count - 1], ranked[count]
    out[free[worth[free] - last_in > slack]] = -1
    out[free[(first_out - worth[free] > slack) & (worth[free] <= last_in)]] = 1
    return out
