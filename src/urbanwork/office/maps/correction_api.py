"""Wrong numbers for programs: reported as tasks, written when they are confirmed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Path, Router, Schema, Status
from pydantic import Field, StringConstraints

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.office.api.form_faults import form_fault
from urbanwork.office.api.given import Day, Given
from urbanwork.office.ledger.acting import Draft, register
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.maps import corrections
from urbanwork.office.maps.asking import plain_faults, rights_in
from urbanwork.office.maps.correction_forms import CorrectionForm
from urbanwork.office.maps.correction_views import (
    REPORTERS,
    WRITERS,
    about_number,
    fields_of_report,
)
from urbanwork.office.people.rights import Rights

router = Router()

Word = Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$")]
Key = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z+-]{8,64}$")]
Number = Annotated[str, StringConstraints(max_length=20, pattern=r"^[^\x00/]+$")]


class NumberedOut(Schema):
    """A task by number."""

    number: str
    title: str


class WrongNumberIn(Given):
    """A number that is wrong: what the map has wrong, where, on what evidence, until when."""

    action: Literal["add", "close", "move", "reopen", "other"]
    category: Word = ""
    target: Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00]*$")] = Field(
        "", description="id of the place that is meant"
    )
    name: Word = ""
    lon: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False)
    lat: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False)
    capacity: int | None = Field(None, ge=0, le=100_000)
    reason: Annotated[str, StringConstraints(max_length=2_000, pattern=r"^[^\x00]*$")] = ""
    evidence: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00]+$")]
    expires: Day | None = None
    indicator: Word = Field("", description="of the number that is wrong")
    area: Word = ""
    cell: Word = ""
    key: Key | None = Field(None, description="sending twice with one key does it once")


class CorrectionOut(Schema):
    """A correction that is confirmed and not in the file yet."""

    task: str = Field(description="number of the task")
    title: str
    entry: dict[str, Any]


class WrittenOut(Schema):
    """Whether the entry was written now; false where it stood in the file, or has none."""

    is_written: bool


@router.get("", response=list[CorrectionOut], summary="Corrections not written yet")
def list_corrections(request: HttpRequest) -> Any:
    """Confirmed corrections that are not in the file of the city."""
    rights = _one_of(request, WRITERS)
    return [
        {"task": each.number, "title": each.title, "entry": corrections.entry_of(each)}
        for each in corrections.unwritten(rights)
    ]


@router.post("", response={201: NumberedOut}, summary="Report a wrong number")
def report_correction(request: HttpRequest, given: WrongNumberIn) -> Any:
    """It becomes a task; its entry is written when the task is closed."""
    rights = _one_of(request, REPORTERS)
    typed = {name: value for name, value in given.model_dump().items() if value is not None}
    form = CorrectionForm(typed, author=str(rights.person))
    if not form.is_valid():
        raise UserError(form_fault(lambda: CorrectionForm(typed, author=str(rights.person))))
    about = about_number(given.indicator, given.area, given.cell)
    return Status(201, register(rights, Draft(fields_of_report(form, about), key=given.key)))


@router.post("/{number}", response=WrittenOut, summary="Write a confirmed correction")
def write_correction(request: HttpRequest, number: Path[Number]) -> Any:
    """Append the entry of a closed task to the file of the city; twice does it once."""
    rights = _one_of(request, WRITERS)
    task = get_object_or_404(visible(rights), number=number)
    try:
        return {"is_written": corrections.write(task, f"person:{rights.person.pk}")}
    except UserError as error:
        raise ManyFaultsError(plain_faults(error)) from None


def _one_of(request: HttpRequest, roles: tuple[str, ...]) -> Rights:
    rights = rights_in(request)
    if rights.role not in roles:
        raise PermissionDenied
    return rights
