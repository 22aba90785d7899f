"""Limits of time as cities set them, and the deadlines that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final, Literal, get_args

import numpy as np

from urbanwork.errors import UserError
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.quantities.calendars import WorkingDays, warning
from urbanwork.quantities.timelines import SPAN, Instants, Timeline, hours_of_work, whole_days

Unit = Literal["clock_hours", "working_hours", "working_days", "calendar_days"]
"""Hours count to the second from the start. Days count from the day after, and end with a day."""

UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
IN_WORDS: Final = {
    "clock_hours": Bilingual("hours around the clock", "小时"),
    "working_hours": Bilingual("working hours", "工作时"),
    "working_days": Bilingual("working days", "工作日"),
    "calendar_days": Bilingual("calendar days", "自然日"),
}
_HOUR: Final = 3_600


@dataclass(frozen=True, slots=True)
class Limit:
    """So much time of one unit; an hour may be divided as long as seconds stay whole.

    >>> Limit(4, "working_hours").seconds
    14400
    """

    amount: float
    unit: Unit

    def __post_init__(self) -> None:
        of_days = self.unit.endswith("days")
        if self.unit not in UNITS:
            raise UserError(f"limit: got the unit '{self.unit}'; choose from {', '.join(UNITS)}")
        if not 0 <= self.amount <= 1e5 or (self.amount * (1 if of_days else _HOUR)) % 1:
            wanted = "a whole number of days" if of_days else "hours that make whole seconds"
            raise UserError(f"limit: got {self.amount}; wanted {wanted}, not below 0")

    @property
    def is_of_days(self) -> bool:
        return self.unit.endswith("days")

    @property
    def seconds(self) -> int:
        """Length of a limit of hours in seconds."""
        return round(self.amount * _HOUR)

    @property
    def words(self) -> Bilingual:
        """The limit as one says it.

        >>> Limit(5, "working_days").words.zh
        '5个工作日'
        """
        unit = IN_WORDS[self.unit]
        one = self.amount == 1
        english = unit.en.replace("hours", "hour").replace("days", "day") if one else unit.en
        measure = "个" if self.is_of_days else ""
        return Bilingual(f"{self.amount:g} {english}", f"{self.amount:g}{measure}{unit.zh}")


class WorkingTime:
    """Deadlines of one city: its calendar with the tables that make them quick."""

    def __init__(self, days: WorkingDays, span: tuple[int, int] = SPAN) -> None:
        self.days, self.span = days, span
        self._warnings: dict[tuple[int, int], Bilingual | None] = {}

    @cached_property
    def work(self) -> Timeline:
        """Hours of work."""
        return hours_of_work(self.days, self.span)

    @cached_property
    def whole(self) -> Timeline:
        """Whole days."""
        return whole_days(self.days, self.span)

    def timeline(self, unit: Unit) -> Timeline:
        """What counts for a unit; around the clock everything does."""
        return self.work if unit.startswith("working") else self.whole

    def add(self, start: datetime, limit: Limit) -> datetime:
        """The deadline of a limit that begins at `start`, in the time of the city.

        Hours run from `start`. Days run from the day after and end with the hours of work of the
        last (a calendar day: with midnight, and where it is a day off, with the next working day).

        Raises:
            UserError: the time has no zone, or lies outside the years that are prepared.

        Source: 民法典 (Civil Code) articles 200 to 204, from knowledge, unverified.
        """
        return self.local(int(self.add_many(seconds([start]), limit)[0]))

    def add_many(self, starts: Instants, limit: Limit) -> Instants:
        """The deadlines of one limit for many starts."""
        return self.reached(starts, self.target(starts, limit), limit.unit)

    def target(self, starts: Instants, limit: Limit) -> Instants:
        """The positions on the unit's timeline at which the limit is used up."""
        line = self.timeline(limit.unit)
        if limit.is_of_days:
            return line.after_days(starts, np.full(starts.shape, int(limit.amount), np.int64))
        return line.position(starts) + limit.seconds

    def reached(self, starts: Instants, targets: Instants, unit: Unit) -> Instants:
        """When positions on a unit's timeline are reached, never before the starts."""
        found = np.maximum(self.timeline(unit).instant(targets), starts)
        return self._moved_off_holidays(found) if unit == "calendar_days" else found

    def latest_start(self, end: datetime, limit: Limit) -> datetime:
        """From when on no more than the limit is left until `end`: hours to the second, days whole.

        Raises:
            UserError: the time has no zone, or lies outside the years that are prepared.
        """
        return self.local(int(self.latest_starts(seconds([end]), limit)[0]))

    def latest_starts(self, ends: Instants, limit: Limit) -> Instants:
        """The same for many ends."""
        line = self.timeline(limit.unit)
        if limit.is_of_days:
            until = np.searchsorted(line.midnights, ends, side="left")
            day = np.maximum(until - 1 - int(limit.amount), 0)
            return np.asarray(line.midnights[day], np.int64)
        position = np.maximum(line.position(ends) - limit.seconds, 0)
        return np.asarray(np.minimum(line.instant(position), ends), np.int64)

    def between(self, start: datetime, end: datetime, unit: Unit) -> float:
        """How much of a unit lies between two times; hours to the second, days begun after `start`.

        Raises:
            UserError: a time has no zone, or lies outside the years that are prepared.
        """
        return float(self.between_many(seconds([start]), seconds([end]), unit)[0])

    def between_many(self, starts: Instants, ends: Instants, unit: Unit) -> np.ndarray[
        tuple[int, ...], np.dtype[np.float64]
    ]:  # fmt: skip
        """How much of a unit lies between starts and ends."""
        line = self.timeline(unit)
        if unit.endswith("days"):
            return line.days_between(starts, ends).astype(np.float64)
        return np.asarray((line.position(ends) - line.position(starts)) / _HOUR, np.float64)

    def local(self, instant: int) -> datetime:
        """An instant in the time of the city."""
        return datetime.fromtimestamp(instant, self.days.zone)

    def warning(self, start: datetime, end: datetime) -> Bilingual | None:
        """What to say of a deadline that rests on a year without a published calendar."""
        zone = self.days.zone
        return self._warning(start.astimezone(zone).year, end.astimezone(zone).year)

    def _warning(self, first: int, last: int) -> Bilingual | None:
        if (first, last) not in self._warnings:
            years = self.days.unpublished(first, last)
            self._warnings[first, last] = warning(years) if years else None
        return self._warnings[first, last]

    def _moved_off_holidays(self, midnights: Instants) -> Instants:
        """A last day that is off gives way to the next working day (Civil Code 203)."""
        last = self.whole.midnights[
            np.searchsorted(self.whole.midnights, midnights, side="left") - 1
        ]
        at = np.searchsorted(self.work.midnights, last, side="left")
        following = self.work.midnights[np.minimum(at, self.work.midnights.size - 1)]
        end = self.whole.ends[np.searchsorted(self.whole.starts, following, side="right") - 1]
        return np.asarray(np.maximum(end, midnights), np.int64)


def seconds(times: Sequence[datetime]) -> Instants:
    """Times as whole seconds since 1970 (UTC); fractions are cut off.

    Raises:
        UserError: a time has no zone.
    """
    for time in times:
        if time.tzinfo is None:
            raise UserError(f"got the time {time} without a zone; give one, such as +08:00")
    return np.array([int(time.timestamp() // 1) for time in times], dtype=np.int64)
