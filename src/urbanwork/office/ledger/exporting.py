"""The ledger as files: CSV, XLSX, GeoJSON, of what is filtered and may be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final

from django.db.models import F, QuerySet
from django.http import HttpResponseBase
from django.utils import timezone

from urbanwork.office.ledger.models import HELPER, Task, TaskBody
from urbanwork.office.ledger.names import names
from urbanwork.office.ledger.said_words import LIGHTS, SOURCES, VISIBILITIES, WEIGHTS
from urbanwork.office.ledger.wanted import Wanted
from urbanwork.office.lists.files import KINDS, Listed, list_file
from urbanwork.office.pages.language import said
from urbanwork.office.people.models import Body
from urbanwork.office.rules import lifecycle
from urbanwork.quantities.bilingual import Bilingual

CHUNK: Final = 1_000
COLUMNS: Final = {
    "number": Bilingual("number", "编号"),
    "title": Bilingual("task", "任务"),
    "text": Bilingual("text", "任务内容"),
    "source": Bilingual("source", "来源"),
    "weight": Bilingual("weight", "重要程度"),
    "visibility": Bilingual("visibility", "公开范围"),
    "state": Bilingual("state", "状态"),
    "lead": Bilingual("lead body", "主办机构"),
    "helpers": Bilingual("co-operating bodies", "协办机构"),
    "handler": Bilingual("person named", "具体责任人"),
    "leader": Bilingual("leader in charge", "分管领导"),
    "deadline": Bilingual("deadline", "时限"),
    "first_deadline": Bilingual("first deadline", "首次时限"),
    "light": Bilingual("light", "亮灯"),
    "percent": Bilingual("progress in %", "进度（%）"),
    "areas": Bilingual("areas", "片区"),
    "point": Bilingual("point", "工作要点"),
    "indicator": Bilingual("indicator", "指标"),
    "people": Bilingual("people concerned", "涉及人口"),
    "legal_basis": Bilingual("legal basis", "法律依据"),
    "registered": Bilingual("registered", "登记时间"),
    "closed": Bilingual("closed", "销号时间"),
    "longitude": Bilingual("longitude", "经度"),
    "latitude": Bilingual("latitude", "纬度"),
}


def rows(tasks: QuerySet[Task], asked: Wanted) -> Iterator[dict[str, Any]]:
    """A row a task, with words for codes, in the order of the list."""
    bodies = {each.pk: each for each in Body.objects.all()}
    order = {"deadline": F("deadline").asc(nulls_last=True), "newest": F("pk").desc(),
             "people": F("people").desc(nulls_last=True)}[asked.sort]  # fmt: skip
    ordered = tasks.select_related("handler", "leader").order_by(order, "pk")
    chunk: list[Task] = []
    for task in ordered.iterator(CHUNK):
        chunk.append(task)
        if len(chunk) == CHUNK:
            yield from _of_chunk(chunk, bodies)
            chunk = []
    yield from _of_chunk(chunk, bodies)


def _of_chunk(chunk: Sequence[Task], bodies: dict[int, Body]) -> Iterator[dict[str, Any]]:
    helpers: dict[int, list[int]] = {}
    parts = TaskBody.objects.filter(task__in=[each.pk for each in chunk], part=HELPER)
    for key, body in parts.order_by("task", "body").values_list("task", "body"):
        helpers.setdefault(key, []).append(body)
    known, states = names(), lifecycle().states
    for task in chunk:
        yield {
            "number": task.number, "title": task.title, "text": task.text,
            "source": said(SOURCES.get(task.source, task.source)),
            "weight": said(WEIGHTS.get(task.weight, task.weight)),
            "visibility": said(VISIBILITIES.get(task.visibility, task.visibility)),
            "state": said(states[task.state].title) if task.state in states else task.state,
            "lead": said(bodies.get(task.lead_id or 0)),
            "helpers": "; ".join(said(bodies[each]) for each in helpers.get(task.pk, [])),
            "handler": str(task.handler or ""), "leader": str(task.leader or ""),
            "deadline": _moment(task.deadline), "first_deadline": _moment(task.first_deadline),
            "light": said(LIGHTS.get(task.light or "", task.light)), "percent": task.percent,
            "areas": "; ".join(said(known.area(each)) for each in task.areas),
            "point": said(known.point(task.point)), "indicator": task.indicator,
            "people": task.people, "legal_basis": task.legal_basis,
            "registered": _moment(task.registered), "closed": _moment(task.closed),
            "longitude": task.longitude, "latitude": task.latitude,
        }  # fmt: skip


def _moment(at: Any) -> str:
    return "" if at is None else f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _as(kind: str, tasks: QuerySet[Task], asked: Wanted) -> HttpResponseBase:
    return list_file(kind, Listed("ledger", COLUMNS, rows(tasks, asked)))


EXPORTS: Final[dict[str, Callable[[QuerySet[Task], Wanted], HttpResponseBase]]] = {
    kind: partial(_as, kind) for kind in KINDS
}
