"""Shares and overruns of projects that can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

import odtables
from urbanwork.measures.projects import KINDS, project_overrun, project_share
from urbanwork.measures.tables import Tables
from urbanwork.quantities.measured import Reason
from urbanwork.sources.layers import PROJECT_KINDS, WHOLE_CITY, Projects

#      area, planned, done, floor, cost, spent, stars, qualified
ROWS = [
    (0, 2022, 2022, 3000.0, 100.0, 120.0, None, 1),
    (0, 2022, 2023, 1000.0, 50.0, 50.0, "二星级", 1),
    (1, 2023, 0, 2000.0, 80.0, 40.0, None, -1),
    (1, 2023, 2023, 1000.0, 60.0, np.nan, None, 0),
    (WHOLE_CITY, 2021, 2023, 2000.0, 50.0, 80.0, None, -1),
    (0, 2026, 2025, 9000.0, 10.0, 99.0, None, 1),
]  # fmt: skip


def tables(rows: list[tuple[object, ...]] = ROWS, kind: str = "renewal") -> Tables:  # type: ignore[assignment]
    columns = list(zip(*rows, strict=True))
    count = len(rows)

    def numbers(place: int, dtype: type) -> np.ndarray:
        return np.array(columns[place], dtype)

    ids = np.array([f"p{row}" for row in range(count)], object)
    return odtables.tables(
        shapes=odtables.boxes(2),
        projects=Projects(
            ids, np.full(count, kind, object), ids, numbers(0, np.int64), numbers(1, np.int64),
            numbers(2, np.int64), numbers(3, np.float64), numbers(4, np.float64),
            numbers(5, np.float64), np.array(columns[6], object), numbers(7, np.int8),
            np.array([f"t.csv:{row + 2}" for row in range(count)], object),
        ),
    )  # fmt: skip


def share(of_what: str, **more: object) -> np.ndarray:
    return project_share(tables(), kind="renewal", of_what=of_what, **more).value  # type: ignore[arg-type]


def test_done_counts_those_due_by_the_examination_and_the_city_has_those_of_no_area() -> None:
    assert share("done").tolist() == pytest.approx([100, 50, 80])


def test_on_time_needs_the_year_that_was_planned() -> None:
    assert share("on_time").tolist() == pytest.approx([50, 50, 40])


def test_qualified_are_those_of_the_latest_year_of_which_it_is_said() -> None:
    figures = project_share(tables(), kind="renewal", of_what="qualified", by="floor")
    assert figures.value.tolist() == pytest.approx([100, 0, 50])  # 2023: 1000 of 2000 m2
    assert (figures.lower[2], figures.upper[2]) == pytest.approx((25, 75))  # 2000 m2 not said
    assert figures.coverage[2] == pytest.approx(0.5)
    assert figures.period[2] == "2023"
    assert "1 projects of the city lack an answer" in figures.note[2][0]


def test_starred_are_counted_by_stars() -> None:
    assert share("starred").tolist() == pytest.approx([100, 0, 50])
    assert share("starred", least_stars=3.0).tolist() == pytest.approx([0, 0, 0])


def test_costs_overrun_by_sums_of_those_with_both_figures() -> None:
    figures = project_overrun(tables(), kind="renewal", what="cost")
    assert figures.value[[0, 2]].tolist() == pytest.approx([100 * 20 / 150, 100 * 50 / 200])
    assert figures.reason[1] is Reason.NOT_GIVEN
    assert figures.coverage.tolist() == pytest.approx([1, 0, 0.75])


def test_delay_counts_the_years_so_far_of_those_not_done() -> None:
    figures = project_overrun(tables(), kind="renewal", what="time")
    assert figures.value.tolist() == pytest.approx([0.5, 0.5, 0.8])  # 0 1 | 1 0 | and 2
    assert "1 of the city are due by 2024 and not done" in figures.note[2][0]


def test_few_projects_are_flagged_in_both_languages() -> None:
    note = project_share(tables(), kind="renewal", of_what="done").note[0]
    assert "only 2 projects" in note[0]
    assert "仅基于 2 个项目" in note[1]
    many = project_share(tables(ROWS[:1] * 25), kind="renewal", of_what="done").note[0]
    assert "only" not in many[0]


def test_detail_names_the_projects_that_fall_short_with_their_rows() -> None:
    detail = project_share(tables(), kind="renewal", of_what="done").detail
    assert [each["origin"] for each in detail["short_projects"]] == ["t.csv:4"]
    assert detail["short_projects"][0]["area"] == "area/1"


def test_other_kinds_and_years_are_no_data_with_a_reason() -> None:
    missing = project_share(tables(), kind="greening", of_what="done")
    assert set(missing.reason) == {Reason.LAYER_MISSING}
    assert "projects:" in missing.note[0][1]
    future = [(0, 2030, 0, 1.0, 1.0, 1.0, None, 1)]
    assert set(project_share(tables(future), kind="renewal", of_what="done").reason) == {
        Reason.NO_PERIOD
    }


def test_every_kind_of_project_has_words() -> None:
    assert tuple(KINDS) == PROJECT_KINDS


def test_unknown_words_are_refused() -> None:
    with pytest.raises(ValueError, match="on_time"):
        share("begun")
    with pytest.raises(ValueError, match="'cost' or 'time'"):
        project_overrun(tables(), kind="renewal", what="noise")
