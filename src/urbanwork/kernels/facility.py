"""Bounds and exchanges for choosing sites: the inner loops over ways between demand and sites.

A way has a cost (weight x distance); a demand pays the least cost among open sites, at most its
cap.

Source: G. Cornuejols, M. L. Fisher, G. L. Nemhauser, "Location of bank accounts to optimize
float", Management Science 23 (1977), for the dual; M. G. C. Resende, R. F. Werneck, "A fast
swap-based local search procedure for location problems", Annals of Operations Research 150 (2007).
"""

# ruff: noqa: PLR0912, PLR0915 - kernels take arrays one by one; an ascent is one loop
from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.kernels.compiled import compiled

Array = NDArray[Any]


@compiled
def _put(values: Array, into: Array) -> None:
    """Copy one by one: for a slice numba compiles the text of an error too, for two seconds."""
    for at in range(len(values)):
        into[at] = values[at]


@compiled
def dual_ascent(
    start: Array,  # [I + 1] ways of each demand
    site: Array,  # [M]
    cost: Array,  # [M] rising within a demand
    cap: Array,  # [I] what a demand pays at most
    state: Array,  # [J] 1 open, -1 closed, 0 free
    most: Any,  # sites that may be open, those of state 1 among them
    target: Any,  # value of a choice that exists
    rounds: Any,
    scale: Any,  # first length of steps, about 1; shorter from prices that are good
    price: Array,  # [I] first prices; filled with the best
    worth: Array,  # [J] filled with what each site saves at the best prices, never above 0
    share: Array,  # [J] filled: how often a site was among the best lately, 0 to 1
) -> Any:
    """Raise the prices of the demands by subgradients; return the best bound on every choice.

    bound = sum of prices + the `most` lowest of sum over ways of a site of min(0, cost - price)
    """
    sites = len(state)
    demands = len(cap)
    own = price.copy()
    saved = np.zeros(sites)
    ranked = np.zeros(sites)
    is_best = np.zeros(sites, np.bool_)
    slope = np.zeros(demands)
    forced = 0
    for each in range(sites):
        share[each] = 0.0
        if state[each] == 1:
            forced += 1
            share[each] = 1.0
    best = -np.inf
    waited = 0
    for _ in range(rounds):
        saved[:] = 0.0
        bound = 0.0
        for row in range(demands):
            bound += own[row]
            for way in range(start[row], start[row + 1]):
                less = cost[way] - own[row]
                if less >= 0.0:
                    break
                saved[site[way]] += less
        for each in range(sites):
            ranked[each] = saved[each] if state[each] == 0 else 0.0
        order = np.argsort(ranked, kind="mergesort")
        is_best[:] = False
        for place in range(min(most - forced, sites)):
            if ranked[order[place]] < 0.0:
                is_best[order[place]] = True
        for each in range(sites):
            if state[each] == 1:
                is_best[each] = True
            if is_best[each]:
                bound += saved[each]
            share[each] += 0.05 * ((1.0 if is_best[each] else 0.0) - share[each])
        waited += 1
        if bound > best:
            if bound > best + 1e-3 * (target - best):
                waited = 0
            best = bound
            _put(own, price)
            _put(saved, worth)
        if target - best <= 1e-9 * abs(target):
            break
        if waited >= 20:
            waited = 0
            scale *= 0.5
            _put(price, own)
            if scale < 5e-3:
                break
        size = 0.0
        for row in range(demands):
            rise = 1.0
            for way in range(start[row], start[row + 1]):
                if cost[way] >= own[row]:
                    break
                if is_best[site[way]]:
                    rise -= 1.0
            if rise > 0.0 and own[row] >= cap[row]:
                rise = 0.0
            slope[row] = rise + 0.3 * slope[row]
            size += slope[row] * slope[row]
        if size == 0.0:
            break
        step = scale * (target - bound) / size
        for row in range(demands):
            own[row] = max(0.0, min(cap[row], own[row] + step * slope[row]))
    return best


@compiled
def swap_worth(
    start: Array,  # [I + 1] ways of each demand, cheapest first
    site: Array,  # [M]
    cost: Array,  # [M]
    cap: Array,  # [I]
    rank: Array,  # [J] 0 to P - 1 for the open sites, -1 for the others
    gain: Array,  # [J] filled: what opening it saves
    loss: Array,  # [P] filled: what closing it costs
    both: Array,  # [J, P] filled for (closed, open): what a swap saves of these two
) -> Any:
    """Fill what it is worth to open, close and swap sites; return the cost of the open ones."""
    gain[:] = 0.0
    loss[:] = 0.0
    both[:] = 0.0
    total = 0.0
    for row in range(len(cap)):
        first = cap[row]
        second = cap[row]
        nearest = -1
        for way in range(start[row], start[row + 1]):
            if cost[way] >= cap[row]:
                break
            if rank[site[way]] >= 0:
                if nearest < 0:
                    nearest = rank[site[way]]
                    first = cost[way]
                else:
                    second = cost[way]
                    break
        total += first
        if nearest >= 0:
            loss[nearest] += second - first
        for way in range(start[row], start[row + 1]):
            if cost[way] >= second:
                break
            other = site[way]
            if rank[other] >= 0:
                continue
            if cost[way] < first:
                gain[other] += first - cost[way]
            if nearest >= 0:
                both[other, nearest] += second - max(first, cost[way])
    return total
