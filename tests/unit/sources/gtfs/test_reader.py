from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from urbanwork.errors import UserError
from urbanwork.sources.gtfs import Definition, ServiceWindow, read_gtfs, seconds_of

MakeFeed = Callable[..., Path]
MORNING = ServiceWindow(start_s=7 * 3600, end_s=9 * 3600)  # two hours


def stop(path: Path, stop_id: str, window: ServiceWindow = MORNING, **options: Any) -> Any:
    """Departures and headway of one stop."""
    stops = read_gtfs(path, window=window, **options).stops
    row = list(stops.id).index(stop_id)
    return stops.departures[row], stops.headway_min[row]


def trips_table(*services: str) -> str:
    rows = zip(("t1", "t2", "t3", "t4", "b1"), services, strict=True)
    return "route_id,service_id,trip_id,direction_id\n" + "".join(
        f"R,{service},{trip},{int(trip == 'b1')}\n" for trip, service in rows
    )


CALENDAR = (
    "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
)


def test_headway_is_that_of_the_best_direction(make_feed: MakeFeed) -> None:
    path = make_feed()
    assert stop(path, "A") == (4, 30)
    assert stop(path, "B") == (5, 30)  # 4 one way, 1 the other
    assert stop(path, "C") == (1, 120)


def test_the_end_of_a_trip_and_a_call_without_pick_up_are_no_departures(
    make_feed: MakeFeed,
) -> None:
    only_out = trips_table("W", "W", "W", "W", "never")
    assert stop(make_feed(trips=only_out), "C") == (0, np.inf)
    times = (
        "trip_id,departure_time,stop_id,stop_sequence,pickup_type\n"
        "t1,07:00:00,A,1,1\nt1,07:05:00,B,2,0\nt1,07:10:00,C,3,\n"
    )
    path = make_feed(stop_times=times)
    assert stop(path, "A")[0] == 0
    assert stop(path, "B")[0] == 1


def test_the_peers_definition_counts_every_call(make_feed: MakeFeed) -> None:
    path = make_feed()
    assert stop(path, "C", definition=Definition.SERVED_DATES_ROUNDED) == (5, 30)


def test_the_window_begins_with_its_first_second_and_ends_before_its_last(
    make_feed: MakeFeed,
) -> None:
    window = ServiceWindow(start_s=seconds_of("07:30"), end_s=seconds_of("08:30"))
    assert stop(make_feed(), "A", window) == (2, 30)


def test_times_after_midnight_belong_to_the_evening_before(make_feed: MakeFeed) -> None:
    times = "trip_id,departure_time,stop_id,stop_sequence\nt1,25:10:00,A,1\nt1,25:20:00,B,2\n"
    night = ServiceWindow(start_s=seconds_of("24:00"), end_s=seconds_of("26:00"))
    assert stop(make_feed(stop_times=times), "A", night) == (1, 120)


def test_exceptions_add_and_remove_dates(make_feed: MakeFeed) -> None:
    week = ServiceWindow(
        start_s=MORNING.start_s, end_s=MORNING.end_s, dates=(date(2024, 3, 4), date(2024, 3, 8))
    )
    exceptions = "service_id,date,exception_type\nX,20240304,1\nW,20240305,2\n"
    trips = trips_table("W", "W", "W", "X", "W")
    # Monday 4, Tuesday 0 (removed: no service at all, so not a date), Wednesday to Friday 3 each
    departures, headway = stop(make_feed(calendar_dates=exceptions, trips=trips), "A", week)
    assert departures == pytest.approx((4 + 3 * 3) / 4)
    assert headway == pytest.approx(120 / (13 / 4))


def test_a_feed_may_have_calendar_dates_only(make_feed: MakeFeed) -> None:
    dates = "service_id,date,exception_type\nW,20240304,1\nW,20240305,1\nW,20240309,1\n"
    result = read_gtfs(make_feed(calendar=None, calendar_dates=dates), window=MORNING)
    feed = result.report["feeds"][0]
    assert feed["dates_with_service"] == 2  # the 9th is a Saturday
    assert feed["valid"] == {"first": "2024-03-04", "last": "2024-03-09"}


def test_without_dates_the_four_weeks_with_most_departures_are_taken(make_feed: MakeFeed) -> None:
    calendar = CALENDAR + ("W,1,1,1,1,1,0,0,20240101,20241231\nS,1,1,1,1,1,0,0,20240603,20240628\n")
    trips = trips_table("W", "S", "S", "S", "W")
    path = make_feed(calendar=calendar, trips=trips)
    feed = read_gtfs(path, window=MORNING).report["feeds"][0]
    assert (feed["counted_from"], feed["counted_to"]) == ("2024-06-03", "2024-06-28")
    assert stop(path, "A") == (4, 30)


