"""The one way by which a task changes: an event, checked and recorded in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from urbanwork.errors import UserError
from urbanwork.office.audit.record import Told, moment, record_all
from urbanwork.office.ledger.history import event_of, past
from urbanwork.office.ledger.lighting import due_of, relight
from urbanwork.office.ledger.models import (
    HELPER,
    LEAD,
    Counter,
    Task,
    TaskArea,
    TaskBody,
    TaskEvent,
)
from urbanwork.office.ledger.people_for import check_handler
from urbanwork.office.ledger.rhythm import report_due
from urbanwork.office.ledger.searching import search_words
from urbanwork.office.people.models import Person
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import lifecycle, working_time
from urbanwork.office.statements import TEXT, Question, insert, update
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision import tasks as pure
from urbanwork.supervision.lifecycle_table import NEW
from urbanwork.supervision.refusing import RefusedError

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)
task_acted = Signal()
"""Sent inside the transaction, with `task`, `event` and `before` (the state that it had)."""


CHANGED = Bilingual(
    "Somebody else changed this task while you had it open; look at it again.",
    "您打开此任务后，他人已作更改，请重新查看。",
)


class ChangedMeanwhileError(RefusedError):
    """Somebody else changed the task since the page was opened."""


@dataclass(frozen=True)
class Doing:
    """What somebody wants to do to a task. Fields that the action does not need stay empty.

    `lead` and `helpers` are ids of bodies; `evidence` ids of evidence of this task; `percent` is
    the progress that a report states; `handler` the person named for it; `key` makes sending twice
    do once; `version` is that of the page on which it was decided, None not to look.
    """

    action: str
    reason: str = ""
    approval: str = ""
    lead: int | None = None
    helpers: Sequence[int] = ()
    deadline: datetime | None = None
    evidence: Sequence[str] = ()
    percent: float | None = None
    handler: Person | None = None
    key: str | None = None
    version: int | None = None


@dataclass(frozen=True)
class Draft:
    """A task that is not in the ledger yet: fields of `Task` by name, of them title and source."""

    fields: dict[str, Any]
    milestones: Sequence[dict[str, Any]] = field(default=())
    reason: str = ""
    key: str | None = None


@contextmanager
def at_moment(at: datetime) -> Iterator[None]:
    """Let what is done inside have been done at a moment: for demonstrations, which have a past.

    No page and no program reaches this; the chain notes when it was really written.
    """
    token = _moment.set(at)
    try:
        yield
    finally:
        _moment.reset(token)


def _now() -> datetime:
    return _moment.get() or timezone.now()


@transaction.atomic
def register(rights: Rights, draft: Draft) -> Task:
    """Enter a task in the ledger (登记).

    Raises:
        RefusedError: the post may not, or the lifecycle does not allow it.
    """
    if (done := _done_before(rights, draft.key)) is not None:
        return done.task
    _check(pure.Task(), Doing("register", draft.reason), rights, _now())
    _is_of_the_post(rights, draft)
    year = timezone.localtime().year
    number = Counter.next(str(year))
    if (done := _done_before(rights, draft.key)) is not None:  # while the counter was waited for
        return done.task
    task = Task(number=f"{year}-{number:06d}", **draft.fields)
    task.sought = search_words(task)
    task.area = task.area or next(iter(task.areas), "")
    task.save(force_insert=True)
    show_areas(task)
    for each in draft.milestones:
        task.milestones.create(**each)
    _carry_out(task, pure.Task(), Doing("register", draft.reason, key=draft.key), rights, {})
    return task


@transaction.atomic
def act(rights: Rights, task_id: int, doing: Doing) -> TaskEvent:
    """Do something to a task.

    The caller has made sure that the post may see the task (`visible`).

    Raises:
        RefusedError: the lifecycle does not allow it, with the reason in both languages.
        ChangedMeanwhileError: the task has changed since `doing.version`.
    """
    return act_on(rights, locked(task_id), doing)


def locked(task_id: int) -> Task:
    """A task, locked to the end of the transaction.

    Raises:
        DoesNotExist: there is none.
    """
    for task in _locked(task_id):
        return task
    raise Task.DoesNotExist


def act_on(
    rights: Rights, task: Task, doing: Doing, files: Mapping[str, Told] | None = None
) -> TaskEvent:
    """As `act`, on a task that is `locked`.

    `files` is evidence that was entered for it in this transaction, by its id, and what the chain
    is told of it: entries of one write are added at once. With files, who calls looks by itself
    whether the key has been there, where the database refuses it.

    Raises:
        IntegrityError: with files, where an event has the key already.
    """
    given = files or {}
    if not given and (done := _done_before(rights, doing.key, task)) is not None:
        return done
    if doing.version is not None and doing.version != task.version:
        raise ChangedMeanwhileError(CHANGED)
    return _carry_out(task, past(task.pk), doing, rights, given)


_locked = Question(lambda task: Task.objects.select_for_update().filter(pk=task))
_of_key = Question(lambda key: TaskEvent.objects.filter(key=key).order_by(), TEXT)
_bodies_of = Question(lambda task: TaskBody.objects.filter(task=task))


def _done_before(rights: Rights, key: str | None, task: Task | None = None) -> TaskEvent | None:
    """The event that an earlier attempt with this key made.

    Raises:
        RefusedError: the key belongs to somebody else's attempt, or to one on another task.
    """
    done = next(iter(_of_key(key)), None) if key else None
    if done is None:
        return None
    if done.person_id != rights.person.pk or (task and task.pk != done.task_id):
        raise RefusedError(
            Bilingual(
                "This form was sent for something else; open the page anew.",
                "此表单已用于其他操作，请重新打开页面。",
            )
        )
    return done


def _carry_out(
    task: Task,
    state: pure.Task,
    doing: Doing,
    rights: Rights,
    files: Mapping[str, Told],
) -> TaskEvent:
    before = task.state if state.events else NEW
    last = state.events[-1].at if state.events else None
    at = max(_now(), last) if last else _now()
    _evidence_is_of(task, [each for each in doing.evidence if each not in files])
    row = _row(task, doing, rights, at)
    new = pure.after(state, replace(event_of(row), by=rights.actor), lifecycle())
    if doing.handler is not None:
        check_handler(task, doing.handler, [int(each) for each in (new.lead, *new.helpers) if each])
    row.reached = new.state
    insert([row])
    _show(task, new, row, doing)
    record_all([_told(task, row, before), *files.values()])
    task_acted.send(Task, task=task, event=row, before=before)
    return row


def _check(state: pure.Task, doing: Doing, rights: Rights, at: datetime) -> None:
    event = pure.Event(doing.action, at, rights.actor, reason=doing.reason)
    if (sentence := pure.refusal(state, event, lifecycle())) is not None:
        raise RefusedError(sentence)


def _is_of_the_post(rights: Rights, draft: Draft) -> None:
    """A post with areas or fields of its own enters nothing that lies outside of all of them."""
    given = draft.fields
    areas = {each for each in (given.get("area"), *(given.get("areas") or ())) if each}
    point = given.get("point")
    if areas and rights.areas and not areas & set(rights.areas):
        raise RefusedError(
            Bilingual(
                "The task lies outside the areas of your post.", "任务不在您岗位的负责片区内。"
            )
        )
    if point and rights.fields and point not in rights.fields:
        raise RefusedError(
            Bilingual(
                "The task lies outside the fields of your post.", "任务不在您岗位的负责领域内。"
            )
        )


def _row(task: Task, doing: Doing, rights: Rights, at: datetime) -> TaskEvent:
    return TaskEvent(
        task=task, number=task.version + 1, action=doing.action, at=at, person=rights.person,
        body=rights.body, role=rights.role, reason=doing.reason, approval=doing.approval,
        percent=doing.percent, lead_id=doing.lead, helpers=list(doing.helpers),
        deadline=doing.deadline, evidence=[str(each) for each in doing.evidence], key=doing.key,
    )  # fmt: skip


def _evidence_is_of(task: Task, ids: Sequence[str]) -> None:
    if ids and task.evidence.filter(pk__in=list(ids)).count() != len(set(ids)):
        raise UserError(f"task {task.number}: evidence that does not belong to it; upload it here")


def _show(task: Task, state: pure.Task, row: TaskEvent, doing: Doing) -> None:
    """Keep what lists show in the row of the task."""
    task.version = row.number
    task.state = state.state
    task.is_open = lifecycle().states[state.state].is_open
    task.lead_id = None if state.lead is None else int(state.lead)
    task.deadline = due_of(state) or state.deadline
    task.first_deadline = state.first_deadline
    task.percent = task.percent if doing.percent is None else doing.percent
    if doing.handler is not None:
        task.handler = doing.handler
    task.last_report = row.at if row.action == "report" else task.last_report
    task.closed = row.at if row.action == "close" else None if task.is_open else task.closed
    task.report_due = report_due(state, task.report_every_days, working_time())
    relight(task, state, row.at)
    update(task, SHOWN)
    show_bodies(task, state)


SHOWN: Final = (
    "version", "state", "is_open", "lead", "deadline", "first_deadline", "percent", "handler",
    "last_report", "closed", "report_due", "light", "light_since", "light_next", "light_reason",
)  # fmt: skip
"""Fields of a task that its events change."""


def show_areas(task: Task) -> None:
    """Keep the areas of a task as rows, for lists and for what posts may see."""
    names = dict.fromkeys(each for each in (task.area, *task.areas) if each)
    TaskArea.objects.filter(task=task).exclude(area__in=names).delete()
    TaskArea.objects.bulk_create(
        [TaskArea(task=task, area=name) for name in names], ignore_conflicts=True
    )


def show_bodies(task: Task, state: pure.Task) -> None:
    """Keep the bodies of a task, with what their lists sort by."""
    wanted = {int(each): HELPER for each in state.helpers}
    if state.lead is not None:
        wanted[int(state.lead)] = LEAD
    shown = {"is_open": task.is_open, "state": task.state, "light": task.light,
             "deadline": task.deadline}  # fmt: skip
    there = {row.body_id: row for row in _bodies_of(task.pk)}
    if there.keys() - wanted.keys():
        TaskBody.objects.filter(task=task).exclude(body_id__in=wanted).delete()
    for body, part in wanted.items():
        facts = {"part": part, **shown}
        row = there.get(body)
        if row is None or any(getattr(row, name) != value for name, value in facts.items()):
            TaskBody.objects.update_or_create(task=task, body_id=body, defaults=facts)


def facts_of(row: TaskEvent) -> dict[str, Any]:
    """What the chain keeps of an event, from its row."""
    return {
        "event": row.number, "body": row.body_id, "role": row.role, "lead": row.lead_id,
        "helpers": row.helpers, "percent": row.percent,
        "deadline": None if row.deadline is None else moment(row.deadline),
        "evidence": row.evidence, "to": row.reached, "at": moment(row.at),
    }  # fmt: skip


def _told(task: Task, row: TaskEvent, before: str) -> Told:
    """What the chain is told of an event."""
    texts = {"reason": row.reason, "approval": row.approval, "title": task.title}
    by = f"person:{row.person_id}"
    return Told(
        f"task.{row.action}", f"task:{task.pk}", {**facts_of(row), "from": before}, by,
        {name: text for name, text in texts.items() if text}, by,
    )  # fmt: skip
