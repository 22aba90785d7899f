"""One feed as arrays: stops, trips and stop times that point at each other by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.quantities.arrow import from_numpy
from urbanwork.sources.columns import is_missing
from urbanwork.sources.gtfs import route_types
from urbanwork.sources.gtfs.archive import Archive, opened
from urbanwork.sources.gtfs.calendar import Calendar, read_calendar, to_date
from urbanwork.sources.gtfs.stop_times import StopTimes, read_stop_times
from urbanwork.sources.gtfs.tables import NO_TIME, Table, read_table
from urbanwork.sources.notes import Note, note

Int32 = NDArray[np.int32]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Text = NDArray[np.object_]

STOP, STATION = 0, 1
NO_DIRECTION = -1


@dataclass(frozen=True, slots=True)
class FeedStops:
    """S stops where vehicles may call; stations and entrances are not among them."""

    id: Text  # [S]
    name: Text  # [S] of the stop, else of its station
    lon: Floats  # [S] WGS84; nan where neither the stop nor its station has a position
    lat: Floats  # [S]
    keys: pa.StringArray  # [S] the ids again, to look rows up


@dataclass(frozen=True, slots=True)
class Trips:
    """T trips."""

    service: Int32  # [T] row of the calendar's services, -1 where it is nowhere defined
    route_type: Int32  # [T] route_types.UNKNOWN where not given
    direction: Int32  # [T] 0 or 1, NO_DIRECTION where not given
    keys: pa.StringArray  # [T]


@dataclass(frozen=True, slots=True)
class Frequencies:
    """F spans in which a trip is repeated, `start <= first departure < end`."""

    trip: Int32  # [F]
    start_s: Int32  # [F]
    end_s: Int32  # [F]
    headway_s: Int32  # [F]


@dataclass(frozen=True, slots=True)
class Feed:
    """A timetable; `report` is what was counted, left out and repaired."""

    name: str
    stops: FeedStops
    trips: Trips
    times: StopTimes
    frequencies: Frequencies
    calendar: Calendar
    report: dict[str, Any] = field(default_factory=dict)


def read_feed(path: Path | str) -> Feed:
    """A zipped GTFS feed.

    Raises:
        UserError: the zip cannot be trusted or read, or a required file, column or value is
            missing or wrong; the message names the file and the line.
    """
    with opened(Path(path)) as archive:
        repairs = _agency_repairs(archive)
        stops, all_stops = _stops(archive, repairs)
        calendar = read_calendar(archive, repairs)
        trips, left_out = _trips(archive, calendar, repairs)
        times = read_stop_times(archive, trips.keys, stops.keys, repairs)
        frequencies = _frequencies(archive, trips.keys, repairs)
        if archive.folder:
            repairs.append(note(
                f"the tables lie in the folder {archive.folder!r} of the zip",
                f"各表位于压缩包内的文件夹 {archive.folder!r}",
            ))  # fmt: skip
        report = {
            "file": Path(path).name,
            **_publisher(archive),
            "valid": _validity(calendar),
            "stops": len(stops.id),
            "stations_and_entrances": all_stops - len(stops.id),
            "trips": len(trips.service),
            "trips_not_public": left_out,
            "stop_times": times.counts,
            "frequencies": len(frequencies.trip),
            "route_types": _route_type_names(trips),
            "trips_without_service": int((trips.service < 0).sum()),
            "trips_without_direction": int((trips.direction == NO_DIRECTION).sum()),
            "repairs": repairs,
        }
    return Feed(str(path), stops, trips, times, frequencies, calendar, report)


def _required(archive: Archive, name: str, columns: tuple[str, ...]) -> Table:
    table = read_table(archive, name, columns)
    if table is None:
        raise UserError(f"{archive.name}: {name}.txt is missing; GTFS wants it, give a whole feed")
    if not table.rows:
        raise UserError(f"{table.where}: the table has no row; give a whole feed")
    return table


def _stops(archive: Archive, repairs: list[Note]) -> tuple[FeedStops, int]:
    columns = ("stop_id", "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station")
    table = _required(archive, "stops", columns)
    table.require("stop_id", "stop_lat", "stop_lon")
    repairs.extend(table.repairs)
    id_column = table.columns["stop_id"]
    ids = id_column.text()
    name = table.columns["stop_name"].text() if "stop_name" in table else np.full(len(ids), None)
    lon, lat = _positions(table)
    parent = _parents(table, id_column.array())
    has_parent = parent >= 0
    lacks_place, lacks_name = np.isnan(lon) & has_parent, is_missing(name) & has_parent
    lon[lacks_place], lat[lacks_place] = lon[parent[lacks_place]], lat[parent[lacks_place]]
    name[lacks_name] = name[parent[lacks_name]]
    keep = (table.whole("location_type", missing=STOP) == STOP) & ~_repeated(ids, repairs)
    keep &= ~is_missing(ids)
    keys = id_column.array().filter(from_numpy(keep))
    return FeedStops(ids[keep], name[keep], lon[keep], lat[keep], keys), len(ids)


def _positions(table: Table) -> tuple[Floats, Floats]:
    lon, lat = table.decimals("stop_lon"), table.decimals("stop_lat")
    is_outside = (np.abs(lon) > 180) | (np.abs(lat) > 90)
    if is_outside.any():
        row = int(np.flatnonzero(is_outside)[0])
        raise UserError(
            f"{table.where}:{row + 2}: stop_lon {lon[row]:g}, stop_lat {lat[row]:g} is no place "
            "on earth; give degrees of longitude and latitude (WGS84)"
        )
    nowhere = (lon == 0) & (lat == 0)  # what editors write for "not known"
    lon[nowhere], lat[nowhere] = np.nan, np.nan
    return lon, lat


def _parents(table: Table, ids: pa.StringArray) -> Int32:
    if "parent_station" not in table:
        return np.full(table.rows, -1, dtype=np.int32)
    column = table.columns["parent_station"]
    parent = column.rows_in(ids)
    return np.where(is_missing(column.text()), np.int32(-1), parent)


def _repeated(ids: Text, repairs: list[Note]) -> Flags:
    _, first = np.unique(ids.astype(str), return_index=True)
    is_repeated = np.ones(len(ids), dtype=np.bool_)
    is_repeated[first] = False
    if is_repeated.any():
        count = f"{int(is_repeated.sum()):,}"
        repairs.append(note(
            f"stops.txt: {count} rows repeat a stop_id and are left out",
            f"stops.txt：略去 {count} 行重复的 stop_id",
        ))  # fmt: skip
    return is_repeated


def _trips(archive: Archive, calendar: Calendar, repairs: list[Note]) -> tuple[Trips, int]:
    table = _required(archive, "trips", ("route_id", "service_id", "trip_id", "direction_id"))
    table.require("route_id", "service_id", "trip_id")
    repairs.extend(table.repairs)
    route_type = _route_types(archive, table, repairs)
    service = table.columns["service_id"].rows_in(calendar.ids)
    direction = table.whole("direction_id", missing=NO_DIRECTION)
    direction[(direction < 0) | (direction > 1)] = NO_DIRECTION
    is_public = route_types.is_public(route_type)
    keys = table.columns["trip_id"].array().filter(from_numpy(is_public))
    trips = Trips(service[is_public], route_type[is_public], direction[is_public], keys)
    return trips, int((~is_public).sum())


def _route_types(archive: Archive, trips: Table, repairs: list[Note]) -> Int32:
    """[T] the route type of each trip."""
    routes = _required(archive, "routes", ("route_id", "route_type"))
    routes.require("route_id", "route_type")
    repairs.extend(routes.repairs)
    codes = routes.whole("route_type", missing=route_types.UNKNOWN)
    odd = sorted({int(c) for c in np.unique(codes) if route_types.name_of(int(c)) == "unknown"})
    if odd:
        repairs.append(note(
            f"routes.txt: unknown route types {odd[:5]} are taken as buses",
            f"routes.txt：未知的 route_type {odd[:5]} 按公共汽车处理",
        ))  # fmt: skip
    row = trips.columns["route_id"].rows_in(routes.columns["route_id"].array())
    return np.where(row >= 0, codes[row], np.int32(route_types.UNKNOWN))


def _frequencies(archive: Archive, trip_keys: pa.StringArray, repairs: list[Note]) -> Frequencies:
    none = np.empty(0, dtype=np.int32)
    table = read_table(
        archive, "frequencies", ("trip_id", "start_time", "end_time", "headway_secs")
    )
    if table is None or not table.rows:
        return Frequencies(none, none, none, none)
    table.require("trip_id", "start_time", "end_time", "headway_secs")
    repairs.extend(table.repairs)
    trip, headway = (
        table.columns["trip_id"].rows_in(trip_keys),
        table.whole("headway_secs", missing=0),
    )
    start, end = table.times("start_time"), table.times("end_time")
    good = (headway > 0) & (start != NO_TIME) & (start < end)
    if not good.all():
        count = f"{int((~good).sum()):,}"
        repairs.append(note(
            f"frequencies.txt: {count} rows without a span of time are left out",
            f"frequencies.txt：略去 {count} 行没有时段的记录",
        ))  # fmt: skip
    keep = good & (trip >= 0)
    return Frequencies(trip[keep], start[keep], end[keep], headway[keep])


def _agency_repairs(archive: Archive) -> list[Note]:
    table = read_table(archive, "agency", ("agency_name", "agency_timezone"))
    if table is None:
        return [note(
            "agency.txt is missing (GTFS wants it); the publisher is not known",
            "缺少 agency.txt（GTFS 要求），发布者不详",
        )]  # fmt: skip
    if "agency_name" not in table or None in table.columns["agency_name"].text():
        return [*table.repairs, note(
            "agency.txt: an agency has no name (GTFS wants it)",
            "agency.txt：有运营者没有名称（GTFS 要求）",
        )]  # fmt: skip
    return table.repairs


def _publisher(archive: Archive) -> dict[str, str | None]:
    info = read_table(archive, "feed_info", ("feed_publisher_name", "feed_version"))
    agency = read_table(archive, "agency", ("agency_name",))
    return {
        "publisher": _first(info, "feed_publisher_name") or _first(agency, "agency_name"),
        "version": _first(info, "feed_version"),
        "licence": "unknown",
    }


def _first(table: Table | None, column: str) -> str | None:
    if table is None or column not in table or not table.rows:
        return None
    word: str | None = table.columns[column].text()[0]
    return word


def _validity(calendar: Calendar) -> dict[str, str | None]:
    first, last = calendar.span()
    if first > last:
        return {"first": None, "last": None}
    return {"first": to_date(first).isoformat(), "last": to_date(last).isoformat()}


def _route_type_names(trips: Trips) -> dict[str, int]:
    codes, counts = np.unique(trips.route_type, return_counts=True)
    names: dict[str, int] = {}
    for code, count in zip(codes.tolist(), counts.tolist(), strict=True):
        name = route_types.name_of(code)
        names[name] = names.get(name, 0) + count
    return names