def test_of_equal_spans_the_nearest_to_the_given_date_is_taken(make_feed: MakeFeed) -> None:
    calendar = CALENDAR + "W,1,1,1,1,1,1,1,20100101,20991231\n"
    window = ServiceWindow(near=date(2024, 5, 15))
    feed = read_gtfs(make_feed(calendar=calendar), window=window).report["feeds"][0]
    assert feed["counted_from"] == "2024-05-01"


def test_repeated_trips_depart_with_their_headway(make_feed: MakeFeed) -> None:
    # t1 leaves A every 10 minutes from 07:00 until before 08:00: six times; B five seconds later.
    frequencies = "trip_id,start_time,end_time,headway_secs\nt1,07:00:00,08:00:00,600\n"
    trips = trips_table("W", "never", "never", "never", "never")
    path = make_feed(frequencies=frequencies, trips=trips)
    assert stop(path, "A") == (6, 20)
    part = ServiceWindow(start_s=seconds_of("07:10"), end_s=seconds_of("07:20:03"))
    assert stop(path, "A", part)[0] == 2  # 07:10:00, 07:20:00
    assert stop(path, "B", part)[0] == 1  # 07:10:05


def test_repeated_trips_may_stand_anywhere_in_the_table(make_feed: MakeFeed) -> None:
    path = make_feed(
        frequencies="trip_id,start_time,end_time,headway_secs\nt1,07:00:00,08:00:00,600\n",
        trips=trips_table("W", "never", "never", "never", "never"),
        stop_times="trip_id,departure_time,stop_id,stop_sequence\n"
        "t2,07:00:00,A,1\nt2,07:09:00,B,2\nt1,09:00:00,A,1\nt1,09:00:05,B,2\n",
    )
    assert stop(path, "A") == (6, 20)


def test_missing_times_are_filled_in_between_and_left_out_at_the_ends(make_feed: MakeFeed) -> None:
    times = (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "t1,,,A,1\nt1,07:00:00,07:00:00,A,2\nt1,,,B,3\nt1,07:20:00,,C,4\n"
    )
    path = make_feed(stop_times=times)
    counts = read_gtfs(path, window=MORNING).report["feeds"][0]["stop_times"]
    assert (counts["time_filled_in"], counts["without_time"]) == (1, 1)
    at_ten = ServiceWindow(start_s=seconds_of("07:10"), end_s=seconds_of("07:10:01"))
    assert stop(path, "B", at_ten)[0] == 1


def test_rows_in_any_order_give_the_same_stops(make_feed: MakeFeed) -> None:
    straight = read_gtfs(path := make_feed(), window=MORNING).stops
    header, *rows = __import__("zipfile").ZipFile(path).read("stop_times.txt").decode().splitlines()
    rows = rows[::-2] + rows[-2::-2]
    shuffled = read_gtfs(
        make_feed(stop_times="\n".join([header, *rows]) + "\n"), window=MORNING
    ).stops
    assert shuffled.departures.tolist() == straight.departures.tolist()
    assert shuffled.headway_min.tolist() == straight.headway_min.tolist()


def test_a_platform_without_place_or_name_takes_those_of_its_station(make_feed: MakeFeed) -> None:
    stops = (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
        "S,Central,0.5,10.5,1,\nE,Entrance,0.5,10.51,2,S\nA,,,,0,S\nB,Own,0,10,,\nC,Lost,,,0,\n"
    )
    result = read_gtfs(make_feed(stops=stops), window=MORNING)
    assert result.stops.id.tolist() == ["A", "B"]
    assert result.stops.name.tolist() == ["Central", "Own"]
    assert result.stops.lat.tolist() == [0.5, 0.0]
    assert result.report["feeds"][0]["stops_without_position"] == 1


def test_stops_that_no_trip_calls_at_are_left_out_and_counted(make_feed: MakeFeed) -> None:
    stops = "stop_id,stop_name,stop_lat,stop_lon\nA,a,0,10\nB,b,0,11\nC,c,0,12\nZ,z,0,13\n"
    result = read_gtfs(make_feed(stops=stops), window=MORNING)
    assert "Z" not in result.stops.id
    assert result.report["feeds"][0]["stops_never_called_at"] == 1


