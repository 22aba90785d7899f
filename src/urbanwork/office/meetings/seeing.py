"""Which meetings, items and decisions a post may see."""

from __future__ import annotations

from typing import Final

from django.db.models import Prefetch, Q, QuerySet

from urbanwork.office.ledger.visibility import visible
from urbanwork.office.meetings.models import Decision, Item, Meeting
from urbanwork.office.people.rights import Rights

WRITE: Final = ("leader", "supervisor", "dispatcher")
READ_ALL: Final = (*WRITE, "oversight")
"""Roles that read every meeting; all others those of their bodies, and there what concerns tasks
that they may see."""


def seen_meetings(rights: Rights) -> QuerySet[Meeting]:
    """Meetings that a post may see."""
    meetings = Meeting.objects.all()
    if rights.role in READ_ALL:
        return meetings
    return meetings.filter(
        pk__in=Meeting.bodies.through.objects.filter(body__in=rights.bodies).values("meeting")
    )


def seen_decisions(rights: Rights) -> QuerySet[Decision]:
    """Decisions that a post may see: neither their task nor that of their item is closed to it."""
    seen = visible(rights)
    decisions = Decision.objects.filter(Q(task__isnull=True) | Q(task__in=seen))
    on_item = Q(item__task__isnull=True) | Q(item__task__in=seen)
    if rights.role in READ_ALL:
        return decisions.filter(on_item)
    return decisions.filter(on_item).filter(Q(task__in=seen) | Q(item__task__in=seen))


def seen_items(rights: Rights, meeting: Meeting | None = None) -> QuerySet[Item]:
    """Items that a post may see, with the decisions that it may see."""
    items = Item.objects.filter(meeting__in=seen_meetings(rights))
    if meeting is not None:
        items = items.filter(meeting=meeting)
    seen, decisions = visible(rights), seen_decisions(rights)
    mine = Q(task__in=seen)
    if rights.role in READ_ALL:
        mine |= Q(task__isnull=True)
    else:
        mine |= Q(task__isnull=True, pk__in=decisions.values("item"))
    shown = decisions.select_related("task", "lead", "by")
    return (
        items.filter(mine)
        .select_related("task", "task__lead", "meeting", "earlier", "earlier__task")
        .prefetch_related(Prefetch("decisions", shown))
    )
