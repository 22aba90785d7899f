"""Evidence for programs: what was given, giving more in one go or in pieces, and the files."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from ninja import Field, File, Form, Header, Path, Router, Schema, UploadedFile
from pydantic import StringConstraints

from urbanwork.office.api.given import Given
from urbanwork.office.evidence.asked import (
    LONGEST_TEXT,
    MOST_AT_ONCE,
    evidence_of,
    rights_of,
    task_of,
    upload_of,
)
from urbanwork.office.evidence.giving import act_with
from urbanwork.office.evidence.models import Evidence, Upload
from urbanwork.office.evidence.pictures import Position
from urbanwork.office.evidence.preparing import MOST_BYTES
from urbanwork.office.evidence.serving import file_response
from urbanwork.office.evidence.storing import GIVERS, Sent, store
from urbanwork.office.evidence.uploads import Begun, OtherOffsetError, add, begin, offset
from urbanwork.office.evidence.where import place_of
from urbanwork.office.ledger.acting import Doing

router = Router()

MOST_LISTED: Final = 500
Key = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z+-]{8,64}$")]
Number = Annotated[str, StringConstraints(max_length=20, pattern=r"^[^\x00/]+$")]
Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT, pattern=r"^[^\x00]*$")]
Name = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
PIECE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/offset+octet-stream": {"schema": {"type": "string", "format": "binary"}}
        },
    }
}


class EvidenceOut(Schema):
    """A piece of evidence. `digest` is the SHA-256 of what is stored."""

    id: UUID
    task: str = Field(examples=["2026-000017"])
    name: str = Field(examples=["现场.jpg"])
    kind: str = Field(examples=["image/jpeg"])
    size: int
    width: int | None = None
    height: int | None = None
    digest: str
    original_digest: str = Field(description="of the file as it was sent")
    person: str
    body: int = Field(description="id of the body that gave it")
    at: datetime
    taken: datetime | None = None
    longitude: float | None = None
    latitude: float | None = None
    position_from: str = Field(description="file, device, or empty where it is not known")
    is_inside: bool | None = Field(None, description="whether it was taken in an area of the task")
    metres_outside: float | None = None
    metres_from_task: float | None = None


class ReportIn(Schema):
    """A report, or a submission, with files in the same request."""

    action: Annotated[str, StringConstraints(pattern="^(report|submit)$")] = "report"
    text: Text = ""
    percent: float | None = Field(None, ge=0, le=100, allow_inf_nan=False)
    key: Key | None = Field(None, description="sending twice with one key does it once")


class ReportedOut(Schema):
    """What came of a report: the number of its event, and the ids of its evidence."""

    event: int
    evidence: list[str]


class BegunIn(Given):
    """A file that is about to come in pieces."""

    task: Number
    key: Key
    name: Name
    size: int = Field(ge=1, le=MOST_BYTES)
    sha256: Annotated[str, StringConstraints(pattern="^([0-9a-fA-F]{64})?$")] = ""
    longitude: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False)
    latitude: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False)


class UploadOut(Schema):
    """How much of a file has come, and what came of it."""

    id: UUID
    offset: int
    size: int
    evidence: UUID | None = None
    refusal: dict[str, str]


def _may_give(request: HttpRequest) -> None:
    if rights_of(request).role not in GIVERS:
        raise PermissionDenied


def _shown(row: Evidence) -> dict[str, Any]:
    place = place_of(row, row.task)
    plain = {name: getattr(row, name, None) for name in EvidenceOut.model_fields}
    return {
        **plain, "task": row.task.number, "person": str(row.person), "body": row.body_id,
        "is_inside": place and place.is_inside, "metres_outside": place and place.outside,
        "metres_from_task": place and place.from_point,
    }  # fmt: skip


@router.get("/of/{number}", response=list[EvidenceOut], operation_id="list_evidence")
def list_evidence(request: HttpRequest, number: Path[Number]) -> Any:
    """Evidence of a task, latest first."""
    rows = task_of(request, number=number).evidence.select_related("task", "person")
    return [_shown(row) for row in rows.order_by("-at", "id")[:MOST_LISTED]]


@router.post("/of/{number}", response={201: EvidenceOut}, operation_id="give_evidence")
def give_evidence(
    request: HttpRequest,
    number: Path[Number],
    file: File[UploadedFile],
    key: Form[Key | None] = None,
) -> Any:
    """Add a file to a task; 409 with the reason where it is not taken."""
    task = task_of(request, number=number)
    _may_give(request)
    return 201, _shown(store(rights_of(request), task, file, file.name or "", key))


@router.post("/reports/{number}", response={201: ReportedOut}, operation_id="report_with_files")
def report_with_files(
    request: HttpRequest,
    number: Path[Number],
    given: Form[ReportIn],
    files: File[list[UploadedFile]] = [],  # noqa: B006 (the library copies it)
) -> Any:
    """Report on a task or submit it, with files, all or nothing."""
    task = task_of(request, number=number)
    _may_give(request)
    doing = Doing(given.action, reason=given.text, percent=given.percent, key=given.key)
    sent = [
        Sent(each, each.name or "", f"{given.key}:{place}" if given.key else None)
        for place, each in enumerate(files[:MOST_AT_ONCE])
    ]
    event = act_with(rights_of(request), task, doing, sent)
    return 201, {"event": event.number, "evidence": event.evidence}


@router.post("/uploads", response={201: UploadOut}, operation_id="begin_upload")
def begin_upload(request: HttpRequest, given: BegunIn) -> Any:
    """Begin to send a file in pieces; the same key finds what was begun."""
    task = task_of(request, number=given.task)
    _may_give(request)
    where = None
    if given.longitude is not None and given.latitude is not None:
        where = Position(given.longitude, given.latitude)
    begun = Begun(given.key, given.name, given.size, given.sha256, where)
    return 201, _state(begin(rights_of(request), task, begun))


@router.get("/uploads/{uuid:pk}", response=UploadOut, operation_id="look_at_upload")
def look_at_upload(request: HttpRequest, pk: UUID) -> Any:
    """How much has come: the next piece begins there."""
    return _state(upload_of(request, pk))


@router.patch(
    "/uploads/{uuid:pk}", response={200: UploadOut, 409: UploadOut},
    operation_id="continue_upload", openapi_extra=PIECE,
)  # fmt: skip
def continue_upload(
    request: HttpRequest,
    pk: UUID,
    upload_offset: Annotated[int, Header(alias="Upload-Offset", ge=0, le=MOST_BYTES)],
) -> Any:
    """Add the piece that begins at `Upload-Offset`; 409 says where the next one begins."""
    upload = upload_of(request, pk)
    try:
        return 200, _state(add(rights_of(request), upload, upload_offset, request))
    except OtherOffsetError:
        return 409, _state(upload)


def _state(upload: Upload) -> dict[str, Any]:
    return {
        "id": upload.pk, "offset": offset(upload), "size": upload.size,
        "evidence": upload.evidence_id, "refusal": upload.refusal,
    }  # fmt: skip


@router.get("/{uuid:pk}", response=EvidenceOut, operation_id="one_evidence")
def one_evidence(request: HttpRequest, pk: UUID) -> Any:
    """One piece of evidence."""
    return _shown(evidence_of(request, pk))


@router.get("/{uuid:pk}/file", operation_id="evidence_content")
def evidence_content(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The file itself, to be saved."""
    try:
        return file_response(evidence_of(request, pk), "download")
    except FileNotFoundError as error:
        raise Http404 from error
