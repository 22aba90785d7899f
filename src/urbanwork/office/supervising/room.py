"""What the room of supervision shows: what is recommended, what stands, where it hangs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.people.models import Body
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import calendar_warning, ladder, lights, working_time
from urbanwork.office.supervising.models import Advice, Handling, Order, Tick
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.orders import Order as PureOrder
from urbanwork.supervision.orders import recommend_for_body

MOST: Final = 10
ALL: Final = 300
PER_BODY: Final = 12


@dataclass(frozen=True)
class Some:
    """The first rows of a list, and whether there are more."""

    rows: list[Any]
    is_more: bool


@dataclass(frozen=True)
class BodyCalls:
    """What all orders that one body received call for."""

    body: Body
    step: Bilingual
    reason: Bilingual


@dataclass(frozen=True)
class BodyLights:
    """Open tasks of one lead body by light."""

    body: Body
    total: int
    lights: list[tuple[str, int]]


@dataclass(frozen=True)
class Room:
    """The whole room, as one post may see it."""

    advice: Some
    steps: list[tuple[Bilingual, int]]
    orders: Some
    calls: list[BodyCalls]
    lights: list[tuple[str, int]]
    bodies: list[BodyLights]
    overdue: Some
    asked: Some
    paused: Some
    warnings: list[Bilingual]
    ticked: Tick | None
    now: datetime


def room_of(rights: Rights, most: int = MOST) -> Room:
    """The room for a post, with so many rows of each list."""
    seen = visible(rights)
    advice = Advice.objects.filter(ended__isnull=True, task__in=seen.filter(is_open=True))
    counted = _by_light(seen)
    return Room(
        advice=_some(_with_task(advice).order_by("late_since", "pk"), most),
        steps=_steps(advice),
        orders=_some(
            _with_task(_standing(seen)).order_by(F("until").asc(nulls_last=True), "pk"), most
        ),
        calls=_calls(seen),
        lights=_lights_of(sum(counted.values(), Counter[str]())),
        bodies=_bodies(counted),
        overdue=_some(_overdue(seen), most),
        asked=_some(_pauses(seen, "pause_asked"), most),
        paused=_some(_pauses(seen, "paused"), most),
        warnings=warnings(seen),
        ticked=Tick.objects.last(),
        now=timezone.now(),
    )


def _some(rows: QuerySet[Any], most: int) -> Some:
    found = list(rows[: most + 1])
    return Some(found[:most], len(found) > most)


def _with_task(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("task", "task__lead")


def _steps(advice: QuerySet[Advice]) -> list[tuple[Bilingual, int]]:
    counts = dict(advice.order_by().values_list("step").annotate(Count("pk")))
    return [(step.title, counts[name]) for name, step in ladder().steps.items() if name in counts]


def _standing(seen: QuerySet[Task]) -> QuerySet[Order]:
    return Order.objects.filter(
        is_standing=True, is_done=False, task__in=seen.filter(is_open=True)
    ).select_related("body")


def _calls(seen: QuerySet[Task]) -> list[BodyCalls]:
    """Bodies whose orders in a row, over all their matters, call for a talk."""
    steps = [name for name, step in ladder().steps.items() if step.repeats > 1]
    since = timezone.now() - timedelta(days=365)
    rows = Order.objects.filter(
        is_void=False, issued__gte=since, body__isnull=False, task__in=seen
    ).select_related("body")
    by_body: dict[Body, list[Order]] = {}
    for row in rows.order_by("issued"):
        if row.body is not None:
            by_body.setdefault(row.body, []).append(row)
    found = []
    for body, orders in by_body.items():
        if not steps or orders[-1].step not in steps:
            continue
        called = recommend_for_body(map(_pure, orders), ladder())
        if called.step is not None:
            found.append(BodyCalls(body, ladder().steps[called.step].title, called.reason))
    return found


def _pure(order: Order) -> PureOrder:
    return PureOrder(
        order.step, order.issued, str(order.by_id), order.until, order.reason,
        order.is_done, order.is_void, order.is_appealed,
    )  # fmt: skip


def _by_light(seen: QuerySet[Task]) -> dict[int | None, Counter[str]]:
    """Open tasks by lead body and light, counted by the database."""
    found: dict[int | None, Counter[str]] = {}
    rows = seen.filter(is_open=True).order_by().values_list("lead", "light")
    for lead, light, count in rows.annotate(number=Count("pk")):
        found.setdefault(lead, Counter())[light or ""] += count
    return found


def _lights_of(counts: Counter[str]) -> list[tuple[str, int]]:
    """Lights from the most severe to the mildest, then those without."""
    return [(each, counts[each]) for each in (*reversed(lights().lights), "")]


def _bodies(counted: dict[int | None, Counter[str]]) -> list[BodyLights]:
    severe = list(reversed(lights().lights))
    order = sorted(
        ((lead, counts) for lead, counts in counted.items() if lead is not None),
        key=lambda one: [-one[1][each] for each in severe],
    )[:PER_BODY]
    bodies = Body.objects.in_bulk([lead for lead, _ in order])
    return [
        BodyLights(bodies[lead], sum(counts.values()), _lights_of(counts)) for lead, counts in order
    ]


def _overdue(seen: QuerySet[Task]) -> QuerySet[Task]:
    """The longest overdue first; tasks whose clock stands have no light and are left out."""
    late = seen.filter(is_open=True, light__isnull=False, deadline__lt=timezone.now())
    return late.select_related("lead").order_by("deadline", "pk")


def _pauses(seen: QuerySet[Task], which: str) -> QuerySet[Handling]:
    waiting = Handling.objects.filter(~Q(**{which: None}), task__in=seen.filter(is_open=True))
    return _with_task(waiting).order_by(which)


def warnings(seen: QuerySet[Task]) -> list[Bilingual]:
    """What to know of the calendar: there is none, or deadlines lie in years without one."""
    found = [calendar_warning()]
    last = seen.filter(is_open=True, deadline__isnull=False).order_by("-deadline").first()
    if last is not None and last.deadline is not None:
        found.append(working_time().warning(timezone.now(), last.deadline))
    return [each for each in found if each is not None]


def late_days(since: datetime, now: datetime) -> int:
    """Whole days since a moment."""
    return max(0, (now - since) // timedelta(days=1))
