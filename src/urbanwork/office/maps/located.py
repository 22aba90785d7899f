"""Where a task lies, for its page: areas and point on a picture of the city, the figure there."""

from __future__ import annotations

from typing import Any

from urbanwork.office.ledger.models import Task
from urbanwork.office.maps import corrections, pieces
from urbanwork.office.maps.last import last_examination
from urbanwork.office.maps.tables import area_names, figure_of
from urbanwork.office.pages.overview import overview
from urbanwork.reporting.numbers import Lang


def located(task: Task, lang: Lang) -> dict[str, Any]:
    """What the picture of a task shows; without an examination only what the task says itself."""
    given: dict[str, Any] = {"task": task, "areas": list(task.areas), "names": list(task.areas)}
    given["scenario"] = task.origin.get("scenario", "") if isinstance(task.origin, dict) else ""
    entry = corrections.entry_of(task)
    if entry is not None:
        given |= {"entry": corrections.text_of(entry), "written": corrections.is_written(task)}
    exam = last_examination()
    if exam is None:
        return given
    names, picture = area_names(exam), overview(exam)["picture"]
    title = next((each["title"][lang == "zh"] for each in pieces.indicators_of(exam)
                  if each["id"] == task.indicator), "")  # fmt: skip
    return given | {
        "names": [names.get(area, {}).get(lang, area) for area in task.areas],
        "picture": picture, "at": _at(task, picture["frame"]), "indicator": title,
        "value": figure_of(exam, task.indicator, task.area, lang) if title else "",
    }  # fmt: skip


def _at(task: Task, frame: list[float]) -> tuple[float, float] | None:
    """The point of a task in the units of the picture."""
    if task.longitude is None or task.latitude is None or not frame:
        return None
    west, north, across, down = frame
    return round((task.longitude - west) * across, 1), round((north - task.latitude) * down, 1)
