"""Entering a person from the command line, where nobody can do it on the page."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from urbanwork.errors import UserError
from urbanwork.office.people.closing import open_person, take_factors_away
from urbanwork.office.people.keeping import keep
from urbanwork.office.people.models import Body, Person, Post

BY = "system"
LONGEST_NAME = 120


@transaction.atomic
def enter(username: str, name: str, role: str, body: str, *, without_factors: bool) -> Person:
    """A person with a post, new or as they are; a person who was let go comes back.

    Args:
        username: by which they sign in.
        name: of the person; empty to leave it, or to use the user name.
        role: of the post; empty for none.
        body: its code; empty for the first body.
        without_factors: whether second factors are taken away.

    Raises:
        UserError: the user name, the name or the code of the body is not one.
    """
    if len(name) > LONGEST_NAME:
        raise UserError(f"--name: got {len(name)} characters, wanted {LONGEST_NAME} at most")
    person = Person.objects.filter(username=username).first() or _new(username)
    person.name = name or person.name or username
    person = keep(BY, person)
    if not person.is_active:
        open_person(BY, person)
    if without_factors:
        take_factors_away(BY, person)
    if role:
        _give(person, role, _body(body))
    return person


def _new(username: str) -> Person:
    person = Person(username=username, name=username)
    person.set_unusable_password()
    try:
        person.full_clean(exclude=["password"])
    except ValidationError as error:
        raise UserError(
            f"'{username[:80]}' is no user name; use letters, digits and @ . + - _, 150 at most"
        ) from error
    return person


def _body(code: str) -> Body:
    bodies = Body.objects.filter(is_closed=False)
    body = bodies.filter(code=code).first() if code else bodies.order_by("id").first()
    if body is None:
        known = ", ".join(bodies.order_by("id").values_list("code", flat=True)[:5])
        raise UserError(f"--body {code}: no open body has this code; there are {known or 'none'}")
    return body


def _give(person: Person, role: str, body: Body) -> None:
    if not Post.objects.held().filter(person=person, role=role, body=body).exists():
        keep(BY, Post(person=person, role=role, body=body))
