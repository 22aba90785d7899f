"""The peer's catalogue is written as ours is, and grades nothing."""

from __future__ import annotations

import re

import pytest

from urbanwork.catalogue.loading import load_catalogue
from urbanwork.catalogue.selection import check_measures, select_standards
from urbanwork.measures.names import resolve

CATALOGUE = load_catalogue(name="ghsci")


def test_its_measures_take_the_parameters_that_it_gives() -> None:
    check_measures(CATALOGUE, resolve)


def test_it_has_no_standards_and_wants_none() -> None:
    chosen = select_standards(
        CATALOGUE, sets=["international"], jurisdiction="ES", as_of="2023-02-21"
    )
    assert chosen == {}


@pytest.mark.parametrize("indicator", CATALOGUE.indicators.values(), ids=lambda each: each.id)
def test_every_indicator_names_the_figure_that_it_reproduces_in_two_languages(indicator) -> None:
    assert indicator.sources[0].startswith("GHSCI 4.15, ")
    for text in (indicator.title, indicator.question, indicator.formula, indicator.limits,
                 indicator.mend):  # fmt: skip
        assert re.search(r"[\u4e00-\u9fff]", text.zh)
        assert not re.search(r"[\u4e00-\u9fff]", text.en)


def test_titles_are_unique_in_both_languages() -> None:
    for language in ("en", "zh"):
        titles = [getattr(each.title, language) for each in CATALOGUE.indicators.values()]
        assert len(titles) == len(set(titles))
