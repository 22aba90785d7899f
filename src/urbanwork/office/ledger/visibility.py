"""Which tasks a post may see. Every list, page, map, export and program asks here."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from urbanwork.office.ledger.models import Task, TaskArea, TaskBody
from urbanwork.office.people.rights import Rights


def visible(rights: Rights | None, ours: Q | None = None) -> QuerySet[Task]:
    """The tasks that a post may see: those of its bodies, and by role all of its areas and fields.

    Restricted tasks show only to bodies that work on them, to leaders and to supervisors. Of a
    post that reads its own only, `ours` narrows rows of `TaskBody` down before tasks are looked up.
    """
    if rights is None:
        return Task.objects.none()
    if not rights.reads_all:
        own = TaskBody.objects.filter(ours or Q(), body__in=rights.bodies)
        return Task.objects.filter(pk__in=own.values("task"))
    works_on = Exists(TaskBody.objects.filter(task=OuterRef("pk"), body__in=rights.bodies))
    seen = Task.objects.all()
    if rights.areas:
        in_them = Exists(TaskArea.objects.filter(task=OuterRef("pk"), area__in=rights.areas))
        seen = seen.filter(Q(area="") | in_them | works_on)
    if rights.fields:
        seen = seen.filter(Q(point__in=rights.fields) | Q(point="") | works_on)
    if not rights.reads_restricted:
        seen = seen.filter(~Q(visibility="restricted") | works_on)
    return seen
