"""A plan held against the bottom lines of a city, from files to verdicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from urbanwork.catalogue.bottomlines import BottomLine, bottom_lines_of, load_bottom_lines
from urbanwork.catalogue.models import Bilingual
from urbanwork.catalogue.selection import select_standards
from urbanwork.city.model import PreparedCity
from urbanwork.city.prepare import prepared
from urbanwork.city.reading import read_settings
from urbanwork.city.settings import CitySettings
from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.examination.run import catalogue_of
from urbanwork.planning.changes import Change, Scenario
from urbanwork.planning.gate import Effects, Gate
from urbanwork.planning.gate_words import give_layer
from urbanwork.planning.proof import Proof, proof_of
from urbanwork.planning.stacking import changes_of, read_stack
from urbanwork.planning.verdicts import Status, Verdict, outcome
from urbanwork.quantities.datum import Datum

Progress = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the bottom lines of a city say of a plan."""

    city: str
    city_zh: str | None
    plan: str  # name of the scenario
    date: str  # of the city's data
    changes: tuple[Change, ...]
    rules: Mapping[str, BottomLine]  # by id
    verdicts: tuple[Verdict, ...]
    proof: Proof
    zone_reports: tuple[Mapping[str, Any], ...]  # what was found in the files of zones
    missing: tuple[str, ...] = field(default=())  # kinds of zone of which there is no layer
    hidden: tuple[str, ...] = field(default=())  # rules that rest on layers that are not public
    is_public: bool = False

    @property
    def status(self) -> Status:
        """The plan as a whole. For the public, rules that are not shown are not known."""
        found = outcome(list(self.verdicts))
        return "unknown" if found == "pass" and self.is_public and self.hidden else found

    def layer_cures(self) -> frozenset[Bilingual]:
        """The cures of verdicts that are unknown because a layer is missing."""
        lacking = (
            tuple(kind for kind in rule.zones if kind in self.missing)
            for rule in self.rules.values()
        )
        return frozenset(give_layer(kinds) for kinds in lacking if kinds)

    def for_public(self) -> Checked:
        """The same without anything that rests on a layer that is not public.

        What is left out does not depend on the plan: only how many rules are not shown is said.
        """
        shown = tuple(each for each in self.verdicts if each.visibility == "public")
        return replace(self, verdicts=shown, zone_reports=(), is_public=True)


def check_plan(
    folder: Path | str,
    plan: Path | str,
    *,
    crs: str | None = None,
    datum: Datum | None = None,
    layer: str | None = None,
    quick: bool = False,
    progress: Progress = lambda en, zh: None,
) -> Checked:
    """Hold a plan, with all that it stands on, against the bottom lines of the city in `folder`.

    `quick` measures nothing: rules about indicators are unknown then.

    Raises:
        UserError: the city or the plan cannot be read.
        ManyFaultsError: what is wrong with the plan, with exceptions that it claims without their
            document too.
    """
    settings = read_settings(folder)
    stack = read_stack(plan, crs=crs, datum=datum, layer=layer)
    city = prepared(settings, progress)
    rules = _rules(settings, city)
    changes = changes_of(stack)
    gate = _gate(settings, city, rules, changes)
    _check(city, stack, gate)
    effects = None if quick or not city.has_extract else _effects(folder, changes, progress)
    verdicts = gate.check(changes, effects)
    return Checked(
        city.name, city.name_zh, stack[-1].name, city.as_of, changes,
        {rule.id: rule for rule in rules}, tuple(verdicts),
        proof_of(verdicts, changes, rules, gate.known), tuple(city.zone_reports),
        _missing(verdicts, rules, gate), gate.hidden(),
    )  # fmt: skip


def _missing(
    verdicts: Sequence[Verdict], rules: Sequence[BottomLine], gate: Gate
) -> tuple[str, ...]:
    """Kinds of zone of which there is no layer, where a verdict is unknown for it."""
    unknown = {each.rule for each in verdicts if each.status == "unknown"}
    kinds = (kind for rule in rules if rule.id in unknown for kind in rule.zones)
    return gate.known.missing(tuple(dict.fromkeys(kinds)))


def _rules(settings: CitySettings, city: PreparedCity) -> tuple[BottomLine, ...]:
    rules = bottom_lines_of(
        load_bottom_lines(settings.bottom_lines), sets=settings.standards,
        jurisdiction=settings.jurisdiction, zone_kinds=city.zone_kinds,
    )  # fmt: skip
    if not rules:
        raise UserError(
            f"{settings.folder}/city.yaml: no bottom line holds for this city: give 'zones:', "
            "'bottom_lines:' of its own, or 'standards: [cn]'"
        )
    return rules


def _gate(
    settings: CitySettings, city: PreparedCity, rules: Sequence[BottomLine],
    changes: Sequence[Change],
) -> Gate:  # fmt: skip
    """The gate of today's city and of the zones that the plan draws."""
    from urbanwork.planning.applying import applied

    catalogue = catalogue_of(settings)
    standards = select_standards(
        catalogue, sets=settings.standards, jurisdiction=settings.jurisdiction, as_of=city.as_of
    )
    drawn = [change for change in changes if change.kind == "add_zone"]
    new = applied(city, drawn) if drawn and city.has_extract else city
    return Gate(
        new.zones, new.zone_kinds, rules, city, standards=standards, catalogue=catalogue
    )  # fmt: skip


def _check(city: PreparedCity, stack: Sequence[Scenario], gate: Gate) -> None:
    """Nothing is judged that cannot be carried out or claims what it may not."""
    from urbanwork.planning.consistency import check_scenario

    faults = check_scenario(city, stack) if city.has_extract else []
    faults += gate.claim_faults(changes_of(stack))
    if faults:
        raise ManyFaultsError(faults)


def _effects(folder: Path | str, changes: Sequence[Change], progress: Progress) -> Effects:
    """What the plan does to each indicator, by the what-if engine."""
    from urbanwork.planning.whatif.opening import open_session

    session = open_session(folder, progress)
    before = session.values()
    progress("making the changes", "应用规划变更")
    for change in changes:
        session.apply(change)
    after = session.values()

    def effects(indicator: str) -> tuple[float | None, float | None]:
        if indicator not in before or indicator not in after:
            return None, None
        return before[indicator][-1].measured.value, after[indicator][-1].measured.value

    return effects
