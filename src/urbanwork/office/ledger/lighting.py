"""The light of a task, kept in its row, with the moment of its next change by time alone."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from urbanwork.office.ledger.models import Task
from urbanwork.office.rules import lights, working_time
from urbanwork.supervision import tasks as pure
from urbanwork.supervision.clocks import put_off
from urbanwork.supervision.lights import Course, Light, Milestone, light


def relight(task: Task, state: pure.Task, now: datetime) -> bool:
    """Set the light of a task as of `now`; whether its colour changed. Does not save."""
    shown = light_of(task, state, now)
    changed = shown.colour != task.light
    task.light, task.light_since, task.light_next = shown.colour, shown.since, shown.next_change
    task.light_reason = asdict(shown.reason)
    return changed


def light_of(task: Task, state: pure.Task, now: datetime) -> Light:
    """The light of a task: submitted work waits for others, so its clock does not run."""
    finished = task.closed if not task.is_open else None
    paused = next((each.begin for each in state.pauses if each.end is None), None)
    due = due_of(state)
    course = Course(
        due=due,
        milestones=tuple(_milestones(task)),
        reported_percent=task.percent,
        finished=finished or _submitted(state),
        paused_since=paused,
    )
    return light(course, lights(), working_time(), now)


def _submitted(state: pure.Task) -> datetime | None:
    if state.state == "void":
        return state.events[-1].at
    if state.state not in ("submitted", "verified"):
        return None
    return next(each.at for each in reversed(state.events) if each.action == "submit")


def due_of(state: pure.Task) -> datetime | None:
    """The deadline that holds, later by what approved pauses took; None while one lasts."""
    if state.deadline is None:
        return None
    start = next((each.at for each in state.events if each.action == "assign"), state.events[0].at)
    return put_off(state.deadline, start, state.pauses, working_time()).at


def _milestones(task: Task) -> list[Milestone]:
    if task.pk is None:
        return []
    return [
        Milestone(each.due, each.done is not None, each.planned_percent)
        for each in task.milestones.all()
    ]
