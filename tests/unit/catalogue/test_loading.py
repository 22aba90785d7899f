from __future__ import annotations

import textwrap
import time
from pathlib import Path

import pytest

from urbanwork.catalogue.loading import load_catalogue
from urbanwork.errors import ManyFaultsError, UserError

INDICATORS = """\
dimension:
  id: life
  rank: 1
  title: {en: Daily life, zh: 日常生活}
indicators:
  - id: life.school_500m
    version: "1"
    title: {en: School, zh: 学校}
    question: {en: How many?, zh: 多少？}
    serves: [B-L]
    measure: reach_share
    inputs: [place:school, layer:streets]
    parameters:
      radius_m: {value: 500, unit: m, why: the norm}
    quantity: share of people
    unit: "%"
    better: higher
    support: people
    formula: {en: people within 500 m, zh: 500米内人口}
    smallest_people: 30
    missing: bounds
    standard: life.school_500m
    sources: [the norm]
    limits: {en: seats, zh: 学位}
    mend: {en: build, zh: 新建}
"""

STANDARDS = """\
set: home
jurisdiction: FI
title: {en: Ours, zh: 本地}
documents:
  code_2020:
    title: {en: Code, zh: 规范}
    edition: CODE 2020
    valid_from: 2020-01-01
    dates: read
standards:
  - id: home.code_2020.school_500m
    key: life.school_500m
    clause: "1"
    strength: advisory
    operator: ">="
    value: 90
    fair: 70
    fair_why: ours
    unit: "%"
    confidence: A
    source: the code
    note: {en: note, zh: 说明}
"""


def write(folder: Path, indicators: str = INDICATORS, standards: str = STANDARDS) -> Path:
    for name, text in (("indicators", indicators), ("standards", standards)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "one.yaml").write_text(text, encoding="utf-8")
    return folder


def line_of(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), 1) if words in line)


def faults(folder: Path) -> tuple[str, ...]:
    with pytest.raises(ManyFaultsError) as caught:
        load_catalogue(folder)
    return caught.value.faults


def test_a_catalogue_is_read_whole(tmp_path: Path) -> None:
    catalogue = load_catalogue(write(tmp_path))
    indicator = catalogue.indicators["life.school_500m"]
    assert indicator.arguments() == {"radius_m": 500}
    assert (indicator.dimension, indicator.inputs) == ("life", ("place:school", "layer:streets"))
    (row,) = catalogue.standards
    assert (row.set, row.jurisdiction, row.edition, row.value) == ("home", "FI", "CODE 2020", 90.0)
    assert (row.valid_from, row.valid_to, row.document.zh) == ("2020-01-01", None, "规范")
    assert catalogue.origins["life.school_500m"] == "one.yaml:6"
    assert catalogue.dimensions["life"].zh == "日常生活"


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("    measure: reach_share\n", "", "id: life.school", "'measure' is missing"),
        ("version:", "versoin:", "versoin", "unknown key 'versoin'; did you mean 'version'?"),
        ('version: "1"', "version: 1", "version: 1", 'put it in quotes: "1"'),
        ('unit: "%"', 'unit: "parsec"', "parsec", "'unit' is 'parsec'"),
        ("unit: m,", "unit: metre,", "unit: metre", "'unit' is 'metre'"),
        ("better: higher", "better: high", "better: high", "did you mean 'higher'?"),
        ("{en: School, zh: 学校}", "School", "title: School", "two texts: en in English and zh"),
        ("{en: School, zh: 学校}", "{en: School}", "title: {en: School}", "'zh' is missing"),
        ("serves: [B-L]", "serves: [B-X]", "serves", "'serves' is 'B-X'"),
        ("serves: [B-L]", "serves: B-L", "serves", "must be a list of texts, got text"),
        ("serves: [B-L]", "serves: []", "serves", "got an empty list"),
        ("value: 500", "value: [a, 1]", "radius_m", "a list of only one of them"),
        ("smallest_people: 30", "smallest_people: few", "smallest_people", "must be a number"),
        ("layer:streets", "layer:street", "inputs", "did you mean 'streets'?"),
        ("layer:streets", "streets", "inputs", "wanted something like place:"),
        ("id: life.school_500m", "id: green.school_500m", "id: green", "begin with the dimension"),
        ("id: life.school_500m", "id: School", "id: School", "wanted something like life."),
        ("standard: life.school_500m", "standard: life.shool_500m", "standard:",
         "no standard has the key 'life.shool_500m'; did you mean 'life.school_500m'?"),
        ("rank: 1", "rank: first", "rank", "must be a whole number"),
    ],
)  # fmt: skip
def test_a_fault_of_an_indicator_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: str, words: str
) -> None:
    text = INDICATORS.replace(old, new)
    assert text != INDICATORS
    told = faults(write(tmp_path, indicators=text))
    assert told[0].startswith(f"{tmp_path}/indicators/one.yaml:{line_of(text, line)}: ")
    assert words in told[0]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('    unit: "%"', "    unit: km", "unit: km", "'km' but life.school_500m has '%'"),
        ('operator: ">="', 'operator: "<="', "fair: 70", "'fair' must lie above 'value' (90)"),
        ('">="\n    value: 90\n    fair: 70', '"<="\n    value: 60\n    fair: 70', "operator",
         "is better higher: '>='"),
        ("value: 90", "value: ninety", "value: ninety", "must be a number, got text"),
        ("value: 90", "value: .nan", "value: .nan", "must be a number"),
        ("fair: 70", "fair: 95", "fair: 95", "'fair' must lie below 'value' (90)"),
        ("    fair_why: ours\n", "", "id: home", "'fair_why' is missing"),
        ("valid_from: 2020-01-01", "valid_from: 2020-13-01", "valid_from", "wanted a date"),
        ("valid_from: 2020-01-01", "valid_from: spring 2020", "valid_from", "wanted a date"),
        ("    valid_from: 2020-01-01\n", "", "code_2020:", "'valid_from' is missing"),
        ("dates: read", "dates: read\n    valid_to: 2019-01-01", "id: home", "before it begins"),
        ("key: life.school_500m", "key: life.scool_500m", "key:",
         "no indicator names the standard 'life.scool_500m'"),
        ("id: home.code_2020.", "id: home.code_2021.", "id: home",
         "there is no document 'code_2021' in this file; did you mean 'code_2020'?"),
        ("id: home.", "id: there.", "id: there", "must begin with the set: home"),
        ('">="', "between", "id: home", "'upper' is wanted where the operator is between"),
        ("value: 90", "value: 90\n    upper: 95", "id: home", "and only there"),
        ("confidence: A", "confidence: D", "confidence", "choose from A, B, C, V"),
        ("jurisdiction: FI", "jurisdiction: Finland", "jurisdiction", "something like CN"),
    ],
)  # fmt: skip
def test_a_fault_of_a_standard_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: str, words: str
) -> None:
    text = STANDARDS.replace(old, new)
    assert text != STANDARDS
    told = [fault for fault in faults(write(tmp_path, standards=text)) if "/standards/" in fault]
    assert told[0].startswith(f"{tmp_path}/standards/one.yaml:{line_of(text, line)}: ")
    assert words in told[0]


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    indicators = INDICATORS.replace("better: higher", "better: up").replace("rank: 1", "rank: x")
    told = faults(write(tmp_path, indicators, STANDARDS.replace("value: 90", "value: x")))
    assert len(told) == 3


