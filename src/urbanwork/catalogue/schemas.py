"""JSON Schemas of the files of a catalogue, for editors; made from the same table of fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from urbanwork.catalogue.bottomlines import FILE_FIELDS
from urbanwork.catalogue.fields import (
    BILINGUAL,
    INDICATOR_FILE,
    PARAMETER,
    STANDARD_FILE,
    Field,
    Fields,
)

Schema = dict[str, Any]

FOLDER = Path(__file__).parent / "schemas"
"""The committed schemas; `python -m urbanwork.catalogue.schemas` writes them anew."""


def indicator_schema() -> Schema:
    """Schema of a file of indicators."""
    return file_schema("A file of indicators of urbanwork", INDICATOR_FILE)


def standard_schema() -> Schema:
    """Schema of a file of standards."""
    return file_schema("A file of standards of urbanwork", STANDARD_FILE)


def bottom_line_schema() -> Schema:
    """Schema of a file of bottom lines."""
    return file_schema("A file of bottom lines of urbanwork", FILE_FIELDS)


def file_schema(title: str, fields: Fields) -> Schema:
    """The schema of a file with these fields."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **_table(fields)
    }  # fmt: skip


def _table(fields: Fields) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, field in fields.items() if not field.is_optional],
        "properties": {name: _field(field) for name, field in fields.items()},
    }


def _field(field: Field) -> Schema:
    schema = {"description": field.note, **_KINDS[field.kind](field)}
    if not field.is_optional:
        return schema
    return {"description": field.note, "anyOf": [_KINDS[field.kind](field), {"type": "null"}]}


def _text(field: Field) -> Schema:
    schema: Schema = {"type": "string", "minLength": 1}
    if field.choices:
        schema["enum"] = list(field.choices)
    if field.pattern:
        schema["pattern"] = f"^({field.pattern})$"
    return schema


def _texts(field: Field) -> Schema:
    return {"type": "array", "items": _text(field), "minItems": 0 if field.can_be_empty else 1}


def _value(field: Field) -> Schema:
    word, number = {"type": "string", "minLength": 1}, {"type": "number"}
    lists = [{"type": "array", "items": item, "minItems": 1} for item in (word, number)]
    return {"anyOf": [word, number, *lists]}


def _tables(field: Field) -> Schema:
    return {"type": "array", "items": _table(field.fields or {})}


def _named_tables(field: Field) -> Schema:
    return {"type": "object", "additionalProperties": _table(field.fields or {})}


_KINDS: Mapping[str, Callable[[Field], Schema]] = {
    "text": _text,
    "texts": _texts,
    "number": lambda _: {"type": "number"},
    "whole": lambda _: {"type": "integer"},
    "date": lambda _: {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    "value": _value,
    "bilingual": lambda _: _table(BILINGUAL),
    "parameters": lambda _: {"type": "object", "additionalProperties": _table(PARAMETER)},
    "table": lambda field: _table(field.fields or {}),
    "tables": _tables,
    "named_tables": _named_tables,
}


def schema_texts() -> dict[str, str]:
    """File name and text of each committed schema."""
    import json

    schemas = {
        "indicators": indicator_schema(), "standards": standard_schema(),
        "bottom_lines": bottom_line_schema(),
    }  # fmt: skip
    return {
        f"{name}.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in schemas.items()
    }


if __name__ == "__main__":
    for name, text in schema_texts().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
