"""The arrangements that come with urbanwork: complete, in own words, in both languages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from small_arrangement import catalogue
from urbanwork.arrangement.binding import bind
from urbanwork.arrangement.checking import check_arrangement
from urbanwork.arrangement.loading import CARRIED, arrangement_path, load_arrangement
from urbanwork.catalogue.vocabulary import ASKS

FILES = sorted(CARRIED.glob("*.yaml"))
FOUNDING = load_arrangement()
CATALOGUE = catalogue()
BOUND = bind(FOUNDING, CATALOGUE)
SAME_WORDS = 6
"""So many words in a row are a copy."""


@pytest.fixture(scope="module")
def source(shared: Path) -> str:
    """The text of the founding document."""
    return (shared.parent / "arrangement" / "source.txt").read_text(encoding="utf-8")


def texts(value: Any) -> Iterator[dict[str, str]]:
    """Every text of a file in its languages."""
    if isinstance(value, dict) and value and set(value) <= {"en", "zh"}:
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def read(file: Path) -> Any:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_passes_its_own_check_and_nothing_is_left_to_do(file: Path) -> None:
    assert check_arrangement(file, CATALOGUE).warnings == ()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_text_stands_in_both_languages(file: Path) -> None:
    found = list(texts(read(file)))
    assert len(found) > 20
    for text in found:
        assert set(text) == {"en", "zh"}
        assert re.search(r"[\u4e00-\u9fff]", text["zh"]), text
        assert not re.search(r"[\u4e00-\u9fff]", text["en"]), text


@pytest.mark.parametrize("code", ASKS)
def test_every_code_has_an_ask_with_an_indicator_that_serves_it(code: str) -> None:
    serving = {
        key
        for ask in FOUNDING.asks()
        if code in ask.codes
        for key in BOUND[ask.id].indicators
        if code in CATALOGUE.indicators[key].serves
    }
    assert serving


def test_each_of_the_six_points_has_three_indicators() -> None:
    points = next(each for each in FOUNDING.sections if each.id == "six_points").points
    assert len(points) == 6
    for point in points:
        keys = {key for ask in point.asks for key in BOUND[ask.id].indicators}
        assert len(keys) >= 3, point.id


def test_every_indicator_of_the_catalogue_is_bound_to_an_ask() -> None:
    bound = {key for each in BOUND.values() for key in each.indicators}
    assert bound == set(CATALOGUE.indicators)


def test_the_founding_document_has_all_its_parts() -> None:
    counts = {section.id: len(section.points) for section in FOUNDING.sections}
    assert counts == {
        "opening": 1, "six_points": 6, "four_requirements": 4, "five_strategies": 5,
        "new_situation": 7,
    }  # fmt: skip


def test_every_ask_has_a_lead_body_and_bodies_and_rules_are_all_used() -> None:
    asks = list(FOUNDING.asks())
    leads = {ask.lead for ask in asks}
    assert None not in leads
    named = leads | {each for ask in asks for each in ask.cooperating}
    assert set(FOUNDING.bodies) <= named | {FOUNDING.body}
    rules = {each for ask in asks for each in BOUND[ask.id].rules}
    assert rules == set(FOUNDING.rules)


def test_the_three_bottom_lines_name_every_mandatory_standard() -> None:
    lines = {key for each in BOUND.values() for key in each.standards}
    mandatory = {row.id for row in CATALOGUE.standards if row.strength == "mandatory"}
    assert lines == {key for key in mandatory if key.startswith("cn.")}


def test_the_anchors_are_where_the_paragraphs_of_the_source_begin(source: str) -> None:
    paragraphs = [part.strip() for part in source.split("\n\n") if part.strip()][1:]
    begins = [each.begins for each in FOUNDING.source.paragraphs]
    assert len(begins) == len(paragraphs)
    for start, paragraph in zip(begins, paragraphs, strict=True):
        assert paragraph.startswith(start)
        assert len(start.split()) <= 4
    assert hashlib.sha256(source.encode()).hexdigest() == FOUNDING.source.sha256


def test_no_sentence_of_the_source_is_copied(source: str) -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[a-z]+", text.lower())
        return {tuple(words[n : n + SAME_WORDS]) for n in range(len(words) - SAME_WORDS + 1)}

    copied = runs(source)
    data = read(arrangement_path("dalian-2016"))
    del data["bodies"]  # they have the names that they have
    for text in texts(data):
        assert not runs(text["en"]) & copied, text["en"]
