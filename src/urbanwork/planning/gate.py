"""The gate: every bottom line held against every change of a plan, all at once.

    gate = Gate(city.zones, city.zone_kinds, rules, city)
    gate.check(scenario.changes)          # a verdict for each rule and change that it concerns
    gate.mask(candidates, "add_place")    # which sites no hard rule forbids
    gate.proof(changes)                   # what was checked, against which layers, with hashes

A verdict is a pass, a breach, or unknown where a layer is missing: never a pass then.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.catalogue.bottomlines import BottomLine, bottom_lines_of, load_bottom_lines
from urbanwork.catalogue.models import Catalogue, Standard
from urbanwork.city.model import PreparedCity
from urbanwork.planning.balance_rules import Stock, balance, stock_of
from urbanwork.planning.changes import Change
from urbanwork.planning.distance_rules import distance, kept_clear
from urbanwork.planning.exceptions import claim_faults
from urbanwork.planning.finding import Finding, Known, as_verdicts, levels_of, rows_by
from urbanwork.planning.floor_rules import floors
from urbanwork.planning.masking import allowed
from urbanwork.planning.overlay import Overlay, Pairs
from urbanwork.planning.plan import Effects, Plan, plan_of
from urbanwork.planning.proof import Proof, grid_proof, proof_of
from urbanwork.planning.share_rules import share
from urbanwork.planning.verdicts import Verdict, Visibility
from urbanwork.planning.zone_rules import Ground, ground_of, inside, overlap, permission
from urbanwork.quantities.crs import metric_crs, project
from urbanwork.sources.layers import Zones

__all__ = ["Effects", "Gate", "gate_of_city"]

_ROW = attrgetter("change")
Geometries = NDArray[np.object_]
Flags = NDArray[np.bool_]


class Gate:
    """Bottom lines ready to judge any number of plans."""

    def __init__(
        self,
        zones: Zones,
        zone_kinds: Sequence[str],
        rules: Sequence[BottomLine],
        city: PreparedCity | None = None,
        *,
        standards: Mapping[str, Standard] | None = None,
        catalogue: Catalogue | None = None,
    ) -> None:
        """`zones` are metric where a city is given, else in longitude and latitude.

        `zone_kinds` are the kinds of which there is a layer, empty ones too. `standards` by the
        id of their indicator, and the catalogue for its titles, serve the floors.
        """
        crs = city.crs if city is not None else _crs_around(zones)
        if city is None and len(zones.id):
            zones = _projected(zones, crs)
        indicators = {} if catalogue is None else catalogue.indicators
        self.rules = tuple(rules)
        self.known = Known(
            zones, frozenset(zone_kinds), Overlay(zones), levels_of(zones), rows_by(zones.kind),
            crs, city, {} if city is None else rows_by(city.places.category),
            _by_indicator(standards or {}, catalogue),
            {name: each.title for name, each in indicators.items()},
            {name: each.unit for name, each in indicators.items()},
        )  # fmt: skip
        self._stocks: dict[str, Stock] = {}
        self._grounds: dict[str, Ground] = {}

    def check(
        self, changes: Sequence[Change], effects: Effects | None = None
    ) -> list[Verdict]:  # fmt: skip
        """A verdict for each rule and change that it concerns, in the order of rules and changes.

        `effects` gives the value of an indicator before and after the plan; without it floors are
        unknown.
        """
        with _without_collector():
            plan = plan_of(changes, self.known.crs, self.known.city)
            pairs = self._pairs(plan, self.rules)
            findings = [
                finding
                for rule in self.rules
                for finding in sorted(self._held(rule, plan, pairs, effects), key=_ROW)
            ]  # fmt: skip
            return as_verdicts(findings, plan.changes, self.known.crs)

    def claim_faults(self, changes: Sequence[Change]) -> list[str]:
        """Exceptions that the plan claims and cannot: one sentence each."""
        return claim_faults(changes, self.rules)

    def hidden(self) -> tuple[str, ...]:
        """The rules that rest on layers that are not public, whatever the plan."""
        known = self.known
        return tuple(
            rule.id
            for rule in self.rules
            if rule.zones and known.seen_by(known.of_kinds(rule.zones)) != "public"
        )

    def visibility(self, change_kind: str, *, category: str | None = None) -> Visibility:
        """Who may see what rests on the hard rules for a change of this kind, such as a mask."""
        kinds = {kind for rule in self.rules if rule.strength == "hard"
                 and rule.concerns(change_kind, category) for kind in rule.zones}  # fmt: skip
        return self.known.seen_by(self.known.of_kinds(sorted(kinds)))

    def mask(
        self, geometries: Geometries, change_kind: str, *, category: str | None = None,
        is_lonlat: bool = False,
    ) -> Flags:  # fmt: skip
        """[N] which shapes a change of this kind may have without breaking a hard rule of place.

        `geometries` are metric, or in longitude and latitude. Exceptions are not granted. Layers
        that are missing forbid nothing here: `proof` names them.
        """
        shapes = project(geometries, self.known.crs) if is_lonlat else geometries
        rules = self._hard(change_kind, category)
        grounds = [
            self._ground(rule)
            for rule in rules
            if rule.test == "inside"
            and (len(self._ground(rule).zones) or not self.known.missing(rule.zones))
        ]
        return allowed(shapes, rules, self.known, grounds)

    def forbidden(self, change_kind: str, *, category: str | None = None) -> Geometries:
        """The ground, metric, where hard rules of zones forbid a change of this kind.

        For grids: burn it, what lies outside of `required`, and what `distances` keep clear.
        """
        rules = self._hard(change_kind, category)
        kinds = [kind for rule in rules if rule.test == "overlap" for kind in rule.zones]
        found: Geometries = self.known.overlay.counted[self.known.of_kinds(kinds)]
        return found

    def required(self, change_kind: str, *, category: str | None = None) -> Geometries | None:
        """The ground, metric, where such a change must lie; None: anywhere."""
        rules = self._hard(change_kind, category)
        kinds = [kind for rule in rules if rule.test == "inside" for kind in rule.zones]
        if not any(kind in self.known.zone_kinds for kind in kinds):
            return None
        found: Geometries = self.known.zones.geometry[self.known.of_kinds(kinds)]
        return found

    def distances(
        self, change_kind: str, *, category: str | None = None
    ) -> tuple[tuple[BottomLine, Geometries], ...]:
        """The hard rules of distance for a change of this kind, and what they keep clear, metric.

        `distance_rules.is_too_near` asks them about outlines.
        """
        return tuple(
            (rule, kept_clear(rule, self.known))
            for rule in self._hard(change_kind, category)
            if rule.test == "distance"
        )

    def proof(self, changes: Sequence[Change]) -> Proof:
        """What was checked, against which layers, and how many violations there are."""
        return proof_of(self.check(changes), changes, self.rules, self.known)

    def proof_of_grid(
        self, converted: Flags, forbidden: Flags, change_kind: str, *, category: str | None = None
    ) -> Proof:
        """The same for a grid of converted cells and the cells that the gate forbids."""
        rules = self._hard(change_kind, category)
        return grid_proof(converted, forbidden, rules, self.known)

    def _hard(self, change_kind: str, category: str | None) -> tuple[BottomLine, ...]:
        """The hard rules of place that concern a change of this kind."""
        return tuple(
            rule
            for rule in self.rules
            if rule.strength == "hard"
            and rule.test in ("overlap", "inside", "distance")
            and rule.concerns(change_kind, category)
        )

    def _held(
        self, rule: BottomLine, plan: Plan, pairs: Pairs, effects: Effects | None
    ) -> Iterator[Finding]:
        known = self.known
        if rule.test not in ("balance", "floor") and not plan.concerned(rule.changes).any():
            return iter(())
        tests: dict[str, Callable[[], Iterator[Finding]]] = {
            "overlap": lambda: overlap(rule, plan, known, pairs),
            "inside": lambda: inside(rule, plan, known, self._ground(rule)),
            "distance": lambda: distance(rule, plan, known),
            "permission": lambda: permission(rule, plan),
            "balance": lambda: balance(rule, plan, known, self._stock(rule)),
            "share": lambda: share(rule, plan, known),
            "floor": lambda: floors(rule, plan, known, effects),
        }
        return tests[rule.test]()

    def _pairs(self, plan: Plan, rules: Sequence[BottomLine]) -> Pairs:
        """The pairs of changes and zones that rules of overlap speak of."""
        wanted = [
            (plan.concerned(rule.changes, rule.but), self.known.of_kinds(rule.zones))
            for rule in rules
            if rule.test == "overlap"
        ]
        return self.known.overlay.pairs(plan.shape, wanted)

    def _ground(self, rule: BottomLine) -> Ground:
        if rule.id not in self._grounds:
            self._grounds[rule.id] = ground_of(rule, self.known)
        return self._grounds[rule.id]

    def _stock(self, rule: BottomLine) -> Stock:
        if rule.id not in self._stocks:
            self._stocks[rule.id] = stock_of(rule, self.known)
        return self._stocks[rule.id]


@contextmanager
def _without_collector() -> Iterator[None]:
    """Verdicts hold no cycles; to search a hundred thousand for some takes as long as to judge."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def gate_of_city(
    city: PreparedCity,
    *,
    sets: Sequence[str] = (),
    extra: Sequence[Any] = (),
    standards: Mapping[str, Standard] | None = None,
    catalogue: Catalogue | None = None,
) -> Gate:
    """The gate of a city: the rules that hold for it. `extra` are its own files of rules."""
    rules = bottom_lines_of(
        load_bottom_lines(extra), sets=sets, jurisdiction=city.jurisdiction,
        zone_kinds=city.zone_kinds,
    )  # fmt: skip
    return Gate(city.zones, city.zone_kinds, rules, city, standards=standards, catalogue=catalogue)


def _by_indicator(
    standards: Mapping[str, Standard], catalogue: Catalogue | None
) -> Mapping[str, Standard]:
    """Standards by their key, and by the id of the indicator that names the key."""
    if catalogue is None:
        return dict(standards)
    named = {
        name: standards[each.standard]
        for name, each in catalogue.indicators.items()
        if each.standard is not None and each.standard in standards
    }
    return {**standards, **named}


def _crs_around(zones: Zones) -> str:
    if len(zones.id) == 0:
        return metric_crs(0.0, 0.0)
    west, south, east, north = shapely.total_bounds(zones.geometry)
    return metric_crs((west + east) / 2, (south + north) / 2)


def _projected(zones: Zones, crs: str) -> Zones:
    from dataclasses import replace

    return replace(zones, geometry=project(zones.geometry, crs))
