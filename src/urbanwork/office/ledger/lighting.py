"""The light of a task, kept in its row, with the moment of its next change by time alone."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import prefetch_related_objects

from urbanwork.office.ledger.history import state_of
from urbanwork.office.ledger.models import Milestone as MilestoneRow
from urbanwork.office.ledger.models import Task
from urbanwork.office.rules import lifecycle, lights, working_time
from urbanwork.office.statements import Question
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision import tasks as pure
from urbanwork.supervision.clocks import put_off
from urbanwork.supervision.lights import Course, Light, Milestone, lights_of
from urbanwork.supervision.refusing import RefusedError

WAITING = ("submitted", "verified")
"""States in which the work is done and others look at it."""
SUBMITTED = Bilingual("Submitted in time, not closed yet.", "已按时报送，尚未销号。")
SUBMITTED_LATE = Bilingual("Submitted late, not closed yet.", "已逾期报送，尚未销号。")
VOID = Bilingual("The task is void.", "任务已作废。")
NOTHING_RUNS = Bilingual("No deadline is set yet.", "尚未设定时限。")


@dataclass(frozen=True, slots=True)
class Row:
    """What a light needs of the row of a task, beside the state that its events make."""

    is_open: bool
    closed: datetime | None
    percent: float | None
    milestones: tuple[Milestone, ...] = ()


def relight(task: Task, state: pure.Task, now: datetime) -> bool:
    """Set the light of a task as of `now`; whether its colour changed. Does not save."""
    shown = light_of(task, state, now)
    changed = shown.colour != task.light
    task.light, task.light_since, task.light_next = shown.colour, shown.since, shown.next_change
    task.light_reason = reason_of(shown)
    return changed


def reason_of(shown: Light) -> dict[str, str]:
    """The reason of a light, as the row of a task keeps it."""
    return {"en": shown.reason.en, "zh": shown.reason.zh}


def light_of(task: Task, state: pure.Task, now: datetime) -> Light:
    """The light of one task; see `lights_shown`."""
    row = Row(task.is_open, task.closed, task.percent, _milestones(task))
    return lights_shown([(row, state)], now)[0]


def lights_shown(tasks: Sequence[tuple[Row, pure.Task]], now: datetime) -> list[Light]:
    """The lights of tasks: submitted work waits for others, so its clock does not run."""
    courses = {
        place: course
        for place, (row, state) in enumerate(tasks)
        if (course := _course(row, state)) is not None
    }
    lit = lights_of(list(courses.values()), lights(), working_time(), now)
    shown = dict(zip(courses, lit, strict=True))
    return [
        _submitted_light(courses[place], state, shown[place])
        if place in courses
        else Light(None, VOID if state.state == "void" else NOTHING_RUNS)
        for place, (_, state) in enumerate(tasks)
    ]


def _course(row: Row, state: pure.Task) -> Course | None:
    """What the rules look at; None where nothing runs."""
    if state.state == "void":
        return None
    if state.deadline is None and not row.milestones and row.is_open:
        return None
    return Course(
        due=due_of(state),
        milestones=row.milestones,
        reported_percent=row.percent,
        finished=_finished(row, state) or _submitted(state),
        paused_since=next((each.begin for each in state.pauses if each.end is None), None),
    )


def _finished(row: Row, state: pure.Task) -> datetime | None:
    """When work ended: a task that is no longer open shows no light, however it ended."""
    if row.is_open:
        return None
    return row.closed or (state.events[-1].at if state.events else None)


def _submitted_light(course: Course, state: pure.Task, shown: Light) -> Light:
    """The light, with its own reason where work is done and others look at it."""
    if course.finished is None or state.state not in WAITING:
        return shown
    is_late = course.due is not None and course.finished > course.due
    return replace(shown, reason=SUBMITTED_LATE if is_late else SUBMITTED)


def _submitted(state: pure.Task) -> datetime | None:
    if state.state not in WAITING:
        return None
    return next((each.at for each in reversed(state.events) if each.action == "submit"), None)


def relight_stale(tasks: Sequence[Task], now: datetime) -> None:
    """Bring rows that are shown up to `now` where the tick has not come yet. Does not save."""
    stale = [each for each in tasks if each.light_next is not None and each.light_next <= now]
    if not stale:
        return
    prefetch_related_objects(stale, "events", "milestones")
    for each in stale:
        with suppress(RefusedError):  # a history that a changed table no longer allows
            relight(each, state_of(each.events.all(), lifecycle()), now)


def due_of(state: pure.Task) -> datetime | None:
    """The deadline that holds, later by what approved pauses took; None while one lasts."""
    if state.deadline is None or not state.pauses:
        return state.deadline
    start = next((each.at for each in state.events if each.action == "assign"), state.events[0].at)
    return put_off(state.deadline, start, state.pauses, working_time()).at


def _milestones(task: Task) -> tuple[Milestone, ...]:
    """Of rows that were read for many tasks at once, else read now."""
    if task.pk is None:
        return ()
    if "milestones" in getattr(task, "_prefetched_objects_cache", {}):
        rows = [(each.due, each.done, each.planned_percent) for each in task.milestones.all()]
    else:
        rows = _milestones_of(task.pk)
    return tuple(Milestone(due, done is not None, planned) for due, done, planned in rows)


_milestones_of = Question(
    lambda task: MilestoneRow.objects.filter(task=task).values_list(
        "due", "done", "planned_percent"
    )
)
