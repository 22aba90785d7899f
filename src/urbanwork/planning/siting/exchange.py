"""Good choices fast: the best next site again and again, then swaps; and random ones to compare."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from urbanwork.kernels.compiled import given
from urbanwork.kernels.facility import swap_worth
from urbanwork.planning.siting.problem import Flags, Floats, Ints, Ways

SEED = 20161
SHAKES = 40
"""How often a choice is shaken and mended before the best is taken."""
RANDOM_CHOICES = 200


@dataclass(frozen=True, slots=True)
class Payments:
    """What each demand pays by way: the least among open sites, at most its cap."""

    ways: Ways
    cost: Floats  # [M] of each way; rising within a demand
    cap: Floats  # [I]

    def of(self, is_open: Flags) -> float:
        """Sum of what all demands pay with these sites [J] open."""
        return float(self.each(is_open).sum())

    def each(self, is_open: Flags) -> Floats:
        """What each demand pays, [I]."""
        paid = self.cap.copy()
        row = np.flatnonzero(is_open[self.ways.site])
        np.minimum.at(paid, self.ways.demand[row], self.cost[row])
        return paid


@dataclass(slots=True)
class _Worth:
    total: float
    gain: Floats
    loss: Floats
    both: Floats


def _worth(paying: Payments, opened: Ints) -> _Worth:
    sites = paying.ways.sites
    rank = np.full(sites, -1, np.int64)
    rank[opened] = np.arange(len(opened))
    worth = _Worth(0.0, np.zeros(sites), np.zeros(len(opened)), np.zeros((sites, len(opened))))
    worth.total = swap_worth(
        given(paying.ways.start, np.int64), given(paying.ways.site, np.int64),
        given(paying.cost, np.float64), given(paying.cap, np.float64), given(rank, np.int64),
        worth.gain, worth.loss, worth.both,
    )  # fmt: skip
    return worth


def greedy(paying: Payments, kept: Flags, most: int) -> Ints:
    """Open the site that saves most, `most` times; the lowest row of equal ones. Rising rows."""
    opened = np.flatnonzero(kept)
    for _ in range(min(most, int((~kept).sum()))):
        gain = _worth(paying, opened).gain
        gain[opened] = -1.0
        opened = np.append(opened, int(np.argmax(gain)))
    return np.sort(opened)


def swapped(paying: Payments, kept: Flags, opened: Ints) -> tuple[Ints, float]:
    """Swap one open site for a closed one, the best pair first, until no swap saves anything."""
    opened = np.sort(opened)
    while True:
        worth = _worth(paying, opened)
        if len(opened) in (0, paying.ways.sites):
            return opened, worth.total
        saves = worth.gain[:, None] - worth.loss[None, :] + worth.both
        saves[opened] = -np.inf
        saves[:, kept[opened]] = -np.inf
        best = int(np.argmax(saves))
        if not saves.flat[best] > 1e-12 * max(1.0, abs(worth.total)):
            return opened, worth.total
        site, place = divmod(best, len(opened))
        opened = np.sort(np.append(np.delete(opened, place), site))


def searched(paying: Payments, kept: Flags, most: int, *, shakes: int = SHAKES) -> Ints:
    """A good choice: greedy, swapped, then shaken and mended; the same every time. Rising rows."""
    best, least = swapped(paying, kept, greedy(paying, kept, most))
    chance = np.random.default_rng(SEED)
    closed = int((~kept).sum())
    if min(most, closed) in (0, closed):
        return best
    for _ in range(shakes):
        mended, total = swapped(paying, kept, _shaken(best, kept, chance))
        if total < least - 1e-12 * max(1.0, abs(least)):
            best, least = mended, total
    return best


def _shaken(opened: Ints, kept: Flags, chance: np.random.Generator) -> Ints:
    """A third of the open sites, two at least, changed for others by chance."""
    free = opened[~kept[opened]]
    closed = np.setdiff1d(np.flatnonzero(~kept), opened)
    count = min(len(free), len(closed), max(2, len(free) // 3))
    out = chance.choice(free, count, replace=False)
    come = chance.choice(closed, count, replace=False)
    return np.sort(np.concatenate([np.setdiff1d(opened, out), come]))


def random_choices(kept: Flags, most: int, *, choices: int = RANDOM_CHOICES) -> list[Flags]:
    """Choices of `most` sites by chance beside those kept, the same every time."""
    chance = np.random.default_rng(SEED)
    closed = np.flatnonzero(~kept)
    made = []
    for _ in range(choices):
        is_open = kept.copy()
        is_open[chance.choice(closed, min(most, len(closed)), replace=False)] = True
        made.append(is_open)
    return made
