"""Making, finding and withdrawing keys of programs."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from urbanwork.office.api.models import ApiKey
from urbanwork.office.audit.record import record
from urbanwork.office.people.models import Post
from urbanwork.office.people.rights import Rights

PREFIX = "uw_"


def digest(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def make_key(rights: Rights, name: str) -> str:
    """A new key for the post that acts; it is shown this once."""
    key = PREFIX + secrets.token_urlsafe(32)
    row = ApiKey.objects.create(post=rights.post, name=name, digest=digest(key))
    record(
        "key.make", f"key:{row.pk}", {"post": rights.post.pk}, actor=f"person:{rights.person.pk}",
        personal={"name": name}, about=f"person:{rights.person.pk}",
    )  # fmt: skip
    return key


@transaction.atomic
def withdraw_key(rights: Rights, number: int) -> bool:
    """Take a key of the own posts back; whether there was one."""
    deleted, _ = ApiKey.objects.filter(pk=number, post__person=rights.person).delete()
    if deleted:
        record("key.withdraw", f"key:{number}", {}, actor=f"person:{rights.person.pk}")
    return bool(deleted)


def rights_by_key(key: str) -> Rights | None:
    """The rights of a key that holds: not ended, its post held today, its person active."""
    row = (
        ApiKey.objects.filter(digest=digest(key), ends__gt=timezone.now())
        .select_related("post__person", "post__body")
        .first()
    )
    if row is None or not row.post.person.is_active or row.post.body.is_closed:
        return None
    if not Post.objects.held().filter(pk=row.post_id).exists():
        return None
    today = timezone.localdate()
    if row.used != today:
        ApiKey.objects.filter(pk=row.pk).update(used=today)
    return Rights(row.post.person, row.post)
