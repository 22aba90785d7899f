from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from small_arrangement import TEXT
from urbanwork.arrangement.loading import CARRIED
from urbanwork.arrangement.schemas import FILE, arrangement_schema, schema_text

CHECK = jsonschema.Draft202012Validator(arrangement_schema())


def plain(text: str) -> object:
    return yaml.load(text, Loader=yaml.CBaseLoader)


def test_the_committed_schema_is_the_one_that_the_fields_give() -> None:
    again = "run python -m urbanwork.arrangement.schemas"
    assert FILE.read_text(encoding="utf-8") == schema_text(), again


@pytest.mark.parametrize("file", sorted(CARRIED.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_arrangement_fits_its_schema(file: Path) -> None:
    CHECK.validate(plain(file.read_text(encoding="utf-8")))


def test_the_schema_finds_what_the_loader_finds() -> None:
    broken = TEXT.replace("codes: [B-L]", "codes: [B-X]").replace("level: city", "level: town")
    assert len(list(CHECK.iter_errors(plain(broken)))) == 2
