"""The best swap of jobs: homes and jobs stay where they are, the ways between become shortest."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.measures.figures import Notes
from urbanwork.measures.journeys import OF_STRAIGHT_LINES, OWN_AREA, WITHIN_DISC, Journeys
from urbanwork.measures.tables import Tables
from urbanwork.measures.transport import Plan, cheapest_plan

Floats = NDArray[np.float64]

PERCENT = 100.0


class JobSwap:
    """The best swap of jobs, and the same margins as they commute."""

    def __init__(self, journeys: Journeys, own: float) -> None:
        inside = journeys.inside(journeys.workers)
        rows = np.flatnonzero(journeys.is_inside)
        self.cost, self.is_of_table = _costs(journeys, rows, own)
        ends = journeys.home[rows], journeys.work[rows]
        self.plan: Plan = cheapest_plan(
            journeys.by_home(inside)[:-1], journeys.by_work(inside)[:-1], self.cost
        )
        self.by_home = self.plan.cost_of_origins(self.cost)
        self.actual_by_home = np.bincount(
            ends[0], journeys.workers[rows] * self.cost[ends], journeys.areas
        )
        self.outside = float(journeys.workers.sum() - inside.sum())

    @property
    def actual(self) -> float:
        """Person-km."""
        return float(self.actual_by_home.sum())

    @property
    def least(self) -> float:
        """Person-km."""
        return float(self.by_home.sum())

    @property
    def saved(self) -> float:
        """Person-km; the actual way is one of those that the plan chose from."""
        return max(self.actual - self.least, 0.0)

    @property
    def excess(self) -> float:
        """Percent; nan where nobody moves."""
        return PERCENT * self.saved / self.actual if self.actual > 0 else np.nan

    @property
    def said(self) -> Notes:
        """Which distances, and who is left out."""
        en, zh = (
            ("Distances are those of the table.", "距离采用表中数值。")
            if self.is_of_table
            else (
                f"The table lacks distances of some pairs, so for all {OF_STRAIGHT_LINES[0]}",
                f"表中部分起讫对缺少距离，全部{OF_STRAIGHT_LINES[1]}",
            )
        )
        if self.outside == 0:
            return en, zh
        many = f"{self.outside:,.0f}"
        return (
            f"{en} {many} who live or work outside the city are left out.",
            f"{zh}未计居住或工作在市外的 {many} 人。",
        )

    def told(self) -> dict[str, Any]:
        """Person-km of the residents of each area, as they commute and in the best swap."""
        return {
            "distances": "table" if self.is_of_table else "straight",
            "person_km_actual": self.actual_by_home.tolist(),
            "person_km_least": self.by_home.tolist(),
            "pairs_in_the_best_swap": len(self.plan.amount),
        }


def job_swaps(tables: Tables, journeys: Journeys) -> list[JobSwap]:
    """The best swap; with straight lines also for both ends of what ways within areas can be."""
    if "best_swap" not in tables.shared:
        first = JobSwap(journeys, OWN_AREA)
        ends = () if first.is_of_table else (0.0, WITHIN_DISC)
        tables.shared["best_swap"] = [first, *(JobSwap(journeys, own) for own in ends)]
    best: list[JobSwap] = tables.shared["best_swap"]
    return best


def _costs(journeys: Journeys, rows: NDArray[np.int64], own: float) -> tuple[Floats, bool]:
    """[A, A] km of the table where it has every pair of a home and a job, else straight for all."""
    given = np.full((journeys.areas, journeys.areas), np.nan)
    stated = rows[~journeys.is_straight[rows]]
    given[journeys.home[stated], journeys.work[stated]] = journeys.km[stated]
    workers = journeys.inside(journeys.workers)
    homes, jobs = (sums[:-1] > 0 for sums in (journeys.by_home(workers), journeys.by_work(workers)))
    needed = homes[:, None] & jobs[None, :]
    if np.isnan(given[needed]).any():
        return journeys.straight_km(own), False
    return np.where(needed, given, 0.0), True
