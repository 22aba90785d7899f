"""Pages of supervision: the room, orders of a task, chiefs, rates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from urbanwork.office.access import EVERYONE, page
from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.names import names
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.lists.files import as_file
from urbanwork.office.pages.language import language, said
from urbanwork.office.people.rights import Rights
from urbanwork.office.supervising import chiefs_here
from urbanwork.office.supervising.forms import ChiefForm, DecideForm
from urbanwork.office.supervising.models import Chief
from urbanwork.office.supervising.ordering import TITLES, decide
from urbanwork.office.supervising.rating import HEAD, Period, Rating, rating, table, this_year
from urbanwork.office.supervising.room import ALL, MOST, room_of
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

READERS = ("leader", "supervisor", "dispatcher", "inspector", "oversight", "administrator")


def rights_in(request: HttpRequest) -> Rights:
    """The rights of who asks; `@page` has made sure that there are some."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    return rights


def seen_task(request: HttpRequest, number: str) -> Task:
    """A task by its number.

    Raises:
        Http404: there is none, or the post may not see it.
    """
    return get_object_or_404(visible(rights_in(request)), number=number)


@page(*READERS)
@require_safe
def supervision(request: HttpRequest) -> HttpResponse:
    """The room: what is recommended today, what stands, where it hangs."""
    rights, most = rights_in(request), ALL if request.GET.get("all") == "1" else MOST
    return render(request, "supervising/room.html", {"room": room_of(rights, most)})


@page(*EVERYONE)
@require_POST
def order(request: HttpRequest, number: str) -> HttpResponse:
    """Decide on the order of a task; the page of the task follows."""
    task = seen_task(request, number)
    kind = request.POST.get("kind", "")
    if kind not in TITLES:
        raise Http404
    form = DecideForm(kind, request.POST)
    back = redirect(f"{reverse('task', args=[task.number])}#supervision")
    if not form.is_valid():
        for faults in form.errors.values():
            messages.error(request, " ".join(map(str, faults)))
        return back
    try:
        decide(rights_in(request), task.pk, form.deciding())
    except RefusedError as refused:
        messages.error(request, said(refused.sentence))
    else:
        done = Bilingual("Recorded: {what}.", "已记录：{what}。")
        messages.success(request, said(done).format(what=said(TITLES[kind])))
    return back


@page(*EVERYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def chiefs(request: HttpRequest) -> HttpResponse:
    """Who answers for which area; areas without a chief, and with two."""
    rights = rights_in(request)
    form = ChiefForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            chiefs_here.appoint(rights, **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, said(refused.sentence))
        else:
            return redirect("chiefs")
    return render(request, "supervising/chiefs.html", {
        "coverages": chiefs_here.coverages(), "form": form, "areas": names().areas,
        "may_appoint": rights.role in chiefs_here.APPOINT, "rooms_of": "chiefs",
    }, status=422 if form.errors else 200)  # fmt: skip


@page(*chiefs_here.APPOINT)
@require_POST
def chief_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End the post of a chief today."""
    chiefs_here.end(rights_in(request), get_object_or_404(Chief, pk=pk))
    return redirect("chiefs")


@page(*EVERYONE)
@require_safe
def rates(request: HttpRequest) -> HttpResponseBase:
    """Rates of a period by body or person; as a page, CSV or XLSX."""
    period, faults = _period(request)
    by = "person" if request.GET.get("by") == "person" else "body"
    found: Rating | None = None
    try:
        found = rating(rights_in(request), period, by)  # type: ignore[arg-type]
    except RefusedError as refused:
        faults.append(refused.sentence)
    kind = request.GET.get("as", "")
    if kind and found is not None:
        return _file(kind, found)
    shown: dict[str, Any] = {"found": found, "period": period, "by": by, "faults": faults}
    return render(request, "supervising/rates.html", shown, status=422 if faults else 200)


def _file(kind: str, found: Rating) -> HttpResponseBase:
    head = [said(title) for title in HEAD]
    name = f"rates-{found.period.first}-{found.period.last}"
    return as_file(kind, name, head, table(found, language()))


def _period(request: HttpRequest) -> tuple[Period, list[Bilingual]]:
    standard = this_year()
    try:
        first = request.GET.get("first") or standard.first.isoformat()
        last = request.GET.get("last") or standard.last.isoformat()
        return Period(date.fromisoformat(first), date.fromisoformat(last)), []
    except ValueError:
        return standard, [Bilingual("A day is written as 2026-05-01.", "日期格式如2026-05-01。")]
