"""Bottom lines as data: ours are whole, and what is wrong with a city's own is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from urbanwork.catalogue.bottomlines import (
    CHANGES,
    FOLDER,
    BottomLine,
    bottom_line_faults,
    bottom_lines_of,
    codes_of,
    load_bottom_lines,
)
from urbanwork.catalogue.loading import load_catalogue
from urbanwork.catalogue.schemas import bottom_line_schema
from urbanwork.errors import ManyFaultsError
from urbanwork.planning.changes import KINDS
from urbanwork.sources.layers import ZONE_KINDS

OURS = load_bottom_lines()

OWN = """
set: mine
jurisdiction: "*"
title: {en: Mine, zh: 本市}
bottom_lines:
  - id: ecology.birds
    test: overlap
    strength: hard
    changes: [add_housing]
    zones: [bird_reserve]
    title: {en: Birds, zh: 鸟}
    clause: council 3/2024
    source: the text
    confidence: A
    why: {en: Birds breed here., zh: 鸟类繁殖地。}
    cure: {en: Move it., zh: 移出。}
"""


def _own(folder: Path, text: str = OWN) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def _faults(folder: Path, old: str, new: str) -> str:
    with pytest.raises(ManyFaultsError) as caught:
        load_bottom_lines([_own(folder, OWN.replace(old, new))])
    return str(caught.value)


def test_ours_have_no_fault() -> None:
    assert bottom_line_faults() == ()


def test_the_kinds_of_change_are_those_of_plans() -> None:
    assert CHANGES == KINDS


def test_our_file_fits_its_schema() -> None:
    import jsonschema
    import yaml

    data = yaml.safe_load((FOLDER / "cn.yaml").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(bottom_line_schema()).validate(data)


def test_every_kind_of_zone_has_a_rule() -> None:
    assert {kind for rule in OURS for kind in rule.zones} >= set(ZONE_KINDS)


def test_the_rows_of_lines_and_distances_are_carried_out() -> None:
    wanted = {f"Z{n:02d}" for n in range(1, 20)} | {"P02", "P04", "P05", "G01"}
    wanted |= {"N01", "N02"}
    assert {row for rule in OURS for row in rule.rows} >= wanted


def test_floors_name_indicators_that_exist() -> None:
    known = load_catalogue().indicators
    assert [name for rule in OURS for name in rule.indicators if name not in known] == []


def test_every_family_has_hard_rules() -> None:
    families = {rule.family for rule in OURS if rule.strength == "hard"}
    assert families == {"ecology", "safety", "livelihood"}


def test_lines_that_cannot_be_avoided_must_say_so() -> None:
    assert codes_of(OURS)["red_line.6"].requires == ("unavoidable", "plan")


def test_no_code_opens_the_core_of_the_red_line() -> None:
    rules = {rule.id: rule for rule in OURS}
    assert rules["ecology.red_line_core"].allow == ()


def test_a_city_adds_rules_of_its_own(tmp_path: Path) -> None:
    rules = load_bottom_lines([_own(tmp_path)])
    assert len(rules) == len(OURS) + 1
    assert rules[-1].is_own
    assert rules[-1].origin == "mine.yaml:6"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("add_housing", "add_hosing", "no kind of change 'add_hosing'; did you mean"),
        ("add_housing", "add_place:kindergraten", "did you mean 'kindergarten'"),
        ("bird_reserve", "gren_line", "no kind of zone 'gren_line'; did you mean 'green_line'"),
        ("    zones: [bird_reserve]\n", "", "the test 'overlap' wants 'zones'"),
        ("strength: hard", "strength: iron", "'strength' is 'iron'"),
        ("ecology.birds", "ecology.green_line", "is given twice"),
        ("ecology.birds", "birds", "wanted something like ecology.green_line"),
    ],
)
def test_faults_are_told_with_their_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    message = _faults(tmp_path, old, new)
    assert said in message
    assert message.startswith(f"{tmp_path / 'mine.yaml'}:")


def test_a_code_means_the_same_in_every_rule(tmp_path: Path) -> None:
    allow = "    allow:\n      - code: red_line.6\n        title: {en: a, zh: b}\n"
    text = OWN + allow + "        needs: {en: a, zh: b}\n"
    assert "'red_line.6' means something else" in bottom_line_faults([_own(tmp_path, text)])[0]


def _ids(rules: tuple[BottomLine, ...]) -> set[str]:
    return {rule.id for rule in rules}


def test_rules_hold_in_their_country_or_where_they_are_chosen() -> None:
    assert bottom_lines_of(OURS, sets=(), jurisdiction="ES") == ()
    assert bottom_lines_of(OURS, sets=(), jurisdiction="CN") == OURS
    assert bottom_lines_of(OURS, sets=("cn",), jurisdiction="ES") == OURS


def test_who_gives_a_green_line_wants_it_kept() -> None:
    found = bottom_lines_of(OURS, sets=(), jurisdiction="ES", zone_kinds=["green_line"])
    assert _ids(found) == {"ecology.green_line"}
