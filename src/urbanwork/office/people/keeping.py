"""Saving bodies, people, posts and qualifications: each change in the chain, none over another's.

Names, telephones and texts about people go into the chain as digests only, so that they can be
erased; ids, roles, codes and days stay for ever.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from urbanwork.office.audit.record import record
from urbanwork.office.people.models import Body, Person, Post, Qualification
from urbanwork.office.people.tree import hold, settle
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

Row = TypeVar("Row", Body, Person, Post, Qualification)


@dataclass(frozen=True)
class Kind:
    """What of a row stays in the chain as it is, and what is personal."""

    name: str
    facts: tuple[str, ...]
    personal: tuple[str, ...] = ()


KINDS: Final[Mapping[type[Any], Kind]] = {
    Body: Kind("body", ("code", "name", "name_en", "kind", "parent_id", "is_closed")),
    Person: Kind("person", ("language", "is_active"), ("username", "name", "phone", "email")),
    Post: Kind(
        "post", ("person_id", "body_id", "role", "areas", "fields", "begin", "end"), ("title",)
    ),
    Qualification: Kind(
        "qualification",
        ("person_id", "code", "name", "is_training", "hours", "obtained", "expires"),
    ),
}
CHANGED = Bilingual(
    "Somebody changed this while you had it open; look at it again.",
    "您打开此页后，他人已作更改，请重新查看。",
)
TAKEN = Bilingual(
    "Somebody entered the same at this moment; look at what is there.",
    "他人刚刚录入了相同内容，请先查看。",
)
LAST_ADMINISTRATOR = Bilingual(
    "The office would be without an administrator; give somebody else the post first.",
    "系统将没有管理员，请先为他人设置管理员岗位。",
)


@transaction.atomic
def keep(by: str, row: Row, *, seen: str | None = None) -> Row:
    """Save a row, new or changed, and record what differs.

    Args:
        by: who does it, such as `person:4`, or `system`.
        row: the row as it is to be.
        seen: the mark of the row on the page where it was changed; None not to look.

    Raises:
        RefusedError: it was changed meanwhile, its code or user name is taken, the tree of bodies
            cannot be so, or nobody would be an administrator any more.
    """
    kind: Kind = KINDS[type(row)]
    if isinstance(row, Body):
        hold()
    before = _before(row)
    if before is not None and seen is not None and seen != mark(before):
        raise RefusedError(CHANGED)
    changed = _differences(kind, before, row)
    if not changed:
        return row
    if isinstance(row, Body):
        settle(row, is_moved=bool({"parent_id", "is_closed"} & set(changed)))
    might_end = before is not None and isinstance(row, Person | Post) and _has_administrator()
    _save(row)
    if might_end and not _has_administrator():
        raise RefusedError(LAST_ADMINISTRATOR)
    _record(by, kind, row, changed, is_new=before is None)
    return row


def mark(row: Row) -> str:
    """A digest of a row as it is, for the form on which it is changed."""
    kind: Kind = KINDS[type(row)]
    plain = [_plain(getattr(row, name)) for name in (*kind.facts, *kind.personal)]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()[:16]


def _save(row: Row) -> None:
    """Save it; two who enter one code at once both found it free before."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise RefusedError(TAKEN) from error


def _before(row: Row) -> Row | None:
    rows: Any = type(row)._default_manager
    found: Row | None = None
    if row.pk is not None:
        found = rows.select_for_update(no_key=True).get(pk=row.pk)
    return found


def _differences(kind: Kind, before: Row | None, row: Row) -> dict[str, Any]:
    now = {name: _plain(getattr(row, name)) for name in (*kind.facts, *kind.personal)}
    if before is None:
        return now
    return {name: each for name, each in now.items() if each != _plain(getattr(before, name))}


def _record(by: str, kind: Kind, row: Row, changed: dict[str, Any], *, is_new: bool) -> None:
    personal = {name: str(changed[name]) for name in kind.personal if changed.get(name)}
    facts = {name: changed[name] for name in kind.facts if name in changed}
    emptied = [name for name in kind.personal if name in changed and not changed[name]]
    about = row.pk if isinstance(row, Person) else getattr(row, "person_id", None)
    record(
        f"{kind.name}.{'add' if is_new else 'change'}", f"{kind.name}:{row.pk}",
        {**facts, **({"emptied": emptied} if emptied and not is_new else {})}, actor=by,
        personal=personal, about=f"person:{about}" if personal else "",
    )  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def _has_administrator() -> bool:
    held = Post.objects.held(timezone.localdate())
    return held.filter(role="administrator", person__is_active=True).exists()
