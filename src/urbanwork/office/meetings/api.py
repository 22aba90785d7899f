"""Meetings for programs: the same decisions and refusals as the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Path, Router, Schema
from pydantic import ConfigDict, StringConstraints

from urbanwork.office.api.given import Given, Id, Moment
from urbanwork.office.ledger.acting import Doing
from urbanwork.office.meetings import deciding, holding
from urbanwork.office.meetings.fixed import is_extract, items_for
from urbanwork.office.meetings.item_views import NOT_AT_MEETINGS
from urbanwork.office.meetings.minutes import minutes
from urbanwork.office.meetings.models import Decision, Item, Meeting
from urbanwork.office.meetings.proposing import proposals
from urbanwork.office.meetings.seeing import WRITE, seen_decisions, seen_items, seen_meetings
from urbanwork.office.meetings.views import MOST, task_of
from urbanwork.office.papers.api import FILE, LangIn, is_anew
from urbanwork.office.papers.views import as_answer, rights_in
from urbanwork.office.people.models import Body, Person
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import lifecycle
from urbanwork.office.supervising.ordering import Deciding
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

router = Router()

Line = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]
Note = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=4_000, pattern=r"^[^\x00]*$")]
Key = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z+-]{8,64}$")]
Version = Annotated[int, Field(ge=0, le=2**31 - 1, description="of the meeting as it was read")]


class Said(Schema):
    """A text in both languages."""

    en: str
    zh: str


class MeetingRow(Schema):
    """A meeting as lists show it."""

    id: int
    title: str = Field(examples=["周调度会"])
    at: datetime
    place: str
    chair: int | None = Field(None, alias="chair_id", description="id of the person")
    closed: datetime | None = None
    version: int


class DecisionOut(Schema):
    """What was decided, and what became of it."""

    id: int
    text: str
    how: str = Field(examples=["task"], description="note, task, action or order")
    task: str | None = None
    lead: int | None = None
    deadline: datetime | None = None
    is_done: bool


class ItemOut(Schema):
    """An item of an agenda with what was decided on it."""

    id: int
    kind: str = Field(examples=["overdue"])
    title: str
    note: str
    task: str | None = None
    reason: Said | None = None
    decisions: list[DecisionOut]


class MeetingWhole(MeetingRow):
    """A meeting with what the post may read of it; a closed one as it was fixed."""

    bodies: list[int]
    is_extract: bool = Field(description="whether the post may see only a part, by its role")
    items: list[ItemOut]


class ProposalOut(Schema):
    """Something that could stand on the agenda."""

    key: str = Field(examples=["task:17"])
    kind: str
    title: str
    reason: Said
    task: str | None = None


class CallingIn(Given):
    """A meeting to call, or what is said of it from now on."""

    model_config = ConfigDict(extra="forbid")

    title: Title
    at: Moment
    place: Line = ""
    chair: Id | None = None
    bodies: list[Id] = Field(default=[], max_length=200)
    key: Key | None = Field(None, description="sending twice with one key does it once")
    version: Version | None = None


class AgendaIn(Given):
    """Proposals to put on the agenda, by their keys, and items of one's own."""

    model_config = ConfigDict(extra="forbid")

    choose: list[Annotated[str, StringConstraints(max_length=40)]] = Field(
        default=[], max_length=200
    )
    item: Name | None = None
    number: Line = Field("", description="number of the task that the item is about")
    note: Note = ""
    version: Version | None = None


class NewTaskIn(Given):
    """The task that comes of a decision; with body and deadline it is assigned at once."""

    model_config = ConfigDict(extra="forbid")

    title: Name
    visibility: Literal["public", "internal", "restricted"] = "internal"
    lead: Id | None = None
    helpers: list[Id] = Field(default=[], max_length=200)
    deadline: Moment | None = None


class ActionIn(Given):
    """An action of the lifecycle on the task of the item."""

    model_config = ConfigDict(extra="forbid")

    action: Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z_]+$")]
    approval: Line = ""
    lead: Id | None = None
    helpers: list[Id] = Field(default=[], max_length=200)
    deadline: Moment | None = None


class OrderIn(Given):
    """What is decided about the order of the task of the item."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["issue", "excuse", "decline", "dismiss", "void"]
    step: Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z_]*$")] = ""
    until: Moment | None = None


class DecisionIn(Given):
    """A decision: words alone, or with a task, an action or an order."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"text": "由教育局修缮校舍", "task": {"title": "修缮校舍"}},
    ]})  # fmt: skip

    text: Words
    task: NewTaskIn | None = None
    action: ActionIn | None = None
    order: OrderIn | None = None
    key: Key | None = Field(None, description="sending twice with one key does it once")


class ItemIn(Given):
    """What was said on an item, and where it stands: -1 moves it up, 1 down."""

    model_config = ConfigDict(extra="forbid")

    note: Note | None = None
    move: Annotated[int, Field(ge=-1, le=1)] = 0


class DoneIn(Given):
    """Whether a decision in words alone is done."""

    model_config = ConfigDict(extra="forbid")

    is_done: bool


