"""The headline findings say what the tables hold, no more and no less."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from fixtures_report import examined, town
from urbanwork.examination.tables import PROBLEMS
from urbanwork.reporting.findings import (
    Finding,
    _gap_reasons,
    distinct_people,
    headline_findings,
)
from urbanwork.reporting.html import ReportInput


@pytest.fixture(scope="module")
def report() -> ReportInput:
    return examined(town())


def findings(report: ReportInput, **changed: object) -> tuple[Finding, ...]:
    return headline_findings(
        indicators=report.indicators, problems=report.problems, areas=report.areas,
        catalogue=report.catalogue, standards=report.standards,
        manifest={**report.manifest, **changed},
    )  # fmt: skip


def test_a_sample_is_called_a_sample_before_anything_else(report: ReportInput) -> None:
    first = findings(report)[0]
    assert first.kind == "warning"
    assert "sample" in first.text("en")
    assert "样本" in first.text("zh")


def test_a_whole_city_with_counted_people_carries_no_warning(report: ReportInput) -> None:
    found = findings(report, is_sample=False, people_origin="raster")
    assert [each.kind for each in found if each.kind == "warning"] == []


def test_estimated_people_are_named_so_with_their_range(report: ReportInput) -> None:
    problem = next(each for each in findings(report) if each.kind == "problem")
    assert problem.text("en").startswith("≈ ")
    assert "estimated, " in problem.text("en")
    assert "估算" in problem.text("zh")


def test_every_dimension_has_its_largest_problem_before_any_has_a_second(
    report: ReportInput,
) -> None:
    problems = [each for each in findings(report) if each.kind == "problem"]
    dimensions = [report.catalogue.indicators[each.indicator or ""].dimension for each in problems]
    assert len(set(dimensions)) == len(dimensions)


def test_a_gap_names_the_indicator_and_the_reason(report: ReportInput) -> None:
    gap = next(each for each in findings(report) if each.kind == "gap")
    assert "Kindergarten within 300 m (none is mapped)" in gap.text("en")


def test_an_unverified_threshold_requires_nothing(report: ReportInput) -> None:
    standards = {key: replace(each, confidence="C") for key, each in report.standards.items()}
    for each in findings(replace(report, standards=standards)):
        assert "requires" not in each.text("en")
        assert "要求" not in each.text("zh")


def test_a_city_without_problems_and_gaps_still_gets_a_summary(report: ReportInput) -> None:
    city = report.indicators.filter(pa.compute.equal(report.indicators["grade"], "good"))
    none = replace(report, indicators=city, problems=PROBLEMS.empty_table())
    assert {each.kind for each in findings(none)} <= {"warning", "strength", "summary"}


def test_people_of_two_problems_in_one_cell_count_once() -> None:
    cells = pa.table({
        "cell": pa.array([1, 2, 3], pa.uint64()), "people": [10.0, 20.0, 40.0],
        "people_lower": [5.0, 10.0, 20.0], "people_upper": [20.0, 40.0, 80.0],
    })  # fmt: skip
    problems = pa.table({"cells": pa.array([[1, 2], [2]], pa.list_(pa.uint64()))})
    assert distinct_people(problems, cells) == (30.0, 15.0, 60.0)


def test_a_city_without_a_standard_is_not_said_to_be_good_in_none(report: ReportInput) -> None:
    ungraded = pa.compute.equal(report.indicators["grade"], "no_standard")
    alone = replace(
        report, indicators=report.indicators.filter(ungraded), problems=PROBLEMS.empty_table()
    )
    assert "None of them is held against a standard" in findings(alone)[-1].text("en")


def test_very_many_gaps_are_counted_by_their_reasons() -> None:
    rows = {f"a.b{n}": {"reason": "not_given" if n % 3 else "layer_missing"} for n in range(30)}
    assert _gap_reasons(rows, "en") == (
        "could not be measured: no table gives it (20); no source was given (10)."
    )
    assert _gap_reasons(rows, "zh") == "无法测量：统计表未提供（20项）；没有提供数据来源（10项）。"
