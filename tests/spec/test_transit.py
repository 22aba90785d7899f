"""Public transport in towns small enough to check by hand. Cells are 100 m apart."""

from __future__ import annotations

from town import measured, state_at, town, value_of
from urbanwork.quantities.measured import Reason, State

MAPPED = {"B": "bus_stop", "R": "rail_station"}
TIMETABLE = {**MAPPED, "T": "timetable_stop", "U": "timetable_stop", "H": "timetable_stop_high"}


def convenient(city):
    return measured(city, "convenient_transit_share", low_radius_m=500, high_radius_m=1_000)


def test_a_stop_within_500_m_or_a_station_within_1000_m_is_convenient():
    city = town("B---1---------2---------R--", legend=MAPPED)  # 400 m to B; 1,000 m to R
    assert value_of(convenient(city)) == 100
    city = town("B-----1-------2----------R-", legend=MAPPED)  # 600 m to B; 1,100 m to R
    assert value_of(convenient(city)) == 0


def test_without_any_mapped_station_the_stops_alone_decide():
    city = town("B---1--2", legend=MAPPED, missing=["place:rail_station"])
    assert value_of(convenient(city)) == 100 * 1 / 3


def test_stops_that_are_hardly_mapped_give_no_data():
    city = town("B---1--2", legend=MAPPED, missing=["place:bus_stop"])
    assert convenient(city).reason == Reason.NONE_MAPPED


def test_with_a_timetable_a_mapped_stop_that_nothing_serves_does_not_count():
    city = town("B--1--------T--2", legend=TIMETABLE, headways={"T": 15})
    share = convenient(city)
    assert state_at(city, share, 3, 0) == State.NOT_REACHED
    assert state_at(city, share, 15, 0) == State.REACHED
    assert share.detail == {"low": "timetable_stop", "high": "rail_station"}


def test_a_station_of_the_timetable_counts_up_to_1000_m():
    city = town("H---------1-T", legend=TIMETABLE, headways={"H": 10, "T": 60})
    assert convenient(city).detail["high"] == "timetable_stop_high"
    assert value_of(convenient(city)) == 100


def test_a_stop_is_frequent_up_to_the_headway_asked_for():
    city = town("T--3-----U--1", legend=TIMETABLE, headways={"T": 20, "U": 20.1})
    share = measured(city, "frequent_transit_share", radius_m=500, headway_min=20)
    assert value_of(share) == 75


def test_without_a_timetable_frequency_is_no_data():
    city = town("B--3", legend=MAPPED, missing=["layer:timetable"])
    share = measured(city, "frequent_transit_share", radius_m=500, headway_min=20)
    assert share.reason is not None
    assert measured(city, "mean_headway", radius_m=500).reason is not None


def test_the_best_stop_in_reach_counts_and_not_the_nearest():
    city = town("T----3-U", legend=TIMETABLE, headways={"T": 10, "U": 60})
    assert value_of(measured(city, "mean_headway", radius_m=500)) == 10
    assert value_of(measured(city, "mean_headway", radius_m=499)) == 60


def test_the_mean_headway_is_of_people_with_a_stop_in_reach():
    city = town("3-T-1--------9-------U2", legend=TIMETABLE, headways={"T": 12, "U": 30})
    mean = measured(city, "mean_headway", radius_m=500)
    assert value_of(mean) == (4 * 12 + 2 * 30) / 6
    assert state_at(city, mean, 13, 0) == State.NOT_REACHED


def test_near_the_edge_a_better_stop_may_be_hidden():
    city = town("T-1-#----2-U", legend=TIMETABLE, headways={"T": 12, "U": 30})
    mean = measured(city, "mean_headway", radius_m=400)
    assert state_at(city, mean, 2, 0) == State.UNKNOWN
    assert (value_of(mean), mean.unknown.sum()) == (30, 1)