@pytest.mark.parametrize(
    ("route_type", "is_high"),
    [("0", False), ("1", True), ("2", True), ("3", False), ("4", True), ("12", True),
     ("109", True), ("401", True), ("704", False), ("714", False), ("900", False),
     ("1000", True), ("99", False)],
)  # fmt: skip
def test_rail_metro_and_ferry_have_high_capacity_bus_and_tram_have_not(
    make_feed: MakeFeed, route_type: str, is_high: bool
) -> None:
    path = make_feed(routes=f"route_id,route_type\nR,{route_type}\n")
    assert set(read_gtfs(path, window=MORNING).stops.is_high_capacity) == {is_high}


def test_school_buses_and_taxis_are_no_public_transport(make_feed: MakeFeed) -> None:
    trips = trips_table("W", "W", "W", "W", "W").replace("R", "S").replace("S,W,t1", "R,W,t1")
    path = make_feed(routes="route_id,route_type\nR,3\nS,712\n", trips=trips)
    assert stop(path, "A") == (1, 120)
    assert read_gtfs(path, window=MORNING).report["feeds"][0]["trips_not_public"] == 4


def test_without_direction_id_the_heading_tells_directions_apart(make_feed: MakeFeed) -> None:
    trips = "route_id,service_id,trip_id\nR,W,t1\nR,W,t2\nR,W,t3\nR,W,t4\nR,W,b1\n"
    assert stop(make_feed(trips=trips), "B") == (5, 30)


def test_the_wild_ways_of_writing_tables_are_read(make_feed: MakeFeed) -> None:
    stops = (
        '\ufeff stop_lon , stop_id ,"stop_name",stop_lat\r\n'
        ' 10.0 , A ,"First, ""the"" best",0\r\n10.01,B,"Two\nlines",0\r\n10.02,C,Drei,0\r\n'
    )
    result = read_gtfs(make_feed(stops=stops), window=MORNING)
    assert result.stops.name.tolist() == ['First, "the" best', "Two\nlines", "Drei"]
    assert result.stops.lon.tolist() == [10.0, 10.01, 10.02]
    assert "' stop_lon '" in result.report["warnings"][0]["en"]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_other_encodings_are_read_and_told(make_feed: MakeFeed, encoding: str) -> None:
    stops = "stop_id,stop_name,stop_lat,stop_lon\nA,São João,0,10\nB,b,0,11\nC,c,0,12\n"
    result = read_gtfs(make_feed(stops=stops.encode(encoding)), window=MORNING)
    assert result.stops.name[0] == "São João"
    assert encoding in result.report["warnings"][0]["en"].lower()


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_all_line_ends_are_read(make_feed: MakeFeed, end: str) -> None:
    stops = "stop_id,stop_lat,stop_lon\nA,0,10\nB,0,11\nC,0,12\n".replace("\n", end)
    assert len(read_gtfs(make_feed(stops=stops), window=MORNING).stops.id) == 3


def test_rows_with_too_few_values_are_left_out_and_counted(make_feed: MakeFeed) -> None:
    stops = "stop_id,stop_name,stop_lat,stop_lon\nA,a,0,10\nB\nC,c,0,12\n"
    result = read_gtfs(make_feed(stops=stops), window=MORNING)
    assert result.stops.id.tolist() == ["A", "C"]
    assert any("1 rows are left out" in note["en"] for note in result.report["warnings"])
    assert all(note["zh"] for note in result.report["warnings"])


def test_stops_outside_the_bounds_are_left_out(make_feed: MakeFeed) -> None:
    path = make_feed()
    result = read_gtfs(path, window=MORNING, bounds_lonlat=(9.99, -1, 10.005, 1))
    assert result.stops.id.tolist() == ["A"]
    with pytest.raises(UserError, match="none of the 3 stops lies in the city"):
        read_gtfs(path, window=MORNING, bounds_lonlat=(50, 50, 51, 51))


def test_several_feeds_are_one_layer_with_ids_told_apart(
    make_feed: MakeFeed, tmp_path: Path
) -> None:
    first = make_feed().rename(tmp_path / "bus.zip")
    second = make_feed(routes="route_id,route_type\nR,1\n").rename(tmp_path / "metro.zip")
    result = read_gtfs([first, second], window=MORNING)
    assert result.stops.id.tolist() == [
        "bus:A", "bus:B", "bus:C", "metro:A", "metro:B", "metro:C",
    ]  # fmt: skip
    assert result.stops.is_high_capacity.tolist() == [False] * 3 + [True] * 3
