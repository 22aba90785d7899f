"""The fields of plan.yaml: one table for reader, schema and docs.

Only what the file needs to be understood is a must. What a good plan should say but this one does
not is for the checklist to tell, not a fault of the file.
"""

from __future__ import annotations

from typing import Any, Final

from urbanwork.catalogue.fields import Field, Fields
from urbanwork.catalogue.schemas import file_schema

KINDS: Final = ("master", "detailed", "special", "other")
ROLES: Final = ("land_use", "zones", "other")
IDENTIFIER: Final = r"[A-Za-z0-9][A-Za-z0-9._-]*"
WORD: Final = r"[a-z][a-z0-9_]*"

WORDS: Final[Fields] = {
    "en": Field("text", "the text in English", is_optional=True),
    "zh": Field("text", "the text in Chinese", is_optional=True),
}


def _words(note: str) -> Field:
    return Field("table", f"{note}, in one language or both", fields=WORDS)


def _text(note: str) -> Field:
    return Field("text", note, is_optional=True)


def _date(note: str) -> Field:
    return Field("date", note, is_optional=True)


def _number(note: str) -> Field:
    return Field("number", note, is_optional=True)


PROOF: Final[Fields] = {
    "file": Field("text", "file in the folder of the plan"),
    "what": _text("what it shows"),
    "date": _date("date of the evidence"),
}

PROPOSAL: Final[Fields] = {
    "id": Field("text", "unique in the plan", pattern=IDENTIFIER, example="P1"),
    "title": _words("what is proposed"),
    "by": _text("body that proposes it"),
    "systems": Field(
        "texts", "systems that it concerns", pattern=WORD, example="transport", is_optional=True,
        can_be_empty=True,
    ),
    "changes": Field(
        "texts", "ids of changes of the scenario that carry it out", is_optional=True,
        can_be_empty=True,
    ),
    "evidence": Field("tables", "files that show the need", fields=PROOF, is_optional=True),
    "simulation": Field(
        "tables", "files that show what it would do: of whatif, site, growth", fields=PROOF,
        is_optional=True,
    ),
}  # fmt: skip

SYSTEM: Final[Fields] = {
    "id": Field("text", "name of the system", pattern=WORD, example="transport"),
    "where": _text("chapter or sheet of the plan that treats it"),
    "file": _text("file in the folder of the plan"),
}

DECLARED: Final[Fields] = {
    "category": Field("text", "word in the column of categories"),
    "ha": Field("number", "area that the plan declares, hectares"),
}

LAYER: Final[Fields] = {
    "file": Field("text", "file of geometries in the folder of the plan"),
    "layer": _text("layer of the file, where it has several"),
    "role": Field(
        "text", "land_use: every place once, no overlap and no gap; zones may overlap",
        choices=ROLES,
    ),
    "crs": _text("coordinate system, where the file states none: EPSG:4547"),
    "category": _text("column that says the category"),
    "boundary": _text("file with the boundary that land use must fill"),
    "declared": Field("tables", "declared areas by category", fields=DECLARED, is_optional=True),
    "total_ha": _number("declared area of the whole layer, hectares"),
    "sha256": Field(
        "text", "hash of the file as it was approved", pattern="[0-9a-f]{64}",
        example="64 characters 0-9 a-f", is_optional=True,
    ),
}  # fmt: skip


def _path(name: str, note: str) -> Fields:
    return {
        "year": Field("whole", "year of the figure"), name: Field("number", note),
        "basis": _text("how it was made, or the table that it is from"),
    }  # fmt: skip


SIGNATURE: Final[Fields] = {
    "name": Field("text", "who signed"),
    "post": _text("post of the person"),
    "body": _text("body that the person signs for"),
    "date": _date("day of the signature"),
    "file": _text("file with the signature"),
}

DEVIATION: Final[Fields] = {
    "what": _words("what differs from the approved plan"),
    "date": _date("since when"),
    "document": _text("decision that allows it"),
}

PLAN_FILE: Final[Fields] = {
    "id": Field("text", "name of the plan", pattern=IDENTIFIER, example="harbour-2035"),
    "title": _words("title of the plan"),
    "kind": Field("text", "kind of plan", choices=KINDS),
    "version": Field("text", "version of the plan, in quotes", is_optional=True),
    "date": _date("date of this version"),
    "made_by": _text("body that made the plan"),
    "horizon": Field("table", "years of the plan", is_optional=True, fields={
        "base_year": Field("whole", "year that the figures of today speak of"),
        "target_year": Field("whole", "year in which the plan is to be carried out"),
    }),
    "population": Field("tables", "residents by year", is_optional=True,
                        fields=_path("people", "residents")),
    "built_up_land": Field("tables", "built-up land by year", is_optional=True,
                           fields=_path("km2", "square kilometres")),
    "output": Field("tables", "economic output by year, one unit and one price base",
                    is_optional=True, fields={**_path("value", "output"), "unit": _text("unit")}),
    "systems": Field("tables", "systems that the plan treats", fields=SYSTEM, is_optional=True),
    "proposals": Field("tables", "what the plan proposes", fields=PROPOSAL, is_optional=True),
    "scenario": _text("file with the changes of the plan, as `urbanwork check` reads it"),
    "layers": Field("tables", "geometry of the plan", fields=LAYER, is_optional=True),
    "positional_accuracy": Field("table", "how exact the geometry is", is_optional=True, fields={
        "metres": Field("number", "standard error of positions, metres"),
        "how": _text("how it was found: survey, scale of the base map"),
    }),
    "built_up": Field("table", "built-up land as polygons, for the share of infill",
                      is_optional=True, fields={
        "before": Field("text", "file with the built-up land of the base year"),
        "after": Field("text", "file with the built-up land of the target year"),
        "crs": _text("coordinate system, where the files state none"),
    }),
    "examinations": Field("table", "folders of examinations: the city today and as planned",
                          is_optional=True, fields={
        "before": Field("text", "examination of today"),
        "after": Field("text", "examination of the city as planned"),
    }),
    "approval": Field("table", "the decision that approves the plan", is_optional=True, fields={
        "document": Field("text", "number or title of the document"),
        "body": _text("body that approved it"),
        "date": _date("day of the approval"),
        "file": _text("file with the document"),
    }),
    "signatures": Field("tables", "who signed", fields=SIGNATURE, is_optional=True),
    "publicity": Field("table", "when and where the draft was shown to the public",
                       is_optional=True, fields={
        "from": Field("date", "first day"), "to": Field("date", "last day"),
        "where": _text("where it was shown"),
    }),
    "deviations": Field("table", "what has been done otherwise since the approval",
                        is_optional=True, fields={
        "until": Field("date", "day until which the list is complete"),
        "list": Field("tables", "the deviations; an empty list where there were none",
                      fields=DEVIATION),
    }),
}  # fmt: skip


def plan_schema() -> dict[str, Any]:
    """The JSON Schema of plan.yaml.

    >>> plan_schema()["required"]
    ['id', 'title', 'kind']
    """
    return file_schema("A plan for urbanwork audit", PLAN_FILE)
