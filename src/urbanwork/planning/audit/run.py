"""The audit of a plan: every check answered, by quality, and no score."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from urbanwork.city.model import PreparedCity
from urbanwork.planning.audit import authority, coverage, horizon, land, precision, proposals
from urbanwork.planning.audit.checklist import (
    Check,
    Found,
    Item,
    Quality,
    State,
    checks,
    qualities,
)
from urbanwork.planning.audit.plan import Plan, read_plan
from urbanwork.planning.audit.shapes import Drawn, read_drawn


@dataclass(frozen=True, slots=True)
class Audit:
    """A plan and what was found of it."""

    plan: Plan
    items: tuple[Item, ...]  # in the order of checks.yaml

    def of(self, quality: Quality) -> list[Item]:
        """The items of one quality."""
        return [item for item in self.items if item.check.quality == quality.id]

    def counted(self, quality: Quality) -> dict[State, int]:
        """How many items of a quality are met, not met and unknown."""
        states = [item.found.state for item in self.of(quality)]
        return {state: states.count(state) for state in ("met", "not_met", "unknown")}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What answers are made from."""

    plan: Plan
    drawn: Drawn
    city: PreparedCity | None


_ANSWERS: Mapping[str, Callable[[_Asked, Check], Found]] = {
    "evidence": lambda a, _: proposals.proofs(a.plan, "evidence"),
    "simulation": lambda a, _: proposals.proofs(a.plan, "simulation"),
    "changes_proposed": lambda a, _: proposals.changes_proposed(a.plan, a.drawn),
    "horizon": lambda a, check: horizon.horizon(a.plan, check),
    "population_path": lambda a, _: horizon.path(a.plan, "population"),
    "growth_path": lambda a, _: horizon.path(a.plan, "built_up_land"),
    "population_today": lambda a, check: horizon.population_today(a.plan, a.city, check),
    "population_plausible": lambda a, check: horizon.population_plausible(a.plan, a.city, check),
    "coordination": lambda a, check: coverage.coordination(a.plan, check),
    "land_per_person": lambda a, check: land.land_per_person(a.plan, check),
    "land_per_output": lambda a, _: land.land_per_output(a.plan),
    "land_and_people": lambda a, check: land.land_and_people(a.plan, check),
    "infill": lambda a, check: land.infill(a.plan, check),
    "geometry": lambda a, _: precision.geometry(a.plan, a.drawn),
    "scenario": lambda a, _: precision.scenario(a.plan, a.drawn),
    "overlaps": lambda a, check: precision.overlaps(a.plan, a.drawn, check),
    "gaps": lambda a, check: precision.gaps(a.plan, a.drawn, check),
    "totals": lambda a, check: precision.totals(a.plan, a.drawn, check),
    "crs": lambda a, _: precision.crs(a.plan, a.drawn),
    "accuracy": lambda a, _: precision.accuracy(a.plan),
    "version": lambda a, _: authority.version(a.plan),
    "approval": lambda a, _: authority.approval(a.plan),
    "signatures": lambda a, _: authority.signatures(a.plan),
    "publicity": lambda a, check: authority.publicity(a.plan, check),
    "unchanged": lambda a, _: authority.unchanged(a.plan),
    "deviations": lambda a, _: authority.deviations(a.plan),
}
SEVERAL = "system"
"""The check that gives one item for each system."""


def audit(folder: Path | str, city: PreparedCity | None = None) -> Audit:
    """Hold the plan of a folder against the six qualities.

    `city` is the prepared city that figures of the base year are held against; without it these
    items are unknown.

    Raises:
        UserError: there is no plan.yaml, or it is not YAML.
        ManyFaultsError: every fault of plan.yaml at once. What is wrong with the files of the plan
            is an answer of the checklist, not an error.
    """
    plan = read_plan(folder)
    asked = _Asked(plan, read_drawn(plan), city)
    items: list[Item] = []
    for name, check in checks().items():
        if name == SEVERAL:
            items += coverage.covered(plan, check)
        else:
            items.append(Item(check, _ANSWERS[name](asked, check)))
    order = [quality.id for quality in qualities()]
    items.sort(key=lambda item: order.index(item.check.quality))  # stable: keeps that of the file
    return Audit(plan, tuple(items))
