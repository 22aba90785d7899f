"""The bottom lines of a city as masks of growth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from urbanwork.catalogue.bottomlines import BottomLine
from urbanwork.errors import UserError
from urbanwork.planning.distance_rules import is_too_near
from urbanwork.planning.gate import Gate
from urbanwork.planning.growth.grids import Flags, Grid
from urbanwork.planning.growth.masks import Mask, cells_touched, mask_of_gate
from urbanwork.planning.verdicts import Visibility
from urbanwork.quantities.crs import reproject

KIND, USE = "change_land_use", "residential"
"""What growth is to the bottom lines: land that becomes building land."""
WIDER = 1.02


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

    Of rules of distance: every cell whose outline is nearer than the distance.

    Raises UserError where the maps name no coordinate system.
    """
    if grid.crs is None:
        raise UserError(
            "growth: bottom lines need a place on earth, but the maps name no coordinate system; "
            "write it into the first map (rio edit-info --crs EPSG:4549 FILE)"
        )
    known = gate.known
    shapes = gate.forbidden(KIND, category=USE)
    forbidden = Mask("bottom lines", _burned(shapes, known.crs, grid))
    masks = [forbidden]
    required = gate.required(KIND, category=USE)
    if required is not None:
        inside = _burned(required, known.crs, grid, touched=False)
        masks.append(Mask("outside of where building must lie", ~inside))
    masks += [_near(gate, rule, clear, grid) for rule, clear in gate.distances(KIND, category=USE)]
    return Zoning(tuple(masks), gate.visibility(KIND, category=USE))


def _near(gate: Gate, rule: BottomLine, clear: Any, grid: Grid) -> Mask:
    """The cells whose outline is nearer to what is kept clear than the rule allows.

    Only cells around it are asked: a buffer of straight pieces is a little too small for a circle.
    """
    known, least = gate.known, float(rule.distance_m or 0.0)
    around = _burned(shapely.buffer(clear, WIDER * least), known.crs, grid)

    def is_clear(cells: Any) -> Flags:
        metric = np.asarray(reproject(cells, str(grid.crs), known.crs), object)
        return ~is_too_near(metric, rule, known)

    return mask_of_gate(f"nearer than {least:g} m: {rule.id}", is_clear, grid, around)


def _burned(shapes: Any, crs: str, grid: Grid, *, touched: bool = True) -> Flags:
    given = np.asarray(shapes, object)
    if not len(given):
        return np.zeros(grid.shape, np.bool_)
    return cells_touched(np.asarray(reproject(given, crs, str(grid.crs)), object), grid,
                         by_middle=not touched)  # fmt: skip