def test_broken_yaml_in_one_file_does_not_hide_faults_of_another(tmp_path: Path) -> None:
    told = faults(write(tmp_path, "a: [1\n", STANDARDS.replace("value: 90", "value: x")))
    assert "not valid YAML" in told[0]
    assert "must be a number" in told[1]


def test_an_id_given_twice_names_both_places(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "indicators" / "two.yaml").write_text(INDICATORS, encoding="utf-8")
    (told,) = faults(tmp_path)
    assert told.startswith(f"{tmp_path}/indicators/two.yaml:6: ")
    assert f"first in {tmp_path}/indicators/one.yaml:6" in told


def test_a_dimension_has_one_title(tmp_path: Path) -> None:
    write(tmp_path)
    other = INDICATORS.replace("Daily life", "Life").replace("school_500m", "school_300m")
    (tmp_path / "indicators" / "two.yaml").write_text(other, encoding="utf-8")
    assert any("another rank or title" in fault for fault in faults(tmp_path))


@pytest.mark.parametrize("text", ["", "- a\n", "words\n", "indikators: []\n"])
def test_a_file_of_neither_kind_says_what_is_wanted(tmp_path: Path, text: str) -> None:
    (told,) = faults(write(tmp_path, indicators=text, standards=STANDARDS))
    assert "under 'indicators:' or under 'standards:'" in told


def test_a_city_adds_its_own_indicators_and_standards(tmp_path: Path) -> None:
    own = INDICATORS.replace("life.school_500m", "life.chapel_500m")
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")
    norms = STANDARDS.replace("life.school_500m", "life.chapel_500m")
    (tmp_path / "norms.yaml").write_text(norms, encoding="utf-8")
    with pytest.raises(ManyFaultsError, match="another rank or title"):
        load_catalogue(extra=[write(tmp_path / "x", own.replace("rank: 1", "rank: 9"), norms)])
    catalogue = load_catalogue(extra=[tmp_path / "own.yaml", tmp_path / "norms.yaml"])
    assert "life.chapel_500m" in catalogue.indicators
    assert "life.kindergarten_300m" in catalogue.indicators
    assert any(row.set == "home" for row in catalogue.standards)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        load_catalogue(extra=[tmp_path / "none.yaml"])
    with pytest.raises(UserError, match="has no YAML file"):
        load_catalogue(tmp_path)


def test_a_catalogue_of_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(UserError, match="no catalogue 'urbanwerk'; did you mean 'urbanwork'"):
        load_catalogue(name="urbanwerk")


def test_the_version_follows_what_the_files_say_and_not_how(tmp_path: Path) -> None:
    version = load_catalogue(write(tmp_path / "a")).version
    spaced = "# a comment\n" + INDICATORS.replace("unit: m,", "unit:   m,")
    assert load_catalogue(write(tmp_path / "b", spaced)).version == version
    changed = STANDARDS.replace("value: 90", "value: 91")
    assert load_catalogue(write(tmp_path / "c", standards=changed)).version != version


def test_the_whole_catalogue_loads_in_the_time_every_command_has() -> None:
    spent = []
    for _ in range(4):
        start = time.process_time()
        load_catalogue()
        spent.append(time.process_time() - start)
    assert min(spent) < 0.15  # 0.05 s on an idle core


def test_the_catalogue_is_parsed_anew_in_the_time_one_command_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent = []
    for attempt in range(3):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / str(attempt)))
        start = time.process_time()
        load_catalogue()
        spent.append(time.process_time() - start)
    assert min(spent) < 0.6  # 0.24 s on a busy core, once after each update


def test_indicators_stand_by_rank_of_their_dimension(tmp_path: Path) -> None:
    write(tmp_path)
    other = textwrap.dedent(INDICATORS).replace("life", "air").replace("rank: 1", "rank: 0")
    (tmp_path / "indicators" / "two.yaml").write_text(
        other.replace("standard: air.school_500m", "standard: null"), encoding="utf-8"
    )
    assert list(load_catalogue(tmp_path).indicators) == ["air.school_500m", "life.school_500m"]