class ClosingIn(Given):
    """Closing a meeting."""

    model_config = ConfigDict(extra="forbid")

    version: Version | None = None


def _may_write(request: HttpRequest) -> Rights:
    rights = rights_in(request)
    if rights.role not in WRITE:
        raise PermissionDenied
    return rights


def _meeting(rights: Rights, pk: int) -> Meeting:
    return get_object_or_404(seen_meetings(rights), pk=pk)


@router.get("", response=list[MeetingRow], operation_id="list_meetings", summary="List meetings")
def list_meetings(request: HttpRequest) -> Any:
    """Meetings that the post may see, the newest first."""
    return list(seen_meetings(rights_in(request)).order_by("-at", "-pk")[:MOST])


@router.post(
    "", response={201: MeetingWhole}, operation_id="call_meeting", summary="Call a meeting"
)
def call_meeting(request: HttpRequest, given: CallingIn) -> Any:
    """Call a meeting."""
    rights = _may_write(request)
    return 201, _whole(rights, holding.call(rights, _calling(given), given.key))


def _calling(given: CallingIn) -> holding.Calling:
    chair = None
    if given.chair is not None:
        chair = Person.objects.filter(pk=given.chair, is_active=True).first()
        if chair is None:
            raise _no("person", "人员", given.chair)
    return holding.Calling(given.title, given.at, given.place, chair, _bodies(given.bodies))


def _bodies(ids: list[int]) -> list[Body]:
    found = list(Body.objects.filter(pk__in=ids, is_closed=False))
    if missing := sorted(set(ids) - {each.pk for each in found}):
        raise _no("open body", "机构", missing[0])
    return found


def _no(en: str, zh: str, pk: int) -> RefusedError:
    return RefusedError(Bilingual(f"There is no {en} {pk}.", f"没有编号为{pk}的{zh}。"))


@router.get("/{pk}", response=MeetingWhole, operation_id="one_meeting", summary="One meeting")
def one_meeting(request: HttpRequest, pk: Path[Id]) -> Any:
    """A meeting with what the post may read of it."""
    rights = rights_in(request)
    return _whole(rights, _meeting(rights, pk))


@router.patch(
    "/{pk}", response=MeetingWhole, operation_id="change_meeting", summary="Change a meeting"
)
def change_meeting(request: HttpRequest, pk: Path[Id], given: CallingIn) -> Any:
    """Change what is said of a meeting."""
    rights = _may_write(request)
    meeting = _meeting(rights, pk)
    return _whole(rights, holding.change(rights, meeting.pk, _calling(given), given.version))


@router.get(
    "/{pk}/proposals", response=list[ProposalOut], operation_id="meeting_proposals",
    summary="What is proposed for an agenda",
)  # fmt: skip
def meeting_proposals(request: HttpRequest, pk: Path[Id]) -> Any:
    """What hangs and is not on the agenda yet."""
    rights = _may_write(request)
    return [
        {"key": each.key, "kind": each.kind, "title": each.title,
         "reason": {"en": each.reason.en, "zh": each.reason.zh},
         "task": None if each.task is None else each.task.number}
        for each in proposals(rights, _meeting(rights, pk))
    ]  # fmt: skip


@router.post(
    "/{pk}/items", response={201: MeetingWhole}, operation_id="add_items",
    summary="Put items on an agenda",
)  # fmt: skip
def add_items(request: HttpRequest, pk: Path[Id], given: AgendaIn) -> Any:
    """Choose proposals, or put in an item of one's own."""
    rights = _may_write(request)
    meeting = _meeting(rights, pk)
    with transaction.atomic():
        holding.opened(rights, meeting.pk, given.version)
        if given.item is not None:
            task = task_of(rights, given.number) if given.number else None
            holding.put_in(rights, meeting.pk, given.item, given.note, task)
        holding.choose(rights, meeting.pk, given.choose)
    return 201, _whole(rights, _meeting(rights, pk))


@router.patch("/items/{pk}", response=ItemOut, operation_id="change_item", summary="Change an item")
def change_item(request: HttpRequest, pk: Path[Id], given: ItemIn) -> Any:
    """Write what was said on an item, or move it."""
    rights = _may_write(request)
    item = get_object_or_404(seen_items(rights), pk=pk)
    with transaction.atomic():
        holding.opened(rights, item.meeting_id)
        if given.note is not None:
            holding.write_note(rights, item, given.note)
        if given.move:
            holding.move(rights, item, given.move)
    return _item(seen_items(rights).get(pk=pk))


@router.delete(
    "/items/{pk}", response={204: None}, operation_id="drop_item",
    summary="Take an item off an agenda",
)  # fmt: skip
def drop_item(request: HttpRequest, pk: Path[Id]) -> Any:
    """Take an item off on which nothing was decided."""
    rights = rights_in(request)
    holding.drop(rights, get_object_or_404(seen_items(rights), pk=pk))
    return 204, None


