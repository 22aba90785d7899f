"""The fields of an indicator, a standard and a document: one table for loader, schema and docs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from urbanwork.catalogue.tags import EXAMINATION, ISO37120, KINDS
from urbanwork.catalogue.vocabulary import (
    ASKS,
    CONFIDENCES,
    MISSING_POLICIES,
    PARAMETER_UNITS,
    STRENGTHS,
    SUPPORTS,
    UNITS,
)

Kind = Literal[
    "text", "texts", "number", "whole", "date", "value", "bilingual", "parameters", "table",
    "tables", "named_tables",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """What one key of an entry holds."""

    kind: Kind
    note: str  # for the editor of the file
    choices: tuple[str, ...] = ()
    pattern: str = ""  # a regular expression that the whole text follows
    example: str = ""  # shown when the pattern is missed
    is_optional: bool = False  # may be left out or null
    can_be_empty: bool = False  # an empty list
    fields: Mapping[str, Field] | None = None  # of a table or of each of several


Fields = Mapping[str, Field]

INDICATOR_ID: Final = r"[a-z]+\.[a-z][a-z0-9_]*"
STANDARD_ID: Final = r"[a-z][a-z0-9_]*\.[a-z0-9_]+\.[a-z0-9_]+"
WORD: Final = r"[a-z][a-z0-9_]*"
INPUT: Final = r"(place|layer|variable|raster|projects):[a-z][a-z0-9_]*|commutes"
ROW_ID: Final = r"[A-Z]\d\d[a-z]?"
JURISDICTION: Final = r"[A-Z]{2}|\*"

BILINGUAL: Final[Fields] = {
    "en": Field("text", "the text in English"),
    "zh": Field("text", "the text in Chinese"),
}

PARAMETER: Final[Fields] = {
    "value": Field("value", "a number, a word, or a list of one of them"),
    "unit": Field("text", "unit of the value; name for words", choices=PARAMETER_UNITS),
    "why": Field("text", "why it has this value, with the source"),
}

DIMENSION: Final[Fields] = {
    "id": Field("text", "first part of the ids of its indicators", pattern=WORD, example="life"),
    "rank": Field("whole", "place in reports, from 1"),
    "title": Field("bilingual", "title in reports"),
}

INDICATOR: Final[Fields] = {
    "id": Field(
        "text", "dimension.what_qualifier; never used again for another meaning",
        pattern=INDICATOR_ID, example="life.kindergarten_300m",
    ),
    "version": Field("text", "raised whenever the method changes", pattern=r"\d+", example='"1"'),
    "title": Field("bilingual", "short title"),
    "question": Field("bilingual", "the question that it answers"),
    "serves": Field("texts", "asks of the arrangement that it serves", choices=tuple(ASKS)),
    "measure": Field("text", "function in urbanwork.measures", pattern=WORD, example="reach_share"),
    "inputs": Field(
        "texts", "what it needs and without which it gives no data", pattern=INPUT,
        example="place:kindergarten, layer:streets, variable:gdp, raster:built_up, "
        "projects:renewal or commutes",
        can_be_empty=True,
    ),
    "parameters": Field("parameters", "keyword arguments of the measure", is_optional=True),
    "quantity": Field("text", "what is measured, such as share of people"),
    "unit": Field("text", "unit of the value", choices=UNITS),
    "better": Field(
        "text", "which direction is better", choices=("higher", "lower", "band", "neither")
    ),
    "support": Field("text", "what the denominator counts", choices=tuple(SUPPORTS)),
    "formula": Field("bilingual", "the formula in words, as an explanation shows it"),
    "smallest_people": Field("number", "below so many people an area is too small to judge"),
    "missing": Field("text", "policy for what cannot be seen", choices=tuple(MISSING_POLICIES)),
    "standard": Field(
        "text", "key that rows of standards carry; null where none exists", is_optional=True,
        pattern=INDICATOR_ID, example="life.kindergarten_300m",
    ),
    "sources": Field("texts", "where definition and parameters come from"),
    "limits": Field("bilingual", "what it does not show"),
    "mend": Field("bilingual", "what would mend a shortfall"),
    "kind": Field(
        "text", "what it does with its data", choices=tuple(KINDS), is_optional=True
    ),
    "rows": Field(
        "texts", "rows of rows.yaml that it carries out", pattern=ROW_ID, example="H06",
        is_optional=True, can_be_empty=True,
    ),
    "examination": Field(
        "text", "dimension of the city health examination", choices=tuple(EXAMINATION),
        is_optional=True,
    ),
    "sdg": Field(
        "text", "indicator of the Sustainable Development Goals", pattern=r"\d+\.[0-9a-c]+\.\d+",
        example="11.2.1", is_optional=True,
    ),
    "iso37120": Field("text", "theme of ISO 37120", choices=tuple(ISO37120), is_optional=True),
    "variant_of": Field(
        "text", "id of the indicator whose method it is another version of",
        pattern=INDICATOR_ID, example="growth.land_consumption_ratio", is_optional=True,
    ),
}  # fmt: skip

DOCUMENT: Final[Fields] = {
    "title": Field("bilingual", "full title of the document"),
    "edition": Field("text", "number and year of the edition"),
    "valid_from": Field("date", "first day on which it holds"),
    "valid_to": Field("date", "last day on which it holds", is_optional=True),
    "dates": Field("text", "how well the dates are known"),
}

ROW: Final[Fields] = {
    "id": Field(
        "text", "set.document.what", pattern=STANDARD_ID,
        example="cn.gb50180_2018.kindergarten_300m",
    ),
    "key": Field(
        "text", "what it holds for: the `standard` of an indicator", pattern=INDICATOR_ID,
        example="life.kindergarten_300m",
    ),
    "clause": Field("text", "clause or table of the document"),
    "strength": Field("text", "how strongly it binds", choices=tuple(STRENGTHS)),
    "operator": Field(
        "text", "how the value is held against the threshold", choices=(">=", "<=", "between")
    ),
    "value": Field("number", "the threshold; for between its lower end"),
    "upper": Field("number", "upper end of between", is_optional=True),
    "fair": Field("number", "from here to the threshold the grade is fair", is_optional=True),
    "fair_why": Field("text", "who drew the fair band, and why there", is_optional=True),
    "unit": Field("text", "unit of the threshold: that of the indicator", choices=UNITS),
    "confidence": Field("text", "how well it is known", choices=tuple(CONFIDENCES)),
    "source": Field("text", "where it was read, or: from knowledge, unverified"),
    "note": Field("bilingual", "what a reader must know to use it rightly"),
    "unbound": Field(
        "text", "why no indicator is graded by it; only where none names its key", is_optional=True
    ),
}  # fmt: skip

INDICATOR_FILE: Final[Fields] = {
    "dimension": Field("table", "the dimension of all indicators of the file", fields=DIMENSION),
    "indicators": Field("tables", "the indicators, one entry each", fields=INDICATOR),
}

STANDARD_FILE: Final[Fields] = {
    "set": Field("text", "name of the set, as city.yaml names it", pattern=WORD, example="cn"),
    "jurisdiction": Field(
        "text", "ISO 3166-1 code of the country, or * for all", pattern=JURISDICTION, example="CN"
    ),
    "title": Field("bilingual", "title of the set"),
    "documents": Field(
        "named_tables", "documents by the second part of the rows' ids", fields=DOCUMENT
    ),
    "standards": Field("tables", "the rows, one threshold each", fields=ROW),
}
