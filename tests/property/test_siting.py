"""Siting: no choice at all is better than the one that is called the best, and rules are kept."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.planning.siting import (
    ClashError,
    Rules,
    full_cover,
    maximal_cover,
    p_center,
    p_median,
    ways_of_matrix,
)
from urbanwork.planning.siting.covering import most_covered
from urbanwork.planning.siting.exchange import Payments
from urbanwork.planning.siting.nearest import cheapest

QUICK = settings(max_examples=25, deadline=None)


@st.composite
def problems(draw):
    demands, sites = draw(st.integers(1, 12)), draw(st.integers(1, 7))
    whole = st.integers(0, 30)
    table = draw(st.lists(st.lists(whole, min_size=sites, max_size=sites),
                          min_size=demands, max_size=demands))  # fmt: skip
    weight = draw(st.lists(whole, min_size=demands, max_size=demands))
    kept = draw(st.lists(st.booleans(), min_size=sites, max_size=sites))
    cost = draw(st.lists(st.integers(1, 5), min_size=sites, max_size=sites))
    most = draw(st.integers(1, sites))
    return (np.array(table, float), np.array(weight, float), np.array(kept),
            np.array(cost, float), most)  # fmt: skip


def choices(kept, most, cost=None, budget=np.inf):
    free = np.flatnonzero(~kept)
    for count in range(min(most, len(free)) + 1):
        for some in itertools.combinations(free, count):
            is_open = kept.copy()
            is_open[list(some)] = True
            if is_open.any() and (cost is None or cost[list(some)].sum() <= budget):
                yield is_open


def least(table, is_open):
    return table[:, is_open].min(axis=1)


@QUICK
@given(problems())
def test_no_choice_costs_less_than_the_median_and_none_covers_more(problem):
    table, weight, kept, _, most = problem
    ways, rules = ways_of_matrix(table), Rules(most=most, kept=kept)
    median = p_median(ways, weight, rules)
    cover = maximal_cover(ways, weight, 8.0, rules)
    costs = [(weight * least(table, each)).sum() for each in choices(kept, most)]
    covers = [weight[least(table, each) <= 8].sum() for each in choices(kept, most)]
    assert median.objective == min(costs)
    assert cover.objective == max(covers)
    assert median.is_proven
    assert cover.is_proven
    assert set(np.flatnonzero(kept)) <= set(median.chosen)


@QUICK
@given(problems())
def test_the_center_is_the_least_farthest_distance(problem):
    table, weight, kept, _, most = problem
    if not (weight > 0).any():
        return
    answer = p_center(ways_of_matrix(table), weight, Rules(most=most, kept=kept))
    farthest = [least(table, each)[weight > 0].max() for each in choices(kept, most)]
    assert answer.objective == answer.bound == min(farthest)


@QUICK
@given(problems(), st.integers(1, 12))
def test_a_budget_is_kept_and_the_best_choice_within_it_is_found(problem, budget):
    table, weight, kept, cost, _ = problem
    ways, rules = ways_of_matrix(table), Rules(kept=kept, cost=cost, budget=float(budget))
    allowed = list(choices(kept, len(kept), cost, budget))
    answer = maximal_cover(ways, weight, 8.0, rules)
    assert answer.objective == max(
        (weight[least(table, each) <= 8].sum() for each in allowed), default=0.0
    )
    median = p_median(ways, weight, rules, beyond=20.0)
    assert median.objective == pytest.approx(
        min(((weight * np.minimum(20, least(table, each))).sum() for each in allowed),
            default=20 * weight.sum()), abs=1e-6,
    )  # fmt: skip
    opened = answer.chosen[~kept[answer.chosen]]
    assert cost[opened].sum() <= budget


@QUICK
@given(problems())
def test_full_cover_needs_no_more_sites_than_any_choice_that_covers_all(problem):
    table, weight, kept, _, _ = problem
    weight[0] = 1.0
    ways = ways_of_matrix(table)
    covering = [
        int((each & ~kept).sum()) for each in choices(kept, len(kept))
        if (least(table, each)[weight > 0] <= 15).all()
    ]  # fmt: skip
    if covering:
        assert full_cover(ways, weight, 15.0, Rules(kept=kept)).objective == min(covering)
    else:
        with pytest.raises(ClashError):
            full_cover(ways, weight, 15.0, Rules(kept=kept))


@QUICK
@given(problems(), st.integers(1, 40))
def test_nobody_is_sent_where_there_is_no_seat_left(problem, seats):
    table, weight, kept, _, most = problem
    ways = ways_of_matrix(table)
    rules = Rules(most=most, kept=kept, capacity=np.full(len(kept), float(seats)))
    answer = maximal_cover(ways, weight, 8.0, rules)
    taken = np.bincount(ways.site, answer.carried, minlength=len(kept))
    assert (taken <= seats + 1e-6).all()
    assert taken[np.setdiff1d(np.arange(len(kept)), answer.chosen)].sum() == 0
    free = maximal_cover(ways, weight, 8.0, Rules(most=most, kept=kept))
    assert answer.objective <= free.objective + 1e-6


@QUICK
@given(problems())
def test_one_more_site_never_lowers_what_is_covered(problem):
    table, weight, kept, _, most = problem
    ways = ways_of_matrix(table)
    fewer = maximal_cover(ways, weight, 8.0, Rules(most=most - 1, kept=kept))
    more = maximal_cover(ways, weight, 8.0, Rules(most=most, kept=kept))
    assert more.objective >= fewer.objective


@QUICK
@given(st.integers(0, 10_000), st.booleans(), st.sampled_from([0.15, 0.25, 0.4]))
def test_prices_and_a_small_model_prove_what_branches_on_prices_prove(seed, is_whole, radius):
    chance = np.random.default_rng(seed)
    home, site = chance.random((120, 2)), chance.random((20, 2))
    near = ways_of_matrix(np.hypot(*(home[:, None] - site[None]).transpose(2, 0, 1))).within(radius)
    weight = chance.integers(0, 30, 120) if is_whole else 30 * chance.random(120)
    kept = np.arange(20) < seed % 3
    paying = Payments(near, np.zeros(len(near.site)), weight.astype(float))
    one = most_covered(near, weight, kept, 4, seconds=20.0)
    two = cheapest(paying, kept, 4, seconds=20.0)
    assert one.cost == pytest.approx(two.cost, rel=1e-9, abs=1e-9)
    assert one.bound == pytest.approx(one.cost, rel=1e-6, abs=1e-6)
    assert (one.is_open & kept).sum() == kept.sum()
    assert one.is_open.sum() <= kept.sum() + 4
