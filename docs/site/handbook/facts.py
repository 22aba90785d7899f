"""All that the site is written from, read once: catalogue, arrangements, words, examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from handbook.examples import Worked
from urbanwork.arrangement.binding import Binding, bind
from urbanwork.arrangement.loading import carried_names, load_arrangement
from urbanwork.arrangement.models import Arrangement, Ask
from urbanwork.catalogue.coordination import load_systems
from urbanwork.catalogue.loading import OWN_NAME, load_catalogue
from urbanwork.catalogue.models import Bilingual, Catalogue, Indicator, Standard
from urbanwork.catalogue.rows import Rows, load_rows
from urbanwork.measures.coupling import System
from urbanwork.reporting.glossary import Term, load_glossary
from urbanwork.sources.category_titles import category_titles
from urbanwork.sources.statistics.variables import Variable, load_variables

CATALOGUES = (OWN_NAME, "ghsci")
"""Catalogues that come with urbanwork, ours first."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to be written about."""

    catalogues: Mapping[str, Catalogue]
    rows: Rows
    arrangements: Mapping[str, Arrangement]
    bindings: Mapping[str, Mapping[str, Binding]]  # arrangement -> ask -> binding
    variables: Mapping[str, Variable]
    systems: Mapping[str, System]
    categories: Mapping[str, tuple[str, str]]
    glossary: Sequence[Term]
    worked: Mapping[str, Sequence[Worked]]  # indicator -> one for each example city
    users: Mapping[str, Sequence[str]] = field(default_factory=dict)  # input -> indicators

    @property
    def own(self) -> Catalogue:
        return self.catalogues[OWN_NAME]

    @property
    def indicators(self) -> dict[str, Indicator]:
        """Those of all catalogues; ids are unique among them."""
        found = self.catalogues.values()
        return {key: each for catalogue in found for key, each in catalogue.indicators.items()}

    @property
    def dimensions(self) -> dict[str, Bilingual]:
        found = self.catalogues.values()
        return {key: each for catalogue in found for key, each in catalogue.dimensions.items()}

    def documents(self) -> dict[str, list[Standard]]:
        """Standards by set and document, in the order of their files."""
        found: dict[str, list[Standard]] = {}
        for row in self.own.standards:
            found.setdefault(document_of(row), []).append(row)
        return found

    def asks_served(self, indicator: str) -> Iterator[tuple[Arrangement, Ask]]:
        """Asks that are bound to an indicator."""
        for name, arrangement in self.arrangements.items():
            for ask in arrangement.asks():
                if indicator in self.bindings[name][ask.id].indicators:
                    yield arrangement, ask

    def systems_with(self, name: str) -> Iterator[System]:
        """Systems of which an item is made from an indicator or from `variable:<id>`."""
        for system in self.systems.values():
            if any(name in (*item.of, *item.per) for item in system.items):
                yield system


def document_of(row: Standard) -> str:
    """Set and document of a standard: the first two parts of its id."""
    return ".".join(row.id.split(".")[:2])


def made_of(indicator: Indicator) -> list[str]:
    """Other indicators, or `variable:<id>`, that a measure takes as its parameter `of`."""
    of = indicator.arguments().get("of")
    if isinstance(of, list):
        return [str(each) for each in of]
    return [] if of is None else [str(of)]


def load_facts(worked: Mapping[str, Sequence[Worked]] | None = None) -> Facts:
    """Everything that urbanwork carries, with the worked examples where they were computed.

    Raises ManyFaultsError for faults of any file.
    """
    catalogues = {name: load_catalogue(name=name) for name in CATALOGUES}
    arrangements = {name: load_arrangement(name) for name in carried_names()}
    own = catalogues[OWN_NAME]
    return Facts(
        catalogues=catalogues,
        rows=load_rows(),
        arrangements=arrangements,
        bindings={name: bind(each, own) for name, each in arrangements.items()},
        variables=load_variables().variables,
        systems=load_systems(),
        categories=category_titles(),
        glossary=load_glossary(),
        worked=worked or {},
        users=_users(catalogues),
    )


def _users(catalogues: Mapping[str, Catalogue]) -> dict[str, list[str]]:
    """Which indicators need an input, or are made from another indicator."""
    found: dict[str, list[str]] = {}
    for catalogue in catalogues.values():
        for key, each in catalogue.indicators.items():
            for name in dict.fromkeys((*each.inputs, *made_of(each))):
                found.setdefault(name, []).append(key)
    return found
