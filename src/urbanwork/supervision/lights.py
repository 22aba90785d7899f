"""The light of a task at a moment, with its reason and the moment of its next change.

Every rule holds from a moment on that follows from what is known now. So the light is the most
severe rule whose moment has passed, and the next change is the first moment of a more severe one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from urbanwork.quantities.bilingual import Bilingual
from urbanwork.quantities.timelines import Instants
from urbanwork.quantities.working_time import Limit, WorkingTime, seconds
from urbanwork.supervision.lights_table import Lights, Rule


@dataclass(frozen=True, slots=True)
class Milestone:
    """A part of a task: by when, whether it is done, and the per cent of the task done with it."""

    due: datetime
    is_done: bool
    planned_percent: float | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """What a light looks at. `due` is None where there is no deadline, or while it is paused."""

    due: datetime | None
    milestones: tuple[Milestone, ...] = ()
    reported_percent: float | None = None
    finished: datetime | None = None
    paused_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Light:
    """What shows since when and why, and what time alone will change it to.

    `colour` is None for a task that is finished or paused: colours are for deadlines that run.
    """

    colour: str | None
    reason: Bilingual
    clause: Bilingual | None = None
    since: datetime | None = None
    next_change: datetime | None = None
    next_colour: str | None = None


def light(course: Course, rules: Lights, time: WorkingTime, now: datetime) -> Light:
    """The light of a task at `now`; see `lights_of`."""
    return lights_of([course], rules, time, now)[0]


def lights_of(
    courses: Sequence[Course], rules: Lights, time: WorkingTime, now: datetime
) -> list[Light]:
    """The lights of many tasks at `now`, in their order.

    Raises:
        UserError: a time has no zone, or lies outside the years that are prepared.
    """
    running = [each for each in courses if each.finished is None and each.paused_since is None]
    severities = [rules.severity(rule.light) for rule in rules.rules]
    by_rule = [_since(rule, running, time) for rule in rules.rules]
    moments = zip(*by_rule, strict=True)
    return [_standing(each) or _shown(next(moments), severities, rules, now) for each in courses]


def _standing(course: Course) -> Light | None:
    """What shows where no clock runs; None where one does."""
    if course.finished is not None:
        return Light(None, _finished(course, course.finished))
    if course.paused_since is not None:
        return Light(None, Bilingual("The task is paused.", "任务缓办中，计时暂停。"))
    return None


def _shown(
    moments: Sequence[datetime | None], severities: Sequence[int], rules: Lights, now: datetime
) -> Light:
    """The most severe rule whose moment has passed, and the first moment of a more severe one."""
    known = [
        (since, severity, rule)
        for since, severity, rule in zip(moments, severities, rules.rules, strict=True)
        if since is not None
    ]
    worst = max((severity for since, severity, _ in known if since < now), default=0)
    coming = [each for each in known if each[1] > worst]
    following = min(coming, key=lambda each: (each[0], -each[1]), default=None)
    change = (None, None) if following is None else (following[0], following[2].light)
    holding = [each for each in known if each[1] == worst and each[0] < now]
    if not holding:
        return Light(rules.lights[0], rules.base, None, None, *change)
    since, _, rule = min(holding, key=lambda each: each[0])
    return Light(rule.light, _reason(rule, since), rule.clause, since, *change)


Moments = list[datetime | None]
"""A moment a course, in the time of the city; None where there is none by time alone."""


def _since(rule: Rule, courses: Sequence[Course], time: WorkingTime) -> Moments:
    """After which moment a rule holds for each course."""
    if rule.test == "behind":
        return _local([_behind_since(each, rule.points or 0) for each in courses], time)
    limit = rule.within.limit if rule.within is not None else Limit(0, "clock_hours")
    if rule.test == "milestone_late":
        return _later([_first_waiting(each) for each in courses], limit, time)
    due = [each.due for each in courses]
    if rule.test == "near_due":
        return _moved(due, lambda ends: time.latest_starts(ends, limit), time)
    return _later(due, limit, time)


def _later(moments: Moments, limit: Limit, time: WorkingTime) -> Moments:
    """Moments put off by a limit; no limit is the moment itself, not the end of its day."""
    if not limit.amount:
        return _local(moments, time)
    return _moved(moments, lambda starts: time.add_many(starts, limit), time)


def _moved(moments: Moments, move: Callable[[Instants], Instants], time: WorkingTime) -> Moments:
    """Moments moved all at once; where there is none, none."""
    moved = iter(move(seconds([each for each in moments if each is not None])).tolist())
    return [None if each is None else time.local(next(moved)) for each in moments]


def _local(moments: Moments, time: WorkingTime) -> Moments:
    zone = time.days.zone
    return [None if each is None else each.astimezone(zone) for each in moments]


def _first_waiting(course: Course) -> datetime | None:
    """The first milestone that is not done."""
    return min((each.due for each in course.milestones if not each.is_done), default=None)


def _behind_since(course: Course, points: float) -> datetime | None:
    """The first milestone by which more should be done than was reported, by so many points."""
    if course.reported_percent is None:
        return None
    late = [
        each.due
        for each in course.milestones
        if each.planned_percent is not None
        and each.planned_percent - course.reported_percent >= points
    ]
    return min(late, default=None)


def _reason(rule: Rule, since: datetime) -> Bilingual:
    on = f"{since:%Y-%m-%d %H:%M}"
    if rule.test == "near_due" and rule.within is not None:
        within = rule.within.limit.words
        return Bilingual(f"No more than {within.en} left.", f"距时限不足{within.zh}。")
    if rule.test == "behind":
        return Bilingual(
            f"Progress lies {rule.points:g} points or more behind plan since {on}.",
            f"自{on}起，进度落后计划{rule.points:g}个百分点以上。",
        )
    if rule.test == "milestone_late":
        return Bilingual(f"A milestone is late since {on}.", f"自{on}起，有节点未按时完成。")
    return Bilingual(f"Overdue since {on}.", f"自{on}起逾期。")


def _finished(course: Course, finished: datetime) -> Bilingual:
    if course.due is not None and finished > course.due:
        return Bilingual("Finished late.", "逾期办结。")
    return Bilingual("Finished in time.", "按时办结。")
