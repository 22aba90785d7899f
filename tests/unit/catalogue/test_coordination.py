"""Systems of coordination as files: ours load quickly and name what exists; faults have lines."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from urbanwork.catalogue.coordination import load_systems, system_of, unknown_names
from urbanwork.errors import ManyFaultsError, UserError

FIVE = {
    "space_scale_industry": "C1",
    "planning_construction_management": "C2",
    "reform_technology_culture": "C3",
    "production_living_ecology": "C4",
    "government_society_citizens": "C5",
}

OWN = """
items:
  shade:
    title: {en: shade, zh: 遮荫}
    of: [variable:shaded_street_length]
    per: [variable:road_length]
    scale: 100
    unit: "%"
    better: higher
    why: a test
systems:
  - id: harbour
    version: "1"
    title: {en: harbour, zh: 港口}
    serves: [C1]
    form: fan
    weights: equal
    epsilon: 0
    absent: no_score
    partial: no_score
    fewest_subsystems: 2
    sources: [a test]
    limits: {en: none, zh: 无}
    subsystems:
      - {id: land, title: {en: land, zh: 陆}, items: [population_density]}
      - {id: street, title: {en: street, zh: 路}, items: [shade]}
"""


def own(folder: Path, text: str = OWN) -> Path:
    (folder / "coordination").mkdir()
    (folder / "coordination" / "own.yaml").write_text(text, encoding="utf-8")
    return folder


def faults_of(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(ManyFaultsError) as raised:
        load_systems([own(folder, text)])
    return raised.value.faults


def test_the_five_coordinations_and_the_five_elements_are_systems() -> None:
    systems = load_systems()
    assert {name: systems[name].serves[0] for name in FIVE} == FIVE
    assert len(systems["five_elements"].subsystems) == 5
    assert all(len(systems[name].subsystems) == 3 for name in FIVE)


def test_every_item_of_ours_names_an_indicator_or_variable_that_exists() -> None:
    from urbanwork.catalogue.loading import load_catalogue
    from urbanwork.quantities.yamlfile import load_yaml

    path = Path(__file__).parents[3] / "src/urbanwork/sources/statistics/variables.yaml"
    variables = load_yaml(path)[0]["variables"]
    assert list(unknown_names(load_systems(), load_catalogue().indicators, variables)) == []


def test_an_item_that_names_nothing_is_told() -> None:
    told = list(unknown_names(load_systems(), (), ()))
    assert "five_elements: population_density: there is no variable 'resident_population'" in told
    assert "five_elements: street_density: there is no indicator 'form.street_density'" in told


def test_a_city_gives_its_own_system_from_its_own_and_from_our_items(tmp_path: Path) -> None:
    found = load_systems([own(tmp_path)])["harbour"]
    assert found.form == "fan"
    assert [item.id for item in found.items] == ["population_density", "shade"]
    assert found.items[1].scale == 100


def test_a_catalogue_without_systems_adds_none(tmp_path: Path) -> None:
    assert list(load_systems([tmp_path])) == list(load_systems())


def test_loading_takes_less_than_a_tenth_of_a_second() -> None:
    load_systems()
    begun = time.perf_counter()
    load_systems()
    assert time.perf_counter() - begun < 0.1


def test_a_system_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(UserError, match="did you mean 'five_elements'"):
        system_of(load_systems(), "five_element")


@pytest.mark.parametrize(
    ("before", "after", "line", "told"),
    [
        ("items: [shade]", "items: [shadow]", 26, "no item 'shadow'; did you mean 'shade'"),
        ("items: [shade]", "items: [population_density]", 12, "'population_density' counts twice"),
        ("form: fan", "form: fun", 16, "'form' is 'fun'; did you mean 'fan'"),
        ("weights: equal", "weights: given", 25, "1 weights are wanted, got 0"),
        ("epsilon: 0", "epsilon: 1", 18, "1 is not between 0 and 1"),
        ("fewest_subsystems: 2", "fewest_subsystems: 3", 21, "wanted 2 to 2"),
        ("    unit: \"%\"\n", "", 3, "'unit' is missing"),
        ("    per: [variable:road_length]\n    scale: 100\n", "", None, None),
        ("[variable:shaded_street_length]", "[form.street_density]", 5, "stands alone"),
        ("id: harbour", "id: five_elements", 12, "is given twice (first in"),
        ("  shade:", "  population_density:", 3, "this item is given twice"),
        ("{id: land, title", "{id: land, weight: 2, title", 24, "to all subsystems or to none"),
    ],
)  # fmt: skip
def test_a_fault_of_a_file_is_told_with_its_line(
    tmp_path: Path, before: str, after: str, line: int | None, told: str | None
) -> None:
    assert before in OWN
    text = OWN.replace(before, after)
    if told is None:
        assert "harbour" in load_systems([own(tmp_path, text)])
        return
    faults = faults_of(tmp_path, text)
    assert any(told in each for each in faults), faults
    assert any(f"own.yaml:{line}: " in each for each in faults), faults


def test_goalposts_the_wrong_way_round_are_told(tmp_path: Path) -> None:
    posts = "goalposts: {low: 9, high: 1, source: a test, confidence: V}\n    better: higher"
    faults = faults_of(tmp_path, OWN.replace("better: higher", posts))
    assert "'low' (9) must lie below 'high' (1)" in faults[0]


def test_a_sum_of_totals_alone_is_no_item(tmp_path: Path) -> None:
    text = OWN.replace("[variable:shaded_street_length]", "[variable:jobs, variable:firms]")
    text = text.replace("    per: [variable:road_length]\n", "")
    assert "a sum of variables needs 'per'" in faults_of(tmp_path, text)[0]
