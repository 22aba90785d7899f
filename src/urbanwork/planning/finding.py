"""What a rule found of a change, in metres, and the verdicts made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.catalogue.bottomlines import BottomLine
from urbanwork.catalogue.models import Bilingual, Standard
from urbanwork.city.model import PreparedCity
from urbanwork.planning.changes import Change
from urbanwork.planning.overlay import Overlay
from urbanwork.planning.verdicts import Status, Verdict, Visibility
from urbanwork.quantities.crs import unproject
from urbanwork.sources.layers import Zones
from urbanwork.sources.zones import LEVELS

PUBLIC: Visibility = "public"
DRAWN = "plan/"
"""How the ids of zones begin that the plan draws itself (`planning.applying`)."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a gate judges by."""

    zones: Zones  # metric
    zone_kinds: frozenset[str]  # kinds of which there is a layer
    overlay: Overlay
    level: NDArray[np.int64]  # [Z] row in LEVELS: who may see the zone
    zones_of: Mapping[str, NDArray[np.int64]]  # kind -> rows of zones
    crs: str
    city: PreparedCity | None
    places_of: Mapping[str, NDArray[np.int64]]  # category -> rows of places
    standards: Mapping[str, Standard] = field(default_factory=dict)
    titles: Mapping[str, Bilingual] = field(default_factory=dict)  # of indicators
    units: Mapping[str, str] = field(default_factory=dict)

    def of_kinds(self, kinds: Sequence[str]) -> NDArray[np.bool_]:
        """[Z] which zones are of these kinds."""
        flags = np.zeros(len(self.zones.id), np.bool_)
        for kind in kinds:
            if kind in self.zones_of:
                flags[self.zones_of[kind]] = True
        return flags

    def today_of_kinds(self, kinds: Sequence[str]) -> NDArray[np.bool_]:
        """[Z] the same without the zones that the plan itself draws: it cannot widen its limits."""
        return self.of_kinds(kinds) & ~np.char.startswith(self.zones.id.astype(str), DRAWN)

    def missing(self, kinds: Sequence[str]) -> tuple[str, ...]:
        """The kinds of which the city has no layer."""
        return tuple(kind for kind in kinds if kind not in self.zone_kinds)

    def seen_by(self, rows: NDArray[np.bool_]) -> Visibility:
        """Who may see a verdict that rests on all of these zones: the fewest of all."""
        return as_visibility(int(self.level[rows].max()) if rows.any() else 0)


def rows_by(names: NDArray[np.object_]) -> dict[str, NDArray[np.int64]]:
    """Each name with the rows that have it.

    >>> rows_by(np.array(["a", "b", "a"], object))["a"].tolist()
    [0, 2]
    """
    if len(names) == 0:
        return {}
    known, inverse = np.unique(names.astype(str), return_inverse=True)
    return {str(name): np.flatnonzero(inverse == row) for row, name in enumerate(known)}


def as_visibility(level: int) -> Visibility:
    """The name of a level."""
    names: tuple[Visibility, ...] = ("public", "internal", "restricted")
    return names[level]


def levels_of(zones: Zones) -> NDArray[np.int64]:
    """[Z] row in LEVELS of each zone."""
    return np.array([LEVELS.index(each) for each in zones.visibility.tolist()], np.int64)


WHOLE_PLAN = -1
"""Row of a finding that speaks of the plan as a whole."""


class Finding(NamedTuple):
    """A verdict before its geometry is brought to degrees. A plan has a hundred thousand."""

    rule: BottomLine
    change: int  # row of the change, or WHOLE_PLAN
    status: Status
    why: Bilingual
    cure: Bilingual
    visibility: Visibility = PUBLIC
    amount: float | None = None
    unit: str = ""
    geometry: BaseGeometry | None = None  # metric
    zones: tuple[str, ...] = ()


def as_verdicts(
    findings: Sequence[Finding], changes: Sequence[Change], crs: str
) -> list[Verdict]:  # fmt: skip
    """Verdicts in lon/lat, in the order of the findings."""
    shapes = np.full(len(findings), None, object)
    shapes[:] = [each.geometry for each in findings]
    drawn = np.flatnonzero(~shapely.is_missing(shapes))
    if len(drawn):
        shapes[drawn] = unproject(shapes[drawn], crs)
    ids = [*(change.id for change in changes), None]  # row -1: the plan as a whole
    return [
        Verdict(
            rule.id, ids[row], status, rule.strength, rule.family, rule.clause, amount, unit,
            shape, zones, visibility, why, cure,
        )
        for (rule, row, status, why, cure, visibility, amount, unit, _, zones), shape in zip(
            findings, shapes.tolist(), strict=True
        )
    ]  # fmt: skip
