from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from urbanwork.errors import UserError
from urbanwork.sources.gtfs import ServiceWindow, archive, read_gtfs, seconds_of

MakeFeed = Callable[..., Path]


def fault(path: Path, window: ServiceWindow | None = None) -> str:
    """The one sentence that a wrong feed gives."""
    with pytest.raises(UserError) as caught:
        read_gtfs(path, window=window or ServiceWindow())
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.startswith(str(path))
    return sentence


def test_a_missing_file_a_folder_and_a_text_are_told(tmp_path: Path) -> None:
    assert "no such file" in fault(tmp_path / "none.zip")
    assert "folder" in fault(tmp_path)
    (tmp_path / "text.zip").write_text("stop_id,stop_name\n")
    assert "not a zip file" in fault(tmp_path / "text.zip")
    (tmp_path / "empty.zip").write_bytes(b"")
    assert "not a zip file" in fault(tmp_path / "empty.zip")


def test_a_zip_that_was_cut_short_is_told(make_feed: MakeFeed) -> None:
    path = make_feed()
    path.write_bytes(path.read_bytes()[:-200])
    assert "cut short" in fault(path)


def test_a_zip_with_changed_bytes_is_told(make_feed: MakeFeed) -> None:
    path = make_feed()
    data = bytearray(path.read_bytes())
    place = data.find(b"stops.txt") + len(b"stops.txt") + 5
    data[place : place + 8] = b"\xff" * 8
    path.write_bytes(bytes(data))
    assert "stops.txt" in fault(path)


def test_a_zip_that_is_no_feed_says_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("holiday.jpg", b"x")
    assert "no GTFS feed" in fault(path)
    assert "holiday.jpg" in fault(path)
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("google_transit.zip", b"x")
    assert "another zip" in fault(path)


def test_a_feed_in_a_folder_of_the_zip_is_read(make_feed: MakeFeed, tmp_path: Path) -> None:
    with zipfile.ZipFile(make_feed()) as flat, zipfile.ZipFile(tmp_path / "n.zip", "w") as nested:
        for name in flat.namelist():
            nested.writestr(f"city/{name}", flat.read(name))
            nested.writestr(f"__MACOSX/city/{name}", b"junk")
    result = read_gtfs(tmp_path / "n.zip", window=ServiceWindow())
    assert len(result.stops.id) == 3
    assert "folder 'city'" in result.report["warnings"][0]["en"]


@pytest.mark.parametrize("name", ["../stops.txt", "/etc/passwd", "a/../../b", "..\\x", "C:\\x"])
def test_names_that_lead_out_of_the_zip_are_refused(make_feed: MakeFeed, name: str) -> None:
    path = make_feed()
    with zipfile.ZipFile(path, "a") as made:
        made.writestr(zipfile.ZipInfo(name), b"x")
    assert "outside itself" in fault(path)


def test_a_table_that_unfolds_too_far_is_refused(make_feed: MakeFeed) -> None:
    assert "zip bomb" in fault(make_feed(stop_times=b"0" * 30_000_000))


def test_too_many_files_and_too_many_bytes_are_refused(
    make_feed: MakeFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_feed()
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 100)
    assert "unfolds to" in fault(path)
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", 100)
    assert "the zip unfolds to" in fault(path)
    monkeypatch.setattr(archive, "MAX_FILES", 3)
    assert "at most 3" in fault(path)


def test_a_size_that_lies_is_found_while_unpacking(make_feed: MakeFeed) -> None:
    path = make_feed(stop_times=b"trip_id\n" + b"0123456789abcdef" * 100_000)
    data = bytearray(path.read_bytes())
    place = data.rfind(b"stop_times.txt")  # in the central directory
    struct.pack_into("<I", data, place - 46 + 24, 1000)
    path.write_bytes(bytes(data))
    assert "stop_times.txt" in fault(path)


def test_a_password_is_told(make_feed: MakeFeed) -> None:
    path = make_feed()
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = -1
        while (place := data.find(signature, place + 1)) >= 0:
            data[place + offset] |= 1
    path.write_bytes(bytes(data))
    assert "password" in fault(path)


@pytest.mark.parametrize("table", ["stops", "routes", "trips", "stop_times"])
def test_a_missing_or_empty_required_table_is_named(make_feed: MakeFeed, table: str) -> None:
    assert f"{table}.txt" in fault(make_feed(**{table: None}))
    assert f"{table}.txt" in fault(make_feed(**{table: ""}))
    assert f"{table}.txt" in fault(make_feed(**{table: "one_column\n"}))


def test_a_feed_without_any_calendar_is_told(make_feed: MakeFeed) -> None:
    assert "neither calendar.txt nor calendar_dates.txt" in fault(make_feed(calendar=None))


@pytest.mark.parametrize(
    ("table", "text", "words"),
    [
        ("stops", "stop_id,stop_lat\nA,0\n", "the column stop_lon is missing"),
        ("stops", "stop_id,stop_lat,stop_lon\nA,0,0\nB,28_4,0\n", "stops.txt:3: stop_lat '28_4'"),
        ("stops", "stop_id,stop_lat,stop_lon\nA,95,10\n", "stops.txt:2: stop_lon 10, stop_lat 95"),
        ("stop_times", "trip_id,stop_id,departure_time\nt1,A,07:00:00\nt1,B,7h05\n",
         "stop_times.txt:3: departure_time '7h05' is not a time"),
        ("stop_times", "trip_id,stop_id,departure_time\nt1,A,07:61:00\n", "'07:61:00'"),
        ("stop_times", "trip_id,stop_id\nt1,A\n", "the column departure_time is missing"),
        ("stop_times", "trip_id,stop_id,departure_time,stop_sequence\nt1,A,7:00,x\n",
         "stop_sequence 'x' is not a whole number"),
        ("calendar", "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
         "start_date,end_date\nW,1,1,1,1,1,0,0,20240230,20240331\n", "'20240230' is not a date"),
        ("frequencies", "trip_id,start_time,end_time,headway_secs\nt1,7:00,x,600\n",
         "end_time 'x'"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_with_its_line(
    make_feed: MakeFeed, table: str, text: str, words: str
) -> None:
    assert words in fault(make_feed(**{table: text}))


def test_no_service_in_the_window_says_when_there_is_some(make_feed: MakeFeed) -> None:
    path = make_feed()
    later = ServiceWindow(dates=(date(2025, 1, 1), date(2025, 1, 31)))
    assert "valid from 2024-03-01 to 2024-03-31; choose dates within" in fault(path, later)
    night = ServiceWindow(start_s=seconds_of("22:00"), end_s=seconds_of("23:00"))
    assert "choose other times or days" in fault(path, night)
    sunday = ServiceWindow(days=("sun",))
    assert "nothing departs" in fault(path, sunday)


def test_a_calendar_in_which_nothing_ever_runs_is_told(make_feed: MakeFeed) -> None:
    removed = "service_id,date,exception_type\nW,20240304,2\n"
    assert "on any date" in fault(make_feed(calendar=None, calendar_dates=removed))


@pytest.mark.parametrize("text", ["7", "7:5", "49:00", "07:60", "", "a:b", "-1:00"])
def test_a_text_that_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="not a time"):
        seconds_of(text)


def test_windows_without_sense_are_refused() -> None:
    with pytest.raises(UserError, match="give days"):
        ServiceWindow(days=())
    with pytest.raises(UserError, match="end after it starts"):
        ServiceWindow(start_s=10, end_s=10)
    with pytest.raises(UserError, match="dates must end"):
        ServiceWindow(dates=(date(2024, 2, 1), date(2024, 1, 1)))
