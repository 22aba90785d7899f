"""Growth to come: two maps, drivers and masks in; an ensemble and its report out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from urbanwork.errors import UserError
from urbanwork.planning.growth.demand import CrossTab, Demand, cross_tab, demand_of
from urbanwork.planning.growth.grids import Flags, Floats, LandMap
from urbanwork.planning.growth.masks import Allowed, Mask, mask_of_gate, together
from urbanwork.planning.growth.simulating import Ensemble, prepared_ground, simulate
from urbanwork.planning.growth.suitability import MODELS, hazard, learn
from urbanwork.planning.growth.validating import Options


@dataclass(frozen=True, slots=True)
class Forecast:
    """Growth that is simulated, and all that it rests on."""

    maps: tuple[LandMap, LandMap]
    options: Options
    ensemble: Ensemble
    crosstab: CrossTab
    learned: dict[str, Any]
    built: Flags  # [rows, columns] at the start
    drivers: tuple[str, ...]

    @property
    def demand(self) -> Demand:
        """Cells wanted by year."""
        return self.ensemble.demand

    @property
    def blocked(self) -> int:
        """Masked cells, counted once by the largest mask at least."""
        return max((each["cells"] for each in self.ensemble.masked), default=0)


def forecast(
    maps: tuple[LandMap, LandMap],
    drivers: Mapping[str, Floats],
    masks: Sequence[Mask],
    options: Options,
    *,
    until: int,
    demand: str = "trend",
    quota: int | None = None,
    gate: Allowed | None = None,
    never: Sequence[int] = (),
) -> Forecast:
    """Learn from two maps and grow the later one to a year.

    Args:
        maps: earlier and later, on one grid.
        drivers: [rows, columns] by name.
        masks: land where nothing may be built.
        options: how it is learned and simulated.
        until: the last year.
        demand: trend, markov or quota.
        quota: cells to build until then.
        gate: whether outlines of cells may be built on, as `planning.gate.mask` says.
        never: classes of land that are never built on (a conversion cost without end).

    Raises:
        UserError: years in the wrong order, maps that teach nothing, no land left, no quota.
        MaskedGrowthError: a masked cell converted.
    """
    first, second = maps
    crosstab = cross_tab(first.classes, second.classes, first.known & second.known)
    wanted = demand_of(
        demand, crosstab, built=options.built, fit=(first.year, second.year), until=until,
        quota=quota,
    )  # fmt: skip
    held = [*masks, *(_of_class(second, number) for number in never)]
    blocked = together(held, second.grid.shape)
    learned = learn(
        first.classes, second.classes, options.built, drivers, blocked,
        kind=options.model, radius=options.radius, seed=options.seed,
    )  # fmt: skip
    if gate is not None:
        open_land = second.known & (second.classes != options.built) & ~blocked
        held.append(mask_of_gate("gate", gate, second.grid, open_land))
        blocked = together(held, second.grid.shape)
    rate = hazard(learned, second.classes, options.built, drivers, blocked)
    is_built = second.known & (second.classes == options.built)
    ground = prepared_ground(rate, is_built, learned.lift, options.radius)
    grown = simulate(ground, wanted, held, runs=options.runs, seed=options.seed)
    return Forecast(maps, options, grown, crosstab, learned.report, is_built, tuple(drivers))


def _of_class(land: LandMap, number: int) -> Mask:
    blocked = land.classes == number
    if not blocked.any():
        raise UserError(
            f"{land.path}: no cell is of class {number}, which is never to be built on; there are "
            f"{', '.join(map(str, land.counts()))}"
        )
    return Mask(f"class {number}", np.asarray(blocked, np.bool_))


def checked(options: Options) -> Options:
    """The options, if they can be.

    Raises UserError: an unknown model, no runs, a window that is too small or too large.
    """
    if options.model not in MODELS:
        raise UserError(f"growth: --model is {', '.join(MODELS)}, got '{options.model}'")
    if not 1 <= options.runs <= 65_535:
        raise UserError(f"growth: --runs is 1 to 65,535, got {options.runs}")
    if options.radius not in (1, 2):
        raise UserError(f"growth: --window is 3 or 5 cells wide, got {2 * options.radius + 1}")
    if options.seed < 0:
        raise UserError(f"growth: --seed is 0 or more, got {options.seed}")
    return replace(options)
