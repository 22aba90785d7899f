"""The definition reads as it stands, with every number and without the keys that go unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from urbanwork.city.sampled.definition import OWN, load_definition


def test_no_rule_asks_for_a_key_that_goes_unseen() -> None:
    definition = load_definition()
    keys = {key for rule in (*definition.chosen(), *definition.open_space.attributes())
            for key in rule}  # fmt: skip
    assert {"leisure", "landuse", "shop"} <= keys
    assert not keys & {"golf", "beach", "garden:type", "supermarket", "river"}


def test_with_nothing_unseen_the_tags_are_read_as_they_are(tmp_path: Path) -> None:
    text = OWN.read_text(encoding="utf-8")
    start = text.index("unseen_keys: ")
    (tmp_path / "all.yaml").write_text(
        text[:start] + "unseen_keys: []\n" + text[text.index("]", start) + 2 :], encoding="utf-8"
    )
    spaces = load_definition(tmp_path / "all.yaml").open_space
    assert spaces.not_public["golf"] == ()
    assert spaces.chosen["beach"] == ()


def test_categories_of_daily_living_are_destinations_or_stops() -> None:
    definition = load_definition()
    known = {*definition.destinations, *definition.timetable}
    assert {name for group in definition.daily_living for name in group} <= known


def test_a_missing_number_is_a_fault(tmp_path: Path) -> None:
    text = OWN.read_text(encoding="utf-8").replace("  buffer_m:", "  buffer_metres:")
    (tmp_path / "lacking.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(KeyError, match="buffer_m"):
        load_definition(tmp_path / "lacking.yaml")
