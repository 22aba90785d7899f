"""The catalogue that comes with urbanwork: what every entry must be."""

from __future__ import annotations

import dataclasses
import re
from datetime import date

import pytest

from urbanwork.catalogue import vocabulary
from urbanwork.catalogue.loading import load_catalogue
from urbanwork.catalogue.models import Bilingual, Indicator, Standard
from urbanwork.catalogue.selection import check_measures
from urbanwork.measures.names import measure_named

CATALOGUE = load_catalogue()
INDICATORS = [pytest.param(each, id=each.id) for each in CATALOGUE.indicators.values()]
STANDARDS = [pytest.param(each, id=each.id) for each in CATALOGUE.standards]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PERCENT = "%"


def texts_of(entry: Indicator | Standard) -> list[Bilingual]:
    values = [getattr(entry, field.name) for field in dataclasses.fields(entry)]
    return [value for value in values if isinstance(value, Bilingual)]


def places_known() -> set[str]:
    from urbanwork.quantities.yamlfile import load_yaml
    from urbanwork.sources import osm

    data, _ = load_yaml(f"{osm.__path__[0]}/categories.yaml")
    return set(data["places"])


def test_the_catalogue_has_what_the_issue_asks_for() -> None:
    assert len(CATALOGUE.indicators) >= 40
    assert len({each.measure for each in CATALOGUE.indicators.values()}) >= 14
    assert list(CATALOGUE.dimensions)[:5] == ["life", "transit", "green", "safety", "form"]
    assert list(CATALOGUE.dimensions)[-1] == "data"


def test_every_indicator_gives_its_measure_what_it_takes() -> None:
    check_measures(CATALOGUE, measure_named)


@pytest.mark.parametrize("entry", [*INDICATORS, *STANDARDS])
def test_every_text_is_english_and_really_chinese(entry: Indicator | Standard) -> None:
    for text in texts_of(entry):
        assert CHINESE.search(text.zh), text
        assert len(CHINESE.findall(text.zh)) > len(re.findall(r"[A-Za-z]", text.zh)) / 2, text
        plain = re.sub(r"公园绿地|绿化覆盖率|宜|不应大于", "", text.en)
        assert not CHINESE.search(plain), text


@pytest.mark.parametrize("indicator", INDICATORS)
def test_formulas_and_titles_name_the_numbers_that_the_measure_gets(indicator: Indicator) -> None:
    for name, parameter in indicator.parameters.items():
        if isinstance(parameter.value, (int, float)) and parameter.value > 1:
            number = f"{parameter.value:.12g}"
            assert number in indicator.formula.en.replace(",", ""), name
            assert number in indicator.formula.zh, name


@pytest.mark.parametrize("indicator", INDICATORS)
def test_the_radius_in_an_id_is_the_radius_of_the_measure(indicator: Indicator) -> None:
    found = re.search(r"_(\d+)m$", indicator.id)
    if found:
        assert indicator.parameters["radius_m"].value == int(found.group(1))
        assert found.group(1) in indicator.title.en.replace(",", "")
        assert found.group(1) in indicator.title.zh


@pytest.mark.parametrize("indicator", INDICATORS)
def test_categories_exist_and_stand_among_the_inputs(indicator: Indicator) -> None:
    known = places_known()
    named = [key.partition(":")[2] for key in indicator.inputs if key.startswith("place:")]
    given = indicator.parameters.get("category")
    assert set(named) <= known
    others = indicator.parameters.get("others")
    if given is not None:
        assert named == [given.value, *(others.value if others is not None else [])]  # type: ignore[misc]
    circle = indicator.parameters.get("categories")
    if circle is not None:
        assert isinstance(circle.value, list)
        assert set(circle.value) <= known
        assert len(circle.value) == len(indicator.arguments()["radii_m"])  # type: ignore[arg-type]


def test_a_circle_has_the_radii_of_the_single_indicators() -> None:
    radius = {
        (each.parameters["category"].value, each.parameters["radius_m"].value)
        for each in CATALOGUE.indicators.values()
        if each.measure == "reach_share"
    }
    for minutes in (5, 15):
        circle = CATALOGUE.indicators[f"life.circle_{minutes}min"].arguments()
        pairs = set(zip(circle["categories"], circle["radii_m"], strict=True))  # type: ignore[arg-type]
        assert pairs <= radius


@pytest.mark.parametrize("indicator", INDICATORS)
def test_an_indicator_holds_no_threshold(indicator: Indicator) -> None:
    assert not {"threshold", "target", "minimum", "maximum"} & set(indicator.parameters)
    if indicator.unit == PERCENT and indicator.better != "neither":
        for words in (indicator.title.en, indicator.question.en):
            assert "at least" not in words or "ha" in words or "minutes" in words


@pytest.mark.parametrize("row", STANDARDS)
def test_a_threshold_is_dated_and_says_how_well_it_is_known(row: Standard) -> None:
    assert date(1990, 1, 1) < date.fromisoformat(row.valid_from) < date(2026, 1, 1)
    if row.confidence == "C":
        assert "unverified" in row.source
    else:
        assert re.search(r"\.(com|cn|net|org)|public source code|^a copy of ", row.source)


@pytest.mark.parametrize("row", STANDARDS)
def test_a_fair_band_says_whose_it_is(row: Standard) -> None:
    if row.fair is not None:
        assert row.fair_why.startswith(("ours: ", "the norm itself: "))


def test_only_clauses_that_were_read_are_mandatory() -> None:
    mandatory = [row for row in CATALOGUE.standards if row.strength == "mandatory"]
    assert mandatory
    assert {row.confidence for row in mandatory} == {"A"}


def test_the_sdg_indicators_have_no_invented_threshold() -> None:
    for name in ("transit.convenient_11_2_1", "green.open_space_access_400m"):
        assert CATALOGUE.indicators[name].standard is None


def test_the_two_meanings_of_park_coverage_have_two_names_and_two_denominators() -> None:
    buffer = CATALOGUE.indicators["green.park_buffer_coverage"]
    walk = CATALOGUE.indicators["green.park_walk_coverage"]
    assert (buffer.support, walk.support) == ("residential_land", "people")
    assert buffer.title.en != walk.title.en
    assert buffer.title.zh != walk.title.zh
    assert buffer.arguments() == walk.arguments()


def test_titles_are_unique_in_both_languages() -> None:
    for language in ("en", "zh"):
        titles = [getattr(each.title, language) for each in CATALOGUE.indicators.values()]
        assert len(titles) == len(set(titles))


@pytest.mark.parametrize(
    "words", [vocabulary.SUPPORTS, vocabulary.MISSING_POLICIES, vocabulary.ASKS,
              vocabulary.STRENGTHS, vocabulary.CONFIDENCES],
)  # fmt: skip
def test_every_word_of_the_vocabulary_has_its_meaning_in_both_languages(
    words: dict[str, Bilingual],
) -> None:
    for meaning in words.values():
        assert CHINESE.search(meaning.zh)
        assert not CHINESE.search(meaning.en)
