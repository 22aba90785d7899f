"""Which tasks a post may see. Every list, page, map, export and program asks here."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from urbanwork.office.ledger.models import Task, TaskArea, TaskBody
from urbanwork.office.people.rights import Rights


def visible(rights: Rights | None) -> QuerySet[Task]:
    """The tasks that a post may see: those of its bodies, and by role all of its areas and fields.

    Restricted tasks show only to bodies that work on them, to leaders and to supervisors.
    """
    if rights is None:
        return Task.objects.none()
    if not rights.reads_all:
        return Task.objects.filter(pk__in=own_parts(rights).values("task"))
    works_on = Exists(own_parts(rights).filter(task=OuterRef("pk")))
    seen = Task.objects.all()
    if rights.areas:
        in_them = Exists(TaskArea.objects.filter(task=OuterRef("pk"), area__in=rights.areas))
        seen = seen.filter(Q(area="") | in_them | works_on)
    if rights.fields:
        seen = seen.filter(Q(point__in=rights.fields) | Q(point="") | works_on)
    if not rights.reads_restricted:
        seen = seen.filter(~Q(visibility="restricted") | works_on)
    return seen


def own_parts(rights: Rights) -> QuerySet[TaskBody]:
    """The parts that the bodies of a post have in tasks: a post that reads only its own sees these
    tasks and no others. A task can show more than once, where several of the bodies work on it.
    """
    return TaskBody.objects.filter(body__in=rights.bodies)
