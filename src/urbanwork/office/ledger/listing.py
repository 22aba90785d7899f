"""The ledger as a list: what is wanted of what a post may see, a page at a time.

Pages are found by the place of the last row (keyset), so that page 1,000 costs what page 1 does.
Tasks without a deadline, or without people, come last. Counts stop at 1,000.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from urbanwork.office.ledger.lighting import relight_stale
from urbanwork.office.ledger.models import HELPER, Task, TaskArea, TaskBody
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.ledger.wanted import ALL, DONE, OPEN, Wanted
from urbanwork.office.ledger.word_index import with_words
from urbanwork.office.people.models import Body
from urbanwork.office.people.rights import Rights

PAGE: Final = 50
MOST: Final = 1_000
"""No list is counted farther than this."""
RUNNING: Final = ("registered", "assigned", "disputed", "in_progress")
"""States in which a deadline runs: what is submitted waits for others, what is paused stands."""
SHOWN: Final = (
    "id", "number", "title", "state", "is_open", "lead", "deadline", "light", "light_reason",
    "light_since", "light_next", "people", "weight", "visibility", "percent", "area",
    "registered", "report_due", "closed",
)  # fmt: skip
"""Columns that a list shows; texts and histories stay where they are."""


@dataclass(frozen=True)
class Page:
    """Rows of one page; `after` opens the next one, empty on the last."""

    rows: Sequence[Task]
    after: str


def found(rights: Rights | None, wanted: Wanted) -> QuerySet[Task]:
    """All tasks that are wanted, of those that the post may see, in no order."""
    now = timezone.now()
    tasks = visible(rights, _ours(wanted, now)).filter(_of_row(wanted, now))
    if wanted.lead is not None:
        tasks = tasks.filter(lead__in=_below(wanted.lead))
    if wanted.helper is not None:
        helped = TaskBody.objects.filter(body__in=_below(wanted.helper), part=HELPER)
        tasks = tasks.filter(pk__in=helped.values("task"))
    if wanted.area:
        there = TaskArea.objects.filter(area=wanted.area)
        tasks = tasks.filter(pk__in=there.values("task"))
    if wanted.mine and rights is not None:
        tasks = tasks.filter(Q(handler=rights.person) | Q(leader=rights.person))
    return with_words(tasks, wanted.words)


def _below(body: int) -> list[int]:
    """A body and all below it; none where there is no such body."""
    path = Body.objects.filter(pk=body).values_list("path", flat=True).first()
    if path is None:
        return []
    return list(Body.objects.filter(path__startswith=path).values_list("pk", flat=True))


def _ours(wanted: Wanted, now: datetime) -> Q:
    """What can be told of a task by the row of its body, which has these columns too."""
    return _state(wanted.state) & _light(wanted.light) & _deadline(wanted, now)


def _of_row(wanted: Wanted, now: datetime) -> Q:
    asked = _ours(wanted, now)
    for name in ("point", "source", "indicator", "weight"):
        if value := getattr(wanted, name):
            asked &= Q(**{name: value})
    if wanted.owes:
        asked &= Q(report_due__lt=now)
    return asked


def _state(state: str) -> Q:
    broad = {OPEN: Q(is_open=True), DONE: Q(is_open=False), ALL: Q()}
    return broad.get(state, Q(state=state))


def _light(light: str) -> Q:
    if not light:
        return Q()
    return Q(light__isnull=True) if light == "none" else Q(light=light)


def _deadline(wanted: Wanted, now: datetime) -> Q:
    asked = Q()
    if wanted.begin is not None:
        asked &= Q(deadline__gte=_midnight(wanted.begin))
    if wanted.end is not None and wanted.end.year < 9999:
        asked &= Q(deadline__lt=_midnight(wanted.end + timedelta(days=1)))
    if wanted.overdue:
        asked &= Q(deadline__lt=now, state__in=RUNNING)
    return asked


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def counted(tasks: QuerySet[Task]) -> int:
    """How many there are, up to one more than `MOST`."""
    return len(tasks.order_by().values_list("pk", flat=True)[: MOST + 1])


def page_of(tasks: QuerySet[Task], sort: str, after: str = "", size: int = PAGE) -> Page:
    """One page of tasks in an order.

    Raises:
        ValueError: `after` is none of ours.
    """
    rows = list(_from(tasks.select_related("lead").only(*SHOWN, *_LEAD), sort, after, size + 1))
    more = len(rows) > size
    rows = rows[:size]
    relight_stale(rows, timezone.now())
    return Page(rows, _place(rows[-1], sort) if more else "")


_LEAD = ("lead__name", "lead__name_en")


def _from(tasks: QuerySet[Task], sort: str, after: str, size: int) -> Iterator[Task]:
    """Rows from a place on: first those that have what is sorted by, then those that have not."""
    at = _read(after, sort) if after else None
    if sort == "newest":
        following = tasks if at is None else tasks.filter(pk__lt=at[1])
        yield from following.order_by("-pk")[:size]
        return
    taken = 0
    if at is None or at[0] is not None:
        for task in _sorted(tasks.filter(**{f"{sort}__isnull": False}), sort, at)[:size]:
            taken += 1
            yield task
    if taken < size:
        rest = tasks.filter(**{f"{sort}__isnull": True})
        if at is not None and at[0] is None:
            rest = rest.filter(pk__gt=at[1])
        yield from rest.order_by("pk")[: size - taken]


def _sorted(tasks: QuerySet[Task], sort: str, at: tuple[Any, int] | None) -> QuerySet[Task]:
    """By deadline, soonest first; by people concerned, most first."""
    sign, beyond = ("-", "lt") if sort == "people" else ("", "gt")
    if at is not None:
        value, pk = at
        tasks = tasks.filter(**{f"{sort}__{beyond}e": value}).exclude(
            Q(**{sort: value}, pk__lte=pk)
        )
    return tasks.order_by(f"{sign}{sort}", "pk")


def _place(task: Task, sort: str) -> str:
    value = None if sort == "newest" else getattr(task, sort)
    said = value.isoformat() if isinstance(value, datetime) else value
    return urlsafe_b64encode(json.dumps([said, task.pk]).encode()).decode()


def _read(after: str, sort: str) -> tuple[Any, int]:
    """The place that an address names.

    Raises:
        ValueError: it is none of ours.
    """
    try:
        value, pk = json.loads(urlsafe_b64decode(after.encode()))
        if value is not None and sort == "deadline":
            value = datetime.fromisoformat(value)
            if value.tzinfo is None:
                raise ValueError
        elif value is not None:
            value = float(value)
    except (ValueError, TypeError, RecursionError) as fault:
        raise ValueError(f"no place in this list: '{after[:40]}'") from fault
    if not isinstance(pk, int) or not 0 <= pk < 2**63:
        raise ValueError(f"no place in this list: '{after[:40]}'")
    return value, pk
