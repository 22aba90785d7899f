"""Writing in the outbox: call it inside the transaction that does what is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from urbanwork.office.ledger.models import Task, TaskEvent
from urbanwork.office.many import insert_many
from urbanwork.office.notices.kinds import KINDS
from urbanwork.office.notices.models import News


def news(
    kind: str, key: str, at: datetime, *, task: Task | int | None = None, by: int | None = None,
    **facts: Any,
) -> News:  # fmt: skip
    """A piece of news, not written yet.

    Args:
        kind: one of `kinds.KINDS`.
        key: what makes it one: telling it again under the same key tells nothing.
        at: when it happened.
        task: the task that it is of, or its id.
        by: id of the person who did it, who needs no notice of it.
        facts: numbers, ids, titles that its text needs; no personal data, no secrets.

    Raises:
        KeyError: there is no such kind.
    """
    KINDS[kind]
    number = task.pk if isinstance(task, Task) else task
    return News(kind=kind, key=key[:120], at=at, task_id=number, by_id=by, facts=facts)


def tell(told: Iterable[News]) -> int:
    """Write news in the outbox; those whose key is there already are left out. How many are new.

    Raises:
        RuntimeError: outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("news belong in the transaction of what they tell")
    rows = {each.key: each for each in told}
    known = set(News.objects.filter(key__in=rows).values_list("key", flat=True)) if rows else set()
    new = [each for key, each in rows.items() if key not in known]
    insert_many(News, ("key", "kind", "at", "task", "by", "facts"), [
        (each.key, each.kind, each.at, each.task_id, each.by_id, each.facts) for each in new
    ])  # fmt: skip
    return len(new)


def tell_of_event(task: Task, event: TaskEvent) -> None:
    """Tell of what was done to a task, where that is news for somebody."""
    kind = f"task.{event.action}"
    if kind in KINDS:
        tell([news(kind, f"event:{event.pk}", event.at, task=task, by=event.person_id)])
