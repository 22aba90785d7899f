"""What an arrangement holds: a document as sections, points and asks, with bodies and rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from urbanwork.catalogue.models import Bilingual

Level = Literal["state", "province", "city", "district"]

LEVELS: Final[Mapping[str, Bilingual]] = {
    "state": Bilingual("state", "国家级"),
    "province": Bilingual("province", "省级"),
    "city": Bilingual("city", "市级"),
    "district": Bilingual("district or county", "区县级"),
}
"""Levels of documents, highest first; a document answers those of higher levels."""

BODY_KINDS: Final[Mapping[str, Bilingual]] = {
    "party": Bilingual("party committee or its department", "党委及其部门"),
    "congress": Bilingual("people's congress", "人大"),
    "consultative": Bilingual("consultative conference", "政协"),
    "government": Bilingual("government", "政府"),
    "department": Bilingual("department of government", "政府部门"),
    "district": Bilingual("district or county-level city", "区（市、县）"),
    "pilot_zone": Bilingual("pilot zone", "先导区"),
    "unit": Bilingual("unit, company or institution", "企事业单位"),
    "residents": Bilingual("residents and their organisations", "市民与社会组织"),
}
"""Kinds of bodies."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the source: an anchor, where it begins, what it is about. Not its text."""

    id: str
    begins: str  # first words, so that a reader finds it
    about: Bilingual


@dataclass(frozen=True, slots=True)
class Source:
    """The text that an arrangement was made from."""

    title: Bilingual
    language: str  # of the text: en, zh
    note: Bilingual | None  # how it was read, what is not certain
    address: str | None  # where the text stands
    sha256: str | None  # of the file that was read
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation; `named_in` are the paragraphs that name it, none where we name its kind."""

    id: str
    title: Bilingual
    kind: str  # word of BODY_KINDS
    named_in: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A bottom line that no check holds yet, with what the check would need."""

    id: str
    title: Bilingual
    data: Bilingual


@dataclass(frozen=True, slots=True)
class Gap:
    """What of an ask cannot be measured yet, and the data that it would need."""

    what: Bilingual
    data: Bilingual


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that the document wants of the city."""

    id: str
    codes: tuple[str, ...]  # of catalogue.vocabulary.ASKS
    text: Bilingual  # in our own words
    anchor: str  # paragraph
    indicators: tuple[str, ...]  # as written: id, glob, or serves:<code>
    bottom_lines: tuple[str, ...]  # id of a mandatory standard, or rule:<id>
    lead: str | None  # body
    cooperating: tuple[str, ...]  # bodies
    gap: Gap | None
    answers: tuple[str, ...]  # "<document>:<ask>" of higher documents
    is_bound: bool  # False in a draft that nobody has confirmed


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a section: what the document counts as one."""

    id: str
    title: Bilingual
    anchor: str
    asks: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the document, such as its six points."""

    id: str
    title: Bilingual
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A policy document as data, in the order of the document."""

    id: str
    title: Bilingual
    date: str  # ISO
    level: Level
    body: str  # who issued it
    source: Source
    bodies: Mapping[str, Body]
    rules: Mapping[str, Rule]
    sections: tuple[Section, ...]
    version: str = ""  # hash of what the file says
    origins: Mapping[str, str] = field(default_factory=dict)  # ask id -> "file:line"

    def points(self) -> Iterator[Point]:
        """All points, in order."""
        for section in self.sections:
            yield from section.points

    def asks(self) -> Iterator[Ask]:
        """All asks, in order."""
        for point in self.points():
            yield from point.asks
