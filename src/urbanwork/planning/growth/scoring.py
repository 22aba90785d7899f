"""How well a simulated growth meets the observed one, beside maps that know nothing.

All speaks of gains: cells that are not built at the start. With S cells simulated, O observed and
H of them the same,

    figure of merit = H / (H + misses + false alarms) = H / (S + O - H).

The figure depends on how much grew and is not comparable from place to place: it is shown beside
no change at all, the same number of cells drawn at random, and the nearest to what was built.

Source: Pontius et al. 2008, Comparing the input, output, and validation maps; Pontius &
Millones 2011, Death to Kappa.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Score:
    """Three maps compared: built at the start, simulated and observed at the end."""

    hits: float  # cells that were to grow and did; a mean or expectation may be broken
    misses: float
    false_alarms: float
    cells: int  # not built at the start, known in all maps
    known: int  # cells known in all maps: what disagreement is a share of

    @property
    def figure_of_merit(self) -> float:
        """Hits ÷ (hits + misses + false alarms), 0 to 1; 0 where nothing grew."""
        union = self.hits + self.misses + self.false_alarms
        return self.hits / union if union else 0.0

    @property
    def quantity_disagreement(self) -> float:
        """Share of the map that is wrong because too much or too little grew."""
        return abs(self.false_alarms - self.misses) / self.known

    @property
    def allocation_disagreement(self) -> float:
        """Share of the map that is wrong because it grew elsewhere."""
        return 2.0 * min(self.false_alarms, self.misses) / self.known

    def kappa(self, built_at_start: int) -> float:
        """Cohen's kappa of the two final maps; only ever shown beside that of no change."""
        wrong = self.misses + self.false_alarms
        simulated = (built_at_start + self.hits + self.false_alarms) / self.known
        observed = (built_at_start + self.hits + self.misses) / self.known
        chance = simulated * observed + (1 - simulated) * (1 - observed)
        return (1 - wrong / self.known - chance) / (1 - chance) if chance < 1 else 1.0


def score_of(simulated: Flags, observed: Flags, known: int) -> Score:
    """Compare the gains of N cells that were not built at the start.

    Args:
        simulated: [N] whether the cell grew in the simulation.
        observed: [N] whether it grew.
        known: cells of the whole map.

    >>> found = score_of(np.array([1, 1, 0, 0], bool), np.array([1, 0, 1, 0], bool), 8)
    >>> found.figure_of_merit, found.allocation_disagreement
    (0.3333333333333333, 0.25)
    """
    hits = int((simulated & observed).sum())
    drawn, grown = int(simulated.sum()), int(observed.sum())
    return Score(hits, grown - hits, drawn - hits, len(observed), known)


def persistence(observed: Flags, known: int) -> Score:
    """The null model: nothing changes."""
    return Score(0, int(observed.sum()), 0, len(observed), known)


def at_random(observed: Flags, number: int, known: int, may: Flags | None = None) -> Score:
    """What `number` cells drawn at random meet on average; from `may` only, if it is given.

    >>> at_random(np.array([1, 1, 0, 0], bool), 2, 4).hits
    1.0
    """
    allowed = np.ones(len(observed), np.bool_) if may is None else may
    number = min(number, int(allowed.sum()))
    hits = number * int(observed[allowed].sum()) / max(int(allowed.sum()), 1)
    return _expected(hits, number, observed, known)


def nearest_first(
    observed: Flags, distance: Floats, number: int, known: int, may: Flags | None = None
) -> Score:
    """What the `number` cells of least distance meet; on average where the last ones tie.

    >>> nearest_first(np.array([1, 1, 0, 0], bool), np.array([1.0, 2, 2, 3]), 2, 4).hits
    1.5
    """
    allowed = np.ones(len(observed), np.bool_) if may is None else may
    grew, away = observed[allowed], distance[allowed]
    number = min(number, len(away))
    if number == 0:
        return persistence(observed, known)
    last = np.partition(away, number - 1)[number - 1]
    nearer, tied = away < last, away == last
    share = (number - int(nearer.sum())) / int(tied.sum())
    hits = int(grew[nearer].sum()) + share * int(grew[tied].sum())
    return _expected(hits, number, observed, known)


def _expected(hits: float, number: int, observed: Flags, known: int) -> Score:
    return Score(hits, int(observed.sum()) - hits, number - hits, len(observed), known)


def figure_of_merit_by_scale(
    simulated: Flags, observed: Flags, factors: tuple[int, ...] = (2, 4, 8, 16, 32)
) -> dict[int, float]:
    """The figure where a hit need only lie in the same block of factor x factor cells.

    Within a block the smaller of both numbers is hits, the larger the union.

    Args:
        simulated: [rows, columns] gains.
        observed: [rows, columns] gains.
        factors: sides of the blocks in cells.

    >>> figure_of_merit_by_scale(np.array([[1, 0]], bool), np.array([[0, 1]], bool), (2,))
    {2: 1.0}
    """
    found = {}
    for factor in factors:
        ours, theirs = _block_counts(simulated, factor), _block_counts(observed, factor)
        union = int(np.maximum(ours, theirs).sum())
        found[factor] = float(np.minimum(ours, theirs).sum() / union) if union else 0.0
    return found


def _block_counts(gains: Flags, factor: int) -> NDArray[np.int64]:
    rows, columns = gains.shape
    tall = np.add.reduceat(gains.astype(np.int64), np.arange(0, rows, factor), axis=0)
    counts: NDArray[np.int64] = np.add.reduceat(tall, np.arange(0, columns, factor), axis=1)
    return counts
