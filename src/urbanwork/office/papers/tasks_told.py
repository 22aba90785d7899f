"""What papers of a task say: the values of an assignment and of a step of supervision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from urbanwork.office.ledger.models import Task, TaskEvent
from urbanwork.office.ledger.names import names
from urbanwork.office.ledger.said_words import SOURCES, VISIBILITIES, WEIGHTS
from urbanwork.office.pages.language import Lang
from urbanwork.office.people.models import Body, Person
from urbanwork.office.rules import ladder
from urbanwork.office.supervising.models import Order
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.reporting.numbers import format_value

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
WHOLE_CITY = Bilingual("the whole city", "全市")
EVERY = Bilingual("every {n} days", "每{n}天报告一次")


def long_day(at: datetime | None, lang: Lang) -> str:
    """A day as papers write it; nothing where there is none.

    >>> from datetime import UTC
    >>> long_day(datetime(2026, 11, 22, 4, tzinfo=UTC), "zh")
    '2026年11月22日'
    """
    if at is None:
        return ""
    day = timezone.localtime(at).date()
    if lang == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def long_moment(at: datetime | None, lang: Lang) -> str:
    """A day with its time."""
    return "" if at is None else f"{long_day(at, lang)} {timezone.localtime(at):%H:%M}"


def short_day(at: datetime | None) -> str:
    """A day for narrow columns."""
    return "" if at is None else f"{timezone.localtime(at):%Y-%m-%d}"


def word(table: Mapping[str, Bilingual], code: str, lang: Lang) -> str:
    """A code of the ledger in words."""
    return str(getattr(table[code], lang)) if code in table else code


def joined(parts: list[str], lang: Lang) -> str:
    """Names one after another."""
    return ("、" if lang == "zh" else ", ").join(parts)


def signed(person: Person, body: Body | None, lang: Lang) -> dict[str, str]:
    """Who signed, and for which body."""
    return {"issuer": str(person), "issuer_body": "" if body is None else body.title(lang)}


def of_task(task: Task, lang: Lang) -> dict[str, Any]:
    """What every paper of a task says of it."""
    known = names()
    areas = [getattr(known.area(each), lang) for each in task.areas]
    is_open = task.visibility == "public"
    return {
        "number": task.number, "task": task.title, "text": task.text,
        "lead": "" if task.lead is None else task.lead.title(lang),
        "deadline": long_moment(task.deadline, lang),
        "areas": joined(areas, lang) or getattr(WHOLE_CITY, lang),
        "weight": word(WEIGHTS, task.weight, lang),
        "visibility": "" if is_open else word(VISIBILITIES, task.visibility, lang),
        "legal_basis": task.legal_basis,
    }  # fmt: skip


def of_assignment(event: TaskEvent, lang: Lang) -> dict[str, Any]:
    """The values of an assignment order: body and deadline as they were assigned."""
    task = event.task
    helpers = Body.objects.filter(pk__in=[int(each) for each in event.helpers]).order_by("path")
    return {
        **of_task(task, lang), **signed(event.person, event.body, lang),
        "lead": "" if event.lead is None else event.lead.title(lang),
        "helpers": joined([each.title(lang) for each in helpers], lang),
        "deadline": long_moment(event.deadline, lang),
        "leader": str(task.leader or ""), "handler": str(task.handler or ""),
        "source": word(SOURCES, task.source, lang),
        "point": getattr(names().point(task.point), lang) if task.point else "",
        "effect": _effect(task, lang), "reports": _reports(task, lang), "reason": event.reason,
        "milestones": [
            {"title": each.title, "due": short_day(each.due),
             "percent": "" if each.planned_percent is None else f"{each.planned_percent:g}"}
            for each in task.milestones.all()
        ],
    }  # fmt: skip


def _effect(task: Task, lang: Lang) -> str:
    if not task.indicator:
        return ""
    title, expected = getattr(names().indicator(task.indicator), lang), task.expected or {}
    if expected.get("to") is None:
        return str(title)
    figures = [expected[end] for end in ("from", "to") if expected.get(end) is not None]
    told = " → ".join(format_value(each, expected.get("unit") or "", lang) for each in figures)
    return f"{title}{'：' if lang == 'zh' else ': '}{told}"


def _reports(task: Task, lang: Lang) -> str:
    every = task.report_every_days
    return "" if every is None else str(getattr(EVERY, lang)).format(n=every)


def of_order(order: Order, lang: Lang) -> dict[str, Any]:
    """The values of a step of supervision."""
    task, step = order.task, ladder().steps.get(order.step)
    earlier = Order.objects.filter(task=task, place__lt=order.place, is_void=False)
    return {
        **of_task(task, lang), **signed(order.by, _body_of(order), lang),
        "lead": "" if order.body is None else order.body.title(lang),
        "step": step_title(order.step, lang), "reason": order.reason,
        "until": long_moment(order.until, lang), "days_late": _days_late(task, order.issued),
        "clause": "" if step is None else getattr(step.clause, lang),
        "earlier": [
            {"code": each.code, "step": step_title(each.step, lang),
             "date": long_day(each.issued, lang)}
            for each in earlier.order_by("place")
        ],
    }  # fmt: skip


def _body_of(order: Order) -> Body | None:
    """The body for which the order was issued, from its event."""
    issued = order.task.order_events.filter(kind="issue", person=order.by, at=order.issued)
    event = issued.select_related("body").first()
    return None if event is None else event.body


def step_title(name: str, lang: Lang) -> str:
    """What a step of the ladder is called."""
    step = ladder().steps.get(name)
    return name if step is None else str(getattr(step.title, lang))


def _days_late(task: Task, at: datetime) -> int:
    if task.deadline is None:
        return 0
    return max(0, (at - task.deadline) // timedelta(days=1))
