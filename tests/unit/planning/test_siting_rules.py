"""Rules of siting: floors of the worst area, rules that clash by name, the same answer twice."""

from __future__ import annotations

import numpy as np
import pytest

from urbanwork.planning.siting import (
    ClashError,
    Rules,
    full_cover,
    maximal_cover,
    p_median,
    ways_of_matrix,
    ways_of_pairs,
)

# two sites for the many in area 0, one for the few in area 1
TABLE = np.array([[1.0, 9, 9], [9, 1, 9], [9, 9, 1]])
PEOPLE = np.array([100.0, 90.0, 10.0])
AREA = np.array([0, 0, 1])


def test_a_floor_for_the_worst_area_sends_a_site_to_the_few():
    ways = ways_of_matrix(TABLE)
    free = maximal_cover(ways, PEOPLE, 2, Rules(most=2))
    fair = maximal_cover(ways, PEOPLE, 2, Rules(most=2, area=AREA, floor=0.5))
    assert (free.chosen.tolist(), free.objective) == ([0, 1], 190)
    assert (fair.chosen.tolist(), fair.objective) == ([0, 2], 110)


def test_a_floor_holds_for_the_median_too():
    rules = Rules(most=2, area=AREA, floor=0.5, floor_radius=2.0)
    answer = p_median(ways_of_matrix(TABLE), PEOPLE, rules)
    assert answer.chosen.tolist() == [0, 2]
    assert answer.objective == 100 + 810 + 10


def test_what_clashes_is_named_and_nothing_else():
    rules = Rules(most=1, area=AREA, floor=0.5, cost=np.ones(3), budget=9.0)
    with pytest.raises(ClashError) as caught:
        maximal_cover(ways_of_matrix(TABLE), PEOPLE, 2, rules)
    assert set(caught.value.groups) == {"how_many", "floor:0", "floor:1"}


def test_a_budget_too_small_is_named_without_the_number_of_sites():
    rules = Rules(most=3, cost=np.full(3, 5.0), budget=10.0)
    with pytest.raises(ClashError) as caught:
        full_cover(ways_of_matrix(TABLE), PEOPLE, 2, rules)
    assert set(caught.value.groups) == {"budget", "reach"}


def test_too_few_seats_are_named():
    rules = Rules(most=3, capacity=np.full(3, 50.0))
    with pytest.raises(ClashError) as caught:
        full_cover(ways_of_matrix(TABLE), PEOPLE, 2, rules)
    assert set(caught.value.groups) == {"capacity", "reach"}


def test_people_whom_no_site_reaches_are_a_clash_of_reach_alone():
    ways = ways_of_pairs([0], [0], [1.0], demands=2, sites=1)
    with pytest.raises(ClashError) as caught:
        full_cover(ways, np.ones(2), 5.0, Rules())
    assert caught.value.groups == ("reach",)
    with pytest.raises(ClashError):
        p_median(ways, np.ones(2), Rules(most=1))
    assert p_median(ways, np.ones(2), Rules(most=1), beyond=10.0).objective == 11.0


def test_the_same_question_gets_the_same_answer():
    chance = np.random.default_rng(5)
    ways = ways_of_matrix(chance.integers(0, 9, (60, 20)).astype(float))
    weight = np.ones(60)
    first, again = (maximal_cover(ways, weight, 1, Rules(most=4)) for _ in range(2))
    assert first.chosen.tolist() == again.chosen.tolist()
    assert first.carried.tobytes() == again.carried.tobytes()


def test_a_time_limit_gives_a_choice_with_its_gap():
    chance = np.random.default_rng(1)
    site, home = chance.random((60, 2)), chance.random((400, 2))
    table = np.hypot(*(home[:, None] - site[None]).transpose(2, 0, 1))
    answer = maximal_cover(ways_of_matrix(table), np.ones(400), 0.2, Rules(most=10), seconds=0.0)
    assert len(answer.chosen) == 10
    assert answer.objective <= answer.bound <= 400
    assert answer.gap < 0.1
