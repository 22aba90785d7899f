"""Papers for programs: the same files, numbers and refusals as the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, File, Path, Router, Schema, UploadedFile
from pydantic import ConfigDict, StrictBool, StringConstraints

from urbanwork.office.api.given import Id
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.papers import making, originals
from urbanwork.office.papers.bulletin import Month
from urbanwork.office.papers.filling import DOCX
from urbanwork.office.papers.kinds import KINDS, Kind
from urbanwork.office.papers.models import Paper, PaperFile
from urbanwork.office.papers.views import (
    MOST,
    NO_FILE,
    READERS,
    as_answer,
    files_seen,
    rights_in,
    seen_file,
    seen_order,
    seen_papers,
)
from urbanwork.office.people.rights import Rights
from urbanwork.supervision.refusing import RefusedError

router = Router()

Number = Annotated[str, StringConstraints(max_length=20, pattern=r"^[^\x00/]+$")]
Lang = Literal["zh", "en"]
KindName = Literal["assignment", "order", "reminder", "interview", "bulletin", "minutes"]
FILE: Final = {
    "responses": {
        200: {
            "description": "OK",
            "content": {DOCX: {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}
"""What an operation that answers with a file of Word says of it."""


class LangIn(Schema):
    """The language of a paper."""

    model_config = ConfigDict(extra="forbid")

    lang: Lang = "zh"
    anew: StrictBool = Field(
        False, description="make it anew, not as it was made before; for who issues papers"
    )


class BulletinIn(LangIn):
    """The month of a bulletin."""

    month: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}$")] = Field(
        examples=["2026-05"]
    )


class PaperFileOut(Schema):
    """A file of a paper, kept as it was made."""

    id: int
    lang: Lang
    made: datetime
    digest: str = Field(description="SHA-256 of the file")


class PaperOut(Schema):
    """A paper that was issued."""

    id: int
    kind: str = Field(examples=["assignment"])
    code: str = Field(examples=["交办〔2026〕12号"])
    task: str | None = None
    about: str
    by: str
    made: datetime
    files: list[PaperFileOut] = Field(description="those that the post may open, newest first")


class TemplateOut(Schema):
    """A template, and the values that it may name."""

    kind: str = Field(examples=["assignment"])
    lang: Lang
    is_own: bool = Field(description="whether the city changed it")
    values: list[str] = Field(examples=[["task", "milestones › due"]])


@router.get("", response=list[PaperOut], summary="List papers", operation_id="list_papers")
def list_papers(request: HttpRequest) -> Any:
    """Papers that were issued, the newest first."""
    rights = rights_in(request)
    if rights.role not in READERS:
        raise PermissionDenied
    papers = list(seen_papers(rights)[:MOST])
    files = files_seen(rights, papers)
    return [_paper(each, files.get(each.pk, [])) for each in papers]


def _paper(paper: Paper, files: list[PaperFile]) -> PaperOut:
    return PaperOut(
        id=paper.pk, kind=paper.kind, code=paper.code, about=paper.about, by=str(paper.by),
        task=None if paper.task is None else paper.task.number, made=paper.made,
        files=[
            PaperFileOut(
                id=each.pk, lang=each.lang, made=each.made, digest=each.digest,  # type: ignore[arg-type]
            )
            for each in files
        ],
    )  # fmt: skip


def is_anew(rights: Rights, given: LangIn) -> bool:
    """Whether who issues papers wants one made anew."""
    return given.anew and rights.role in making.ISSUE


@router.post(
    "/files/{pk}", operation_id="open_paper", summary="Open a paper as it was made",
    openapi_extra=FILE,
)  # fmt: skip
def open_paper(request: HttpRequest, pk: Path[Id]) -> HttpResponse:
    """A kept file of a paper, byte for byte; the chain notes who took it."""
    rights = rights_in(request)
    if rights.role not in READERS:
        raise PermissionDenied
    try:
        return as_answer(making.opened(rights, seen_file(rights, pk)))
    except FileNotFoundError as error:
        raise Http404 from error


@router.post(
    "/tasks/{number}", operation_id="take_assignment_order", summary="Take an assignment order",
    openapi_extra=FILE,
)  # fmt: skip
def take_assignment_order(
    request: HttpRequest, number: Path[Number], given: LangIn
) -> HttpResponse:
    """The assignment order of a task as DOCX; numbered when it is first taken."""
    rights = rights_in(request)
    task = get_object_or_404(visible(rights), number=number)
    anew = is_anew(rights, given)
    return as_answer(making.assignment_order(rights, task, given.lang, anew=anew))


@router.post(
    "/orders/{pk}", operation_id="take_order", summary="Take the paper of an order",
    openapi_extra=FILE,
)  # fmt: skip
def take_order(request: HttpRequest, pk: Path[Id], given: LangIn) -> HttpResponse:
    """The supervision order, reminder or notice of interview as DOCX."""
    rights = rights_in(request)
    order, anew = seen_order(rights, pk), is_anew(rights, given)
    return as_answer(making.supervision_order(rights, order, given.lang, anew=anew))


@router.post(
    "/bulletin", operation_id="take_bulletin", summary="Take a monthly bulletin",
    openapi_extra=FILE,
)  # fmt: skip
def take_bulletin(request: HttpRequest, given: BulletinIn) -> HttpResponse:
    """The bulletin of a month as DOCX; restricted tasks never stand in it."""
    rights = rights_in(request)
    if rights.role not in making.ISSUE:
        raise PermissionDenied
    month = Month.of(given.month)
    return as_answer(making.bulletin(rights, month, given.lang, anew=given.anew))


@router.get(
    "/templates", response=list[TemplateOut], operation_id="list_templates",
    summary="List templates",
)  # fmt: skip
def list_templates(request: HttpRequest) -> Any:
    """All templates of papers."""
    _may_change(request)
    return [
        TemplateOut(
            kind=kind.name, lang=lang, is_own=originals.is_own(kind, lang),
            values=[name for name, _ in kind.named()],
        )
        for kind in KINDS.values()
        for lang in originals.LANGUAGES
    ]  # fmt: skip


@router.get(
    "/templates/{kind}/{lang}", operation_id="take_template", summary="Take a template",
    openapi_extra=FILE,
)  # fmt: skip
def take_template(request: HttpRequest, kind: KindName, lang: Lang) -> HttpResponse:
    """The template that holds."""
    _may_change(request)
    return HttpResponse(originals.template_of(_kind(kind), lang), content_type=DOCX)


@router.post(
    "/templates/{kind}/{lang}", response={204: None}, operation_id="change_template",
    summary="Use a changed template",
)  # fmt: skip
def change_template(
    request: HttpRequest, kind: KindName, lang: Lang, file: File[UploadedFile | None] = None
) -> Any:
    """Try a template out, and use it from now on; 409 with the reason where it cannot be filled."""
    if file is None:
        raise RefusedError(NO_FILE)
    data = file.read(originals.MOST_BYTES + 1)
    originals.change(rights_in(request), _kind(kind), lang, data)
    return 204, None


@router.delete(
    "/templates/{kind}/{lang}", response={204: None}, operation_id="default_template",
    summary="Go back to the default",
)  # fmt: skip
def default_template(request: HttpRequest, kind: KindName, lang: Lang) -> Any:
    """Use the template of the product again."""
    originals.go_back(rights_in(request), _kind(kind), lang)
    return 204, None


def _may_change(request: HttpRequest) -> None:
    if rights_in(request).role not in originals.CHANGE:
        raise PermissionDenied


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]
