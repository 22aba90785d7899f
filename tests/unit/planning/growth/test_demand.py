"""Demand: a number of cells for each year, by trend, transitions or quota."""

from __future__ import annotations

import numpy as np
import pytest

from urbanwork.errors import UserError
from urbanwork.planning.growth.demand import CrossTab, demand_of, split_evenly

GROWS = CrossTab((1, 2), np.array([[80, 20], [0, 100]]))


def test_trend_goes_on_as_before():
    found = demand_of("trend", GROWS, built=2, fit=(2000, 2010), until=2015)
    assert found.wanted == (2, 2, 2, 2, 2)
    assert found.years == (2011, 2012, 2013, 2014, 2015)


def test_markov_takes_the_same_share_of_what_is_left():
    """80 cells are left in 2010; a fifth of them, 16, goes by 2020, then 12.8 of 64."""
    found = demand_of("markov", GROWS, built=2, fit=(2000, 2010), until=2030)
    assert sum(found.wanted[:10]) == 16
    assert found.total == 29  # 28.8 cells, rounded


def test_quota_is_shared_out_exactly():
    found = demand_of("quota", GROWS, built=2, fit=(2000, 2010), until=2013, quota=10)
    assert found.total == 10
    assert max(found.wanted) - min(found.wanted) <= 1


def test_split_adds_up():
    assert sum(split_evenly("observed", 3247, range(1992, 2000)).wanted) == 3247


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "trend", "until": 2010}, "ends in 2010, but the second map is of 2010"),
        ({"kind": "guess", "until": 2020}, "kind is trend, markov, quota, got 'guess'"),
        ({"kind": "quota", "until": 2020}, "needs a number of cells"),
        ({"kind": "quota", "until": 2020, "quota": -1}, "got -1"),
    ],
)
def test_bad_demand_is_one_sentence(given, words):
    with pytest.raises(UserError, match=words) as caught:
        demand_of(given.pop("kind"), GROWS, built=2, fit=(2000, 2010), **given)
    assert "\n" not in str(caught.value)


def test_land_that_shrinks_has_no_trend():
    shrinks = CrossTab((1, 2), np.array([[90, 0], [10, 90]]))
    with pytest.raises(UserError, match="does not grow"):
        demand_of("trend", shrinks, built=2, fit=(2000, 2010), until=2020)
