"""What a measure of areas returns: one figure an area and, last, one for the city.

Measures of cells return `ratio.CellRatio`. These speak of what only areas have: statistics,
commuters, projects, and the figures of other indicators.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.quantities.measured import Reason

Floats = NDArray[np.float64]
Notes = tuple[str, str]
"""One sentence in English and in Chinese."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A areas and the city: every column is [A + 1], the city last."""

    value: Floats  # nan where missing
    numerator: Floats  # nan where the figure is no ratio
    denominator: Floats
    lower: Floats  # nan where nothing bounds it
    upper: Floats
    coverage: Floats  # 0 to 1: part of the denominator that was seen
    reason: tuple[Reason | None, ...]  # why it is missing
    note: tuple[Notes, ...]  # one sentence: years and tables, or why it is missing
    period: tuple[str, ...]  # "2020", "2010-2020"; "" where it has none
    detail: Mapping[str, Any] = field(default_factory=dict)  # plain data for explanation, charts

    @classmethod
    def of(
        cls,
        value: Floats,
        *,
        note: Sequence[Notes],
        reason: Sequence[Reason | None] | None = None,
        numerator: Floats | None = None,
        denominator: Floats | None = None,
        lower: Floats | None = None,
        upper: Floats | None = None,
        coverage: Floats | None = None,
        period: Sequence[str] | str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> Figures:
        """Figures with the usual defaults; a nan without a reason is UNDEFINED."""
        size = len(value)
        nothing = np.full(size, np.nan)
        missing = np.isnan(value)
        why = reason or [Reason.UNDEFINED if each else None for each in missing]
        seen = np.where(missing, 0.0, 1.0)
        return cls(
            value,
            nothing if numerator is None else numerator,
            nothing if denominator is None else denominator,
            nothing if lower is None else lower,
            nothing if upper is None else upper,
            seen if coverage is None else coverage,
            tuple(why),
            tuple(note),
            (period,) * size if isinstance(period, str) else tuple(period),
            detail or {},
        )

    @classmethod
    def no_data(cls, size: int, reason: Reason, en: str, zh: str) -> Figures:
        """Nothing can be said of any area, for `reason`; `size` counts areas and city."""
        return cls.of(np.full(size, np.nan), note=[(en, zh)] * size, reason=[reason] * size)
