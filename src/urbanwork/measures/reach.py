"""Three-valued reach: reached, not reached, or unknown beyond the edge of the data.

docs/decisions/0020-three-valued-reach.md explains the definition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.measures.ratio import CellRatio
from urbanwork.quantities.measured import STATES, State

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]

PERCENT = 100.0

CODE = {state: np.int8(code) for code, state in enumerate(STATES)}
"""Code of each state in `CellRatio.state`."""


@dataclass(frozen=True, slots=True)
class Reach:
    """C cells: reached, unknown, or neither of them, which is not reached."""

    is_reached: Flags  # [C]
    is_unknown: Flags  # [C] never where reached
    distance: Floats | None = None  # [C] metres or minutes; nan where none was found

    @classmethod
    def within(cls, distance: Floats, hidden: Flags, *, radius: float) -> Reach:
        """Reach of what lies at `distance` (inf where nothing does).

            reached  <=>  distance <= radius
            unknown  <=>  not reached, and something nearer may be hidden

        `hidden`, bool[C], says whether the edge of the data lies within `radius` too.
        """
        is_reached = distance <= radius
        seen = np.where(np.isfinite(distance), distance, np.nan)
        return cls(is_reached, hidden & ~is_reached, seen)

    def __or__(self, other: Reach) -> Reach:
        """Reach of either: one that is reached settles it, one that is unknown leaves it open."""
        is_reached = self.is_reached | other.is_reached
        is_unknown = (self.is_unknown | other.is_unknown) & ~is_reached
        return Reach(is_reached, is_unknown, _nearer(self.distance, other.distance))


def _nearer(one: Floats | None, two: Floats | None) -> Floats | None:
    if one is None or two is None:
        return one if two is None else two
    return np.fmin(one, two)


def share_reached(
    weight: Floats, reach: Reach, *, detail: dict[str, Any] | None = None
) -> CellRatio:
    """Share of `weight` (people, m2 of land; [C]) that is reached, percent.

    share = 100 * sum(weight where reached) / sum(weight where known)
    """
    known = np.where(reach.is_unknown, 0.0, weight)
    state = np.where(
        reach.is_reached,
        CODE[State.REACHED],
        np.where(reach.is_unknown, CODE[State.UNKNOWN], CODE[State.NOT_REACHED]),
    )
    return CellRatio(
        numerator=np.where(reach.is_reached, weight, 0.0),
        known=known,
        unknown=weight - known,
        state=np.where(weight > 0, state, CODE[State.EMPTY]).astype(np.int8),
        scale=PERCENT,
        is_share=True,
        distance=reach.distance,
        detail=detail or {},
    )


def measured_states(known: Floats, unknown: Floats) -> Codes:
    """Measured where anything is known, unknown where all is hidden, else empty; int8[C]."""
    state = np.where(unknown > 0, CODE[State.UNKNOWN], CODE[State.EMPTY])
    return np.where(known > 0, CODE[State.MEASURED], state).astype(np.int8)
