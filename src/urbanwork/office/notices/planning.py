"""From the outbox to notices of people, and to messages that wait to be delivered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from urbanwork.office.ledger.models import TaskBody
from urbanwork.office.notices.declared import Chat, Email, notices
from urbanwork.office.notices.kinds import KINDS
from urbanwork.office.notices.models import WAITING, Delivery, News, Notice
from urbanwork.office.notices.receivers import Staff, receivers
from urbanwork.office.notices.wishes import (
    DIGEST,
    NEVER,
    Wishes,
    group_channels,
    personal_channels,
    wishes_of,
)
from urbanwork.office.notices.words import is_restricted
from urbanwork.office.people.models import Person

BATCH: Final = 200


def plan(now: datetime | None = None) -> int:
    """Plan all news that wait; how many there were. Cut off, it goes on where it stopped."""
    planned, at = 0, now or timezone.now()
    while some := _plan_some(at):
        planned += some
    return planned


@transaction.atomic
def _plan_some(now: datetime) -> int:
    waiting = News.objects.filter(planned__isnull=True).order_by("id")
    told = list(waiting.select_for_update(of=("self",)).select_related("task")[:BATCH])
    staff = Staff()
    found = {each.pk: receivers(each, staff) for each in told}
    Notice.objects.bulk_create(
        [Notice(news=each, person_id=person) for each in told for person in sorted(found[each.pk])],
        ignore_conflicts=True,
    )
    _send(told, found, now)
    News.objects.filter(pk__in=[each.pk for each in told]).update(planned=now)
    return len(told)


def _send(told: Sequence[News], found: dict[int, set[int]], now: datetime) -> None:
    """Make the messages. A key is there once, so planning again makes none twice."""
    people = {person for each in found.values() for person in each}
    wishes, reachable = wishes_of(people), Person.objects.in_bulk(people)
    rows = [
        row
        for each in told
        for row in (
            *_to_people(each, [reachable[p] for p in sorted(found[each.pk])], wishes, now),
            *_to_groups(each, now),
        )
    ]
    Delivery.objects.bulk_create([row for row, _ in rows], ignore_conflicts=True)
    made = dict(
        Delivery.objects.filter(key__in=[row.key for row, _ in rows]).values_list("key", "pk")
    )
    links = Delivery.news.through
    links.objects.bulk_create(
        [links(delivery_id=made[row.key], news_id=news) for row, news in rows],
        ignore_conflicts=True,
    )


def _to_people(
    news: News, people: Sequence[Person], wishes: dict[int, Wishes], now: datetime
) -> Iterator[tuple[Delivery, int]]:
    for name, channel in personal_channels().items():
        for person in people:
            address = person.email if isinstance(channel, Email) else person.phone
            mode = wishes[person.pk].mode(name, KINDS[news.kind].topic)
            if address and mode != NEVER:
                yield _delivery(news, name, person, mode, wishes[person.pk].due(now, mode)), news.pk


def _delivery(news: News, channel: str, person: Person, mode: str, due: datetime) -> Delivery:
    is_digest = mode == DIGEST
    what = f"digest:{due:%Y%m%dT%H%M}" if is_digest else f"news:{news.pk}"
    return Delivery(
        key=f"{channel}:{person.pk}:{what}", channel=channel, person=person, due=due,
        is_digest=is_digest, state=WAITING,
    )  # fmt: skip


def _to_groups(news: News, now: datetime) -> Iterator[tuple[Delivery, int]]:
    """Groups hear of tasks of their bodies; of restricted tasks they hear nothing at all."""
    if news.task is None or is_restricted(news):
        return
    for name, chat in group_channels().items():
        if KINDS[news.kind].topic in chat.topics and _is_of(chat, news):
            due = Wishes(notices()).due(now, "")
            yield Delivery(key=f"{name}:news:{news.pk}", channel=name, due=due), news.pk


def _is_of(chat: Chat, news: News) -> bool:
    if not chat.bodies:
        return True
    return TaskBody.objects.filter(task=news.task_id, body__code__in=chat.bodies).exists()
