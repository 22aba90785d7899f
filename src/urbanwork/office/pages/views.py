"""The first page: what the examination found, what is done about it, what waits for me."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from urbanwork.office.access import EVERYONE, page
from urbanwork.office.maps.asking import rights_in
from urbanwork.office.maps.last import last_examination
from urbanwork.office.pages.changed import changed
from urbanwork.office.pages.overview import overview
from urbanwork.office.pages.waiting import LIGHTS, tally, tasks_of, waiting
from urbanwork.office.rules import lifecycle

FIRST_PROBLEMS = 12


@require_safe
@page(*EVERYONE)
def first_page(request: HttpRequest) -> HttpResponse:
    """Where the office begins."""
    rights = rights_in(request)
    exam, counted = last_examination(), tally(rights)
    given: dict[str, Any] = {
        "lights": [(light, counted.lights[light]) for light in (*LIGHTS, "")],
        "total": counted.total, "waiting": waiting(rights), "exam": exam,
        "states": lifecycle().states, "ledger": _address("ledger"), "to_do": _address("to_do"),
        "new_task": _address("task_new"),
        "may_register": rights.role in lifecycle().actions["register"].roles,
    }  # fmt: skip
    if exam is not None:
        seen = overview(exam)
        many = bool(request.GET.get("problems"))
        problems = seen["problems"] if many else seen["problems"][:FIRST_PROBLEMS]
        begun = tasks_of(rights, problems)
        given |= {
            "seen": seen, "changed": changed(exam), "points": _points(seen, counted),
            "problems": [each | {"tasks": begun[each["indicator"], each["area"]]}
                         for each in problems],
            "more": 0 if many else len(seen["problems"]) - len(problems),
        }  # fmt: skip
    return render(request, "first_page.html", given)


def _points(seen: dict[str, Any], counted: Any) -> list[dict[str, Any]]:
    """Points under their sections, each with its open tasks."""
    sections: dict[str, dict[str, Any]] = {}
    for each in seen["points"]:
        section = sections.setdefault(each["section"]["en"], {"title": each["section"], "rows": []})
        section["rows"].append(
            each
            | {"tasks": counted.points[each["point"]], "red": counted.red_points[each["point"]]}
        )
    return list(sections.values())


def _address(name: str) -> str:
    """The address of a room; empty where the office has none of this name."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
