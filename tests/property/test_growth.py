"""What must hold for every growth: demand met exactly, no masked cell, chance only by the seed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from urbanwork.kernels.automaton import ground_of, grow
from urbanwork.kernels.threads import set_threads, threads_in_use
from urbanwork.planning.growth.demand import Demand, split_evenly
from urbanwork.planning.growth.masks import Mask, MaskedGrowthError, proof, together
from urbanwork.planning.growth.simulating import prepared_ground, seeds_of, simulate


def land(seed, rows=12, columns=15):
    """Rates, built land and a mask, drawn; some cells of either kind."""
    draw = np.random.default_rng(seed)
    rate = draw.random((rows, columns)) ** 3
    rate[draw.random((rows, columns)) < 0.1] = 0.0
    return rate, draw.random((rows, columns)) < 0.2, draw.random((rows, columns)) < 0.3


def grown(rate, is_built, mask, demand, *, runs=3, seed=1):
    masks = [Mask("red line", mask)]
    free = np.where(together(masks, rate.shape), 0.0, rate)
    ground = prepared_ground(free, is_built, np.linspace(0.5, 3.0, 25), 2)
    return simulate(ground, demand, masks, runs=runs, seed=seed)


@settings(max_examples=40, deadline=None)
@given(some.integers(0, 10_000), some.lists(some.integers(0, 30), min_size=1, max_size=6))
def test_a_masked_or_built_cell_never_converts(seed, wanted):
    rate, is_built, mask = land(seed)
    found = grown(rate, is_built, mask, Demand("quota", tuple(wanted), tuple(range(len(wanted)))))
    assert not found.runs[mask].any()
    assert not found.runs[is_built].any()
    assert not found.ranked[mask | is_built | (rate == 0)].any()
    assert [each["converted"] for each in found.masked] == [0]


@settings(max_examples=40, deadline=None)
@given(some.integers(0, 10_000), some.integers(0, 300), some.integers(1, 8))
def test_demand_is_met_exactly_or_the_shortfall_is_said(seed, total, years):
    rate, is_built, mask = land(seed)
    demand = split_evenly("quota", total, tuple(range(years)))
    found = grown(rate, is_built, mask, demand)
    assert found.placed == min(total, found.candidates)
    assert found.placed + found.shortfall == total
    assert int(found.runs.sum()) == 3 * found.placed
    assert int(found.ranked.sum()) == found.placed


@settings(max_examples=30, deadline=None)
@given(some.integers(0, 10_000), some.lists(some.integers(0, 20), min_size=1, max_size=5))
def test_each_step_converts_what_it_wants(seed, wanted):
    rate, is_built, _ = land(seed)
    ground = ground_of(rate, is_built, np.ones(9), radius=1)
    step_of = grow(ground, wanted, seed=seed)
    left = len(ground.cell)
    for step, number in enumerate(wanted, start=1):
        assert (step_of == step).sum() == min(number, left)
        left -= min(number, left)


@settings(max_examples=15, deadline=None)
@given(some.integers(0, 10_000), some.integers(0, 2**63))
def test_the_same_seed_gives_the_same_bytes_on_any_number_of_threads(town, seed):
    rate, is_built, mask = land(town)
    demand, before = split_evenly("quota", 40, (1, 2, 3)), threads_in_use()
    try:
        set_threads(1)
        alone = grown(rate, is_built, mask, demand, runs=6, seed=seed)
        set_threads(3)
        shared = grown(rate, is_built, mask, demand, runs=6, seed=seed)
    finally:
        set_threads(before)
    assert alone.runs.tobytes() == shared.runs.tobytes()
    assert alone.ranked.tobytes() == shared.ranked.tobytes()
    assert alone.seeds == shared.seeds


def test_more_runs_do_not_change_the_mean_beyond_its_error():
    rate, is_built, mask = land(5, 30, 30)
    demand = split_evenly("quota", 120, (1, 2, 3, 4))
    few = grown(rate, is_built, mask, demand, runs=60, seed=1)
    many = grown(rate, is_built, mask, demand, runs=600, seed=2)
    mean = (60 * few.probability + 600 * many.probability) / 660
    often = mean > 0.05  # below it 60 runs see a cell too seldom for a normal error
    off = (few.probability - many.probability)[often]
    error = np.sqrt((mean * (1 - mean))[often] * (1 / 60 + 1 / 600))
    assert often.sum() > 100
    assert (np.abs(off) / error).max() < 5.0
    assert 0.7 < np.square(off / error).mean() < 1.3


def test_weights_are_the_odds_of_the_draw():
    ground = ground_of(np.array([[1.0, 2.0, 4.0, 1.0]]), np.zeros((1, 4), bool), np.ones(9),
                       radius=1)  # fmt: skip
    times = np.mean([grow(ground, [1], seed=seed) > 0 for seed in range(8000)], axis=0)
    assert times == pytest.approx([0.125, 0.25, 0.5, 0.125], abs=0.02)


def test_more_runs_begin_with_the_same_seeds():
    assert seeds_of(9, 50)[:30] == seeds_of(9, 30)


def test_neighbours_that_convert_draw_others():
    """From one built cell with a strong lift, growth stays in one piece; without, it scatters."""
    rate, is_built = np.ones((21, 21)), np.zeros((21, 21), bool)
    is_built[10, 10] = True
    lift = np.array([1e-6] + [1.0] * 8)
    ground = ground_of(rate, is_built, lift, radius=1)
    near = grow(ground, [5] * 6, seed=3) > 0
    row, column = np.divmod(ground.cell[near], 21)
    assert max(np.abs(row - 10).max(), np.abs(column - 10).max()) <= 6
    flat = grow(ground_of(rate, is_built, np.ones(9), radius=1), [5] * 6, seed=3) > 0
    row, column = np.divmod(ground.cell[flat], 21)
    assert max(np.abs(row - 10).max(), np.abs(column - 10).max()) > 6


def test_the_ranked_run_takes_the_largest_weights():
    rate = np.arange(1.0, 13.0).reshape(3, 4)
    ground = ground_of(rate, np.zeros((3, 4), bool), np.ones(9), radius=1)
    taken = grow(ground, [2, 3], seed=1, is_random=False)
    assert np.flatnonzero(taken).tolist() == [7, 8, 9, 10, 11]


def test_a_converted_masked_cell_is_a_fault_that_stops_everything():
    mask = Mask("farmland", np.array([[True, False]]))
    with pytest.raises(MaskedGrowthError, match="farmland"):
        proof([mask], np.array([[1, 0]]))
