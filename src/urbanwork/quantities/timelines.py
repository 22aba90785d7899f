"""Time that counts, as arithmetic: exact seconds, forwards and back, for one instant or a million.

A timeline is a table of intervals that count (hours of work, or whole days), prepared once for a
span of years. Instants are whole seconds since 1970 (UTC); positions are seconds that have counted
since the table began. Both directions are one binary search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.quantities.calendars import WorkingDays, local_seconds

Instants = NDArray[np.int64]
"""Whole seconds since 1970-01-01 00:00 UTC, or positions on a timeline."""

SPAN: Final = (2004, 2049)
"""Years that a table is prepared for, both included."""
_DAY: Final = 86_400


@dataclass(frozen=True, eq=False)
class Timeline:
    """Intervals that count, in order and apart, and the days that they belong to.

    starts, ends [N]: instants. midnights [D]: when each day that counts begins. day_ends [D]: the
    position at the end of each of them.
    """

    starts: Instants
    ends: Instants
    midnights: Instants
    day_ends: Instants

    @cached_property
    def before(self) -> Instants:
        """[N] Seconds that counted before each interval."""
        return np.concatenate([[0], np.cumsum(self.ends - self.starts)[:-1]]).astype(np.int64)

    def position(self, instants: Instants) -> Instants:
        """Seconds that counted until each instant.

        Raises:
            UserError: an instant lies outside the years of the table.
        """
        self._check(instants)
        at = np.searchsorted(self.starts, instants, side="right") - 1
        inside = np.minimum(instants, self.ends[at]) - self.starts[at]
        return self.before[at] + inside

    def instant(self, positions: Instants) -> Instants:
        """The first instant by which so many seconds have counted: a closing, not an opening.

        Raises:
            UserError: it lies beyond the years of the table.
        """
        if positions.size and int(positions.max()) > int(self.day_ends[-1]):
            raise UserError(self._beyond())
        at = np.maximum(np.searchsorted(self.before, positions, side="left") - 1, 0)
        return self.starts[at] + positions - self.before[at]

    def end_of_day(self, positions: Instants) -> Instants:
        """The position at the end of the day that a position lies in; an end of day stays."""
        return self._day_end(
            np.searchsorted(self.day_ends, positions, side="left").astype(np.int64)
        )

    def after_days(self, instants: Instants, days: Instants) -> Instants:
        """The position at the end of the last of so many days, the day of the instant not counted.

        Raises:
            UserError: a day lies outside the years of the table.
        """
        self._check(instants)
        begun: Instants = np.searchsorted(self.midnights, instants, side="right").astype(np.int64)
        return self._day_end(np.asarray(np.maximum(begun - 1 + days, 0), np.int64))

    def days_between(self, starts: Instants, ends: Instants) -> Instants:
        """Days that count after the day of each start, until each end; a day begun is one."""
        begun = np.searchsorted(self.midnights, starts, side="right")
        until = np.searchsorted(self.midnights, ends, side="left")
        return np.asarray(np.maximum(until - begun, 0), np.int64)

    def _day_end(self, at: Instants) -> Instants:
        if at.size and int(at.max()) >= self.day_ends.size:
            raise UserError(self._beyond())
        return np.asarray(self.day_ends[at], np.int64)

    def _check(self, instants: Instants) -> None:
        low, high = int(self.starts[0]), int(self.ends[-1])
        if instants.size and (int(instants.min()) < low or int(instants.max()) > high):
            raise UserError(self._beyond())

    def _beyond(self) -> str:
        first, last = (datetime.fromtimestamp(int(self.ends[at]), UTC).year for at in (0, -1))
        return (
            f"working time is prepared for the years {first} to {last}; "
            "give a time and a limit that lie within them"
        )


def hours_of_work(days: WorkingDays, span: tuple[int, int] = SPAN) -> Timeline:
    """The timeline on which hours of work count."""
    return _timeline(days, span, days.openings)


def whole_days(days: WorkingDays, span: tuple[int, int] = SPAN) -> Timeline:
    """The timeline on which every day counts from midnight to midnight of the city."""
    return _timeline(days, span, lambda _: ((0, _DAY),))


def _timeline(
    days: WorkingDays,
    span: tuple[int, int],
    openings: Callable[[date], Sequence[tuple[int, int]]],
) -> Timeline:
    intervals, midnights, lengths = [], [], []
    for day, midnight, next_midnight in _days(days, span):
        is_even = next_midnight - midnight == _DAY  # else clocks are put forward or back
        hours = [
            (midnight + start, midnight + end) if is_even else _local(day, start, end, days.zone)
            for start, end in openings(day)
        ]
        if hours:
            intervals += hours
            midnights.append(midnight)
            lengths.append(sum(end - start for start, end in hours))
    if not intervals:
        raise UserError("the calendar has no hour of work at all; give it days and hours")
    starts, ends = np.array(intervals, dtype=np.int64).T
    day_ends = np.cumsum(np.array(lengths, dtype=np.int64))
    return Timeline(starts.copy(), ends.copy(), np.array(midnights, np.int64), day_ends)


def _days(days: WorkingDays, span: tuple[int, int]) -> Iterator[tuple[date, int, int]]:
    """Each day with its midnights, in order."""
    first, last = date(span[0], 1, 1), date(span[1], 12, 31)
    midnight = local_seconds(first, 0, days.zone)
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        following = local_seconds(day, _DAY, days.zone)
        yield day, midnight, following
        midnight = following


def _local(day: date, start: int, end: int, zone: ZoneInfo) -> tuple[int, int]:
    return local_seconds(day, start, zone), local_seconds(day, end, zone)
