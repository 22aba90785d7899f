"""People for programs, with their posts and qualifications: seen as on their page, changed so."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field, StrictBool, StringConstraints

from urbanwork.office.api.given import Day, Given, Id, Role
from urbanwork.office.people import closing, seeing
from urbanwork.office.people.asked import (
    SEEN,
    Line,
    Search,
    Seen,
    Title,
    Word,
    administrator,
    by,
    kept,
    kept_once,
    rights_in,
    seen_by,
)  # fmt: skip
from urbanwork.office.people.forms import PersonForm, PostForm, QualificationForm
from urbanwork.office.people.models import Person, Post, Qualification
from urbanwork.office.people.rights import Rights
from urbanwork.office.people.room import shown

router = Router()

UserName = Annotated[str, StringConstraints(max_length=150, pattern=r"^[^\x00]*$")]
Mail = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^\x00]*$")]
Code = Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00]*$")]
Hours = Annotated[float, Field(ge=0, lt=100_000, allow_inf_nan=False)]
Some = Annotated[list[Code], Field(max_length=500)]


class PostOut(Schema):
    """A role of a person in a body; no areas, or no fields, means all of them."""

    id: int
    person: int
    body: int
    role: str = Field(examples=["handler"])
    title: str
    areas: list[str] = Field(description="ids of areas of the examination")
    fields: list[str] = Field(description="codes of points of the arrangement")
    begin: date | None = None
    end: date | None = None
    seen: str | None = Field(None, description=SEEN)


class QualificationOut(Schema):
    """What a person is qualified for, or was trained in."""

    id: int
    person: int
    code: str = Field(examples=["fire-op"])
    name: str
    is_training: bool
    hours: float | None = None
    obtained: date
    expires: date | None = None
    seen: str | None = Field(None, description=SEEN)


class PersonRow(Schema):
    """A person as lists name them."""

    id: int
    name: str
    is_active: bool


class PersonOut(PersonRow):
    """A person; what the post that asks may not know is null."""

    username: str | None = None
    phone: str | None = None
    email: str | None = None
    language: str | None = None
    posts: list[PostOut] = Field(description="those held today")
    ended: list[PostOut] = Field(description="those before, and those that begin later")
    qualifications: list[QualificationOut] | None = None
    seen: str | None = Field(None, description=SEEN)


class PersonChanges(Given):
    """What of a person becomes different; what is left out stays."""

    name: Line | None = None
    username: UserName | None = None
    phone: Word | None = None
    email: Mail | None = None
    language: Literal["zh-hans", "en"] | None = None
    seen: Seen = None


class PersonIn(Given):
    """A person to enter; by the user name they sign in."""

    name: Line = Field(examples=["李明"])
    username: UserName = Field(examples=["liming"])
    phone: Word = ""
    email: Mail = ""
    language: Literal["zh-hans", "en"] = "zh-hans"


class PersonState(Given):
    """Whether a person works here."""

    is_active: StrictBool


class PostChanges(Given):
    """What of a post becomes different; what is left out stays."""

    body: Id | None = None
    role: Role | None = None
    title: Line | None = None
    areas: Some | None = None
    fields: Some | None = None
    begin: Day | None = Field(None, description="first day; null: from ever")
    end: Day | None = Field(None, description="last day; null: for good")
    seen: Seen = None


class PostIn(Given):
    """A post to give."""

    body: Id
    role: Role
    title: Line = ""
    areas: Some = Field([], description="ids of areas; none: all")
    fields: Some = Field([], description="codes of points of the arrangement; none: all")
    begin: Day | None = None
    end: Day | None = None


class QualificationChanges(Given):
    """What of a qualification becomes different; what is left out stays."""

    code: Code | None = None
    name: Title | None = None
    is_training: StrictBool | None = None
    hours: Hours | None = None
    obtained: Day | None = None
    expires: Day | None = Field(None, description="last day; null: for good")
    seen: Seen = None


class QualificationIn(Given):
    """A qualification or training to enter."""

    code: Code
    name: Title
    is_training: StrictBool = False
    hours: Hours | None = None
    obtained: Day
    expires: Day | None = None


@router.get("/persons", response=list[PersonRow], operation_id="find_people")
def find_people(request: HttpRequest, given: Query[Search]) -> list[PersonRow]:
    """The first 50 people whose name, user name or title of a post holds these words."""
    found = seeing.found_people(given.words)
    return [PersonRow(id=each.pk, name=str(each), is_active=each.is_active) for each in found]


@router.post("/persons", response={201: PersonOut}, operation_id="enter_person")
def enter_person(request: HttpRequest, given: PersonIn) -> Status[PersonOut]:
    """Enter a person, who signs in by a link until they set a password; no post comes with it."""
    rights = administrator(request)
    person = Person()
    person.set_unusable_password()
    return Status(201, _person(rights, kept(rights, PersonForm, person, given)))


@router.get("/persons/{pk}", response=PersonOut, operation_id="one_person")
def one_person(request: HttpRequest, pk: Annotated[Id, Path()]) -> PersonOut:
    """A person with posts; more for those who may know more."""
    return _person(rights_in(request), get_object_or_404(Person, pk=pk))


@router.patch("/persons/{pk}", response=PersonOut, operation_id="change_person")
def change_person(
    request: HttpRequest, pk: Annotated[Id, Path()], given: PersonChanges
) -> PersonOut:
    """Change what is kept of a person."""
    rights = administrator(request)
    return _person(rights, kept(rights, PersonForm, get_object_or_404(Person, pk=pk), given))


@router.put("/persons/{pk}/state", response=PersonOut, operation_id="let_person_go")
def let_person_go(request: HttpRequest, pk: Annotated[Id, Path()], given: PersonState) -> PersonOut:
    """Let a person go, signed out and with all posts ended, or let them come back."""
    rights = administrator(request)
    person = get_object_or_404(Person, pk=pk)
    if person.is_active is not given.is_active:
        act = closing.open_person if given.is_active else closing.close_person
        act(by(rights), person)
    return _person(rights, person)


@router.post("/persons/{pk}/posts", response={201: PostOut}, operation_id="give_post")
def give_post(request: HttpRequest, pk: Annotated[Id, Path()], given: PostIn) -> Status[PostOut]:
    """Give a person a post; sending it twice gives it once."""
    rights = administrator(request)
    person = get_object_or_404(Person, pk=pk, is_active=True)
    return Status(201, _post(rights, kept_once(rights, PostForm, Post(person=person), given)))


@router.patch("/posts/{pk}", response=PostOut, operation_id="change_post")
def change_post(request: HttpRequest, pk: Annotated[Id, Path()], given: PostChanges) -> PostOut:
    """Change a post."""
    rights = administrator(request)
    return _post(rights, kept(rights, PostForm, get_object_or_404(Post, pk=pk), given))


@router.post("/posts/{pk}/end", response=PostOut, operation_id="end_post")
def end_post(request: HttpRequest, pk: Annotated[Id, Path()]) -> PostOut:
    """End a post as of now; one that ended before stays as it is."""
    rights = administrator(request)
    post = get_object_or_404(Post, pk=pk)
    return _post(rights, closing.end_post(by(rights), post))


@router.post(
    "/persons/{pk}/qualifications",
    response={201: QualificationOut},
    operation_id="enter_qualification",
)
def enter_qualification(
    request: HttpRequest, pk: Annotated[Id, Path()], given: QualificationIn
) -> Status[QualificationOut]:
    """Enter what a person is qualified for, or was trained in; sending it twice does it once."""
    rights = administrator(request)
    row = Qualification(person=get_object_or_404(Person, pk=pk))
    made = kept_once(rights, QualificationForm, row, given)
    return Status(201, _qualification(rights, made))


@router.patch(
    "/qualifications/{pk}", response=QualificationOut, operation_id="change_qualification"
)
def change_qualification(
    request: HttpRequest, pk: Annotated[Id, Path()], given: QualificationChanges
) -> QualificationOut:
    """Change it, such as how long it holds."""
    rights = administrator(request)
    row = get_object_or_404(Qualification, pk=pk)
    return _qualification(rights, kept(rights, QualificationForm, row, given))


def _person(rights: Rights, person: Person) -> PersonOut:
    """What the page of a person shows to this post."""
    page = shown(rights, person)
    told = PersonOut(
        id=person.pk, name=str(person), is_active=person.is_active, seen=seen_by(rights, person),
        posts=[_post(rights, each) for each in page["posts"]],
        ended=[_post(rights, each) for each in page["ended"]],
    )  # fmt: skip
    if page["knows"]:
        told.username, told.language = person.username, person.language
        told.phone, told.email = person.phone, person.email
        told.qualifications = [_qualification(rights, each) for each in page["qualifications"]]
    return told


def _post(rights: Rights, post: Post) -> PostOut:
    return PostOut(
        id=post.pk, person=post.person_id, body=post.body_id, role=post.role, title=post.title,
        areas=post.areas, fields=post.fields, begin=post.begin, end=post.end,
        seen=seen_by(rights, post),
    )  # fmt: skip


def _qualification(rights: Rights, row: Qualification) -> QualificationOut:
    return QualificationOut(
        id=row.pk, person=row.person_id, code=row.code, name=row.name,
        is_training=row.is_training, hours=None if row.hours is None else float(row.hours),
        obtained=row.obtained, expires=row.expires, seen=seen_by(rights, row),
    )  # fmt: skip
