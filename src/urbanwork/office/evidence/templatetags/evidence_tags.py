"""`{% evidence_of task %}`: what was given as proof, on the page of a task."""

from __future__ import annotations

from typing import Any, Final

from django import template
from django.template.context import Context
from django.urls import reverse

from urbanwork.office.evidence.storing import GIVERS
from urbanwork.office.evidence.views import shown
from urbanwork.office.ledger.models import Task

register = template.Library()

SHOWN: Final = 60
"""More stand behind 'all of them'."""


@register.inclusion_tag("evidence/of_task.html", takes_context=True)
def evidence_of(context: Context, task: Task) -> dict[str, Any]:
    """Pictures and files of a task: who gave them, when, and where they were taken.

    The page has made sure that its reader may see the task.
    """
    rows = list(task.evidence.select_related("person", "body").order_by("-at", "id")[: SHOWN + 1])
    rights = context.get("rights")
    return {
        "lang": context.get("lang"),
        "items": [shown(row, task) for row in rows[:SHOWN]],
        "is_kept_offline": task.visibility != "restricted",
        "more": len(rows) > SHOWN,
        "report_page": reverse("evidence_report", args=[task.number])
        if rights and rights.role in GIVERS and task.is_open
        else "",
    }
