"""The documentation site: everything that the catalogue holds has its place in both languages."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from handbook import guides, markdown
from handbook.checked import site_faults
from handbook.examples import VECTORS, Worked, worked_in
from handbook.facts import Facts, document_of, load_facts
from handbook.markdown import Page
from handbook.site import Site, variable_page
from handbook.tree import navigation, pages_of
from handbook.words import HOME, VARIABLE_KINDS, WORDS
from handbook.worked import worked_example
from pbftown import PbfTown, examined, square
from urbanwork.api import Examination
from urbanwork.reporting.glossary import misused_en, misused_zh, wrong_label

LANGUAGES = ("en", "zh")
ANCHOR = re.compile(r"\{ #(\S+)")
LINK = re.compile(r"\]\(/([^)#\s]+)(?:#([^)\s]+))?\)")

Trees = dict[str, dict[str, Page]]


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


@pytest.fixture(scope="module")
def trees(facts: Facts) -> Trees:
    return {lang: pages_of(facts, lang) for lang in LANGUAGES}  # type: ignore[arg-type]


def anchors(page: Page) -> set[str]:
    return set(ANCHOR.findall(page.text))


def shown(text: str) -> str:
    return markdown.plain(text)


# Everything has its place


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_indicator_has_a_page_with_all_that_is_declared(facts, trees, lang):
    for key, each in facts.indicators.items():
        page = trees[lang][f"indicators/{key}.md"]
        for text in (each.title, each.question, each.formula, each.limits, each.mend):
            assert shown(getattr(text, lang)) in page.text, f"{key}: {text}"
        for name, parameter in each.parameters.items():
            assert shown(name) in page.text
            assert shown(parameter.why) in page.text
        assert {"definition", "needs", "standards", "worked", "serves", "limits"} <= anchors(page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_ask_has_a_page_that_names_its_indicators_and_who_leads(facts, trees, lang):
    count = 0
    for name, arrangement in facts.arrangements.items():
        for ask in arrangement.asks():
            page = trees[lang][f"arrangement/{name}/asks/{ask.id}.md"]
            assert shown(getattr(ask.text, lang)) in page.text
            for key in facts.bindings[name][ask.id].indicators:
                assert f"(/indicators/{key}.md)" in page.text
            if ask.lead:
                assert f"bodies.md#{ask.lead})" in page.text
            count += 1
    assert count > 50


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_row_and_standard_has_its_anchor(facts, trees, lang):
    pages = trees[lang]
    for each in facts.variables.values():
        assert each.id in anchors(pages[variable_page(each.kind).lstrip("/")])
    for row in facts.own.standards:
        assert row.id in anchors(pages[f"standards/{document_of(row)}.md"])
    assert {term.id for term in facts.glossary} <= anchors(pages["words/glossary.md"])
    assert set(facts.rows.rows) <= anchors(pages["find/rows.md"])
    assert set(facts.categories) <= anchors(pages["words/places.md"])
    assert {f"systems/{key}.md" for key in facts.systems} <= set(pages)


def test_an_indicator_is_linked_with_the_asks_standards_and_words_it_has_to_do_with(trees):
    text = trees["en"]["indicators/people.average_schooling.md"].text
    assert "(/words/variables-mean.md#average_schooling)" in text
    assert "(/arrangement/dalian-2016/asks/talent.md)" in text
    assert "(/find/examination.md#innovative_vitality)" in text
    variants = trees["en"]["indicators/growth.land_consumption_ratio.md"].text
    assert "(/indicators/growth.land_consumption_ratio_2018.md)" in variants
    assert "(/standards/international.sdg_11_3_1_2021.md#" in variants


def test_a_declared_row_says_what_data_it_needs(facts, trees):
    for declared in facts.rows.declared.values():
        assert shown(declared.needs.zh) in trees["zh"]["find/rows.md"].text


# It hangs together


def test_both_languages_have_the_same_pages_and_anchors(trees):
    english, chinese = trees["en"], trees["zh"]
    assert list(english) == list(chinese)
    for path, page in english.items():
        if not path.startswith(("guides/", "project/")):
            assert anchors(page) == anchors(chinese[path]), path


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_link_between_pages_leads_to_a_page_and_an_anchor(trees, lang):
    pages = trees[lang]
    for page in pages.values():
        for path, anchor in LINK.findall(page.text):
            if path.startswith("pictures/"):
                continue
            assert path in pages, f"{page.path}: {path}"
            is_written = not path.startswith(("guides/", "project/"))
            assert not anchor or not is_written or anchor in anchors(pages[path]), (
                page.path,
                anchor,
            )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_navigation_names_every_page_once(facts, trees, lang):
    named = sorted(_leaves(navigation(facts, lang, trees[lang])))
    assert named == sorted(trees[lang])


def _leaves(entry: Any) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict):
        for each in entry.values():
            yield from _leaves(each)
    else:
        for each in entry:
            yield from _leaves(each)


def test_a_link_of_a_guide_that_leads_nowhere_is_named_with_its_file():
    faults: list[str] = []
    text = guides.linked("[a](city.md) [b](gone.md)", guides.ROOT / "docs/catalogue.md", faults)
    assert "[a](/guides/city.md)" in text
    assert faults == ["docs/catalogue.md: the link to 'gone.md' leads nowhere"]


# Labels


def test_labels_use_the_words_of_the_glossary():
    for key, label in {**WORDS, **HOME, **VARIABLE_KINDS}.items():
        assert not misused_zh(label.zh), key
        assert not misused_en(label.en), key
        assert wrong_label(label.en, label.zh) is None, key


def test_the_examples_of_the_writer_hold():
    assert doctest.testmod(markdown).failed == 0


# Worked examples


@pytest.fixture(scope="module")
def worked(tmp_path_factory) -> dict[str, Worked]:
    drawn = PbfTown()
    drawn.street((-400, 0), (400, 0), name="East Street")
    for x in range(-390, 400, 30):
        drawn.house((x, 25))
    drawn.box(-400, 5, 400, 60, landuse="residential")
    drawn.place((200, -12), amenity="kindergarten", name="Sunflower")
    city = drawn.city(tmp_path_factory.mktemp("town"), boundary=square(0, 0, 850))
    return worked_in(Examination(examined(city), city))


def lines(facts: Facts, worked: dict[str, Worked], key: str, lang: str = "en") -> str:
    site = Site(replace(facts, worked={name: [each] for name, each in worked.items()}), lang)  # type: ignore[arg-type]
    return "\n".join(worked_example(site, facts.indicators[key]))


def test_a_worked_example_puts_the_numbers_of_the_examination_into_the_formula(facts, worked):
    key = next(key for key, each in worked.items() if "÷" in each.explanation.numbers)
    explanation = worked[key].explanation
    first, second = re.findall(r"[\d,.]+", explanation.numbers)[:2]
    for lang in LANGUAGES:
        text = lines(facts, worked, key, lang)
        assert f"{first} ÷ {second}" in text
        assert "<strong>" in text


def test_what_no_example_measures_says_what_it_needs_and_shows_no_number(facts, worked):
    key = "growth.land_consumption_ratio"
    assert worked[key].explanation.value is None
    text = lines(facts, worked, key)
    assert WORDS["not_measured"].en in text
    assert "(/words/inputs.md#raster-built_up)" in text
    assert "<strong>" not in text


def test_a_test_vector_is_shown_only_where_no_city_measures_and_is_said_to_be_one(facts, worked):
    key = next(key for key, each in worked.items() if "÷" in each.explanation.numbers)
    vector = replace(worked[key], is_vector=True)
    both = Site(replace(facts, worked={key: [worked[key], vector]}), "en")
    said = WORDS["vector_text"].en
    assert said not in "\n".join(worked_example(both, facts.indicators[key]))
    alone = Site(replace(facts, worked={key: [vector]}), "en")
    text = "\n".join(worked_example(alone, facts.indicators[key]))
    assert said in text
    assert WORDS["not_measured"].en in text
    assert alone.cities() == []


def test_the_vector_of_the_growth_of_land_gives_the_published_ratios(tmp_path):
    for file in VECTORS.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    found = worked_in(Examination(examined(tmp_path), tmp_path))
    value = {key: each.explanation.value for key, each in found.items()}
    assert value["growth.land_consumption_ratio"] == pytest.approx(1.9057, abs=5e-5)
    assert value["growth.land_consumption_ratio_2018"] == pytest.approx(1.5454, abs=5e-5)
    assert value["commuting.excess"] == pytest.approx(80)


def test_without_examples_pages_say_so(trees):
    assert WORDS["no_examples"].zh in trees["zh"]["indicators/form.street_density.md"].text


# The check of the built site


def page(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "words").mkdir()
    (tmp_path / "style.css").write_text("a { background: url('a%20b.svg') }")
    (tmp_path / "a b.svg").write_text("<svg/>")
    body = (
        '<a href="words/a.html#here">x</a> <a href="https://example.org">out</a>'
        '<a href="#me">y</a>'
        '<p id="me"></p><img src="data:image/png;base64,AA">'
    )
    head = '<link rel="stylesheet" href="style.css">'
    (tmp_path / "index.html").write_text(page(body, head))
    (tmp_path / "words/a.html").write_text(page('<a href="../index.html" id="here">x</a>'))
    return tmp_path


def test_a_whole_site_has_no_faults_and_may_link_out(built):
    assert site_faults(built) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<a href="gone.html">', "the link to 'gone.html' leads to no file"),
        ('<a href="../index.html#gone">', "the link to '../index.html#gone' leads to no anchor"),
        ('<a href="#gone">', "the link to '#gone' leads to no anchor"),
        ('<script src="https://cdn.example.org/a.js"></script>', "is loaded from elsewhere"),
        ('<img src="//example.org/a.png">', "is loaded from elsewhere"),
        ('<link rel="preconnect" href="https://fonts.gstatic.com">', "is loaded from elsewhere"),
        ("<style>@import 'https://example.org/a.css'</style>", "is loaded from elsewhere"),
        ('<p style="background: url(//example.org/a.png)">', "is loaded from elsewhere"),
        ('<img srcset="../a%20b.svg, b.png 2x">', "'b.png' is loaded and is not there"),
    ],
)
def test_a_broken_link_or_something_from_elsewhere_is_named_with_file_and_line(built, body, fault):
    (built / "words/b.html").write_text(page("\n" + body))
    (found,) = site_faults(built)
    assert found.startswith("words/b.html:2: ")
    assert fault in found


def test_a_style_sheet_that_loads_from_elsewhere_is_named(built):
    (built / "style.css").write_text("@font-face { src: url(https://fonts.example.org/a.woff2) }")
    (found,) = site_faults(built)
    assert found.startswith("style.css: 'https://fonts.example.org/a.woff2' is loaded")
