"""Sending a message again that failed for good or of which nobody knows: a person decides."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from urbanwork.office.audit.record import record
from urbanwork.office.notices.models import GIVEN_UP, UNSURE, WAITING, Delivery
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError


@transaction.atomic
def send_again(rights: Rights, pk: int) -> None:
    """Let a message wait to be sent once more.

    Raises:
        RefusedError: there is no such message, or it waits or was sent.
    """
    again = Delivery.objects.filter(pk=pk, state__in=[GIVEN_UP, UNSURE])
    if not again.update(state=WAITING, due=timezone.now()):
        raise RefusedError(Bilingual("It waits already, or was sent.", "该消息已在等待或已发送。"))
    record("notice.again", f"delivery:{pk}", {}, actor=f"person:{rights.person.pk}")
