"""The JSON Schema of `city.yaml` agrees with what is read."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from urbanwork.city.schema import carried_schema, city_schema, city_schema_text
from urbanwork.quantities.yamlfile import parse_yaml

GOOD = [
    "name: X\nosm: a.pbf",
    "name: X\nosm: {path: a.pbf, extent: [1, 2, 3, 4]}\nas_of: 2023-06-05\njurisdiction: FI",
    "name: X\nosm: {path: a.pbf, extent: e.geojson}\nstandards: cn\ngtfs: f.zip",
    "name: X\nosm: a.pbf\ngtfs: [f.zip, g.zip]\nplaces: r.csv\nstandards: [cn]",
    "name: X\nosm: a.pbf\ngtfs: {path: [f.zip], window: {days: [mon], from: 07:00, to: 26:30}}",
    "name: X\nosm: a.pbf\nplaces: [r.csv, {path: s.csv, complete: [park], categories: {a: b}}]",
    "name: X\nosm: a.pbf\nareas: {path: d.gpkg, name: NAME, crs: 4547, datum: gcj02}",
    "name: X\nosm: a.pbf\npeople: {range: [20, 50]}\ncells: {resolution: 9}",
]
BAD = [
    "osm: a.pbf",
    "name: X",
    "name: X\nosm: 12",
    "name: X\nosm: a.pbf\nboundry: b.geojson",
    "name: X\nosm: {path: a.pbf, pth: b}",
    "name: X\nosm: {path: a.pbf, extent: [1, 2]}",
    "name: X\nosm: a.pbf\njurisdiction: Finland",
    "name: X\nosm: a.pbf\ncells: {resolution: 15}",
    "name: X\nosm: a.pbf\ngtfs: {path: f.zip, window: {days: [monday]}}",
    "name: X\nosm: a.pbf\ngtfs: {path: f.zip, window: {from: noon}}",
    "name: X\nosm: a.pbf\nareas: {path: d.gpkg, datum: wgs48}",
]


def _validator() -> Any:
    return jsonschema.Draft202012Validator(city_schema())


def test_the_carried_copy_is_up_to_date() -> None:
    assert carried_schema().decode() == city_schema_text(), (
        "write it anew: python -c 'from urbanwork.city.schema import city_schema_text as t; "
        'print(t(), end="")\' > src/urbanwork/city/city.schema.json'
    )


def test_it_is_a_valid_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(city_schema())


@pytest.mark.parametrize("text", GOOD)
def test_what_may_be_written_is_valid(text: str) -> None:
    data, _ = parse_yaml(text, name="city.yaml")
    assert [error.message for error in _validator().iter_errors(data)] == []


@pytest.mark.parametrize("text", BAD)
def test_what_may_not_be_written_is_invalid(text: str) -> None:
    data, _ = parse_yaml(text, name="city.yaml")
    assert not _validator().is_valid(data)


def test_every_key_has_a_description() -> None:
    schema = city_schema()
    models = [schema, *(_object(one) for one in schema["$defs"].values())]
    without = [
        f"{model['title']}.{key}"
        for model in models
        for key, field in model["properties"].items()
        if not field.get("description")
    ]
    assert without == []


def _object(definition: dict[str, Any]) -> dict[str, Any]:
    return next((one for one in definition.get("anyOf", []) if "properties" in one), definition)
