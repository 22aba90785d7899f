"""A change taken apart over cells: the parts add up, and each is what its name says."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compared_values import value
from urbanwork.examination.parts import parts_of


def examined(cells, people, values, areas):
    """An examination of one indicator over cells, each with its area; nan is not seen."""
    people, values = np.array(people, float), np.array(values, float)
    area = np.array(areas, object)
    seen = ~np.isnan(values)

    def mean(rows):
        weight = people[rows & seen].sum()
        return value(
            (people * np.nan_to_num(values))[rows & seen].sum() / weight if weight else None
        )

    found = {("x", key): mean(area == key) for key in set(areas)}
    found["x", "city"] = mean(np.full(len(area), True))
    table = {"cell": np.array(cells, np.uint64), "area": area, "people": people,
             "land_m2": people, "x": values}  # fmt: skip
    return SimpleNamespace(
        cells=lambda names: table, values=found, areas=dict.fromkeys(sorted(set(areas)))
    )


def parts(a, b, area="city"):
    return parts_of(a, b, {"x": "people"})["x", area]


NAN = float("nan")


def test_other_answers_in_the_same_cells_are_inside():
    before = examined([1, 2], [50, 50], [0, 100], ["n", "s"])
    after = examined([1, 2], [50, 50], [100, 100], ["n", "s"])
    found = parts(before, after)
    assert (found.ground, found.weights, found.inside) == (0, 0, 50)
    assert parts(before, after, "s").size == 0


def test_other_people_in_the_same_cells_are_weights():
    before = examined([1, 2], [50, 50], [0, 100], ["n", "s"])
    after = examined([1, 2], [50, 150], [0, 100], ["n", "s"])
    found = parts(before, after)
    assert (found.ground, found.weights, found.inside) == (0, 25, 0)


def test_cells_that_only_one_saw_are_ground():
    before = examined([1, 2], [50, 50], [0, 100], ["n", "s"])
    found = parts(before, examined([2, 3], [50, 50], [100, 100], ["s", "s"]))
    assert (found.ground, found.weights, found.inside) == (50, 0, 0)
    unseen = parts(before, examined([1, 2], [50, 50], [NAN, 100], ["n", "s"]))
    assert (unseen.ground, unseen.weights, unseen.inside) == (50, 0, 0)


def test_a_cell_that_moved_to_another_area_is_ground_there_and_nothing_for_the_city():
    before = examined([1, 2, 3], [50, 50, 50], [0, 100, 100], ["n", "n", "s"])
    after = examined([1, 2, 3], [50, 50, 50], [0, 100, 100], ["n", "s", "s"])
    assert parts(before, after).size == 0
    found = parts(before, after, "n")
    assert (found.ground, found.inside) == (-50, 0)


def test_a_value_that_is_no_mean_over_cells_is_not_taken_apart():
    before = examined([1, 2], [50, 50], [0, 100], ["n", "s"])
    before.values["x", "city"] = value(77.0)
    assert ("x", "city") not in parts_of(before, before, {"x": "people"})
    assert parts_of(before, before, {"x": "junctions"}) == {}


CELLS = st.dictionaries(
    st.integers(1, 12),
    st.tuples(st.integers(1, 500), st.one_of(st.just(NAN), st.floats(0, 100)),
              st.sampled_from("ns")),
    min_size=1,
)  # fmt: skip


@given(CELLS, CELLS)
def test_the_parts_add_up_to_the_change(before, after):
    a, b = (examined(list(each), *zip(*each.values(), strict=True)) for each in (before, after))
    for (indicator, area), found in parts_of(a, b, {"x": "people"}).items():
        change = b.values[indicator, area].value - a.values[indicator, area].value
        assert found.ground + found.weights + found.inside == pytest.approx(change, abs=1e-8)
