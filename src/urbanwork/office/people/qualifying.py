"""Who is qualified for what, and what runs out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from urbanwork.office.people.models import Person, Qualification

SOON_DAYS: Final = 60


def qualified(person: Person, code: str, on: date | None = None) -> bool:
    """Whether a person holds a qualification, or a training, on a day; else today."""
    day = on or timezone.localdate()
    holds = Q(expires__isnull=True) | Q(expires__gte=day)
    return Qualification.objects.filter(holds, person=person, code=code, obtained__lte=day).exists()


def running_out(on: date | None = None) -> QuerySet[Qualification]:
    """What ran out and was not renewed, or runs out soon, of people who are here; first first."""
    day = on or timezone.localdate()
    renewed = Qualification.objects.filter(expires__isnull=True) | Qualification.objects.filter(
        expires__gt=day + timedelta(days=SOON_DAYS)
    )
    ending = Qualification.objects.filter(
        expires__lte=day + timedelta(days=SOON_DAYS), person__is_active=True
    )
    held = {(person, code) for person, code in renewed.values_list("person_id", "code")}
    again = [one.pk for one in ending if (one.person_id, one.code) in held]
    return ending.exclude(pk__in=again).select_related("person").order_by("expires", "id")
