"""Files that come in pieces, as scripts send them: begin, ask how much has come, add."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from urbanwork.errors import UserError
from urbanwork.office.access import page
from urbanwork.office.evidence.asked import (
    begun_of,
    check_person,
    rights_of,
    task_of,
    upload_of,
)
from urbanwork.office.evidence.models import Upload
from urbanwork.office.evidence.storing import GIVERS
from urbanwork.office.evidence.uploads import OtherOffsetError, add, begin, offset
from urbanwork.office.evidence.views import sentence_of, status_of
from urbanwork.office.pages.language import said

OFFSET = "Upload-Offset"
CONFLICT = 409


@page(*GIVERS)
@require_POST
def begin_upload(request: HttpRequest) -> HttpResponse:
    """Begin to send a file; with the same key again, the same upload."""
    pk = request.POST.get("task", "")
    task = task_of(request, pk=int(pk) if pk.isdecimal() and len(pk) < 18 else 0)
    try:
        check_person(request)
        upload = begin(rights_of(request), task, begun_of(request.POST))
    except UserError as error:
        return JsonResponse({"fault": sentence_of(error)}, status=status_of(error))
    return _state(upload, status=201)


@page(*GIVERS)
@require_http_methods(["GET", "HEAD", "PATCH"])
def one_upload(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How much has come, or the next piece."""
    upload = upload_of(request, pk)
    if request.method != "PATCH":
        return _state(upload)
    start = request.headers.get(OFFSET, "")
    if not (start.isdecimal() and len(start) <= 12):
        return JsonResponse({"fault": f"{OFFSET}: ?"}, status=400)
    try:
        return _state(add(rights_of(request), upload, int(start), request))
    except OtherOffsetError:
        return _state(upload, status=CONFLICT)
    except UserError as error:
        return JsonResponse({"fault": sentence_of(error)}, status=status_of(error))


def _state(upload: Upload, status: int = 200) -> HttpResponse:
    have = offset(upload)
    state = {
        "url": reverse("evidence_upload", args=[upload.pk]),
        "offset": have,
        "size": upload.size,
        "evidence": None if upload.evidence_id is None else str(upload.evidence_id),
        "fault": said(upload.refusal) if upload.refusal else None,
    }
    return JsonResponse(state, status=status, headers={OFFSET: have, "Cache-Control": "no-store"})
