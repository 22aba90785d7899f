"""A what-if says what measuring the changed city from nothing says, and takes all of it back."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from town import town
from urbanwork.errors import UserError
from urbanwork.examination.tabulate import all_values
from urbanwork.planning.applying import applied
from urbanwork.planning.changes import Change
from urbanwork.planning.whatif import Session, windows
from whatif_towns import (
    LEGEND,
    differences,
    from_nothing,
    on_map,
    random_change,
    small_catalogue,
    value_differences,
)

CATALOGUE = small_catalogue()
QUICK = ("add_place", "move_place", "remove_place", "set_capacity", "add_stop", "remove_stop",
         "set_headway", "close_street", "close_street", "reopen_street")  # fmt: skip
SLOW = (*QUICK, "add_housing", "demolish_housing", "change_land_use", "add_street")


@st.composite
def towns(draw):
    width, height = draw(st.integers(4, 10)), draw(st.integers(2, 6))
    row = st.text(alphabet="--||++++123AKMSFPqTHU><^#..", min_size=width, max_size=width)
    rows = draw(st.lists(row, min_size=height, max_size=height))
    rows[0] = "+-1" + rows[0][3:]
    uses = st.text("rrgfcio..", min_size=width, max_size=width)
    land = draw(st.lists(uses, min_size=height, max_size=height))
    areas = "\n".join("a" * (width // 2) + "b" * (width - width // 2) for _ in range(height))
    buildings = [(draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1)), 400, 900, True)
                 for _ in range(draw(st.integers(0, 3)))]  # fmt: skip
    return town(
        "\n".join(rows), people_per_digit=400, legend=LEGEND, headways={"T": 12.0},
        land=["\n".join(land)], buildings=buildings, areas=areas, edge=draw(st.booleans()),
    )  # fmt: skip


def check(session, city):
    measured, values = from_nothing(applied(city, session.changes), CATALOGUE)
    assert differences(session.measured.ratios, measured.ratios) == []
    assert value_differences(session.values(), values) == []
    summed, kept = all_values(session.measured, CATALOGUE.indicators), session.values()
    assert [key for key in summed if repr(summed[key]) != repr(kept[key])] == []  # to the last bit


def play(city, kinds, seed, count):
    chance = np.random.default_rng(seed)
    session = Session(city, CATALOGUE)
    first = dict(session.measured.ratios), session.values()
    for number in range(count):
        change = random_change(chance, city, number, session.changes, kinds)
        if change is None:
            continue
        if chance.integers(4) == 0 and session.changes:
            session.undo()
        try:
            session.apply(change)
        except UserError:  # what it names was taken back, or it means no street: nothing changes
            continue
    check(session, city)
    while session.changes:
        session.undo()
    assert differences(session.measured.ratios, first[0]) == []
    assert session.values() == first[1]
    return session


@settings(max_examples=25, deadline=None)
@given(city=towns(), seed=st.integers(0, 2**31), count=st.integers(1, 6))
def test_what_if_is_a_full_recomputation_and_its_undoing_today(city, seed, count):
    play(city, QUICK, seed, count)


@settings(max_examples=12, deadline=None)
@given(city=towns(), seed=st.integers(0, 2**31), count=st.integers(1, 6))
def test_the_same_with_homes_land_and_new_streets(city, seed, count):
    play(city, SLOW, seed, count)


@settings(max_examples=12, deadline=None)
@given(city=towns(), seed=st.integers(0, 2**31), count=st.integers(1, 6))
def test_the_same_where_only_the_cells_near_a_change_are_measured_again(city, seed, count):
    with mock.patch.object(windows, "MOST_SHARE", 1.0):  # of a small town most cells are near
        play(city, QUICK, seed, count)


@settings(max_examples=40, deadline=None)
@given(city=towns(), category=st.sampled_from(("kindergarten", "park", "primary_school")),
       cell=st.integers(0, 59), aside=st.integers(-40, 40))  # fmt: skip
def test_a_new_place_never_lowers_access(city, category, cell, aside):
    row = cell % len(city.cells.people)
    point = shapely.Point(city.cells.x[row] + aside, city.cells.y[row] + 0.5)
    shape = point.buffer(60, quad_segs=2) if category == "park" else point
    session = Session(city, CATALOGUE)
    change = Change("new", "add_place", on_map(city, shape), category=category, capacity=90.0)
    effect = session.apply(change)
    for key in ("life.kindergarten_300m", "life.circle_5min", "green.park_walk_coverage"):
        if key not in effect.after:
            continue
        for one, two in zip(effect.before[key], effect.after[key], strict=True):
            if one.measured.numerator is not None:
                assert two.measured.numerator >= one.measured.numerator - 1e-9


def test_a_change_that_cannot_be_made_changes_nothing():
    city = town("K-1-2")
    session = Session(city, CATALOGUE)
    before = session.values()
    with pytest.raises(UserError, match="no place"):
        session.apply(Change("r", "remove_place", target="node/1"))
    assert session.values() == before
    with pytest.raises(UserError, match="no change to be taken back"):
        session.undo()
