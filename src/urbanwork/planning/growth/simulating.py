"""Runs of the automaton: an ensemble, its mean, and what it could not place."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.kernels.automaton import Ground, ground_of, grow
from urbanwork.kernels.threads import shared_out
from urbanwork.planning.growth.demand import Demand
from urbanwork.planning.growth.grids import Flags, Floats
from urbanwork.planning.growth.masks import Mask, proof

LEAST_RUNS = 30
"""Fewer runs say little about what is likely (STANDARDS X10)."""


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Many runs of one demand."""

    runs: NDArray[np.uint16]  # [rows, columns] runs in which the cell converts
    seeds: tuple[int, ...]
    ranked: Flags  # [rows, columns] the run without chance: largest weights first
    demand: Demand
    placed: int  # cells that each run converts
    candidates: int
    masked: tuple[dict[str, Any], ...]  # mask, cells, converted: 0
    told: tuple[Any, ...] = ()  # what `tell` said of each run

    @property
    def probability(self) -> Floats:
        """[rows, columns] share of the runs in which the cell converts."""
        return (self.runs / np.float32(len(self.seeds))).astype(np.float32)

    @property
    def shortfall(self) -> int:
        """Cells of the demand for which there was no land."""
        return self.demand.total - self.placed


def prepared_ground(
    rate: Floats, is_built: Flags, lift: NDArray[np.float32], radius: int
) -> Ground:
    """Candidates whose weight is their rate now, and moves with the neighbours built later.

    The rate already holds what is built around a cell at the start; the lift is divided by that.

    Raises UserError when no cell may convert.
    """
    ground = ground_of(rate, is_built, lift, radius=radius)
    if not len(ground.cell):
        raise UserError(
            "growth: the masks and classes leave no cell that may be built; "
            "free land, or give other masks"
        )
    own = (ground.hazard / ground.lift[ground.built_around]).astype(np.float32)
    return Ground(
        ground.place, ground.cell, np.maximum(own, 1e-12), ground.built_around, ground.lift, radius
    )  # fmt: skip


def seeds_of(seed: int, runs: int) -> tuple[int, ...]:
    """The seeds of the runs: the first are the same however many there are.

    >>> seeds_of(1, 3)[:2] == seeds_of(1, 2)
    True
    """
    if runs < 1:
        raise UserError(f"growth: wanted one run or more, got {runs}")
    return tuple(int(each) for each in np.random.SeedSequence(seed).generate_state(runs, np.uint64))


def simulate(
    ground: Ground,
    demand: Demand,
    masks: Sequence[Mask],
    *,
    runs: int = LEAST_RUNS,
    seed: int = 1,
    tell: Callable[[Flags], Any] | None = None,
) -> Ensemble:
    """Grow the candidates `runs` times, each run with its own seed.

    `tell` is asked about every run: [N] whether the candidate converted; its answers are kept.

    Raises:
        UserError: no runs.
        MaskedGrowthError: a masked cell converted.
    """
    seeds = seeds_of(seed, runs)
    total, lock = np.zeros(len(ground.cell), np.uint16), threading.Lock()

    def one(own: int) -> tuple[int, Any]:
        grown = grow(ground, demand.wanted, seed=own) > 0
        with lock:
            np.add(total, grown, out=total, casting="unsafe")
        return int(grown.sum()), None if tell is None else tell(grown)

    ended = shared_out(one, seeds)
    ranked = grow(ground, demand.wanted, seed=seeds[0], is_random=False) > 0
    converted = _on_grid(ground, total, np.uint16)
    return Ensemble(
        converted, seeds, _on_grid(ground, ranked, np.bool_), demand, min(n for n, _ in ended),
        len(ground.cell), tuple(proof(masks, converted)), tuple(said for _, said in ended),
    )  # fmt: skip


def _on_grid(ground: Ground, values: NDArray[Any], dtype: Any) -> NDArray[Any]:
    grid = np.zeros(ground.place.shape, dtype)
    grid.ravel()[ground.cell] = values
    return grid
