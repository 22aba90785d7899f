"""Chiefs of this office: who answers for which area, where nobody does, and where two do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from urbanwork.office.audit.record import record
from urbanwork.office.ledger.names import names
from urbanwork.office.people.models import Body, Person
from urbanwork.office.people.rights import Rights
from urbanwork.office.supervising.models import Chief
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.chiefs import ChiefPost, Chiefs, chiefs
from urbanwork.supervision.refusing import RefusedError

APPOINT = ("supervisor", "administrator")


@dataclass(frozen=True)
class Coverage:
    """The chiefs of one kind on a day."""

    kind: str
    found: Chiefs
    posts: list[Chief]


def coverages(day: date | None = None) -> list[Coverage]:
    """Each kind of chief with what is wrong, by the areas of the last examination."""
    today = day or timezone.localdate()
    rows = list(Chief.objects.select_related("person", "body"))
    areas = list(names().areas)
    posts = [_post(each) for each in rows]
    return [
        Coverage(
            kind, chiefs(areas, posts, kind, today),
            [each for each in rows if each.kind == kind and _post(each).holds(today)],
        )
        for kind in sorted({each.kind for each in rows})
    ]  # fmt: skip


def _post(row: Chief) -> ChiefPost:
    person = None if row.person_id is None else str(row.person_id)
    return ChiefPost(str(row.pk), row.kind, row.area, person, row.since, row.until)


@transaction.atomic
def appoint(
    rights: Rights, kind: str, area: str, body: Body, person: Person | None, since: date
) -> Chief:
    """Make a post for an area; a second one is kept too, and shown as what is wrong.

    Raises:
        RefusedError: the post may not, or there is no such area.
    """
    _may(rights)
    if area not in names().areas:
        raise RefusedError(Bilingual("There is no such area.", "没有此片区。"))
    row = Chief.objects.create(kind=kind, area=area, body=body, person=person, since=since)
    facts = {"kind": kind, "area": area, "body": body.pk, "since": since.isoformat()}
    _record("chief.appoint", row, rights, facts)
    return row


@transaction.atomic
def end(rights: Rights, chief: Chief, day: date | None = None) -> None:
    """End a post with a day, else today; one that ended before stays as it is.

    Raises:
        RefusedError: the post may not.
    """
    _may(rights)
    last = day or timezone.localdate()
    if chief.until is not None and chief.until <= last:
        return
    chief.until = last
    chief.save(update_fields=["until"])
    _record("chief.end", chief, rights, {"until": chief.until.isoformat()})


def _may(rights: Rights) -> None:
    if rights.role not in APPOINT:
        raise RefusedError(
            Bilingual("Your post does not appoint chiefs.", "您的岗位不能设置责任人。")
        )


def _record(action: str, row: Chief, rights: Rights, facts: dict[str, object]) -> None:
    about = f"person:{row.person_id}" if row.person_id else ""
    record(
        action, f"chief:{row.pk}", facts, actor=f"person:{rights.person.pk}",
        personal={"person": str(row.person)} if row.person else None, about=about,
    )  # fmt: skip
