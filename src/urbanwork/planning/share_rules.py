"""Rules of share: while a part takes up more of a whole than a rule allows, no more is added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from urbanwork.catalogue.bottomlines import BottomLine
from urbanwork.planning import gate_words as words
from urbanwork.planning.exceptions import granted
from urbanwork.planning.finding import Finding, Known
from urbanwork.planning.plan import Plan
from urbanwork.sources.layers import WHOLE_CITY

FINANCING = "financing"
"""The property of a change that says how it is paid for."""


@dataclass(frozen=True, slots=True)
class _Share:
    part: float
    whole: float
    year: int  # of the whole

    @property
    def value(self) -> float:
        return self.part / self.whole


def share(rule: BottomLine, plan: Plan, known: Known) -> Iterator[Finding]:
    """A finding for each change that the rule means.

    The part is a figure of the city's statistics, of the year of the whole, or the ground of the
    zones of the city and of the plan together; the whole is a figure of the rule's year, else of
    the last year that has both. Unknown where either is missing.
    """
    rows = [row for row in np.flatnonzero(plan.concerned(rule.changes, rule.but)).tolist()
            if _is_meant(rule, plan, row)]  # fmt: skip
    if not rows:
        return
    found = _of_zones(rule, plan, known) if rule.zones else _of_figures(rule, known)
    seen_by = known.seen_by(known.of_kinds(rule.zones))
    limit = float(rule.most or 0.0)
    for row in rows:
        shape = plan.shape[row]
        if found is None:
            why, cure = words.no_share(rule), words.give_figures(rule)
            yield Finding(rule, row, "unknown", why, cure, seen_by)
        elif found.value <= limit:
            why = words.share_of(rule, found.value, found.year)
            yield Finding(rule, row, "pass", why, words.HOLDS, seen_by)
        elif (allowed := granted(rule, plan.changes[row])) is not None:
            why = words.excepted(allowed, plan.changes[row].approvals)
            yield Finding(rule, row, "pass", why, words.HOLDS, seen_by)
        else:
            why = words.share_of(rule, found.value, found.year)
            yield Finding(rule, row, "breach", why, words.cure_of(rule), seen_by, geometry=shape)


def _is_meant(rule: BottomLine, plan: Plan, row: int) -> bool:
    said = plan.changes[row].properties.get(FINANCING) or ""
    ways = said if isinstance(said, list | tuple) else str(said).split(";")
    named = {str(each).strip().lower() for each in ways}
    return not rule.financing or bool(named & set(rule.financing))


def _of_figures(rule: BottomLine, known: Known) -> _Share | None:
    parts, wholes = _figures(str(rule.part), known), _figures(str(rule.whole), known)
    years = [year for year in parts.keys() & wholes.keys() if rule.year in (None, year)]
    if not years or wholes[max(years)] <= 0:
        return None
    year = max(years)
    return _Share(parts[year], wholes[year], year)


def _of_zones(rule: BottomLine, plan: Plan, known: Known) -> _Share | None:
    """The ground of zones, once however often drawn; nothing where only the plan has them."""
    wholes = _figures(str(rule.whole), known)
    year = rule.year if rule.year is not None else max(wholes, default=None)
    today = known.today_of_kinds(rule.zones)
    if year is None or wholes.get(int(year), 0.0) <= 0 or not today.any():
        return None
    added = plan.concerned([f"add_zone:{kind}" for kind in rule.zones])
    drawn = plan.shape[added & ~shapely.is_missing(plan.shape)]
    ground = shapely.union_all([*known.zones.geometry[today], *drawn])
    return _Share(float(shapely.area(ground)), wholes[int(year)], int(year))


def _figures(variable: str, known: Known) -> dict[int, float]:
    """What is reported of the whole city, by year."""
    if known.city is None:
        return {}
    table = known.city.statistics
    rows = (table.variable == variable) & (table.area == WHOLE_CITY)
    return dict(zip(table.year[rows].tolist(), table.value[rows].tolist(), strict=True))
