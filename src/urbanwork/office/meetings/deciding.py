"""A decision of a meeting: words, a task that comes of it, an action on a task, an order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from urbanwork.office.ledger.acting import Doing, Draft, act
from urbanwork.office.ledger.creating import Assignment, enter
from urbanwork.office.ledger.models import VISIBILITIES, Task
from urbanwork.office.ledger.telling import DONE
from urbanwork.office.meetings.holding import ALREADY, keep, opened
from urbanwork.office.meetings.models import Decision, Item, Meeting
from urbanwork.office.pages.language import said
from urbanwork.office.people.models import Body
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import ladder, lifecycle
from urbanwork.office.supervising.ordering import TITLES, Deciding, decide
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

NO_TASK = Bilingual("This item is about no task.", "该议题不涉及任务。")
INHERITED = ("areas", "point", "indicator", "weight")
"""What a new task takes from that of its item: where and why it stands."""


@dataclass(frozen=True)
class NewTask:
    """The task that comes of a decision; with body and deadline it is assigned at once."""

    title: str
    visibility: str = "internal"
    lead: Body | None = None
    helpers: Sequence[int] = ()
    deadline: datetime | None = None


@transaction.atomic
def write_down(rights: Rights, item: Item, text: str, key: str | None = None) -> Decision:
    """Write down a decision in words alone; the next meeting asks whether it was done."""
    meeting = opened(rights, item.meeting_id)
    if (done := _done_before(rights, item, key)) is not None:
        return done
    return _keep(rights, meeting, Decision(item=item, text=text, how="note", key=key))


@transaction.atomic
def make_task(
    rights: Rights, item: Item, text: str, wanted: NewTask, key: str | None = None
) -> Decision:
    """Make a task of a decision.

    Raises:
        RefusedError: it would be open to more people than the task of the item, or names a body
            without a deadline.
    """
    meeting = opened(rights, item.meeting_id)
    if (done := _done_before(rights, item, key)) is not None:
        return done
    if (wanted.lead is None) != (wanted.deadline is None):
        raise RefusedError(
            Bilingual("Give both a lead body and a deadline.", "交办须同时填写主办机构和时限。")
        )
    _not_wider(wanted.visibility, item.task)
    task = enter(rights, Draft(_fields(meeting, item, text, wanted), key=_of(key, "t")),
                 _assignment(wanted))  # fmt: skip
    made = Decision(item=item, text=text, how="task", task=task, lead=wanted.lead,
                    deadline=wanted.deadline, key=key)  # fmt: skip
    return _keep(rights, meeting, made)


@transaction.atomic
def act_on(rights: Rights, item: Item, doing: Doing, key: str | None = None) -> Decision:
    """Do an action of the lifecycle on the task of an item.

    Raises:
        RefusedError: the item is about no task, or the lifecycle does not allow it.
    """
    meeting = opened(rights, item.meeting_id)
    if (done := _done_before(rights, item, key)) is not None:
        return done
    if item.task is None:
        raise RefusedError(NO_TASK)
    event = act(rights, item.task.pk, doing)
    action = lifecycle().actions[doing.action]
    title = said(DONE.get(doing.action, action.title))
    made = Decision(
        item=item, text=_text(title, doing.reason), how="action", task=item.task, lead=event.lead,
        deadline=event.deadline, key=key,
    )  # fmt: skip
    return _keep(rights, meeting, made)


@transaction.atomic
def order(rights: Rights, item: Item, deciding: Deciding, key: str | None = None) -> Decision:
    """Decide on an order about the task of an item.

    Raises:
        RefusedError: the item is about no task, or the ladder does not allow it.
    """
    meeting = opened(rights, item.meeting_id)
    if (done := _done_before(rights, item, key)) is not None:
        return done
    if item.task is None:
        raise RefusedError(NO_TASK)
    event = decide(rights, item.task.pk, deciding)
    step = ladder().steps.get(event.step)
    title = said(TITLES[event.kind]) + ("" if step is None else f" {said(step.title)}")
    made = Decision(
        item=item, text=_text(title, event.reason), how="order", task=item.task,
        deadline=event.until, key=key,
    )  # fmt: skip
    return _keep(rights, meeting, made)


def _text(title: str, reason: str) -> str:
    return f"{title[:1].upper()}{title[1:]}{said(COLON) if reason else ''}{reason}"


COLON = Bilingual(": ", "：")


def _fields(meeting: Meeting, item: Item, text: str, wanted: NewTask) -> dict[str, object]:
    from_task = {} if item.task is None else {
        name: getattr(item.task, name) for name in INHERITED
    }  # fmt: skip
    return {
        **from_task, "title": wanted.title, "text": text, "source": "meeting",
        "visibility": wanted.visibility,
        "origin": {"meeting": meeting.pk, "item": item.pk, "title": meeting.title},
    }  # fmt: skip


def _assignment(wanted: NewTask) -> Assignment | None:
    if wanted.lead is None or wanted.deadline is None:
        return None
    return Assignment(wanted.lead.pk, wanted.deadline, wanted.helpers)


def _not_wider(visibility: str, task: Task | None) -> None:
    if task is None or VISIBILITIES.index(visibility) >= VISIBILITIES.index(task.visibility):
        return
    raise RefusedError(
        Bilingual(
            "A task cannot be open to more people than the one that the item is about.",
            "新任务的公开范围不得宽于议题所涉任务。",
        )
    )


def _of(key: str | None, mark: str) -> str | None:
    """A key for what a decision does elsewhere, from its own."""
    return None if key is None else f"{key}{mark}"


def _done_before(rights: Rights, item: Item, key: str | None) -> Decision | None:
    """The decision that an earlier attempt with this key made."""
    done = Decision.objects.filter(key=key).first() if key else None
    if done is not None and (done.by_id != rights.person.pk or done.item_id != item.pk):
        raise RefusedError(ALREADY)
    return done


def _keep(rights: Rights, meeting: Meeting, made: Decision) -> Decision:
    last = made.item.decisions.aggregate(last=Max("place"))["last"]
    made.place, made.by = (last or 0) + 1, rights.person
    made.save(force_insert=True)
    facts = {"decision": made.pk, "item": made.item_id, "how": made.how, "task": made.task_id}
    keep(rights, meeting, "meeting.decide", facts, {"text": made.text})
    return made
