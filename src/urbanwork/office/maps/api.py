"""The map for programs: figures of areas and cells, explanations, zones, what-ifs, scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final, Literal

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from ninja import Path, Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import ConfigDict, Field, StringConstraints

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.office.api.given import Given
from urbanwork.office.ledger.acting import Draft, register
from urbanwork.office.maps import (
    apart,
    explaining,
    figures,
    marks,
    pieces,
    scenarios,
    trying,
)
from urbanwork.office.maps.asking import faults_of, plain_faults, rights_in
from urbanwork.office.maps.correction_api import router as corrections
from urbanwork.office.maps.last import key_of, last_examination, manifest_of
from urbanwork.office.maps.responsible import responsible
from urbanwork.office.maps.tables import area_of_cell
from urbanwork.office.maps.turns import BusyError
from urbanwork.office.maps.whatif_views import REGISTRARS, fields_of_task
from urbanwork.office.pages.language import language

router = Router()
router.add_router("/corrections", corrections)

Word = Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$")]
File = Annotated[str, StringConstraints(max_length=90, pattern=r"^[^\x00/]+$")]
Key = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z+-]{8,64}$")]
MOST_CELLS: Final = 2_000
Asked = Annotated[str, Query(max_length=120, pattern=r"^[^\x00]*$")]
Limit = Annotated[int, Query(ge=1, le=MOST_CELLS)]
BUSY: Final = "Many people try things out; try again.\n目前推演人数较多，请稍后重试。"
OPENING: Final = "The city is being opened; ask again soon.\n正在打开城市数据，请稍后重试。"


class IndicatorOut(Schema):
    """An indicator that was measured."""

    id: str = Field(examples=["life.pharmacy_500m"])
    title: list[str] = Field(description="English, Chinese")
    question: list[str]
    unit: str = Field(examples=["%"])
    better: str = Field(examples=["higher"])
    dimension: str
    has_cells: bool


class MapOut(Schema):
    """The examination that the map shows."""

    examination: str
    as_of: str
    key: str = Field(description="digest of what is shown; pieces stand under it")
    crs: str = Field(examples=["EPSG:32628"])
    origin: tuple[float, float] = Field(description="of the metres of the map, in `crs`")
    areas: int
    cells: int
    indicators: list[IndicatorOut]


class AreaOut(Schema):
    """A figure of an area; `area` is `city` for the whole."""

    area: str
    name: str
    name_zh: str
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    unit: str
    grade: str
    reason: str | None = Field(None, description="why there is no value")
    people_short: float | None = Field(None, description="people for whom it falls short")


class CellOut(Schema):
    """A figure of a cell."""

    cell: str = Field(examples=["8a1126d33147fff"])
    area: str
    lon: float
    lat: float
    people: float | None = None
    value: float | None = None
    state: str = Field(examples=["reached"])
    distance: float | None = Field(None, description="metres or minutes to the nearest")


class CellList(Schema):
    """A page of cells, by id."""

    cells: list[CellOut]
    after: str = Field("", description="give it as `after` for the next page; empty on the last")


class TaskNamed(Schema):
    """A task by number."""

    number: str
    title: str
    light: str | None = None


class ResponsibleOut(Schema):
    """Who answers for a number; empty lists mean that nobody does."""

    chiefs: list[str]
    leads: list[int] = Field(description="ids of bodies that lead open tasks there")
    asked: list[str] = Field(description="bodies that the arrangement names")
    tasks: list[TaskNamed]


class ExplanationOut(Schema):
    """Where a number comes from, as `urbanwork explain --json` has it, and who answers for it."""

    explanation: dict[str, Any]
    responsible: ResponsibleOut
    path: dict[str, Any] = Field(description="walked paths as GeoJSON")


class ChangeIn(Given):
    """A change; where it is stands as lon and lat (WGS84)."""

    model_config = ConfigDict(extra="forbid")

    id: Word | None = None
    kind: Literal[
        "add_place", "move_place", "remove_place", "set_capacity", "close_street", "reopen_street"
    ]
    category: Word | None = None
    target: Word | None = None
    name: Word | None = None
    capacity: float | None = Field(None, ge=0, allow_inf_nan=False)
    lon: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False)
    lat: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False)


class WhatIfIn(Given):
    """A scenario to try: all of its changes, each time."""

    changes: list[ChangeIn] = Field(max_length=trying.MOST_CHANGES)
    indicator: Word = ""


class ScenarioIn(Given):
    """A scenario to save."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00]*$")]
    changes: list[ChangeIn] = Field(min_length=1, max_length=trying.MOST_CHANGES)


