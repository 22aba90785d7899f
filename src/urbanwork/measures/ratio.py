"""What every measure returns: a ratio of sums, cell by cell.

Value of any set of cells (an area, the city) = scale * sum(numerator) / sum(known).
What the edge of the data hides is `unknown`, in the unit of `known`. For a share
(numerator <= known) it bounds the value: all of the unknown missed, or all of it reached.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.quantities.measured import Reason

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CellRatio:
    """C cells. `state` holds codes of `quantities.measured.STATES`."""

    numerator: Floats  # [C]
    known: Floats  # [C] denominator that was seen
    unknown: Floats  # [C] denominator beyond the edge of the data
    state: NDArray[np.int8]  # [C]
    scale: float  # 100 for a percentage
    is_share: bool  # numerator is a part of known
    reason: Reason | None = None  # set when the whole city gives no data
    note: str = ""  # one sentence on that reason: what was found, what was expected
    note_zh: str = ""  # the same in Chinese
    people_power: int = 0  # the value grows with the number of people (1), falls (-1), neither (0)
    distance: Floats | None = None  # [C] metres or minutes to the nearest, for explanation
    detail: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def no_data(cls, cells: int, reason: Reason, note: str, note_zh: str = "") -> CellRatio:
        """Nothing can be said of any cell, for `reason`."""
        none = np.zeros(cells)
        state = np.zeros(cells, np.int8)
        return cls(
            none, none, none, state, 1.0, is_share=False, reason=reason, note=note,
            note_zh=note_zh or note,
        )  # fmt: skip
