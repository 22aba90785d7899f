"""The ledger as a list: what is wanted of what a post may see, a page at a time.

Pages are found by the place of the last row (keyset), so that page 1,000 costs what page 1 does.
Tasks without a deadline, or without people, come last. Counts stop at 1,000. Who reads only their
own tasks is answered from the rows of their bodies, which hold what lists filter and sort by: so
it does not matter how many tasks others have.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from urbanwork.office.ledger.lighting import relight_stale
from urbanwork.office.ledger.models import HELPER, Task, TaskArea, TaskBody
from urbanwork.office.ledger.visibility import own_parts, visible
from urbanwork.office.ledger.wanted import ALL, DONE, OPEN, Wanted
from urbanwork.office.ledger.word_index import having_words
from urbanwork.office.ledger.word_table import OPEN as OPEN_MARK
from urbanwork.office.ledger.word_table import Marks, area_mark, body_mark
from urbanwork.office.people.models import Body
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import lifecycle

PAGE: Final = 50
MOST: Final = 1_000
"""No list is counted farther than this."""
MARKS: Final = 30
"""A search is not narrowed by more bodies than these: to look each up would take longer."""
RUNNING: Final = ("registered", "assigned", "disputed", "in_progress")
"""States in which a deadline runs: what is submitted waits for others, what is paused stands."""
SHOWN: Final = (
    "id", "number", "title", "state", "is_open", "lead", "deadline", "light", "light_reason",
    "light_since", "light_next", "people", "weight", "visibility", "percent", "area",
    "registered", "report_due", "closed", "lead__name", "lead__name_en",
)  # fmt: skip
"""Columns that a list shows; texts and histories stay where they are."""
OF_PARTS: Final = frozenset({"is_open", "state", "light", "deadline"})
"""Columns of a task that the rows of its bodies have too."""


@dataclass(frozen=True)
class Page:
    """Rows of one page; `after` opens the next one, empty on the last."""

    rows: Sequence[Task]
    after: str


@dataclass(frozen=True)
class Found:
    """What is wanted of what a post may see: rows of tasks, or of the parts of bodies in them.

    `known` is how many tasks there are, or at least, where the index over words has told.
    """

    rows: QuerySet[Any]
    is_of_parts: bool
    known: int | None = None

    @property
    def key(self) -> str:
        """The column with the id of the task."""
        return "task_id" if self.is_of_parts else "id"

    @property
    def scanned(self) -> str:
        """The same for a condition by which SQLite must not begin: it would take every task of an
        area, say, and look each up, where reading an index in the order of the list is quicker.
        """
        return "scanned" if connection.vendor == "sqlite" else self.key

    def name(self, column: str) -> str:
        """How a column of the task is called from these rows."""
        return f"task__{column}" if self.is_of_parts and column not in OF_PARTS else column

    @property
    def tasks(self) -> QuerySet[Task]:
        """The tasks themselves, each once, in no order."""
        if not self.is_of_parts:
            return self.rows
        return Task.objects.filter(pk__in=self.rows.values("task"))

    def ids(self, *columns: str) -> QuerySet[Any, Any]:
        """Ids of the tasks with columns beside, each once."""
        listed = self.rows.values_list(self.key, *columns)
        return listed.distinct() if self.is_of_parts else listed


def found(rights: Rights | None, wanted: Wanted) -> Found:
    """All tasks that are wanted, of those that the post may see."""
    is_of_parts = rights is not None and not rights.reads_all
    start: QuerySet[Any] = visible(rights)
    if is_of_parts and rights is not None:
        start = own_parts(rights)
    start = start.alias(scanned=F(Found(start, is_of_parts).key) + 0)
    seen = Found(start, is_of_parts)
    rows, known = start.filter(*_conditions(seen, wanted, rights)), None
    if wanted.words:
        having = having_words(
            wanted.words, marks_of(wanted, rights), seen.key, seen.scanned, seen.name("sought")
        )
        rows = rows.filter(having.condition)
        if (having.is_whole or having.count > MOST) and _says_all(wanted, rights):
            known = having.count
    return Found(rows, is_of_parts, known)


def _conditions(seen: Found, wanted: Wanted, rights: Rights | None) -> Iterator[Any]:
    now = timezone.now()
    yield from (_state(wanted.state), _light(wanted.light), _deadline(wanted, now))
    for column in ("point", "source", "indicator", "weight"):
        if value := getattr(wanted, column):
            yield Q(**{seen.name(column): value})
    if wanted.owes:
        yield Q(**{f"{seen.name('report_due')}__lt": now})
    if wanted.lead is not None:
        yield Q(**{f"{seen.name('lead')}__in": _below(wanted.lead)})
    if wanted.helper is not None:
        parts = TaskBody.objects.filter(body__in=_below(wanted.helper), part=HELPER)
        yield Q(**{f"{seen.scanned}__in": parts.values("task_id")})
    if wanted.area:
        there = TaskArea.objects.filter(area=wanted.area)
        yield Q(**{f"{seen.scanned}__in": there.values("task_id")})
    if wanted.mine and rights is not None:
        handled = Task.objects.filter(handler=rights.person).values("id")
        mine = handled.union(Task.objects.filter(leader=rights.person).values("id"))
        yield Q(**{f"{seen.scanned if seen.is_of_parts else seen.key}__in": mine})


def marks_of(wanted: Wanted, rights: Rights | None) -> Marks:
    """What the index over words knows of the tasks that are wanted and may be seen."""
    marks: list[list[str]] = []
    if wanted.state != ALL and (wanted.state == OPEN or _is_open(wanted.state)):
        marks.append([OPEN_MARK])
    if wanted.area:
        marks.append([area_mark(wanted.area)])
    if rights is not None and not rights.reads_all:
        marks.append([body_mark(each) for each in sorted(rights.bodies)])
    for body in (wanted.lead, wanted.helper):
        if body is not None and (below := _below(body)):
            marks.append([body_mark(each) for each in below])
    return [each for each in marks if len(each) <= MARKS]


def _is_open(state: str) -> bool:
    known = lifecycle().states.get(state)
    return known is not None and known.is_open


def _says_all(wanted: Wanted, rights: Rights | None) -> bool:
    """Whether words and marks say all that is wanted, and all that the post may see."""
    others = replace(wanted, q="", sort=Wanted.sort, area="", state=Wanted.state)
    if rights is None or others != Wanted() or wanted.state not in (OPEN, ALL):
        return False
    if not rights.reads_all:
        return len(rights.bodies) <= MARKS
    return rights.reads_restricted and not rights.areas and not rights.fields


def _below(body: int) -> list[int]:
    """A body and all below it; none where there is no such body."""
    path = Body.objects.filter(pk=body).values_list("path", flat=True).first()
    if path is None:
        return []
    return list(Body.objects.filter(path__startswith=path).values_list("pk", flat=True))


def _state(state: str) -> Q:
    """Of a state. Whether open is asked with IN: SQLite uses no index for a bare boolean."""
    broad = {OPEN: Q(is_open__in=[True]), DONE: Q(is_open__in=[False]), ALL: Q()}
    return broad.get(state, Q(state=state))


def _light(light: str) -> Q:
    """Of a light. Who has one is open: said again, for the index over lights begins with that."""
    if not light:
        return Q()
    return Q(light__isnull=True) if light == "none" else Q(light=light, is_open__in=[True])


def _deadline(wanted: Wanted, now: datetime) -> Q:
    asked = Q()
    if wanted.begin is not None:
        asked &= Q(deadline__gte=_midnight(wanted.begin))
    if wanted.end is not None and wanted.end < date.max:
        asked &= Q(deadline__lt=_midnight(wanted.end + timedelta(days=1)))
    if wanted.overdue:
        asked &= Q(deadline__lt=now, state__in=RUNNING)
    return asked


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def counted(seen: Found) -> int:
    """How many there are, up to one more than `MOST`."""
    if seen.known is not None:
        return min(seen.known, MOST + 1)
    return len(seen.ids().order_by()[: MOST + 1])


def page_of(seen: Found, sort: str, after: str = "", size: int = PAGE) -> Page:
    """One page of what was found, in an order.

    Raises:
        ValueError: `after` is none of ours.
    """
    places = list(_from(seen, sort, after, size + 1))
    by_id = (
        Task.objects.select_related("lead").only(*SHOWN).in_bulk([at for at, _ in places[:size]])
    )
    rows = [by_id[at] for at, _ in places[:size] if at in by_id]
    relight_stale(rows, timezone.now())
    return Page(rows, _said(*places[size - 1]) if len(places) > size else "")


Place = tuple[int, Any]
"""Id of a task, and what the list is sorted by."""


def _from(seen: Found, sort: str, after: str, size: int) -> Iterator[Place]:
    """Places from one on: first those that have what is sorted by, then those that have not."""
    at = _read(after, sort) if after else None
    if sort == "newest":
        rows = seen.rows if at is None else seen.rows.filter(**{f"{seen.key}__lt": at[0]})
        newest = Found(rows, seen.is_of_parts).ids().order_by(f"-{seen.key}")[:size]
        yield from ((pk, None) for (pk,) in newest)
        return
    column, taken = seen.name(sort), 0
    if at is None or at[1] is not None:
        for place in _sorted(seen, column, at, is_falling=sort == "people")[:size]:
            taken += 1
            yield place
    if taken < size:
        rest = seen.rows.filter(**{f"{column}__isnull": True})
        if at is not None and at[1] is None:
            rest = rest.filter(**{f"{seen.key}__gt": at[0]})
        without = Found(rest, seen.is_of_parts).ids().order_by(seen.key)
        yield from ((pk, None) for (pk,) in without[: size - taken])


def _sorted(
    seen: Found, column: str, at: Place | None, *, is_falling: bool
) -> QuerySet[Any, Place]:
    """By deadline, soonest first; by people concerned, most first."""
    sign, beyond = ("-", "lt") if is_falling else ("", "gt")
    rows = seen.rows.filter(**{f"{column}__isnull": False})
    if at is not None:
        pk, value = at
        rows = rows.filter(
            Q(**{f"{column}__{beyond}": value}) | Q(**{column: value, f"{seen.key}__gt": pk}),
            **{f"{column}__{beyond}e": value},
        )
    return Found(rows, seen.is_of_parts).ids(column).order_by(f"{sign}{column}", seen.key)


def _said(pk: int, value: Any) -> str:
    plain = value.isoformat() if isinstance(value, datetime) else value
    return urlsafe_b64encode(json.dumps([plain, pk]).encode()).decode()


def _read(after: str, sort: str) -> Place:
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
    return pk, value
