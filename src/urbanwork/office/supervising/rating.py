"""Rates of handling by body and by person for a period, from the rows of how tasks were handled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal

from django.db.models import Q, QuerySet
from django.utils import timezone

from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.people.models import Body, Person
from urbanwork.office.people.rights import Rights
from urbanwork.office.supervising.models import Handling
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.evaluation import Place, places
from urbanwork.supervision.rates import (
    IN_TIME,
    SMALLEST,
    Backlog,
    Handled,
    Rate,
    backlog,
    mean_delay_days,
    rates,
)
from urbanwork.supervision.refusing import RefusedError

By = Literal["body", "person"]
SEES_PEOPLE: Final = ("leader", "supervisor")
"""Roles that see the rates of others by name; everyone else their own."""
ALL: Final = Bilingual("All", "合计")
OWN: Final[Mapping[By, Bilingual]] = {
    "body": Bilingual("Your own bodies", "本单位合计"),
    "person": Bilingual("You", "本人合计"),
}
LONGEST: Final = timedelta(days=1100)
_FIELDS: Final = (
    "assigned", "first_due", "due", "finished", "closed", "submissions", "reworks", "returns",
    "is_void",
)  # fmt: skip


@dataclass(frozen=True)
class Period:
    """Days from one to another, both included."""

    first: date
    last: date

    @property
    def begin(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first, time()))

    @property
    def end(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time()))

    def check(self) -> None:
        """Whether it can be counted.

        Raises:
            RefusedError: it ends before it begins, lasts longer than three years, or lies in years
                that no task is of.
        """
        if any(not 1900 <= day.year < 3000 for day in (self.first, self.last)):
            raise RefusedError(
                Bilingual("Give days between 1900 and 2999.", "日期须在1900年至2999年之间。")
            )
        if self.last < self.first:
            raise RefusedError(
                Bilingual("The period ends before it begins.", "统计期结束早于开始。")
            )
        if self.last - self.first > LONGEST:
            raise RefusedError(Bilingual("A period of three years at most.", "统计期最长三年。"))


def this_year(today: date | None = None) -> Period:
    """From New Year until today."""
    day = today or timezone.localdate()
    return Period(day.replace(month=1, day=1), day)


@dataclass(frozen=True)
class Rated:
    """The rates of one body or person, or of all; `place` where it can be told."""

    name: Bilingual
    rates: tuple[Rate, ...]
    backlog: Backlog
    delay_days: float | None
    place: Place | None = None
    body: Body | None = None

    @property
    def width(self) -> float:
        """How wide its interval is, as a share."""
        return 0.0 if self.place is None else self.place.interval.high - self.place.interval.low


@dataclass(frozen=True)
class Rating:
    """All of them, in the order of their names; `all` together.

    `is_ranked`: whether the reader sees all who are held against each other.
    """

    period: Period
    by: By
    all: Rated
    rows: list[Rated]
    is_ranked: bool


def rating(
    rights: Rights,
    period: Period,
    by: By = "body",
    *,
    smallest: int = SMALLEST,
) -> Rating:
    """The rates of a period among the tasks that a post may see.

    Who is evaluated sees the own numbers: a handler those of the own bodies, anyone the own as a
    person, with their intervals. Ranks are told only to posts that see all who are ranked.

    Raises:
        RefusedError: the period cannot be counted.
    """
    period.check()
    groups = groups_of(visible(rights), period, by)
    is_ranked = rights.reads_all
    if by == "person" and rights.role not in SEES_PEOPLE:
        own, is_ranked = rights.person.pk, False
        groups = {own: groups[own]} if own in groups else {}
    return rating_of(groups, period, by, smallest=smallest, is_ranked=is_ranked)


def rating_of(
    groups: dict[int, list[Handled]],
    period: Period,
    by: By = "body",
    *,
    smallest: int = SMALLEST,
    is_ranked: bool = True,
) -> Rating:
    """The rates of a period by what was handled, by id of body or person."""
    everything = [each for group in groups.values() for each in group]
    rows = _rows(groups, period, by, smallest)
    whole = _rated(ALL if is_ranked else OWN[by], everything, period, smallest)
    return Rating(period, by, whole, rows, is_ranked)


def counts_in(one: Handled, period: Period) -> bool:
    """Whether something was due or assigned in a period, or still open and late at its end."""
    begin, end = period.begin, period.end
    is_due = one.first_due is not None and begin <= one.first_due < end
    is_late = one.closed is None and not one.is_void and one.due is not None and one.due < end
    return is_due or begin <= one.assigned < end or is_late


def groups_of(tasks: QuerySet[Task], period: Period, by: By) -> dict[int, list[Handled]]:
    """What was due, assigned or still open in the period, by id of body or person; one query."""
    begin, end = period.begin, period.end
    counted = Q(first_due__gte=begin, first_due__lt=end) | Q(assigned__gte=begin, assigned__lt=end)
    late = Q(closed__isnull=True, is_void=False, due__lt=end)
    rows = Handling.objects.filter(counted | late, task__in=tasks)
    found: dict[int, list[Handled]] = defaultdict(list)
    for key, *values in rows.values_list(by, *_FIELDS).iterator(chunk_size=5000):
        if key is not None:
            found[key].append(Handled(*values))
    return found


def _rows(groups: dict[int, list[Handled]], period: Period, by: By, smallest: int) -> list[Rated]:
    model: Any = Body if by == "body" else Person
    known = model.objects.in_bulk(groups)
    rows = {str(key): _rated(_name(known[key]), group, period, smallest)
            for key, group in groups.items()}  # fmt: skip
    shares = {
        key: (rate.numerator, rate.denominator)
        for key, row in rows.items()
        if (rate := _in_time(row.rates)).share is not None
    }
    stands = places(shares)
    order = sorted(rows, key=lambda key: _order(known[int(key)]))
    return [
        Rated(rows[key].name, rows[key].rates, rows[key].backlog, rows[key].delay_days,
              stands.get(key), known[int(key)] if by == "body" else None)
        for key in order
    ]  # fmt: skip


def _order(one: Any) -> str:
    return str(one.path) if isinstance(one, Body) else str(one.name)


def _name(one: Any) -> Bilingual:
    if isinstance(one, Body):
        return Bilingual(one.title("en"), one.title("zh"))
    return Bilingual(str(one), str(one))


def _in_time(found: Sequence[Rate]) -> Rate:
    return next(rate for rate in found if rate.title == IN_TIME)


def _rated(name: Bilingual, group: Iterable[Handled], period: Period, smallest: int) -> Rated:
    tasks, at = list(group), min(period.end, timezone.now())
    return Rated(
        name, rates(tasks, period.begin, period.end, smallest=smallest), backlog(tasks, at),
        mean_delay_days(tasks, at),
    )  # fmt: skip


HEAD: Final = (
    Bilingual("body or person", "机构或人员"),
    Bilingual("rate", "指标"),
    Bilingual("numerator", "分子"),
    Bilingual("denominator", "分母"),
    Bilingual("value", "数值"),
    Bilingual("95 % from", "95%区间下限"),
    Bilingual("95 % to", "95%区间上限"),
    Bilingual("best rank", "最好位次"),
    Bilingual("worst rank", "最差位次"),
    Bilingual("note", "说明"),
)
OPEN: Final = Bilingual("open", "在办")
LATE: Final = Bilingual("overdue", "逾期")
DELAY: Final = Bilingual("mean delay of late ones, days", "逾期办结平均延误（天）")


def table(found: Rating, lang: Literal["en", "zh"]) -> list[list[Any]]:
    """The rating as rows of a sheet, a rate each, with its numerator and denominator."""
    rows: list[list[Any]] = []
    for rated in (found.all, *found.rows):
        name = getattr(rated.name, lang)
        rows += [_line(name, rate, rated, lang, found.is_ranked) for rate in rated.rates]
        numbers = ((OPEN, rated.backlog.open), (LATE, rated.backlog.overdue),
                   (DELAY, rated.delay_days))  # fmt: skip
        rows += [
            [name, getattr(title, lang), None, None, value, *[None] * 5] for title, value in numbers
        ]
    return rows


def _line(
    name: str, rate: Rate, rated: Rated, lang: Literal["en", "zh"], is_ranked: bool
) -> list[Any]:
    place = rated.place if rate.title == IN_TIME else None
    span = [None] * 4
    if place is not None:
        ranks = (place.best, place.worst) if is_ranked else (None, None)
        span = [place.interval.low, place.interval.high, *ranks]  # type: ignore[list-item]
    note = getattr(rate.silent, lang) if rate.silent is not None else ""
    return [name, getattr(rate.title, lang), rate.numerator, rate.denominator, rate.share,
            *span, note]  # fmt: skip
