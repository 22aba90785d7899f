"""The bulletin of a month (通报): lights, rates, what is late, orders, what was closed.

Restricted tasks never stand in it, whoever makes it, and no number in it counts them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.names import names
from urbanwork.office.ledger.said_words import LIGHTS
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.pages.language import Lang
from urbanwork.office.papers.tasks_told import (
    MONTHS,
    WHOLE_CITY,
    joined,
    long_day,
    long_moment,
    short_day,
    step_title,
    word,
)
from urbanwork.office.people.models import Body
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import lights
from urbanwork.office.supervising.as_of import Stood, changed_since, orders_stood, stood
from urbanwork.office.supervising.models import Order
from urbanwork.office.supervising.rating import Period, Rated, counts_in, groups_of, rating_of
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.orders import Order as PureOrder
from urbanwork.supervision.rates import SMALLEST, Rate
from urbanwork.supervision.refusing import RefusedError

MOST: Final = 100
"""So many rows a list; what is more is told as a number."""
FIRST_YEAR: Final = 2000
STATES: Final = {
    "void": Bilingual("void", "已作废"),
    "done": Bilingual("answered", "已答复"),
    "appealed": Bilingual("under appeal", "申诉中"),
    "late": Bilingual("not answered in time", "逾期未答复"),
    "runs": Bilingual("to be answered", "待答复"),
}


@dataclass(frozen=True)
class Month:
    """A month of a year."""

    year: int
    number: int

    @classmethod
    def of(cls, text: str) -> Month:
        """A month such as `2026-05`.

        Raises:
            RefusedError: it is none, or one that has not begun.
        """
        try:
            day = date.fromisoformat(f"{text}-01")
        except ValueError:
            day = date.min
        if not day.year >= FIRST_YEAR or day > timezone.localdate():
            raise RefusedError(
                Bilingual(
                    "A bulletin is of a month that has begun, written as 2026-05.",
                    "通报须为已开始的月份，格式如2026-05。",
                )
            )
        return cls(day.year, day.month)

    @property
    def last(self) -> date:
        """Its last day."""
        first = date(self.year, self.number, 1)
        return (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)

    @property
    def period(self) -> Period:
        """Its days, until today where it still runs."""
        return Period(date(self.year, self.number, 1), min(self.last, timezone.localdate()))

    @property
    def is_over(self) -> bool:
        """Whether no day of it is to come: what it was changes no more."""
        return self.last < timezone.localdate()

    @property
    def at(self) -> datetime:
        """The moment as of which it is told: its end, or now while it runs."""
        return self.period.end if self.is_over else timezone.now()

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"

    def said(self, lang: Lang) -> str:
        """The month in words."""
        if lang == "zh":
            return f"{self.year}年{self.number}月"
        return f"{MONTHS[self.number - 1]} {self.year}"


def of_month(
    rights: Rights, month: Month, lang: Lang, told_of: list[int] | None = None
) -> dict[str, Any]:
    """The values of the bulletin, of the areas and points of the post that makes it.

    All of it is as of the end of the month: the bulletin of March that is made in June says what
    that of 1 April would have said. `told_of` receives the ids of the tasks that it names.
    """
    told = visible(rights).exclude(visibility="restricted")
    period, at = month.period, month.at
    tasks = list(stood(told, period.begin, at))
    still = [each for each in tasks if each.is_open]
    late = [each for each in still if each.is_late(at)]
    closed = [each for each in tasks if each.closed is not None and each.closed >= period.begin]
    issued = Order.objects.filter(task__in=told, issued__gte=period.begin, issued__lt=at)
    orders = orders_stood(issued, at)
    late, closed = sorted(late, key=_by_deadline), sorted(closed, key=_by_closing)
    if told_of is not None:
        told_of += [each.task for each in (*late[:MOST], *closed[:MOST])]
        told_of += [row.task_id for row, _ in orders[:MOST]]
    return {
        "month": month.said(lang), "as_of": _as_of(month, at, lang), "scope": _scope(rights, lang),
        "open": len(still), "late": len(late), "closed_count": len(closed),
        "order_count": sum(not order.is_void for _, order in orders),
        "lights": [{"name": word(LIGHTS, each, lang)} for each in _lights()],
        "bodies": _bodies(still, late, lang), **_rates(told, tasks, month, lang),
        **_some("overdue", late, lang, at),
        **_orders(orders, lang, at),
        **_some("closed", closed, lang, at),
    }  # fmt: skip


def _as_of(month: Month, at: datetime, lang: Lang) -> str:
    """The end of a month is the last hour of its last day, not the first of the next."""
    if not month.is_over:
        return long_moment(at, lang)
    return f"{long_day(at - timedelta(hours=1), lang)} 24:00"


def _by_deadline(task: Stood) -> tuple[datetime | None, int]:
    return task.deadline, task.task


def _by_closing(task: Stood) -> tuple[datetime | None, int]:
    return task.closed, task.task


def scope_key(rights: Rights) -> str:
    """What tells bulletins of one month apart that cover different parts of the city."""
    parts = [*sorted(rights.areas), *sorted(rights.fields)]
    return "" if not parts else ":" + ",".join(parts)


def _scope(rights: Rights, lang: Lang) -> str:
    known = names()
    parts = [getattr(known.area(each), lang) for each in rights.areas]
    parts += [getattr(known.point(each), lang) for each in rights.fields]
    return joined(parts, lang) or str(getattr(WHOLE_CITY, lang))


def _lights() -> list[str]:
    """From the most severe to the mildest, then none."""
    return [*reversed(lights().lights), "none"]


def _bodies(still: Sequence[Stood], late: Sequence[Stood], lang: Lang) -> list[dict[str, Any]]:
    """Open tasks of each lead body by light."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for each in still:
        if each.lead is not None:
            counts[each.lead][each.light or "none"] += 1
    overdue = Counter(each.lead for each in late)
    return [
        {"name": body.title(lang), "open": sum(counts[body.pk].values()),
         "late": overdue[body.pk],
         "counts": [{"count": counts[body.pk][each]} for each in _lights()]}
        for body in Body.objects.filter(pk__in=counts).order_by("path")
    ]  # fmt: skip


