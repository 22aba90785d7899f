"""How long tasks take, with those that are still open counted as what they are: unfinished.

Leaving open tasks out makes handling look faster the longer the hard ones lie. Kaplan and Meier's
estimate keeps them in until the moment to which they are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanwork.errors import UserError
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.rates import SMALLEST


@dataclass(frozen=True, slots=True)
class Survival:
    """Share of tasks still open after each time at which one was finished, both in order."""

    times: NDArray[np.float64]
    still_open: NDArray[np.float64]
    longest: float

    def quantile(self, share: float) -> float | None:
        """The time by which this share of tasks is finished; None where it was not seen yet."""
        reached = np.flatnonzero(self.still_open <= 1 - share + 1e-12)
        return float(self.times[reached[0]]) if reached.size else None


@dataclass(frozen=True, slots=True)
class HandlingTime:
    """Median and 90th percentile; None means longer than `longest`, or silent for the reason."""

    finished: int
    open: int
    longest: float | None
    median: float | None
    ninetieth: float | None
    silent: Bilingual | None


def survival(durations: ArrayLike, is_finished: ArrayLike) -> Survival:
    """Kaplan and Meier's product: over the times t at which tasks were finished, Π (1 − d / n).

    durations [N]: time from the assignment until it was finished, or until now for an open one.
    d: finished at t; n: not finished before t and known until t.

    Raises:
        UserError: the lists differ in length, are empty, or a duration is negative or no number.

    Source: Kaplan and Meier 1958, JASA 53, 457-481.

    >>> survival([1, 2, 2, 3], [True, True, False, True]).still_open.tolist()
    [0.75, 0.5, 0.0]
    """
    times = np.asarray(durations, dtype=np.float64)
    finished = np.asarray(is_finished, dtype=bool)
    if times.shape != finished.shape or not times.size:
        raise UserError("handling time: give one duration and one state for each task, at least 1")
    if not np.all(np.isfinite(times)) or times.min() < 0:
        raise UserError("handling time: a duration is negative or no number; check the dates")
    at, counts = np.unique(times[finished], return_counts=True)
    known = times.size - np.searchsorted(np.sort(times), at, side="left")
    still_open = np.asarray(np.cumprod(1 - counts / known), np.float64)
    return Survival(at, still_open, float(times.max()))


def handling_time(
    durations: Sequence[float], is_finished: Sequence[bool], *, smallest: int = SMALLEST
) -> HandlingTime:
    """Median and 90th percentile of handling, silent below the smallest number of tasks.

    Raises:
        UserError: the lists differ in length, or a duration is negative or no number.
    """
    finished = sum(map(bool, is_finished))
    still_open = len(is_finished) - finished
    if len(durations) < max(smallest, 1):
        reason = Bilingual(
            f"Not shown: {len(durations)} tasks, fewer than {smallest}.",
            f"不予显示：仅{len(durations)}件，少于{smallest}件。",
        )
        return HandlingTime(finished, still_open, None, None, None, reason)
    curve = survival(durations, is_finished)
    return HandlingTime(
        finished, still_open, curve.longest, curve.quantile(0.5), curve.quantile(0.9), None
    )
