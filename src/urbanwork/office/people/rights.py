"""What the post of a person lets them see and do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db.models import Value
from django.http import HttpRequest
from django.utils import timezone

from urbanwork.office.people.models import Body, Person, Post
from urbanwork.office.statements import TEXT, Question
from urbanwork.supervision.tasks import Actor

POST_IN_SESSION: Final = "post"
READS_ALL: Final = frozenset(
    {"leader", "supervisor", "dispatcher", "inspector", "oversight", "administrator"}
)
"""Roles that read the whole ledger, within the areas and fields of their post."""
READS_RESTRICTED: Final = frozenset({"leader", "supervisor"})
"""Roles that see what is restricted though their body has no part in it."""


@dataclass(frozen=True)
class Rights:
    """A person acting in one of their posts; `others` are those that they could act in."""

    person: Person
    post: Post
    others: tuple[Post, ...] = ()

    @property
    def role(self) -> str:
        return self.post.role

    @property
    def body(self) -> Body:
        return self.post.body

    @property
    def areas(self) -> Sequence[str]:
        """Ids of the areas of the post; none means all."""
        return list(self.post.areas)

    @property
    def fields(self) -> Sequence[str]:
        """Codes of points of the post; none means all."""
        return list(self.post.fields)

    @cached_property
    def bodies(self) -> frozenset[int]:
        """Ids of the body of the post and all below it."""
        return frozenset(each for (each,) in _below(self.body.path))

    @property
    def reads_all(self) -> bool:
        """Whether the ledger is open beyond the tasks of the own bodies."""
        return self.role in READS_ALL

    @property
    def reads_restricted(self) -> bool:
        """Whether restricted tasks and zones of others are open."""
        return self.role in READS_RESTRICTED

    @property
    def actor(self) -> Actor:
        """Who acts, in the words of the lifecycle; the root of the tree is above everybody."""
        above = self.body.path.strip("/").split("/")[1:-1]
        return Actor(str(self.person.pk), str(self.body.pk), self.role, tuple(above))


def signed_in(request: HttpRequest) -> Person:
    """Who asks.

    Raises:
        PermissionDenied: nobody who is signed in.
    """
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user


def held_posts(person: Person) -> list[Post]:
    """The posts that a person holds today, in bodies that are open."""
    today = timezone.localdate()
    return [each for each in _posts_of(person.pk) if each.holds(today)]


_below = Question(
    lambda path: Body.objects.filter(path__startswith=Value(path)).order_by().values_list("id"),
    TEXT,
)
_posts_of = Question(
    lambda person: Post.objects.filter(person=person, body__is_closed=False).select_related("body")
)


def rights_of(request: HttpRequest) -> Rights | None:
    """The rights of who asks, in the post that they chose, else their first; None without one."""
    person = request.user
    if not isinstance(person, Person):
        return None
    posts = held_posts(person)
    chosen = request.session.get(POST_IN_SESSION)
    post = next((each for each in posts if each.pk == chosen), posts[0] if posts else None)
    if post is None:
        return None
    return Rights(person, post, tuple(each for each in posts if each != post))
