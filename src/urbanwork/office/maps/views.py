"""The map: its page, its pieces, what stands on it, and the explanation of a number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from urbanwork.errors import UserError
from urbanwork.office.access import EVERYONE, page
from urbanwork.office.ledger.names import CITY, names
from urbanwork.office.maps import apart, explaining, marks, pieces
from urbanwork.office.maps.asking import faults_of, fresh, lasting, rights_in
from urbanwork.office.maps.last import key_of, last_examination, manifest_of
from urbanwork.office.maps.responsible import responsible
from urbanwork.office.maps.tables import area_rows, worst_cells
from urbanwork.office.pages.language import language
from urbanwork.office.rules import lifecycle
from urbanwork.planning.kinds import categories_of
from urbanwork.sources.category_titles import category_titles


@require_safe
@page(*EVERYONE)
def map_page(request: HttpRequest) -> HttpResponse:
    """The examination on cells and areas, with tasks on top."""
    exam = last_examination()
    if exam is None:
        return render(request, "maps/nothing.html")
    folder = pieces.pieces_of(exam)
    titles = category_titles()
    places = [key for key in categories_of("add_place") or () if key in titles]
    return render(request, "maps/map.html", {
        "key": folder.name, "manifest": manifest_of(exam), "exam": exam.name,
        "indicators": pieces.indicators_of(exam), "may_register": may_register(request),
        "categories": places, "category_titles": {key: titles[key] for key in places},
    })  # fmt: skip


def may_register(request: HttpRequest) -> bool:
    """Whether the post may enter tasks in the ledger."""
    return rights_in(request).role in lifecycle().actions["register"].roles


@require_safe
@page(*EVERYONE)
def map_piece(request: HttpRequest, key: str, name: str) -> FileResponse | HttpResponse:
    """One piece of the map; its address holds the digest of what is in it."""
    folder = _folder(key)
    if pieces.NAME.fullmatch(name) is None or not (folder / name).is_file():
        raise Http404
    opened = (folder / name).open("rb")
    return lasting(FileResponse(opened, content_type="application/octet-stream"))


def _folder(key: str) -> Path:
    exam = last_examination()
    if exam is None:
        raise Http404
    folder = pieces.pieces_of(exam)
    if folder.name == key:
        return folder
    raise Http404


def examined() -> Path:
    """The last examination. Raises Http404 before the first."""
    exam = last_examination()
    if exam is None:
        raise Http404
    return exam


@require_safe
@page(*EVERYONE)
def map_tasks(request: HttpRequest) -> HttpResponse:
    """Open tasks that the post may see, with their place on the map."""
    frame = pieces.frame_of(examined())
    return fresh(request, JsonResponse(marks.tasks_on_map(rights_in(request), frame)))


@require_safe
@page(*EVERYONE)
def map_zones(request: HttpRequest) -> HttpResponse:
    """Zones that the post may see; `state` says whether they could be read yet."""
    examined()
    return fresh(request, JsonResponse(apart.zones(marks.levels(rights_in(request)))))


@require_safe
@page(*EVERYONE)
def explain_page(request: HttpRequest) -> HttpResponse:
    """Where a number comes from and who answers for it: a page, or with `part` a part of one."""
    exam, given = examined(), request.GET
    part = bool(given.get("part"))
    template = "maps/explanation.html" if part else "maps/explanation_page.html"
    try:
        found = explaining.explanation(
            exam, given.get("indicator", ""), area=given.get("area") or None,
            cell=given.get("cell") or None,
        )  # fmt: skip
    except UserError as error:
        return render(request, template, {"faults": faults_of(error)}, status=404)
    area = _area_of(exam, found)
    return render(request, template, {
        "told": explaining.told(found, language()), "area": area,
        "walks": explaining.walks_of(found, pieces.frame_of(exam), language()),
        "who": responsible(rights_in(request), exam, found.indicator, area),
        "problem": _problem(found.indicator, area), "may_register": may_register(request),
    })  # fmt: skip


def _problem(indicator: str, area: str | None) -> str:
    """The id of the problem of an indicator in an area, else of the city; empty without one."""
    found = {each.area: each.id for each in names().problems.values()
             if each.indicator == indicator}  # fmt: skip
    return found.get(area or CITY) or found.get(CITY, "")


def _area_of(exam: Path, found: Any) -> str | None:
    """The area that an explanation speaks of; None for the city."""
    from urbanwork.office.maps.tables import area_of_cell

    if found.where["kind"] == "area":
        return str(found.where["id"])
    if found.where["kind"] == "cell":
        return area_of_cell(exam, key_of(exam), str(found.where["id"]))
    return None


@require_safe
@page(*EVERYONE)
def map_table(request: HttpRequest) -> HttpResponse:
    """The map as tables: each area with its value, and the cells where most people lack it."""
    exam = examined()
    indicators = pieces.indicators_of(exam)
    asked = request.GET.get("indicator", "")
    chosen = next((each for each in indicators if each["id"] == asked), None)
    chosen = chosen or (indicators[0] if indicators else None)
    rows = area_rows(exam, chosen["id"], rights_in(request), language()) if chosen else []
    has_cells = chosen is not None and indicators.index(chosen) in pieces.with_cells(exam)
    return render(request, "maps/table.html", {
        "indicators": indicators, "chosen": chosen, "rows": rows, "has_cells": has_cells,
        "cells": worst_cells(exam, chosen["id"], language()) if chosen else [],
    })  # fmt: skip
