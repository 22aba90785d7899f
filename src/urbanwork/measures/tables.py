"""What measures of areas read: statistics, commuters, grids, projects, other indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.city.model import PreparedCity
from urbanwork.measures.figures import Figures
from urbanwork.measures.ratio import CellRatio
from urbanwork.sources.layers import Commutes, DatedRaster, Projects, Statistics

Floats = NDArray[np.float64]


@dataclass(slots=True)
class Tables:
    """A city as measures of areas see it: A areas and, last, the whole city.

    `figures` and `ratios` hold what other indicators gave so far: a measure that takes the figures
    of other indicators names them in its parameter `of`, and runs after them.
    """

    city: PreparedCity
    people: Floats  # [A + 1] people; nan where not known
    land_m2: Floats  # [A + 1] land without water, m2
    figures: dict[str, Figures] = field(default_factory=dict)
    ratios: dict[str, CellRatio] = field(default_factory=dict)
    systems: Mapping[str, Any] = field(default_factory=dict)  # measures.coupling.System by id
    shared: dict[str, Any] = field(default_factory=dict)  # what measures compute once for all
    is_brief: bool = False  # values alone are asked for: what explains them may be left out

    @property
    def size(self) -> int:
        """Areas and the city."""
        return len(self.city.areas.id) + 1

    @property
    def year(self) -> int:
        """The year that the examination speaks of: later figures are not used."""
        return int(self.city.as_of[:4])

    @property
    def statistics(self) -> Statistics:
        return self.city.statistics

    @property
    def commutes(self) -> Commutes:
        return self.city.commutes

    @property
    def projects(self) -> Projects:
        return self.city.projects

    def rasters(self, kind: str) -> Sequence[DatedRaster]:
        """The dated rasters of one kind, oldest first, none later than the examination."""
        found = [each for each in self.city.rasters.values() if each.kind == kind]
        return sorted(
            (each for each in found if each.year <= self.year), key=lambda each: each.year
        )
