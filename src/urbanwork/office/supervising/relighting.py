"""Lighting many tasks at once: the rows are read, judged and written back without models."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from urbanwork.office.ledger.lighting import Row, lights_shown, reason_of
from urbanwork.office.ledger.models import Milestone, Task, TaskBody
from urbanwork.office.many import update_many
from urbanwork.office.supervising.handlings import STANDS_STILL, states_of
from urbanwork.office.supervising.models import Handling
from urbanwork.supervision import lights as rules
from urbanwork.supervision import tasks as pure

SHOWN: Final = ("light", "light_since", "light_next", "light_reason")
_NEEDED: Final = (
    "id", "state", "is_open", "deadline", "percent", "closed", *SHOWN
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Relit:
    """A task whose row shows something else now; `is_other`: in another colour."""

    task: int
    light: rules.Light
    is_other: bool


def relight_many(ids: Sequence[int], now: datetime) -> tuple[int, list[Relit]]:
    """Bring the lights of tasks up to a moment; how many tasks there are, and which changed.

    Call it inside a transaction: the tasks are locked, so that nobody acts on them meanwhile.
    """
    locked = Task.objects.select_for_update().filter(pk__in=ids).order_by("id")
    tasks = list(locked.values_list(*_NEEDED, named=True))
    folded, milestones = _folded(tasks), _milestones(ids)
    shown = lights_shown(
        [
            (Row(each.is_open, each.closed, each.percent, milestones.get(each.id, ())),
             folded.get(each.id) or pure.Task(state=each.state, deadline=each.deadline))
            for each in tasks
        ],
        now,
    )  # fmt: skip
    relit = [
        Relit(row.id, light, light.colour != row.light)
        for row, light in zip(tasks, shown, strict=True)
        if _values(light) != tuple(row[-len(SHOWN) :])
    ]
    update_many(Task, SHOWN, [(each.task, *_values(each.light)) for each in relit])
    _show_bodies([each for each in relit if each.is_other])
    return len(tasks), relit


def _values(light: rules.Light) -> tuple[Any, ...]:
    """A light as the columns that show it."""
    return light.colour, light.since, light.next_change, reason_of(light)


def _folded(tasks: Sequence[Any]) -> dict[int, pure.Task]:
    """States of the tasks that were paused once, or stand still: only those need their events; of
    others the row says all.
    """
    paused = Handling.objects.filter(task__in=[task.id for task in tasks], has_pauses=True)
    wanted = set(paused.values_list("task_id", flat=True))
    wanted |= {task.id for task in tasks if task.state in STANDS_STILL or not task.is_open}
    return states_of(wanted) if wanted else {}


def _milestones(ids: Sequence[int]) -> dict[int, tuple[rules.Milestone, ...]]:
    made: dict[int, tuple[rules.Milestone, ...]] = defaultdict(tuple)
    rows = Milestone.objects.filter(task__in=ids).order_by("task", "due", "id")
    for task, due, done, planned in rows.values_list("task", "due", "done", "planned_percent"):
        made[task] += (rules.Milestone(due, done is not None, planned),)
    return made


def _show_bodies(changed: Sequence[Relit]) -> None:
    """Keep the colour where the lists of bodies look, a statement for each colour."""
    by_colour: dict[str | None, list[int]] = defaultdict(list)
    for each in changed:
        by_colour[each.light.colour].append(each.task)
    for colour, ids in by_colour.items():
        TaskBody.objects.filter(task__in=ids).update(light=colour)
