"""This number is wrong: report it as a task; see what was confirmed and not written."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from urbanwork.errors import UserError
from urbanwork.office.access import page
from urbanwork.office.ledger.acting import Draft, register
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.maps import corrections, explaining, pieces
from urbanwork.office.maps.asking import faults_of, rights_in
from urbanwork.office.maps.correction_forms import ACTIONS, CorrectionForm
from urbanwork.office.maps.last import key_of, last_examination
from urbanwork.office.maps.tables import area_at, area_names, area_of_cell
from urbanwork.office.pages.language import language, said
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.sources.category_titles import category_titles

REPORTERS = ("leader", "supervisor", "dispatcher", "oversight")
WRITERS = ("leader", "supervisor", "dispatcher")


@require_http_methods(["GET", "HEAD", "POST"])
@page(*REPORTERS)
def new(request: HttpRequest) -> HttpResponse:
    """The form; sent, it becomes a task."""
    rights, given = rights_in(request), request.GET
    about = about_number(*(given.get(name, "") for name in ("indicator", "area", "cell")))
    author = str(rights.person)
    if request.method == "POST":
        form = CorrectionForm(request.POST, author=author)
        if form.is_valid():
            key = form.cleaned_data["key"] or None
            task = register(rights, Draft(fields_of_report(form, about), key=key))
            messages.success(request, said(Bilingual("Entered in the ledger.", "已登记。")))
            return redirect(reverse("task", args=[task.number]))
    else:
        begun = {**about["begun"], "key": secrets.token_hex(12)}
        form = CorrectionForm(initial=begun, author=author)
    shown = {"form": form, "about": about}
    return render(request, "maps/correction.html", shown, status=422 if form.errors else 200)


def about_number(indicator: str, area: str, cell: str) -> dict[str, Any]:
    """The number that is called wrong, as it was named; unknown parts are left out."""
    exam = last_examination()
    indicators = {each["id"]: each for each in pieces.indicators_of(exam)} if exam else {}
    about: dict[str, Any] = {
        "indicator": indicator if indicator in indicators else "", "area": "", "cell": "",
        "examination": exam.name if exam else "", "nearest": [], "begun": {},
    }  # fmt: skip
    if exam is None or not about["indicator"]:
        return about
    about["title"] = indicators[indicator]["title"][language() == "zh"]
    if cell:
        about |= _of_cell(exam, indicator, cell)
    elif area in area_names(exam):
        about["area"] = area
    about["where"] = area_names(exam).get(about["area"], {}).get(language(), "")
    parts = indicators[indicator]["parts"]
    about["begun"] = {**about["begun"], "category": parts[0]["category"] if parts else ""}
    return about


def _of_cell(exam: Any, indicator: str, cell: str) -> dict[str, Any]:
    """Where a cell lies, and the places that its number rests on."""
    try:
        area = area_of_cell(exam, key_of(exam), cell)
        found = explaining.explanation(exam, indicator, cell=cell)
    except (UserError, ValueError):
        return {}
    walks = [each.path[0] for each in found.nearest if each.path]
    at = {"lon": round(walks[0][0], 6), "lat": round(walks[0][1], 6)} if walks else {}
    near = [(each.id, each.name or each.id) for each in found.nearest if each.id]
    return {"area": area or "", "cell": cell, "nearest": near, "begun": at}


def fields_of_report(form: CorrectionForm, about: dict[str, Any]) -> dict[str, Any]:
    """The task of a report."""
    given, exam = form.cleaned_data, last_examination()
    lon, lat = given["lon"], given["lat"]
    area = about["area"]
    if exam is not None and lon is not None and lat is not None:
        area = area_at(exam, lon, lat) or area
    origin = {"examination": about["examination"], "cell": about["cell"],
              "reported": given["evidence"]}  # fmt: skip
    if form.entry is not None:
        origin[corrections.KEY] = form.entry
    return {
        "title": _title(given), "text": given["reason"], "source": corrections.SOURCE,
        "origin": origin, "indicator": about["indicator"], "areas": [area] if area else [],
        "longitude": lon, "latitude": lat, "visibility": "internal",
    }  # fmt: skip


def _title(given: dict[str, Any]) -> str:
    titles, lang = category_titles(), language()
    category = given["category"]
    what = [titles[category][lang == "zh"] if category in titles else "", given["name"],
            given["target"]]  # fmt: skip
    joined = " ".join(each for each in what if each)
    head = said(ACTIONS[given["action"]])
    text = f"{head}：{joined}" if lang == "zh" else f"{head}: {joined}"
    return (text if joined else head)[:300]


@require_http_methods(["GET", "HEAD", "POST"])
@page(*WRITERS)
def unwritten(request: HttpRequest) -> HttpResponse:
    """Confirmed corrections that are not in the file, and writing one of them again."""
    rights = rights_in(request)
    faults: list[str] = []
    if request.method == "POST":
        number = request.POST.get("task", "")[:20].replace("\0", "")
        task = visible(rights).filter(number=number).first()
        if task is None:
            raise Http404
        try:
            corrections.write(task, f"person:{rights.person.pk}")
            messages.success(request, said(Bilingual("Written.", "已写入。")))
            return redirect(reverse("corrections"))
        except UserError as error:
            faults = faults_of(error)
    return render(request, "maps/corrections.html", {
        "tasks": [(each, corrections.text_of(corrections.entry_of(each) or {}))
                  for each in corrections.unwritten(rights)],
        "faults": faults, "file": corrections.file_of_corrections().name,
    })  # fmt: skip
