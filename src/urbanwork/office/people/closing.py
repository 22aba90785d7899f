"""Closing what is no longer: nothing is deleted, because the ledger still names it."""

from __future__ import annotations

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from urbanwork.office.audit.record import record
from urbanwork.office.people.keeping import keep
from urbanwork.office.people.models import Body, Person, Post
from urbanwork.office.people.tree import hold
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError


@transaction.atomic
def close_body(by: str, body: Body) -> Body:
    """Close a body that has nothing left: no open task, no post held, no open body below it.

    Raises:
        RefusedError: it has, and how much.
    """
    hold()
    tasks = body.task_bodies.filter(is_open=True).count()
    posts = Post.objects.held().filter(body=body).count()
    below = body.children.filter(is_closed=False).count()
    if tasks or posts or below:
        raise RefusedError(
            Bilingual(
                f"It still has {tasks} open tasks, {posts} posts and {below} bodies below it; "
                "give the tasks to others, end the posts and close the bodies first.",
                f"该机构尚有{tasks}项未办结任务、{posts}个在任岗位、{below}个下级机构，请先处理。",
            )
        )
    body.is_closed = True
    return keep(by, body)


@transaction.atomic
def open_body(by: str, body: Body) -> Body:
    """Open a closed body again.

    Raises:
        RefusedError: the body above it is closed.
    """
    body.is_closed = False
    return keep(by, body)


@transaction.atomic
def close_person(by: str, person: Person) -> Person:
    """Let a person go: signed out at once, posts ended; what they did stays.

    Raises:
        RefusedError: nobody would be an administrator any more.
    """
    yesterday = timezone.localdate() - timedelta(days=1)
    for post in person.posts.filter(Q(end__isnull=True) | Q(end__gt=yesterday)):
        post.end = yesterday
        keep(by, post)
    person.is_active = False
    return keep(by, person)


@transaction.atomic
def open_person(by: str, person: Person) -> Person:
    """Let a person come back; their posts stay ended."""
    person.is_active = True
    return keep(by, person)


@transaction.atomic
def end_post(by: str, post: Post) -> Post:
    """End a post as of now; one that ended before keeps its last day.

    Raises:
        RefusedError: nobody would be an administrator any more.
    """
    yesterday = timezone.localdate() - timedelta(days=1)
    if post.end is not None and post.end <= yesterday:
        return post
    post.end = yesterday
    return keep(by, post)


@transaction.atomic
def take_factors_away(by: str, person: Person) -> int:
    """Remove the second factors of a person who lost them; how many there were."""
    removed: int = Authenticator.objects.filter(user=person).delete()[0]
    if removed:
        record("person.factors_removed", f"person:{person.pk}", {"removed": removed}, actor=by)
    return removed
