"""Changes made on a drawn town: each touches what it should and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from town import cell_at, measured, town, value_of
from urbanwork.errors import UserError
from urbanwork.planning.applying import applied
from urbanwork.planning.changes import Change, Scenario
from urbanwork.planning.consistency import check_scenario
from urbanwork.quantities.crs import unproject

DRAWING = """
A--1--2--3
|        |
4--+--5--6
"""
REACH = {"category": "primary_school", "radius_m": 300}


def on_map(city, shape):
    return unproject(np.array([shape], object), city.crs)[0]


def at(city, column, row):
    cell = cell_at(city, column, row)
    return on_map(city, shapely.Point(city.cells.x[cell], city.cells.y[cell]))


def reached(city):
    return value_of(measured(city, "reach_share", **REACH))


def test_a_new_school_reaches_the_people_near_it():
    city = town(DRAWING)
    before = reached(city)
    new = applied(city, [Change("k", "add_place", at(city, 9, 2), category="primary_school")])
    assert before == pytest.approx(100 * (1 + 4) / 21)
    assert reached(new) == pytest.approx(100 * (1 + 4 + 3 + 5 + 6) / 21)
    assert new.places.id[-1] == "plan/k"
    assert reached(city) == before  # today's city is left as it was


def test_a_place_that_was_added_can_be_moved_and_removed():
    city = town(DRAWING)
    add = Change("k", "add_place", at(city, 9, 2), category="primary_school")
    move = Change("m", "move_place", at(city, 0, 0), target="k")
    gone = Change("g", "remove_place", target="plan/k")
    assert reached(applied(city, [add, move])) == reached(city)
    assert len(applied(city, [add, move, gone]).places.id) == len(city.places.id)


def test_without_its_last_school_nobody_reaches_one():
    city = town(DRAWING)
    assert reached(applied(city, [Change("r", "remove_place", target="place/0")])) == 0


def test_who_cannot_pass_a_closed_street_walks_around():
    city = town("A--1\n|  |\n+--+")
    closed = applied(city, [Change("c", "close_street", on_map(city, shapely.LineString(
        [(-10, 0), (310, 0)])))])  # fmt: skip
    walk = {"category": "primary_school", "limit_m": 2_000}
    assert value_of(measured(city, "nearest_distance", **walk)) == 300
    # the home and the school stand on the closed street itself: both leave it at its ends
    assert value_of(measured(closed, "nearest_distance", **walk)) == 700
    assert (closed.street_m == city.street_m).all()


def test_a_closed_street_opens_again():
    city = town("A--1\n|  |\n+--+")
    line = on_map(city, shapely.LineString([(-10, 0), (310, 0)]))
    changes = [Change("c", "close_street", line), Change("o", "reopen_street", target="c")]
    assert reached(applied(city, changes)) == reached(city)


def test_a_new_street_joins_and_is_counted():
    city = town("A--+  1\n|     |\n+--+--+")
    line = on_map(city, shapely.LineString([(300, 0), (600, 0)]))
    new = applied(city, [Change("s", "add_street", line, name="Short cut")])
    walk = {"category": "primary_school", "limit_m": 2_000}
    assert value_of(measured(city, "nearest_distance", **walk)) == 1_000
    assert value_of(measured(new, "nearest_distance", **walk)) == 600
    assert new.street_m.sum() == pytest.approx(city.street_m.sum() + 300)


def test_new_homes_bring_people_and_floors_to_their_cell():
    city = town(DRAWING)
    new = applied(city, [Change("h", "add_housing", at(city, 9, 2), people=10)])
    cell = cell_at(city, 9, 2)
    assert new.cells.people[cell] == city.cells.people[cell] + 10
    assert new.cells.people.sum() == city.cells.people.sum() + 10
    assert new.buildings.floor_m2.sum() == pytest.approx(10 * 40 / 0.75)


def test_who_lives_in_demolished_homes_leaves():
    city = town(DRAWING, buildings=[(6, 0, 400, 900, True), (6, 0, 100, 300, True)])
    ground = on_map(city, shapely.box(555, -45, 645, 45))
    gone = applied(city, [Change("d", "demolish_housing", ground)])
    cell = cell_at(city, 6, 0)
    assert city.cells.people[cell] == 2
    assert gone.cells.people[cell] == 0
    assert gone.cells.people.sum() == city.cells.people.sum() - 2
    assert len(gone.buildings.cell) == 0


def homes_of_two_people():
    """Two homes of 100 and 300 m2 on a cell of two people, and the ground of both."""
    city = town(DRAWING, buildings=[(6, 0, 400, 900, True), (6, 0, 100, 300, True)])
    return city, on_map(city, shapely.box(555, -45, 645, 45))


def test_where_less_floor_goes_that_part_of_homes_and_people_goes():
    city, ground = homes_of_two_people()
    floor = city.buildings.floor_m2.sum()
    gone = applied(city, [Change("d", "demolish_housing", ground, floor_m2=floor / 4)])
    cell = cell_at(city, 6, 0)
    assert gone.buildings.floor_m2.sum() == pytest.approx(floor * 3 / 4)
    assert gone.buildings.footprint_m2.sum() == pytest.approx(500 * 3 / 4)
    assert gone.cells.people[cell] == pytest.approx(1.5)


def test_more_people_or_floor_than_is_there_cannot_be_demolished():
    city, ground = homes_of_two_people()
    assert faults(city, Change("d", "demolish_housing", ground, people=2, floor_m2=1200)) == []
    assert faults(city, Change("d", "demolish_housing", ground, people=50, floor_m2=9_000)) == [
        "d: demolishes 9,000 m² of floor, but 1,200 m² stand there; mend the number, or draw all "
        "that goes",
        "d: says that 50 people leave, but 2 live in the cells of the buildings that go; mend the "
        "number, or draw all that goes",
    ]


def test_what_the_plan_builds_or_took_before_counts_when_it_demolishes():
    city, ground = homes_of_two_people()
    built = Change("h", "add_housing", ground, people=60)
    assert faults(city, built, Change("d", "demolish_housing", ground, people=50)) == []
    again = faults(
        city, Change("d", "demolish_housing", ground), Change("e", "demolish_housing", ground)
    )
    assert again == ["e: there is no building to be demolished where it is drawn"]


def test_ground_with_a_new_use_has_this_use_alone():
    city = town(DRAWING, land=["rrrrrrrrrr\nrrrrrrrrrr\nrrrrrrrrrr"])
    half = on_map(city, shapely.box(-50, -50, 50, 0))
    new = applied(city, [Change("l", "change_land_use", half, category="green")])
    land = new.land

    def ground(kind):
        return land.overlap_m2[(land.kind == kind)[land.overlap_land]].sum()

    assert ground("green") == pytest.approx(5_000, rel=1e-6)
    assert ground("residential") == pytest.approx(300_000 - 5_000, rel=1e-6)


def test_a_zone_is_added_for_the_bottom_lines():
    city = town(DRAWING)
    zone = on_map(city, shapely.box(-50, -50, 50, 0))
    new = applied(city, [Change("z", "add_zone", zone, category="green_line")])
    assert new.zones.id.tolist() == ["plan/z"]
    assert new.zone_kinds == ("green_line",)


def test_the_grade_of_a_zone_that_is_added_is_kept():
    city = town(DRAWING)
    shapes = [on_map(city, shapely.box(x, -50, x + 40, 0)) for x in (-50, 0, 50)]
    said = ({}, {"quality": "3", "error_m": 5}, {"quality": "rather good"})
    changes = [
        Change(str(row), "add_zone", shape, category="permanent_farmland", properties=properties)
        for row, (shape, properties) in enumerate(zip(shapes, said, strict=True))
    ]
    zones = applied(city, changes).zones
    np.testing.assert_array_equal(zones.quality, [np.nan, 3.0, np.nan])
    np.testing.assert_array_equal(zones.error_m, [np.nan, 5.0, np.nan])


def test_a_stop_and_its_headway_change():
    city = town("T--1", legend={"T": "timetable_stop"}, headways={"T": 30.0})
    frequent = {"radius_m": 400, "headway_min": 15}
    changes = [Change("h", "set_headway", target="place/0", headway_min=10)]
    assert value_of(measured(city, "frequent_transit_share", **frequent)) == 0
    assert value_of(measured(applied(city, changes), "frequent_transit_share", **frequent)) == 100
    more = [Change("s", "add_stop", at(city, 3, 0), headway_min=5)]
    assert value_of(measured(applied(city, more), "frequent_transit_share", **frequent)) == 100


def test_what_is_not_there_cannot_be_removed():
    city = town(DRAWING)
    with pytest.raises(UserError, match="no place 'node/9'"):
        applied(city, [Change("r", "remove_place", target="node/9", origin="plan.yaml:4")])


def faults(city, *changes):
    return check_scenario(city, Scenario("s", "s", changes))


def test_a_scenario_that_can_be_carried_out_has_no_fault():
    city = town(DRAWING)
    line = on_map(city, shapely.LineString([(-10, 0), (310, 0)]))
    assert faults(
        city, Change("k", "add_place", at(city, 9, 2), category="primary_school"),
        Change("m", "move_place", at(city, 0, 0), target="k"),
        Change("c", "close_street", line), Change("o", "reopen_street", target="c"),
    ) == []  # fmt: skip


def test_every_fault_of_a_scenario_is_told():
    city = town(DRAWING)
    line = on_map(city, shapely.LineString([(-10, 0), (310, 0)]))
    ground, same = (
        on_map(city, shapely.box(0, -50, 90, 0)),
        on_map(city, shapely.box(5, -50, 9, 0)),
    )
    found = faults(
        city, Change("far", "add_place", shapely.Point(10, 50), category="primary_school"),
        Change("none", "remove_place", target="node/9"),
        Change("r", "remove_place", target="place/0"),
        Change("again", "set_capacity", target="place/0", capacity=3),
        Change("o", "reopen_street", target="nobody"),
        Change("o2", "reopen_street", line),
        Change("c", "close_street", line), Change("c2", "close_street", line),
        Change("l", "change_land_use", ground, category="green"),
        Change("l2", "change_land_use", same, category="industrial"),
        Change("lost", "close_street", target="No Such Street"),
    )  # fmt: skip
    for words in ("far: lies outside", "none: there is no place", "again: contradicts 'r'",
                  "o: reopens what 'nobody' closed", "o2: reopens a street that is not closed",
                  "c2: closes a street that an earlier", "l2: contradicts 'l'",
                  "lost: there is no street called"):  # fmt: skip
        assert sum(words in each for each in found) == 1, (words, found)
    assert len(found) == 8


def test_a_place_cannot_move_to_two_grounds():
    city = town(DRAWING)
    one = Change("m1", "move_place", at(city, 9, 2), target="place/0")
    other = Change("m2", "move_place", at(city, 0, 2), target="place/0")
    assert faults(city, one) == []
    assert faults(city, one, other) == [
        "m2: contradicts 'm1', which gives 'place/0' another ground; leave one out"
    ]


def test_an_empty_plan_is_a_fault():
    assert "empty" in faults(town(DRAWING))[0]
