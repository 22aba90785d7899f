"""The vocabulary of statistics."""

from __future__ import annotations

from pathlib import Path

import pytest

from urbanwork.errors import ManyFaultsError
from urbanwork.sources.statistics.variables import load_variables
from urbanwork.sources.statistics.words import folded

ONE = """
units:
  people: {people: 1, 万人: 10000}
variables:
  residents:
    title: {en: residents, zh: 常住人口}
    meaning: {en: People who live there., zh: 居住在本地的人口。}
    unit: people
    kind: stock
    aggregation: sum
    range: [0, 100]
    aliases: [人口]
"""


def test_every_variable_is_said_in_both_languages_with_unit_and_range() -> None:
    for variable in load_variables().variables.values():
        assert all(text.strip() for text in (*variable.title, *variable.meaning))
        assert any("\u4e00" <= letter <= "\u9fff" for letter in variable.title[1])
        assert any("\u4e00" <= letter <= "\u9fff" for letter in variable.meaning[1])
        assert variable.low < variable.high
        assert variable.factor(variable.unit) == 1.0


def test_an_id_is_whole_words() -> None:
    for name in load_variables().variables:
        assert name == name.lower()
        assert name.replace("_", "").isalnum()


def test_a_mean_is_weighted_by_a_variable_that_sums() -> None:
    variables = load_variables().variables
    for variable in variables.values():
        if variable.weight is not None:
            assert variables[variable.weight].aggregation == "sum"


def test_every_alias_finds_its_variable() -> None:
    vocabulary = load_variables()
    for variable in vocabulary.variables.values():
        plain = variable.id.replace("_", " ")
        for name in (*variable.aliases, *variable.title, variable.id, plain):
            found = vocabulary.find(name)
            assert found is not None, name
            assert found.id == variable.id


@pytest.mark.parametrize(
    ("variable", "unit", "factor"),
    [
        ("resident_population", "万人", 1e4), ("gross_domestic_product", "亿元", 1e8),
        ("built_up_area", "km²", 1e6), ("built_up_area", "公顷", 1e4), ("land_area", "㎡", 1.0),
        ("road_length", "公里", 1e3), ("urbanisation_rate", "％", 1.0),
        ("urbanisation_rate", "比例", 100.0), ("resident_population", "10,000 people", 1e4),
    ],
)  # fmt: skip
def test_units_have_their_factor(variable: str, unit: str, factor: float) -> None:
    assert load_variables().variables[variable].factor(unit) == factor


def test_a_unit_of_another_kind_has_none() -> None:
    assert load_variables().variables["resident_population"].factor("公顷") is None


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("unit: people", "unit: persons", "7: variables.residents.unit: got 'persons'"),
        ("kind: stock", "kind: amount", "8: variables.residents.kind: got 'amount'"),
        ("aggregation: sum", "aggregation: mean of jobs", "9: variables.residents.aggregation"),
        ("range: [0, 100]", "range: [100, 0]", "10: variables.residents.range"),
        (", zh: 常住人口}", "}", "5: variables.residents.title.zh: missing"),
        ("kind: stock", "kind: stock\n    unti: m", "did you mean 'unit'"),
        ("{people: 1, 万人: 10000}", "{人: 1}", "2: units.people: must have its own name"),
    ],
)
def test_faults_of_the_vocabulary_are_told_with_their_line(
    tmp_path: Path, wrong: str, right: str, told: str
) -> None:
    path = tmp_path / "variables.yaml"
    path.write_text(ONE.strip().replace(wrong, right), encoding="utf-8")
    with pytest.raises(ManyFaultsError) as caught:
        load_variables(path)
    assert told in str(caught.value)


def test_a_name_of_two_variables_is_a_fault(tmp_path: Path) -> None:
    entry = ONE[ONE.index("  residents:") :]
    path = tmp_path / "variables.yaml"
    path.write_text(ONE + entry.replace("residents:", "people_there:"), encoding="utf-8")
    with pytest.raises(ManyFaultsError, match="is a name of 'residents' too"):
        load_variables(path)


def test_folding_keeps_what_tells_ages_apart() -> None:
    assert folded("0-14岁人口") != folded("10-14岁人口")
