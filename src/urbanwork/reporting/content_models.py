"""What a report is made of, in both languages: sections, groups, figures and lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from urbanwork.catalogue.models import Bilingual
from urbanwork.reporting.answered import Answer
from urbanwork.reporting.coordinated import Coordinated
from urbanwork.reporting.corrected import Corrected
from urbanwork.reporting.figures_shown import Figure
from urbanwork.reporting.findings import Finding
from urbanwork.reporting.glossary import Term
from urbanwork.reporting.wording import GRADES

By = Literal["point", "dimension"]
Labelled = tuple[Bilingual, Bilingual]


@dataclass(frozen=True, slots=True)
class Group:
    """An ask with its indicators; in a section by dimension the one group has no title."""

    title: Bilingual | None
    codes: tuple[str, ...]
    bodies: tuple[Bilingual, ...]  # lead and co-operating bodies, each as one phrase
    figures: tuple[Figure, ...]
    gaps: tuple[Bilingual, ...]  # what of the ask cannot be measured, and the data it needs
    bottom_lines: tuple[Labelled, ...]  # rule, and its state with what it rests on


@dataclass(frozen=True, slots=True)
class Section:
    """A point of the arrangement, or a dimension."""

    key: str
    part: Bilingual  # part of the document that the point stands in; empty by dimension
    number: int
    title: Bilingual
    groups: tuple[Group, ...]

    def figures(self) -> tuple[Figure, ...]:
        """Its figures, each once, in the order of the asks."""
        return tuple({each.indicator: each for g in self.groups for each in g.figures}.values())

    def counts(self) -> dict[str, int]:
        """How many indicators it has, how many are measured, and how many have each grade."""
        grades = [each.grade for each in self.figures()]
        measured = sum(each.value is not None for each in self.figures())
        return {"n": len(grades), "measured": measured} | {g: grades.count(g) for g in GRADES}


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A problem as a row."""

    title: Bilingual
    where: Bilingual
    people: float | None
    people_shown: Bilingual
    value: Bilingual
    asked: Bilingual
    mend: Bilingual


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One input; figures name it by its number."""

    number: int
    kind: Bilingual
    file: str
    licence: str
    publisher: str
    date: str
    digest: str


@dataclass(frozen=True, slots=True)
class Method:
    """How one indicator is worked out."""

    id: str
    version: str
    title: Bilingual
    question: Bilingual
    formula: Bilingual
    limits: Bilingual
    standard: Bilingual
    origin: str


@dataclass(frozen=True, slots=True)
class Content:
    """The whole report in both languages."""

    name: Bilingual
    id: str
    as_of: str
    by: By
    document: Bilingual | None  # title of the arrangement, where there is one
    facts: tuple[Labelled, ...]
    answers: tuple[Bilingual, ...]
    questions: tuple[Answer, ...]  # what leaders ask first, with the sentences that answer it
    findings: tuple[Finding, ...]
    systems: tuple[Coordinated, ...]  # coordination of subsystems
    sections: tuple[Section, ...]
    gaps: tuple[Labelled, ...]
    problems: tuple[Shortfall, ...]
    sources: tuple[SourceRow, ...]
    methods: tuple[Method, ...]
    terms: tuple[Term, ...]
    errata: tuple[Corrected, ...] = ()
