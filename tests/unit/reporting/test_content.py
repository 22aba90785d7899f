"""What a report says, whatever its form: every figure with unit, standard, source and grade."""

from __future__ import annotations

from dataclasses import replace

import pytest

from arranged_town import arranged, without_extract
from fixtures_report import examined, town
from urbanwork.errors import UserError
from urbanwork.reporting.content import content
from urbanwork.reporting.content_models import Content

SCHOOL, KINDERGARTEN = "life.primary_school_500m", "life.kindergarten_300m"


@pytest.fixture(scope="module")
def made() -> Content:
    return content(arranged())


def groups(made: Content):
    return made.sections[0].groups


def test_a_city_with_an_arrangement_is_told_of_by_point(made: Content) -> None:
    assert made.by == "point"
    assert [each.title.en for each in made.sections] == ["Schools and parks"]
    assert made.document.zh == "本镇工作部署"
    assert "《本镇工作部署》" in made.answers[0].zh


def test_a_city_without_an_arrangement_is_told_of_by_dimension() -> None:
    made = content(examined(town()))
    assert made.by == "dimension"
    assert made.sections[0].title.en == "Daily life"
    assert "names no arrangement" in made.answers[0].en


def test_points_are_refused_where_there_are_none() -> None:
    with pytest.raises(UserError, match=r"names no arrangement.*city\.yaml"):
        content(examined(town()), by="point")


def test_every_measured_figure_has_unit_standard_grade_and_source(made: Content) -> None:
    [school] = [each for each in groups(made)[0].figures if each.indicator == SCHOOL]
    assert school.shown.en.endswith("%")
    assert school.asked.zh == "不低于90%"
    assert "GB 50180 (2018), 4.0.4" in school.standard.en
    assert school.source.en == "OpenStreetMap contributors 2026-02-27; clinics.xlsx 2026-01-10"
    assert school.source_short.zh == "地图数据 [1]；设施名录 [2]"
    assert school.grade in ("good", "fair", "poor")
    assert school.lower <= school.value <= school.upper


def test_the_numbers_of_sources_are_those_of_the_list(made: Content) -> None:
    assert [(each.number, each.file) for each in made.sources] == [
        (1, "testhaven.osm.pbf"), (2, "clinics.xlsx"),
    ]  # fmt: skip


def test_an_ask_names_its_bodies(made: Content) -> None:
    assert [body.en for body in groups(made)[0].bodies] == [
        "Lead: School board", "Co-operating: Government",
    ]  # fmt: skip
    assert [body.zh for body in groups(made)[0].bodies] == [
        "主办：School board", "协办：Government",
    ]  # fmt: skip


def test_what_an_ask_lacks_is_said_with_the_data_that_it_needs(made: Content) -> None:
    assert [gap.en for gap in groups(made)[2].gaps] == [
        "Not measured yet: gladness; it needs: a survey of residents"
    ]
    assert "Everybody is glad" in [title.en for title, _ in made.gaps]


def test_a_rule_that_nothing_checks_is_not_a_pass(made: Content) -> None:
    states = {title.en: state.en for title, state in groups(made)[1].bottom_lines}
    assert states["Nothing is built on the red line"] == (
        "nothing checks it yet; a check needs: polygons of the red line"
    )


def test_a_missing_value_says_why_and_has_no_number(made: Content) -> None:
    [kindergarten] = [each for each in groups(made)[0].figures if each.indicator == KINDERGARTEN]
    assert kindergarten.value is None
    assert "41,000 people" in kindergarten.note.en
    assert any("41,000 people" in why.en for _, why in made.gaps)


def test_indicators_that_lack_the_same_are_named_together(made: Content) -> None:
    notes = [why.en for _, why in made.gaps]
    assert len(notes) == len(set(notes))


def test_a_city_of_areas_alone_is_told_what_an_extract_would_add() -> None:
    told = content(without_extract()).answers[-1]
    assert "areas and tables alone" in told.en
    assert not any("alone" in each.en for each in content(arranged()).answers)


def test_the_counts_of_a_section_are_of_its_indicators(made: Content) -> None:
    counts = made.sections[0].counts()
    assert counts["n"] == len(made.sections[0].figures())
    graded = ("good", "fair", "poor", "no_standard", "no_data")
    assert counts["n"] == sum(counts[grade] for grade in graded)
    assert counts["measured"] == counts["n"] - counts["no_data"]


def test_only_words_that_the_report_uses_stand_in_its_glossary(made: Content) -> None:
    words = {term.word.zh for term in made.terms}
    assert {"主办", "协办", "工作部署"} <= words
    assert "约谈" not in words


def test_an_examination_of_an_older_schema_is_read(made: Content) -> None:
    report = arranged()
    older = replace(report, indicators=report.indicators.drop_columns(["period"]))
    assert content(older).sections == made.sections
