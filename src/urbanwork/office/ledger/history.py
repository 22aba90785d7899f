"""From rows of events to the state that `supervision` folds out of them."""

from __future__ import annotations

from collections.abc import Iterable

from urbanwork.office.ledger.models import TaskEvent
from urbanwork.supervision.lifecycle_table import Lifecycle
from urbanwork.supervision.tasks import Actor, Event, Task, task_of


def event_of(row: TaskEvent) -> Event:
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
    )


def state_of(rows: Iterable[TaskEvent], table: Lifecycle) -> Task:
    """The state of a task by the rows of its events."""
    return task_of(map(event_of, rows), table)
