"""A tiny feed, one line with three stops, whose tables a test may replace."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

# Stops A, B, C in a row to the east. Monday to Friday in March 2024: from A at 07:00, 07:30, 08:00
# and 08:30; back from C at 07:15 only.
TABLES = {
    "agency": "agency_name,agency_url,agency_timezone\nLine,http://x,UTC\n",
    "stops": "stop_id,stop_name,stop_lat,stop_lon\nA,First,0,10.00\nB,Second,0,10.01\n"
    "C,Third,0,10.02\n",
    "routes": "route_id,route_type\nR,3\n",
    "trips": "route_id,service_id,trip_id,direction_id\n"
    "R,W,t1,0\nR,W,t2,0\nR,W,t3,0\nR,W,t4,0\nR,W,b1,1\n",
    "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    + "".join(
        f"{trip},{hour}:00,{hour}:00,A,1\n{trip},{hour}:05,{hour}:05,B,2\n{trip},{hour}:10,,C,3\n"
        for trip, hour in (("t1", "07:00"), ("t2", "07:30"), ("t3", "08:00"), ("t4", "08:30"))
    )
    + "b1,07:15:00,07:15:00,C,1\nb1,07:20:00,07:20:00,B,2\nb1,07:25:00,07:25:00,A,3\n",
    "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
    "start_date,end_date\nW,1,1,1,1,1,0,0,20240301,20240331\n",
}

MakeFeed = Callable[..., Path]


@pytest.fixture
def make_feed(tmp_path: Path) -> MakeFeed:
    """Writes the feed with some tables replaced, or left out where None."""

    def make(**tables: str | bytes | None) -> Path:
        path = tmp_path / "feed.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in (TABLES | tables).items():
                if text is not None:
                    archive.writestr(f"{name}.txt", text)
        return path

    return make
