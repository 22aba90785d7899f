"""Ranks: ties, the range that bounds leave open, and who is not ranked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from compared_values import value
from urbanwork.examination.ranks import Rank, ranks


def places(found: list[Rank]) -> dict[str, tuple[int | None, int | None, int | None]]:
    return {each.of: (each.rank, each.best, each.worst) for each in found}


def test_the_highest_is_first_where_higher_is_better_and_last_where_lower_is():
    values = {"a": value(10.0), "b": value(30.0), "c": value(20.0)}
    assert [each.of for each in ranks(values, "higher")] == ["b", "c", "a"]
    assert [each.of for each in ranks(values, "lower")] == ["a", "c", "b"]


def test_equal_values_share_the_better_place_and_say_so():
    found = ranks({"a": value(3.0), "b": value(2.0), "c": value(2.0), "d": value(1.0)}, "higher")
    assert [(each.of, each.rank, each.is_tied) for each in found] == [
        ("a", 1, False), ("b", 2, True), ("c", 2, True), ("d", 4, False),
    ]  # fmt: skip


def test_bounds_leave_the_places_open_that_overlap():
    values = {"a": value(90.0), "b": value(50.0, 40, 60), "c": value(45.0, 30, 55), "d": value(5.0)}
    assert places(ranks(values, "higher")) == {
        "a": (1, 1, 1), "b": (2, 2, 3), "c": (3, 2, 3), "d": (4, 4, 4),
    }  # fmt: skip


def test_who_has_no_value_is_not_ranked_and_stands_last():
    found = ranks({"a": value(None), "b": value(1.0), "c": None}, "higher")
    assert places(found) == {"b": (1, 1, 1), "a": (None, None, None), "c": (None, None, None)}


def test_of_a_band_the_nearest_is_best_from_either_side():
    values = {"above": value(130.0), "inside": value(90.0), "below": value(75.0)}
    found = ranks(values, "band", (80.0, 100.0))
    assert [each.of for each in found] == ["inside", "below", "above"]


def test_nothing_is_ranked_that_has_no_direction():
    assert ranks({"a": value(1.0), "b": value(2.0)}, "neither") == []
    assert ranks({"a": value(1.0), "b": value(2.0)}, "neither", (0.0, 1.0)) == []
    assert ranks({"a": value(1.0), "b": value(2.0)}, "band") == []


NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)
SPANS = st.lists(st.tuples(NUMBERS, st.floats(0, 1e5), st.floats(0, 1e5)), min_size=1, max_size=12)


@given(SPANS, st.sampled_from(["higher", "lower"]))
def test_a_rank_lies_in_its_own_range_and_wider_bounds_only_widen_it(spans, better):
    near = {str(n): value(m, m - d, m + u) for n, (m, d, u) in enumerate(spans)}
    wide = {str(n): value(m, m - 2 * d - 1, m + 2 * u + 1) for n, (m, d, u) in enumerate(spans)}
    narrow, open_ = places(ranks(near, better)), places(ranks(wide, better))
    for key, (rank, best, worst) in narrow.items():
        assert 1 <= best <= rank <= worst <= len(spans)
        assert open_[key][1] <= best
        assert open_[key][2] >= worst


@given(st.lists(st.integers(-1_000_000, 1_000_000), min_size=1, max_size=12))
def test_without_bounds_every_place_is_certain_but_for_ties(numbers):
    found = ranks({str(n): value(float(number)) for n, number in enumerate(numbers)}, "higher")
    for each in found:
        assert each.worst - each.best == numbers.count(int(each.value.value)) - 1
