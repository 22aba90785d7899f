"""What operations on bodies and people share: who asks, and keeping what was sent by our forms."""

from __future__ import annotations

from copy import copy
from typing import Annotated, Any, Final, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import model_to_dict
from django.http import HttpRequest
from ninja import Schema
from pydantic import Field, StringConstraints

from urbanwork.errors import Fault, UserError
from urbanwork.office.api.form_faults import form_fault
from urbanwork.office.api.given import Given
from urbanwork.office.people.forms import Shown
from urbanwork.office.people.keeping import KINDS, Kind, keep, mark
from urbanwork.office.people.models import Body, Person, Post, Qualification
from urbanwork.office.people.rights import Rights

Row = TypeVar("Row", Body, Person, Post, Qualification)
Owned = TypeVar("Owned", Post, Qualification)

MOST_SAID: Final = 400
"""So many letters of a fault are told: it may hold what somebody sent."""
EMPTIED: Final = frozenset({"parent", "begin", "end", "hours", "expires"})
"""What `null` empties; any other member that is null stays as it is."""
Word = Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")]
Line = Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$")]
Title = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
SEEN: Final = "give it back with a change; for administrators"
"""What is said of the mark of a row."""
Seen = Annotated[
    str | None,
    Field(description="as it was read: of two who change it the second is told"),
    StringConstraints(pattern=r"^[0-9a-f]{16}$"),
]


class Search(Schema):
    """What is searched for."""

    q: Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00]*$")] = ""

    @property
    def words(self) -> str:
        """The words, apart by one blank."""
        return " ".join(self.q.split())


def rights_in(request: HttpRequest) -> Rights:
    """The rights of who asks."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    return rights


def administrator(request: HttpRequest) -> Rights:
    """The rights of an administrator.

    Raises:
        PermissionDenied: another role asks.
    """
    rights = rights_in(request)
    if rights.role != "administrator":
        raise PermissionDenied
    return rights


def by(rights: Rights) -> str:
    """Who does it, as the chain names them."""
    return f"person:{rights.person.pk}"


def seen_by(rights: Rights, row: Row) -> str | None:
    """The mark of a row for who may change it; to others it would confirm a guessed telephone."""
    return mark(row) if rights.role == "administrator" else None


def kept(rights: Rights, form: type[Shown], row: Row, given: Given) -> Row:
    """Keep a row with what was sent, by the form of the pages; what was not sent stays.

    Raises:
        UserError: the form refuses it.
        RefusedError: it was changed meanwhile, or the rules do not allow it.
    """
    checked = _checked(form, row, given)
    made: Row = checked.instance
    return keep(by(rights), made, seen=checked.cleaned_data["seen"] or None)


@transaction.atomic
def kept_once(rights: Rights, form: type[Shown], row: Owned, given: Given) -> Owned:
    """Keep a new row of a person, or find the one that says the same: sending twice does it once.

    Raises:
        UserError: the form refuses it.
    """
    Person.objects.select_for_update(no_key=True).get(pk=row.person_id)
    made: Owned = _checked(form, row, given).instance
    kind: Kind = KINDS[type(made)]
    same = {name: getattr(made, name) for name in (*kind.facts, *kind.personal)}
    rows: Any = type(made)._default_manager
    there: Owned | None = rows.filter(**same).order_by("pk").first()
    return there or keep(by(rights), made)


def _checked(form: type[Shown], row: Row, given: Given) -> Any:
    """The form, filled and in order; the row itself is not touched."""
    sent = {
        name: value for name, value in given.model_dump(exclude_unset=True).items()
        if value is not None or name in EMPTIED
    }  # fmt: skip
    held = model_to_dict(row, fields=form._meta.fields)

    def filled() -> Any:
        return form({**held, **sent}, instance=copy(row))

    checked = filled()
    if checked.is_valid():
        return checked
    told = form_fault(filled)
    raise UserError(Fault(told.en[:MOST_SAID], told.zh[:MOST_SAID]))
