"""The bottom lines of a city as masks of growth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from urbanwork.errors import UserError
from urbanwork.planning.gate import Gate
from urbanwork.planning.growth.grids import Flags, Grid
from urbanwork.planning.growth.masks import Mask, cells_touched
from urbanwork.planning.verdicts import Visibility
from urbanwork.quantities.crs import reproject

KIND, USE = "change_land_use", "residential"
"""What growth is to the bottom lines: land that becomes building land."""


@dataclass(frozen=True, slots=True)
class Zoning:
    """Where the bottom lines forbid building, and who may see what rests on it."""

    masks: tuple[Mask, ...]
    visibility: Visibility

    def proof(self, gate: Gate, converted: Flags) -> dict[str, Any]:
        """What was held, against which layers, and how many converted cells break it."""
        forbidden = np.logical_or.reduce([mask.blocked for mask in self.masks])
        return gate.proof_of_grid(converted, forbidden, KIND, category=USE).plain()


def zoning_of(gate: Gate, grid: Grid) -> Zoning:
    """Burn the zones of hard rules: every cell that forbidden ground touches, and every cell that
    lies outside of the ground where building must lie, such as the development boundary.

    Distances to places are not burned; `Gate.mask` as a function asks them cell by cell.

    Raises UserError where the maps name no coordinate system.
    """
    if grid.crs is None:
        raise UserError(
            "growth: bottom lines need a place on earth, but the maps name no coordinate system; "
            "write it into the first map (gdal_edit.py -a_srs EPSG:4549 FILE)"
        )
    known = gate.known
    shapes = gate.forbidden(KIND, category=USE)
    forbidden = Mask("bottom lines", _burned(shapes, known.crs, grid))
    masks = [forbidden]
    required = gate.required(KIND, category=USE)
    if required is not None:
        inside = _burned(required, known.crs, grid, touched=False)
        masks.append(Mask("outside of where building must lie", ~inside))
    return Zoning(tuple(masks), known.seen_by(_rows(gate)))


def _rows(gate: Gate) -> Flags:
    """[Z] the zones that any hard rule for building rests on."""
    kinds = {kind for rule in gate.rules if rule.strength == "hard" and rule.concerns(KIND, USE)
             for kind in rule.zones}  # fmt: skip
    return np.isin(gate.known.zones.kind, sorted(kinds))


def _burned(shapes: Any, crs: str, grid: Grid, *, touched: bool = True) -> Flags:
    given = np.asarray(shapes, object)
    if not len(given):
        return np.zeros(grid.shape, np.bool_)
    return cells_touched(np.asarray(reproject(given, crs, str(grid.crs)), object), grid,
                         by_middle=not touched)  # fmt: skip
