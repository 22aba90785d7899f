"""How much land is to be built by when: from the trend, from transitions, or from a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanwork.errors import UserError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

KINDS = ("trend", "markov", "quota")
MOST_YEARS = 255
"""Steps that a simulation counts."""
MOST_CELLS = 10**10
"""More than any raster holds: a slip of the pen."""


@dataclass(frozen=True, slots=True)
class CrossTab:
    """Cells by class at two dates, of the cells that both know."""

    classes: tuple[int, ...]
    cells: Ints  # [from, to]

    @property
    def transition(self) -> Floats:
        """[from, to] P_ij = n_ij ÷ Σ_j n_ij; a class without cells stays as it is."""
        total = self.cells.sum(axis=1, keepdims=True)
        stays = np.eye(len(self.classes))
        return np.where(total > 0, self.cells / np.maximum(total, 1), stays)


@dataclass(frozen=True, slots=True)
class Demand:
    """Cells to be built in each step, and where the number comes from."""

    kind: str  # trend, markov, quota, observed
    wanted: tuple[int, ...]  # cells of each step
    years: tuple[int, ...]  # the year that each step ends

    @property
    def total(self) -> int:
        """Cells of all steps."""
        return sum(self.wanted)


def cross_tab(before: NDArray[np.integer], after: NDArray[np.integer], known: NDArray[np.bool_]
) -> CrossTab:  # fmt: skip
    """Count the cells by class before and after.

    >>> cross_tab(np.array([1, 1, 2]), np.array([1, 2, 2]), np.ones(3, bool)).cells.tolist()
    [[1, 1], [0, 1]]
    """
    first, last = before[known], after[known]
    classes = np.union1d(np.unique(first), np.unique(last))
    pair = np.searchsorted(classes, first) * len(classes) + np.searchsorted(classes, last)
    counts = np.bincount(pair, minlength=len(classes) ** 2).reshape(len(classes), -1)
    return CrossTab(tuple(int(each) for each in classes), counts.astype(np.int64))


def demand_of(
    kind: str,
    crosstab: CrossTab,
    *,
    built: int,
    fit: tuple[int, int],
    until: int,
    quota: int | None = None,
) -> Demand:
    """The cells that are built in each year after the second map.

    - trend: as many cells a year as between the two maps, net of cells that were lost;
    - markov: n(t) = n(0) P^k, k = years ÷ years between the maps, on a straight line between
      whole powers (STANDARDS X01);
    - quota: `quota` cells until the last year, the same in each.

    Args:
        kind: trend, markov or quota.
        crosstab: of the two maps, first to second.
        built: the class that grows.
        fit: years of the two maps.
        until: the last year to simulate.
        quota: cells that the plan allows.

    Raises:
        UserError: years in the wrong order, an unknown kind, no or a negative quota, land that
            does not grow.
    """
    if until <= fit[1]:
        raise UserError(
            f"demand: the simulation ends in {until}, but the second map is of {fit[1]}; "
            "give a later year"
        )
    _check_span(fit[1], until)
    years = tuple(range(fit[1] + 1, until + 1))
    level = _levels(kind, crosstab, built, fit, years, quota)
    wanted = np.diff(np.floor(level + 0.5).astype(np.int64), prepend=0)
    return Demand(kind, tuple(int(each) for each in wanted), years)


def _check_span(start: int, end: int) -> None:
    if end - start > MOST_YEARS:
        raise UserError(
            f"demand: from {start} to {end} are {end - start:,} years; a simulation has at most "
            f"{MOST_YEARS}, give years that are nearer"
        )


def _levels(
    kind: str,
    crosstab: CrossTab,
    built: int,
    fit: tuple[int, int],
    years: tuple[int, ...],
    quota: int | None,
) -> Floats:
    """[years] cells that have grown by each year, never fewer than the year before."""
    passed = np.array(years, np.float64) - fit[1]
    if kind == "quota":
        if quota is None or not 0 <= quota <= MOST_CELLS:
            raise UserError(
                f"demand: kind 'quota' needs a number of cells or km², from 0 to {MOST_CELLS:,} "
                f"cells, got {'none' if quota is None else format(quota, ',.6g')}"
            )
        return np.asarray(quota * passed / passed[-1], np.float64)
    if kind not in KINDS:
        raise UserError(f"demand: kind is {', '.join(KINDS)}, got '{kind}'")
    column = crosstab.classes.index(built)
    before, after = (crosstab.cells.sum(axis=axis)[column] for axis in (1, 0))
    if after <= before:
        raise UserError(
            f"demand: class {built} has {before:,} cells in {fit[0]} and {after:,} in {fit[1]}: it "
            "does not grow, so a trend says nothing; give a quota"
        )
    span = fit[1] - fit[0]
    if kind == "trend":
        return np.asarray((after - before) * passed / span, np.float64)
    grown = np.maximum(_chain(crosstab, column, passed / span), 0.0)
    return np.asarray(np.maximum.accumulate(grown), np.float64)


def _chain(crosstab: CrossTab, column: int, steps: Floats) -> Floats:
    """[years] growth of one class along the chain, straight between whole powers."""
    now = crosstab.cells.sum(axis=0).astype(np.float64)
    grown = [now]
    for _ in range(int(np.ceil(steps[-1]))):
        grown.append(grown[-1] @ crosstab.transition)
    level = [float(each[column] - now[column]) for each in grown]
    return np.asarray(np.interp(steps, np.arange(len(level)), level), np.float64)


def split_evenly(kind: str, total: int, years: Sequence[int]) -> Demand:
    """`total` cells shared out over years, as even as whole cells can be.

    >>> split_evenly("observed", 7, [2001, 2002, 2003]).wanted
    (2, 3, 2)
    """
    _check_span(years[0], years[-1])
    level = np.floor(total * np.arange(1, len(years) + 1) / len(years) + 0.5).astype(np.int64)
    wanted = np.diff(level, prepend=0)
    return Demand(kind, tuple(int(each) for each in wanted), tuple(years))
