"""Holding bodies and posts against each other by a share, with what chance may have done to it.

A share of few tasks says little. Each stands with its 95 % interval, and one is told to be better
than another only where their intervals do not overlap: else there is no rank between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

from urbanwork.errors import UserError

Z95: Final = 1.959964
"""Of the normal distribution, for 95 %."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A share between two bounds, 0 to 1."""

    low: float
    share: float
    high: float


def wilson(numerator: int, denominator: int, z: float = Z95) -> Interval:
    """Wilson's score interval of a share; it stays within 0 and 1, and is fair for few.

    Raises:
        UserError: the denominator is not above 0, or the numerator not within it.

    Source: Wilson 1927, JASA 22, 209-212.

    >>> found = wilson(8, 10)
    >>> round(found.low, 4), found.share, round(found.high, 4)
    (0.4902, 0.8, 0.9433)
    """
    if denominator < 1 or not 0 <= numerator <= denominator:
        raise UserError(f"share: got {numerator} of {denominator}; wanted a part of 1 or more")
    share = numerator / denominator
    around = 1 + z * z / denominator
    middle = (share + z * z / (2 * denominator)) / around
    half = z / around * sqrt(
        share * (1 - share) / denominator + z * z / (4 * denominator * denominator)
    )  # fmt: skip
    low = 0.0 if numerator == 0 else middle - half
    high = 1.0 if numerator == denominator else middle + half
    return Interval(low, share, high)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one stands among all: between the best and the worst rank that its interval allows.

    `rank` is None where these differ: who is better cannot be told.
    """

    interval: Interval
    best: int
    worst: int

    @property
    def rank(self) -> int | None:
        return self.best if self.best == self.worst else None


def places(shares: Mapping[str, tuple[int, int]]) -> dict[str, Place]:
    """The place of each by its share, a high one being good.

    Raises:
        UserError: a denominator is not above 0, or a numerator not within it.

    >>> found = places({"a": (98, 100), "b": (50, 100), "c": (55, 100)})
    >>> found["a"].rank, found["b"].rank, (found["b"].best, found["b"].worst)
    (1, None, (2, 3))
    """
    intervals = {name: wilson(*counted) for name, counted in shares.items()}
    return {name: _place(one, list(intervals.values())) for name, one in intervals.items()}


def _place(one: Interval, all_of_them: list[Interval]) -> Place:
    better = sum(other.low > one.high for other in all_of_them)
    worse = sum(other.high < one.low for other in all_of_them)
    return Place(one, 1 + better, len(all_of_them) - worse)
