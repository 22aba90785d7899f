from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from urbanwork.catalogue import schemas

CATALOGUE = Path(schemas.__file__).parent
FILES = [
    (kind, file) for kind in ("indicators", "standards")
    for file in sorted((CATALOGUE / kind).glob("*.yaml"))
]  # fmt: skip


def schema_of(kind: str) -> dict[str, Any]:
    return schemas.indicator_schema() if kind == "indicators" else schemas.standard_schema()


@pytest.mark.parametrize("name", sorted(schemas.schema_texts()))
def test_the_committed_schema_is_the_one_that_the_fields_give(name: str) -> None:
    committed = (schemas.FOLDER / name).read_text(encoding="utf-8")
    again = "run python -m urbanwork.catalogue.schemas"
    assert committed == schemas.schema_texts()[name], again


@pytest.mark.parametrize(("kind", "file"), FILES, ids=lambda each: getattr(each, "name", each))
def test_every_file_of_the_catalogue_fits_its_schema(kind: str, file: Path) -> None:
    import jsonschema

    data = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    jsonschema.Draft202012Validator(schema_of(kind)).validate(data)


def test_the_schema_finds_what_the_loader_finds() -> None:
    import jsonschema

    file = CATALOGUE / "indicators" / "safety.yaml"
    data = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    entry = data["indicators"][0]
    entry["unit"], entry["serves"], entry["extra"] = "parsec", [], 1
    del entry["limits"]["zh"]
    found = list(jsonschema.Draft202012Validator(schema_of("indicators")).iter_errors(data))
    assert len(found) == 4
