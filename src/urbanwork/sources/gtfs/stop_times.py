"""Stop times as arrays in order of trip and sequence, missing times filled in between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.sources.gtfs.archive import Archive
from urbanwork.sources.gtfs.tables import NO_TIME, Table, read_table
from urbanwork.sources.notes import Note, note

Int32 = NDArray[np.int32]
Flags = NDArray[np.bool_]

NO_PICKUP = 1


@dataclass(frozen=True, slots=True)
class StopTimes:
    """R calls of trips at stops, sorted by trip and sequence."""

    trip: Int32  # [R] row of the trips
    stop: Int32  # [R] row of the stops
    time_s: Int32  # [R] departure in seconds of the service day
    may_board: Flags  # [R] neither the last call of its trip nor one without pick-up
    counts: dict[str, int]  # rows read, left out and filled in


def read_stop_times(
    archive: Archive, trip_keys: pa.StringArray, stop_keys: pa.StringArray, repairs: list[Note]
) -> StopTimes:
    """The calls at known stops of known trips.

    The departure counts, else the arrival. Where both are blank between two calls with times,
    the time lies in between by the number of calls; before the first or after the last such call
    the row is left out and counted.

    Raises:
        UserError: the table or a required column is missing, or a time cannot be read.
    """
    table = _table(archive)
    repairs.extend(table.repairs)
    trip = table.columns["trip_id"].rows_in(trip_keys)
    stop = table.columns["stop_id"].rows_in(stop_keys)
    time_s, sequence = _times(table), _sequence(table, repairs)
    may_board = table.whole("pickup_type", missing=0) != NO_PICKUP
    known = (trip >= 0) & (stop >= 0)
    counts = {"rows": table.rows, "unknown_trip": int((trip < 0).sum()),
              "unknown_stop": int(((trip >= 0) & (stop < 0)).sum())}  # fmt: skip
    if not known.all():
        trip, stop, time_s, sequence, may_board = (
            values[known] for values in (trip, stop, time_s, sequence, may_board)
        )
    if not _is_sorted(trip, sequence):
        order = np.lexsort((sequence, trip))
        trip, stop, time_s, may_board = (v[order] for v in (trip, stop, time_s, may_board))
    may_board &= ~_is_last_of_trip(trip)
    time_s, filled = filled_in(time_s, trip)
    timed = time_s != NO_TIME
    counts |= {"time_filled_in": filled, "without_time": int((~timed).sum())}
    return StopTimes(trip[timed], stop[timed], time_s[timed], may_board[timed], counts)


def _table(archive: Archive) -> Table:
    columns = (
        "trip_id", "stop_id", "departure_time", "arrival_time", "stop_sequence", "pickup_type",
    )  # fmt: skip
    table = read_table(archive, "stop_times", columns)
    if table is None or not table.rows:
        raise UserError(
            f"{archive.name}: stop_times.txt is missing or empty; GTFS wants it, give a whole feed"
        )
    table.require("trip_id", "stop_id")
    if "departure_time" not in table and "arrival_time" not in table:
        table.require("departure_time")
    return table


def _times(table: Table) -> Int32:
    if "departure_time" not in table:
        return table.times("arrival_time")
    departure = table.times("departure_time")
    is_blank = departure == NO_TIME
    if "arrival_time" not in table or not is_blank.any():
        return departure
    return np.where(is_blank, table.times("arrival_time"), departure)


def _sequence(table: Table, repairs: list[Note]) -> Int32:
    if "stop_sequence" not in table:
        repairs.append(note(
            "stop_times.txt: no stop_sequence; the order of the rows is taken",
            "stop_times.txt：没有 stop_sequence，按行的先后取序",
        ))  # fmt: skip
        return np.arange(table.rows, dtype=np.int32)
    return table.whole("stop_sequence", missing=0)


def _is_sorted(trip: Int32, sequence: Int32) -> bool:
    """Whether each trip is one block of rows in order of sequence."""
    if not len(trip):
        return True
    is_new = trip[1:] != trip[:-1]
    blocks = int(is_new.sum()) + 1
    seen = np.zeros(int(trip.max()) + 1, dtype=np.bool_)
    seen[trip] = True
    return blocks == int(seen.sum()) and bool((is_new | (sequence[1:] >= sequence[:-1])).all())


def _is_last_of_trip(trip: Int32) -> Flags:
    is_last = np.ones(len(trip), dtype=np.bool_)
    is_last[:-1] = trip[1:] != trip[:-1]
    return is_last


def filled_in(time_s: Int32, trip: Int32) -> tuple[Int32, int]:
    """Times with the blanks between two known calls of a trip filled evenly, and how many.

    >>> filled_in(np.array([0, -1, -1, 90, -1], np.int32), np.zeros(5, np.int32))
    (array([ 0, 30, 60, 90, -1], dtype=int32), 2)
    """
    is_blank = time_s == NO_TIME
    if not is_blank.any():
        return time_s, 0
    rows = np.arange(len(time_s))
    before = np.maximum.accumulate(np.where(is_blank, -1, rows))
    after = np.minimum.accumulate(np.where(is_blank, len(rows), rows)[::-1])[::-1]
    can = is_blank & (before >= 0) & (after < len(rows))
    can[can] = (trip[before[can]] == trip[rows[can]]) & (trip[after[can]] == trip[rows[can]])
    low, high = before[can], after[can]
    share = (rows[can] - low) / (high - low)
    filled = time_s.copy()
    filled[can] = np.rint(time_s[low] + share * (time_s[high] - time_s[low])).astype(np.int32)
    return filled, int(can.sum())
