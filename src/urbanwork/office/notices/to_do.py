"""What waits for a person in a post: to accept, to report, to decide, to read; nearest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from urbanwork.office.ledger.models import LEAD, Task, TaskBody
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import ladder, lifecycle
from urbanwork.office.supervising.models import Advice, Handling, Order
from urbanwork.office.supervising.ordering import DECIDE
from urbanwork.office.supervising.reading import unread_by
from urbanwork.quantities.bilingual import Bilingual

MOST: Final = 50
"""So many of one kind are listed; the ledger has them all."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits."""

    title: str
    path: str
    deadline: datetime | None = None
    task: Task | None = None
    note: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Things of one kind, the nearest deadline first; `all_path` leads to the rest."""

    code: str
    title: Bilingual
    items: tuple[Item, ...]
    is_more: bool
    all_path: str = ""


_OF_BODY: Final = {
    "accept": Bilingual("To accept", "待签收"),
    "submit": Bilingual("To carry out", "待办理"),
}
_OF_ALL: Final = {
    "assign": Bilingual("To assign", "待交办"),
    "verify": Bilingual("To verify", "待核验"),
    "close": Bilingual("To close", "待销号"),
}


def to_do(rights: Rights) -> list[Waiting]:
    """All that waits, kind by kind; what there is nothing of is left out."""
    makers: Sequence[Callable[[Rights], Iterator[Waiting]]] = (
        _orders, _of_body, _reports, _of_all, _decisions, _documents,
    )  # fmt: skip
    return [each for make in makers for each in make(rights) if each.items]


def count(rights: Rights) -> tuple[int, bool]:
    """How many things wait, and whether it is more than that."""
    waiting = to_do(rights)
    return sum(len(each.items) for each in waiting), any(each.is_more for each in waiting)


def _of_body(rights: Rights) -> Iterator[Waiting]:
    """What the lead body is to do; its own index finds that in a ledger of any size."""
    for name, title in _OF_BODY.items():
        action = lifecycle().actions.get(name)
        if action is None or rights.role not in action.roles:
            continue
        rows: list[Any] = []
        for state in action.origins:
            led = TaskBody.objects.filter(body=rights.body, part=LEAD, state=state)
            rows += led.order_by("deadline", "task").values_list("task", flat=True)[: MOST + 1]
        yield _tasks(name, title, Task.objects.filter(pk__in=rows), f"mine=1&state={state}")


def _reports(rights: Rights) -> Iterator[Waiting]:
    if rights.role == "handler":
        owed = Task.objects.filter(
            lead=rights.body, is_open=True, report_due__lt=timezone.now(), state="in_progress"
        )
        title = Bilingual("To report on", "待报告进展")
        yield _tasks("report", title, owed, "mine=1&owes=1", by="report_due")


def _of_all(rights: Rights) -> Iterator[Waiting]:
    for name, title in _OF_ALL.items():
        action = lifecycle().actions.get(name)
        if action is None or rights.role not in action.roles:
            continue
        tasks = visible(rights).filter(state__in=action.origins)
        if action.bodies == "outside" or "submit" in action.apart:
            tasks = tasks.exclude(bodies__body=rights.body)
        yield _tasks(name, title, tasks, f"state={action.origins[0]}")


def _tasks(
    code: str, title: Bilingual, tasks: QuerySet[Task], query: str, *, by: str = "deadline"
) -> Waiting:
    ordered = tasks.select_related("lead").order_by(F(by).asc(nulls_last=True), "pk")
    rows = list(ordered[: MOST + 1])
    items = [_item(task, getattr(task, by)) for task in rows[:MOST]]
    path = f"{reverse('ledger')}?{query}"
    return Waiting(code, title, tuple(items), len(rows) > MOST, path)


def _item(task: Task, deadline: datetime | None, note: Bilingual | None = None) -> Item:
    return Item(task.title, reverse("task", args=[task.number]), deadline, task, note)


def _orders(rights: Rights) -> Iterator[Waiting]:
    if rights.role != "handler":
        return
    rows = Order.objects.filter(
        body=rights.body, is_standing=True, is_done=False, is_appealed=False, task__is_open=True
    )
    title = Bilingual("Supervision orders to answer", "待答复督办单")
    yield _ordered("orders", title, rows.order_by(F("until").asc(nulls_last=True), "pk"), "")


def _ordered(
    code: str, title: Bilingual, orders: QuerySet[Order], all_path: str | None = None
) -> Waiting:
    rows = list(orders.select_related("task", "task__lead")[: MOST + 1])
    items = [_item(each.task, each.until, _step(each)) for each in rows[:MOST]]
    path = reverse("supervision") if all_path is None else all_path
    return Waiting(code, title, tuple(items), len(rows) > MOST, path)


def _step(order: Order) -> Bilingual:
    title = ladder().steps[order.step].title
    return Bilingual(f"{order.code}, {title.en}", f"{order.code}（{title.zh}）")


def _decisions(rights: Rights) -> Iterator[Waiting]:
    if rights.role not in DECIDE:
        return
    seen = visible(rights).filter(is_open=True)
    standing = Order.objects.filter(is_standing=True, task__in=seen)
    appeals = standing.filter(is_appealed=True).exclude(by=rights.person).order_by("issued")
    yield _ordered("appeals", Bilingual("Appeals to decide on", "待决定的申诉"), appeals)
    pleas = standing.filter(plea__isnull=False).order_by("plea")
    yield _ordered("pleas", Bilingual("Later times asked for", "待决定的宽限申请"), pleas)
    yield _pauses(seen)
    yield _advice(seen)


def _pauses(seen: QuerySet[Task]) -> Waiting:
    asked = Handling.objects.filter(pause_asked__isnull=False, task__in=seen)
    rows = list(asked.order_by("pause_asked").select_related("task", "task__lead")[: MOST + 1])
    items = [_item(each.task, each.task.deadline) for each in rows[:MOST]]
    title = Bilingual("Pauses asked for", "待批准的缓办")
    return Waiting("pauses", title, tuple(items), len(rows) > MOST, reverse("supervision"))


def _advice(seen: QuerySet[Task]) -> Waiting:
    advice = Advice.objects.filter(ended__isnull=True, task__in=seen).order_by("late_since", "pk")
    rows = list(advice.select_related("task", "task__lead")[: MOST + 1])
    items = [
        _item(each.task, each.late_since, ladder().steps[each.step].title) for each in rows[:MOST]
    ]
    title = Bilingual("Steps recommended", "督办建议")
    return Waiting("advice", title, tuple(items), len(rows) > MOST, reverse("supervision"))


def _documents(rights: Rights) -> Iterator[Waiting]:
    rows = unread_by(rights)
    items = tuple(
        Item(f"{each.document} ({each.label})", reverse("document", args=[each.pk]), each.until)
        for each in rows
    )
    yield Waiting("documents", Bilingual("To read", "待阅知"), items[:MOST], len(items) > MOST)
