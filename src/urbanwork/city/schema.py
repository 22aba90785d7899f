"""The JSON Schema of `city.yaml`, by which editors complete and check it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

FILE = "city.schema.json"


def city_schema() -> dict[str, Any]:
    """Return the schema, made from the models of the settings."""
    from urbanwork.city.settings import CitySettings

    schema = CitySettings.model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "city.yaml",
    }


def city_schema_text() -> str:
    """Return the schema as it is written to files: sorted as the models are, UTF-8, one newline."""
    return json.dumps(city_schema(), indent=2, ensure_ascii=False) + "\n"


def carried_schema() -> bytes:
    """Return the copy that the package carries, which a test holds equal to the models."""
    return files("urbanwork.city").joinpath(FILE).read_bytes()
