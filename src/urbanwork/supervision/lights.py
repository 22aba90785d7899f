"""The light of a task at a moment, with its reason and the moment of its next change.

Every rule holds from a moment on that follows from what is known now. So the light is the most
severe rule whose moment has passed, and the next change is the first moment of a more severe one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from urbanwork.quantities.bilingual import Bilingual
from urbanwork.quantities.working_time import Limit, WorkingTime
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
    clause: str = ""
    since: datetime | None = None
    next_change: datetime | None = None
    next_colour: str | None = None


def light(course: Course, rules: Lights, time: WorkingTime, now: datetime) -> Light:
    """The light of a task at `now`.

    Raises:
        UserError: a time has no zone, or lies outside the years that are prepared.
    """
    if course.finished is not None:
        return Light(None, _finished(course, course.finished))
    if course.paused_since is not None:
        return Light(None, Bilingual("The task is paused.", "任务缓办中，计时暂停。"))
    zone = time.days.zone
    moments = [
        (since.astimezone(zone), rule)
        for rule in rules.rules
        if (since := _since(rule, course, time)) is not None
    ]
    return _shown(moments, rules, now)


def _shown(moments: Sequence[tuple[datetime, Rule]], rules: Lights, now: datetime) -> Light:
    holding = [(since, rule) for since, rule in moments if since < now]
    worst = max((rules.severity(rule.light) for _, rule in holding), default=0)
    coming = [each for each in moments if rules.severity(each[1].light) > worst]
    following = min(
        coming, key=lambda each: (each[0], -rules.severity(each[1].light)), default=None
    )
    change = (None, None) if following is None else (following[0], following[1].light)
    showing = [each for each in holding if rules.severity(each[1].light) == worst]
    if not showing:
        return Light(rules.lights[0], rules.base, "", None, *change)
    since, rule = min(showing, key=lambda each: each[0])
    return Light(rule.light, _reason(rule, since), rule.clause, since, *change)


def _since(rule: Rule, course: Course, time: WorkingTime) -> datetime | None:
    """After which moment a rule holds; None where it never will by time alone."""
    if rule.test == "behind":
        return _behind_since(course, rule.points or 0)
    limit = rule.within.limit if rule.within is not None else Limit(0, "clock_hours")
    if rule.test == "milestone_late":
        waiting = [each.due for each in course.milestones if not each.is_done]
        return _later(min(waiting), limit, time) if waiting else None
    if course.due is None:
        return None
    if rule.test == "near_due":
        return time.latest_start(course.due, limit)
    return _later(course.due, limit, time)


def _later(moment: datetime, limit: Limit, time: WorkingTime) -> datetime:
    """A moment put off by a limit; no limit is the moment itself, not the end of its day."""
    return time.add(moment, limit) if limit.amount else moment


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
