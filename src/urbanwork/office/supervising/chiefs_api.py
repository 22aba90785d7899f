"""Chiefs of areas for programs: who answers for which, named and ended."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Path, Router, Schema, Status
from pydantic import Field, StringConstraints

from urbanwork.office.api.given import Day, Given, Id
from urbanwork.office.people.models import Body, Person
from urbanwork.office.people.rights import Rights
from urbanwork.office.supervising.chiefs_here import APPOINT, appoint, coverages, end
from urbanwork.office.supervising.models import Chief
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

router = Router()


class ChiefOut(Schema):
    """A post that answers for an area; vacant without a person."""

    id: int
    kind: str = Field(examples=["grid"])
    area: str
    body: int = Field(description="id of the body")
    person: int | None = Field(None, description="id of the person")
    name: str = Field("", description="of the person")
    since: date
    until: date | None = None


class ChiefIn(Given):
    """A post to make."""

    kind: Annotated[str, StringConstraints(max_length=40, pattern=r"^\w[\w -]{0,39}$")]
    area: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00]+$")]
    body: Id
    person: Id | None = Field(None, description="left out: the post is vacant")
    since: Day


class CoverageOut(Schema):
    """Chiefs of one kind: areas without one, with a vacant post, with two or more."""

    kind: str
    areas: int
    one_each: int
    none: list[str]
    vacant: list[str]
    several: list[str]
    posts: list[ChiefOut] = Field(description="those that hold today")


@router.get("", response=list[CoverageOut], operation_id="chief_coverage")
def chief_coverage(request: HttpRequest) -> list[CoverageOut]:
    """Each kind of chief: areas without one, and with two."""
    return [
        CoverageOut(
            kind=each.kind, areas=each.found.areas, one_each=each.found.one_each,
            none=list(each.found.none), vacant=list(each.found.vacant),
            several=[area for area, _ in each.found.several],
            posts=[_chief(post) for post in each.posts],
        )
        for each in coverages()
    ]  # fmt: skip


def _chief(row: Chief) -> ChiefOut:
    return ChiefOut(
        id=row.pk, kind=row.kind, area=row.area, body=row.body_id, person=row.person_id,
        name=str(row.person) if row.person else "", since=row.since, until=row.until,
    )  # fmt: skip


def _appointing(request: HttpRequest) -> Rights:
    rights: Rights = request.rights  # type: ignore[attr-defined]
    if rights.role not in APPOINT:
        raise PermissionDenied
    return rights


@router.post("", response={201: ChiefOut}, operation_id="appoint_chief")
def appoint_chief(request: HttpRequest, given: ChiefIn) -> Status[ChiefOut]:
    """Make a post that answers for an area."""
    rights = _appointing(request)
    body = Body.objects.filter(pk=given.body, is_closed=False).first()
    if body is None:
        raise no_such("open body", "机构", given.body)
    person = None
    if given.person is not None:
        person = Person.objects.filter(pk=given.person, is_active=True).first()
        if person is None:
            raise no_such("person", "人员", given.person)
    return Status(201, _chief(appoint(rights, given.kind, given.area, body, person, given.since)))


@router.post("/{pk}/end", response=ChiefOut, operation_id="end_chief")
def end_chief(request: HttpRequest, pk: Annotated[Id, Path()]) -> ChiefOut:
    """End the post of a chief today; one that ended before stays as it is."""
    rights = _appointing(request)
    row = get_object_or_404(Chief.objects.select_related("person"), pk=pk)
    end(rights, row)
    return _chief(row)


def no_such(en: str, zh: str, pk: int) -> RefusedError:
    """What is said where an id names nothing."""
    return RefusedError(Bilingual(f"There is no {en} {pk}.", f"没有编号为{pk}的{zh}。"))
