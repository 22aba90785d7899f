"""What the ladder recommends for tasks, kept as rows: made when it begins to hold, ended after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from django.utils import timezone

from urbanwork.office.many import insert_many, update_many
from urbanwork.office.rules import ladder, working_time
from urbanwork.office.supervising.handlings import STANDS_STILL
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
    """What the ladder looks at of one task. `due` is when it is late, None while no clock runs.

    `handling` is the id of the row that keeps when to look again.
    """

    handling: int
    task: int
    weight: Weight
    due: datetime | None
    look_again: datetime | None


def courses_of(task_ids: Collection[int]) -> list[Course]:
    """The courses of tasks that were assigned; one query."""
    rows = Handling.objects.filter(task_id__in=task_ids).values_list(
        "pk", "task_id", "task__weight", "due", "look_again", "task__state", "task__is_open"
    )
    return [
        Course(
            pk, task, cast(Weight, weight),
            due if is_open and state not in STANDS_STILL else None, look_again,
        )
        for pk, task, weight, due, look_again, state, is_open in rows
    ]  # fmt: skip


def recommended(course: Course, matter: pure.Matter, now: datetime) -> pure.Recommendation:
    """The next step for a task."""
    return pure.recommend(matter, ladder(), now, weight=course.weight, late_since=course.due)


def advise(task_ids: Collection[int], now: datetime) -> int:
    """Keep what the ladder recommends for tasks; how much of the advice is new.

    The caller has locked the tasks. Doing it twice at one time changes nothing.
    """
    matters, changed, wanted = matters_of(task_ids), [], {}
    for course in courses_of(task_ids):
        matter, count = matters.get(course.task, (pure.Matter(), 0))
        found = recommended(course, matter, now)
        if found.step is not None and course.due is not None:
            wanted[course.task] = Wanted(course.task, course.due, found, count)
        if found.then != course.look_again:
            changed.append((course.handling, found.then))
    update_many(Handling, ["look_again"], changed)
    return _replace(task_ids, wanted, now)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Advice as it should stand: the step for a task that is late since `late_since`."""

    task: int
    late_since: datetime
    found: pure.Recommendation
    orders: int

    @property
    def facts(self) -> tuple[Any, ...]:
        """What makes it the same advice as before."""
        return self.found.step, self.orders, self.late_since

    def row(self, made: datetime) -> tuple[Any, ...]:
        """The columns `_COLUMNS` of it."""
        reason = {"en": self.found.reason.en, "zh": self.found.reason.zh}
        return self.task, *self.facts, made, reason


_COLUMNS: Final = ("task", "step", "orders", "late_since", "made", "reason")


def _replace(task_ids: Collection[int], wanted: dict[int, Wanted], now: datetime) -> int:
    """End what no longer holds and add what is new; what still holds keeps its day."""
    open_advice = Advice.objects.filter(task_id__in=task_ids, ended__isnull=True)
    stands = {
        task: (pk, tuple(facts))
        for pk, task, *facts in open_advice.values_list("pk", "task", *_COLUMNS[1:4])
    }
    over = [
        pk
        for task, (pk, facts) in stands.items()
        if task not in wanted or wanted[task].facts != facts
    ]
    if over:
        Advice.objects.filter(pk__in=over).update(ended=now)
    new = [
        each for task, each in wanted.items() if task not in stands or stands[task][1] != each.facts
    ]
    insert_many(Advice, _COLUMNS, [each.row(now) for each in new])
    return len(new)
