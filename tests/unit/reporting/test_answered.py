"""What leaders ask first is answered from the figures; coordination is told with its cautions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from arranged_town import arranged
from urbanwork.measures.assessment import assess
from urbanwork.measures.coordination_detail import described
from urbanwork.measures.coupling import Item, Subsystem, System
from urbanwork.reporting.answered import answers
from urbanwork.reporting.book import Heading, Table, book
from urbanwork.reporting.content import content
from urbanwork.reporting.content_models import Content
from urbanwork.reporting.coordinated import coordinated
from urbanwork.reporting.html import ReportInput, build_report
from urbanwork.reporting.html.tables import grid

SCHOOL = "life.primary_school_500m"
PARTS = tuple(
    Subsystem(name, (name, zh), (Item(f"{name}_item", (f"{name} item", f"{zh}项"), (name,)),))
    for name, zh in (("space", "空间"), ("industry", "产业"))
)
SYSTEM = System("pair", ("space and industry", "空间与产业"), PARTS, weights="equal", epsilon=0.01)


@pytest.fixture(scope="module")
def report() -> ReportInput:
    """The town with a system of coordination over its areas, in two forms."""
    town = arranged()
    areas = town.areas["area"].to_pylist()
    values = np.stack([np.linspace(0, 9, len(areas)), np.linspace(0, 5, len(areas))], 1)
    names = list(zip(town.areas["name_en"].to_pylist(), town.areas["name_zh"].to_pylist(),
                     strict=True))  # fmt: skip
    found = described(assess(SYSTEM, values, areas, np.array([5.0, 4.0])))
    detail = {**found, "areas": areas, "names": [list(each) for each in names]}
    return replace(town, details={SCHOOL: detail, "transit.detour": detail})


@pytest.fixture(scope="module")
def made(report: ReportInput) -> Content:
    return content(report)


def answered(report: ReportInput) -> dict[str, list[str]]:
    table = grid(report, content(report).name)
    return {
        question.en: [each.en for each in sentences]
        for question, sentences in answers(report, table, coordinated(report))
    }


def test_the_densest_and_the_thinnest_area_are_named(report: ReportInput) -> None:
    people, land = (report.areas[n].to_numpy() for n in ("people", "land_m2"))
    densest = report.areas["name_en"].to_pylist()[int(np.argmax(people / land))]
    told = answered(report)["Where is growth intensive?"][0]
    assert told.startswith(f"People by land: highest in {densest} (")


def test_difficulties_are_where_most_indicators_fall_short(report: ReportInput) -> None:
    counted = report.problems.group_by("area").aggregate([("indicator", "count")]).to_pylist()
    most = max(row["indicator_count"] for row in counted)
    told = answered(report)["Where are people's difficulties?"]
    assert f": {most} indicators fall short" in told[0]
    assert len(told) == 3


def test_coordination_is_answered_by_system_and_once_for_two_forms(report: ReportInput) -> None:
    told = answered(report)
    [system] = told["How coordinated are the areas?"]
    assert system.startswith("Space and industry. From 0.10 (Harbour, extreme disorder;")
    assert told["What binds?"][0].endswith("scores of areas.")


def test_without_coordination_it_is_said_that_the_data_is_not_enough() -> None:
    told = answered(arranged())
    assert told["What binds?"] == ["The data given is not enough to score coordination."]


def test_coordination_is_printed_with_its_cautions(made: Content) -> None:
    blocks = book(made, "en").blocks
    at = next(
        n for n, b in enumerate(blocks) if isinstance(b, Heading) and b.text == "Coordination"
    )
    table = next(b for b in blocks[at:] if isinstance(b, Table))
    assert table.heads == ("rank", "area", "coordination D", "grade", "weakest", "what binds most")
    assert len(table.rows) == 13, "the city and its twelve areas"
    texts = repr(blocks[at:])
    assert all(each.en in texts for each in made.systems[0].cautions)
    assert made.systems[0].cautions


def test_coordination_stands_on_the_page_without_a_style_of_its_own(report: ReportInput) -> None:
    page = build_report(report).decode()
    body = page[page.index("<body>") : page.index('<script type="application')]
    part = body[body.index('id="coordination"') : body.index('id="charts"')]
    assert 'href="#coordination"' in body
    assert " style=" not in part
    assert "港湾" in part
