"""Departures and headway per stop and direction in a window of the week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.sources.gtfs.calendar import Calendar, to_date, to_day, weekdays_of
from urbanwork.sources.gtfs.feed import NO_DIRECTION, Feed
from urbanwork.sources.gtfs.window import ServiceWindow

Int32 = NDArray[np.int32]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SPAN_DAYS = 28
NEAR_DAYS = 366
DIRECTIONS = 4
"""direction_id 0 and 1; 2 and 3 are the two ways along the axis of a stop where it is missing."""


class Definition(StrEnum):
    """How departures become a headway."""

    BOARDING_MEAN = "boarding_mean"
    """Window minutes / mean departures over all dates with service; calls where nobody may board
    (the end of a trip, no pick-up) are no departures."""

    SERVED_DATES_ROUNDED = "served_dates_rounded"
    """GHSCI 4.15: mean over the dates with at least one departure of round(window minutes /
    departures); every call counts as a departure."""


@dataclass(frozen=True, slots=True)
class Headways:
    """K pairs of stop and direction that have a departure in the window, sorted."""

    stop: Int32  # [K] row of the feed's stops
    direction: Int32  # [K] 0 to DIRECTIONS - 1
    departures: Floats  # [K] mean over the dates with service
    headway_min: Floats  # [K] minutes
    first: date  # of the dates that were counted
    last: date
    dates_with_service: int
    dates_in_window: int


@dataclass(frozen=True, slots=True)
class _Counts:
    """Departures in the window per stop, direction and service, whatever the date."""

    group: Int32  # [G] row of the pairs
    service: Int32  # [G]
    departures: Ints  # [G]
    stop: Int32  # [K]
    direction: Int32  # [K]


def headway_by_direction(
    feed: Feed, window: ServiceWindow, *, definition: Definition = Definition.BOARDING_MEAN
) -> Headways:
    """Departures and headway of each stop and direction, all routes together.

    Direction is `direction_id`. Where a feed does not give it, the calls at a stop are told apart
    by the way they leave it: the heading to the next stop, with or against the stop's main axis.

    Raises:
        UserError: nothing runs in the window; says when the feed is valid and what to ask for.
    """
    counts = _counts(feed, window, every_call=definition is Definition.SERVED_DATES_ROUNDED)
    days = _days(feed, window, counts)
    active = feed.calendar.active(days)
    per_service = np.bincount(counts.service, counts.departures, minlength=len(active))
    has_service = (per_service @ active) > 0
    if not has_service.any():
        raise UserError(_no_service(feed, window, counts))
    days, active = days[has_service], active[:, has_service]
    departures = _mean_departures(counts, active)
    if definition is Definition.SERVED_DATES_ROUNDED:
        headway = _served_dates_headway(counts, active, window.minutes)
    else:
        with np.errstate(divide="ignore"):
            headway = window.minutes / departures
    served = departures > 0
    return Headways(
        counts.stop[served], counts.direction[served], departures[served], headway[served],
        to_date(int(days[0])), to_date(int(days[-1])), int(has_service.sum()), len(has_service),
    )  # fmt: skip


def _counts(feed: Feed, window: ServiceWindow, *, every_call: bool) -> _Counts:
    number = _departures_of_calls(feed, window)
    if not every_call:
        number = np.where(feed.times.may_board, number, 0)
    service = feed.trips.service[feed.times.trip]
    rows = np.flatnonzero((number > 0) & (service >= 0))
    direction = _directions(feed)[rows]
    pair = feed.times.stop[rows].astype(np.int64) * DIRECTIONS + direction
    pairs, group = np.unique(pair, return_inverse=True)
    services = max(1, len(feed.calendar.ids))
    keys, where = np.unique(group * services + service[rows], return_inverse=True)
    total = np.bincount(where, number[rows], minlength=len(keys)).astype(np.int64)
    return _Counts(
        (keys // services).astype(np.int32), (keys % services).astype(np.int32), total,
        (pairs // DIRECTIONS).astype(np.int32), (pairs % DIRECTIONS).astype(np.int32),
    )  # fmt: skip


def _departures_of_calls(feed: Feed, window: ServiceWindow) -> Ints:
    """[R] how often each call leaves in the window on a day of its service."""
    times, repeats = feed.times, feed.frequencies
    number = ((times.time_s >= window.start_s) & (times.time_s < window.end_s)).astype(np.int64)
    if not len(repeats.trip):
        return number
    first_of_trip, calls_of_trip = _blocks(times.trip, len(feed.trips.service))
    number[np.isin(times.trip, repeats.trip)] = 0  # the times of a repeated trip are only offsets
    lengths, first_row = calls_of_trip[repeats.trip], first_of_trip[repeats.trip]
    entry = np.repeat(np.arange(len(repeats.trip)), lengths)
    row = np.arange(len(entry)) - np.repeat(np.cumsum(lengths) - lengths - first_row, lengths)
    offset = times.time_s[row] - times.time_s[first_row[entry]]
    np.add.at(number, row, _repetitions(feed, window, entry, offset))
    return number


def _blocks(trip: Int32, trips: int) -> tuple[Ints, Ints]:
    """[T] the first row of each trip and the number of its rows, which lie together."""
    first, length = np.zeros(trips, dtype=np.int64), np.bincount(trip, minlength=trips)
    starts = np.flatnonzero(np.diff(trip, prepend=-1))
    first[trip[starts]] = starts
    return first, length.astype(np.int64)


def _repetitions(feed: Feed, window: ServiceWindow, entry: Ints, offset: Int32) -> Ints:
    """How many of the departures start + k * headway + offset fall in the window."""
    spans = feed.frequencies
    start, headway = spans.start_s[entry].astype(np.int64), spans.headway_s[entry].astype(np.int64)
    runs = -((start - spans.end_s[entry]) // headway)  # k from 0 to runs - 1
    lowest = -((start + offset - window.start_s) // headway)
    beyond = -((start + offset - window.end_s) // headway)
    number: Ints = np.maximum(0, np.minimum(beyond, runs) - np.maximum(lowest, 0))
    return number


def _directions(feed: Feed) -> Int32:
    """[R] the direction of each call."""
    direction = feed.trips.direction[feed.times.trip]
    is_missing = direction == NO_DIRECTION
    if is_missing.any():
        direction[is_missing] = 2 + _is_against_axis(feed, is_missing)[is_missing]
    return direction


def _is_against_axis(feed: Feed, chosen: Flags) -> Flags:
    """[R] whether a call leaves its stop against the stop's main axis.

    The axis is the mean of the headings with opposite ones taken as equal (doubled angles).
    """
    trip, stop = feed.times.trip, feed.times.stop
    lon, lat = feed.stops.lon[stop], feed.stops.lat[stop]
    leads_on = np.zeros(len(trip), dtype=np.bool_)
    leads_on[:-1] = trip[1:] == trip[:-1]
    leads_on &= chosen & ~np.isnan(np.append(lon[1:], np.nan)) & ~np.isnan(lon)
    rows = np.flatnonzero(leads_on)
    east = (lon[rows + 1] - lon[rows]) * np.cos(np.radians(lat[rows]))
    heading = np.arctan2(lat[rows + 1] - lat[rows], east)
    count = len(feed.stops.id)
    doubled_x = np.bincount(stop[rows], np.cos(2 * heading), minlength=count)
    doubled_y = np.bincount(stop[rows], np.sin(2 * heading), minlength=count)
    axis = np.arctan2(doubled_y, doubled_x) / 2
    is_against = np.zeros(len(trip), dtype=np.bool_)
    is_against[rows] = np.cos(heading - axis[stop[rows]]) < 0
    return is_against


def _days(feed: Feed, window: ServiceWindow, counts: _Counts) -> Int32:
    """The days of the window: as asked, else the four weeks with the most departures."""
    if window.dates:
        return _chosen_days(to_day(window.dates[0]), to_day(window.dates[1]), window)
    first, last = feed.calendar.span()
    if window.near:
        near = to_day(window.near)
        if first - NEAR_DAYS < near < last + NEAR_DAYS:
            first, last = max(first, near - NEAR_DAYS), min(last, near + NEAR_DAYS)
    if last - first < SPAN_DAYS:
        return _chosen_days(first, last, window)
    start = _busiest_start(feed.calendar, window, counts, first, last)
    return _chosen_days(start, start + SPAN_DAYS - 1, window)


def _chosen_days(first: int, last: int, window: ServiceWindow) -> Int32:
    days = np.arange(first, last + 1, dtype=np.int32)
    return days[np.isin(weekdays_of(days), window.weekdays)]


def _busiest_start(
    calendar: Calendar, window: ServiceWindow, counts: _Counts, first: int, last: int
) -> int:
    days = np.arange(first, last + 1, dtype=np.int32)
    services = len(calendar.ids)
    weights = counts.departures.astype(np.float64)
    per_service = np.bincount(counts.service, weights, minlength=services).astype(np.float64)
    daily = calendar.daily(per_service, days)
    daily[~np.isin(weekdays_of(days), window.weekdays)] = 0
    running = np.concatenate([[0.0], np.cumsum(daily)])
    total = running[SPAN_DAYS:] - running[:-SPAN_DAYS]
    best = np.flatnonzero(total >= total.max() - 0.5)
    if window.near is None:
        return first + int(best[0])
    middle = first + best + SPAN_DAYS // 2
    return first + int(best[np.argmin(np.abs(middle - to_day(window.near)))])


def _mean_departures(counts: _Counts, active: Flags) -> Floats:
    runs = active.sum(axis=1)[counts.service]
    weights = (counts.departures * runs).astype(np.float64)
    total = np.bincount(counts.group, weights, minlength=len(counts.stop))
    mean: Floats = total.astype(np.float64) / active.shape[1]
    return mean


def _served_dates_headway(counts: _Counts, active: Flags, minutes: float) -> Floats:
    """Mean over served dates of the rounded headway; dates with equal service count once."""
    patterns, repeats = np.unique(active.T, axis=0, return_counts=True)
    total, dates = np.zeros(len(counts.stop)), np.zeros(len(counts.stop))
    for pattern, number in zip(patterns, repeats, strict=True):
        weights = counts.departures * pattern[counts.service]
        departures = np.bincount(counts.group, weights, minlength=len(counts.stop))
        served = departures > 0
        total[served] += number * np.rint(minutes / departures[served])
        dates[served] += number
    with np.errstate(invalid="ignore"):
        headway: Floats = np.where(dates > 0, total / dates, np.inf)
    return headway


def _no_service(feed: Feed, window: ServiceWindow, counts: _Counts) -> str:
    first, last = feed.calendar.span()
    asked = window.describe()["en"]
    if window.dates:
        asked += f" from {window.dates[0]} to {window.dates[1]}"
    if first > last:
        return f"{feed.name}: no service runs on any date; give a feed with a calendar"
    valid = f"the feed is valid from {to_date(first)} to {to_date(last)}"
    if not counts.departures.any():
        return f"{feed.name}: nothing departs in {asked}; {valid}; choose other times or days"
    return f"{feed.name}: nothing departs in {asked}; {valid}; choose dates within that span"
