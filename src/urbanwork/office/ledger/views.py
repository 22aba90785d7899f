"""The ledger as a page: filter, sort, page through, keep filters, take it out as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from urbanwork.errors import UserError
from urbanwork.office.access import EVERYONE, page
from urbanwork.office.audit.record import record
from urbanwork.office.ledger.changing import EDITORS
from urbanwork.office.ledger.exporting import EXPORTS
from urbanwork.office.ledger.forms import indented, open_bodies
from urbanwork.office.ledger.listing import MOST, counted, found, page_of
from urbanwork.office.ledger.models import SavedFilter
from urbanwork.office.ledger.names import names
from urbanwork.office.ledger.said_words import LIGHTS, SOURCES, WEIGHTS
from urbanwork.office.ledger.wanted import Wanted, wanted
from urbanwork.office.pages.language import said
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import lifecycle, lights
from urbanwork.quantities.bilingual import Bilingual

REGISTRARS = (*sorted(EDITORS), "oversight")
"""Roles whose posts enter tasks."""
NO_PLACE = Bilingual(
    "This page of the list does not exist; here is the first.", "列表中没有这一页，现显示第一页。"
)
STATES = {
    "open": Bilingual("open", "未办结"),
    "all": Bilingual("all", "全部"),
    "done": Bilingual("no longer open", "已办结"),
}


@page(*EVERYONE)
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """The list, as filtered."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    asked, faults = wanted(request.GET)
    seen = found(rights, asked)
    after = request.GET.get("after", "")
    try:
        shown = page_of(seen, asked.sort, after)
    except ValueError:
        shown, after = page_of(seen, asked.sort), ""
        faults.append(NO_PLACE)
    total = counted(seen) if shown.after or after else len(shown.rows)
    return render(request, "ledger/ledger.html", {
        "asked": asked, "faults": faults, "rows": shown.rows, "after": shown.after,
        "is_first": not after, "total": min(total, MOST), "is_more": total > MOST,
        "kept": list(SavedFilter.objects.filter(person=rights.person).order_by("name")),
        "may_enter": rights.role in REGISTRARS, "exports": list(EXPORTS), **_choices(asked),
    })  # fmt: skip


def _choices(asked: Wanted) -> dict[str, Any]:
    """What each field of the filter can be set to, with what it is."""
    known = names()
    states = {**STATES, **{key: each.title for key, each in lifecycle().states.items()}}
    colours = {key: LIGHTS[key] for key in (*lights().lights, "none")}
    return {
        "states": states.items(), "colours": colours.items(), "sources": SOURCES.items(),
        "weights": WEIGHTS.items(), "areas": known.areas.items(), "points": known.points.items(),
        "indicator_name": known.indicator(asked.indicator) if asked.indicator else None,
        "bodies": [(each.pk, indented(each)) for each in open_bodies()],
    }  # fmt: skip


@page(*EVERYONE)
@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The list as filtered, as a file."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    asked, faults = wanted(request.GET)
    if faults:
        sentence = " ".join(said(each) for each in faults)
        return HttpResponse(sentence, status=422, content_type="text/plain; charset=utf-8")
    try:
        return EXPORTS[kind](found(rights, asked).tasks, asked)
    except UserError as fault:
        return HttpResponse(str(fault), status=422, content_type="text/plain; charset=utf-8")


@page(*EVERYONE)
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep a filter under a name; the name again keeps the new filter."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    name = request.POST.get("name", "").replace("\0", "").strip()[:80]
    asked, _ = wanted(_query(request.POST.get("query", "")))
    if not name:
        messages.error(request, said(Bilingual("Give the filter a name.", "请填写筛选名称。")))
    else:
        _keep(rights, name, asked.query)
        messages.success(request, said(Bilingual("The filter is kept.", "筛选已保存。")))
    return redirect(f"{reverse('ledger')}?{asked.query}")


def _query(text: str) -> Any:
    from django.http import QueryDict

    return QueryDict(text[:4_000])


@transaction.atomic
def _keep(rights: Rights, name: str, query: str) -> None:
    row, _ = SavedFilter.objects.update_or_create(
        person=rights.person, name=name, defaults={"query": query}
    )
    by = f"person:{rights.person.pk}"
    record("filter.keep", by, {"filter": row.pk}, actor=by, about=by,
           personal={"name": name, "query": query or "-"})  # fmt: skip


@page(*EVERYONE)
@require_POST
@transaction.atomic
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a filter of one's own."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    gone, _ = SavedFilter.objects.filter(pk=pk, person=rights.person).delete()
    if gone:
        by = f"person:{rights.person.pk}"
        record("filter.forget", by, {"filter": pk}, actor=by)
    return redirect("ledger")
