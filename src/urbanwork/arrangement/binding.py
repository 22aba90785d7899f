"""Which indicators and standards an ask is bound to, and what is wrong with that.

An ask names indicators in three ways, all of which may stand together:

- an id, `form.population_density`: exactly this one;
- a glob, `life.*`: every indicator whose id fits;
- `serves:INT`: every indicator of the catalogue that serves this code.

An id says most and is preferred; the others take up indicators that the catalogue gains later.
Each indicator counts once, in the order of the catalogue.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import translate

from urbanwork.arrangement.loading import Reading
from urbanwork.arrangement.models import Arrangement, Ask
from urbanwork.catalogue.checking import suggestion
from urbanwork.catalogue.models import Catalogue, Standard
from urbanwork.catalogue.vocabulary import ASKS

SERVES = "serves:"
RULE = "rule:"


@dataclass(frozen=True, slots=True)
class Binding:
    """What one ask is bound to in one catalogue."""

    indicators: tuple[str, ...]  # ids, in the order of the catalogue
    unmatched: tuple[str, ...]  # what the ask names and the catalogue has not
    standards: tuple[str, ...]  # ids of mandatory standards that are its bottom lines
    rules: tuple[str, ...]  # ids of rules that no check holds yet
    unknown_standards: tuple[str, ...]  # bottom lines that the catalogue has not


def bind(arrangement: Arrangement, catalogue: Catalogue) -> dict[str, Binding]:
    """The binding of every ask, by its id."""
    standards = {row.id for row in catalogue.standards}
    return {ask.id: _binding(ask, catalogue, standards) for ask in arrangement.asks()}


def _binding(ask: Ask, catalogue: Catalogue, standards: Collection[str]) -> Binding:
    found: set[str] = set()
    unmatched: list[str] = []
    for named in ask.indicators:
        matching = matches(named, catalogue)
        found.update(matching)
        if not matching:
            unmatched.append(named)
    named_lines = [each for each in ask.bottom_lines if not each.startswith(RULE)]
    return Binding(
        tuple(key for key in catalogue.indicators if key in found),
        tuple(unmatched),
        tuple(each for each in named_lines if each in standards),
        tuple(each.removeprefix(RULE) for each in ask.bottom_lines if each.startswith(RULE)),
        tuple(each for each in named_lines if each not in standards),
    )


def matches(named: str, catalogue: Catalogue) -> list[str]:
    """Ids of the indicators that one entry of `indicators` names: an id, a glob or serves:CODE."""
    if named.startswith(SERVES):
        code = named.removeprefix(SERVES)
        return [key for key, each in catalogue.indicators.items() if code in each.serves]
    if "*" in named:
        is_like = re.compile(translate(named)).match
        return [key for key in catalogue.indicators if is_like(key)]
    return [named] if named in catalogue.indicators else []


def binding_faults(reading: Reading, catalogue: Catalogue) -> Iterator[str]:
    """Indicators and standards that do not exist, and bottom lines that are not mandatory."""
    rows = {row.id: row for row in catalogue.standards}
    for ask in reading.arrangement.asks():
        spot = reading.spots[ask.id]
        for place, named in enumerate(ask.indicators):
            if not matches(named, catalogue):
                yield spot.at("indicators", place).fault(_no_indicator(named, catalogue))
        for place, named in enumerate(ask.bottom_lines):
            if not named.startswith(RULE):
                for sentence in _line_faults(named, rows):
                    yield spot.at("bottom_lines", place).fault(sentence)


def _no_indicator(named: str, catalogue: Catalogue) -> str:
    if named.startswith(SERVES):
        code = named.removeprefix(SERVES)
        if code not in ASKS:
            return f"there is no code '{code}'{suggestion(code, ASKS)}"
        return f"no indicator serves '{code}'; name indicators, or say in 'gap' what is missing"
    if "*" in named:
        return f"no indicator has an id like '{named}'; see `urbanwork indicators`"
    return f"there is no indicator '{named}'{_near(named, catalogue.indicators)}"


def _line_faults(named: str, rows: Mapping[str, Standard]) -> Iterator[str]:
    if named not in rows:
        yield f"there is no standard '{named}'{_near(named, rows, see='urbanwork standards')}"
    elif rows[named].strength != "mandatory":
        strength = rows[named].strength
        yield f"'{named}' is {strength}; a bottom line is a mandatory standard or a rule"


def _near(word: str, known: Collection[str], *, see: str = "urbanwork indicators") -> str:
    """The nearest of many ids; the lists are too long to be printed."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"; did you mean '{near[0]}'?" if near else f"; `{see}` lists them"


def warnings(reading: Reading) -> Iterator[str]:
    """What a person has yet to do: asks to be bound, asks that nobody leads."""
    for ask in reading.arrangement.asks():
        spot = reading.spots[ask.id]
        if not ask.is_bound:
            yield spot.fault(
                "not yet bound; check 'codes' and 'indicators' or say what is missing in 'gap', "
                "then take the line 'state: to_be_bound' out"
            )
        elif ask.lead is None:
            yield spot.fault("no body leads; name one in 'lead'")