@router.post(
    "/items/{pk}/decisions", response={201: DecisionOut}, operation_id="decide_item",
    summary="Write down a decision",
)  # fmt: skip
def decide_item(request: HttpRequest, pk: Path[Id], given: DecisionIn) -> Any:
    """Write down a decision, make a task of it, or act on the task of the item."""
    rights = _may_write(request)
    item = get_object_or_404(seen_items(rights), pk=pk)
    if sum(each is not None for each in (given.task, given.action, given.order)) > 1:
        raise RefusedError(
            Bilingual("Give one of task, action and order.", "任务、操作、督办只能择一填写。")
        )
    return 201, _decision(_decide(rights, item, given))


def _decide(rights: Rights, item: Item, given: DecisionIn) -> Decision:
    if given.task is not None:
        wanted = given.task
        lead = None if wanted.lead is None else _bodies([wanted.lead])[0]
        _bodies(wanted.helpers)
        new = deciding.NewTask(
            wanted.title, wanted.visibility, lead, wanted.helpers, wanted.deadline
        )
        return deciding.make_task(rights, item, given.text, new, given.key)
    if given.action is not None:
        return deciding.act_on(rights, item, _doing(given, given.action), given.key)
    if given.order is not None:
        asked = given.order
        about = Deciding(asked.kind, asked.step, asked.until, given.text, given.key)
        return deciding.order(rights, item, about, given.key)
    return deciding.write_down(rights, item, given.text, given.key)


def _doing(given: DecisionIn, asked: ActionIn) -> Doing:
    if asked.action not in lifecycle().actions or asked.action in NOT_AT_MEETINGS:
        raise RefusedError(
            Bilingual(f"'{asked.action}' is no action of a meeting.", "会议上没有这一操作。")
        )
    _bodies([*asked.helpers, *([] if asked.lead is None else [asked.lead])])
    return Doing(
        asked.action, reason=given.text, approval=asked.approval, lead=asked.lead,
        helpers=asked.helpers, deadline=asked.deadline, key=given.key,
    )  # fmt: skip


@router.patch(
    "/decisions/{pk}", response=DecisionOut, operation_id="decision_is_done",
    summary="Say whether a decision is done",
)  # fmt: skip
def decision_is_done(request: HttpRequest, pk: Path[Id], given: DoneIn) -> Any:
    """Tick a decision in words alone off, or not after all; others follow their tasks."""
    rights = _may_write(request)
    decision = get_object_or_404(seen_decisions(rights), pk=pk)
    holding.tick_off(rights, decision, is_done=given.is_done)
    return _decision(seen_decisions(rights).select_related("task").get(pk=pk))


@router.post(
    "/{pk}/close", response=MeetingWhole, operation_id="close_meeting", summary="Close a meeting"
)
def close_meeting(request: HttpRequest, pk: Path[Id], given: ClosingIn) -> Any:
    """Fix the text of a meeting and number its minutes."""
    rights = _may_write(request)
    meeting = _meeting(rights, pk)
    return _whole(rights, holding.close(rights, meeting.pk, given.version))


@router.post(
    "/{pk}/minutes", operation_id="take_minutes", summary="Take minutes", openapi_extra=FILE
)
def take_minutes(request: HttpRequest, pk: Path[Id], given: LangIn) -> HttpResponse:
    """The minutes of a closed meeting as DOCX, of what the post may read."""
    rights = rights_in(request)
    meeting, anew = _meeting(rights, pk), is_anew(rights, given)
    return as_answer(minutes(rights, meeting, given.lang, anew=anew))


def _whole(rights: Rights, meeting: Meeting) -> dict[str, Any]:
    rows = {name: getattr(meeting, name, None) for name in MeetingRow.model_fields}
    return {
        **rows, "id": meeting.pk, "chair_id": meeting.chair_id,
        "bodies": sorted(meeting.bodies.values_list("pk", flat=True)),
        "is_extract": is_extract(rights),
        "items": _fixed(rights, meeting) if meeting.closed else
                 [_item(each) for each in seen_items(rights, meeting)],
    }  # fmt: skip


def _item(item: Item) -> dict[str, Any]:
    return {
        "id": item.pk, "kind": item.kind, "title": item.title, "note": item.note,
        "task": None if item.task is None else item.task.number, "reason": item.reason or None,
        "decisions": [_decision(each) for each in item.decisions.all()],
    }  # fmt: skip


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.pk, "text": decision.text, "how": decision.how,
        "task": None if decision.task is None else decision.task.number,
        "lead": decision.lead_id, "deadline": decision.deadline, "is_done": decision.is_done,
    }  # fmt: skip


def _fixed(rights: Rights, meeting: Meeting) -> list[dict[str, Any]]:
    """Items as they were fixed; only whether a decision is done is of today."""
    rows = items_for(rights, meeting)
    ids = [each["id"] for row in rows for each in row["decisions"]]
    held = Decision.objects.filter(pk__in=ids).select_related("task").in_bulk()
    return [
        {"id": row["id"], "kind": row["kind"], "title": row["title"], "note": row["note"],
         "task": row["number"] or None, "reason": None,
         "decisions": [{**_decision(held[each["id"]]), "text": each["text"]}
                       for each in row["decisions"]]}
        for row in rows
    ]  # fmt: skip
