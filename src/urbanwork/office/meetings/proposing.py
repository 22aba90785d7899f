"""What an agenda is proposed from: what hangs, and what earlier meetings decided in vain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from urbanwork.office.ledger.models import Task, TaskEvent
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.meetings.models import Decision, Item, Meeting
from urbanwork.office.meetings.seeing import seen_decisions
from urbanwork.office.people.rights import Rights
from urbanwork.office.supervising.models import Handling, Order
from urbanwork.quantities.bilingual import Bilingual

MOST: Final = 25
"""So many proposals of a kind."""
KIND_TITLES: Final = {
    "check": Bilingual("decided earlier, not done", "上次会议决定未落实"),
    "dispute": Bilingual("assignment disputed", "交办有异议"),
    "pause": Bilingual("pause asked for", "申请缓办"),
    "plea": Bilingual("later time asked for", "申请宽限"),
    "order": Bilingual("order not answered", "督办未答复"),
    "overdue": Bilingual("overdue", "逾期"),
    "own": Bilingual("put in", "自列议题"),
}


@dataclass(frozen=True)
class Proposal:
    """Something that could stand on the agenda; `key` tells it again."""

    kind: str
    title: str
    reason: Bilingual
    task: Task | None = None
    earlier: Decision | None = None

    @property
    def key(self) -> str:
        """What a form sends to choose it."""
        if self.earlier is not None:
            return f"decision:{self.earlier.pk}"
        return f"task:{0 if self.task is None else self.task.pk}"


def proposals(rights: Rights, meeting: Meeting) -> list[Proposal]:
    """What is not on the agenda yet, earlier decisions first; a task stands once."""
    there = Item.objects.filter(meeting=meeting)
    tasks = set(there.filter(task__isnull=False).values_list("task_id", flat=True))
    checked = set(there.filter(earlier__isnull=False).values_list("earlier_id", flat=True))
    found: list[Proposal] = []
    for each in _all(rights, meeting, timezone.now()):
        if each.earlier is not None and each.earlier.pk in checked:
            continue
        if each.task is not None and each.task.pk in tasks:
            continue
        found.append(each)
        if each.task is not None:
            tasks.add(each.task.pk)
    return found


def _all(rights: Rights, meeting: Meeting, now: datetime) -> Iterator[Proposal]:
    seen = visible(rights).filter(is_open=True)
    yield from _to_check(rights, meeting)
    yield from _disputes(seen)
    yield from _pauses(seen)
    yield from _orders(seen, now)
    yield from _overdue(seen, now)


def _to_check(rights: Rights, meeting: Meeting) -> Iterator[Proposal]:
    """Decisions of closed meetings that are not done."""
    undone = Q(how="task", task__is_open=True) | Q(how="note", done__isnull=True)
    earlier = seen_decisions(rights).filter(undone, item__meeting__closed__isnull=False)
    rows = earlier.exclude(item__meeting=meeting).select_related(
        "task", "item", "item__task", "item__meeting"
    )
    for each in rows.order_by("-item__meeting__at", "pk")[:MOST]:
        held = each.item.meeting
        day = f"{timezone.localtime(held.at):%Y-%m-%d}"
        yield Proposal(
            "check", each.text[:300],
            Bilingual(f"decided on {day} ({held.title})", f"{day}会议（{held.title}）决定"),
            each.task or each.item.task, each,
        )  # fmt: skip


def _disputes(seen: QuerySet[Task]) -> Iterator[Proposal]:
    tasks = list(seen.filter(state="disputed").order_by("pk")[:MOST])
    said = _last_words(tasks, "dispute")
    for task in tasks:
        words = said.get(task.pk, "")
        yield Proposal(
            "dispute", task.title,
            Bilingual(f"returned: {words}", f"退回理由：{words}"), task,
        )  # fmt: skip


def _pauses(seen: QuerySet[Task]) -> Iterator[Proposal]:
    asked = Handling.objects.filter(pause_asked__isnull=False, task__in=seen)
    rows = list(asked.select_related("task").order_by("pause_asked")[:MOST])
    said = _last_words([each.task for each in rows], "request_pause")
    for each in rows:
        words = said.get(each.task_id, "")
        yield Proposal(
            "pause", each.task.title, Bilingual(f"asked: {words}", f"申请理由：{words}"), each.task
        )


def _last_words(tasks: Sequence[Task], action: str) -> dict[int, str]:
    """The reason that was given last, by task; one query."""
    events = TaskEvent.objects.filter(task__in=tasks, action=action).order_by("number")
    return {task: reason[:200] for task, reason in events.values_list("task_id", "reason")}


def _orders(seen: QuerySet[Task], now: datetime) -> Iterator[Proposal]:
    """Orders with a later time asked for, then those not answered in time."""
    standing = Order.objects.filter(
        is_standing=True, is_done=False, is_void=False, task__in=seen
    ).select_related("task")
    for each in standing.filter(plea__isnull=False).order_by("plea")[:MOST]:
        yield Proposal("plea", each.task.title, Bilingual(each.code, each.code), each.task)
    late = standing.filter(plea__isnull=True, is_appealed=False, until__lt=now)
    for each in late.order_by("until")[:MOST]:
        day = "" if each.until is None else f"{timezone.localtime(each.until):%Y-%m-%d}"
        yield Proposal(
            "order", each.task.title,
            Bilingual(f"{each.code}, to be answered by {day}", f"{each.code}，答复时限{day}"),
            each.task,
        )  # fmt: skip


def _overdue(seen: QuerySet[Task], now: datetime) -> Iterator[Proposal]:
    """The longest overdue first; tasks whose clock stands are left out."""
    late = seen.filter(light__isnull=False, deadline__lt=now).order_by("deadline", "pk")
    for task in late[:MOST]:
        days = 0 if task.deadline is None else (now - task.deadline).days
        yield Proposal(
            "overdue", task.title,
            Bilingual(f"{days} days late", f"逾期{days}天"), task,
        )  # fmt: skip
