"""Working calendars: which days a city works, at which hours, and in which time zone.

Days off and make-up working days (调休) stand in `days/<country>.yaml`, one entry a published year.
A year without one has its weekends off, and `unpublished` says so. A city declares its own calendar
in YAML: hours of work by season, zone, days that differ from the country's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field

from urbanwork.errors import UserError
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.quantities.declared import Declared, read_declared

DAYS: Final = Path(__file__).parent / "days"
"""The tables of days that come with urbanwork."""

_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)|24:00")
_SEASON: Final = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_DAY: Final = 86_400


def _dates(text: Any) -> tuple[date, date]:
    """`2026-05-01` or `2026-05-01/2026-05-05`, both ends included.

    >>> _dates("2026-05-01/2026-05-05")
    (datetime.date(2026, 5, 1), datetime.date(2026, 5, 5))
    """
    first, _, last = str(text).partition("/")
    try:
        ends = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        raise ValueError(f"got '{text}', wanted a day such as 2026-05-01, or two with / ") from None
    if ends[0] > ends[1]:
        raise ValueError(f"got '{text}'; the first day lies after the last")
    return ends


def _opening(text: Any) -> tuple[int, int]:
    """`09:00-12:00` as seconds of the day.

    >>> _opening("09:00-12:00")
    (32400, 43200)
    """
    first, _, last = str(text).partition("-")
    if not (_CLOCK.fullmatch(first) and _CLOCK.fullmatch(last)):
        raise ValueError(f"got '{text}', wanted hours such as 09:00-12:00")
    begin, end = (int(each[:-3]) * 3600 + int(each[-2:]) * 60 for each in (first, last))
    if begin >= end:
        raise ValueError(f"got '{text}'; it must end after it begins, on the same day")
    return begin, end


def _month_day(text: Any) -> str:
    if not _SEASON.fullmatch(str(text)):
        raise ValueError(f"got '{text}', wanted month and day such as 05-01")
    return str(text)


def _in_order(openings: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    if any(a[1] > b[0] for a, b in pairwise(openings)):
        raise ValueError("hours of one day must follow each other without overlap")
    return openings


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"got '{name}', wanted a time zone such as Asia/Shanghai") from None
    return name


Days = Annotated[tuple[date, date], BeforeValidator(_dates)]
Opening = Annotated[tuple[int, int], BeforeValidator(_opening)]
MonthDay = Annotated[str, BeforeValidator(_month_day)]


class PublishedYear(Declared):
    """What the notice for one year says; weekends in a holiday may be named too."""

    off: tuple[Days, ...]
    work: tuple[Days, ...]


class TableOfDays(Declared):
    """Days off and make-up working days of a country, by published year."""

    jurisdiction: str
    source: str
    confidence: Literal["A", "B", "C"]
    years: dict[str, PublishedYear]

    @property
    def published(self) -> frozenset[int]:
        return frozenset(map(int, self.years))


class Season(Declared):
    """Hours of work from a day of the year to another, both included; it may span New Year."""

    first: MonthDay = "01-01"
    last: MonthDay = "12-31"
    open: Annotated[tuple[Opening, ...], Field(min_length=1), AfterValidator(_in_order)]

    def holds(self, day: date) -> bool:
        """Whether a day lies in the season.

        >>> winter = Season(first="10-01", last="04-30", open=("09:00-12:00",))
        >>> winter.holds(date(2026, 1, 5)), winter.holds(date(2026, 7, 1))
        (True, False)
        """
        today = f"{day:%m-%d}"
        if self.first <= self.last:
            return self.first <= today <= self.last
        return today >= self.first or today <= self.last


class OwnDays(Declared):
    """Days on which a city differs from its country."""

    days: Days
    works: bool
    why: Bilingual


class Calendar(Declared):
    """When a city works. `week` has Monday as 1; `days` names a table or a file beside this one."""

    name: Bilingual
    zone: Annotated[str, AfterValidator(_known_zone)] = "Asia/Shanghai"
    days: str | None = "cn"
    week: Annotated[
        tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1)
    ] = (1, 2, 3, 4, 5)  # fmt: skip
    hours: Annotated[tuple[Season, ...], Field(min_length=1)]
    own: tuple[OwnDays, ...] = ()


class WorkingDays:
    """Which days count, once table, week and own days are put together."""

    def __init__(self, calendar: Calendar, table: TableOfDays | None) -> None:
        self.calendar, self.table = calendar, table
        self.zone = ZoneInfo(calendar.zone)
        self._works = _exceptions(calendar, table)

    def is_working(self, day: date) -> bool:
        """Whether the city works on that day."""
        return self._works.get(day, day.isoweekday() in self.calendar.week)

    def openings(self, day: date) -> tuple[tuple[int, int], ...]:
        """Hours of work of a day in seconds of local time; none on a day off."""
        if not self.is_working(day):
            return ()
        return next((each.open for each in self.calendar.hours if each.holds(day)), ())

    def unpublished(self, first: int, last: int) -> tuple[int, ...]:
        """Years from one to another for which only weekends are known to be off."""
        if self.table is None:
            return ()
        published = self.table.published
        return tuple(year for year in range(first, last + 1) if year not in published)


def _exceptions(calendar: Calendar, table: TableOfDays | None) -> dict[date, bool]:
    """Days that differ from the week; a make-up day beats a day off, the city beats both."""
    works: dict[date, bool] = {}
    years = () if table is None else table.years.values()
    for each in years:
        works |= dict.fromkeys(_each_day(each.off), False)
        works |= dict.fromkeys(_each_day(each.work), True)
    for own in calendar.own:
        works |= dict.fromkeys(_each_day([own.days]), own.works)
    return works


def _each_day(spans: Iterable[tuple[date, date]]) -> Iterator[date]:
    for first, last in spans:
        yield from (first + timedelta(days=n) for n in range((last - first).days + 1))


def warning(years: Iterable[int]) -> Bilingual:
    """The sentence that stands beside a deadline that rests on a year without a calendar.

    >>> warning([2027]).en
    'The days off of 2027 are not published yet: weekends alone are counted, so it may move.'
    """
    named = [str(year) for year in years]
    return Bilingual(
        f"The days off of {', '.join(named)} are not published yet: weekends alone are counted, "
        "so it may move.",
        f"{'、'.join(named)}年节假日安排尚未公布，暂仅扣除周末，时限可能变动。",
    )


def read_calendar(path: Path, *, zone: str | None = None) -> WorkingDays:
    """A city's calendar and the table of days that it names.

    `zone` holds where the file names none.

    Raises:
        UserError: a file is missing or unreadable, or the table of days is unknown.
        ManyFaultsError: what the files may not say, with file and line.
    """
    calendar = read_declared(path, Calendar)
    if zone is not None and "zone" not in calendar.model_fields_set:
        calendar = calendar.model_copy(update={"zone": zone})
    return working_days(calendar, beside=path.parent)


def working_days(calendar: Calendar, *, beside: Path | None = None) -> WorkingDays:
    """A calendar together with its table of days.

    Raises:
        UserError: the table of days is unknown.
        ManyFaultsError: what the table may not say, with file and line.
    """
    if calendar.days is None:
        return WorkingDays(calendar, None)
    if beside is not None and (beside / calendar.days).is_file():
        return WorkingDays(calendar, _read_days(beside / calendar.days))
    path = DAYS / f"{calendar.days}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(each.stem for each in DAYS.glob("*.yaml")))
        raise UserError(
            f"days: got '{calendar.days}'; there is no such table of days. Choose from {known}, "
            "name a file beside the calendar, or leave it empty (days: null) for weekends alone"
        )
    return WorkingDays(calendar, _read_days(path))


def _read_days(path: Path) -> TableOfDays:
    return read_declared(path, TableOfDays)


OFFICE: Final = Calendar(
    name=Bilingual("Office hours in China", "中国机关工作时间"),
    hours=(Season(open=("09:00-12:00", "13:30-17:30")),),  # type: ignore[arg-type]
)
"""Seven hours a day. From knowledge, unverified: cities differ, and declare their own."""


def local_seconds(day: date, seconds: int, zone: ZoneInfo) -> int:
    """Seconds since 1970 (UTC) of a time of a local day; 86,400 is the midnight that ends it."""
    at = datetime.combine(day + timedelta(days=seconds // _DAY), time(), zone)
    at = at.replace(hour=seconds % _DAY // 3600, minute=seconds % 3600 // 60)
    return int(at.timestamp())
