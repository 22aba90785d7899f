"""Pages of documents: what must be read, who has read it, publishing a version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from urbanwork.office.access import EVERYONE, page
from urbanwork.office.pages.language import said
from urbanwork.office.people.rights import Rights
from urbanwork.office.supervising.arranged import arrangement_paper
from urbanwork.office.supervising.forms import DocumentForm
from urbanwork.office.supervising.models import Document, Reading, Version
from urbanwork.office.supervising.reading import (
    PUBLISH,
    acknowledge,
    may_see,
    must_read,
    people_named,
    publish,
    readership_of,
    unread_by,
)
from urbanwork.office.supervising.views import rights_in
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

MOST = 200


@page(*EVERYONE)
@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """All documents, those to be read first."""
    rights = rights_in(request)
    current = Version.objects.filter(is_current=True).select_related("document", "by")
    return render(request, "supervising/documents.html", {
        "unread": unread_by(rights), "current": _of(rights, current),
        "may_publish": rights.role in PUBLISH,
    })  # fmt: skip


def _of(rights: Rights, versions: QuerySet[Version]) -> list[Version]:
    return [each for each in versions[:MOST] if may_see(rights, each)]


def _seen(rights: Rights, pk: int) -> Version:
    version = get_object_or_404(Version.objects.select_related("document", "by"), pk=pk)
    if not may_see(rights, version):
        raise Http404
    return version


@page(*EVERYONE)
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: its text, a button to say that one has read it, and who has."""
    rights = rights_in(request)
    version = _seen(rights, pk)
    own = Reading.objects.filter(version=version, person=rights.person).first()
    shown: dict[str, Any] = {
        "version": version, "own": own, "is_mine": rights.person.pk in must_read(version),
        "others": _of(rights, version.document.versions.exclude(pk=pk)), "now": timezone.now(),
    }  # fmt: skip
    if rights.role in PUBLISH:
        state = readership_of(version, timezone.now())
        shown |= {
            "state": state, "read_count": len(state.read),
            "all_count": len(state.read) + len(state.unread),
            "unread": people_named(state.unread[:MOST]), "late": set(map(int, state.late)),
            "outdated": set(map(int, state.outdated)),
            "readings": version.readings.select_related("person").order_by("-at", "pk")[:MOST],
        }  # fmt: skip
    return render(request, "supervising/document.html", shown)


@page(*EVERYONE)
@require_POST
def document_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that one has read a version; a second time changes nothing."""
    rights = rights_in(request)
    acknowledge(rights, _seen(rights, pk))
    messages.success(request, said(Bilingual("Recorded: you have read it.", "已记录阅知。")))
    return redirect("document", pk=pk)


@page(*PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def document_new(request: HttpRequest) -> HttpResponse:
    """Publish a version; of the city's arrangement where that is asked for."""
    form = DocumentForm(request.POST or None, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            version = publish(rights_in(request), form.paper())
        except RefusedError as refused:
            form.add_error(None, said(refused.sentence))
        else:
            return redirect("document", pk=version.pk)
    status = 422 if form.errors else 200
    return render(request, "supervising/document_new.html", {"form": form}, status=status)


def _initial(request: HttpRequest) -> dict[str, str]:
    """Of a document that is there already, its code and title; of the arrangement, all."""
    if request.GET.get("of") == "arrangement":
        return arrangement_paper()
    code = request.GET.get("of", "")[:80].replace("\0", "")
    known = Document.objects.filter(code=code).first() if code else None
    if known is None:
        return {}
    return {
        "code": known.code, "kind": known.kind, "title": known.title, "title_en": known.title_en,
    }  # fmt: skip
