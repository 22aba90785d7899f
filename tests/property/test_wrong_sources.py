"""Whatever is wrong with a source, it is read or refused with a sentence, never a traceback."""

from __future__ import annotations

import contextlib
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.errors import UserError
from urbanwork.sources.corrections import read_corrections
from urbanwork.sources.gtfs import ServiceWindow, read_gtfs
from urbanwork.sources.register import Description, read_register

TABLES = {
    "stops": "stop_id,stop_name,stop_lat,stop_lon\nA,First,0,10\nB,Second,0,11\n",
    "routes": "route_id,route_type\nR,3\n",
    "trips": "route_id,service_id,trip_id,direction_id\nR,W,t1,0\n",
    "stop_times": "trip_id,departure_time,stop_id,stop_sequence\nt1,07:00:00,A,1\nt1,,B,2\n",
    "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
    "start_date,end_date\nW,1,1,1,1,1,0,0,20240301,20240331\n",
    "frequencies": "trip_id,start_time,end_time,headway_secs\nt1,07:00:00,08:00:00,600\n",
}
REGISTER = "编号,名称,类别,经度,纬度,学位数,开办日期\n1,好,小学,121.6,38.9,300,2001-09\n"
CORRECTIONS = (
    "- action: add\n  category: park\n  lon: 10.5\n  lat: 50\n  author: W\n  date: 2026-01-01\n"
    "  evidence: visit\n  expires: 2027-01-01\n"
)
PIECES = st.sampled_from([
    "", "\x00", '"', ",", "\n", "\r", " ", "9", "-1", "99:99:99", "é", "中", "1e400", "nan",
    "99991231", "00010101", "\ufeff", "=1", "A", "t1", "9" * 20, "- ", ": ", "[", "{", "&a", "*a",
    "!!x", "'", "|", "#", "~", "true",
])  # fmt: skip
EDITS = st.lists(st.tuples(st.floats(0, 1), PIECES, st.booleans()), min_size=1, max_size=6)


def edited(text: str, edits: list[tuple[float, str, bool]]) -> bytes:
    for share, piece, replaces in edits:
        place = int(share * len(text))
        text = text[:place] + piece + text[place + int(replaces) :]
    return text.encode("utf-8", "replace")


def is_read_or_refused(read: Callable[[], object]) -> None:
    with contextlib.suppress(UserError):  # any other error fails the test
        read()


@settings(max_examples=60, deadline=None)
@given(table=st.sampled_from(sorted(TABLES)), edits=EDITS)
def test_a_spoilt_timetable(table: str, edits: list[tuple[float, str, bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feed.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in TABLES.items():
                archive.writestr(f"{name}.txt", edited(text, edits) if name == table else text)
        is_read_or_refused(lambda: read_gtfs(path, window=ServiceWindow()))


@settings(max_examples=60, deadline=None)
@given(data=st.one_of(st.binary(max_size=80), st.builds(edited, st.just(REGISTER), EDITS)))
def test_a_spoilt_register(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        path.write_bytes(data)
        is_read_or_refused(lambda: read_register(Description(path)))


@settings(max_examples=60, deadline=None)
@given(data=st.one_of(st.binary(max_size=80), st.builds(edited, st.just(CORRECTIONS), EDITS)))
def test_spoilt_corrections(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corrections.yaml"
        path.write_bytes(data)
        is_read_or_refused(lambda: read_corrections(path))
