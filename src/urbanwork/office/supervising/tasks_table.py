"""The tasks of the office as a table for the next examination (`urbanwork office export`)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils import timezone

from urbanwork.city.store import write_file
from urbanwork.errors import UserError
from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.names import names
from urbanwork.office.place import OfficePlace
from urbanwork.office.supervising.models import Chief, Handling
from urbanwork.sources.tasks import KEY, SCHEMA, VERSION
from urbanwork.supervision.rates import Handled, counted

FILE: Final = "tasks.parquet"
YEAR: Final = timedelta(days=365)
_FIELDS: Final = (
    "assigned", "first_due", "due", "finished", "closed", "submissions", "reworks", "returns",
    "is_void",
)  # fmt: skip


def export(place: OfficePlace, end: date) -> tuple[Path, int]:
    """Write the table of tasks of the year that ends on a day; its path, and how many tasks.

    Restricted tasks are left out. Nothing personal is in it: no names, no texts. The same ledger
    and the same day give the same bytes.

    Raises:
        UserError: a day that no task is of, or the file cannot be written.
    """
    if not 1900 <= end.year < 3000:
        raise UserError(f"the year that is counted: got {end}, wanted a day from 1900 to 2999")
    until = timezone.make_aware(datetime.combine(end + timedelta(days=1), time()))
    begin = until - YEAR
    rows = list(_rows(begin, until))
    told = {
        "version": VERSION, "begin": begin.date().isoformat(),
        "end": (end + timedelta(days=1)).isoformat(), "chiefs": _chiefs(end),
    }  # fmt: skip
    text = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    table = pa.Table.from_pylist(rows, SCHEMA.with_metadata({KEY: text}))
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    write_file(place.city / FILE, sink.getvalue().to_pybytes())
    return place.city / FILE, len(rows)


def _rows(begin: datetime, end: datetime) -> Iterator[dict[str, Any]]:
    handled = {
        key: Handled(*values)
        for key, *values in Handling.objects.values_list("task", *_FIELDS).iterator(2_000)
    }
    tasks = Task.objects.exclude(visibility="restricted").filter(registered__lt=end)
    for task in tasks.select_related("lead").order_by("number").iterator(2_000):
        yield _row(task, handled.get(task.pk), begin, end)


def _row(task: Task, how: Handled | None, begin: datetime, end: datetime) -> dict[str, Any]:
    counts = counted(how, begin, end) if how is not None else None
    expected = task.expected or {}
    return {
        "number": task.number, "source": task.source, "indicator": task.indicator,
        "area": task.area, "point": task.point, "lead": task.lead.code if task.lead else "",
        "state": task.state,
        **{name: getattr(how, name, None) for name in _FIELDS[:5]},
        **{name: getattr(how, name, 0) for name in _FIELDS[5:8]},
        "is_due": bool(counts and counts.is_due),
        "is_closed": bool(counts and counts.is_closed),
        "is_in_time": bool(counts and counts.is_in_time),
        "expected_from": _number(expected.get("from")), "expected_to": _number(expected.get("to")),
        "expected_unit": str(expected.get("unit") or ""),
    }  # fmt: skip


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def _chiefs(day: date) -> dict[str, int]:
    """How many chiefs each area has on a day, of the kind that has most posts; empty where none."""
    held = [
        each
        for each in Chief.objects.all()
        if each.since <= day and (each.until is None or day <= each.until)
    ]
    if not held:
        return {}
    kinds = sorted({each.kind for each in held})
    kind = max(kinds, key=lambda one: sum(each.kind == one for each in held))
    areas = [each.area for each in held if each.kind == kind and each.person_id is not None]
    return {area: areas.count(area) for area in names().areas}


def named_in_settings(place: OfficePlace) -> bool:
    """Make `city.yaml` name the table where it names none; whether a line was added."""
    path = place.city / "city.yaml"
    text = path.read_text(encoding="utf-8")
    if re.search(r"^tasks\s*:", text, re.M):
        return False
    end = "" if text.endswith("\n") else "\n"
    write_file(path, f"{text}{end}tasks: {FILE}\n".encode())
    return True
