"""Sums within a window are those of a plain search over all pairs."""

from __future__ import annotations

import numpy as np
import pytest

from urbanwork.kernels.threads import set_threads, threads_in_use
from urbanwork.kernels.windows import window_sums


def naive(x, y, values, radius):
    near = np.hypot(x[:, None] - x, y[:, None] - y) <= radius
    return near @ values


@pytest.mark.parametrize("radius", [1.0, 80.0, 500.0, 5_000.0])
def test_sums_equal_those_over_all_pairs(radius):
    chance = np.random.default_rng(7)
    x, y = chance.uniform(-900, 900, (2, 400))
    values = chance.uniform(0, 9, (400, 3))
    assert np.allclose(window_sums(x, y, values, radius_m=radius), naive(x, y, values, radius))


def test_points_at_exactly_the_radius_count_on_every_side():
    x, y = np.array([0.0, 300.0, 0.0, -300.0, 0.0]), np.array([0.0, 0.0, 300.0, 0.0, -300.0])
    assert window_sums(x, y, np.ones((5, 1)), radius_m=300)[0, 0] == 5


def test_one_point_far_away_does_not_make_the_grid_of_bins_huge():
    x = np.array([0.0, 10.0, 4e7])
    sums = window_sums(x, np.array([0.0, 0.0, 3e7]), np.ones((3, 1)), radius_m=20)
    assert sums[:, 0].tolist() == [2, 2, 1]


def test_nothing_in_gives_nothing_out():
    assert window_sums(np.zeros(0), np.zeros(0), np.zeros((0, 2)), radius_m=5).shape == (0, 2)


def test_the_number_of_threads_changes_not_one_bit():
    chance = np.random.default_rng(3)
    x, y = chance.uniform(0, 2000, (2, 1_001))
    values = chance.uniform(0, 1, (1_001, 2))
    before = threads_in_use()
    try:
        set_threads(1)
        one = window_sums(x, y, values, radius_m=300)
        set_threads(3)
        three = window_sums(x, y, values, radius_m=300)
    finally:
        set_threads(before)
    assert one.tobytes() == three.tobytes()


def test_a_radius_of_nothing_is_refused():
    with pytest.raises(ValueError, match="above 0 m, got 0"):
        window_sums(np.zeros(1), np.zeros(1), np.ones((1, 1)), radius_m=0)
