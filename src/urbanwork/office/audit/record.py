"""Adding to the chain, in the transaction of the write that it records."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from urbanwork.office.audit.models import Entry, Head, PersonalValue
from urbanwork.office.place import office_place

logger = logging.getLogger(__name__)


def record(
    action: str,
    subject: str,
    facts: Mapping[str, Any],
    *,
    actor: str,
    personal: Mapping[str, str] | None = None,
    about: str = "",
) -> Entry:
    """Add one entry; call it inside the transaction that writes.

    Args:
        action: what was done, such as `task.assign`.
        subject: what it was done to, such as `task:17`.
        facts: what is kept as it is: numbers, ids, states; no names, no free text of people.
        actor: who did it, such as `person:4`, or `system`.
        personal: values that may have to be erased; only salted digests enter the chain.
        about: whom the personal values are about, such as `person:4`, so that they can be found.

    Raises:
        RuntimeError: outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit entry belongs in the transaction of the write it records")
    head = Head.objects.select_for_update().get_or_create(id=1)[0]
    salts = {name: secrets.token_hex(8) for name in personal or {}}
    kept = dict(facts)
    if personal:
        kept["personal"] = {
            name: salted(salts[name], value) for name, value in sorted(personal.items())
        }
    entry = Entry(
        number=head.number + 1, at=timezone.now(), actor=actor, action=action, subject=subject,
        facts=kept, before=head.digest,
    )  # fmt: skip
    entry.digest = digest_of(entry)
    entry.save(force_insert=True)
    PersonalValue.objects.bulk_create(
        PersonalValue(
            entry=entry, name=name, salt=salts[name], value=value, subject=about or subject
        )
        for name, value in (personal or {}).items()
    )
    Head.objects.filter(id=1).update(number=entry.number, digest=entry.digest)
    transaction.on_commit(lambda: anchor(entry.number, entry.digest, entry.at))
    return entry


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
