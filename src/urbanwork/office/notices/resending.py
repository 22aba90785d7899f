"""Sending a message again that failed for good or of which nobody knows: a person decides."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from urbanwork.office.audit.record import record
from urbanwork.office.notices.models import GIVEN_UP, UNSURE, WAITING, Delivery
from urbanwork.office.pages.language import said
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.bilingual import Bilingual


@transaction.atomic
def send_again(rights: Rights, pk: int) -> None:
    """Let a message wait to be sent once more.

    Raises:
        ValidationError: there is no such message, or it waits or was sent.
    """
    again = Delivery.objects.filter(pk=pk, state__in=[GIVEN_UP, UNSURE])
    if not again.update(state=WAITING, due=timezone.now()):
        sentence = Bilingual("It waits already, or was sent.", "该消息已在等待或已发送。")
        raise ValidationError(said(sentence))
    record("notice.again", f"delivery:{pk}", {}, actor=f"person:{rights.person.pk}")
