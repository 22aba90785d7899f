"""Adding to the chain, in the transaction of the write that it records."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from urbanwork.office.audit.models import Entry, Head, PersonalValue
from urbanwork.office.place import office_place
from urbanwork.office.statements import Question, insert, update

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Told:
    """What one entry tells.

    Args:
        action: what was done, such as `task.assign`.
        subject: what it was done to, such as `task:17`.
        facts: what is kept as it is: numbers, ids, states; no names, no free text of people.
        actor: who did it, such as `person:4`, or `system`.
        personal: values that may have to be erased; only salted digests enter the chain.
        about: whom the personal values are about, such as `person:4`, so that they can be found.
    """

    action: str
    subject: str
    facts: Mapping[str, Any]
    actor: str
    personal: Mapping[str, str] = field(default_factory=dict)
    about: str = ""


def record(
    action: str,
    subject: str,
    facts: Mapping[str, Any],
    *,
    actor: str,
    personal: Mapping[str, str] | None = None,
    about: str = "",
) -> Entry:
    """Add one entry, see `Told`; call it inside the transaction that writes.

    Raises:
        RuntimeError: outside a transaction.
    """
    return record_all([Told(action, subject, facts, actor, personal or {}, about)])[0]


def record_all(told: Sequence[Told]) -> list[Entry]:
    """Add entries that follow on each other; call it inside the transaction that writes.

    The head is locked from here to the end of the transaction, and all other writers wait for it:
    what can be done before is better done before.

    Raises:
        RuntimeError: outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit entry belongs in the transaction of the write it records")
    if not told:
        return []
    head = next(iter(_head(1)), None) or Head.objects.get_or_create(id=1)[0]
    before, entries, values = head.digest, [], []
    for number, each in enumerate(told, start=head.number + 1):
        entry, personal = _made(each, number, before)
        before = entry.digest
        entries.append(entry)
        values += personal
    insert(entries)
    insert(values)
    head.number, head.digest = entries[-1].number, before
    update(head, ("number", "digest"))
    last = entries[-1]
    transaction.on_commit(lambda: anchor(last.number, last.digest, last.at))
    return entries


_head = Question(lambda one: Head.objects.select_for_update().filter(id=one))


def _made(told: Told, number: int, before: str) -> tuple[Entry, list[PersonalValue]]:
    """An entry that follows on `before`, and its personal values."""
    kept, salts = dict(told.facts), {name: secrets.token_hex(8) for name in told.personal}
    if told.personal:
        kept["personal"] = {
            name: salted(salts[name], value) for name, value in sorted(told.personal.items())
        }
    entry = Entry(
        number=number, at=timezone.now(), actor=told.actor, action=told.action,
        subject=told.subject, facts=kept, before=before,
    )  # fmt: skip
    entry.digest = digest_of(entry)
    about = told.about or told.subject
    return entry, [
        PersonalValue(entry=entry, name=name, salt=salts[name], value=value, subject=about)
        for name, value in told.personal.items()
    ]


def digest_of(entry: Entry) -> str:
    """The digest that an entry must have."""
    text = json.dumps(
        [entry.number, moment(entry.at), entry.actor, entry.action, entry.subject, entry.facts],
        ensure_ascii=False, sort_keys=True, separators=(",", ":"),
    )  # fmt: skip
    return hashlib.sha256(f"{entry.before}\n{text}".encode()).hexdigest()


def salted(salt: str, value: str) -> str:
    """The digest of a personal value."""
    return hashlib.sha256(f"{salt}:{value}".encode()).hexdigest()


def moment(at: datetime) -> str:
    """A time as the chain writes it: UTC, to the microsecond."""
    return at.astimezone(timezone.get_fixed_timezone(0)).isoformat(timespec="microseconds")


def anchor(number: int, digest: str, at: datetime) -> None:
    """Note the head outside the database, one line appended at once.

    The entry is committed by now: where the line cannot be written, that is logged, and the next
    line covers what is missing. A line that was cut off by a full disk is ended before the next.
    """
    path = office_place().anchors
    line = f"{number} {digest} {moment(at)}\n".encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            written = os.write(opened, _ended(opened) + line)
        finally:
            os.close(opened)
    except OSError:
        logger.exception("the anchor of an entry could not be written; the next one covers it")
    else:
        if written < len(line):
            logger.error("the anchor of an entry was cut off; the next one covers it")


def _ended(opened: int) -> bytes:
    """What ends the last line of an open file, where it has no end."""
    size = os.fstat(opened).st_size
    return b"\n" if size and os.pread(opened, 1, size - 1) != b"\n" else b""
