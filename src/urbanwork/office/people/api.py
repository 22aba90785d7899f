"""Bodies for programs: found, entered, changed, closed. People and tables stand beside them."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field, StrictBool

from urbanwork.office.api.given import Given, Id
from urbanwork.office.people import closing, seeing
from urbanwork.office.people.asked import (
    SEEN,
    Search,
    Seen,
    Title,
    Word,
    administrator,
    by,
    kept,
    rights_in,
    seen_by,
)  # fmt: skip
from urbanwork.office.people.forms import BodyForm
from urbanwork.office.people.importing_api import router as imports
from urbanwork.office.people.models import Body
from urbanwork.office.people.people_api import router as people
from urbanwork.office.people.rights import Rights

router = Router()
router.add_router("", people)
router.add_router("/imports", imports)


class BodyOut(Schema):
    """A body of the tree."""

    id: int
    code: str = Field(examples=["education"])
    name: str = Field(examples=["教育局"])
    name_en: str
    kind: str
    parent: int | None = Field(None, description="id of the body above it")
    is_closed: bool
    seen: str | None = Field(None, description=SEEN)


class BodyChanges(Given):
    """What of a body becomes different; what is left out stays."""

    code: Word | None = None
    name: Title | None = None
    name_en: Title | None = None
    kind: Word | None = None
    parent: Id | None = Field(None, description="id of the body above it; null: none")
    seen: Seen = None


class BodyIn(Given):
    """A body to enter."""

    code: Word = Field(examples=["fire"])
    name: Title = Field(examples=["消防支队"])
    name_en: Title = ""
    kind: Word = ""
    parent: Id | None = Field(None, description="id of the body above it")


class BodyState(Given):
    """Whether a body is closed."""

    is_closed: StrictBool


@router.get("/bodies", response=list[BodyOut], operation_id="find_bodies")
def find_bodies(request: HttpRequest, given: Query[Search]) -> list[BodyOut]:
    """The first 50 bodies whose name or code holds these words, open ones first."""
    rights = rights_in(request)
    return [_body(rights, each) for each in seeing.found_bodies(given.words)]


@router.post("/bodies", response={201: BodyOut}, operation_id="enter_body")
def enter_body(request: HttpRequest, given: BodyIn) -> Status[BodyOut]:
    """Enter a body; a code that is there already is refused."""
    rights = administrator(request)
    return Status(201, _body(rights, kept(rights, BodyForm, Body(), given)))


@router.get("/bodies/{pk}", response=BodyOut, operation_id="one_body")
def one_body(request: HttpRequest, pk: Annotated[Id, Path()]) -> BodyOut:
    """A body, open or closed."""
    return _body(rights_in(request), get_object_or_404(Body, pk=pk))


@router.patch("/bodies/{pk}", response=BodyOut, operation_id="change_body")
def change_body(request: HttpRequest, pk: Annotated[Id, Path()], given: BodyChanges) -> BodyOut:
    """Change a body, or put it below another with all that is below it."""
    rights = administrator(request)
    return _body(rights, kept(rights, BodyForm, get_object_or_404(Body, pk=pk), given))


@router.put("/bodies/{pk}/state", response=BodyOut, operation_id="close_body")
def close_body(request: HttpRequest, pk: Annotated[Id, Path()], given: BodyState) -> BodyOut:
    """Close a body that has nothing left, or open it again; 409 with what it still has."""
    rights = administrator(request)
    body = get_object_or_404(Body, pk=pk)
    if body.is_closed is not given.is_closed:
        act = closing.close_body if given.is_closed else closing.open_body
        act(by(rights), body)
    return _body(rights, body)


def _body(rights: Rights, body: Body) -> BodyOut:
    return BodyOut(
        id=body.pk, code=body.code, name=body.name, name_en=body.name_en, kind=body.kind,
        parent=body.parent_id, is_closed=body.is_closed, seen=seen_by(rights, body),
    )  # fmt: skip
