"""From open sites to an answer: who goes where, in what time it was found."""

from __future__ import annotations

import time

import numpy as np

from urbanwork.planning.siting.highs import Solved
from urbanwork.planning.siting.problem import Answer, Flags, Floats, Ways
from urbanwork.planning.siting.ruled import Sites


def is_covered(ways: Ways, is_open: Flags) -> Flags:
    """Demands with a way to an open site, [I]."""
    covered = np.zeros(ways.demands, np.bool_)
    covered[ways.demand[is_open[ways.site]]] = True
    return covered


def to_nearest(ways: Ways, weight: Floats, is_open: Flags) -> Floats:
    """All weight on the way to the nearest open site, the lowest row of equal ones; [M]."""
    row = np.flatnonzero(is_open[ways.site])
    demand = ways.demand[row]
    first = row[np.diff(demand, prepend=-1) != 0]
    carried = np.zeros(len(ways.site))
    carried[first] = weight[ways.demand[first]]
    return carried


def shared(sites: Sites, found: Solved, ways: Ways, weight: Floats) -> Floats:
    """Weight that each way carries in a solution with capacities, [M]."""
    if sites.carried is None or found.values is None:
        return to_nearest(ways, weight, sites.open_in(found))
    share = np.clip(found.values[sites.carried], 0.0, 1.0)
    return np.asarray(np.where(share > 1e-9, share, 0.0) * weight[ways.demand])


def answer(is_open: Flags, carried: Floats, objective: float, bound: float, begun: float) -> Answer:
    """The answer of a search that began at `begun`."""
    chosen = np.flatnonzero(is_open)
    return Answer(chosen, objective, bound, carried, time.perf_counter() - begun)


def carried_on(ways: Ways, near: Ways, carried: Floats) -> Floats:
    """What ways carry, told of `ways` instead of the shorter ones `near` of them."""
    out = np.zeros(len(ways.site))
    key = ways.demand * ways.sites + ways.site
    order = np.argsort(key, kind="stable")
    out[order[np.searchsorted(key[order], near.demand * ways.sites + near.site)]] = carried
    return out
