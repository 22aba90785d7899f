"""From rows of events to the state that `supervision` folds out of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import make_dataclass
from datetime import datetime
from itertools import starmap
from typing import Any, Final, Protocol

from urbanwork.office.ledger.models import TaskEvent
from urbanwork.office.rules import lifecycle
from urbanwork.office.statements import Question
from urbanwork.supervision.lifecycle_table import Lifecycle
from urbanwork.supervision.tasks import Actor, Event, Task, task_of

COLUMNS: Final = (
    "action", "at", "person_id", "body_id", "role", "lead_id", "helpers", "deadline", "reason",
    "evidence", "approval", "reached",
)  # fmt: skip
"""Columns of an event that the fold looks at."""


class Recorded(Protocol):
    """An event of the ledger: a row of the model, or its `COLUMNS` by name."""

    action: str
    at: datetime
    person_id: int
    body_id: int
    role: str
    lead_id: int | None
    helpers: Any
    deadline: datetime | None
    reason: str
    evidence: Any
    approval: str
    reached: str | None


def event_of(row: Recorded) -> Event:
    """The event that a row holds."""
    return Event(
        action=row.action,
        at=row.at,
        by=Actor(str(row.person_id), str(row.body_id), row.role),
        lead=None if row.lead_id is None else str(row.lead_id),
        helpers=tuple(str(each) for each in row.helpers),
        deadline=row.deadline,
        reason=row.reason,
        evidence=tuple(row.evidence),
        approval=row.approval,
        reached=row.reached or "",
    )


def state_of(rows: Iterable[Recorded], table: Lifecycle) -> Task:
    """The state of a task by the rows of its events."""
    return task_of(map(event_of, rows), table)


_Past: Any = make_dataclass("_Past", COLUMNS)
_rows_of = Question(
    lambda task: TaskEvent.objects.filter(task=task).order_by("number").values_list(*COLUMNS)
)


def past(task_id: int) -> Task:
    """The state of a task by its events, of which only what counts is read."""
    return state_of(starmap(_Past, _rows_of(task_id)), lifecycle())
