"""How tasks were handled, a row each: the fold of their events, kept for rates and ladder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from urbanwork.office.ledger.history import COLUMNS, Recorded, state_of
from urbanwork.office.ledger.models import Task, TaskEvent
from urbanwork.office.rules import lifecycle, working_time
from urbanwork.office.supervising.models import Handling
from urbanwork.supervision import tasks as pure
from urbanwork.supervision.rates import handled

CHANGE_NOTHING: Final = frozenset({"register", "report", "verify", "archive"})
"""Actions after which a task is handled as it was before: no need to fold its events again."""
STANDS_STILL: Final = ("paused", "submitted", "verified")
"""States in which the clock of the body does not run: work that is submitted waits for others."""
_ANSWERS: Final = frozenset({"pause", "decline_pause", "resume", "submit", "void", "reopen"})
KEPT: Final = (
    "body", "person", "assigned", "first_due", "due", "finished", "closed", "submissions",
    "reworks", "returns", "is_void", "has_pauses", "paused", "pause_asked",
)  # fmt: skip


def handling_of(task: Task, state: pure.Task) -> Handling | None:
    """What rates count of a task, not saved; None before it was first assigned."""
    found = handled(state, working_time())
    if found is None:
        return None
    return Handling(
        task_id=task.pk,
        body_id=task.lead_id,
        person_id=task.handler_id,
        assigned=found.assigned,
        first_due=found.first_due,
        due=found.due,
        finished=found.finished,
        closed=found.closed,
        submissions=found.submissions,
        reworks=found.reworks,
        returns=found.returns,
        is_void=found.is_void,
        has_pauses=bool(state.pauses),
        paused=next((each.begin for each in state.pauses if each.end is None), None),
        pause_asked=asked_pause(state),
    )


def asked_pause(state: pure.Task) -> datetime | None:
    """When a pause was asked for that nobody has decided on."""
    for event in reversed(state.events):
        if event.action in _ANSWERS:
            return None
        if event.action == "request_pause":
            return event.at
    return None


def keep(task: Task, state: pure.Task) -> None:
    """Keep how a task is handled, as its events now tell."""
    _save([made] if (made := handling_of(task, state)) is not None else [])


def keep_many(task_ids: Collection[int]) -> None:
    """Keep how tasks are handled, folded from the rows of their events."""
    states = states_of(task_ids)
    tasks = Task.objects.filter(pk__in=task_ids).only("pk", "lead", "handler")
    made = (handling_of(task, states[task.pk]) for task in tasks)
    _save([each for each in made if each is not None])


def _save(rows: Iterable[Handling]) -> None:
    Handling.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["task"], update_fields=KEPT
    )


def states_of(task_ids: Collection[int], *, before: datetime | None = None) -> dict[int, pure.Task]:
    """The states of tasks, by id; one query. With `before`, by what was done before a moment."""
    rows: dict[int, list[Recorded]] = defaultdict(list)
    events = TaskEvent.objects.filter(task_id__in=task_ids).order_by("task_id", "number")
    events = events if before is None else events.filter(at__lt=before)
    for row in events.values_list("task_id", *COLUMNS, named=True):
        rows[row.task_id].append(row)
    return {each: state_of(rows[each], lifecycle()) for each in task_ids}
