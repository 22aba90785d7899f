"""Rates of handling, each with its numerator and denominator, silent where too few are counted.

Due in a period are the tasks whose first deadline lies in it. Deferred are those of them that stood
paused, or had a longer deadline approved, when the period ended: they leave the denominator and,
closed or not, the numerator.

    closure rate (M02)          = closed ÷ (due − deferred)
    closed in time (M03)        = closed by their deadline ÷ (due − deferred)
    rework rate (M05)           = sent back at least once ÷ submitted
    return rate (M08)           = returned by the body at least once ÷ assigned
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from urbanwork.errors import UserError
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.quantities.working_time import WorkingTime
from urbanwork.supervision.clocks import put_off
from urbanwork.supervision.tasks import Task

SMALLEST: Final = 20
"""Below this denominator a rate is not shown (STANDARDS 0.7)."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What rates need of one task. `finished` is when the last accepted work was submitted.

    `first_due` is the deadline that was set first, `due` the one that holds now (None while it is
    paused).
    """

    assigned: datetime
    first_due: datetime | None
    due: datetime | None
    finished: datetime | None = None
    closed: datetime | None = None
    submissions: int = 0
    reworks: int = 0
    returns: int = 0
    is_void: bool = False


@dataclass(frozen=True, slots=True)
class Rate:
    """`numerator ÷ denominator`; `share` is None with `silent` saying why."""

    title: Bilingual
    numerator: int
    denominator: int
    share: float | None
    silent: Bilingual | None

    @classmethod
    def of(cls, title: Bilingual, numerator: int, denominator: int, smallest: int) -> Rate:
        """The rate, or its reason not to be shown."""
        if denominator >= max(smallest, 1):
            return cls(title, numerator, denominator, numerator / denominator, None)
        reason = Bilingual(
            f"Not shown: {denominator} counted, fewer than {smallest}.",
            f"不予显示：仅{denominator}件，少于{smallest}件。",
        )
        return cls(title, numerator, denominator, None, reason)


def handled(task: Task, time: WorkingTime) -> Handled | None:
    """What rates need of a task that its events have made; None before it was first assigned.

    The deadline that holds is the one given last, later by the hours of work of its pauses.
    """
    first = next((event.at for event in task.events if event.action == "assign"), None)
    if first is None:
        return None
    due = None if task.deadline is None else put_off(task.deadline, first, task.pauses, time)
    is_closed = task.state in ("closed", "archived")
    return Handled(
        assigned=first,
        first_due=task.first_deadline,
        due=None if due is None else due.at,
        finished=_last(task, "submit") if is_closed else None,
        closed=_last(task, "close") if is_closed else None,
        submissions=task.times("submit"),
        reworks=task.times("rework") + task.times("reopen"),
        returns=task.times("dispute"),
        is_void=task.state == "void",
    )


def _last(task: Task, action: str) -> datetime | None:
    return next((event.at for event in reversed(task.events) if event.action == action), None)


CLOSED: Final = Bilingual("closure rate", "办结率")
IN_TIME: Final = Bilingual("closed in time", "按期办结率")
REWORK: Final = Bilingual("rework rate", "返工率")
RETURN: Final = Bilingual("return rate", "退回率")


def rates(
    tasks: Iterable[Handled], begin: datetime, end: datetime, *, smallest: int = SMALLEST
) -> tuple[Rate, ...]:
    """Closure, closure in time, rework and return of a period; its end does not belong to it.

    Rework and return count tasks assigned in the period. Void tasks count nowhere.

    Raises:
        UserError: the period ends before it begins.
    """
    if end <= begin:
        raise UserError(f"period: it ends at {end}, not after it begins at {begin}")
    valid = [task for task in tasks if not task.is_void]
    due = [task for task in valid if task.first_due is not None and begin <= task.first_due < end]
    counted = [task for task in due if not is_deferred(task, end)]
    fresh = [task for task in valid if begin <= task.assigned < end]
    submitted = [task for task in fresh if task.submissions]
    return (
        Rate.of(CLOSED, _count(counted, lambda t: _is_closed(t, end)), len(counted), smallest),
        Rate.of(IN_TIME, _count(counted, lambda t: _is_in_time(t, end)), len(counted), smallest),
        Rate.of(REWORK, _count(submitted, lambda t: t.reworks > 0), len(submitted), smallest),
        Rate.of(RETURN, _count(fresh, lambda t: t.returns > 0), len(fresh), smallest),
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """How one task counts in a period: whether it was due in it, then closed, then in time."""

    is_due: bool
    is_closed: bool
    is_in_time: bool


def counted(task: Handled, begin: datetime, end: datetime) -> Counted:
    """How one task counts in `rates` of a period; what is not due counts nowhere.

    >>> from datetime import UTC
    >>> def day(number): return datetime(2026, 3, number, tzinfo=UTC)
    >>> task = Handled(day(1), day(9), day(9), finished=day(8), closed=day(10))
    >>> counted(task, day(1), day(31))
    Counted(is_due=True, is_closed=True, is_in_time=True)
    """
    is_due = (
        not task.is_void
        and task.first_due is not None
        and begin <= task.first_due < end
        and not is_deferred(task, end)
    )
    return Counted(is_due, is_due and _is_closed(task, end), is_due and _is_in_time(task, end))


def is_deferred(task: Handled, end: datetime) -> bool:
    """Whether a task due before `end` was approved to be done after it, or stands paused."""
    if task.first_due is None or (task.closed is not None and task.closed < task.first_due):
        return False
    return task.due is None or task.due >= end


def _is_closed(task: Handled, end: datetime) -> bool:
    return task.closed is not None and task.closed < end


def _is_in_time(task: Handled, end: datetime) -> bool:
    """Closed, and the work that was accepted lay there by the deadline."""
    if not _is_closed(task, end) or task.due is None:
        return False
    done = task.finished or task.closed
    return done is not None and done <= task.due


def _count(tasks: Iterable[Handled], holds: Callable[[Handled], bool]) -> int:
    return sum(map(holds, tasks))


@dataclass(frozen=True, slots=True)
class Backlog:
    """Open tasks past their deadline at one moment, and how many days they are late."""

    open: int
    overdue: int
    median_days: float | None
    ninetieth_days: float | None
    longest_days: float | None


def backlog(tasks: Iterable[Handled], now: datetime) -> Backlog:
    """What is open and late at `now` (M10); days of 24 hours since the deadline."""
    there = [task for task in tasks if not task.is_void and task.assigned <= now]
    still_open = [task for task in there if task.closed is None or task.closed > now]
    late = sorted(
        (now - task.due).total_seconds() / 86_400
        for task in still_open
        if task.due is not None and task.due < now
    )
    if not late:
        return Backlog(len(still_open), 0, None, None, None)
    return Backlog(
        len(still_open), len(late), _nearest(late, 0.5), _nearest(late, 0.9), late[-1]
    )  # fmt: skip


def _nearest(ordered: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of values does not exceed."""
    return ordered[max(0, int(np.ceil(share * len(ordered))) - 1)]


def mean_delay_days(tasks: Iterable[Handled], now: datetime) -> float | None:
    """Mean days past the deadline of tasks that were closed late (R07); None without one."""
    late = [
        (done - task.due).total_seconds() / 86_400
        for task in tasks
        if not task.is_void and task.closed is not None and task.closed <= now
        and task.due is not None and (done := task.finished or task.closed) > task.due
    ]  # fmt: skip
    return float(np.mean(late)) if late else None
