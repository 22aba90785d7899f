"""Supervision for programs: the same decisions and refusals as the pages."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Path, Query, Router, Schema, Status
from pydantic import ConfigDict, Field, StringConstraints

from urbanwork.office.api.given import Given, Id, Moment, Role
from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.people.models import Body
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import ladder
from urbanwork.office.supervising.chiefs_api import no_such
from urbanwork.office.supervising.chiefs_api import router as chiefs
from urbanwork.office.supervising.models import Advice, Order, OrderEvent, Version
from urbanwork.office.supervising.ordering import Deciding, decide
from urbanwork.office.supervising.rating import Period, Rated, rating, this_year
from urbanwork.office.supervising.reading import (
    PUBLISH,
    Paper,
    acknowledge,
    may_see,
    publish,
    unread_by,
)
from urbanwork.office.supervising.views import READERS
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

router = Router()
router.add_router("/chiefs", chiefs)

Number = Annotated[str, StringConstraints(max_length=20, pattern=r"^[^\x00/]+$")]
Key = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z+-]{8,64}$")]
Words = Annotated[str, StringConstraints(max_length=4_000, pattern=r"^[^\x00]*$")]
Place = Annotated[int, Query(ge=0, le=2**63 - 1)]
Line = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]
Kind = Literal["issue", "done", "plea", "excuse", "decline", "appeal", "dismiss", "void"]
MOST = 200
LATEST = timedelta(days=3650)
TOO_LATE = Bilingual("Ten years ahead at most.", "时限最长十年。")


class Said(Schema):
    """A text in both languages."""

    en: str
    zh: str


class AdviceOut(Schema):
    """A step that the ladder recommends; a person decides."""

    id: int
    task: str = Field(examples=["2026-000017"])
    step: str = Field(examples=["blue"])
    late_since: datetime
    made: datetime
    reason: Said
    clause: Said
    source: Said


class OrderOut(Schema):
    """A step that was taken."""

    id: int
    code: str = Field(examples=["督办〔2026〕12号"])
    task: str
    step: str
    body: int | None
    issued: datetime
    until: datetime | None
    is_done: bool
    is_appealed: bool
    asks_for_later: bool


class DecidingIn(Given):
    """What somebody decides about the order of a task."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    step: Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z_]*$")] = ""
    until: Moment | None = None
    reason: Words = ""
    key: Key | None = Field(None, description="sending twice under one key does once")
    seen: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = Field(
        None, description="events of the matter that were seen; where there are more, refused"
    )


class MatterEventOut(Schema):
    """An event of the matter of a task."""

    number: int
    kind: str
    at: datetime
    step: str
    until: datetime | None
    recommended: str | None


class RateOut(Schema):
    """A rate; `share` is None with the reason why it is not shown."""

    title: Said
    numerator: int
    denominator: int
    share: float | None
    silent: Said | None


class RatedOut(Schema):
    """Rates of a body, a person or of all; ranks only where intervals are apart."""

    name: Said
    rates: list[RateOut]
    open: int
    overdue: int
    low: float | None = Field(None, description="95 % interval of closure in time")
    high: float | None = None
    best: int | None = Field(None, description="best rank that the interval allows")
    worst: int | None = None


class PaperIn(Given):
    """A version of a document to publish; without roles and bodies it is for everyone."""

    kind: Literal["arrangement", "order", "bulletin", "other"]
    code: Annotated[str, StringConstraints(max_length=80, pattern=r"^[\w-][\w .-]{0,79}$")]
    title: Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00]+$")]
    title_en: Line = ""
    label: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00]+$")]
    text: Annotated[str, StringConstraints(max_length=200_000, pattern=r"^[^\x00]*$")] = ""
    link: Line = Field("", description="begins with https:// or /")
    until: Moment
    roles: list[Role] = Field(default=[], max_length=20)
    bodies: list[Id] = Field(default=[], max_length=200)


class VersionOut(Schema):
    """A version of a document that waits to be read."""

    id: int
    code: str
    title: str
    label: str
    until: datetime


def _rights(request: HttpRequest) -> Rights:
    rights: Rights = request.rights  # type: ignore[attr-defined]
    return rights


def _reader(request: HttpRequest) -> Rights:
    rights = _rights(request)
    if rights.role not in READERS:
        raise PermissionDenied
    return rights


@router.get("/advice", response=list[AdviceOut], operation_id="advice")
def advice(request: HttpRequest, after: Place = 0) -> list[AdviceOut]:
    """Steps that are recommended now, by id; give the last id as `after` for more."""
    seen = visible(_reader(request)).filter(is_open=True)
    rows = Advice.objects.filter(ended__isnull=True, task__in=seen, pk__gt=after)
    return [_advice(row) for row in rows.select_related("task").order_by("pk")[:MOST]]


