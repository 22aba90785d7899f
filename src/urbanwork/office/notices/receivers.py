"""Who receives a piece of news: posts that answer for it, and that may see what it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from urbanwork.office.ledger.models import HELPER, Task, TaskBody
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.notices.kinds import KINDS, Receiver
from urbanwork.office.notices.models import News
from urbanwork.office.people.models import Post
from urbanwork.office.people.rights import Rights
from urbanwork.office.supervising.models import Order, Version
from urbanwork.office.supervising.reading import unread_people


@dataclass
class Staff:
    """The posts that hold today, looked up once for a batch of news."""

    @cached_property
    def posts(self) -> list[Post]:
        held = Post.objects.held().filter(body__is_closed=False, person__is_active=True)
        return list(held.select_related("person", "body"))

    @cached_property
    def handlers(self) -> dict[int, list[Post]]:
        """Posts of handlers by body."""
        found: dict[int, list[Post]] = {}
        for post in self.posts:
            if post.role == "handler":
                found.setdefault(post.body_id, []).append(post)
        return found

    def of(self, *roles: str) -> list[Post]:
        """Posts of roles."""
        return [post for post in self.posts if post.role in roles]

    def of_person(self, person: int | None) -> list[Post]:
        """Posts of a person."""
        return [post for post in self.posts if person is not None and post.person_id == person]


def receivers(news: News, staff: Staff) -> set[int]:
    """Ids of the people who are to know, without the one who did it."""
    if news.kind.startswith("document."):
        return _readers(news) - {news.by_id or 0}
    task = news.task
    found = {
        post.person_id
        for receiver in KINDS[news.kind].to
        for post in _posts(receiver, news, task, staff)
        if task is None or sees(post, task)
    }
    return found - {news.by_id or 0}


def _readers(news: News) -> set[int]:
    version = Version.objects.filter(pk=news.facts.get("version")).first()
    return set() if version is None else unread_people(version)


def _posts(receiver: Receiver, news: News, task: Task | None, staff: Staff) -> Iterator[Post]:
    if receiver == "deciders":
        yield from staff.of("supervisor")
    if receiver == "issuer":
        order = Order.objects.filter(pk=news.facts.get("order")).first()
        yield from staff.of_person(None if order is None else order.by_id)
    if task is None:
        return
    if receiver == "lead":
        yield from _lead(task, staff)
    if receiver == "helpers":
        for each in TaskBody.objects.filter(task=task, part=HELPER):
            yield from staff.handlers.get(each.body_id, [])
    if receiver == "leader":
        yield from staff.of_person(task.leader_id)
    if receiver == "assigner":
        yield from staff.of_person(_assigner(task))
    if receiver == "checkers":
        yield from (post for post in staff.of("inspector") if post.body_id != task.lead_id)


def _lead(task: Task, staff: Staff) -> list[Post]:
    """The handlers of the lead body; only the one who is named, where one is."""
    all_of_body = staff.handlers.get(task.lead_id or 0, [])
    return [post for post in all_of_body if post.person_id == task.handler_id] or all_of_body


def _assigner(task: Task) -> int | None:
    last = task.events.filter(action="assign").order_by("-number").first()
    return None if last is None else last.person_id


def sees(post: Post, task: Task) -> bool:
    """Whether a post may see a task; the handlers of its lead body always may."""
    if post.body_id == task.lead_id:
        return True
    return visible(Rights(post.person, post)).filter(pk=task.pk).exists()
