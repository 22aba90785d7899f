"""Patrols of chiefs: which are valid (R10), and whether there were enough of them (R09)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from urbanwork.errors import UserError
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.quantities.calendars import WorkingDays
from urbanwork.quantities.declared import Declared, read_declared

FILE: Final = Path(__file__).parent / "rules" / "patrols.yaml"
Rhythm = Literal["working_day", "week", "month", "quarter"]
NotNegative = Annotated[float, Field(ge=0)]


class PatrolRule(Declared):
    """What one level asks of a patrol, and how often."""

    title: Bilingual
    least_minutes: NotNegative = 0
    least_metres: NotNegative = 0
    least_hours_between: NotNegative = 0
    times: Annotated[int, Field(ge=1)]
    per: Rhythm
    months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = ()


class PatrolRules(Declared):
    """The rules of one city, by level."""

    title: Bilingual
    source: str
    levels: dict[str, PatrolRule]


class Sets(Declared):
    """All sets of a file."""

    default: str
    sets: dict[str, PatrolRules]


def read_patrol_rules(name: str | None = None, path: Path = FILE) -> PatrolRules:
    """One set of rules; without a name, the default of the file.

    Raises:
        UserError: there is no such set, or no such file.
        ManyFaultsError: what the file may not say, with file and line.
    """
    table = read_declared(path, Sets)
    name = name or table.default
    if name not in table.sets:
        raise UserError(f"{path}: there is no set '{name}'; choose from {', '.join(table.sets)}")
    return table.sets[name]


@dataclass(frozen=True, slots=True)
class Patrol:
    """One walk of a post: from when until when, how far, and whether it was started by oneself."""

    post: str
    began: datetime
    ended: datetime
    metres: float
    is_self_started: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    """A patrol and why it does not count; it is valid where nothing is wrong."""

    patrol: Patrol
    wrong: tuple[Bilingual, ...]

    @property
    def is_valid(self) -> bool:
        return not self.wrong


def judged(patrols: Iterable[Patrol], rule: PatrolRule) -> list[Judged]:
    """The patrols of one post in order of time, each with what is wrong with it.

    The time between counts from the beginning of the last valid patrol that was started by oneself;
    a patrol that was ordered neither waits nor makes the next wait.
    """
    found: list[Judged] = []
    last: datetime | None = None
    for patrol in sorted(patrols, key=lambda one: (one.began, one.ended)):
        each = Judged(patrol, tuple(_wrong(patrol, rule, last)))
        last = patrol.began if each.is_valid and patrol.is_self_started else last
        found.append(each)
    return found


def _wrong(patrol: Patrol, rule: PatrolRule, last: datetime | None) -> Iterator[Bilingual]:
    minutes = (patrol.ended - patrol.began).total_seconds() / 60
    if minutes < rule.least_minutes or minutes < 0:
        yield Bilingual(
            f"{minutes:.0f} minutes; {rule.least_minutes:g} are wanted.",
            f"时长{minutes:.0f}分钟，应不少于{rule.least_minutes:g}分钟。",
        )
    if patrol.metres < rule.least_metres:
        yield Bilingual(
            f"{patrol.metres:.0f} m; {rule.least_metres:g} m are wanted.",
            f"里程{patrol.metres:.0f}米，应不少于{rule.least_metres:g}米。",
        )
    if last is not None and patrol.is_self_started:
        hours = (patrol.began - last).total_seconds() / 3600
        if hours < rule.least_hours_between:
            yield Bilingual(
                f"{hours:.0f} h since the last one; {rule.least_hours_between:g} h are wanted.",
                f"距上次{hours:.0f}小时，应不少于{rule.least_hours_between:g}小时。",
            )


@dataclass(frozen=True, slots=True)
class Frequency:
    """Spans in which enough valid patrols lay, of all spans that ask for them."""

    met: int
    spans: int
    missed: tuple[date, ...]


def frequency(
    found: Sequence[Judged], rule: PatrolRule, days: WorkingDays, first: date, last: date
) -> Frequency:
    """How often the rhythm was kept from one day to another, both included.

    Only whole spans count; `missed` holds the first day of each that had too few. Days are those of
    the calendar's zone.

    Raises:
        UserError: the last day lies before the first.
    """
    if last < first:
        raise UserError(f"patrols: the period ends on {last}, before it begins on {first}")
    begun = [each.patrol.began.astimezone(days.zone).date() for each in found if each.is_valid]
    spans = [
        (start, end)
        for start, end in _spans(rule.per, days, first, last)
        if not rule.months or start.month in rule.months
    ]
    missed = tuple(
        start for start, end in spans if sum(start <= day < end for day in begun) < rule.times
    )
    return Frequency(len(spans) - len(missed), len(spans), missed)


def _spans(
    per: Rhythm, days: WorkingDays, first: date, last: date
) -> Iterator[tuple[date, date]]:  # fmt: skip
    """Whole spans of the rhythm between two days: their first day and the day after the last."""
    day = first
    while day <= last:
        end = _NEXT[per](day)
        is_begin = per == "working_day" or _NEXT[per](day - timedelta(days=1)) == day
        if is_begin and end - timedelta(days=1) <= last:
            if per != "working_day" or days.is_working(day):
                yield day, end
            day = end
        else:
            day += timedelta(days=1)


def _month_after(day: date, months: int) -> date:
    """The first day of the next span of so many months.

    >>> _month_after(date(2026, 11, 9), 3)
    datetime.date(2027, 1, 1)
    """
    count = day.year * 12 + (day.month - 1) // months * months + months
    return date(count // 12, count % 12 + 1, 1)


_NEXT: Final[dict[Rhythm, Callable[[date], date]]] = {
    "working_day": lambda day: day + timedelta(days=1),
    "week": lambda day: day + timedelta(days=8 - day.isoweekday()),
    "month": lambda day: _month_after(day, 1),
    "quarter": lambda day: _month_after(day, 3),
}
