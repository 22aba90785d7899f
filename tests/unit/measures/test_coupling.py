"""Coupling, development, degree, grades: every vector of STANDARDS 14."""

from __future__ import annotations

import numpy as np
import pytest

from urbanwork.measures.coupling import (
    coupling,
    coupling_grade,
    degree,
    degree_grade,
    development,
    obstacles,
)


def degree_of(scores: list[float], form: str) -> tuple[float, float, float]:
    table = np.array([scores])
    coupled = coupling(table, form)  # type: ignore[arg-type]
    developed = development(table, np.full(len(scores), 1 / len(scores)))
    return float(coupled[0]), float(developed[0]), float(degree(coupled, developed)[0])


@pytest.mark.parametrize(
    ("scores", "c", "t", "d"),
    [
        ([0.6, 0.6], 1.0, 0.6, 0.7746),
        ([0.9, 0.1], 0.6, 0.5, 0.5477),
        ([0.8, 0.5], 0.9730, 0.65, 0.7953),
        ([0.1, 0.1], 1.0, 0.1, 0.3162),
        ([0.7, 0.5, 0.3], 0.9435, 0.5, 0.6869),
        ([0.9, 0.9, 0.1], 0.6832, 0.6333, 0.6578),
        ([0.6, 0.5, 0.4, 0.3, 0.2], 0.9320, 0.4, 0.6106),
    ],
)
def test_classic_coupling_gives_the_known_figures(
    scores: list[float], c: float, t: float, d: float
) -> None:
    assert degree_of(scores, "classic") == pytest.approx((c, t, d), abs=5e-5)


@pytest.mark.parametrize(
    ("scores", "c", "d"),
    [
        ([0.9, 0.1], 0.1491, 0.2730),
        ([0.8, 0.5], 0.6614, 0.6557),
        ([0.7, 0.5, 0.3], 0.6370, 0.5643),
        ([0.9, 0.9, 0.1], 0.3944, 0.4998),
        ([0.6, 0.5, 0.4, 0.3, 0.2], 0.6643, 0.5155),
    ],
)
def test_wangs_coupling_gives_the_known_figures(scores: list[float], c: float, d: float) -> None:
    found = degree_of(scores, "wang")
    assert (found[0], found[2]) == pytest.approx((c, d), abs=5e-5)


@pytest.mark.parametrize(
    ("scores", "c"),
    [
        ([0.9, 0.1], 0.2),
        ([0.8, 0.5], 0.7),
        ([0.7, 0.5, 0.3], 0.6734),
        ([0.6, 0.5, 0.4, 0.3, 0.2], 0.7172),
    ],
)
def test_fans_coupling_gives_the_known_figures(scores: list[float], c: float) -> None:
    assert degree_of(scores, "fan")[0] == pytest.approx(c, abs=5e-5)


@pytest.mark.parametrize("form", ["classic", "wang", "fan"])
def test_one_subsystem_is_coupled_with_nothing(form: str) -> None:
    with pytest.raises(ValueError, match="two or more subsystems"):
        coupling(np.array([[0.5]]), form)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["classic", "wang", "fan"])
def test_a_missing_score_has_no_coupling_and_no_grade(form: str) -> None:
    coupled = coupling(np.array([[0.5, np.nan]]), form)  # type: ignore[arg-type]
    assert np.isnan(coupled[0])
    assert degree_grade(degree(coupled, np.array([np.nan])))[0] == 0


@pytest.mark.parametrize("form", ["classic", "wang"])
def test_where_all_scores_are_0_the_degree_is_0_though_coupling_is_undefined(form: str) -> None:
    table = np.zeros((1, 3))
    coupled = coupling(table, form)  # type: ignore[arg-type]
    assert np.isnan(coupled[0])
    assert degree(coupled, np.zeros(1))[0] == 0


def test_grades_of_d_close_on_the_right_and_ten_are_reached() -> None:
    edges = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    assert degree_grade(edges).tolist() == list(range(1, 11))
    assert degree_grade(edges[:-1] + 1e-6).tolist() == list(range(2, 11))


def test_a_sum_that_misses_a_tenth_by_rounding_keeps_its_grade() -> None:
    assert 0.1 + 0.2 > 0.3
    assert degree_grade(np.array([0.1 + 0.2]))[0] == degree_grade(np.array([0.3]))[0]


def test_grades_of_c_close_on_the_right() -> None:
    assert coupling_grade(np.array([0.3, 0.301, 0.5, 0.501, 0.8, 0.801])).tolist() == [
        1, 2, 2, 3, 3, 4,
    ]  # fmt: skip


def test_what_has_full_marks_is_no_obstacle() -> None:
    found = obstacles(np.array([[1.0, 0.5, 0.0]]), np.array([0.2, 0.4, 0.4]))
    assert found[0].tolist() == pytest.approx([0.0, 1 / 3, 2 / 3])
