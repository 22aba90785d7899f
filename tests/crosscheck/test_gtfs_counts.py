"""Departures per stop against a plain reading of the feed, row by row and date by date."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

from urbanwork.sources.gtfs import ServiceWindow, read_gtfs, seconds_of

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def plain_departures(path: Path, dates: list[date], start: int, end: int) -> dict[str, float]:
    """Mean departures per stop over the dates on which anything departs."""
    with zipfile.ZipFile(path) as archive:
        tables = {
            name.removesuffix(".txt"): list(
                csv.DictReader(io.TextIOWrapper(archive.open(name), "utf-8-sig"))
            )
            for name in archive.namelist()
            if name != "shapes.txt"
        }
    service_dates = defaultdict(set)
    for row in tables["calendar"]:
        for day in dates:
            in_span = row["start_date"] <= day.strftime("%Y%m%d") <= row["end_date"]
            if in_span and row[DAYS[day.weekday()]] == "1":
                service_dates[row["service_id"]].add(day)
    for row in tables.get("calendar_dates", []):
        day = date.fromisoformat(row["date"])
        if day in dates and row["exception_type"] == "1":
            service_dates[row["service_id"]].add(day)
        elif day in dates:
            service_dates[row["service_id"]].discard(day)
    repeats = defaultdict(list)
    for row in tables.get("frequencies", []):
        first, last = seconds_of(row["start_time"]), seconds_of(row["end_time"])
        repeats[row["trip_id"]] += range(first, last, int(row["headway_secs"]))
    calls = defaultdict(list)
    for row in tables["stop_times"]:
        calls[row["trip_id"]].append(row)
    total: Counter[str] = Counter()
    served = set()
    for trip in tables["trips"]:
        rows = sorted(calls[trip["trip_id"]], key=lambda row: int(row["stop_sequence"]))
        if not rows:
            continue
        origin = seconds_of(rows[0]["departure_time"])
        starts = repeats[trip["trip_id"]] or [origin]
        for row in rows[:-1]:
            offset = seconds_of(row["departure_time"]) - origin
            count = sum(start <= first + offset < end for first in starts)
            if count and row.get("pickup_type") != "1":
                total[row["stop_id"]] += count * len(service_dates[trip["service_id"]])
                served |= service_dates[trip["service_id"]]
    return {stop: number / len(served) for stop, number in total.items() if number}


@pytest.mark.parametrize(
    ("feed", "first", "days"),
    [
        ("cities/las_palmas/gtfs_2023.zip", date(2023, 4, 3), 7),  # with Easter's exceptions
        ("gtfs/helsinki.zip", date(2022, 2, 22), 1),  # with frequencies
        ("gtfs/porto_alegre_trensurb.zip", date(2019, 4, 1), 7),
    ],
)
def test_departures_are_those_of_a_plain_count(
    shared: Path, feed: str, first: date, days: int
) -> None:
    dates = [first + timedelta(days=number) for number in range(days)]
    weekdays = [day for day in dates if day.weekday() < 5]
    window = ServiceWindow(dates=(dates[0], dates[-1]))
    expected = plain_departures(shared / feed, weekdays, window.start_s, window.end_s)
    stops = read_gtfs(shared / feed, window=window).stops
    ours = dict(zip(stops.id, stops.departures, strict=True))
    assert {stop for stop, number in ours.items() if number} == set(expected)
    assert {stop: ours[stop] for stop in expected} == pytest.approx(expected)


def test_every_shared_feed_is_read_and_its_faults_are_told(shared: Path) -> None:
    notes = {}
    for path in sorted((shared / "gtfs").glob("*.zip")):
        result = read_gtfs(path, window=ServiceWindow())
        assert result.report["stops_served"] > 0
        notes[path.stem] = " ".join(note["en"] for note in result.report["warnings"])
    assert "' agency_name' is read as 'agency_name'" in notes["porto_alegre_trensurb"]
    assert "20,636 trips have no direction_id" in notes["mannheim_heidelberg_rnv"]
    assert notes["porto_alegre_eptc"] == ""
