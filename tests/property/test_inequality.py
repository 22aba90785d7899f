"""What holds for any spread: parts add up, scale and order do not matter, levelling lowers it."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.measures.unequal import (
    gini_coefficient,
    theil_index,
    theil_parts,
    weighted_quantile,
)

AREAS = 4
UNITS = st.lists(
    st.tuples(st.floats(0.0, 1e4), st.floats(0.01, 1e5), st.integers(0, AREAS - 1)),
    min_size=1, max_size=30,
)  # fmt: skip


def columns(units: list[tuple[float, float, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    value, people, area = zip(*units, strict=True)
    return np.array(value), np.array(people), np.array(area, dtype=np.int64)


@settings(max_examples=100, deadline=None)
@given(UNITS)
def test_theil_within_and_between_areas_add_up_to_the_total(
    units: list[tuple[float, float, int]],
) -> None:
    value, people, area = columns(units)
    if (value * people).sum() <= 1e-6:
        return
    found = theil_parts(value, people, area, AREAS)
    assert np.isclose(found.within + found.between, found.total, rtol=1e-9, atol=1e-9)
    assert np.isclose(found.between_of.sum(), found.between)
    assert found.between > -1e-9


@settings(max_examples=100, deadline=None)
@given(UNITS, st.floats(0.01, 100.0))
def test_neither_the_unit_nor_the_order_matters(
    units: list[tuple[float, float, int]], factor: float
) -> None:
    value, people, _ = columns(units)
    if (value * people).sum() <= 1e-6:
        return
    for index in (gini_coefficient, theil_index):
        here = index(value, people)
        assert np.isclose(here, index(value[::-1] * factor, people[::-1] * factor), atol=1e-9)


@settings(max_examples=100, deadline=None)
@given(UNITS)
def test_giving_everyone_the_same_more_makes_it_more_equal(
    units: list[tuple[float, float, int]],
) -> None:
    value, people, _ = columns(units)
    if (value * people).sum() <= 1e-6:
        return
    more = value + value.max()
    assert gini_coefficient(more, people) <= gini_coefficient(value, people) + 1e-9
    assert theil_index(more, people) <= theil_index(value, people) + 1e-9


@settings(max_examples=100, deadline=None)
@given(UNITS)
def test_splitting_a_unit_changes_nothing(units: list[tuple[float, float, int]]) -> None:
    value, people, _ = columns(units)
    if (value * people).sum() <= 1e-6:
        return
    twice, halves = np.repeat(value, 2), np.repeat(people / 2, 2)
    assert np.isclose(gini_coefficient(twice, halves), gini_coefficient(value, people), atol=1e-9)
    assert np.isclose(theil_index(twice, halves), theil_index(value, people), atol=1e-9)


@settings(max_examples=100, deadline=None)
@given(UNITS, st.floats(0.01, 0.99))
def test_a_quantile_is_a_value_that_this_part_of_the_people_do_not_exceed(
    units: list[tuple[float, float, int]], part: float
) -> None:
    value, people, _ = columns(units)
    found = weighted_quantile(value, people, part)
    assert found in value
    assert people[value <= found].sum() >= (part - 1e-9) * people.sum()
    assert people[value < found].sum() < (part + 1e-9) * people.sum()
