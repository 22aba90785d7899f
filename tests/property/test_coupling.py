"""What holds for any scores: order and naming of units and subsystems change nothing."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from urbanwork.measures.coupling import coupling, degree, development, obstacles
from urbanwork.measures.scaling import entropy_weights, sample_bounds, scale

FORMS = st.sampled_from(["classic", "wang", "fan"])
SCORES = st.integers(2, 5).flatmap(
    lambda count: arrays(np.float64, (4, count), elements=st.floats(0.001, 1.0))
)


@settings(max_examples=60, deadline=None)
@given(SCORES, FORMS)
def test_coupling_and_degree_lie_between_0_and_1(scores: np.ndarray, form: str) -> None:
    coupled = coupling(scores, form)  # type: ignore[arg-type]
    count = scores.shape[1]
    degrees = degree(coupled, development(scores, np.full(count, 1 / count)))
    for each in (coupled, degrees):
        assert ((each >= 0) & (each <= 1)).all()


@settings(max_examples=60, deadline=None)
@given(SCORES, FORMS, st.randoms(use_true_random=False))
def test_the_order_of_subsystems_does_not_matter(scores: np.ndarray, form: str, random) -> None:  # type: ignore[no-untyped-def]
    order = list(range(scores.shape[1]))
    random.shuffle(order)
    found = coupling(scores[:, order], form)  # type: ignore[arg-type]
    assert np.allclose(found, coupling(scores, form), atol=1e-12)  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 1.0), st.integers(2, 5), FORMS)
def test_equal_scores_are_fully_coupled(score: float, count: int, form: str) -> None:
    assert np.allclose(coupling(np.full((1, count), score), form), 1.0)  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(SCORES)
def test_wangs_coupling_is_never_above_the_classic(scores: np.ndarray) -> None:
    pair = scores[:, :2]
    assert (coupling(pair, "wang") <= coupling(pair, "classic") + 1e-12).all()


@settings(max_examples=60, deadline=None)
@given(arrays(np.float64, (6, 3), elements=st.floats(-1e6, 1e6, width=32)))
def test_scaling_keeps_order_and_turns_with_direction(values: np.ndarray) -> None:
    bounds = sample_bounds(values)
    up = scale(values, bounds, np.array([True] * 3), 0.0)
    down = scale(values, bounds, np.array([False] * 3), 0.0)
    for column in range(3):
        if bounds[column, 1] > bounds[column, 0]:
            order = np.argsort(values[:, column], kind="stable")
            assert (np.diff(up[order, column]) >= 0).all()
            assert np.allclose(up[:, column] + down[:, column], 1.0)


@settings(max_examples=60, deadline=None)
@given(arrays(np.float64, (5, 4), elements=st.floats(0.0, 1.0)), st.permutations(range(5)))
def test_entropy_weights_sum_to_1_whatever_the_order_of_units(
    scaled: np.ndarray, order: list[int]
) -> None:
    weights = entropy_weights(scaled)
    if not np.isnan(weights).any():
        assert np.isclose(weights.sum(), 1.0)
        assert (weights >= 0).all()
    again = entropy_weights(scaled[order])
    assert np.allclose(again, weights, atol=1e-9, equal_nan=True)


@settings(max_examples=60, deadline=None)
@given(arrays(np.float64, (4, 3), elements=st.floats(0.0, 1.0)))
def test_obstacles_of_a_unit_sum_to_1_or_there_are_none(scaled: np.ndarray) -> None:
    total = obstacles(scaled, np.array([0.5, 0.3, 0.2])).sum(axis=1)
    assert all(np.isclose(each, 1.0) or each == 0.0 for each in total)
