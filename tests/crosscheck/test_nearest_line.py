"""The nearest line of every point, held against shapely's own search."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.kernels.nearest_line import line_bins, nearest_line
from urbanwork.kernels.threads import set_threads


def streets(seed: int, count: int, side: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 6, count)
    start = np.concatenate([[0], np.cumsum(sizes)])
    owner = np.repeat(np.arange(count), sizes)
    at = rng.uniform(0, side, (count, 2))[owner] + rng.normal(0, side / 20, (len(owner), 2))
    return start, at[:, 0].copy(), at[:, 1].copy()


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 60), side=st.sampled_from([30.0, 3_000.0]))
def test_line_offset_and_distance_equal_those_of_shapely(
    seed: int, count: int, side: float
) -> None:
    start, x, y = streets(seed, count, side)
    lines = shapely.linestrings(x, y, indices=np.repeat(np.arange(count), np.diff(start)))
    rng = np.random.default_rng(seed + 1)
    px, py = rng.uniform(-side, 2 * side, (2, 50))
    points = shapely.points(px, py)
    found = nearest_line(line_bins(start, x, y, np.arange(count)), px, py, farthest_m=side)
    distance = shapely.distance(lines[:, None], points[None, :]).min(axis=0)
    assert ((found.line >= 0) == (distance <= side)).all()
    near = found.line >= 0
    assert found.off[near] == pytest.approx(distance[near])
    own = lines[found.line[near]]
    assert shapely.distance(own, points[near]) == pytest.approx(found.off[near])
    foot = shapely.line_interpolate_point(own, found.along[near])
    assert shapely.distance(foot, points[near]) == pytest.approx(found.off[near], abs=1e-6)


def test_of_several_lines_at_one_distance_the_lowest_row_is_taken() -> None:
    x = np.array([0.0, 5.0, 5.0, 9.0, 5.0, 5.0])
    y = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 9.0])
    bins = line_bins(np.array([0, 2, 4, 6]), x, y, np.array([2, 1, 0]))
    assert nearest_line(bins, np.array([5.0]), np.array([-3.0]), farthest_m=10).line.tolist() == [0]


def test_only_the_given_lines_are_searched() -> None:
    x, y = np.array([0.0, 9.0, 0.0, 9.0]), np.array([0.0, 0.0, 50.0, 50.0])
    bins = line_bins(np.array([0, 2, 4]), x, y, np.array([1]))
    found = nearest_line(bins, np.array([4.0]), np.array([1.0]), farthest_m=100)
    assert found.line.tolist() == [1]
    assert found.off.tolist() == [49.0]


def test_one_and_two_threads_find_the_same() -> None:
    start, x, y = streets(3, 200, 2_000.0)
    bins = line_bins(start, x, y, np.arange(200))
    px, py = np.random.default_rng(4).uniform(0, 2_000, (2, 1_000))
    results = []
    for threads in (1, 2):
        set_threads(threads)
        results.append(nearest_line(bins, px, py, farthest_m=300.0))
    assert (results[0].line == results[1].line).all()
    assert (results[0].along == results[1].along).all()


def test_no_lines_at_all_are_no_line_near() -> None:
    bins = line_bins(np.array([0]), np.zeros(0), np.zeros(0), np.zeros(0, np.int64))
    assert nearest_line(bins, np.array([1.0]), np.array([1.0]), farthest_m=9).line.tolist() == [-1]
