"""Login links: each signs one person in, once, within fifteen minutes. Only digests are kept."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from urbanwork.office.audit.record import record
from urbanwork.office.people.models import LoginLink, Person


@transaction.atomic
def make_link(person: Person, *, actor: str = "system") -> str:
    """A new token for a person; those made before no longer sign in."""
    now = timezone.now()
    LoginLink.objects.filter(person=person, used__isnull=True).update(used=now)
    token = secrets.token_urlsafe(32)
    LoginLink.objects.create(person=person, digest=_digest(token), made=now)
    record("person.link", f"person:{person.pk}", {}, actor=actor)
    return token


def who_is_let_in(token: str) -> Person | None:
    """The person whom a token would sign in now; None where it is unknown, used or too old."""
    found = LoginLink.objects.filter(digest=_digest(token)).select_related("person").first()
    if found is None or not found.is_open or not found.person.is_active:
        return None
    return found.person


@transaction.atomic
def use_link(token: str) -> Person | None:
    """Take the token of a person who may be signed in: of two who come at once, one gets it."""
    person = who_is_let_in(token)
    taken = LoginLink.objects.filter(digest=_digest(token), used__isnull=True)
    if person is None or not taken.update(used=timezone.now()):
        return None
    record("person.link_used", f"person:{person.pk}", {}, actor=f"person:{person.pk}")
    return person


def link_path(token: str) -> str:
    """The address of a link below that of the office."""
    from django.urls import reverse

    return reverse("login_link", args=[token]).lstrip("/")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
