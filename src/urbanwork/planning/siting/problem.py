"""What is asked of sites: ways between demand and sites, rules that a choice must keep, answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanwork.errors import UserError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

PROVEN_GAP = 1e-6
"""Relative gap below which a choice counts as proven optimal: floats do not tell more."""


@dataclass(frozen=True, slots=True)
class Ways:
    """M ways between I demands and J sites: by demand, nearest first, equal ones by site."""

    start: Ints  # [I + 1] ways of demand i are start[i]:start[i + 1]
    site: Ints  # [M]
    distance: Floats  # [M] metres, minutes ...; finite
    sites: int  # J

    @property
    def demands(self) -> int:
        """Number of demands I."""
        return len(self.start) - 1

    @property
    def demand(self) -> Ints:
        """Demand of each way, [M]."""
        return np.repeat(np.arange(self.demands), np.diff(self.start))

    def only(self, keep: Flags) -> Ways:
        """The ways [M] marked True."""
        before = np.concatenate([[0], np.cumsum(keep)])
        return Ways(before[self.start], self.site[keep], self.distance[keep], self.sites)

    def within(self, radius: float) -> Ways:
        """The ways no longer than a radius."""
        return self.only(self.distance <= radius)


def ways_of_pairs(
    demand: ArrayLike, site: ArrayLike, distance: ArrayLike, *, demands: int, sites: int
) -> Ways:
    """The ways of pairs [M] in any order, none given twice; those without end are left out.

    >>> ways_of_pairs([1, 0, 0], [0, 0, 1], [5.0, 9.0, 2.0], demands=2, sites=2).site.tolist()
    [1, 0, 0]
    """
    row, column = np.asarray(demand, np.int64), np.asarray(site, np.int64)
    length = np.asarray(distance, np.float64)
    finite = np.isfinite(length)
    row, column, length = row[finite], column[finite], length[finite]
    order = np.lexsort((column, length, row))
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=demands))])
    return Ways(start.astype(np.int64), column[order], length[order], sites)


def ways_of_matrix(distance: ArrayLike) -> Ways:
    """The ways of a table [I, J] of distances; inf where there is none."""
    table = np.asarray(distance, np.float64)
    row, column = np.divmod(np.arange(table.size), max(1, table.shape[1]))
    return ways_of_pairs(row, column, table.ravel(), demands=table.shape[0], sites=table.shape[1])


@dataclass(frozen=True, slots=True)
class Rules:
    """What a choice of sites must keep; what is None binds nothing."""

    most: int | None = None  # sites opened, those kept not counted
    kept: Flags | None = None  # [J] open whatever happens
    cost: Floats | None = None  # [J] of opening; nothing for those kept
    budget: float | None = None
    capacity: Floats | None = None  # [J] weight that a site can take; inf for any
    area: Ints | None = None  # [I] area of each demand
    floor: float = 0.0  # least share of the weight of every area that is covered
    floor_radius: float | None = None  # what covered means for the floor; None: the objective's

    def kept_of(self, sites: int) -> Flags:
        """Sites that stay open, [J]."""
        return np.zeros(sites, np.bool_) if self.kept is None else self.kept

    @property
    def counts_only(self) -> bool:
        """Whether nothing binds but the number of sites: then bounds are had without a model."""
        return self.most is not None and not (
            self.budget is not None or self.capacity is not None or self.floor > 0
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """Sites chosen for an objective, and how much better any other choice could be at most."""

    chosen: Ints  # rows of the sites that are open, those kept among them, rising
    objective: float  # weight covered, weight x distance, number or cost of sites, distance
    bound: float  # no choice is better than this
    carried: Floats  # [M] weight that each way carries
    seconds: float  # for the reader; no part of the result

    @property
    def gap(self) -> float:
        """How far the bound is from the objective, as a share of the larger of both."""
        largest = max(abs(self.objective), abs(self.bound))
        return 0.0 if largest == 0 else abs(self.objective - self.bound) / largest

    @property
    def is_proven(self) -> bool:
        """Whether no choice is better."""
        return self.gap <= PROVEN_GAP


class ClashError(UserError):
    """No choice of sites keeps all that is asked; `groups` are the rules that clash.

    Without any one of them there would be a choice (an irreducible set).
    """

    def __init__(self, groups: tuple[str, ...]) -> None:
        self.groups = groups
        super().__init__("no choice of sites keeps together: " + ", ".join(groups))


class NoChoiceFoundError(UserError):
    """The time was up before any choice that keeps the rules was found."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"no choice of sites that keeps the rules was found in {seconds:g} s; allow more time, "
            "or ask for less"
        )