class ScenarioOut(Schema):
    """A saved scenario."""

    file: str
    name: str
    author: str | None = None
    date: str | None = None
    changes: list[dict[str, Any]]


class StateOut(Schema):
    """Whether the city stands open for what-ifs."""

    state: str = Field(examples=["ready"])
    fault: str = ""


class TaskIn(Given):
    """What a task made of a scenario is about."""

    indicator: Word = ""
    key: Key | None = Field(None, description="sending twice with one key does it once")


@contextmanager
def _faults() -> Iterator[None]:
    """Faults without paths of the server; a full queue as 429."""
    try:
        yield
    except BusyError:
        raise HttpError(429, BUSY) from None
    except UserError as error:
        raise ManyFaultsError(plain_faults(error)) from None


def _exam() -> Any:
    exam = last_examination()
    if exam is None:
        raise Http404
    return exam


def _known(exam: Any, indicator: str) -> str:
    """An indicator that was measured. Raises Http404 for another."""
    if any(each["id"] == indicator for each in pieces.indicators_of(exam)):
        return indicator
    raise Http404


def _plain(given: list[ChangeIn]) -> list[dict[str, Any]]:
    return [each.model_dump(exclude_none=True) for each in given]


@router.get("", response=MapOut, summary="What the map shows")
def map_overview(request: HttpRequest) -> Any:
    """The last examination with its indicators."""
    exam = _exam()
    frame, with_cells = pieces.frame_of(exam), set(pieces.with_cells(exam))
    indicators = [
        {**each, "has_cells": row in with_cells}
        for row, each in enumerate(pieces.indicators_of(exam))
    ]
    return {
        "examination": exam.name, "as_of": str(manifest_of(exam)["as_of"]), "key": key_of(exam),
        "crs": frame.crs, "origin": frame.origin, "areas": len(frame.areas),
        "cells": frame.cells, "indicators": indicators,
    }  # fmt: skip


@router.get("/areas", response=list[AreaOut], summary="Figures of areas")
def map_areas(request: HttpRequest, indicator: Asked) -> Any:
    """One indicator in every area and in the city."""
    exam = _exam()
    return figures.of_areas(exam, _known(exam, indicator))


@router.get("/cells", response=CellList, summary="Figures of cells")
def map_cells(
    request: HttpRequest, indicator: Asked,
    after: Asked = "", limit: Limit = 500,
) -> Any:  # fmt: skip
    """One indicator in every cell, a page at a time."""
    exam = _exam()
    with _faults():
        return figures.of_cells(exam, _known(exam, indicator), after, limit)


@router.get("/{layer}/file.{kind}", summary="Figures as a file")
def map_file(
    request: HttpRequest, layer: Path[Literal["areas", "cells"]],
    kind: Path[Literal["csv", "xlsx", "geojson"]], indicator: Asked,
) -> HttpResponseBase:  # fmt: skip
    """One indicator in all areas or cells as CSV, XLSX or GeoJSON."""
    exam = _exam()
    return figures.as_file(exam, _known(exam, indicator), layer, kind, rights_in(request))


