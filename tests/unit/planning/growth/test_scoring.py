"""Scores of growth, worked out by hand, and the maps that know nothing."""

from __future__ import annotations

import numpy as np
import pytest

from urbanwork.planning.growth.scoring import (
    Score,
    at_random,
    figure_of_merit_by_scale,
    nearest_first,
    persistence,
    score_of,
)

OBSERVED = np.array([1, 1, 1, 0, 0, 0, 0, 0, 0, 0], bool)


def test_figure_of_merit_is_hits_by_union():
    simulated = np.array([1, 0, 0, 1, 0, 0, 0, 0, 0, 0], bool)
    found = score_of(simulated, OBSERVED, known=20)
    assert (found.hits, found.misses, found.false_alarms) == (1, 2, 1)
    assert found.figure_of_merit == 0.25
    assert found.quantity_disagreement == pytest.approx(1 / 20)
    assert found.allocation_disagreement == pytest.approx(2 / 20)


def test_disagreements_add_up_to_what_is_wrong():
    found = Score(hits=5, misses=7, false_alarms=3, cells=40, known=100)
    wrong = found.quantity_disagreement + found.allocation_disagreement
    assert wrong == pytest.approx((7 + 3) / 100)


def test_no_change_has_no_merit_though_its_kappa_is_high():
    found = persistence(OBSERVED, known=100)
    assert found.figure_of_merit == 0.0
    assert found.kappa(built_at_start=40) > 0.9


def test_random_meets_its_share():
    found = at_random(OBSERVED, 3, known=10)
    assert found.hits == pytest.approx(0.9)
    assert found.figure_of_merit == pytest.approx(0.9 / 5.1)


def test_random_is_the_mean_of_draws():
    draw = np.random.default_rng(1)
    drawn = [OBSERVED[draw.choice(10, 4, replace=False)].sum() for _ in range(20_000)]
    assert at_random(OBSERVED, 4, known=10).hits == pytest.approx(np.mean(drawn), abs=0.03)


def test_baselines_keep_to_land_that_may_be_built():
    may = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1], bool)
    assert at_random(OBSERVED, 3, known=10, may=may).hits == 0.0
    assert nearest_first(OBSERVED, np.arange(10.0), 3, known=10, may=may).hits == 0.0


def test_distance_takes_the_nearest_and_shares_ties():
    away = np.array([1.0, 2, 2, 2, 2, 3, 3, 3, 3, 3])
    assert nearest_first(OBSERVED, away, 1, known=10).hits == 1.0
    assert nearest_first(OBSERVED, away, 3, known=10).hits == pytest.approx(1 + 2 * 2 / 4)


def test_a_near_miss_counts_in_larger_blocks():
    ours, theirs = np.zeros((4, 4), bool), np.zeros((4, 4), bool)
    ours[0, 0], theirs[1, 1] = True, True
    assert figure_of_merit_by_scale(ours, theirs, (1, 2, 4)) == {1: 0.0, 2: 1.0, 4: 1.0}
