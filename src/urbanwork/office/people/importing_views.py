"""Pages of reading bodies and people in, and of taking them out as a table."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from urbanwork.errors import UserError
from urbanwork.office.access import page
from urbanwork.office.lists.files import as_file
from urbanwork.office.pages.language import said
from urbanwork.office.people.importing import COLUMNS, check, read_in, try_out
from urbanwork.office.people.models import Body, Post
from urbanwork.office.people.rights import signed_in
from urbanwork.office.place import office_place
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.sources.statistics.files import FROM_STRANGERS, TEXT

MOST_BYTES: Final = 20 * 2**20
HOURS: Final = 24
SHOWN: Final = 500
SALT = "people import"
NO_FILE = Bilingual("Choose a file first.", "请先选择文件。")
NO_TABLE = Bilingual(
    "A table is read from .xlsx, .xls, .ods or .csv.", "仅支持 .xlsx、.xls、.ods、.csv 表格。"
)
TOO_LARGE = Bilingual("The file has more than 20 MB; divide it.", "文件超过20 MB，请拆分后导入。")
KEPT = Bilingual("Read in: {n} rows.", "已导入{n}行。")


@page("administrator")
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """Give a file; nothing is kept of what it says before it was looked at."""
    fault = None
    if request.method == "POST":
        try:
            name = _kept(request.FILES.get("file"))
            key = signing.dumps({"file": name, "by": signed_in(request).pk}, salt=SALT)
            check(_path(name))
            return redirect("people_import_look", key)
        except UserError as error:
            fault = _without_path(error)
    given = {"fault": fault, "columns": COLUMNS}
    return render(request, "people/import.html", given, status=422 if fault else 200)


@page("administrator")
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, key: str) -> HttpResponse:
    """What would become of each row; with a POST, do it."""
    path = _given(request, key)
    if request.method == "POST":
        outcome = read_in(path, _actor(request))
        path.unlink(missing_ok=True)
        messages.success(request, said(KEPT.filled(n=len(outcome.doing))))
        return redirect("people")
    outcome = try_out(path, _actor(request))
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


def _kept(file: Any) -> str:
    """Keep a file until it was looked at; its name there.

    Raises:
        UserError: none was given, it is no table, or too large.
    """
    if file is None or not file.name:
        raise UserError(said(NO_FILE))
    ending = Path(file.name).suffix.lower()
    if ending not in (*TEXT, *FROM_STRANGERS):
        raise UserError(said(NO_TABLE))
    if (file.size or 0) > MOST_BYTES:
        raise UserError(said(TOO_LARGE))
    data = file.read()
    name = hashlib.sha256(data).hexdigest() + ending
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(data)
    return name


def _path(name: str) -> Path:
    return office_place().cache / "people" / name


def _given(request: HttpRequest, key: str) -> Path:
    """The file of a key that this person was given today."""
    try:
        given = signing.loads(key, salt=SALT, max_age=HOURS * 3600)
    except signing.BadSignature as error:
        raise Http404 from error
    path = _path(given["file"])
    if given["by"] != signed_in(request).pk or not path.exists():
        raise Http404
    return path


def _without_path(error: UserError) -> str:
    """The sentence with the name of the file alone: where it lies is nobody's business."""
    return str(error).replace(f"{office_place().cache / 'people'}/", "")


def _actor(request: HttpRequest) -> str:
    return f"person:{signed_in(request).pk}"
