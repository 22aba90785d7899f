"""Making tasks: an instruction, or a draft from a problem, an ask, a motion, a part of a task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from urbanwork.office.ledger.acting import Doing, Draft, act, register
from urbanwork.office.ledger.changing import check_no_wider
from urbanwork.office.ledger.models import Counter, Task
from urbanwork.office.ledger.names import CITY, Asked, Names, Problem
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.people.models import Body
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

COUNTED_ONCE = "from an origin"
"""The row that is locked while it is looked up whether a task of this origin is there."""


@dataclass(frozen=True)
class Assignment:
    """To whom a new task goes at once."""

    lead: int
    deadline: datetime
    helpers: Sequence[int] = ()


class AlreadyThereError(RefusedError):
    """A task of the same origin is open; `task` is it."""

    def __init__(self, task: Task) -> None:
        self.task = task
        super().__init__(
            Bilingual(
                f"Task {task.number} is already about this; say so if you want another one.",
                f"已有任务{task.number}针对同一事项，如需另立请确认。",
            )
        )


@transaction.atomic
def enter(
    rights: Rights,
    draft: Draft,
    assignment: Assignment | None = None,
    *,
    again: bool = False,
) -> Task:
    """Enter a task, and hand it to a body at once where an assignment is given.

    Raises:
        RefusedError: the post may not, a body or value does not fit.
        AlreadyThereError: an open task of this origin is there, and not `again`.
    """
    fields = draft.fields
    if fields.get("parent") is not None:
        check_no_wider(fields.get("visibility", "internal"), fields["parent"])
    if not again:
        Counter.next(COUNTED_ONCE)
        earlier = same_origin(rights, fields).first()
        if earlier is not None and not _is_this(earlier, draft):
            raise AlreadyThereError(earlier)
    task = register(rights, draft)
    if assignment is not None and task.state == "registered":
        key = None if draft.key is None else f"{draft.key}+"
        act(rights, task.pk, Doing("assign", lead=assignment.lead, helpers=assignment.helpers,
                                   deadline=assignment.deadline, key=key))  # fmt: skip
        task.refresh_from_db()
    return task


def _is_this(earlier: Task, draft: Draft) -> bool:
    """Whether the earlier task is what this very form made before."""
    return draft.key is not None and earlier.events.filter(key=draft.key).exists()


def same_origin(rights: Rights, fields: dict[str, Any]) -> QuerySet[Task]:
    """Open tasks of the same problem or ask that the post may see."""
    seen = visible(rights).filter(is_open=True, parent__isnull=True)
    if fields.get("parent") is not None:
        return seen.none()
    if fields.get("source") == "problem":
        area = next(iter(fields.get("areas", [])), "")
        return seen.filter(source="problem", indicator=fields.get("indicator", ""), area=area)
    if fields.get("source") == "ask" and fields.get("ask"):
        return seen.filter(source="ask", ask=fields["ask"])
    return seen.none()


def from_problem(problem: Problem, names: Names, lang: str) -> dict[str, Any]:
    """What a task from a problem begins with."""
    title, area = names.indicator(problem.indicator), names.area(problem.area)
    is_city = problem.area == CITY
    where = "" if is_city else getattr(area, lang)
    name = getattr(title, lang)
    texts = {
        "en": f"Mend{' in ' + where if where else ''}: {name}",
        "zh": f"整改{where}“{name}”问题",
    }
    lon, lat = names.middles.get(problem.area, (None, None))
    return {
        "title": texts[lang], "text": getattr(problem.mend, lang), "source": "problem",
        "origin": {"problem": problem.id, "examination": names.examination},
        "indicator": problem.indicator, "areas": [] if is_city else [problem.area],
        "people": _rounded(problem.people, 0), "longitude": lon, "latitude": lat,
        "expected": {"from": _rounded(problem.value, 2), "to": problem.threshold,
                     "unit": problem.unit},
        **_asked_by(problem.indicator, names),
    }  # fmt: skip


def _rounded(value: float | None, digits: int) -> float | None:
    """A figure as somebody would write it into a form."""
    return None if value is None else round(value, digits)


def _asked_by(indicator: str, names: Names) -> dict[str, Any]:
    """The ask that names the indicator, with its point."""
    asked = names.asked_by.get(indicator)
    return {} if asked is None else {"ask": asked.ask.id, "point": asked.point.id}


def from_ask(asked: Asked, lang: str) -> dict[str, Any]:
    """What a task from an ask of the arrangement begins with, its bodies by their codes."""
    codes = [each.id for each in (asked.lead, *asked.cooperating) if each is not None]
    bodies = {each.code: each.pk for each in Body.objects.filter(code__in=codes, is_closed=False)}
    return {
        "title": getattr(asked.ask.text, lang), "source": "ask", "ask": asked.ask.id,
        "point": asked.point.id, "origin": {"ask": asked.ask.id, "anchor": asked.ask.anchor},
        "lead": bodies.get(asked.lead.id) if asked.lead else None,
        "helpers": [bodies[each.id] for each in asked.cooperating if each.id in bodies],
    }  # fmt: skip


def from_parent(parent: Task) -> dict[str, Any]:
    """What a part of a task begins with: where, why and until when the whole stands."""
    same = ("source", "point", "ask", "indicator", "areas", "weight", "visibility", "legal_basis",
            "longitude", "latitude", "report_every_days", "qualification")  # fmt: skip
    return {
        **{name: getattr(parent, name) for name in same}, "parent": parent,
        "origin": {"task": parent.number}, "leader": parent.leader, "deadline": parent.deadline,
    }  # fmt: skip
