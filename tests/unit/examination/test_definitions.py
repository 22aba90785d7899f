"""Definitions go into a file and come back as they were."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from urbanwork.catalogue.loading import load_catalogue
from urbanwork.catalogue.models import Catalogue, Parameter, Standard
from urbanwork.catalogue.selection import select_standards
from urbanwork.city.settings import CitySettings
from urbanwork.errors import UserError
from urbanwork.examination import definitions

KINDERGARTEN = "life.kindergarten_300m"
SETTINGS = CitySettings.model_construct(name="Town", jurisdiction="CN", standards=("cn",))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def chosen(catalogue: Catalogue) -> dict[str, Standard]:
    sets = ("cn", "international")
    return select_standards(catalogue, sets=sets, jurisdiction="CN", as_of="2026-01-01")


@pytest.fixture
def file(catalogue: Catalogue, chosen: dict[str, Standard], tmp_path: Path) -> Path:
    path = tmp_path / definitions.FILE
    path.write_bytes(definitions.freeze(catalogue, chosen, SETTINGS))
    return path


def test_frozen_definitions_come_back_as_they_were(
    catalogue: Catalogue, chosen: dict[str, Standard], file: Path
) -> None:
    loaded = definitions.load(file)
    assert dict(loaded.indicators) == dict(catalogue.indicators)
    assert list(loaded.indicators) == list(catalogue.indicators)
    assert definitions.by_key(loaded) == chosen
    assert list(loaded.dimensions.items()) == list(catalogue.dimensions.items())
    assert loaded.version == catalogue.version
    assert {type(p.value) for i in loaded.indicators.values() for p in i.parameters.values()} == {
        type(p.value) for i in catalogue.indicators.values() for p in i.parameters.values()
    }


def test_frozen_definitions_freeze_to_the_same_bytes(
    chosen: dict[str, Standard], file: Path
) -> None:
    again = definitions.freeze(definitions.load(file), chosen, SETTINGS)
    assert again == file.read_bytes()


def test_nothing_is_left_unused_of_an_unchanged_catalogue(
    catalogue: Catalogue, chosen: dict[str, Standard], file: Path
) -> None:
    assert definitions.not_used(definitions.load(file), catalogue, chosen) == []


def test_a_changed_parameter_a_new_indicator_and_a_new_threshold_are_named_as_not_used(
    catalogue: Catalogue, chosen: dict[str, Standard], file: Path
) -> None:
    old = catalogue.indicators[KINDERGARTEN]
    wider = replace(old, parameters={**old.parameters, "radius_m": Parameter(500.0, "m", "wider")})
    indicators = {**catalogue.indicators, KINDERGARTEN: wider, "life.new": replace(old, id="new")}
    del indicators["life.primary_school_500m"]
    key, row = next(iter(chosen.items()))
    stricter = {**chosen, key: replace(row, value=row.value + 1)}
    found = definitions.not_used(
        definitions.load(file), replace(catalogue, indicators=indicators), stricter
    )
    said = {(each.kind, each.id): each.said for each in found}
    assert set(said) == {
        ("changed", KINDERGARTEN), ("added", "life.new"), ("standard", key),
        ("removed", "life.primary_school_500m"),
    }  # fmt: skip
    assert "radius_m: 300 → 500" in said["changed", KINDERGARTEN].en
    assert "radius_m: 300 → 500" in said["changed", KINDERGARTEN].zh


def test_a_changed_text_is_no_other_definition(
    catalogue: Catalogue, chosen: dict[str, Standard], file: Path
) -> None:
    old = catalogue.indicators[KINDERGARTEN]
    reworded = replace(old, question=replace(old.question, en="Who?"))
    today = replace(catalogue, indicators={**catalogue.indicators, KINDERGARTEN: reworded})
    assert definitions.not_used(definitions.load(file), today, chosen) == []


def test_an_examination_without_definitions_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"definitions\.json: there is no such file"):
        definitions.load(tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data.update(format=9), "format is 9"),
        (lambda data: data["indicators"][0].update(colour="red"), "Indicator has no colour"),
        (lambda data: data["indicators"][0].pop("measure"), "Indicator lacks measure"),
    ],
)
def test_definitions_of_another_version_are_refused(file: Path, change, said: str) -> None:
    data = json.loads(file.read_bytes())
    change(data)
    file.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(UserError, match=said):
        definitions.load(file)


def test_damaged_definitions_are_refused(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:500])
    with pytest.raises(UserError, match="damaged"):
        definitions.load(file)
