"""Pages of reading bodies and people in, and of taking them out as a table."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from urbanwork.errors import UserError
from urbanwork.office.access import page
from urbanwork.office.lists.files import as_file
from urbanwork.office.pages.language import said
from urbanwork.office.people import importing_files
from urbanwork.office.people.importing import COLUMNS
from urbanwork.office.people.models import Body, Post
from urbanwork.office.people.rights import signed_in
from urbanwork.quantities.bilingual import Bilingual

SHOWN: Final = 500
KEPT = Bilingual("Read in: {n} rows.", "已导入{n}行。")


@page("administrator")
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """Give a file; nothing is kept of what it says before it was looked at."""
    fault = None
    if request.method == "POST":
        try:
            key = importing_files.give(signed_in(request), request.FILES.get("file"))
            return redirect("people_import_look", key)
        except UserError as error:
            fault = " ".join(map(said, error.faults))
    given = {"fault": fault, "columns": COLUMNS}
    return render(request, "people/import.html", given, status=422 if fault else 200)


@page("administrator")
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, key: str) -> HttpResponse:
    """What would become of each row; with a POST, do it."""
    if request.method == "POST":
        outcome = importing_files.carry_out(signed_in(request), key)
        messages.success(request, said(KEPT.filled(n=len(outcome.doing))))
        return redirect("people")
    outcome = importing_files.look(signed_in(request), key)
    given = {
        "outcome": outcome, "doing": outcome.doing[:SHOWN], "refused": outcome.refused[:SHOWN],
    }  # fmt: skip
    return render(request, "people/import_look.html", given)


@page("administrator")
@require_safe
def take_out(request: HttpRequest, kind: str) -> HttpResponseBase:
    """All bodies and posts as a table that can be read in again."""
    head = [words[0] for words in COLUMNS.values()]
    return as_file(kind, "people", head, [*_bodies(), *_posts()])


def _bodies() -> list[list[Any]]:
    found = Body.objects.filter(is_closed=False).select_related("parent").order_by("path")
    blank = [""] * (len(COLUMNS) - 4)
    return [
        [each.code, each.name, each.parent.code if each.parent else "", each.kind, *blank]
        for each in found
    ]


def _posts() -> list[list[Any]]:
    held = Post.objects.held().filter(person__is_active=True, body__is_closed=False)
    return [
        [post.body.code, post.body.name, "", "", post.person.name, post.person.username,
         post.person.phone, post.person.email, post.role, post.title, str(post.begin or ""),
         str(post.end or "")]
        for post in held.select_related("body", "person").order_by("body__path", "id")
    ]  # fmt: skip
