"""The room of bodies and people (机构人员): everybody reads, administrators change."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from urbanwork.office.access import EVERYONE, page
from urbanwork.office.people import seeing
from urbanwork.office.people.models import Body, Person, Post
from urbanwork.office.people.qualifying import running_out
from urbanwork.office.people.rights import Rights

A_PAGE = 100


@page(*EVERYONE)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The tree of bodies, what was searched for, and whose qualification runs out."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    words = " ".join(request.GET.get("q", "").split())[:80]
    branches, hidden = seeing.tree()
    given: dict[str, Any] = {
        "words": words, "asked": urlencode({"q": words}) if words else "",
        "branches": branches, "hidden": hidden, "changes": _changes(rights),
        "ending": running_out()[: seeing.MOST_FOUND] if rights.role in seeing.KNOWS_ALL else (),
    }  # fmt: skip
    if words:
        given["bodies"], given["persons"] = seeing.found_bodies(words), seeing.found_people(words)
    return render(request, "people/people.html", given)


@page(*EVERYONE)
@require_safe
def body_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A body: where it stands, who holds posts in it."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    body = get_object_or_404(Body, pk=pk)
    posts = Post.objects.filter(body=body).select_related("person", "body")
    held = posts.filter(pk__in=Post.objects.held().filter(body=body), person__is_active=True)
    pages = Paginator(held.order_by("role", "id"), A_PAGE)
    given = {
        "body": body, "above": seeing.above(body), "changes": _changes(rights),
        "below": body.children.order_by("is_closed", "name"),
        "posts": pages.get_page(request.GET.get("page")),
        "open_tasks": body.task_bodies.filter(is_open=True).count(),
    }  # fmt: skip
    return render(request, "people/body.html", given)


@page(*EVERYONE)
@require_safe
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A person: posts now and before; more for those who may know more."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    return render(request, "people/person.html", shown(rights, get_object_or_404(Person, pk=pk)))


def shown(rights: Rights, person: Person) -> dict[str, Any]:
    """What the page of a person shows to a post."""
    posts = list(person.posts.select_related("body"))
    held = set(Post.objects.held().filter(person=person).values_list("pk", flat=True))
    return {
        "person": person, "changes": _changes(rights), "knows": seeing.knows(rights, person),
        "posts": [post for post in posts if post.pk in held],
        "ended": [post for post in posts if post.pk not in held],
        "qualifications": person.qualifications.all(),
    }  # fmt: skip


def _changes(rights: Rights) -> bool:
    return rights.role == "administrator"
