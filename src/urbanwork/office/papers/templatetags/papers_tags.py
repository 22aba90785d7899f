"""`{% papers_of task %}`: the papers of a task, to be taken as DOCX."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse

from urbanwork.office.ledger.models import Task
from urbanwork.office.papers.kinds import ASSIGNMENT, KINDS, ORDER, STEP_KINDS
from urbanwork.office.papers.making import ISSUE, last_assignment
from urbanwork.office.papers.models import Paper
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import ladder
from urbanwork.office.supervising.models import Order
from urbanwork.quantities.bilingual import Bilingual

register = template.Library()


@dataclass(frozen=True)
class Offered:
    """A paper that can be taken: its title, its number where it has one, where to ask for it.

    `is_kept`: it was made before, and the post may have it made anew.
    """

    title: Bilingual
    code: str
    path: str
    is_kept: bool = False


@register.inclusion_tag("papers/of_task.html", takes_context=True)
def papers_of(context: Any, task: Task) -> dict[str, Any]:
    """The papers of a task that the post may take; nothing where there is none."""
    rights: Rights | None = context["request"].rights
    offered = [] if rights is None else [*_assignment(rights, task), *_orders(rights, task)]
    return {"offered": offered, "csrf_token": context.get("csrf_token")}


def _assignment(rights: Rights, task: Task) -> list[Offered]:
    event = last_assignment(task)
    if event is None:
        return []
    paper = Paper.objects.filter(kind=ASSIGNMENT.name, subject=f"event:{event.pk}").first()
    if paper is None and rights.role not in ISSUE:
        return []
    path = reverse("paper_assignment", args=[task.number])
    is_kept = paper is not None and rights.role in ISSUE and paper.files.exists()
    return [Offered(ASSIGNMENT.title, "" if paper is None else paper.code, path, is_kept)]


def _orders(rights: Rights, task: Task) -> list[Offered]:
    steps = ladder().steps
    made = Paper.objects.filter(task=task, files__isnull=False).values_list("subject", flat=True)
    kept = set(made) if rights.role in ISSUE else set()
    return [
        Offered(
            STEP_KINDS[each.step].title if each.step in STEP_KINDS
            else steps[each.step].title if each.step in steps else ORDER.title,
            each.code, reverse("paper_order", args=[each.pk]), f"order:{each.pk}" in kept,
        )
        for each in Order.objects.filter(task=task, is_void=False).order_by("place")
    ]  # fmt: skip


@register.filter
def paper_kind(name: str) -> Bilingual | str:
    """The title of a kind of paper."""
    return KINDS[name].title if name in KINDS else name