def _rates(
    told: QuerySet[Task], tasks: Sequence[Stood], month: Month, lang: Lang
) -> dict[str, Any]:
    """Rates by what was handled then: rows of today of tasks to which nothing was done since."""
    groups = groups_of(told.filter(~changed_since(month.at)), month.period, "body")
    for each in tasks:
        if each.handled and each.lead is not None and counts_in(each.handled, month.period):
            groups.setdefault(each.lead, []).append(each.handled)
    found = rating_of(groups, month.period)
    rows = [found.all, *found.rows] if found.rows else []
    return {
        "rates": [{"name": getattr(each.title, lang)} for each in found.all.rates],
        "rated": [_rated(each, lang) for each in rows], "smallest": SMALLEST,
    }  # fmt: skip


def _rated(row: Rated, lang: Lang) -> dict[str, Any]:
    return {
        "name": getattr(row.name, lang),
        "cells": [{"text": _share(each, lang)} for each in row.rates],
    }


def _share(rate: Rate, lang: Lang) -> str:
    """A share with what it was counted from; a dash where it is silent."""
    share = "–" if rate.share is None else f"{rate.share:.1%}"
    counted = f"{rate.numerator}/{rate.denominator}"
    return f"{share}（{counted}）" if lang == "zh" else f"{share} ({counted})"


def _some(name: str, tasks: Sequence[Stood], lang: Lang, at: datetime) -> dict[str, Any]:
    shown = tasks[:MOST]
    rows = Task.objects.in_bulk([each.task for each in shown])
    bodies = Body.objects.in_bulk({each.lead for each in shown if each.lead is not None})
    return {
        name: [_task(each, rows[each.task], bodies, lang, at) for each in shown],
        f"{name}_more": len(tasks) - len(shown),
    }


def _task(
    task: Stood, row: Task, bodies: Mapping[int, Body], lang: Lang, at: datetime
) -> dict[str, Any]:
    return {
        "number": row.number, "task": row.title,
        "lead": "" if task.lead is None else bodies[task.lead].title(lang),
        "deadline": short_day(task.deadline), "day": short_day(task.closed),
        "days": 0 if task.deadline is None else max(0, (at - task.deadline).days),
    }  # fmt: skip


def _orders(orders: Sequence[tuple[Order, PureOrder]], lang: Lang, at: datetime) -> dict[str, Any]:
    return {
        "orders": [
            {"code": row.code, "step": step_title(row.step, lang), "task": row.task.title,
             "body": "" if row.body is None else row.body.title(lang),
             "state": getattr(STATES[_state(order, at)], lang)}
            for row, order in orders[:MOST]
        ],
        "orders_more": max(0, len(orders) - MOST),
    }  # fmt: skip


def _state(order: PureOrder, at: datetime) -> str:
    if order.is_void:
        return "void"
    if order.is_done:
        return "done"
    if order.is_appealed:
        return "appealed"
    return "late" if order.until is not None and order.until < at else "runs"
