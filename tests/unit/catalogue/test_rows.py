"""Rows that the catalogue carries out or declares, and what indicators can be found by."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from urbanwork.catalogue.loading import load_catalogue
from urbanwork.catalogue.rows import load_rows
from urbanwork.catalogue.tags import EXAMINATION, ISO37120, KINDS, PLAIN_KINDS
from urbanwork.errors import ManyFaultsError

OWN = load_catalogue()
ROWS = (
    "sections:\n  H:\n    title: {en: Examination, zh: 体检}\n"
    "    rows:\n      H01: {en: One, zh: 一}\n"
)
DECLARED = "declared:\n  H01:\n    needs: {en: data, zh: 数据}\n    why: {en: none, zh: 无}\n"


def written(folder: Path, rows: str = ROWS, declared: str = DECLARED) -> Path:
    (folder / "rows.yaml").write_text(rows, encoding="utf-8")
    (folder / "declared.yaml").write_text(declared, encoding="utf-8")
    return folder


def test_rows_know_their_section_and_what_is_declared(tmp_path: Path) -> None:
    rows = load_rows(written(tmp_path))
    assert (rows.rows["H01"].section, rows.sections["H"].zh) == ("H", "体检")
    assert rows.declared["H01"].needs.en == "data"


def test_a_declared_row_that_does_not_exist_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ManyFaultsError) as caught:
        load_rows(written(tmp_path, declared=DECLARED.replace("H01", "H10")))
    assert caught.value.faults[0].endswith("there is no row 'H10'; did you mean 'H01'?")
    assert "declared.yaml:2" in caught.value.faults[0]


def test_faults_of_both_files_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ManyFaultsError) as caught:
        load_rows(written(tmp_path, ROWS.replace(", zh: 一", ""), DECLARED.replace("why", "how")))
    told = "\n".join(caught.value.faults)
    assert "rows.yaml:5" in told
    assert "'zh' is missing" in told
    assert "unknown key 'how'" in told


def test_every_section_of_the_standards_stands_in_the_rows() -> None:
    count = Counter(row.section for row in load_rows().rows.values())
    whole = {"H": 40, "L": 4, "F": 17, "P": 13, "G": 9, "U": 19, "D": 13, "I": 11, "K": 11, "Q": 22}
    assert {key: count[key] for key in whole} == whole


def test_no_more_than_five_rows_are_only_declared() -> None:
    assert len(load_rows().declared) <= 5


def test_each_dimension_of_the_examination_and_most_themes_have_indicators() -> None:
    tagged = Counter(each.examination for each in OWN.indicators.values())
    assert all(tagged[name] >= 3 for name in EXAMINATION)
    themes = {each.iso37120 for each in OWN.indicators.values()} - {None}
    assert len(themes) >= len(ISO37120) - 1


def test_the_sustainable_development_goal_for_cities_is_measured() -> None:
    wanted = {"11.1.1", "11.2.1", "11.3.1", "11.3.2", "11.5.1", "11.5.2", "11.6.1", "11.6.2",
              "11.7.1"}  # fmt: skip
    assert wanted <= {each.sdg for each in OWN.indicators.values()}


def test_rows_of_the_examination_carry_its_dimension() -> None:
    for each in OWN.indicators.values():
        if any(row.startswith("H") for row in each.rows):
            assert each.examination is not None, each.id


def test_a_variant_is_another_way_to_the_same_thing() -> None:
    for each in OWN.indicators.values():
        if each.variant_of is not None:
            other = OWN.indicators[each.variant_of]
            way = (each.measure, each.arguments())
            assert way != (other.measure, other.arguments()), each.id
            assert other.variant_of is None, each.id


def test_what_divides_or_repeats_reported_figures_says_so() -> None:
    plain = {"statistic_ratio", "statistic", "statistic_shortfall"}
    for each in OWN.indicators.values():
        assert each.kind in KINDS
        if each.measure in plain:
            assert each.kind in PLAIN_KINDS, each.id
