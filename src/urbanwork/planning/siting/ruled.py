"""Models for HiGHS where more binds than the number of sites: capacity, budget, floors.

Without capacity everyone goes to the nearest site, in the radius formulation: z[i, k] = 1 where
demand i finds no open site within its k-th distance, so a demand has a row for each distance that
matters. With capacity each way carries a share of its demand, none through a closed site.

Source: S. Elloumi, "A tighter formulation of the p-median problem", Journal of Combinatorial
Optimization 19 (2010); G. Cornuejols, G. L. Nemhauser, L. A. Wolsey, "A canonical representation
of simple plant location problems", SIAM Journal on Algebraic and Discrete Methods 1 (1980).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from urbanwork.planning.siting.clashes import clash
from urbanwork.planning.siting.exchange import Payments
from urbanwork.planning.siting.highs import Model, Solved
from urbanwork.planning.siting.problem import (
    ClashError,
    Flags,
    Floats,
    Ints,
    NoChoiceFoundError,
    Rules,
    Ways,
)

COUNT, BUDGET, CAPACITY, REACH, FLOOR = "how_many", "budget", "capacity", "reach", "floor"
"""Names of the groups of rows; a floor is followed by the row of its area: "floor:3"."""


@dataclass(frozen=True, slots=True)
class Sites:
    """A model with a column for each site."""

    model: Model
    column: Ints  # [J]
    carried: Ints | None = None  # [M] column of each way, where there are capacities

    def open_in(self, solved: Solved) -> Flags:
        """Sites that a solution opens, [J]."""
        assert solved.values is not None  # noqa: S101 - asked only of solutions
        return np.asarray(solved.values[self.column] > 0.5)


def sites_model(
    ways: Ways,
    weight: Floats,
    rules: Rules,
    *,
    price: Floats | None = None,
    way_cost: Floats | None = None,
) -> Sites:
    """Sites with the rules on how many, what they cost and what they take.

    `price` [J] is paid for an open site and, where there are capacities, `way_cost` [M] for a way
    that carries all of its demand.
    """
    model, kept = Model(), rules.kept_of(ways.sites)
    column = model.add_columns(
        np.zeros(ways.sites) if price is None else price, lower=kept, whole=True
    )
    free = column[~kept]
    if rules.most is not None:
        model.add_rows(COUNT, 1, np.zeros(len(free)), free, 1.0, most=float(rules.most))
    if rules.budget is not None:
        cost = np.ones(ways.sites) if rules.cost is None else rules.cost
        model.add_rows(BUDGET, 1, np.zeros(len(free)), free, cost[~kept], most=rules.budget)
    if rules.capacity is None:
        return Sites(model, column)
    carried = model.add_columns(np.zeros(len(ways.site)) if way_cost is None else way_cost)
    _add_carried(Sites(model, column, carried), ways, weight, rules.capacity)
    return Sites(model, column, carried)


def _add_carried(sites: Sites, ways: Ways, weight: Floats, capacity: Floats) -> None:
    """Closed sites carry nothing, open ones what they can take."""
    assert sites.carried is not None  # noqa: S101 - called with capacities only
    model, column, carried, count = sites.model, sites.column, sites.carried, len(ways.site)
    both = np.concatenate([np.arange(count), np.arange(count)])
    model.add_rows(
        "closed", count, both, np.concatenate([carried, column[ways.site]]),
        np.concatenate([np.ones(count), -np.ones(count)]), most=0.0,
    )  # fmt: skip
    taken = np.isfinite(capacity)
    row = np.flatnonzero(taken[ways.site])
    number = np.cumsum(taken) - 1
    model.add_rows(
        CAPACITY, int(taken.sum()),
        np.concatenate([number[ways.site[row]], np.arange(int(taken.sum()))]),
        np.concatenate([carried[row], column[taken]]),
        np.concatenate([weight[ways.demand[row]], -capacity[taken]]), most=0.0,
    )  # fmt: skip


def add_reach(sites: Sites, ways: Ways, demands: Flags, *, whole: bool) -> None:
    """Each demand marked has an open site; `whole`: all of it, else at most all of it, is served.

    Without capacities and not `whole` there is nothing to add.
    """
    row = np.flatnonzero(demands[ways.demand])
    number = (np.cumsum(demands) - 1)[ways.demand[row]]
    if sites.carried is not None:
        sites.model.add_rows(
            REACH if whole else "once", int(demands.sum()), number, sites.carried[row], 1.0,
            least=1.0 if whole else -np.inf, most=1.0,
        )  # fmt: skip
    elif whole:
        sites.model.add_rows(
            REACH, int(demands.sum()), number, sites.column[ways.site[row]], 1.0, least=1.0
        )


def add_covered(sites: Sites, ways: Ways, worth: Floats) -> None:
    """Each demand that an open site reaches gives its worth; only without capacities."""
    number = np.arange(ways.demands)
    x = sites.model.add_columns(-worth)
    sites.model.add_rows(
        "covered", ways.demands, np.concatenate([number, ways.demand]),
        np.concatenate([x, sites.column[ways.site]]),
        np.concatenate([np.ones(len(x)), -np.ones(len(ways.site))]), most=0.0,
    )  # fmt: skip


def add_floors(sites: Sites, ways: Ways, weight: Floats, rules: Rules) -> None:
    """Of the weight of every area a share is covered, within the radius of the floor."""
    if rules.floor <= 0 or rules.area is None:
        return
    near = np.ones(len(ways.site), np.bool_)
    if rules.floor_radius is not None:
        near = ways.distance <= rules.floor_radius
    area = rules.area
    total = np.bincount(area, weight)
    if sites.carried is not None:
        row = np.flatnonzero(near)
        demand, column = ways.demand[row], sites.carried[row]
    else:
        close = ways.only(near)
        column = sites.model.add_columns(np.zeros(ways.demands))
        demand = np.arange(ways.demands)
        sites.model.add_rows(
            "covered", ways.demands, np.concatenate([demand, close.demand]),
            np.concatenate([column, sites.column[close.site]]),
            np.concatenate([np.ones(ways.demands), -np.ones(len(close.site))]), most=0.0,
        )  # fmt: skip
    for each in np.flatnonzero(total > 0).tolist():
        own = np.flatnonzero(area[demand] == each)
        sites.model.add_rows(
            f"{FLOOR}:{each}", 1, np.zeros(len(own)), column[own],
            weight[demand[own]] / total[each], least=rules.floor,
        )  # fmt: skip


def add_payments(sites: Sites, paying: Payments) -> float:
    """Add what the demands pay; return the part that every choice pays.

    z[k] >= 1 - (open sites at most as far as step k); z[k] pays the step from k to k + 1.
    """
    step, first_way, behind, rise, constant = _steps(paying)
    z = sites.model.add_columns(rise)
    size = behind - first_way
    row = np.repeat(np.arange(len(rise)), size)
    way = np.arange(len(row)) + np.repeat(first_way - (np.cumsum(size) - size), size)
    later = np.flatnonzero(step > 0)  # stands on the step before it, and the sites that are new
    sites.model.add_rows(
        "payments", len(rise),
        np.concatenate([np.arange(len(rise)), row, later]),
        np.concatenate([z, sites.column[paying.ways.site[way]], z[later - 1]]),
        np.concatenate([np.ones(len(rise)), np.ones(len(row)), -np.ones(len(later))]),
        least=np.where(step == 0, 1.0, 0.0),
    )  # fmt: skip
    return constant


def _steps(paying: Payments) -> tuple[Ints, Ints, Ints, Floats, float]:
    """For each distinct cost of a demand: its number, its ways, and the rise to the next."""
    ways, cost, cap = paying.ways, paying.cost, paying.cap
    demand = ways.demand
    is_new = np.ones(len(cost), np.bool_)
    is_new[1:] = (demand[1:] != demand[:-1]) | (cost[1:] > cost[:-1])
    first_way = np.flatnonzero(is_new)
    behind = np.append(first_way[1:], len(cost))
    owner = demand[first_way]
    is_first = np.diff(owner, prepend=-1) != 0
    number = np.arange(len(owner))
    size = np.diff(np.append(number[is_first], len(owner)))
    step = number - np.repeat(number[is_first], size)
    following = np.append(cost[first_way][1:], 0.0)[: len(owner)]
    is_last = np.append(is_first[1:], True)[: len(owner)]
    rise = np.where(is_last, cap[owner], following) - cost[first_way]
    has_any = np.diff(ways.start) > 0
    constant = float(cost[ways.start[:-1][has_any]].sum() + cap[~has_any].sum())
    return step, first_way, behind, rise, constant


def solved(
    sites: Sites, *, seconds: float, only_feasible: bool = False, explained: bool = True
) -> Solved:
    """Solve, or say what clashes (all groups at once where that need not be `explained`).

    Raises ClashError where no choice keeps the rules, NoChoiceFoundError where time was up first.
    """
    found = sites.model.solve(seconds=seconds, only_feasible=only_feasible)
    if found.is_infeasible:
        raise ClashError(clash(sites.model, seconds=seconds) if explained else ())
    if found.values is None:
        raise NoChoiceFoundError(seconds)
    return found
