"""Inequality of values held by people: Gini, Theil's T and its parts, weighted quantiles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Index = Callable[[Floats, Floats], float]
"""Of values and people, each [U]."""


def gini_coefficient(value: Floats, people: Floats) -> float:
    """Gini of values held by people: 0 all alike, near 1 all with one; nan where undefined.

        G = 1 - sum over i of p_i (S_i + S_(i-1)) / S_n,  i from the least value upward,
        p_i the share of people and S_i the sum of what the first i hold

    Args:
        value: [U] not negative.
        people: [U] above 0.

    >>> gini_coefficient(np.array([0.0, 1.0]), np.array([1.0, 1.0]))
    0.5
    """
    held = value * people
    if not len(value) or value.min() < 0 or held.sum() <= 0:
        return float("nan")
    order = np.argsort(value, kind="stable")
    part = people[order] / people.sum()
    upto = np.cumsum(held[order]) / held.sum()
    before = np.concatenate([[0.0], upto[:-1]])
    return max(float(1.0 - (part * (upto + before)).sum()), 0.0)


def theil_index(value: Floats, people: Floats) -> float:
    """Theil's T of values held by people: 0 all alike, ln of people at most; nan where undefined.

        T = sum of (p_i / P) (y_i / mean) ln(y_i / mean),  0 ln 0 = 0

    >>> round(theil_index(np.array([0.0, 1.0]), np.array([1.0, 1.0])), 6)
    0.693147
    """
    held = float((value * people).sum())
    if not len(value) or value.min() < 0 or held <= 0:
        return float("nan")
    ratio = value / (held / people.sum())
    logs = np.log(ratio, out=np.zeros_like(ratio), where=ratio > 0)
    return max(float((people / people.sum() * ratio * logs).sum()), 0.0)


@dataclass(frozen=True, slots=True)
class Parts:
    """Theil's T split by areas: within + between = total; contributions sum to each."""

    total: float
    within: float
    between: float
    own: Floats  # [A] T inside each area; nan where nothing is known
    between_of: Floats  # [A] what each area adds to between; negative below the mean
    within_of: Floats  # [A] what each area adds to within


def theil_parts(value: Floats, people: Floats, area: Ints, areas: int) -> Parts:
    """Split Theil's T into what lies between `areas` areas and what lies within them.

    T = sum of s_a ln(mean_a / mean) + sum of s_a T_a,  s_a the share of all that area a holds

    Source: Theil (1967), Economics and Information Theory; STANDARDS.md Q11.
    """
    total = theil_index(value, people)
    heads = np.bincount(area, people, areas)
    held = np.bincount(area, value * people, areas)
    share = held / held.sum() if held.sum() > 0 else np.zeros(areas)
    own = by_area(theil_index, value, people, area, areas)
    relative = np.divide(held, heads, out=np.zeros(areas), where=heads > 0)
    relative /= held.sum() / people.sum() if held.sum() > 0 else 1.0
    logs = np.log(relative, out=np.zeros(areas), where=relative > 0)
    between_of, within_of = share * logs, share * np.nan_to_num(own)
    return Parts(total, float(within_of.sum()), float(between_of.sum()), own, between_of, within_of)


def by_area(index: Index, value: Floats, people: Floats, area: Ints, areas: int) -> Floats:
    """An index inside each area; nan where nobody is; [A]."""
    order = np.argsort(area, kind="stable")
    ends = np.searchsorted(area[order], np.arange(areas + 1))
    value, people = value[order], people[order]
    found = [index(value[a:b], people[a:b]) for a, b in pairwise(ends)]
    return np.array(found, dtype=np.float64)


def weighted_quantile(value: Floats, people: Floats, part: float) -> float:
    """The least value that at least this part of the people do not exceed; nan where none.

    >>> weighted_quantile(np.array([5.0, 1.0, 9.0]), np.array([80.0, 10.0, 10.0]), 0.1)
    1.0
    """
    if not len(value):
        return float("nan")
    order = np.argsort(value, kind="stable")
    upto = np.cumsum(people[order]) / people.sum()
    return float(value[order][np.searchsorted(upto, part - 1e-12)])