def _advice(row: Advice) -> AdviceOut:
    step, nothing = ladder().steps.get(row.step), Bilingual("", "")
    return AdviceOut(
        id=row.pk, task=row.task.number, step=row.step, late_since=row.late_since,
        made=row.made, reason=Said(**row.reason),
        clause=_said(nothing if step is None else step.clause),
        source=_said(nothing if step is None else step.source),
    )  # fmt: skip


@router.get("/orders", response=list[OrderOut], operation_id="standing_orders")
def standing_orders(request: HttpRequest, after: Place = 0) -> list[OrderOut]:
    """Orders that stand, by id; give the last id as `after` for more."""
    seen = visible(_rights(request)).filter(is_open=True)
    rows = Order.objects.filter(is_standing=True, task__in=seen, pk__gt=after)
    return [_order(row) for row in rows.select_related("task").order_by("pk")[:MOST]]


def _order(row: Order) -> OrderOut:
    return OrderOut(
        id=row.pk, code=row.code, task=row.task.number, step=row.step, body=row.body_id,
        issued=row.issued, until=row.until, is_done=row.is_done, is_appealed=row.is_appealed,
        asks_for_later=row.plea is not None,
    )  # fmt: skip


@router.post("/tasks/{number}", response=MatterEventOut, operation_id="decide_on_order")
def decide_on_order(
    request: HttpRequest, number: Annotated[Number, Path()], given: DecidingIn
) -> OrderEvent:
    """Issue, answer, ask for a later time, contest or void; refused with 409 and the reason."""
    task: Task = get_object_or_404(visible(_rights(request)), number=number)
    if given.until is not None and given.until > timezone.now() + LATEST:
        raise RefusedError(TOO_LATE)
    deciding = Deciding(
        given.kind, given.step, given.until, given.reason, given.key, given.seen
    )  # fmt: skip
    return decide(_rights(request), task.pk, deciding)


@router.get("/rates", response=list[RatedOut], operation_id="rates")
def rates(
    request: HttpRequest,
    first: Annotated[date | None, Query()] = None,
    last: Annotated[date | None, Query()] = None,
    by: Annotated[Literal["body", "person"], Query()] = "body",
) -> list[RatedOut]:
    """Rates of a period, all together first; a post sees its own bodies, a person itself."""
    standard = this_year()
    period = Period(first or standard.first, last or standard.last)
    found = rating(_rights(request), period, by)
    return [_rated(row, found.is_ranked) for row in (found.all, *found.rows)]


def _rated(row: Rated, is_ranked: bool) -> RatedOut:
    place = row.place
    return RatedOut(
        name=_said(row.name), open=row.backlog.open, overdue=row.backlog.overdue,
        rates=[
            RateOut(
                title=_said(each.title), numerator=each.numerator, denominator=each.denominator,
                share=each.share, silent=None if each.silent is None else _said(each.silent),
            )
            for each in row.rates
        ],
        low=None if place is None else place.interval.low,
        high=None if place is None else place.interval.high,
        best=place.best if place is not None and is_ranked else None,
        worst=place.worst if place is not None and is_ranked else None,
    )  # fmt: skip


def _said(text: Bilingual) -> Said:
    return Said(en=text.en, zh=text.zh)


@router.get("/documents", response=list[VersionOut], operation_id="documents_to_read")
def documents_to_read(request: HttpRequest) -> list[VersionOut]:
    """Documents that wait to be read by who asks."""
    return [_version(each) for each in unread_by(_rights(request))]


@router.post("/documents", response={201: VersionOut}, operation_id="publish_document")
def publish_document(request: HttpRequest, given: PaperIn) -> Status[VersionOut]:
    """Publish a version; it takes the place of the one before. Sending it twice does it once."""
    rights = _rights(request)
    if rights.role not in PUBLISH:
        raise PermissionDenied
    if given.until > timezone.now() + LATEST:
        raise RefusedError(TOO_LATE)
    open_bodies = Body.objects.filter(pk__in=given.bodies, is_closed=False)
    if missing := sorted(set(given.bodies) - set(open_bodies.values_list("pk", flat=True))):
        raise no_such("open body", "机构", missing[0])
    return Status(201, _version(publish(rights, Paper(**given.model_dump()))))


@router.post("/documents/{pk}/read", response=VersionOut, operation_id="document_was_read")
def document_was_read(request: HttpRequest, pk: Annotated[Id, Path()]) -> VersionOut:
    """Record that one has read a version; a second time changes nothing."""
    rights = _rights(request)
    version = get_object_or_404(Version.objects.select_related("document"), pk=pk)
    if not may_see(rights, version):
        raise Http404
    acknowledge(rights, version)
    return _version(version)


def _version(row: Version) -> VersionOut:
    return VersionOut(
        id=row.pk, code=row.document.code, title=row.document.title, label=row.label,
        until=row.until,
    )  # fmt: skip
