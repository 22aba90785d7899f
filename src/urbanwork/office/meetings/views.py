"""Pages of meetings: the list, one meeting, its agenda, closing, minutes."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from urbanwork.office.access import EVERYONE, page
from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.meetings import holding
from urbanwork.office.meetings.fixed import is_extract, items_for, moment_of
from urbanwork.office.meetings.forms import ItemForm, MeetingForm
from urbanwork.office.meetings.minutes import minutes
from urbanwork.office.meetings.models import Decision, Meeting
from urbanwork.office.meetings.proposing import KIND_TITLES, Proposal, proposals
from urbanwork.office.meetings.seeing import WRITE, seen_decisions, seen_items, seen_meetings
from urbanwork.office.pages.language import said
from urbanwork.office.papers.views import asked_anew, asked_language, rights_in, taken
from urbanwork.office.people.models import Person
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

MOST: Final = 50
CLOSED = Bilingual("Closed; the text is fixed.", "会议已结束，纪要文本已固定。")
NO_SUCH_TASK = Bilingual("There is no task of this number.", "没有此编号的任务。")


def seen_meeting(rights: Rights, pk: int) -> Meeting:
    """A meeting; 404 for what the post may not see."""
    return get_object_or_404(seen_meetings(rights).select_related("chair", "by"), pk=pk)


def version_of(request: HttpRequest) -> int | None:
    """The version of the page from which a form was sent; one that is none fits nothing."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


@page(*EVERYONE)
@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """Meetings that are to be held or written, and those that were closed."""
    rights = rights_in(request)
    seen = seen_meetings(rights).select_related("chair")
    closed = list(seen.filter(closed__isnull=False).order_by("-at", "-pk")[: MOST + 1])
    return render(request, "meetings/meetings.html", {
        "open": seen.filter(closed__isnull=True).order_by("at", "pk")[:MOST],
        "closed": closed[:MOST], "is_more": len(closed) > MOST, "now": timezone.now(),
        "may_write": rights.role in WRITE, "undone": _undone(rights),
    })  # fmt: skip


def _undone(rights: Rights) -> list[Decision]:
    """Decisions in words alone of closed meetings that nobody said to be done."""
    rows = seen_decisions(rights).filter(
        how="note", done__isnull=True, item__meeting__closed__isnull=False
    )
    return list(rows.select_related("item", "item__meeting").order_by("pk")[:MOST])


@page(*WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Call a meeting."""
    form = MeetingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            meeting = holding.call(rights_in(request), form.calling, form.key)
        except RefusedError as refused:
            form.add_error(None, said(refused.sentence))
        else:
            return redirect("meeting_agenda", meeting.pk)
    shown = {"form": form, "meeting": None}
    return render(request, "meetings/call.html", shown, status=422 if form.errors else 200)


@page(*WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is said of a meeting."""
    rights = rights_in(request)
    meeting = seen_meeting(rights, pk)
    form = MeetingForm(request.POST if request.method == "POST" else None, meeting)
    if request.method == "POST" and form.is_valid():
        try:
            holding.change(rights, meeting.pk, form.calling, version_of(request))
        except RefusedError as refused:
            form.add_error(None, said(refused.sentence))
        else:
            return redirect("meeting", meeting.pk)
    shown = {"form": form, "meeting": meeting}
    return render(request, "meetings/call.html", shown, status=422 if form.errors else 200)


@page(*EVERYONE)
@require_safe
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: what is to be talked about, what was decided; a closed one as it was fixed."""
    rights = rights_in(request)
    found = seen_meeting(rights, pk)
    shown = {"meeting": found, "is_extract": is_extract(rights), "kinds": KIND_TITLES}
    if found.closed is not None:
        return render(request, "meetings/closed.html", {**shown, **_fixed(rights, found)})
    items = list(seen_items(rights, found))
    return render(request, "meetings/meeting.html", {
        **shown, "items": items, "bodies": found.bodies.order_by("path"), "now": timezone.now(),
        "may_write": rights.role in WRITE, "has_begun": found.at <= timezone.now(),
    })  # fmt: skip


def _fixed(rights: Rights, found: Meeting) -> dict[str, Any]:
    items = items_for(rights, found)
    ids = [each["id"] for item in items for each in item["decisions"]]
    text = found.text
    return {
        "items": items, "text": text, "at": moment_of(text["at"]),
        "chair": Person.objects.filter(pk=text["chair"]).first() if text["chair"] else None,
        "decisions": Decision.objects.filter(pk__in=ids).select_related("task").in_bulk(),
        "may_write": rights.role in WRITE,
    }  # fmt: skip


@page(*WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose among what is proposed, or put in an item of one's own."""
    rights = rights_in(request)
    found = seen_meeting(rights, pk)
    is_own = "item" in request.POST
    form = ItemForm(request.POST if is_own else None, found.version)
    if request.method == "POST":
        try:
            if not is_own:
                holding.choose(rights, found.pk, request.POST.getlist("choose"))
                return redirect("meeting", found.pk)
            if form.is_valid():
                _put_in(rights, found, form)
                return redirect("meeting", found.pk)
        except RefusedError as refused:
            form.add_error(None, said(refused.sentence)) if is_own else messages.error(
                request, said(refused.sentence)
            )
    if found.closed is not None:
        return redirect("meeting", found.pk)
    return render(request, "meetings/agenda.html", {
        "meeting": found, "form": form, "groups": _groups(proposals(rights, found)),
    }, status=422 if form.errors else 200)  # fmt: skip


def _put_in(rights: Rights, found: Meeting, form: ItemForm) -> None:
    given, task = form.cleaned_data, None
    if given["number"]:
        task = task_of(rights, given["number"])
    holding.put_in(rights, found.pk, given["item"], given["note"], task)


def task_of(rights: Rights, number: str) -> Task:
    """A task by its number.

    Raises:
        RefusedError: there is none, or the post may not see it.
    """
    task = visible(rights).filter(number=number.strip().replace("\0", "")).first()
    if task is None:
        raise RefusedError(NO_SUCH_TASK)
    return task


def _groups(found: list[Proposal]) -> list[tuple[Bilingual, list[Proposal]]]:
    """Proposals by kind, in the order in which they are talked about."""
    return [
        (title, rows)
        for kind, title in KIND_TITLES.items()
        if (rows := [each for each in found if each.kind == kind])
    ]


@page(*WRITE)
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a meeting."""
    rights = rights_in(request)
    found = seen_meeting(rights, pk)
    try:
        holding.close(rights, found.pk, version_of(request))
    except RefusedError as refused:
        messages.error(request, said(refused.sentence))
    else:
        messages.success(
            request, said(Bilingual("Closed; the text is fixed.", "会议已结束，纪要文本已固定。"))
        )
    return redirect("meeting", found.pk)


@page(*EVERYONE)
@require_POST
def take_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """The minutes as DOCX."""
    rights = rights_in(request)
    found, lang = seen_meeting(rights, pk), asked_language(request)
    anew = asked_anew(request)
    return taken(request, "meeting", lambda: minutes(rights, found, lang, anew=anew), found.pk)
