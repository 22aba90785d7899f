"""What becomes due by the night: reports, answers to orders, reading; each is told once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from django.db import transaction
from django.utils import timezone

from urbanwork.office.ledger.models import Task
from urbanwork.office.notices.models import News
from urbanwork.office.notices.telling import news, tell
from urbanwork.office.rules import working_time
from urbanwork.office.supervising.models import Advice, Order, Version
from urbanwork.quantities.working_time import Limit

ONE_DAY: Final = Limit(1, "working_days")
BEFORE_READING: Final = timedelta(days=2)
_BATCH: Final = 1000


def tell_all(now: datetime) -> int:
    """Tell all that is due; how much of it is new."""
    told, rest = 0, _all(now)
    while batch := list(islice(rest, _BATCH)):
        with transaction.atomic():
            told += tell(batch)
    return told


def _all(now: datetime) -> Iterator[News]:
    yield from _reports(now)
    yield from _orders(now)
    yield from _documents(now)
    yield from _advice(now)


def _reports(now: datetime) -> Iterator[News]:
    """Tasks whose rhythm of reports was missed; once for each report."""
    late = Task.objects.filter(report_due__lt=now, is_open=True).order_by("pk")
    for task, due in late.values_list("pk", "report_due").iterator(chunk_size=2000):
        yield news("report.due", f"report:{task}:{_seconds(due)}", now, task=task)


def _orders(now: datetime) -> Iterator[News]:
    """Orders whose time ends within a working day."""
    soon = working_time().add(now, ONE_DAY)
    running = Order.objects.filter(
        is_standing=True, is_done=False, is_appealed=False, until__gt=now, until__lte=soon,
        task__is_open=True,
    )  # fmt: skip
    for each in running:
        key = f"order-due:{each.pk}:{_seconds(each.until)}"
        yield news("order.due", key, now, task=each.task_id, code=each.code, order=each.pk)


def _documents(now: datetime) -> Iterator[News]:
    """Current versions that must be read by the day after tomorrow; told to those who have not."""
    soon = Version.objects.filter(is_current=True, until__gt=now, until__lte=now + BEFORE_READING)
    for each in soon.select_related("document"):
        yield news(
            "document.due", f"document-due:{each.pk}", now, version=each.pk,
            name=each.document.title, label=each.label,
        )  # fmt: skip


def _advice(now: datetime) -> Iterator[News]:
    """How many steps were recommended since yesterday; once a day."""
    new = Advice.objects.filter(ended__isnull=True, made__gt=now - timedelta(days=1)).count()
    if new:
        yield news("advice.day", f"advice:{timezone.localtime(now):%Y-%m-%d}", now, count=new)


def _seconds(at: datetime | None) -> str:
    return "" if at is None else f"{at.timestamp():.0f}"
