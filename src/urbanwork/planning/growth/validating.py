"""Growth that is known held against growth that is simulated: in time, or in space.

In time: fit on maps A to B, grow from B, compare with a later map C that nothing else is taken
from but, if asked, how many cells grew. In space: fit on A to B in four fifths of blocks, grow in
the fifth that was left out, in turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.kernels.automaton import Ground
from urbanwork.planning.growth.demand import Demand, cross_tab, demand_of, split_evenly
from urbanwork.planning.growth.grids import Flags, Floats, LandMap
from urbanwork.planning.growth.masks import Mask, together
from urbanwork.planning.growth.scoring import (
    Score,
    at_random,
    figure_of_merit_by_scale,
    nearest_first,
    persistence,
    score_of,
)
from urbanwork.planning.growth.simulating import Ensemble, prepared_ground, simulate
from urbanwork.planning.growth.suitability import distance_to, hazard, learn

QUANTITIES = ("observed", "trend", "markov")
FOLDS = 5
BLOCKS_ACROSS = 16
"""Blocks of a split in space along the shorter side of the maps."""


@dataclass(frozen=True, slots=True)
class Options:
    """How growth is learned and simulated."""

    built: int
    model: str = "boosting"
    radius: int = 2
    runs: int = 30
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Validation:
    """Simulated and observed growth, and the maps that know nothing."""

    how: str  # time or space
    observed: Flags  # [rows, columns]
    ranked: Flags  # [rows, columns] largest weights first
    probability: Floats  # [rows, columns]
    score: Score  # of `ranked`
    runs: tuple[Score, ...]  # of each run with chance
    null: Score
    random: Score
    distance: Score
    by_scale: dict[int, float]  # figure of merit of `ranked` in blocks
    built_at_start: int
    quantities: dict[str, int]  # cells by demand: observed, trend, markov
    observed_in_mask: int  # cells that were built where the masks forbid it
    masked: tuple[dict[str, Any], ...]
    learned: dict[str, Any]

    @property
    def runs_figure_of_merit(self) -> tuple[float, float]:
        """Mean and standard deviation over the runs with chance."""
        merits = [each.figure_of_merit for each in self.runs]
        return float(np.mean(merits)), float(np.std(merits, ddof=1)) if len(merits) > 1 else 0.0


def validate_in_time(
    maps: tuple[LandMap, LandMap, LandMap],
    drivers: Mapping[str, Floats],
    masks: Sequence[Mask],
    options: Options,
    *,
    quantity: str = "observed",
) -> Validation:
    """Fit on the first two maps, simulate to the third, compare.

    Args:
        maps: from old to new, on one grid.
        drivers: [rows, columns] by name, as of the first map.
        masks: land where nothing may be built.
        options: how it is done.
        quantity: how many cells grow: observed, trend or markov.

    Raises:
        UserError: an unknown quantity, maps that teach nothing, nothing grew, no land left.
    """
    first, second, third = maps
    blocked = together(masks, first.grid.shape)
    known = first.known & second.known & third.known
    open_land = known & (second.classes != options.built)
    observed = open_land & (third.classes == options.built)
    if not observed.any():
        raise UserError(
            f"growth: no cell became class {options.built} between {second.year} and {third.year}; "
            "there is nothing to compare with"
        )
    wanted = _demands(maps, int(observed.sum()), options.built)
    if quantity not in wanted:
        raise UserError(f"growth: quantity is {', '.join(QUANTITIES)}, got '{quantity}'")
    learned = learn(
        first.classes, second.classes, options.built, drivers, blocked,
        kind=options.model, radius=options.radius, seed=options.seed,
    )  # fmt: skip
    rate = hazard(learned, second.classes, options.built, drivers, blocked | ~known)
    is_built = second.known & (second.classes == options.built)
    ground = prepared_ground(rate, is_built, learned.lift, options.radius)
    grown, runs = _scored(ground, wanted[quantity], masks, options, observed, open_land, known)
    found = _validation(observed, open_land, known, is_built, blocked, grown, runs)
    numbers = {kind: demand.total for kind, demand in wanted.items()}
    return replace(found, quantities=numbers, learned=learned.report)


def _demands(maps: Sequence[LandMap], observed: int, built: int) -> dict[str, Demand]:
    """The demand by kind; a kind that says nothing here is left out."""
    first, second, third = maps
    crosstab = cross_tab(first.classes, second.classes, first.known & second.known)
    years = range(second.year + 1, third.year + 1)
    wanted = {"observed": split_evenly("observed", observed, tuple(years))}
    for kind in ("trend", "markov"):
        try:
            wanted[kind] = demand_of(
                kind, crosstab, built=built, fit=(first.year, second.year), until=third.year
            )
        except UserError:  # the class shrank: only the observed number is known
            continue
    return wanted


def _scored(
    ground: Ground,
    demand: Demand,
    masks: Sequence[Mask],
    options: Options,
    observed: Flags,
    open_land: Flags,
    known: Flags,
) -> tuple[Ensemble, tuple[Score, ...]]:
    """The ensemble and the score of each of its runs."""
    of_candidates = observed.ravel()[ground.cell]
    total, cells, all_known = int(observed.sum()), int(open_land.sum()), int(known.sum())

    def tell(grown: Flags) -> Score:
        hits = int((grown & of_candidates).sum())
        return Score(hits, total - hits, int(grown.sum()) - hits, cells, all_known)

    grown = simulate(ground, demand, masks, runs=options.runs, seed=options.seed, tell=tell)
    return grown, grown.told


def _validation(
    observed: Flags,
    open_land: Flags,
    known: Flags,
    is_built: Flags,
    blocked: Flags,
    grown: Ensemble,
    runs: tuple[Score, ...],
) -> Validation:
    seen, all_known = observed[open_land], int(known.sum())
    may, away = ~blocked[open_land], distance_to(is_built)[open_land]
    number = grown.placed
    return Validation(
        how="time", observed=observed, ranked=grown.ranked, probability=grown.probability,
        score=score_of(grown.ranked[open_land], seen, all_known), runs=runs,
        null=persistence(seen, all_known),
        random=at_random(seen, number, all_known, may),
        distance=nearest_first(seen, away, number, all_known, may),
        by_scale=figure_of_merit_by_scale(grown.ranked, observed),
        built_at_start=int((known & is_built).sum()), quantities={},
        observed_in_mask=int((observed & blocked).sum()), masked=grown.masked, learned={},
    )  # fmt: skip


def validate_in_space(
    maps: tuple[LandMap, LandMap],
    drivers: Mapping[str, Floats],
    masks: Sequence[Mask],
    options: Options,
) -> Validation:
    """Fit outside of a fifth of the blocks and simulate in it, for each fifth.

    Every fifth is given the number of cells that grew there. Easier than a later map: it shows
    whether the model carries over to other ground, not to another time.

    Raises UserError as `validate_in_time`.
    """
    first, second = maps
    blocked = together(masks, first.grid.shape)
    known = first.known & second.known
    fold = folds(first.grid.shape, options.seed)
    tried = [
        _fold(maps, drivers, masks, options, blocked, known, fold == number)
        for number in range(FOLDS)
    ]
    parts = [part for part in tried if part is not None]
    if not parts:
        raise UserError(
            f"growth: no cell became class {options.built} between {first.year} and {second.year}; "
            "there is nothing to compare with"
        )
    return _pooled(parts)


def folds(shape: tuple[int, int], seed: int) -> NDArray[np.int64]:
    """[rows, columns] the fifth that a cell belongs to: square blocks, drawn.

    >>> np.unique(folds((40, 60), 1)).tolist()
    [0, 1, 2, 3, 4]
    """
    side = max(1, min(shape) // BLOCKS_ACROSS)
    tall, wide = -(-shape[0] // side), -(-shape[1] // side)
    drawn = np.random.default_rng(seed).permutation(tall * wide).reshape(tall, wide) % FOLDS
    return np.kron(drawn, np.ones((side, side), np.int64))[: shape[0], : shape[1]].astype(np.int64)


def _fold(
    maps: tuple[LandMap, LandMap],
    drivers: Mapping[str, Floats],
    masks: Sequence[Mask],
    options: Options,
    blocked: Flags,
    known: Flags,
    inside: Flags,
) -> Validation | None:
    """One fifth; None where nothing grew in it."""
    first, second = maps
    open_land = known & inside & (first.classes != options.built)
    observed = open_land & (second.classes == options.built)
    if not observed.any():
        return None
    learned = learn(
        first.classes, second.classes, options.built, drivers, blocked | inside,
        kind=options.model, radius=options.radius, seed=options.seed,
    )  # fmt: skip
    rate = hazard(learned, first.classes, options.built, drivers, blocked | ~(known & inside))
    is_built = first.known & (first.classes == options.built)
    ground = prepared_ground(rate, is_built, learned.lift, options.radius)
    years = tuple(range(first.year + 1, second.year + 1))
    demand = split_evenly("observed", int(observed.sum()), years)
    local = known & inside
    grown, runs = _scored(ground, demand, masks, options, observed, open_land, local)
    found = _validation(observed, open_land, local, is_built, blocked, grown, runs)
    return replace(found, how="space", learned=learned.report)


def _pooled(parts: Sequence[Validation]) -> Validation:
    """The fifths as one."""
    first = parts[0]
    ranked = np.logical_or.reduce([part.ranked for part in parts])
    observed = np.logical_or.reduce([part.observed for part in parts])
    return replace(
        first,
        observed=observed, ranked=ranked,
        probability=np.sum([part.probability for part in parts], axis=0, dtype=np.float32),
        score=_sum([part.score for part in parts]),
        runs=tuple(_sum(each) for each in zip(*(part.runs for part in parts), strict=True)),
        null=_sum([part.null for part in parts]), random=_sum([part.random for part in parts]),
        distance=_sum([part.distance for part in parts]),
        by_scale=figure_of_merit_by_scale(ranked, observed),
        built_at_start=sum(part.built_at_start for part in parts),
        quantities={"observed": int(observed.sum())},
        observed_in_mask=sum(part.observed_in_mask for part in parts),
    )  # fmt: skip


def _sum(scores: Sequence[Score]) -> Score:
    return Score(
        sum(each.hits for each in scores), sum(each.misses for each in scores),
        sum(each.false_alarms for each in scores), sum(each.cells for each in scores),
        sum(each.known for each in scores),
    )  # fmt: skip
