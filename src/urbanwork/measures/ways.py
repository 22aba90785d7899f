"""Walks between doors and where people live: all pairs within a limit, sparse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.city.model import PreparedCity
from urbanwork.kernels.between import distances_between
from urbanwork.kernels.graph import Snaps

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CENTIMETRES = 100.0
ROUNDING_M = 1.0
"""Weights are whole centimetres edge by edge: a walk may come out this much too short at most."""


@dataclass(frozen=True, slots=True)
class Walks:
    """M walks that are no longer than a limit, by door and cell."""

    door: Ints  # [M]
    cell: Ints  # [M]
    metres: Floats  # [M]

    def by_owner(self, owner: Ints) -> Walks:
        """The shortest walk to any door of each owner; `owner` [doors], such as the place."""
        of = owner[self.door]
        order = np.lexsort((self.metres, self.cell, of))
        of, cell = of[order], self.cell[order]
        first = np.ones(len(of), np.bool_)
        first[1:] = (of[1:] != of[:-1]) | (cell[1:] != cell[:-1])
        return Walks(of[first], cell[first], self.metres[order][first])


def walks_within(city: PreparedCity, doors: Snaps, x: Floats, y: Floats, limit_m: float) -> Walks:
    """All walks between doors (snapped, and where they are, metric) and cells up to `limit_m`.

    A walk is never shorter than the straight line, so only pairs that near are walked.
    """
    cells = city.cells
    tree = shapely.STRtree(shapely.points(cells.x, cells.y))
    door, cell = tree.query(shapely.points(x, y), "dwithin", distance=limit_m + ROUNDING_M)
    order = np.lexsort((cell, door))
    door, cell = door[order].astype(np.int64), cell[order].astype(np.int64)
    start = np.concatenate([[0], np.cumsum(np.bincount(door, minlength=len(doors)))])
    limit = round(limit_m * CENTIMETRES)
    walked = distances_between(city.walk.graph, doors, cells.walk, start, cell, limit=limit)
    near = walked <= limit
    return Walks(door[near], cell[near], walked[near] / CENTIMETRES)
