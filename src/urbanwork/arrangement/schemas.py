"""The JSON Schema of an arrangement, for editors; made from the same table of fields."""

from __future__ import annotations

from pathlib import Path

from urbanwork.arrangement.fields import ARRANGEMENT_FILE
from urbanwork.catalogue.schemas import Schema, file_schema

FILE = Path(__file__).parent / "schemas" / "arrangement.schema.json"
"""The committed schema; `python -m urbanwork.arrangement.schemas` writes it anew."""


def arrangement_schema() -> Schema:
    """Schema of an arrangement.

    >>> arrangement_schema()["required"][:3]
    ['id', 'title', 'date']
    """
    return file_schema("An arrangement of urbanwork", ARRANGEMENT_FILE)


def schema_text() -> str:
    """Text of the committed schema."""
    import json

    return json.dumps(arrangement_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(schema_text(), encoding="utf-8")
