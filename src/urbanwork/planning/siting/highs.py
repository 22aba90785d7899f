"""HiGHS as this package uses it: one thread, a fixed seed, sparse rows, a gap that is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from urbanwork.planning.siting.problem import Flags, Floats, Ints

OPTIONS: dict[str, Any] = {
    "output_flag": False, "threads": 1, "random_seed": 1, "mip_rel_gap": 1e-9,
    "mip_feasibility_tolerance": 1e-9, "parallel": "off",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Solved:
    """What came out. Without `values` there is none, or none was found in time."""

    values: Floats | None  # [columns]
    bound: float
    is_infeasible: bool


@dataclass(slots=True)
class Model:
    """A model to minimise, built by whole blocks of columns and rows.

    Every row belongs to a named group: the rules that a planner knows.
    """

    cost: list[Floats] = field(default_factory=list)
    lower: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)
    whole: list[Flags] = field(default_factory=list)
    columns: int = 0
    rows: int = 0
    row_lower: list[Floats] = field(default_factory=list)
    row_upper: list[Floats] = field(default_factory=list)
    at_row: list[Ints] = field(default_factory=list)
    at_column: list[Ints] = field(default_factory=list)
    factor: list[Floats] = field(default_factory=list)
    groups: list[tuple[str, int, int]] = field(default_factory=list)  # name, first row, behind

    def add_columns(
        self, cost: ArrayLike, *, lower: ArrayLike = 0.0, upper: ArrayLike = 1.0,
        whole: bool = False,
    ) -> Ints:  # fmt: skip
        """Add a column for each cost; return their numbers."""
        costs = np.atleast_1d(np.asarray(cost, np.float64))
        count = len(costs)
        self.cost.append(costs)
        self.lower.append(np.broadcast_to(np.asarray(lower, np.float64), count))
        self.upper.append(np.broadcast_to(np.asarray(upper, np.float64), count))
        self.whole.append(np.full(count, whole))
        self.columns += count
        return np.arange(self.columns - count, self.columns)

    def add_rows(
        self, group: str, count: int, row: ArrayLike, column: ArrayLike, factor: ArrayLike,
        *, least: ArrayLike = -np.inf, most: ArrayLike = np.inf,
    ) -> None:  # fmt: skip
        """Add rows 0 to `count` - 1 of a group: least <= sum of factor x column <= most."""
        rows = np.asarray(row, np.int64)
        self.at_row.append(rows + self.rows)
        self.at_column.append(np.asarray(column, np.int64))
        self.factor.append(np.broadcast_to(np.asarray(factor, np.float64), len(rows)))
        self.row_lower.append(np.broadcast_to(np.asarray(least, np.float64), count))
        self.row_upper.append(np.broadcast_to(np.asarray(most, np.float64), count))
        self.groups.append((group, self.rows, self.rows + count))
        self.rows += count

    def solve(
        self,
        *,
        seconds: float,
        without: frozenset[str] = frozenset(),
        only_feasible: bool = False,
        known: Floats | None = None,
    ) -> Solved:
        """Minimise the cost, or find any choice; `without` leaves groups of rows out.

        `known` are values of the columns of a good choice: then none is searched for by chance.
        """
        return _run(self, seconds, without, only_feasible, known)

    def relaxed(self, group: str, *, seconds: float) -> tuple[Floats, Floats] | None:
        """Values of all columns and dual values of the rows of a group, nothing being whole.

        None: not in time. By the interior point method without crossover: so they lie amid all
        that are best.
        """
        options = {"solver": "ipm", "run_crossover": "off", "solve_relaxation": True,
                   "time_limit": float(seconds)}  # fmt: skip
        found = _ran(self, options, frozenset(), feasible=False).getSolution()
        first, behind = next((a, b) for name, a, b in self.groups if name == group)
        if not (found.dual_valid and found.value_valid):
            return None
        return np.asarray(found.col_value), np.asarray(found.row_dual)[first:behind]


def _ran(
    model: Model, options: dict[str, Any], without: frozenset[str], *, feasible: bool,
    known: Floats | None = None,
) -> Any:  # fmt: skip
    import highspy

    make: Any = highspy.Highs
    solver = make()
    for name, value in {**OPTIONS, **options}.items():
        solver.setOptionValue(name, value)
    _pass(solver, model, without, feasible)
    if known is not None:
        start: Any = highspy.HighsSolution()
        start.col_value = known.tolist()
        solver.setSolution(start)
    solver.run()
    return solver


def _run(
    model: Model, seconds: float, without: frozenset[str], feasible: bool, known: Floats | None
) -> Solved:
    import highspy

    options = {"time_limit": float(seconds)}
    if known is not None:
        options["mip_heuristic_effort"] = 0.0
    solver = _ran(model, options, without, feasible=feasible, known=known)
    status = solver.getModelStatus()
    info = solver.getInfo()
    has_values = info.primal_solution_status == 2  # kSolutionStatusFeasible
    is_infeasible = status in (
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    )
    values = np.asarray(solver.getSolution().col_value, np.float64) if has_values else None
    is_optimal = status == highspy.HighsModelStatus.kOptimal
    is_mixed = any(bool(part.any()) for part in model.whole)
    bound = float(info.mip_dual_bound if is_mixed or not is_optimal else
                  info.objective_function_value)  # fmt: skip
    return Solved(values, bound, bool(is_infeasible))


def _pass(solver: Any, model: Model, without: frozenset[str], feasible: bool) -> None:
    """Hand the model over, with the rows of groups left out made free."""
    row, column = np.concatenate(model.at_row), np.concatenate(model.at_column)
    factor = np.concatenate(model.factor)
    least, most = np.concatenate(model.row_lower), np.concatenate(model.row_upper)
    for name, first, behind in model.groups:
        if name in without:
            least[first:behind], most[first:behind] = -np.inf, np.inf
    order = np.lexsort((column, row))
    begin = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=model.rows))])
    cost = np.concatenate(model.cost)
    solver.passModel(
        model.columns, model.rows, len(row), 2, 1, 0.0,  # by row, to minimise
        np.zeros_like(cost) if feasible else cost,
        np.concatenate(model.lower), np.concatenate(model.upper), least, most,
        begin[:-1].astype(np.int32), column[order].astype(np.int32), factor[order],
        np.concatenate(model.whole).astype(np.int32),
    )  # fmt: skip
