"""An explanation is read by people: no None, no codes, units as they are written."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from urbanwork.examination.walk import Nearest
from urbanwork.reporting.explained import _near, _parameter, _source, _with_unit
from urbanwork.reporting.explained_figures import figure_lines

NEAR = Nearest(
    category="supermarket", id="node/1", name=None, name_zh=None, distance=555.33, unit="m",
    way="walk", limit=500.0, min_area_m2=0.0, path=(),
)  # fmt: skip


def test_what_nobody_stated_of_a_source_is_called_not_stated():
    source = {"kind": "boundary", "file": "b.geojson", "licence": None, "date": None}
    assert _source(source, "en") == "Boundary: b.geojson · licence not stated · date not stated"
    assert _source(source | {"licence": "unknown"}, "zh").endswith("未注明许可 · 未注明日期")


def test_a_parameter_that_is_a_word_has_no_unit():
    found = _parameter({"name": "over", "value": "land", "unit": "name", "why": "all of it"})
    assert found == "over = land (all of it)"


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "supermarket: node/1, 555 m (counts within 500 m)"),
     ("zh", "超市：node/1，555米（计入上限500米）")],
)  # fmt: skip
def test_the_nearest_place_is_said_in_the_language_asked_for(lang, words):
    assert _near(NEAR, lang) == words


def test_a_place_that_no_street_reaches_is_called_none():
    from dataclasses import replace

    assert _near(replace(NEAR, id=None, distance=None), "en").startswith("supermarket: none (")


def test_a_worked_formula_ends_in_the_unit_as_people_write_it():
    assert _with_unit("7 ÷ 2 = 3.5 km/km2", "km/km2", "en") == "7 ÷ 2 = 3.5 km/km²"
    assert _with_unit("1 ÷ 2 × 100 = 50 %", "%", "en") == "1 ÷ 2 × 100 = 50%"
    assert _with_unit("1 ÷ 2 = 0.5 1", "1", "en") == "1 ÷ 2 = 0.5"


FIGURE = {
    "variable": "resident_population", "year": 2020, "value": 7_450_785.0, "unit": "people",
    "source": "七普", "origin": "census.csv:2",
}  # fmt: skip


def explained_with(figures, *, kind="city", key="city"):
    return SimpleNamespace(where={"kind": kind, "id": key}, detail={"figures": figures})


def test_every_figure_of_a_table_is_said_with_where_it_stands():
    told = explained_with({"city": [FIGURE]})
    assert list(figure_lines(told, "en")) == [
        "resident population 2020: 7,450,785 people (census.csv:2, 七普)"
    ]
    assert list(figure_lines(told, "zh")) == [
        "常住人口（2020 年）：7,450,785 人（census.csv:2, 七普）"
    ]


def test_of_an_area_only_its_own_figures_are_said():
    told = explained_with({"city": [FIGURE], "210202": []}, kind="area", key="210202")
    assert list(figure_lines(told, "en")) == []


def test_of_a_city_made_from_many_areas_the_rest_is_counted():
    told = explained_with({"city": [FIGURE | {"area": str(each)} for each in range(30)]})
    lines = list(figure_lines(told, "en"))
    assert lines[0].startswith("resident population [0] 2020:")
    assert lines[-1] == "... and 18 more figures"


def test_a_measure_without_tables_has_no_figures_to_show():
    assert list(figure_lines(SimpleNamespace(where={"kind": "city"}, detail={}), "zh")) == []
