"""The rhythm of reports: until when the next one is due, and who owes one since when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from urbanwork.quantities.working_time import Limit, WorkingTime
from urbanwork.supervision.clocks import Clock, Pause, due
from urbanwork.supervision.tasks import Task

REPORTING = "in_progress"
"""The state in which reports are owed: before, nobody has accepted; later, others act."""


def next_report(
    began: datetime | None, every_days: int | None, pauses: Sequence[Pause], time: WorkingTime
) -> datetime | None:
    """When the report after `began` is due; None where none is asked for or the clock stands.

    `began` is the last report, else the moment of acceptance. Days are those of the calendar; a
    last day that is off gives way to the next working day. Pauses put it off.
    """
    if began is None or not every_days:
        return None
    limit = Limit(every_days, "calendar_days")
    later = tuple(each for each in pauses if each.end is None or each.end > began)
    return due(Clock(began, limit, later), time).at


def report_due(state: Task, every_days: int | None, time: WorkingTime) -> datetime | None:
    """When the next report on a task is due, by its events; None outside work in progress.

    >>> from urbanwork.quantities.calendars import OFFICE, working_days
    >>> report_due(Task(), 7, WorkingTime(working_days(OFFICE))) is None
    True
    """
    if state.state != REPORTING:
        return None
    starts = ("accept", "report", "rework", "reopen")
    began = next((each.at for each in reversed(state.events) if each.action in starts), None)
    return next_report(began, every_days, state.pauses, time)
