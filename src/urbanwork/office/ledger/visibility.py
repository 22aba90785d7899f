"""Which tasks a post may see. Every list, page, map, export and program asks here."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from django.db.models import Exists, OuterRef, Q, QuerySet

from urbanwork.office.ledger.models import Task, TaskArea, TaskBody
from urbanwork.office.people.rights import Rights
from urbanwork.office.statements import TEXT, Question


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


def seen(rights: Rights, number: str) -> Task | None:
    """The task of a number, where the post may see it: `visible`, made once for posts alike."""
    sight = _Sight(rights.role, tuple(rights.areas), tuple(rights.fields), rights.bodies, rights)
    return next(iter(_of_number(sight)(number.replace("\0", ""))), None)


@dataclass(frozen=True)
class _Sight:
    """All of a post that `visible` looks at; `rights` are those of the first such post."""

    role: str
    areas: tuple[str, ...]
    fields: tuple[str, ...]
    bodies: frozenset[int]
    rights: Rights = field(compare=False)


@lru_cache(maxsize=256)
def _of_number(sight: _Sight) -> Question[Task]:
    return Question(lambda number: visible(sight.rights).filter(number=number), TEXT)


def own_parts(rights: Rights) -> QuerySet[TaskBody]:
    """The parts that the bodies of a post have in tasks: a post that reads only its own sees these
    tasks and no others. A task can show more than once, where several of the bodies work on it.
    """
    return TaskBody.objects.filter(body__in=rights.bodies)
