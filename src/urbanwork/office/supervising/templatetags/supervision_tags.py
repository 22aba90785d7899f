"""`{% supervision_of task %}`: what is recommended, what stands, and what this post may do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template

from urbanwork.office.ledger.models import Task
from urbanwork.office.pages.language import said
from urbanwork.office.rules import ladder, working_time
from urbanwork.office.supervising.forms import DecideForm
from urbanwork.office.supervising.models import Advice, Order, OrderEvent
from urbanwork.office.supervising.ordering import DECIDE, TITLES, open_kinds
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.ladder_table import Step

register = template.Library()


@register.inclusion_tag("supervising/of_task.html", takes_context=True)
def supervision_of(context: Any, task: Task) -> dict[str, Any]:
    """The part of a task's page that is about supervision; nothing where there is none."""
    rights = context["request"].rights
    events = list(OrderEvent.objects.filter(task=task).select_related("person", "body"))
    orders = list(Order.objects.filter(task=task).select_related("by", "body"))
    standing = next((each for each in orders if each.is_standing), None)
    advice = Advice.objects.filter(task=task, ended__isnull=True).first()
    kinds = open_kinds(task, standing, rights) if rights else []
    step = advice.step if advice else ""
    return {
        "request": context["request"], "csrf_token": context.get("csrf_token"),
        "task": task, "advice": advice, "standing": standing, "orders": orders,
        "events": list(reversed(events)), "warning": _warning(task),
        "is_decider": rights is not None and rights.role in DECIDE,
        "forms": [DecideForm(kind, step=step, seen=len(events)) for kind in kinds],
    }  # fmt: skip


def _warning(task: Task) -> Bilingual | None:
    """Of a deadline in a year whose calendar is not published."""
    if task.deadline is None or not task.is_open:
        return None
    return working_time().warning(task.registered, task.deadline)


@register.filter
def step_of_ladder(name: str) -> Step | None:
    """A step of the ladder as it is today."""
    return ladder().steps.get(name)


@register.filter
def step_word(name: str) -> str:
    """The title of a step of the ladder."""
    step = ladder().steps.get(name)
    return name if step is None else said(step.title)


@register.filter
def kind_word(name: str) -> str:
    """The title of a way to decide."""
    return said(TITLES[name]) if name in TITLES else name


@register.filter
def days_since(since: datetime | None, now: datetime) -> int:
    """Whole days from a moment until now."""
    return 0 if since is None else max(0, (now - since).days)


@register.filter
def percent(share: float | None) -> str:
    """A share as per cent, to one decimal place."""
    return "" if share is None else f"{share * 100:.1f} %"
