"""The ledger as files: CSV, XLSX, GeoJSON, of what is filtered and may be seen.

CSV and GeoJSON are sent while they are read; XLSX is made in a file first. A text that a
spreadsheet would run as a formula is told apart by an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from django.db.models import F, QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone

from urbanwork.errors import UserError
from urbanwork.office.ledger.models import HELPER, Task, TaskBody
from urbanwork.office.ledger.names import names
from urbanwork.office.ledger.said_words import LIGHTS, SOURCES, VISIBILITIES, WEIGHTS
from urbanwork.office.ledger.wanted import Wanted
from urbanwork.office.pages.language import said
from urbanwork.office.people.models import Body
from urbanwork.office.rules import lifecycle
from urbanwork.quantities.bilingual import Bilingual

CHUNK: Final = 1_000
MOST_ROWS: Final = 1_048_575
"""Rows of a sheet, its head aside."""
STARTS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
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


def plain(value: Any) -> Any:
    """A value as a cell of a spreadsheet that runs nothing.

    >>> plain("=1+1"), plain(-3.5), plain(" @x")
    ("'=1+1", -3.5, "' @x")
    """
    if isinstance(value, str) and value.lstrip(" \n").startswith(STARTS_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _csv(tasks: QuerySet[Task], asked: Wanted) -> HttpResponseBase:
    def lines() -> Iterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        yield "\ufeff"  # so that spreadsheets read it as UTF-8
        writer.writerow(said(title) for title in COLUMNS.values())
        for row in rows(tasks, asked):
            writer.writerow(plain(row[name]) for name in COLUMNS)
            if buffer.tell() > 65_536:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue()

    return _named(StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8"), "csv")


def _geojson(tasks: QuerySet[Task], asked: Wanted) -> HttpResponseBase:
    def parts() -> Iterator[str]:
        yield '{"type":"FeatureCollection","features":['
        for place, row in enumerate(rows(tasks, asked)):
            yield ("," if place else "") + json.dumps(_feature(row), ensure_ascii=False)
        yield "]}"

    response = StreamingHttpResponse(parts(), content_type="application/geo+json")
    return _named(response, "geojson")


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    at = [row.pop("longitude"), row.pop("latitude")]
    geometry = None if None in at else {"type": "Point", "coordinates": at}
    return {"type": "Feature", "id": row["number"], "geometry": geometry, "properties": row}


def _xlsx(tasks: QuerySet[Task], asked: Wanted) -> HttpResponseBase:
    import xlsxwriter

    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    safe = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, safe)
    sheet, head = book.add_worksheet(said(SHEET)), book.add_format({"bold": True})
    sheet.freeze_panes(1, 2)
    sheet.write_row(0, 0, [said(title) for title in COLUMNS.values()], head)
    for place, row in enumerate(rows(tasks, asked), start=1):
        if place > MOST_ROWS:
            raise UserError(said(TOO_MANY))
        sheet.write_row(place, 0, [_cell(plain(row[name])) for name in COLUMNS])
    book.close()
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _named(FileResponse(file, content_type=kind), "xlsx")


SHEET = Bilingual("Ledger", "台账")
TOO_MANY = Bilingual(
    "A sheet holds 1,048,575 tasks and this list is longer; filter it, or take it as CSV.",
    "工作表最多容纳1048575项任务，请缩小筛选范围或导出CSV。",
)


def _cell(value: Any) -> Any:
    """Texts no longer than a cell takes."""
    return value[:32_767] if isinstance(value, str) else value


def _named(response: HttpResponseBase, ending: str) -> HttpResponseBase:
    name = f"ledger-{timezone.localdate():%Y-%m-%d}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


EXPORTS: Final[dict[str, Callable[[QuerySet[Task], Wanted], HttpResponseBase]]] = {
    "csv": _csv, "xlsx": _xlsx, "geojson": _geojson,
}  # fmt: skip
