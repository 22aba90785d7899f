"""The bulletin of a month (通报): lights, rates, what is late, orders, what was closed.

Restricted tasks never stand in it, whoever makes it, and no number in it counts them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, QuerySet
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
    long_moment,
    short_day,
    step_title,
    word,
)
from urbanwork.office.people.models import Body
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import lights
from urbanwork.office.supervising.models import Order
from urbanwork.office.supervising.rating import Period, Rated, rating
from urbanwork.quantities.bilingual import Bilingual
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
    def period(self) -> Period:
        """Its days, until today where it still runs."""
        first = date(self.year, self.number, 1)
        last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        return Period(first, min(last, timezone.localdate()))

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"

    def said(self, lang: Lang) -> str:
        """The month in words."""
        if lang == "zh":
            return f"{self.year}年{self.number}月"
        return f"{MONTHS[self.number - 1]} {self.year}"


def of_month(rights: Rights, month: Month, lang: Lang) -> dict[str, Any]:
    """The values of the bulletin, of the areas and points of the post that makes it."""
    told = visible(rights).exclude(visibility="restricted")
    period, now = month.period, timezone.now()
    still = told.filter(is_open=True)
    overdue = still.filter(light__isnull=False, deadline__lt=now)
    closed = told.filter(closed__gte=period.begin, closed__lt=period.end)
    orders = Order.objects.filter(
        task__in=told, issued__gte=period.begin, issued__lt=period.end
    )  # fmt: skip
    return {
        "month": month.said(lang), "as_of": long_moment(now, lang), "scope": _scope(rights, lang),
        "open": still.count(), "late": overdue.count(), "closed_count": closed.count(),
        "order_count": orders.filter(is_void=False).count(),
        "lights": [{"name": word(LIGHTS, each, lang)} for each in _lights()],
        "bodies": _bodies(still, overdue, lang), **_rates(rights, told, period, lang),
        **_some("overdue", overdue.order_by("deadline", "pk"), lang, now),
        **_orders(orders.order_by("issued", "pk"), lang, now),
        **_some("closed", closed.order_by("closed", "pk"), lang, now),
    }  # fmt: skip


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


def _bodies(still: QuerySet[Task], overdue: QuerySet[Task], lang: Lang) -> list[dict[str, Any]]:
    """Open tasks of each lead body by light, counted by the database."""
    counts: dict[int, Counter[str]] = {}
    rows = still.filter(lead__isnull=False).order_by().values_list("lead", "light")
    for lead, light, number in rows.annotate(number=Count("pk")):
        counts.setdefault(lead or 0, Counter())[light or "none"] += number
    late = dict(
        overdue.order_by().values_list("lead").annotate(number=Count("pk"))
    )  # fmt: skip
    return [
        {"name": body.title(lang), "open": sum(counts[body.pk].values()),
         "late": late.get(body.pk, 0),
         "counts": [{"count": counts[body.pk][each]} for each in _lights()]}
        for body in Body.objects.filter(pk__in=counts).order_by("path")
    ]  # fmt: skip


def _rates(rights: Rights, told: QuerySet[Task], period: Period, lang: Lang) -> dict[str, Any]:
    found = rating(rights, period, among=told)
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


def _some(name: str, tasks: QuerySet[Task], lang: Lang, now: datetime) -> dict[str, Any]:
    rows = tasks.select_related("lead")[:MOST]
    return {
        name: [_task(each, lang, now) for each in rows],
        f"{name}_more": max(0, tasks.count() - MOST),
    }


def _task(task: Task, lang: Lang, now: datetime) -> dict[str, Any]:
    return {
        "number": task.number, "task": task.title,
        "lead": "" if task.lead is None else task.lead.title(lang),
        "deadline": short_day(task.deadline), "day": short_day(task.closed),
        "days": 0 if task.deadline is None else max(0, (now - task.deadline).days),
    }  # fmt: skip


def _orders(orders: QuerySet[Order], lang: Lang, now: datetime) -> dict[str, Any]:
    rows = orders.select_related("task", "body")[:MOST]
    return {
        "orders": [
            {"code": each.code, "step": step_title(each.step, lang), "task": each.task.title,
             "body": "" if each.body is None else each.body.title(lang),
             "state": getattr(STATES[_state(each, now)], lang)}
            for each in rows
        ],
        "orders_more": max(0, orders.count() - MOST),
    }  # fmt: skip


def _state(order: Order, now: datetime) -> str:
    if order.is_void:
        return "void"
    if order.is_done:
        return "done"
    if order.is_appealed:
        return "appealed"
    return "late" if order.until is not None and order.until < now else "runs"
