"""Delivering what is due: claimed by one process, tried again later, logged with every attempt.

A message is claimed before it goes out, and marked after. Where a process dies in between, a letter
or short message is sent again under the same key, by which the other side tells; a chat has no such
key, so it is marked as unsure and left to people.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from urbanwork.errors import UserError
from urbanwork.office.notices.channels import chats, letters, short_messages
from urbanwork.office.notices.channels.sending import NotSentError, UnsureError
from urbanwork.office.notices.declared import Chat, Email, notices
from urbanwork.office.notices.models import (
    GIVEN_UP,
    SENDING,
    SENT,
    UNSURE,
    WAITING,
    Attempt,
    Delivery,
)
from urbanwork.office.notices.words import Lang, Message, is_restricted, message

MINUTES: Final = (1, 5, 15, 60, 240, 720, 1440)
"""After each attempt that failed, so long until the next; after the last, none."""
DOWN: Final = 3
"""After so many failures in a row a channel is left alone for a round."""
ROUND_SECONDS: Final = 60
CLAIM: Final = timedelta(minutes=5)
"""A claim that is older belonged to a process that died."""
LATEST: Final = timedelta(days=3)
"""Nothing is put off longer: the longest wait after a failure is a day, digests go every day."""


def deliver_due(now: datetime | None = None, *, most: int = 500) -> int:
    """Deliver what is due, else now; how many went out.

    A channel that fails several times in a row is left alone until the next round, and a round ends
    after a minute: what is left waits, with no attempt counted.
    """
    at, begin = now or timezone.now(), monotonic()
    _free_abandoned(at)
    due = Delivery.objects.filter(state=WAITING, due__lte=at).order_by("due", "id")
    failed: Counter[str] = Counter()
    sent = 0
    for pk, channel in list(due.values_list("pk", "channel")[:most]):
        if failed[channel] >= DOWN or monotonic() - begin > ROUND_SECONDS:
            continue
        went = deliver(pk, at)
        failed[channel] = 0 if went else failed[channel] + 1
        sent += went
    return sent


def deliver(pk: int, now: datetime) -> bool:
    """Try to deliver one message, where no other process does; whether it went out."""
    claim = Delivery.objects.filter(pk=pk, state=WAITING, due__lte=now)
    if not claim.update(state=SENDING, claimed=now):
        return False
    delivery = Delivery.objects.select_related("person").get(pk=pk)
    try:
        _hand_over(delivery)
    except NotSentError as error:
        return _failed(delivery, now, str(error), is_final=error.is_final)
    except UnsureError as error:
        return _unsure(delivery, now, str(error))
    except UserError:
        return _failed(delivery, now, "not set up: see office.yaml", is_final=False)
    return _sent(delivery, now)


def _hand_over(delivery: Delivery) -> None:
    channel = notices().channels.get(delivery.channel)
    text = _message(delivery)
    if channel is None:
        raise UserError("the channel is no longer declared")
    if text is None:
        return
    if isinstance(channel, Chat):
        return chats.send(channel, text.text)
    person = delivery.person
    if person is None or not person.is_active:
        return
    if isinstance(channel, Email):
        return letters.send(channel, person.email, text, delivery.key)
    return short_messages.send(channel, person.phone, text.text, delivery.key)


def _message(delivery: Delivery) -> Message | None:
    """What goes out; nothing where all of it became restricted since, for a group."""
    told = list(delivery.news.select_related("task").order_by("id"))
    if delivery.person is None:
        told = [each for each in told if not is_restricted(each)]
    if not told:
        return None
    return message(told, _lang(delivery), is_digest=delivery.is_digest)


def _lang(delivery: Delivery) -> Lang:
    person = delivery.person
    return "zh" if person is None or person.language.startswith("zh") else "en"


def _sent(delivery: Delivery, now: datetime) -> bool:
    _log(delivery, now, SENT, "", sent=now)
    return True


def _failed(delivery: Delivery, now: datetime, said: str, *, is_final: bool) -> bool:
    tries = delivery.attempts + 1
    if is_final or tries > len(MINUTES):
        _log(delivery, now, GIVEN_UP, said)
    else:
        _log(delivery, now, WAITING, said, due=now + timedelta(minutes=MINUTES[tries - 1]))
    return False


def _unsure(delivery: Delivery, now: datetime, said: str) -> bool:
    """Send again only where the other side can tell that it is the same."""
    if has_key(delivery.channel):
        return _failed(delivery, now, f"no answer: {said}", is_final=False)
    _log(delivery, now, UNSURE, f"no answer: {said}")
    return False


def has_key(channel: str) -> bool:
    """Whether a channel takes a key that makes sending twice do once."""
    declared = notices().channels.get(channel)
    return declared is not None and not isinstance(declared, Chat)


def _log(
    delivery: Delivery, now: datetime, state: str, said: str, *, due: datetime | None = None,
    sent: datetime | None = None,
) -> None:  # fmt: skip
    number = delivery.attempts + 1
    with transaction.atomic():
        Attempt.objects.create(
            delivery=delivery, number=number, at=now, said=said[:300],
            outcome="failed" if state == WAITING else state,
        )  # fmt: skip
        Delivery.objects.filter(pk=delivery.pk).update(
            state=state, attempts=number, sent=sent, due=due or delivery.due, claimed=None
        )


def _free_abandoned(now: datetime) -> None:
    """Take up what a process that died had claimed, and what was put off while the clock was ahead:
    else it would wait until that day."""
    old = Q(claimed__lt=now - CLAIM) | Q(claimed__gt=now + CLAIM)
    for each in Delivery.objects.filter(old, state=SENDING):
        _unsure(each, now, "the process ended")
    Delivery.objects.filter(state=WAITING, due__gt=now + LATEST).update(due=now)
