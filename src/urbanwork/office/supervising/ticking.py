"""The tick: what time alone changes. Lights, advice of the ladder, notices that become due.

Only tasks whose next moment has passed need work, or all of them once the rules changed or the
clock of the machine went back. Doing it again at the same time changes nothing. It works in
batches, each in a transaction of its own: writers wait for one batch at most, and a tick that was
cut off goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from urbanwork.office.audit.record import record
from urbanwork.office.ledger.models import Task
from urbanwork.office.notices.models import News
from urbanwork.office.notices.telling import news, tell
from urbanwork.office.rules import fingerprint, lights
from urbanwork.office.supervising import becoming_due
from urbanwork.office.supervising.advising import advise
from urbanwork.office.supervising.handlings import STANDS_STILL, keep_many
from urbanwork.office.supervising.models import Advice, Handling, Tick
from urbanwork.office.supervising.relighting import Relit, relight_many

BATCH: Final = 500
BREATH: Final = 0.002
"""Seconds between batches: the lock of SQLite goes to whoever asks first, not to who waits."""


@dataclass
class Ticked:
    """What one run did. Nothing of it where it was run before at the same time."""

    looked_at: int = 0
    relit: int = 0
    advised: int = 0
    told: int = 0
    seconds: float = 0.0


def tick(now: datetime | None = None, *, nightly: bool = False) -> Ticked:
    """Bring lights, advice and notices up to a moment, else to now.

    nightly: also look for reports that are due, orders and documents whose time runs out, and tell
    those who decide how many steps are new.
    """
    begin, at = time.monotonic(), now or timezone.now()
    last = Tick.objects.last()
    is_full = last is None or last.rules != fingerprint() or at < last.at
    done = Ticked()
    if is_full:
        _keep_missing()
    for ids in _batches(_all_open() if is_full else _due(at, nightly)):
        with transaction.atomic():
            _one_batch(ids, at, done)
    for ids in _batches(_to_advise(at, is_full, nightly)):
        with transaction.atomic():
            _lock(ids)
            done.advised += _recorded(advise(ids, at), ids)
    if nightly:
        done.told += becoming_due.tell_all(at)
    done.seconds = time.monotonic() - begin
    _note(done, at, last, nightly)
    return done


def _all_open() -> QuerySet[Task, int]:
    running = Task.objects.filter(is_open=True).exclude(state__in=STANDS_STILL)
    return running.order_by("id").values_list("id", flat=True)


def _due(now: datetime, nightly: bool) -> QuerySet[Task, int]:
    """A rule holds once its moment has passed, so that the moment itself is not past yet.

    By night also lights of a time to come, lit while the clock of the machine ran ahead.
    """
    due = Q(light_next__lt=now)
    if nightly:
        due |= Q(is_open=True, light_since__gt=now)
    return Task.objects.filter(due).order_by("id").values_list("id", flat=True)


def _to_advise(now: datetime, is_full: bool, nightly: bool) -> QuerySet[Handling, int]:
    stands = Advice.objects.filter(ended__isnull=True)
    wanted = Q(look_again__lt=now)
    if is_full:
        wanted = Q(task__is_open=True) | Q(task__in=stands.values("task"))
    elif nightly:
        wanted |= Q(task__in=stands.filter(late_since__gt=now).values("task"))
    return Handling.objects.filter(wanted).order_by("task_id").values_list("task_id", flat=True)


def _batches(ids: QuerySet[Task, int] | QuerySet[Handling, int]) -> Iterator[list[int]]:
    """Ids in batches. All are read first: a batch changes what the query would find after it."""
    rest = iter(list(ids))
    while batch := list(islice(rest, BATCH)):
        yield batch
        time.sleep(BREATH)


def _lock(ids: Sequence[int]) -> None:
    """Lock tasks, in the order of all: who acts on one locks it first, then what hangs on it."""
    list(Task.objects.select_for_update().filter(pk__in=ids).order_by("id").values_list("id"))


def _keep_missing() -> None:
    """Fold tasks that came in without being listened to, such as those of a ledger read at once."""
    missing = Task.objects.filter(handling__isnull=True, first_deadline__isnull=False)
    for ids in _batches(missing.order_by("id").values_list("id", flat=True)):
        with transaction.atomic():
            keep_many(ids)


def _one_batch(ids: Sequence[int], now: datetime, done: Ticked) -> None:
    looked_at, relit = relight_many(ids, now)
    done.looked_at += looked_at
    done.relit += _recorded(len(relit), ids)
    done.told += tell(_news_of([each for each in relit if each.is_other], now))


def _news_of(changed: Sequence[Relit], now: datetime) -> list[News]:
    """A light that became more severe than the mildest is news; once for each colour and moment."""
    mildest = lights().lights[0]
    lit = ((each.task, each.light) for each in changed)
    return [
        news(f"light.{light.colour}", f"light:{task}:{light.colour}:{since:.0f}", now, task=task)
        for task, light in lit
        if light.colour not in (None, mildest)
        and (since := light.since.timestamp() if light.since else 0.0)
    ]


def _recorded(count: int, ids: Sequence[int]) -> int:
    if count:
        facts = {"changed": count, "first": ids[0], "last": ids[-1]}
        record("supervision.tick", "office", facts, actor="system")
    return count


def _note(done: Ticked, at: datetime, last: Tick | None, nightly: bool) -> None:
    """Keep a row of what changed something, and of every night."""
    is_usual = last is not None and last.rules == fingerprint() and last.at <= at
    if is_usual and not (nightly or done.relit or done.advised or done.told):
        return
    Tick.objects.create(
        at=at, rules=fingerprint(), is_nightly=nightly, relit=done.relit, advised=done.advised,
        told=done.told, seconds=round(done.seconds, 3),
    )  # fmt: skip
