"""Who gains and who loses by a plan: people of areas, walks, and grades before and after."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from town import cell_at, town
from urbanwork.catalogue.bottomlines import load_bottom_lines
from urbanwork.errors import ManyFaultsError
from urbanwork.planning.changes import Change, Scenario
from urbanwork.planning.whatif import Session
from urbanwork.planning.whatif.running import what_if
from whatif_towns import on_map, small_catalogue

CATALOGUE = small_catalogue()
KINDERGARTEN = "life.kindergarten_300m"
AREAS = "aaaaabbbbb\naaaaabbbbb\naaaaabbbbb"


@pytest.fixture(scope="module")
def session():
    city = town(
        "K--1--2--3\n|        |\n4--+--5--6", people_per_digit=100, areas=AREAS,
        legend={"K": "kindergarten"},
    )  # fmt: skip
    return Session(city, CATALOGUE)


def scenario(session, *changes):
    return [Scenario("s", "s", changes)]


def place(session, name, column, row):
    cell = cell_at(session.city, column, row)
    point = shapely.Point(session.city.cells.x[cell], session.city.cells.y[cell])
    return Change(name, "add_place", on_map(session.city, point), category="kindergarten")


def line_of(found, indicator):
    return next(line for line in found.lines if line.indicator.id == indicator)


def test_who_gains_is_counted_by_area(session):
    found = what_if(session, scenario(session, place(session, "k", 9, 2)))
    line = line_of(found, KINDERGARTEN)
    assert (line.city.people_gain, line.city.people_lose) == (1_400, 0)  # 3, 5 and 6
    assert [(each.area, each.people_gain) for each in line.areas] == [("b", 1_400)]
    assert line.city.after > line.city.before
    assert session.changes == ()


def test_who_loses_is_counted_and_graded(session):
    found = what_if(session, scenario(session, Change("r", "remove_place", target="place/0")))
    line = line_of(found, KINDERGARTEN)
    assert (line.city.people_gain, line.city.people_lose) == (0, 500)  # 1 and 4
    assert line.city.after == 0
    assert found.people_before == found.people_after == 2_100


def test_walks_are_counted_in_bands(session):
    found = what_if(session, scenario(session, place(session, "k", 9, 2)))
    bands = line_of(found, KINDERGARTEN).bands
    assert sum(each.people_before for each in bands) == 2_100
    assert bands[0].people_after > bands[0].people_before
    assert bands[-1].people_after < bands[-1].people_before


def test_two_plans_are_held_against_each_other(session):
    one = scenario(session, place(session, "k", 9, 2))
    other = scenario(session, place(session, "k", 9, 2), place(session, "k2", 6, 0))
    line = line_of(what_if(session, other, one), KINDERGARTEN)
    assert line.city.people_gain == 200  # 2, whom the first plan leaves out
    assert what_if(session, one, one).lines == ()


def test_a_plan_that_cannot_be_made_changes_nothing(session):
    with pytest.raises(ManyFaultsError, match="no place 'node/1'"):
        what_if(session, scenario(session, Change("r", "remove_place", target="node/1")))
    assert session.changes == ()


def test_people_who_move_in_are_told_apart_from_who_gains(session):
    new = Change("h", "add_housing", place(session, "h", 0, 0).geometry, people=300)
    found = what_if(session, scenario(session, new))
    assert found.people_after - found.people_before == pytest.approx(300)
    line = line_of(found, KINDERGARTEN)
    assert line.city.people_gain == 0
    assert np.isclose(line.city.after, 100 * 800 / 2_400)


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ({"codes": ("red_line.1",)}, "is claimed without its approval document"),
        ({"codes": ("red_line.99",), "approvals": ("No 1",)}, "there is no exception"),
    ],
)
def test_an_exception_without_its_document_is_refused_before_anything_is_made(
    session, claim, words
):
    lines = [rule for rule in load_bottom_lines() if rule.id == "ecology.red_line"]
    held = Session(session.city, CATALOGUE, bottom_lines=lines)
    change = replace(place(session, "k", 9, 2), **claim)
    with pytest.raises(ManyFaultsError, match=words):
        what_if(held, scenario(session, change))
    assert held.changes == ()
