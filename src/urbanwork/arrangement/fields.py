"""The fields of an arrangement: one table for loader, schema and docs."""

from __future__ import annotations

from typing import Final

from urbanwork.arrangement.models import BODY_KINDS, LEVELS
from urbanwork.catalogue.fields import Field, Fields
from urbanwork.catalogue.vocabulary import ASKS

DOCUMENT_ID: Final = r"[a-z0-9][a-z0-9-]*"
WORD: Final = r"[a-z][a-z0-9_]*"
BINDING: Final = r"serves:[A-Z0-9-]+|[a-z]+\.[a-z0-9_*]+"
BOTTOM_LINE: Final = r"rule:[a-z][a-z0-9_]*|[a-z][a-z0-9_]*\.[a-z0-9_]+\.[a-z0-9_]+"
ANSWER: Final = r"[a-z0-9][a-z0-9-]*:[a-z][a-z0-9_]*"
TO_BE_BOUND: Final = "to_be_bound"

WORDS: Final[Fields] = {
    "en": Field("text", "the text in English", is_optional=True),
    "zh": Field("text", "the text in Chinese", is_optional=True),
}
"""A text of an arrangement; one language is enough, and then stands for both."""


def _words(note: str, *, is_optional: bool = False) -> Field:
    return Field("table", note, fields=WORDS, is_optional=is_optional)


PARAGRAPH: Final[Fields] = {
    "id": Field("text", "anchor of the paragraph", pattern=WORD, example="p1"),
    "begins": Field("text", "its first words, so that a reader finds it"),
    "about": _words("what it is about, in your own words"),
}

SOURCE: Final[Fields] = {
    "title": _words("title of the text"),
    "language": Field("text", "language of the text", choices=("en", "zh")),
    "note": _words("how it was read, and what is not certain", is_optional=True),
    "address": Field("text", "where the text stands", is_optional=True),
    "sha256": Field(
        "text", "hash of the file that was read", pattern="[0-9a-f]{64}",
        example="64 characters 0-9 a-f", is_optional=True,
    ),
    "paragraphs": Field("tables", "its paragraphs, in order: the anchors", fields=PARAGRAPH),
}  # fmt: skip

BODY: Final[Fields] = {
    "id": Field("text", "name in this file", pattern=WORD, example="planning"),
    "title": _words("official name, or the kind of body"),
    "kind": Field("text", "kind of body", choices=tuple(BODY_KINDS)),
    "named_in": Field(
        "texts", "paragraphs that name it; none where only its kind is meant", pattern=WORD,
        example="p5", is_optional=True, can_be_empty=True,
    ),
}  # fmt: skip

RULE: Final[Fields] = {
    "id": Field("text", "name in this file", pattern=WORD, example="ecological_red_line"),
    "title": _words("the rule that no plan may break"),
    "data": _words("the data that a check of it needs"),
}

GAP: Final[Fields] = {
    "what": _words("what cannot be measured yet"),
    "data": _words("the data that it would need"),
}

ASK: Final[Fields] = {
    "id": Field("text", "name in this file", pattern=WORD, example="intensive_pattern"),
    "codes": Field(
        "texts", "subjects that it belongs to", choices=tuple(ASKS), can_be_empty=True,
        is_optional=True,
    ),
    "text": _words("what is asked, in your own words"),
    "anchor": Field("text", "paragraph that asks it", pattern=WORD, example="p2"),
    "indicators": Field(
        "texts", "what measures it: ids, globs of ids, or serves:CODE", pattern=BINDING,
        example="form.population_density, life.* or serves:INT", is_optional=True,
        can_be_empty=True,
    ),
    "bottom_lines": Field(
        "texts", "mandatory standards by id, or rule:<name> of this file", pattern=BOTTOM_LINE,
        example="cn.gb55014_2021.park_area_per_person or rule:ecological_red_line",
        is_optional=True, can_be_empty=True,
    ),
    "lead": Field("text", "body that leads", pattern=WORD, example="planning", is_optional=True),
    "cooperating": Field(
        "texts", "bodies that co-operate", pattern=WORD, example="planning", is_optional=True,
        can_be_empty=True,
    ),
    "gap": Field(
        "table", "what cannot be measured yet and what data it needs", fields=GAP,
        is_optional=True,
    ),
    "answers": Field(
        "texts", "asks of higher documents that it answers", pattern=ANSWER,
        example="central-2015:five_coordinations", is_optional=True, can_be_empty=True,
    ),
    "state": Field(
        "text", "to_be_bound until a person has confirmed the indicators; then left out",
        choices=(TO_BE_BOUND,), is_optional=True,
    ),
}  # fmt: skip

POINT: Final[Fields] = {
    "id": Field("text", "name in this file", pattern=WORD, example="point_1"),
    "title": _words("short title, in your own words"),
    "anchor": Field("text", "paragraph where it stands", pattern=WORD, example="p2"),
    "asks": Field("tables", "its asks, in order", fields=ASK),
}

SECTION: Final[Fields] = {
    "id": Field("text", "name in this file", pattern=WORD, example="six_points"),
    "title": _words("title of the section"),
    "points": Field("tables", "its points, in order", fields=POINT),
}

ARRANGEMENT_FILE: Final[Fields] = {
    "id": Field(
        "text", "name of the document, as others answer it", pattern=DOCUMENT_ID,
        example="dalian-2016",
    ),
    "title": _words("title of the document"),
    "date": Field("date", "date of the document"),
    "level": Field("text", "level of the body that issued it", choices=tuple(LEVELS)),
    "body": Field("text", "body that issued it", pattern=WORD, example="party_committee"),
    "source": Field("table", "the text that it was made from", fields=SOURCE),
    "bodies": Field("tables", "bodies that the asks name", fields=BODY),
    "rules": Field(
        "tables", "bottom lines that no check holds yet", fields=RULE, is_optional=True
    ),
    "sections": Field("tables", "parts of the document, in order", fields=SECTION),
}  # fmt: skip
