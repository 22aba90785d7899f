"""Whom a task may name: people of its bodies who are qualified, leaders who may be in charge."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from urbanwork.office.ledger.models import Task
from urbanwork.office.people.models import Body, Person, Post
from urbanwork.office.people.qualifying import qualified
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError


def leaders() -> QuerySet[Person]:
    """People who hold the post of a leader today."""
    held = Post.objects.held().filter(role="leader")
    return Person.objects.filter(is_active=True, pk__in=held.values("person")).order_by("name")


def people_of(bodies: Collection[int]) -> QuerySet[Person]:
    """People who hold a post in one of these bodies, or below them, today."""
    paths = Body.objects.filter(pk__in=bodies).values_list("path", flat=True)
    below = Q(pk__in=[])
    for path in paths:
        below |= Q(body__path__startswith=path)
    held = Post.objects.held().filter(below) if paths else Post.objects.none()
    return Person.objects.filter(is_active=True, pk__in=held.values("person")).order_by("name")


def bodies_of(task: Task) -> list[int]:
    """Ids of the lead body and of those that co-operate."""
    return [each.body_id for each in task.bodies.all()]


def check_handler(task: Task, person: Person, bodies: Collection[int]) -> None:
    """Whether a person may be named for a task.

    Raises:
        RefusedError: they hold no post in its bodies, or lack the qualification it demands.
    """
    if not people_of(bodies).filter(pk=person.pk).exists():
        raise RefusedError(
            Bilingual(
                "The person named must hold a post in the lead body or one that co-operates.",
                "具体责任人须在主办或协办机构任职。",
            )
        )
    if task.qualification and not qualified(person, task.qualification):
        raise RefusedError(
            Bilingual(
                f"This task demands the qualification '{task.qualification}', and the person named "
                "does not hold it today.",
                f"本任务要求具备资格“{task.qualification}”，所填责任人目前不具备。",
            )
        )
