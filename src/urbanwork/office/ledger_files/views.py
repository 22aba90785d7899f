"""Reading a ledger in, as pages: give a file, look at what would become of it, carry it out."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from urbanwork.errors import UserError
from urbanwork.office.access import page
from urbanwork.office.ledger.changing import EDITORS
from urbanwork.office.ledger.exporting import COLUMNS
from urbanwork.office.ledger_files.carrying import carry_out, keep_told
from urbanwork.office.ledger_files.columns import FIELDS, NEEDED
from urbanwork.office.ledger_files.comparing import Comparison, compare
from urbanwork.office.ledger_files.giving import (
    choose_sheet,
    give,
    heads,
    name_bodies,
    remember,
    rows_of,
    sheets,
)
from urbanwork.office.ledger_files.models import Reading
from urbanwork.office.lists.files import plain
from urbanwork.office.pages.language import said
from urbanwork.office.people.models import Body
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.bilingual import Bilingual

READERS = tuple(sorted(EDITORS))
SHOWN = 200
"""So many rows of a kind are shown; the file of refused rows has all."""
MOST_DIGITS = 10
NO_FILE = Bilingual("Choose a file first.", "请先选择文件。")
NO_TITLE = Bilingual(
    "Say which column holds the task; without it nothing can be read.",
    "请指定“任务”所在列，否则无法导入。",
)


@page(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def read_in(request: HttpRequest) -> HttpResponse:
    """Give a file."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    fault = None
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None:
                raise UserError(said(NO_FILE))
            reading = give(rights, file, file.name or "ledger", request.POST.get("ledger", ""))
            return redirect("ledger_reading", reading.pk)
        except UserError as error:
            fault = str(error)
    mine = Reading.objects.filter(person=rights.person)[:10]
    given = {"fault": fault, "readings": mine}
    return render(request, "ledger_files/give.html", given, status=422 if fault else 200)


@page(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What would become of each row; with a POST, other columns, or carry it out."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    found = _mine(rights, pk)
    if found.done is not None:
        return render(request, "ledger_files/done.html", {"reading": found})
    try:
        if request.method == "POST" and _set(request, rights, found):
            return redirect("ledger_reading", pk)
        held = compare(rights, found.ledger, rows_of(found)) if _is_mapped(found) else None
        if request.method == "POST" and held is not None:
            done = carry_out(rights, found, held, also_assign="assign" in request.POST)
            keep_told(rights, found, held, done)
            return redirect("ledger_reading", pk)
        return render(request, "ledger_files/look.html", _look(found, held))
    except UserError as fault:
        messages.error(request, str(fault))
        return redirect("ledger_read_in")


@page(*READERS)
@require_GET
def rejected(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The rows that are not taken, with the reasons, as a table."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    found = _mine(rights, pk)
    held = compare(rights, found.ledger, rows_of(found))
    text = io.StringIO()
    writer = csv.writer(text)
    fields = list(found.mapping)
    writer.writerow([said(ROW), said(REASON), *(said(FIELDS[name].title) for name in fields)])
    for each in (*held.of("rejected"), *held.of("done")):
        reasons = " ".join(said(reason) for reason in each.reasons)
        row = each.meant.row
        writer.writerow([row.where, reasons, *(plain(row.text(name)) for name in fields)])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="rejected.csv"'
    return response


ROW, REASON = Bilingual("where", "位置"), Bilingual("reason", "原因")


def _mine(rights: Rights, pk: UUID) -> Reading:
    """A file that this person gave; of others nobody learns that it is there."""
    found = Reading.objects.filter(pk=pk, person=rights.person).first()
    if found is None:
        raise Http404
    return found


def _set(request: HttpRequest, rights: Rights, found: Reading) -> bool:
    """Whether the form says how the file is to be read, and not to carry it out."""
    if "columns" in request.POST:
        remember(found, _asked(request))
    elif "sheet" in request.POST:
        choose_sheet(found, request.POST["sheet"])
    elif "names" in request.POST:
        pairs = zip(request.POST.getlist("name"), request.POST.getlist("body"), strict=False)
        name_bodies(rights, {name: int(body) for name, body in pairs if name and _is_id(body)})
    else:
        return False
    return True


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < MOST_DIGITS


def _asked(request: HttpRequest) -> dict[str, int]:
    chosen = {name: request.POST.get(f"column-{name}", "") for name in FIELDS}
    return {name: int(at) for name, at in chosen.items() if at.isdecimal() and len(at) < 6}


def _is_mapped(reading: Reading) -> bool:
    return all(name in reading.mapping for name in NEEDED)


def _look(reading: Reading, held: Comparison | None) -> dict[str, Any]:
    columns = list(enumerate(heads(reading)))
    there = sheets(reading)
    kinds = ("new", "changed", "rejected", "done", "same")
    return {
        "reading": reading,
        "fields": [(name, each.title, reading.mapping.get(name)) for name, each in FIELDS.items()],
        "columns": [(at, head or f"({at + 1})") for at, head in columns],
        "needed": NO_TITLE,
        "sheets": there if len(there) > 1 else [],
        "bodies": Body.objects.filter(is_closed=False) if held and held.unknown else [],
        "held": held,
        "kinds": {kind: held.of(kind) for kind in kinds} if held else {},  # type: ignore[arg-type]
        "shown": SHOWN,
        "names": COLUMNS,
    }
