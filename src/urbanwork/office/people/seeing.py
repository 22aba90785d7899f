"""What people see of bodies and of each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, QuerySet

from urbanwork.office.people.models import Body, Person, Post
from urbanwork.office.people.rights import Rights

KNOWS_ALL: Final = frozenset({"administrator", "leader", "supervisor", "dispatcher"})
"""Roles that see telephones, addresses of mail and qualifications of everybody."""
MOST_BODIES: Final = 400
MOST_FOUND: Final = 50


def knows(rights: Rights, person: Person) -> bool:
    """Whether a post sees more of a person than name and posts: itself, colleagues, by role."""
    if rights.role in KNOWS_ALL or rights.person == person:
        return True
    return Post.objects.held().filter(person=person, body=rights.body).exists()


@dataclass(frozen=True, slots=True)
class Branch:
    """A body in the tree: how deep it stands, how many posts are held in it."""

    body: Body
    depth: int
    posts: int


def tree() -> tuple[list[Branch], int]:
    """Open bodies in the order of the tree, and how many are not shown because there are many."""
    bodies = Body.objects.filter(is_closed=False)
    total = bodies.count()
    if total > MOST_BODIES:
        bodies = bodies.filter(Q(parent__isnull=True) | Q(parent__parent__isnull=True))
    held = Post.objects.held().filter(person__is_active=True).order_by()
    counted = dict(held.values_list("body").annotate(Count("id")))
    found = sorted(bodies[: MOST_BODIES * 5], key=_place)
    branches = [Branch(each, len(_place(each)) - 1, counted.get(each.pk, 0)) for each in found]
    return branches, total - len(branches)


def _place(body: Body) -> tuple[int, ...]:
    return tuple(int(part) for part in body.path.strip("/").split("/"))


def above(body: Body) -> list[Body]:
    """The bodies above one, from the root down."""
    ids = _place(body)[:-1]
    found = Body.objects.in_bulk(ids)
    return [found[each] for each in ids if each in found]


def bodies_called(words: str) -> QuerySet[Body]:
    """Bodies whose name or code holds these words."""
    if "\x00" in words:  # PostgreSQL takes no such text, and no name has it
        return Body.objects.none()
    holds = Q(name__icontains=words) | Q(name_en__icontains=words) | Q(code__icontains=words)
    return Body.objects.filter(holds)


def people_called(words: str) -> QuerySet[Person]:
    """People whose name, user name or title of a post holds these words."""
    if "\x00" in words:
        return Person.objects.none()
    holds = Q(name__icontains=words) | Q(username__icontains=words)
    titled = Post.objects.held().filter(title__icontains=words).values("person")
    return Person.objects.filter(holds | Q(pk__in=titled))


def found_bodies(words: str) -> list[Body]:
    """The first bodies that are called so."""
    return list(bodies_called(words).order_by("is_closed", "name")[:MOST_FOUND])


def found_people(words: str) -> list[Person]:
    """The first people who are called so."""
    return list(people_called(words).order_by("-is_active", "name", "pk")[:MOST_FOUND])
