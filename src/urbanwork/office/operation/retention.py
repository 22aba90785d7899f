"""How long personal data stays, and how a person's is erased; the chain holds all the while.

What a person did stays under the number of the person: tasks, events, orders. What says who that
was goes: name, sign-in, telephone, qualifications, and the personal values of the chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction

from urbanwork.errors import UserError
from urbanwork.office.audit.models import PersonalValue
from urbanwork.office.audit.record import moment, record
from urbanwork.office.operation.mentions import SHORTEST, Place, places_of
from urbanwork.office.people.models import LoginLink, Person, Post

LINKS = timedelta(days=30)
"""Used login links are kept so long."""


@dataclass(frozen=True, slots=True)
class Retained:
    """How many were deleted of each."""

    values: int
    links: int
    sessions: int


@transaction.atomic
def retain(now: datetime, *, years: float, actor: str = "system") -> Retained:
    """Delete what is older than it may be: personal values of the chain after so many years.

    Login links go after a month, sessions when they have ended.
    """
    before = now - timedelta(days=365.25 * years)
    old = PersonalValue.objects.filter(entry__at__lt=before)
    values, _ = old.delete()
    links, _ = LoginLink.objects.filter(made__lt=now - LINKS).delete()
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    if values:
        facts = {"values": values, "years": years, "before": moment(before)}
        record("retention", "office", facts, actor=actor)
    return Retained(values, links, sessions)


@dataclass(frozen=True, slots=True)
class Erased:
    """How many values of the chain were deleted, and where the name still stands in texts."""

    values: int
    places: tuple[Place, ...]


@transaction.atomic
def erase(username: str, *, actor: str = "system") -> Erased:
    """Erase the personal data of somebody who has left.

    Texts that people wrote stay, for a person to judge: see `mentions.redact`.

    Raises:
        UserError: nobody of this name, or somebody who still holds a post.
    """
    person = Person.objects.filter(username=username).first()
    if person is None:
        raise UserError(f"{username}: nobody signs in by this name; the page of people lists them")
    if Post.objects.held().filter(person=person).exists():
        raise UserError(f"{username}: still holds a post; end the posts first, then erase")
    name = person.name
    kept = PersonalValue.objects.filter(subject=f"person:{person.pk}")
    entries = sorted(set(kept.values_list("entry_id", flat=True)))
    values, _ = kept.delete()
    _without_name(person)
    _without_doors(person, username)
    record(
        "person.erase", f"person:{person.pk}", {"values": values, "entries": entries}, actor=actor
    )
    return Erased(values, tuple(places_of(name)) if len(name.strip()) >= SHORTEST else ())


def _without_name(person: Person) -> None:
    person.username = f"erased-{person.pk}"
    person.name = f"#{person.pk}"
    person.email = person.phone = ""
    person.last_login = None
    person.is_active = False
    person.set_unusable_password()
    person.save()
    person.qualifications.all().delete()
    person.filters.all().delete()
    person.posts.update(title="")


def _without_doors(person: Person, username: str) -> None:
    """Nothing that signs the person in stays, nor what a library of sign-in keeps of them."""
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator
    from allauth.socialaccount.models import SocialAccount
    from axes.models import AccessAttempt, AccessFailureLog, AccessLog

    from urbanwork.office.api.models import ApiKey

    LoginLink.objects.filter(person=person).delete()
    ApiKey.objects.filter(post__person=person).delete()
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=person).delete()
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        model.objects.filter(username=username).delete()
