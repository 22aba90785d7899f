"""A plan held against what the city knows of its residents, and against examinations."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import fixtures_report
from audited_plan import whole_plan, write_plan
from compared_towns import two_years
from urbanwork.catalogue.loading import load_catalogue
from urbanwork.city.model import PreparedCity
from urbanwork.planning.audit import coverage
from urbanwork.planning.audit.checklist import Found
from urbanwork.planning.audit.run import audit
from urbanwork.sources.layers import WHOLE_CITY, Statistics


def city(people: dict[int, float]) -> PreparedCity:
    """A city whose table counts its residents; its map only estimates them."""
    count = len(people)
    texts = np.full(count, "yearbook", np.object_)
    statistics = Statistics(
        np.full(count, WHOLE_CITY), np.array(list(people)),
        np.full(count, "resident_population", np.object_), np.array(list(people.values())),
        texts, texts,
    )  # fmt: skip
    return replace(fixtures_report.town().city, statistics=statistics, as_of="2024-01-01")


@pytest.fixture
def plan(tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    return tmp_path / "plan", whole_plan(tmp_path / "plan")


def found(folder: Path, check: str, of: PreparedCity) -> Found:
    return next(item.found for item in audit(folder, of).items if item.check.id == check)


def test_a_base_year_that_the_statistics_know_is_met_within_five_percent(plan):
    near = found(plan[0], "population_today", city({2010: 90_000.0, 2020: 103_000.0}))
    far = found(plan[0], "population_today", city({2010: 90_000.0, 2020: 120_000.0}))
    assert (near.state, far.state) == ("met", "not_met")
    assert "-16.7 %" in far.sentence.en
    assert "120,000" in far.sentence.zh


def test_statistics_of_other_years_tell_nothing_of_the_base_year(plan):
    assert found(plan[0], "population_today", city({2005: 90_000.0})).state == "unknown"


def test_growth_that_the_city_never_saw_is_not_plausible(plan):
    folder, data = plan
    history = city({2000: 95_000.0, 2010: 97_000.0, 2020: 100_000.0})  # 0.2 and 0.3 % a year
    assert found(folder, "population_plausible", history).state == "not_met"  # 0.91 %
    data["population"][1]["people"] = 115_000  # 0.70 %
    write_plan(folder, data)
    told = found(folder, "population_plausible", history)
    assert told.state == "met"
    assert "+0.70 %" in told.sentence.en


def test_people_that_are_only_estimated_are_no_count_to_hold_a_plan_against(plan):
    for check in ("population_today", "population_plausible"):
        told = found(plan[0], check, fixtures_report.town().city)
        assert told.state == "unknown"
        assert "--city" not in told.cure.en


def test_examinations_without_a_common_degree_of_coordination_tell_nothing(plan):
    folder, data = plan
    before, after = two_years(folder)
    data["examinations"] = {
        "before": str(before.relative_to(folder)), "after": str(after.relative_to(folder)),
    }  # fmt: skip
    write_plan(folder, data)
    told = next(item.found for item in audit(folder).items if item.check.id == "coordination")
    assert told.state == "unknown"


def test_a_folder_that_is_no_examination_tells_nothing(plan):
    folder, data = plan
    data["examinations"] = {"before": "a", "after": "b"}
    write_plan(folder, data)
    told = next(item.found for item in audit(folder).items if item.check.id == "coordination")
    assert told.state == "unknown"
    assert "cannot be read" in told.sentence.en


@pytest.mark.parametrize(("after", "state"), [(0.52, "met"), (0.498, "met"), (0.4, "not_met")])
def test_coordination_may_not_fall_from_before_to_after(plan, monkeypatch, after, state):
    folder, data = plan
    data["examinations"] = {"before": "a", "after": "b"}
    write_plan(folder, data)
    key = ("coordination.production_living_ecology", "city")

    def read(path: Path) -> Any:
        degree = SimpleNamespace(value={"a": 0.5, "b": after}[path.name])
        return SimpleNamespace(values={key: degree}, catalogue=load_catalogue())

    monkeypatch.setattr(coverage, "read_examined", read)
    told = next(item.found for item in audit(folder).items if item.check.id == "coordination")
    assert told.state == state
    assert f"0.500 to {after:.3f}" in told.sentence.en
    assert "生产、生活、生态协调度" in told.sentence.zh
