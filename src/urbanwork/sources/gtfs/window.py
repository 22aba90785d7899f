"""The named weekday window in which service is counted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from urbanwork.errors import UserError
from urbanwork.sources.notes import Note, note

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAYS_ZH = "一二三四五六日"


def seconds_of(text: str) -> int:
    """Seconds since the start of the service day of `HH:MM` or `HH:MM:SS`, up to 48 hours.

    Raises:
        UserError: the text is no such time.

    >>> seconds_of("07:30"), seconds_of("25:00:00")
    (27000, 90000)
    """
    match = re.fullmatch(r"(\d{1,2}):([0-5]\d)(?::([0-5]\d))?", text.strip())
    seconds = sum(int(n or 0) * k for n, k in zip(match.groups(), (3600, 60, 1), strict=True)) \
        if match else -1  # fmt: skip
    if not 0 <= seconds <= 48 * 3600:
        raise UserError(f"'{text}' is not a time of the service day; give HH:MM, such as 07:00")
    return seconds


@dataclass(frozen=True, slots=True)
class ServiceWindow:
    """Weekdays and times of the service day, `start_s <= t < end_s`, and dates, both inclusive.

    Times are those of the timetable: what leaves at 01:10 after a Friday evening is 25:10 of
    Friday. Without dates the four weeks with the most departures are taken; of equal ones the
    nearest to `near` (the city's as-of date), else the first.

    Raises:
        UserError: no day, an end before its start, or dates in the wrong order.
    """

    name: str = "weekday daytime"
    name_zh: str = "工作日白天"
    days: tuple[str, ...] = DAYS[:5]
    start_s: int = 7 * 3600
    end_s: int = 19 * 3600
    dates: tuple[date, date] | None = None
    near: date | None = None

    def __post_init__(self) -> None:
        if not self.days or not set(self.days) <= set(DAYS):
            raise UserError(f"service window '{self.name}': give days from {', '.join(DAYS)}")
        if not 0 <= self.start_s < self.end_s:
            raise UserError(f"service window '{self.name}': its time must end after it starts")
        if self.dates and self.dates[0] > self.dates[1]:
            raise UserError(f"service window '{self.name}': its dates must end after they start")

    @property
    def weekdays(self) -> tuple[int, ...]:
        """The days as numbers, Monday is 0."""
        return tuple(number for number, day in enumerate(DAYS) if day in self.days)

    @property
    def minutes(self) -> float:
        """Length of the window."""
        return (self.end_s - self.start_s) / 60

    def describe(self) -> Note:
        """The window in words.

        >>> ServiceWindow().describe()["en"]
        'weekday daytime (Mon, Tue, Wed, Thu, Fri, 07:00-19:00)'
        """
        names_en = ", ".join(DAYS[day].capitalize() for day in self.weekdays)
        names_zh = "、".join(WEEKDAYS_ZH[day] for day in self.weekdays)
        times = f"{_clock(self.start_s)}-{_clock(self.end_s)}"
        return note(
            f"{self.name} ({names_en}, {times})", f"{self.name_zh}（周{names_zh}，{times}）"
        )


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
