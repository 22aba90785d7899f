"""The ledger for programs: the same filters, the same actions, the same refusals as the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field, StrictBool, StringConstraints

from urbanwork.errors import ManyFaultsError
from urbanwork.office.api.given import Given, Id, Identifier, Moment
from urbanwork.office.ledger.acting import Doing, Draft, act
from urbanwork.office.ledger.changing import EDITORS, Planned, change, tick_off
from urbanwork.office.ledger.creating import Assignment, enter
from urbanwork.office.ledger.exporting import EXPORTS
from urbanwork.office.ledger.history import state_of
from urbanwork.office.ledger.listing import MOST, counted, found, page_of
from urbanwork.office.ledger.models import Task, TaskEvent
from urbanwork.office.ledger.names import names
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.ledger.wanted import Wanted, wanted
from urbanwork.office.people.models import Body, Person
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import lifecycle
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision import tasks as pure
from urbanwork.supervision.refusing import RefusedError

router = Router()

Word = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
Text = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")]
Title = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]
Code = Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00]*$")]
Key = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z+-]{8,64}$")]
Number = Annotated[str, StringConstraints(max_length=20, pattern=r"^[^\x00/]+$")]


class TaskRow(Schema):
    """A task as lists show it."""

    number: str = Field(examples=["2026-000017"])
    title: str = Field(examples=["补建幼儿园"])
    state: str = Field(examples=["in_progress"])
    is_open: bool
    lead: int | None = Field(None, alias="lead_id", description="id of the lead body")
    deadline: datetime | None = None
    light: str | None = Field(None, examples=["green"])
    weight: str = Field(examples=["normal"])
    visibility: str = Field(examples=["internal"])
    people: float | None = Field(None, description="people concerned")
    percent: float | None = None
    area: str = Field(examples=["210202"])


class TaskList(Schema):
    """A page of a list. `count` stops at 1,000, then `is_more` is true."""

    tasks: list[TaskRow]
    count: int = Field(examples=[128])
    is_more: bool = False
    after: str = Field("", description="give it as `after` for the next page; empty on the last")


class MilestoneOut(Schema):
    """A milestone."""

    id: int
    title: str = Field(examples=["完成选址"])
    due: datetime
    planned_percent: float | None = None
    done: datetime | None = None


class TaskWhole(TaskRow):
    """A task with all that its page says."""

    text: str
    source: str = Field(examples=["problem"])
    version: int = Field(description="give it back with an action: the second of two is told")
    edition: int = Field(description="give it back with a change")
    parent: str | None = None
    helpers: list[int] = Field(description="ids of the bodies that co-operate")
    handler: str | None = None
    leader: str | None = None
    first_deadline: datetime | None = None
    light_reason: dict[str, str]
    light_next: datetime | None = None
    report_every_days: int | None = None
    report_due: datetime | None = None
    legal_basis: str
    qualification: str
    point: str
    ask: str
    indicator: str
    expected: dict[str, Any]
    areas: list[str]
    longitude: float | None = None
    latitude: float | None = None
    registered: datetime
    closed: datetime | None = None
    milestones: list[MilestoneOut]
    allowed: list[str] = Field(description="actions that are open to the post that asks")


class EventOut(Schema):
    """Something that was done to a task."""

    number: int
    action: str = Field(examples=["assign"])
    at: datetime
    person: str
    body: int = Field(alias="body_id")
    role: str
    reason: str
    approval: str
    percent: float | None = None
    lead: int | None = Field(None, alias="lead_id")
    helpers: list[int]
    deadline: datetime | None = None
    evidence: list[str]


class DoingIn(Given):
    """What is to be done to a task; what the action does not need stays out."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"action": "report", "reason": "选址完成", "percent": 40, "version": 3},
    ]})  # fmt: skip

    action: Word = Field(examples=["report"])
    reason: Text = ""
    approval: Word = ""
    lead: Id | None = None
    helpers: list[Id] = Field(default=[], max_length=200)
    deadline: Moment | None = None
    evidence: list[Identifier] = Field(default=[], max_length=500)
    percent: float | None = Field(None, ge=0, le=100, allow_inf_nan=False)
    key: Key | None = Field(None, description="sending twice with one key does it once")
    version: int | None = Field(None, ge=0, description="of the task as it was read")


class MilestoneIn(Given):
    """A milestone to plan."""

    title: Title
    due: Moment
    planned_percent: float | None = Field(None, ge=0, le=100, allow_inf_nan=False)


class MilestoneDone(Given):
    """Whether a milestone is done."""

    is_done: StrictBool


