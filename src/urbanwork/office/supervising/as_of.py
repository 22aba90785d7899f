"""Tasks and orders as they stood at a moment that may be past, from what was done until then.

States, bodies, deadlines, lights and orders follow from events, so they are what they were then.
Titles, places, visibility and plans of milestones are no events: these are as they are now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from urbanwork.office.ledger.lighting import Row, due_of, lights_shown
from urbanwork.office.ledger.models import Milestone, Task, TaskEvent
from urbanwork.office.rules import lifecycle, working_time
from urbanwork.office.supervising.advising import matter_of
from urbanwork.office.supervising.handlings import states_of
from urbanwork.office.supervising.models import Order, OrderEvent
from urbanwork.supervision import lights, rates
from urbanwork.supervision import orders as pure_orders
from urbanwork.supervision import tasks as pure

BLOCK: Final = 1_000


@dataclass(frozen=True, slots=True)
class Stood:
    """A task as it stood. `handled` only of one to which something was done since."""

    task: int
    is_open: bool
    lead: int | None
    deadline: datetime | None
    closed: datetime | None
    light: str | None
    handled: rates.Handled | None = None

    def is_late(self, at: datetime) -> bool:
        """Whether its deadline had passed while its clock ran."""
        is_due = self.deadline is not None and self.deadline < at
        return self.is_open and self.light is not None and is_due


def changed_since(at: datetime) -> Exists:
    """Tasks to which something was done from a moment on."""
    return Exists(TaskEvent.objects.filter(task=OuterRef("pk"), at__gte=at))


def stood(tasks: QuerySet[Task], begin: datetime, at: datetime) -> Iterator[Stood]:
    """Those of the tasks that were open at a moment, were closed between `begin` and it, or to
    which something was done since.

    Rows of today answer for tasks that nothing happened to since, and whose light is the same.
    """
    there = Exists(TaskEvent.objects.filter(task=OuterRef("pk"), number=1, at__lt=at))
    marked = Exists(Milestone.objects.filter(task=OuterRef("pk"), done__gte=at))
    changed = changed_since(at)
    kept = tasks.filter(there).annotate(
        has_changed=changed, other_light=Q(is_open=True) & (
            Q(light_since__gt=at) | Q(light_next__lte=at) | marked
        ),
    )  # fmt: skip
    kept = kept.filter(Q(is_open=True) | Q(has_changed=True) | Q(closed__gte=begin, closed__lt=at))
    rows = kept.order_by("pk").values_list(
        "pk", "is_open", "lead", "deadline", "closed", "light", "has_changed", "other_light",
        named=True,
    ).iterator(BLOCK)  # fmt: skip
    while block := list(islice(rows, BLOCK)):
        yield from _stood(block, at)


def _stood(block: Sequence[Any], at: datetime) -> Iterator[Stood]:
    again = [row.pk for row in block if row.has_changed or row.other_light]
    folded = _folded(again, at)
    for row in block:
        if row.pk not in folded:
            yield Stood(row.pk, row.is_open, row.lead, row.deadline, row.closed, row.light)
            continue
        state, light = folded[row.pk]
        yield Stood(
            row.pk, _is_open(state), int(state.lead) if state.lead else None,
            due_of(state) or state.deadline, _closed(state), light.colour,
            rates.handled(state, working_time()) if row.has_changed else None,
        )  # fmt: skip


def _folded(ids: Sequence[int], at: datetime) -> dict[int, tuple[pure.Task, lights.Light]]:
    """The states of tasks by their events before a moment, with their lights then."""
    states = states_of(ids, before=at)
    percents, milestones = _percents(ids, at), _milestones(ids, at)
    rows = [
        (Row(_is_open(state), _closed(state), percents.get(task), milestones.get(task, ())), state)
        for task, state in states.items()
    ]
    shown = lights_shown(rows, at)
    return {
        task: (state, light)
        for (task, state), light in zip(states.items(), shown, strict=True)
    }  # fmt: skip


def _is_open(state: pure.Task) -> bool:
    """By the table of today; a state that it has no more was one on the way."""
    known = lifecycle().states.get(state.state)
    return known is None or known.is_open


def _closed(state: pure.Task) -> datetime | None:
    if _is_open(state):
        return None
    return next((each.at for each in reversed(state.events) if each.action == "close"), None)


def _percents(ids: Sequence[int], at: datetime) -> dict[int, float]:
    """The progress that was reported last."""
    said = TaskEvent.objects.filter(task_id__in=ids, at__lt=at, percent__isnull=False)
    rows = said.order_by("task_id", "number").values_list("task_id", "percent")
    return {task: percent for task, percent in rows if percent is not None}


def _milestones(ids: Sequence[int], at: datetime) -> dict[int, tuple[lights.Milestone, ...]]:
    found: dict[int, list[lights.Milestone]] = defaultdict(list)
    rows = Milestone.objects.filter(task_id__in=ids)
    for task, due, done, percent in rows.values_list("task_id", "due", "done", "planned_percent"):
        is_done = done is not None and done < at
        found[task].append(lights.Milestone(due, is_done, percent))
    return {task: tuple(each) for task, each in found.items()}


def orders_stood(orders: QuerySet[Order], at: datetime) -> list[tuple[Order, pure_orders.Order]]:
    """Orders with what had become of them at a moment, as they were issued."""
    rows = list(orders.select_related("task", "body").order_by("issued", "pk"))
    events: dict[int, list[OrderEvent]] = defaultdict(list)
    done = OrderEvent.objects.filter(task_id__in={each.task_id for each in rows}, at__lt=at)
    for event in done.order_by("task_id", "number"):
        events[event.task_id].append(event)
    matters = {task: matter_of(each).orders for task, each in events.items()}
    return [(row, matters[row.task_id][row.place]) for row in rows]
