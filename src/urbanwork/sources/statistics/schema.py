"""The JSON Schema of an adapter, for editors; made from the keys that its reader knows."""

from __future__ import annotations

from typing import Any

from urbanwork.sources.statistics.adapter import BREAK_KEYS, COLUMN_KEYS, KEYS, TOTAL_KEYS
from urbanwork.sources.statistics.values import FIRST_YEAR, LAST_YEAR
from urbanwork.sources.statistics.variables import load_variables

Schema = dict[str, Any]


def adapter_schema() -> Schema:
    """Schema of a file that says how a wide table is read."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "How a table of statistics is read (urbanwork)",
        **_table({name: _described(_TOP[name], note) for name, note in KEYS.items()}),
    }


def _table(properties: Schema, needed: tuple[str, ...] = ()) -> Schema:
    table: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**table, "required": list(needed)} if needed else table


def _described(schema: Schema, note: str) -> Schema:
    return {"description": note, **schema}


def _several(item: Schema) -> Schema:
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}


_TEXT: Schema = {"type": ["string", "integer"]}
_TEXTS = _several(_TEXT)
_ROW: Schema = {"type": "integer", "minimum": 1}
_YEAR: Schema = {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}
_TERM: Schema = {"type": ["string", "number"]}
_VARIABLE: Schema = {"enum": list(load_variables().variables)}
_COLUMN: Schema = {
    "variable": _VARIABLE, "column": _TEXTS, "minus": _TEXTS, "times": _TERM, "divided_by": _TERM,
    "unit": _TEXT, "year": _YEAR, "source": _TEXT, "blank": {"const": 0},
}  # fmt: skip
_BREAK: Schema = {
    "year": _YEAR, "why": _TEXT, "variables": _several(_VARIABLE), "areas": _TEXTS,
}  # fmt: skip
_TOTAL: Schema = {"variable": _VARIABLE, "year": _YEAR, "why": _TEXT}
_TOP: Schema = {
    "header": _several(_ROW), "skip": _several(_ROW), "last": _ROW, "sheet": _TEXT,
    "area": _TEXT, "code": _TEXT, "source": _TEXT, "city": _TEXTS,
    "year": {"anyOf": [_YEAR, _table({"column": _TEXT}, ("column",))]},
    "only": {"type": "object", "additionalProperties": _TERM},
    "columns": {"type": "array", "items": _table(
        {name: _described(_COLUMN[name], note) for name, note in COLUMN_KEYS.items()},
        ("variable", "column"),
    )},
    "breaks": {"type": "array", "items": _table(
        {name: _BREAK[name] for name in BREAK_KEYS}, ("year", "why"))},
    "totals": {"type": "array", "items": _table(
        {name: _TOTAL[name] for name in TOTAL_KEYS}, TOTAL_KEYS)},
}  # fmt: skip
