"""After each act on a task: write in the outbox, in the same transaction."""

from __future__ import annotations

from typing import Any

from urbanwork.office.ledger.acting import task_acted


def listen() -> None:
    """Begin to listen; once a process."""
    task_acted.connect(_acted, dispatch_uid="notices")


def _acted(task: Any, event: Any, **_: Any) -> None:
    from urbanwork.office.notices.telling import tell_of_event

    tell_of_event(task, event)
