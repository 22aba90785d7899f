"""Which tasks a post may see. Every list, page, map, export and program asks here."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from urbanwork.office.ledger.models import Task, TaskBody
from urbanwork.office.people.rights import Rights


def visible(rights: Rights | None) -> QuerySet[Task]:
    """The tasks that a post may see: those of its bodies, and by role all of its areas and fields.

    Restricted tasks show only to bodies that work on them, to leaders and to supervisors.
    """
    if rights is None:
        return Task.objects.none()
    ours = Exists(TaskBody.objects.filter(task=OuterRef("pk"), body__in=rights.bodies))
    if not rights.reads_all:
        return Task.objects.filter(ours)
    seen = Task.objects.all()
    if rights.areas:
        seen = seen.filter(Q(area__in=rights.areas) | Q(area="") | ours)
    if rights.fields:
        seen = seen.filter(Q(point__in=rights.fields) | Q(point="") | ours)
    if not rights.reads_restricted:
        seen = seen.filter(~Q(visibility="restricted") | ours)
    return seen
