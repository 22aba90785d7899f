"""Reading ledgers in, for programs: give a file, look at what would become of it, carry it out."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field, StrictBool, StrictInt

from urbanwork.office.api.given import Given
from urbanwork.office.ledger_files.carrying import carry_out, keep_told
from urbanwork.office.ledger_files.columns import FIELDS
from urbanwork.office.ledger_files.comparing import Comparison, Outcome, compare
from urbanwork.office.ledger_files.giving import (
    choose_sheet,
    give,
    heads,
    name_bodies,
    remember,
    rows_of,
    sheets,
)
from urbanwork.office.ledger_files.models import Reading
from urbanwork.office.ledger_files.views import READERS
from urbanwork.office.people.rights import Rights

router = Router()


class SheetOut(Schema):
    """A sheet that has rows; without a choice those are read whose columns are the same."""

    name: str
    is_read: bool


class ReadingOut(Schema):
    """A file that waits, or what became of it; `mapping` says which column holds which field."""

    id: UUID
    name: str
    ledger: str
    mapping: dict[str, int]
    columns: list[str]
    sheets: list[SheetOut]
    is_done: bool
    told: dict[str, Any] = Field(description="counts and refused rows, once it is carried out")


class OutcomeOut(Schema):
    """What would become of one row."""

    where: str
    kind: str = Field(description="new, changed, same, done (left out) or rejected")
    title: str
    task: str | None = Field(description="number of the task that it is")
    changes: list[str] = Field(description="names of the fields that differ")
    reasons: list[dict[str, str]]


class LookOut(Schema):
    """What would become of all rows; `gone` are numbers of tasks that the file no longer has."""

    rows: list[OutcomeOut]
    gone: list[str]
    unknown: list[str] = Field(description="names of bodies that the office does not know")


class ColumnsIn(Given):
    """Which column (from 0) holds which field."""

    mapping: dict[str, int] = Field(examples=[{"title": 1, "lead": 4, "deadline": 7}])


class SheetIn(Given):
    """The sheet to read; empty for all whose columns are the same."""

    sheet: str = Field(default="", max_length=120)


class BodyNamesIn(Given):
    """Which body (by its id) a name means, for this ledger and all to come."""

    bodies: dict[str, Annotated[StrictInt, Field(ge=1, lt=2**31)]] = Field(
        examples=[{"市教体局": 2}], max_length=200
    )


class CarryIn(Given):
    """Whether rows with a lead body and a deadline are assigned at once."""

    assign: StrictBool = True


def _rights(request: HttpRequest) -> Rights:
    rights: Rights = request.rights  # type: ignore[attr-defined]
    if rights.role not in READERS:
        raise PermissionDenied
    return rights


def _mine(rights: Rights, pk: UUID) -> Reading:
    found = Reading.objects.filter(pk=pk, person=rights.person).first()
    if found is None:
        raise Http404
    return found


def _shown(reading: Reading) -> ReadingOut:
    columns = heads(reading) if reading.done is None else []
    there = sheets(reading) if reading.done is None else []
    return ReadingOut(
        id=reading.pk, name=reading.name, ledger=reading.ledger, mapping=reading.mapping,
        columns=columns, sheets=[SheetOut(name=each.name, is_read=each.is_read) for each in there],
        is_done=reading.done is not None, told=reading.told,
    )  # fmt: skip


@router.post("", response={201: ReadingOut}, operation_id="give_ledger")
def give_ledger(
    request: HttpRequest, file: File[UploadedFile], ledger: Form[str] = ""
) -> Status[ReadingOut]:
    """Give a file of a ledger (.xlsx, .xls, .ods, .csv). Nothing is entered yet."""
    reading = give(_rights(request), file, file.name or "ledger", ledger)
    return Status(201, _shown(reading))


@router.get("/{pk}", response=ReadingOut, operation_id="one_ledger_file")
def one_ledger_file(request: HttpRequest, pk: UUID) -> ReadingOut:
    """A file that waits, or what became of it."""
    return _shown(_mine(_rights(request), pk))


@router.put("/{pk}/columns", response=ReadingOut, operation_id="map_columns")
def map_columns(request: HttpRequest, pk: UUID, given: ColumnsIn) -> ReadingOut:
    """Say which column holds which field; kept for files with the same columns."""
    reading = _mine(_rights(request), pk)
    remember(reading, {name: at for name, at in given.mapping.items() if name in FIELDS})
    return _shown(reading)


@router.put("/{pk}/sheet", response=ReadingOut, operation_id="choose_ledger_sheet")
def choose_ledger_sheet(request: HttpRequest, pk: UUID, given: SheetIn) -> ReadingOut:
    """Say which sheet of a workbook is read."""
    reading = _mine(_rights(request), pk)
    choose_sheet(reading, given.sheet)
    return _shown(reading)


@router.put("/{pk}/bodies", response=LookOut, operation_id="name_ledger_bodies")
def name_ledger_bodies(request: HttpRequest, pk: UUID, given: BodyNamesIn) -> LookOut:
    """Say which bodies are meant by names that the office does not know; it is remembered."""
    rights = _rights(request)
    _mine(rights, pk)
    name_bodies(rights, given.bodies)
    return look_at_rows(request, pk)


@router.get("/{pk}/rows", response=LookOut, operation_id="look_at_rows")
def look_at_rows(request: HttpRequest, pk: UUID) -> LookOut:
    """What would become of each row (dry run)."""
    rights = _rights(request)
    held = _held(rights, _mine(rights, pk))
    return LookOut(
        rows=[_row(each) for each in held.outcomes], gone=[t.number for t in held.gone],
        unknown=held.unknown,
    )  # fmt: skip


@router.post("/{pk}/entries", response=ReadingOut, operation_id="enter_ledger")
def enter_ledger(request: HttpRequest, pk: UUID, given: CarryIn) -> ReadingOut:
    """Enter what is new and change what is changed; sending it again changes nothing."""
    rights = _rights(request)
    reading = _mine(rights, pk)
    if reading.done is None:
        held = _held(rights, reading)
        keep_told(rights, reading, held, carry_out(rights, reading, held, also_assign=given.assign))
        reading.refresh_from_db()
    return _shown(reading)


def _held(rights: Rights, reading: Reading) -> Comparison:
    return compare(rights, reading.ledger, rows_of(reading))


def _row(outcome: Outcome) -> OutcomeOut:
    return OutcomeOut(
        where=outcome.meant.row.where, kind=outcome.kind,
        title=str(outcome.meant.fields.get("title", "")),
        task=outcome.task.number if outcome.task else None, changes=list(outcome.changes),
        reasons=[{"en": one.en, "zh": one.zh} for one in (*outcome.reasons, *outcome.meant.notes)],
    )  # fmt: skip
