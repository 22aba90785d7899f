"""The transport problem: the cheapest way to send what some places give to others that take it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WHOLE_BELOW = 40_000
"""Up to so many pairs all are given to the solver at once."""
NEAREST = 15
"""Pairs that the solver starts from otherwise: each place with so many of its cheapest."""
ADDED = 8
"""Pairs of one origin that a round may add."""
TOLERANCE = 1e-7
"""A pair whose reduced cost is below minus this share of the greatest cost is added."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The optimum: F pairs that are used."""

    origin: Ints  # [F]
    destination: Ints  # [F]
    amount: Floats  # [F]
    cost: float  # sum of amount * cost

    def cost_of_origins(self, cost: Floats) -> Floats:
        """[A] what the amount of each origin costs."""
        each = self.amount * cost[self.origin, self.destination]
        return np.asarray(np.bincount(self.origin, each, len(cost)), np.float64)


def cheapest_plan(supply: Floats, demand: Floats, cost: Floats) -> Plan:
    """The flows x >= 0 of least total cost with given margins.

        minimise sum c_ij x_ij  such that  sum_j x_ij = supply_i,  sum_i x_ij = demand_j

    Large problems are solved by column generation: the optimum over some pairs gives prices of
    places, every pair that these prices make cheaper is added, until there is none. The optimum is
    that of all pairs; where several plans are optimal, one of them is given.

    Args:
        supply: [A] not negative.
        demand: [B] not negative, of the same sum.
        cost: [A, B] not negative, finite.

    Raises:
        ValueError: the sums differ, or a number is negative or not finite.

    Source: Hitchcock (1941); solved by HiGHS, Huangfu & Hall (2018), 10.1007/s12532-017-0130-5.

    >>> plan = cheapest_plan(
    ...     np.array([10.0, 10.0]), np.array([10.0, 10.0]), np.array([[1.0, 5.0], [5.0, 1.0]])
    ... )
    >>> plan.cost
    20.0
    """
    _check(supply, demand, cost)
    rows, columns = np.flatnonzero(supply > 0), np.flatnonzero(demand > 0)
    if not len(rows):
        return Plan(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), 0.0)
    own = np.ascontiguousarray(cost[np.ix_(rows, columns)])
    origin, destination, amount = _solved(supply[rows], demand[columns], own)
    return Plan(
        rows[origin], columns[destination], amount,
        float((amount * own[origin, destination]).sum()),
    )  # fmt: skip


def _check(supply: Floats, demand: Floats, cost: Floats) -> None:
    for each in (supply, demand, cost):
        if not np.isfinite(each).all() or (each < 0).any():
            raise ValueError("supply, demand and cost must be finite and not negative")
    if not np.isclose(supply.sum(), demand.sum(), rtol=1e-9):
        raise ValueError(f"supply sums to {supply.sum()}, demand to {demand.sum()}")


def _solved(supply: Floats, demand: Floats, cost: Floats) -> tuple[Ints, Ints, Floats]:
    greatest, total = max(float(cost.max()), 1e-300), float(supply.sum())
    scaled, size = cost / greatest, np.sqrt(len(supply) * len(demand))
    solver = _Solver(supply / total * size, demand / total * size, scaled)
    origin, destination = _first_pairs(supply, demand, cost)
    solver.add(origin, destination)
    while True:
        amount, of_origin, of_destination = solver.solve()
        new = _cheaper(scaled - of_origin[:, None] - of_destination[None, :])
        if not len(new[0]):
            break
        solver.add(*new)
        origin, destination = np.append(origin, new[0]), np.append(destination, new[1])
    used = np.flatnonzero(amount > 1e-9)
    used = used[np.lexsort((destination[used], origin[used]))]
    return origin[used], destination[used], amount[used] * (total / size)


def _cheaper(reduced: Floats) -> tuple[Ints, Ints]:
    """Pairs that would lower the cost: of each origin the best few."""
    most = min(ADDED, reduced.shape[1])
    best = np.argpartition(reduced, most - 1, axis=1)[:, :most]
    origin = np.repeat(np.arange(len(reduced)), most)
    destination = best.ravel()
    found = reduced[origin, destination] < -TOLERANCE
    return origin[found], destination[found]


def _first_pairs(supply: Floats, demand: Floats, cost: Floats) -> tuple[Ints, Ints]:
    """All pairs of a small problem; else the cheapest of each place, and one feasible plan."""
    shape = cost.shape
    if cost.size <= WHOLE_BELOW:
        return np.divmod(np.arange(cost.size), shape[1])
    chosen = np.zeros(shape, np.bool_)
    near = np.argpartition(cost, min(NEAREST, shape[1]) - 1, axis=1)[:, :NEAREST]
    chosen[np.arange(shape[0])[:, None], near] = True
    near = np.argpartition(cost, min(NEAREST, shape[0]) - 1, axis=0)[:NEAREST]
    chosen[near, np.arange(shape[1])[None, :]] = True
    chosen[_north_west(supply, demand)] = True
    origin, destination = np.nonzero(chosen)
    return origin, destination


def _north_west(supply: Floats, demand: Floats) -> tuple[Ints, Ints]:
    """Pairs of a plan that is feasible: both margins laid end to end, cut at all ends."""
    ends = np.sort(np.concatenate([np.cumsum(supply), np.cumsum(demand)]))
    middle = (ends + np.concatenate([[0.0], ends[:-1]])) / 2
    origin = np.searchsorted(np.cumsum(supply), middle)
    destination = np.searchsorted(np.cumsum(demand), middle)
    return np.minimum(origin, len(supply) - 1), np.minimum(destination, len(demand) - 1)


class _Solver:
    """HiGHS with one row a place; pairs come as columns, and it starts from the last optimum."""

    def __init__(self, supply: Floats, demand: Floats, cost: Floats) -> None:
        import highspy

        self._optimal = highspy.HighsModelStatus.kOptimal
        make: Any = highspy.Highs
        self._highs = make()
        # presolve costs a hundred times what it saves here: every pair has just two rows
        options: dict[str, Any] = {
            "output_flag": False,
            "threads": 1,
            "solver": "simplex",
            "presolve": "off",
        }
        for name, value in options.items():
            self._highs.setOptionValue(name, value)
        self._cost, self._origins = cost, len(supply)
        margins = np.concatenate([supply, demand])
        nothing = np.zeros(0, np.int32)
        self._highs.addRows(
            len(margins), margins, margins, 0, np.zeros(len(margins), np.int32), nothing,
            np.zeros(0),
        )  # fmt: skip

    def add(self, origin: Ints, destination: Ints) -> None:
        """Add pairs."""
        count = len(origin)
        index = np.column_stack([origin, self._origins + destination]).ravel().astype(np.int32)
        self._highs.addCols(
            count, self._cost[origin, destination], np.zeros(count), np.full(count, np.inf),
            2 * count, np.arange(0, 2 * count, 2, dtype=np.int32), index, np.ones(2 * count),
        )  # fmt: skip

    def solve(self) -> tuple[Floats, Floats, Floats]:
        """Amounts of the pairs in the order they came, prices of origins and destinations."""
        self._highs.run()
        status = self._highs.getModelStatus()
        if status != self._optimal:
            raise RuntimeError(f"the transport problem was not solved: {status}")
        solution = self._highs.getSolution()
        prices = np.asarray(solution.row_dual, np.float64)
        amount = np.maximum(np.asarray(solution.col_value, np.float64), 0.0)
        return amount, prices[: self._origins], prices[self._origins :]
