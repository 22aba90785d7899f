"""After each act on a task: keep how it was handled, and ask the ladder again."""

from __future__ import annotations

from typing import Any

from urbanwork.office.ledger.acting import task_acted


def listen() -> None:
    """Begin to listen; once a process."""
    task_acted.connect(_acted, dispatch_uid="supervising")


def _acted(task: Any, event: Any, **_: Any) -> None:
    from urbanwork.office.ledger.history import state_of
    from urbanwork.office.rules import lifecycle
    from urbanwork.office.supervising.advising import advise
    from urbanwork.office.supervising.handlings import CHANGE_NOTHING, keep

    if event.action in CHANGE_NOTHING and event.deadline is None:
        return
    keep(task, state_of(task.events.all(), lifecycle()))
    advise([task.pk], event.at)