class Changes(Given):
    """Fields of a task that no event changes; those that are left out stay."""

    model_config = ConfigDict(extra="forbid")

    title: Title | None = None
    text: Text | None = None
    legal_basis: Text | None = None
    weight: Literal["normal", "important", "urgent"] | None = None
    visibility: Literal["public", "internal", "restricted"] | None = None
    point: Annotated[str, StringConstraints(max_length=20, pattern=r"^[^\x00]*$")] | None = None
    indicator: Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$")] | None = (
        None
    )
    areas: list[Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00]+$")]] | None = (
        Field(None, max_length=200)
    )
    people: float | None = Field(None, ge=0, allow_inf_nan=False)
    longitude: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False)
    latitude: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False)
    qualification: Code | None = None
    report_every_days: int | None = Field(None, ge=1, le=366)
    leader: Id | None = Field(None, description="id of the person in charge")
    handler: Id | None = Field(None, description="id of the person named")
    milestones: list[MilestoneIn] = Field(default=[], max_length=200)
    edition: int | None = Field(None, ge=0, description="of the task as it was read")


class DraftIn(Changes):
    """A task to enter, and to assign at once where `lead` and `deadline` are given."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"title": "补建幼儿园", "source": "instruction", "areas": ["210202"], "key": "a1b2c3d4"},
    ]})  # fmt: skip

    title: Title
    source: Literal["problem", "ask", "instruction", "motion", "case", "patrol"] = "instruction"
    ask: Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")] = ""
    parent: Number | None = None
    lead: Id | None = None
    helpers: list[Id] = Field(default=[], max_length=200)
    deadline: Moment | None = None
    key: Key | None = None
    again: StrictBool = Field(False, description="enter it though an open task is about the same")


class WantedIn(Schema):
    """The filters of the ledger, as in the address of its page."""

    q: Word = ""
    state: Word = Field("open", description="open, done, all, or a state of the lifecycle")
    light: Word = ""
    lead: Word = Field("", description="id of a body, those below included")
    helper: Word = ""
    mine: Word = ""
    area: Word = ""
    point: Word = ""
    source: Word = ""
    indicator: Word = ""
    weight: Word = ""
    begin: Word = Field("", description="first day of deadlines, such as 2026-01-01")
    end: Word = ""
    overdue: Word = ""
    owes: Word = ""
    sort: Word = Field("deadline", description="deadline, newest or people")


def _rights(request: HttpRequest) -> Rights:
    rights: Rights = request.rights  # type: ignore[attr-defined]
    return rights


def _wanted(given: WantedIn) -> Wanted:
    """The filter; what cannot be read is refused here, where a page would only say so."""
    asked, faults = wanted(given.dict())
    if faults:
        raise ManyFaultsError([f"{each.en} {each.zh}" for each in faults])
    return asked


def _task(request: HttpRequest, number: str) -> Task:
    tasks = visible(_rights(request)).select_related("parent", "handler", "leader")
    return get_object_or_404(tasks, number=number)


@router.get("", response=TaskList, summary="List tasks")
def list_tasks(
    request: HttpRequest, given: Query[WantedIn], after: Annotated[str, Query()] = ""
) -> Any:
    """Tasks that the post may see, filtered, 50 a page."""
    asked = _wanted(given)
    seen = found(_rights(request), asked)
    try:
        page = page_of(seen, asked.sort, after)
    except ValueError as fault:
        raise RefusedError(Bilingual(str(fault), "列表中没有这一页。")) from fault
    total = counted(seen)
    return {"tasks": page.rows, "count": min(total, MOST), "is_more": total > MOST,
            "after": page.after}  # fmt: skip


@router.get("/file.{kind}", summary="Take a list out as a file")
def take_out(
    request: HttpRequest, kind: Literal["csv", "xlsx", "geojson"], given: Query[WantedIn]
) -> HttpResponseBase:
    """All tasks of a list as CSV, XLSX or GeoJSON."""
    asked = _wanted(given)
    return EXPORTS[kind](found(_rights(request), asked).tasks, asked)


@router.get("/{number}", response=TaskWhole, summary="One task")
def one_task(request: HttpRequest, number: Path[Number]) -> Any:
    """A task with all that its page says."""
    return _whole(request, _task(request, number))


def _whole(request: HttpRequest, task: Task) -> dict[str, Any]:
    state = state_of(task.events.all(), lifecycle())
    seen = visible(_rights(request)).filter(pk=task.parent_id).first() if task.parent_id else None
    shown = {name: getattr(task, name, None) for name in TaskWhole.model_fields}
    return {
        **shown, "lead_id": task.lead_id, "helpers": [int(each) for each in state.helpers],
        "parent": seen.number if seen else None,
        "handler": str(task.handler) if task.handler else None,
        "leader": str(task.leader) if task.leader else None,
        "milestones": list(task.milestones.all()),
        "allowed": pure.allowed(state, _rights(request).actor, lifecycle()),
    }  # fmt: skip


@router.get("/{number}/events", response=list[EventOut], summary="What happened to a task")
def events(request: HttpRequest, number: Path[Number]) -> Any:
    """The events of a task, oldest first."""
    rows = _task(request, number).events.select_related("person")
    return [_event(row) for row in rows]


def _event(row: TaskEvent) -> dict[str, Any]:
    shown = {name: getattr(row, name, None) for name in EventOut.model_fields}
    helpers = [int(each) for each in row.helpers]
    return {**shown, "person": str(row.person), "body_id": row.body_id, "lead_id": row.lead_id,
            "helpers": helpers}  # fmt: skip


@router.post("/{number}/events", response={201: EventOut}, summary="Do something to a task")
def do(request: HttpRequest, number: Path[Number], given: DoingIn) -> Any:
    """Do one action of the lifecycle; 409 with the reason where it is not allowed."""
    task = _task(request, number)
    _bodies_exist([*given.helpers, *([given.lead] if given.lead else [])])
    if given.action == "register":
        raise RefusedError(Bilingual("The task is registered already.", "任务已登记。"))
    row = act(_rights(request), task.pk, Doing(**given.dict()))
    return 201, _event(row)


@router.post("", response={201: TaskWhole}, summary="Enter a task")
def register(request: HttpRequest, given: DraftIn) -> Any:
    """Enter a task in the ledger, and assign it where a lead body and a deadline are given."""
    fields = _fields(given, {"source", "ask"})
    if given.parent is not None:
        fields["parent"] = _task(request, given.parent)
    _areas_exist(fields.get("areas", []))
    rights = _rights(request)
    if rights.role not in EDITORS:
        fields["source"] = "motion"
    task = enter(rights, Draft(fields, [each.dict() for each in given.milestones], key=given.key),
                 _assignment(given), again=given.again)  # fmt: skip
    return 201, _whole(request, task)


@router.patch("/{number}", response=TaskWhole, summary="Change a task")
def change_task(request: HttpRequest, number: Path[Number], given: Changes) -> Any:
    """Change what no event changes; milestones given are added."""
    task = _task(request, number)
    fields = _fields(given, set())
    _areas_exist(fields.get("areas", []))
    planned = [Planned(each.title, each.due, each.planned_percent) for each in given.milestones]
    changed = change(_rights(request), task.pk, fields, planned, given.edition)
    return _whole(request, changed)


@router.patch("/{number}/milestones/{pk}", response=TaskWhole, summary="Tick off a milestone")
def tick_milestone(
    request: HttpRequest, number: Path[Number], pk: Path[Id], given: MilestoneDone
) -> Any:
    """Say that a milestone is done, or that it is not after all; 409 where the post may not."""
    task = _task(request, number)
    tick_off(_rights(request), task.pk, pk, given.is_done)
    return _whole(request, _task(request, number))


def _fields(given: Changes, more: set[str]) -> dict[str, Any]:
    """Fields that were sent, people as they are in the office."""
    plain = {*Changes.model_fields, *more} - {"milestones", "edition", "leader", "handler"}
    sent = given.dict(exclude_unset=True)
    fields = {name: value for name, value in sent.items() if name in plain and value is not None}
    for name in ("leader", "handler"):
        if sent.get(name) is not None:
            fields[name] = _person(sent[name])
    return fields


def _person(pk: int) -> Person:
    person = Person.objects.filter(pk=pk, is_active=True).first()
    if person is None:
        raise RefusedError(Bilingual(f"There is no person {pk}.", f"没有编号为{pk}的人员。"))
    return person


def _assignment(given: DraftIn) -> Assignment | None:
    if given.lead is None and given.deadline is None:
        return None
    if given.lead is None or given.deadline is None:
        raise RefusedError(
            Bilingual("Give both a lead body and a deadline.", "交办须同时填写主办机构和时限。")
        )
    _bodies_exist([given.lead, *given.helpers])
    return Assignment(given.lead, given.deadline, given.helpers)


def _bodies_exist(ids: list[int]) -> None:
    known = set(Body.objects.filter(pk__in=ids, is_closed=False).values_list("pk", flat=True))
    if missing := sorted(set(ids) - known):
        raise RefusedError(
            Bilingual(f"There is no open body {missing[0]}.", f"没有编号为{missing[0]}的机构。")
        )


def _areas_exist(ids: list[str]) -> None:
    known = names().areas
    if unknown := [each for each in ids if known and each not in known]:
        raise RefusedError(
            Bilingual(f"There is no area '{unknown[0]}'.", f"没有片区“{unknown[0]}”。")
        )
