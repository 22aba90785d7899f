"""`urbanwork catalogue check`: the catalogue has no fault, and each kind of fault is found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from urbanwork.catalogue.auditing import (
    Known,
    code_faults,
    entry_faults,
    known,
    row_faults,
    whole_faults,
)
from urbanwork.catalogue.loading import load_catalogue
from urbanwork.catalogue.models import Bilingual, Catalogue, Indicator, Parameter
from urbanwork.catalogue.rows import Declared, load_rows

OWN = load_catalogue()
RATIO = OWN.indicators["environment.sewage_collection"]
REACH = OWN.indicators["life.kindergarten_300m"]
STANDARD = next(row for row in OWN.standards if row.confidence == "A")


@cache
def words() -> Known:
    return known()


def of(*indicators: Indicator, standards: Iterable[Any] = ()) -> Catalogue:
    return replace(
        OWN, indicators={each.id: each for each in indicators}, standards=tuple(standards)
    )


def told(*indicators: Indicator) -> str:
    return "\n".join(entry_faults(of(*indicators), words()))


def given(indicator: Indicator, name: str, value: Any) -> Indicator:
    return replace(
        indicator, parameters={**indicator.parameters, name: Parameter(value, "name", "a test")}
    )


def test_our_catalogue_names_only_what_exists() -> None:
    assert list(entry_faults(OWN, words())) == []


def test_nothing_of_ours_is_left_out_or_left_over() -> None:
    ghsci = load_catalogue(name="ghsci")
    assert list(entry_faults(ghsci, words())) == []
    assert list(whole_faults([OWN, ghsci], load_rows(), words())) == []


def test_a_whole_indicator_has_no_fault() -> None:
    assert told(RATIO, REACH) == ""


def test_a_measure_that_does_not_exist_is_told_with_file_and_line() -> None:
    found = told(replace(RATIO, measure="statistic_ration"))
    assert "environment.yaml:" in found
    assert "there is no measure 'statistic_ration'" in found


def test_a_parameter_that_the_measure_does_not_take_is_told() -> None:
    assert "takes no 'radius'" in told(given(REACH, "radius", "far"))


def test_a_word_that_a_parameter_may_not_have_is_told() -> None:
    theil = OWN.indicators["fairness.park_area_gini"]
    assert "'over' is 'streets'" in told(given(theil, "over", "streets"), OWN.indicators[
        "green.park_area_per_person"
    ])  # fmt: skip


def test_a_variable_that_does_not_exist_is_told_with_the_nearest() -> None:
    found = told(given(RATIO, "numerator", "sewage_volumes"))
    assert (
        "numerator: there is no variable 'sewage_volumes'; did you mean 'sewage_volume'?" in found
    )


def test_a_variable_that_the_inputs_do_not_name_is_told() -> None:
    assert "'inputs' must name variable:water_use" in told(given(RATIO, "numerator", "water_use"))


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("variable:jobz", "there is no variable 'jobz'; did you mean 'jobs'?"),
        ("place:kindergardens", "there is no place 'kindergardens'"),
        ("raster:height", "there is no raster 'height'"),
        ("projects:bridges", "there is no projects 'bridges'"),
    ],
)
def test_an_input_that_does_not_exist_is_told(key: str, sentence: str) -> None:
    assert sentence in told(replace(RATIO, inputs=(*RATIO.inputs, key)))


def test_a_category_that_does_not_exist_is_told() -> None:
    assert "category: there is no category 'shrine'" in told(given(REACH, "category", "shrine"))


def test_an_indicator_of_an_indicator_that_does_not_exist_is_told() -> None:
    gini = OWN.indicators["fairness.park_area_gini"]
    assert "of: there is no indicator 'green.parks'" in told(given(gini, "of", "green.parks"))


def test_a_system_that_does_not_exist_is_told() -> None:
    degree = next(each for each in OWN.indicators.values() if "system" in each.parameters)
    assert "there is no system 'six_elements'" in told(given(degree, "system", "six_elements"))


def test_a_scale_that_does_not_fit_the_unit_is_told() -> None:
    assert "the unit '%' wants the scale 100, got 1000" in told(given(RATIO, "scale", 1000))


def test_a_text_in_one_language_is_told() -> None:
    found = told(replace(RATIO, title=Bilingual("Sewage", "Sewage"), mend=Bilingual("修", "修")))
    assert "'title' has no Chinese text" in found
    assert "'mend' has no English text" in found


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"clause": " ", "source": " "}, "it names neither a clause nor a source"),
        ({"confidence": "D"}, "its confidence 'D' is none of A, B, C, V"),
        ({"source": "from knowledge, unverified"}, "confidence A wants a source that was read"),
        ({"confidence": "B", "strength": "mandatory"}, "only a clause that was read (A)"),
        ({"note": Bilingual("note", "note")}, "'note' has no Chinese text"),
    ],
)
def test_a_standard_that_rests_on_nothing_is_told(changed: dict[str, Any], sentence: str) -> None:
    found = "\n".join(entry_faults(of(standards=[replace(STANDARD, **changed)]), words()))
    assert STANDARD.id in found
    assert sentence in found


def test_a_measure_that_nothing_uses_and_a_variable_without_a_unit_are_told() -> None:
    more = replace(
        words(),
        measures=(*words().measures, "unused_share"),
        variables={**words().variables, "jobs": " "},
    )
    found = list(whole_faults([OWN, load_catalogue(name="ghsci")], load_rows(), more))
    assert found == [
        "measures: 'unused_share' is used by no indicator; declare one or take it out",
        "variables.yaml: 'jobs' has no unit",
    ]


def test_a_system_that_names_nothing_or_that_nothing_scores_is_told() -> None:
    system = words().systems["five_elements"]
    item = replace(system.items[0], of=("variable:resident_popluation",))
    parts = (replace(system.subsystems[0], items=(item,)), *system.subsystems[1:])
    more = {"sixth": replace(system, id="sixth", subsystems=parts)}
    found = whole_faults([OWN], load_rows(), replace(words(), systems={**words().systems, **more}))
    told = "\n".join(found)
    assert "sixth: population_density: there is no variable 'resident_popluation'" in told
    assert "coordination: 'sixth' is scored by no indicator" in told
    assert "five_elements" not in told


def test_an_indicator_of_ours_without_a_kind_is_told() -> None:
    found = whole_faults([of(replace(RATIO, kind=""))], load_rows(), words())
    assert any("environment.sewage_collection: 'kind' is missing" in each for each in found)


def test_a_row_that_is_neither_carried_out_nor_declared_is_told() -> None:
    rows = load_rows()
    without = {key: each for key, each in rows.declared.items() if key != "U14"}
    found = list(row_faults(OWN, replace(rows, declared=without)))
    assert len(found) == 1
    assert found[0].startswith("rows.yaml: U14 (City Prosperity Index) is neither carried out")


def test_a_row_that_is_declared_though_carried_out_is_told() -> None:
    rows = load_rows()
    text = Bilingual("data", "数据")
    declared = {**rows.declared, "H12": Declared("H12", text, text)}
    found = row_faults(
        OWN, replace(rows, declared=declared, origins={**rows.origins, "H12": "x:1"})
    )
    assert list(found) == ["x:1: H12 is declared, yet an indicator carries it out"]


def test_a_row_that_does_not_exist_is_told() -> None:
    wrong = replace(RATIO, rows=("H99",))
    found = list(row_faults(of(*OWN.indicators.values(), wrong), load_rows()))
    assert any("environment.sewage_collection: there is no row 'H99'" in each for each in found)


def test_a_code_that_no_indicator_serves_and_a_point_with_too_few_are_told() -> None:
    kept = [each for each in OWN.indicators.values() if not {"CUL", "3NET"} & set(each.serves)]
    found = list(code_faults(of(*kept)))
    assert "no indicator serves CUL (culture and character)" in found
    assert any(each.startswith("no indicator serves 3NET") for each in found)
    assert "point 4 (CUL) has 0 indicators, wanted 3 or more" in found
