"""Changing what is no part of the lifecycle: texts, people named, milestones, rhythm of reports.

Each change stands in the chain with what it changed. State, bodies and deadline change by events
alone (`acting.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from urbanwork.office.audit.record import record
from urbanwork.office.ledger.acting import (
    CHANGED,
    ChangedMeanwhileError,
    show_areas,
    show_bodies,
)
from urbanwork.office.ledger.history import state_of
from urbanwork.office.ledger.lighting import relight
from urbanwork.office.ledger.models import VISIBILITIES, Milestone, Task
from urbanwork.office.ledger.people_for import bodies_of, check_handler
from urbanwork.office.ledger.rhythm import report_due
from urbanwork.office.ledger.searching import search_words
from urbanwork.office.people.models import Person
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import lifecycle, working_time
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

TEXTS: Final = ("title", "text", "legal_basis")
PLAIN: Final = (
    "weight", "visibility", "point", "ask", "indicator", "expected", "areas", "longitude",
    "latitude", "people", "qualification", "report_every_days", "leader", "handler",
)  # fmt: skip
EDITORS: Final = frozenset({"leader", "supervisor", "dispatcher"})
"""Roles that may change all of it; a handler of the lead body may name the person and plan."""

NOT_YOURS = Bilingual("Your post may not change this.", "您的岗位不能作此修改。")
IS_DONE = Bilingual("A task that is closed is not changed any more.", "任务已办结，不能再修改。")


@dataclass(frozen=True)
class Planned:
    """A milestone as somebody wants it: a new one without `pk`; without `title` it goes."""

    title: str
    due: datetime | None
    planned_percent: float | None = None
    pk: int | None = None


def changeable(rights: Rights, task: Task) -> frozenset[str]:
    """The fields that a post may change now; `milestones` means to add, `plan` to move and drop."""
    if not task.is_open:
        return frozenset()
    if rights.role in EDITORS:
        return frozenset({*TEXTS, *PLAIN, "milestones", "plan"})
    if rights.role == "handler" and task.lead_id == rights.body.pk:
        return frozenset({"handler", "milestones"})
    if rights.role == "oversight" and task.state == "registered" and _is_theirs(rights, task):
        return frozenset(TEXTS)
    return frozenset()


def _is_theirs(rights: Rights, task: Task) -> bool:
    return task.events.filter(number=1, person=rights.person).exists()


@transaction.atomic
def change(
    rights: Rights,
    task_id: int,
    fields: Mapping[str, Any],
    planned: Sequence[Planned] = (),
    edition: int | None = None,
) -> Task:
    """Change fields and milestones of a task. What is given as it is changes nothing.

    The caller has made sure that the post may see the task.

    Raises:
        RefusedError: the post may not change one of them, or a value does not fit.
        ChangedMeanwhileError: somebody else changed the task since `edition`.
    """
    task = Task.objects.select_for_update().get(pk=task_id)
    if edition is not None and edition != task.edition:
        raise ChangedMeanwhileError(CHANGED)
    differs = {name: value for name, value in fields.items() if getattr(task, name) != value}
    moves = [each for each in planned if _differs(task, each)]
    if not differs and not moves:
        return task
    _check(rights, task, differs, moves)
    for name, value in differs.items():
        setattr(task, name, value)
    _check_values(task, differs)
    for each in moves:
        _plan(task, each)
    _keep(rights, task, "task.edit", _facts(differs, moves), _texts(differs, moves))
    if "visibility" in differs:
        _restrict_parts(rights, task)
    return task


@transaction.atomic
def tick_off(rights: Rights, task_id: int, milestone: int, is_done: bool) -> Task:
    """Say that a milestone is done, or that it is not after all.

    Raises:
        RefusedError: the post may not, or the task has no such milestone.
    """
    task = Task.objects.select_for_update().get(pk=task_id)
    row = task.milestones.filter(pk=milestone).first()
    allowed = changeable(rights, task)
    if row is None or ("milestones" if is_done else "plan") not in allowed:
        raise RefusedError(NOT_YOURS if task.is_open else IS_DONE)
    if (row.done is not None) != is_done:
        row.done = timezone.now() if is_done else None
        row.save(update_fields=["done"])
        _keep(rights, task, "task.milestone", {"milestone": row.pk, "done": is_done}, {})
    return task


def _differs(task: Task, planned: Planned) -> bool:
    if planned.pk is None:
        return bool(planned.title)
    row = task.milestones.filter(pk=planned.pk).first()
    if row is None:
        raise RefusedError(NOT_YOURS)
    kept = (row.title, row.due, row.planned_percent)
    return kept != (planned.title, planned.due, planned.planned_percent)


def _check(
    rights: Rights, task: Task, differs: Mapping[str, Any], moves: Sequence[Planned]
) -> None:
    allowed = changeable(rights, task)
    asked = {*differs} | {"milestones" if each.pk is None else "plan" for each in moves}
    if not task.is_open:
        raise RefusedError(IS_DONE)
    if not asked <= allowed:
        raise RefusedError(NOT_YOURS)
    if (person := differs.get("handler")) is not None:
        wanted = Task(qualification=differs.get("qualification", task.qualification))
        check_handler(wanted, person, bodies_of(task))


def _check_values(task: Task, differs: Mapping[str, Any]) -> None:
    if not task.title.strip():
        raise RefusedError(Bilingual("A task needs a title.", "请填写任务名称。"))
    if task.parent is not None and "visibility" in differs:
        check_no_wider(task.visibility, task.parent)


def check_no_wider(visibility: str, parent: Task) -> None:
    """A part of a task is never open to more people than the whole.

    Raises:
        RefusedError: it would be.
    """
    if VISIBILITIES.index(visibility) < VISIBILITIES.index(parent.visibility):
        raise RefusedError(
            Bilingual(
                "A part cannot be open to more people than the task that it belongs to.",
                "子任务的公开范围不得宽于所属任务。",
            )
        )


def _restrict_parts(rights: Rights, task: Task) -> None:
    """Parts follow where the whole is closed to more people."""
    for part in task.parts.select_for_update():
        if VISIBILITIES.index(part.visibility) < VISIBILITIES.index(task.visibility):
            part.visibility = task.visibility
            _keep(rights, part, "task.edit", {"visibility": task.visibility}, {})
            _restrict_parts(rights, part)


def _plan(task: Task, planned: Planned) -> None:
    if planned.pk is not None and not planned.title:
        task.milestones.filter(pk=planned.pk).delete()
        return
    if planned.due is None:
        raise RefusedError(Bilingual("A milestone needs a day.", "节点须有日期。"))
    row = task.milestones.get(pk=planned.pk) if planned.pk else Milestone(task=task)
    row.title, row.due, row.planned_percent = planned.title, planned.due, planned.planned_percent
    row.save()


def _keep(
    rights: Rights, task: Task, action: str, facts: Mapping[str, Any], texts: Mapping[str, str]
) -> None:
    """Save the task with all that follows from the change, and record it."""
    state = state_of(task.events.all(), lifecycle())
    task.edition += 1
    task.sought = search_words(task)
    task.area = next(iter(task.areas), "") if "areas" in facts else task.area
    task.report_due = report_due(state, task.report_every_days, working_time())
    relight(task, state, timezone.now())
    task.save()
    show_areas(task)
    show_bodies(task, state)
    by = f"person:{rights.person.pk}"
    record(
        action, f"task:{task.pk}", {**facts, "edition": task.edition}, actor=by,
        personal=texts, about=by,
    )  # fmt: skip


def _facts(differs: Mapping[str, Any], moves: Sequence[Planned]) -> dict[str, Any]:
    """What is no text of people: values, ids, and which milestones were planned."""
    facts: dict[str, Any] = {
        name: value.pk if isinstance(value, Person) else value
        for name, value in differs.items()
        if name in PLAIN
    }
    facts["texts"] = sorted(set(differs) & set(TEXTS))
    facts["milestones"] = [
        {"id": each.pk, "due": each.due and each.due.isoformat(), "percent": each.planned_percent}
        for each in moves
    ]
    return facts


def _texts(differs: Mapping[str, Any], moves: Sequence[Planned]) -> dict[str, str]:
    texts = {name: str(differs[name]) for name in TEXTS if name in differs}
    texts |= {f"milestone {place}": each.title for place, each in enumerate(moves, start=1)}
    return {name: text for name, text in texts.items() if text}
