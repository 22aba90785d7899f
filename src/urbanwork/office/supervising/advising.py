"""What the ladder recommends for tasks, kept as rows: made when it begins to hold, ended after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from django.utils import timezone

from urbanwork.office.rules import ladder, working_time
from urbanwork.office.supervising.handlings import STANDS_STILL
from urbanwork.office.supervising.many import update_many
from urbanwork.office.supervising.models import Advice, Handling, OrderEvent
from urbanwork.supervision import orders as pure
from urbanwork.supervision.ladder_table import Weight

FOLDED = frozenset({"issue", "done", "excuse", "appeal", "dismiss", "void"})
"""Kinds of events that make orders; a plea and its refusal are words about them."""


def event_of(row: OrderEvent) -> pure.OrderEvent:
    """The event that a row holds, with times in the zone of the office, as sentences say them."""
    until = None if row.until is None else timezone.localtime(row.until)
    return pure.OrderEvent(
        cast(pure.Kind, row.kind), row.at, str(row.person_id), row.step, until, row.reason,
        row.recommended,
    )  # fmt: skip


def matters_of(task_ids: Collection[int]) -> dict[int, tuple[pure.Matter, int]]:
    """The matter of each task that has one, and how many events made it; one query."""
    rows: dict[int, list[OrderEvent]] = defaultdict(list)
    for row in OrderEvent.objects.filter(task_id__in=task_ids).order_by("task_id", "number"):
        rows[row.task_id].append(row)
    return {task: (matter_of(each), len(each)) for task, each in rows.items()}


def matter_of(rows: Collection[OrderEvent]) -> pure.Matter:
    """The matter that rows make."""
    events = [event_of(row) for row in rows if row.kind in FOLDED]
    return pure.matter_of(events, ladder(), working_time())


@dataclass(frozen=True, slots=True)
class Course:
    """What the ladder looks at of one task. `due` is when it is late, None while no clock runs."""

    task: int
    weight: Weight
    due: datetime | None
    look_again: datetime | None


def courses_of(task_ids: Collection[int]) -> list[Course]:
    """The courses of tasks that were assigned; one query."""
    rows = Handling.objects.filter(task_id__in=task_ids).values_list(
        "task_id", "task__weight", "due", "look_again", "task__state", "task__is_open"
    )
    return [
        Course(
            task, cast(Weight, weight),
            due if is_open and state not in STANDS_STILL else None, look_again,
        )
        for task, weight, due, look_again, state, is_open in rows
    ]  # fmt: skip


def recommended(course: Course, matter: pure.Matter, now: datetime) -> pure.Recommendation:
    """The next step for a task."""
    return pure.recommend(matter, ladder(), now, weight=course.weight, late_since=course.due)


def advise(task_ids: Collection[int], now: datetime) -> list[Advice]:
    """Keep what the ladder recommends for tasks; gives the advice that is new.

    Doing it twice at one time changes nothing.
    """
    matters, changed, wanted = matters_of(task_ids), [], {}
    for course in courses_of(task_ids):
        matter, count = matters.get(course.task, (pure.Matter(), 0))
        found = recommended(course, matter, now)
        if found.step is not None and course.due is not None:
            wanted[course.task] = _advice(course, course.due, found, count, now)
        if found.then != course.look_again:
            changed.append((course.task, found.then))
    _look_again(changed)
    return _replace(task_ids, wanted, now)


def _advice(
    course: Course, late_since: datetime, found: pure.Recommendation, orders: int, now: datetime
) -> Advice:
    return Advice(
        task_id=course.task, orders=orders, step=found.step or "", late_since=late_since,
        made=now, reason=asdict(found.reason), clause=found.clause, source=found.source,
    )  # fmt: skip


def _look_again(changed: Collection[tuple[int, datetime | None]]) -> None:
    moments = dict(changed)
    rows = list(Handling.objects.filter(task_id__in=moments).only("pk", "task_id"))
    for row in rows:
        row.look_again = moments[row.task_id]
    update_many(rows, ["look_again"])


def _replace(task_ids: Collection[int], wanted: dict[int, Advice], now: datetime) -> list[Advice]:
    """End what no longer holds and add what is new; what still holds keeps its day."""
    stands = {
        each.task_id: each
        for each in Advice.objects.filter(task_id__in=task_ids, ended__isnull=True)
    }
    over = [each.pk for task, each in stands.items() if not _same(each, wanted.get(task))]
    if over:
        Advice.objects.filter(pk__in=over).update(ended=now)
    new = [each for task, each in wanted.items() if not _same(each, stands.get(task))]
    return Advice.objects.bulk_create(new)


def _same(one: Advice, other: Advice | None) -> bool:
    def facts(advice: Advice) -> tuple[Any, ...]:
        return advice.step, advice.orders, advice.late_since

    return other is not None and facts(one) == facts(other)
