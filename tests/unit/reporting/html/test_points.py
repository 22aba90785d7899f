"""The page point by point, and the page of a city of areas alone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from arranged_town import arranged, without_extract
from fixtures_report import HOSTILE, examined, town
from urbanwork.reporting.html import build_report


def section(page: str, name: str) -> str:
    found = re.search(rf'<section class="part" id="{name}".*?\n</section>', page, re.DOTALL)
    return found[0] if found else ""


@pytest.fixture(scope="module")
def points() -> str:
    return section(build_report(arranged()).decode(), "points")


def test_a_city_without_an_arrangement_has_no_points_and_no_link_to_them() -> None:
    page = build_report(examined(town())).decode()
    assert section(page, "points") == ""
    assert 'href="#points"' not in page


def test_leaders_start_with_the_points() -> None:
    page = build_report(arranged()).decode()
    links = re.findall(r'href="(#\w+)"', page[page.index("<nav") : page.index("</nav>")])
    assert links[0] == "#points"
    assert page.index('id="points"') < page.index('id="charts"')


def test_each_ask_stands_with_its_bodies_in_both_languages(points: str) -> None:
    assert "Lead: School board" in points
    assert "主办：School board" in points
    assert points.count('class="ask"') == 3


def test_each_figure_leads_to_the_map_and_names_its_source(points: str) -> None:
    [row] = re.findall(r"<tr>(?:(?!</tr>).)*life\.primary_school_500m.*?</tr>", points, re.DOTALL)
    assert 'data-go="map"' in row
    assert "OpenStreetMap contributors 2026-02-27" in row
    assert "GB 50180 (2018), 4.0.4" in row


def test_gaps_and_bottom_lines_are_told(points: str) -> None:
    assert "gladness; it needs: a survey of residents" in points
    assert "nothing checks it yet" in points
    assert "尚无核查" in points


def test_names_that_attack_the_page_are_only_text() -> None:
    page = section(build_report(arranged(hostile=True)).decode(), "points")
    assert "<script>alert" not in page
    assert HOSTILE not in page


def test_an_indicator_of_a_second_ask_is_a_button_and_no_second_row() -> None:
    report = arranged()
    twice = [{**point, "asks": [*point["asks"], point["asks"][0]]} for point in report.points]
    page = section(build_report(replace(report, points=twice)).decode(), "points")
    assert len(re.findall(r'class="go" data-indicator="life.primary_school_500m"', page)) == 1
    again = re.search(r'<ul class="again">.*?</ul>', page, re.DOTALL)
    assert again is not None
    assert "life.primary_school_500m" in again[0]


def test_a_city_of_areas_alone_is_shown_by_area_and_told_what_an_extract_adds() -> None:
    page = build_report(without_extract()).decode()
    assert 'data-by="cells"' not in page
    assert "areas and tables alone" in section(page, "points")


def test_the_words_of_officials_that_it_uses_stand_in_its_glossary() -> None:
    page = build_report(arranged()).decode()
    glossary = page[page.index('<details class="glossary">') : page.index('id="sources"')]
    assert "<strong>co-operate</strong> 协办" in glossary
    assert "约谈" not in glossary
