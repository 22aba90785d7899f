"""Shares with their intervals, and ranks only where intervals are apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbanwork.errors import UserError
from urbanwork.supervision.evaluation import places, wilson

counts = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_that_of_published_examples(numerator, denominator, low, high):
    """Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3."""
    found = wilson(numerator, denominator)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(counts)
def test_the_share_lies_in_its_interval_and_that_between_0_and_1(counted):
    found = wilson(*counted)
    assert 0 <= found.low <= found.share <= found.high <= 1


@given(st.dictionaries(st.text(max_size=3), counts, max_size=6))
def test_who_has_a_rank_overlaps_with_nobody(shares):
    found = places(shares)
    for name, place in found.items():
        others = [other.interval for key, other in found.items() if key != name]
        apart = all(
            other.high < place.interval.low or other.low > place.interval.high for other in others
        )
        assert (place.rank is not None) == apart
        assert 1 <= place.best <= place.worst <= len(shares)


def test_few_tasks_give_no_rank():
    assert places({"a": (10, 10), "b": (7, 10)})["a"].rank is None
    assert places({"a": (100, 100), "b": (70, 100)})["a"].rank == 1


@pytest.mark.parametrize("counted", [(1, 0), (3, 2), (-1, 2)])
def test_what_is_no_share_is_refused(counted):
    with pytest.raises(UserError):
        wilson(*counted)
