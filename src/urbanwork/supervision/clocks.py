"""Clocks of tasks: a limit that runs in working time and stands still in approved pauses (缓办)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from urbanwork.errors import UserError
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.quantities.timelines import Instants, Timeline
from urbanwork.quantities.working_time import Limit, WorkingTime, seconds

Span = tuple[datetime, datetime | None]
"""From when until when; open where the second is None."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the clock stands; open while `end` is None. `approval` names the decision."""

    begin: datetime
    end: datetime | None
    approval: str

    def __post_init__(self) -> None:
        if not self.approval.strip():
            raise UserError(f"a pause from {self.begin} has no approval; name who approved it")
        if self.end is not None and self.end < self.begin:
            raise UserError(f"a pause ends at {self.end}, before it begins at {self.begin}")


@dataclass(frozen=True, slots=True)
class Clock:
    """When a limit begins, how long it is, and when it stands still."""

    start: datetime
    limit: Limit
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """Until when. `at` is None while the clock stands: then `seconds_left` wait for its end."""

    at: datetime | None
    paused_since: datetime | None
    seconds_left: int | None
    warning: Bilingual | None


def due(clock: Clock, time: WorkingTime) -> Due:
    """The deadline of one clock; see `due_many`."""
    return due_many([clock], time)[0]


def due_many(clocks: Sequence[Clock], time: WorkingTime) -> list[Due]:
    """The deadlines of clocks, in their order.

    deadline = the first time by which (time that counts since the start) − (time that counts in
    pauses) reaches the limit; a limit of days ends with a day. Pauses that overlap count once.

    Raises:
        UserError: a time has no zone, or lies outside the years that are prepared.
    """
    found: dict[int, Due] = {}
    by_limit: dict[Limit, list[int]] = {}
    for place, clock in enumerate(clocks):
        by_limit.setdefault(clock.limit, []).append(place)
    for limit, places in by_limit.items():
        answers = _of_one_limit([clocks[place] for place in places], limit, time)
        found.update(zip(places, answers, strict=True))
    return [found[place] for place in range(len(clocks))]


def put_off(deadline: datetime, start: datetime, pauses: Sequence[Pause], time: WorkingTime) -> Due:
    """A deadline that was set as a date, later by the hours of work that pauses since `start` took.

    Raises:
        UserError: a time has no zone, or lies outside the years that are prepared.
    """
    spans, line = [merged(pauses)], time.work
    origins, targets = line.position(seconds([start])), line.position(seconds([deadline]))
    wanted, left = targets.copy(), np.full(1, -1, np.int64)
    _put_off(targets, left, origins, spans, line)
    is_moved = bool(targets[0] > wanted[0])
    at = max(deadline, time.local(int(line.instant(targets)[0]))) if is_moved else deadline
    clock = Clock(start, Limit(0, "working_hours"))
    return _due(time, clock, int(seconds([at])[0]), int(left[0]), spans[0])


def merged(pauses: Sequence[Pause]) -> list[Span]:
    """Pauses in order and apart; what follows an open one is part of it.

    >>> day = lambda d: datetime(2026, 3, d)
    >>> spans = merged([Pause(day(5), day(9), "2"), Pause(day(2), day(6), "1")])
    >>> [(begin.day, end.day) for begin, end in spans]
    [(2, 9)]
    """
    spans: list[Span] = []
    for each in sorted(pauses, key=lambda pause: pause.begin):
        begin, end = spans[-1] if spans else (each.begin, each.begin)
        if spans and (end is None or each.begin <= end):
            spans[-1] = begin, None if end is None or each.end is None else max(end, each.end)
        else:
            spans.append((each.begin, each.end))
    return spans


def _of_one_limit(clocks: Sequence[Clock], limit: Limit, time: WorkingTime) -> list[Due]:
    starts = seconds([clock.start for clock in clocks])
    spans = [merged(clock.pauses) for clock in clocks]
    origins = time.target(starts, Limit(0, limit.unit))
    targets, left = time.target(starts, limit), np.full(starts.shape, -1, np.int64)
    line = time.timeline(limit.unit)
    _put_off(targets, left, origins, spans, line)
    ends = line.end_of_day(targets) if limit.is_of_days else targets
    at = time.reached(starts, ends, limit.unit)
    return [
        _due(time, clock, int(at[row]), int(left[row]), spans[row])
        for row, clock in enumerate(clocks)
    ]


def _put_off(
    targets: Instants,
    left: Instants,
    origins: Instants,
    spans: Sequence[Sequence[Span]],
    line: Timeline,
) -> None:
    """Move the targets by what pauses took before them; `left` is set where one is still open."""
    for turn in range(max(map(len, spans), default=0)):
        rows = [row for row, span in enumerate(spans) if len(span) > turn]
        stands, lost = _lost([spans[row][turn] for row in rows], origins[rows], line)
        matters = stands < targets[rows]
        is_open = np.array([spans[row][turn][1] is None for row in rows])
        left[rows] = np.where(matters & is_open, targets[rows] - stands, left[rows])
        targets[rows] += np.where(matters, lost, 0)


def _lost(
    spans: Sequence[Span], origins: Instants, line: Timeline
) -> tuple[Instants, Instants]:  # fmt: skip
    """Where on the timeline each pause begins, and what it takes; an open one takes nothing yet."""
    begins = np.maximum(line.position(seconds([begin for begin, _ in spans])), origins)
    ends = line.position(seconds([begin if end is None else end for begin, end in spans]))
    return begins, np.maximum(ends - begins, 0)


def _due(time: WorkingTime, clock: Clock, end: int, left: int, spans: Sequence[Span]) -> Due:
    if left >= 0:
        return Due(None, spans[-1][0], left, None)
    at = time.local(end)
    return Due(at, None, None, time.warning(clock.start, at))
