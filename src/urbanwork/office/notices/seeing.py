"""Marking notices as seen, in the chain like every write."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from urbanwork.office.audit.record import record
from urbanwork.office.notices.models import Notice
from urbanwork.office.people.rights import Rights


@transaction.atomic
def mark_seen(rights: Rights, newest: int) -> int:
    """Mark the notices of a person as seen, up to one; how many were new to be marked."""
    own = Notice.objects.filter(person=rights.person, seen__isnull=True, pk__lte=newest)
    marked = own.update(seen=timezone.now())
    if marked:
        by = f"person:{rights.person.pk}"
        record("notices.seen", by, {"newest": newest, "marked": marked}, actor=by)
    return marked
