"""What-ifs on the map: try, save, list, open again, turn into a task."""

from __future__ import annotations

import json
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from urbanwork.errors import Fault, UserError
from urbanwork.office.access import EVERYONE, page
from urbanwork.office.ledger.acting import Draft, register
from urbanwork.office.maps import apart, pieces, scenarios, trying
from urbanwork.office.maps.asking import faults_of, rights_in
from urbanwork.office.maps.last import last_examination
from urbanwork.office.maps.marks import levels
from urbanwork.office.maps.tables import area_at
from urbanwork.office.maps.turns import BusyError
from urbanwork.office.maps.views import examined
from urbanwork.office.pages.language import language, said
from urbanwork.planning.changes import Scenario
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.reporting.scenario import shown_changes

LARGEST: Final = 64_000
"""Bytes of a question."""
REGISTRARS: Final = ("leader", "supervisor", "dispatcher")


@require_http_methods(["GET", "HEAD", "POST"])
@page(*EVERYONE)
def what_if(request: HttpRequest) -> HttpResponse:
    """What changes do to the city; GET says whether the city stands open."""
    if request.method != "POST":
        held = apart.state()
        fault = faults_of(UserError(held["fault"]))[0] if held["fault"] else ""
        return JsonResponse({"state": held["state"], "fault": fault})
    examined()
    try:
        given, rights = asked(request), rights_in(request)
        answer = apart.tried(
            given.get("changes"), str(given.get("indicator", "")), str(rights.person.pk),
            levels(rights), language(),
        )  # fmt: skip
    except BusyError:
        return JsonResponse({"faults": [said(BUSY)]}, status=429)
    except UserError as error:
        return JsonResponse({"faults": faults_of(error)}, status=400)
    return JsonResponse(answer)


BUSY = Bilingual(
    "Many people try things out at the moment; try again.", "目前推演人数较多，请稍后重试。"
)


TOO_LARGE = Fault(
    f"the question is too long: wanted at most {LARGEST:,} bytes",
    f"请求过长，最多{LARGEST:,}字节",
)
NO_QUESTION = Fault(
    'wanted a JSON object in UTF-8, such as {"changes": []}',
    '请求须为UTF-8编码的JSON对象，例如{"changes": []}',
)


def asked(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent. Raises UserError for anything else."""
    if len(request.body) > LARGEST:
        raise UserError(TOO_LARGE)
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        raise UserError(NO_QUESTION) from None
    if not isinstance(given, dict):
        raise UserError(NO_QUESTION)
    return given


@require_http_methods(["GET", "HEAD", "POST"])
@page(*EVERYONE)
def scenario_list(request: HttpRequest) -> HttpResponse:
    """The scenarios of the city; POST saves one and gives its file."""
    rights = rights_in(request)
    if request.method != "POST":
        rows = [(each, shown_changes([each.scenario], "restricted"))
                for each in scenarios.saved(rights)]  # fmt: skip
        return render(request, "maps/scenarios.html", {
            "rows": rows, "may_register": rights.role in REGISTRARS,
        })  # fmt: skip
    try:
        given = asked(request)
        changes = trying.changes_of(given.get("changes"), pieces.frame_of(examined()))
        made = scenarios.save(rights, str(given.get("name", "")), changes)
    except UserError as error:
        return JsonResponse({"faults": faults_of(error)}, status=400)
    return JsonResponse({"file": made.file, "name": made.name}, status=201)


@require_safe
@page(*EVERYONE)
def scenario_one(request: HttpRequest, file: str) -> JsonResponse:
    """A scenario, to go on with it on the map."""
    found = scenarios.scenario_of(rights_in(request), file)
    if found is None:
        raise Http404
    changes = [scenarios.as_given(each) for each in found.scenario.changes]
    unknown = sorted({each["kind"] for each in changes} - set(trying.KINDS))
    return JsonResponse({
        "file": found.file, "name": found.name, "unknown": unknown,
        "changes": [each for each in changes if each["kind"] in trying.KINDS],
    })  # fmt: skip


@require_POST
@page(*REGISTRARS)
def scenario_task(request: HttpRequest, file: str) -> HttpResponse:
    """Turn a scenario into a task of the ledger, to be assigned there."""
    rights = rights_in(request)
    found = scenarios.scenario_of(rights, file)
    if found is None:
        raise Http404
    fields = fields_of_task(found, str(request.POST.get("indicator", ""))[:120])
    key = str(request.POST.get("key", ""))[:80] or None
    task = register(rights, Draft(fields, key=key))
    messages.success(request, said(Bilingual("Entered in the ledger.", "已登记。")))
    return redirect(reverse("task", args=[task.number]))


def fields_of_task(found: scenarios.Saved, indicator: str) -> dict[str, Any]:
    """What the task begins with: the changes in words, where the first of them lies."""
    exam = last_examination()
    scenario: Scenario = found.scenario
    at = next((each.geometry for each in scenario.changes if each.geometry is not None), None)
    point = None if at is None else at.representative_point()
    area = None if point is None or exam is None else area_at(exam, point.x, point.y)
    known = exam is not None and any(each["id"] == indicator for each in pieces.indicators_of(exam))
    lines = [f"{said(each.kind)}：{said(each.what)}" if language() == "zh"
             else f"{said(each.kind)}: {said(each.what)}"
             for each in shown_changes([scenario], "restricted")]  # fmt: skip
    return {
        "title": found.name, "text": "\n".join(lines), "source": "instruction",
        "origin": {"scenario": found.file, "examination": exam.name if exam else ""},
        "indicator": indicator if known else "", "areas": [area] if area else [],
        "longitude": None if point is None else round(point.x, 6),
        "latitude": None if point is None else round(point.y, 6),
        "visibility": "internal",
    }  # fmt: skip
