"""Reached, not reached, unknown: what the edge of the data hides. Cells are 100 m apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from town import bounds_of, cell_at, measured, state_at, town, value_of
from urbanwork.quantities.measured import State


def reach(city, radius_m=500):
    return measured(city, "reach_share", category="primary_school", radius_m=radius_m)


def test_a_home_is_unknown_when_the_edge_is_within_the_radius_and_no_school_is():
    city = town("A------2---#")
    share = reach(city)
    assert state_at(city, share, 7, 0) == State.UNKNOWN
    assert (share.known.sum(), share.unknown.sum(), value_of(share)) == (0, 2, None)


def test_a_home_that_reaches_a_school_is_reached_however_near_the_edge_is():
    city = town("A--2-#")
    assert state_at(city, reach(city), 3, 0) == State.REACHED


def test_a_home_farther_from_the_edge_than_the_radius_is_not_reached():
    city = town("A-------2------#")
    assert state_at(city, reach(city), 8, 0) == State.NOT_REACHED
    assert value_of(reach(city)) == 0


def test_at_exactly_the_radius_a_school_right_behind_the_edge_would_still_be_reached():
    city = town("A-------2----#")
    assert state_at(city, reach(city), 8, 0) == State.UNKNOWN
    assert state_at(city, reach(city, radius_m=499), 8, 0) == State.NOT_REACHED


def test_the_way_to_the_edge_is_walked_and_not_drawn_as_the_crow_flies():
    city = town("""
    A-------2
            |
    #-------+
    """)
    assert state_at(city, reach(city, radius_m=700), 8, 0) == State.NOT_REACHED


def test_unknown_people_widen_the_bounds_and_leave_the_value_alone():
    city = town("A--6---------2--------2--#")
    share = reach(city)
    assert value_of(share) == 75
    assert bounds_of(share) == (60, 80)


def test_without_an_edge_nothing_is_unknown():
    share = reach(town("A--2-------3"))
    assert share.unknown.sum() == 0
    assert bounds_of(share) == (40, 40)


def test_a_home_without_a_street_is_unknown_near_the_edge_of_the_data_only():
    city = town("A-1\n  .\n  *", edge=True)
    assert state_at(city, reach(city), 2, 2) == State.UNKNOWN
    far = replace(city, cells=replace(city.cells, edge_of_data_m=np.full(9, 501.0)))
    assert state_at(far, reach(far), 2, 2) == State.NOT_REACHED


def test_a_home_outside_what_the_data_shows_is_unknown():
    city = town("A-2--------3")
    west = replace(city, extent=shapely.box(-50, -50, 650, 50))
    share = reach(west)
    assert state_at(west, share, 11, 0) == State.UNKNOWN
    assert state_at(west, share, 2, 0) == State.REACHED
    assert value_of(share) == 100


def test_of_two_conditions_one_reached_settles_it_and_one_unknown_leaves_it_open():
    legend = {"B": "bus_stop", "R": "rail_station"}
    city = town("B--1--------2--#-----R", legend=legend)
    share = measured(city, "convenient_transit_share", low_radius_m=500, high_radius_m=1_000)
    assert state_at(city, share, 3, 0) == State.REACHED
    assert state_at(city, share, 12, 0) == State.REACHED, "900 m to the station"
    city = town("B--1--------2--#---------R", legend=legend)
    share = measured(city, "convenient_transit_share", low_radius_m=500, high_radius_m=1_000)
    assert state_at(city, share, 12, 0) == State.UNKNOWN, "a stop may lie 300 m off, beyond"


def test_by_car_an_engine_may_come_from_beyond_the_edge():
    city = town("F-----1------2-----3---#", legend={"F": "fire_station"})  # 36 s a cell
    share = measured(city, "fire_cover_share", turnout_min=1, total_min=5)  # 4 min are 6.67 cells
    states = [state_at(city, share, column, 0) for column in (6, 13, 19)]
    assert states == [State.REACHED, State.NOT_REACHED, State.UNKNOWN]


def test_the_distance_shown_is_that_to_the_place_and_missing_where_none_was_found():
    city = town("A--2-----------------3")
    distance = reach(city).distance
    assert distance[cell_at(city, 3, 0)] == 300
    assert np.isnan(distance[cell_at(city, 21, 0)])