@router.get("/explanation", response=ExplanationOut, summary="Explain a number")
def map_explanation(
    request: HttpRequest, indicator: Asked,
    area: Asked = "", cell: Asked = "",
) -> Any:  # fmt: skip
    """Where the figure of the city, an area or a cell comes from, and who answers for it."""
    exam = _exam()
    with _faults():
        found = explaining.explanation(exam, indicator, area=area or None, cell=cell or None)
    where = str(found.where["id"])
    if found.where["kind"] == "cell":
        at = area_of_cell(exam, key_of(exam), where)
    else:
        at = where if found.where["kind"] == "area" else None
    who = responsible(rights_in(request), exam, found.indicator, at)
    return {
        "explanation": found.to_dict(), "path": found.path_geojson(),
        "responsible": {
            "chiefs": [f"{each.person}, {each.body}" for each in who.chiefs],
            "leads": [each.pk for each in who.leads],
            "asked": [getattr(each, language()) for each in who.asked],
            "tasks": [{"number": each.number, "title": each.title, "light": each.light}
                      for each in who.tasks],
        },
    }  # fmt: skip


@router.get("/zones", summary="Zones")
def map_zones(request: HttpRequest) -> dict[str, Any]:
    """Zones that the post may see, as GeoJSON; 409 while the city is being opened."""
    zones = apart.zones_geojson(marks.levels(rights_in(request)))
    if zones is None:
        raise HttpError(409, OPENING)
    return zones


@router.get("/what-if", response=StateOut, summary="Whether what-ifs are open")
def what_if_state(request: HttpRequest) -> Any:
    """Asking begins to open the city."""
    held = apart.state()
    return {**held, "fault": "; ".join(faults_of(UserError(held["fault"])))}


@router.post("/what-if", summary="Try changes")
def what_if(request: HttpRequest, given: WhatIfIn) -> dict[str, Any]:
    """Who gains and who loses, and which bottom lines break."""
    _exam()
    plain, rights = _plain(given.changes), rights_in(request)
    with _faults():
        return apart.tried(
            plain, given.indicator, str(rights.person.pk), marks.levels(rights), language()
        )


def _scenario(saved: scenarios.Saved) -> dict[str, Any]:
    scenario = saved.scenario
    return {
        "file": saved.file, "name": saved.name, "author": scenario.author, "date": scenario.date,
        "changes": [scenarios.as_given(each) for each in scenario.changes],
    }  # fmt: skip


@router.get("/scenarios", response=list[ScenarioOut], summary="List scenarios")
def list_scenarios(request: HttpRequest) -> Any:
    """Scenarios of the city that the post may see, the newest first."""
    return [_scenario(each) for each in scenarios.saved(rights_in(request))]


@router.post("/scenarios", response={201: ScenarioOut}, summary="Save a scenario")
def save_scenario(request: HttpRequest, given: ScenarioIn) -> Any:
    """Write it into the city under a name of its own."""
    with _faults():
        changes = trying.changes_of(_plain(given.changes), pieces.frame_of(_exam()))
        return Status(201, _scenario(scenarios.save(rights_in(request), given.name, changes)))


@router.get("/scenarios/{file}", response=ScenarioOut, summary="One scenario")
def one_scenario(request: HttpRequest, file: Path[File]) -> Any:
    """A saved scenario with its changes."""
    return _scenario(_found(request, file))


def _found(request: HttpRequest, file: str) -> scenarios.Saved:
    found = scenarios.scenario_of(rights_in(request), file)
    if found is None:
        raise Http404
    return found


@router.post("/scenarios/{file}/task", response={201: TaskNamed}, summary="Make a task of it")
def scenario_task(request: HttpRequest, file: Path[File], given: TaskIn) -> Any:
    """Enter a task that carries the scenario out."""
    rights = rights_in(request)
    if rights.role not in REGISTRARS:
        raise PermissionDenied
    fields = fields_of_task(_found(request, file), given.indicator)
    return Status(201, register(rights, Draft(fields, key=given.key)))
