"""What stands on the map for the post that asks: its tasks, and the zones that it may see."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.urls import NoReverseMatch, reverse

from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.maps.pieces import Frame
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.crs import to_metric
from urbanwork.sources.zone_words import kind_title

if TYPE_CHECKING:
    from urbanwork.city.model import PreparedCity

MOST_TASKS: Final = 5_000
"""Of more open tasks the most pressing are drawn; how many is said."""
_PRESSING: Final = ("red", "yellow", "green")
_COLUMNS: Final = ("id", "number", "title", "light", "area", "longitude", "latitude", "indicator")


def open_tasks(rights: Rights) -> QuerySet[Task]:
    """The open tasks that a post may see, the most pressing first."""
    order = Case(
        *(When(light=light, then=Value(place)) for place, light in enumerate(_PRESSING)),
        default=Value(len(_PRESSING)), output_field=IntegerField(),
    )  # fmt: skip
    return visible(rights).filter(is_open=True).order_by(order, "deadline", "id")


def tasks_on_map(rights: Rights, frame: Frame) -> dict[str, Any]:
    """Tasks with their place in the metres of the map; those without stand in their area.

    `tasks` are rows of id, number, title, light, area (its row in the map, -1 for none), x, y,
    indicator and the address of its page.
    """
    found = list(open_tasks(rights).values(*_COLUMNS)[: MOST_TASKS + 1])
    rows = [_row(each, frame) for each in found[:MOST_TASKS]]
    return {"tasks": rows, "has_more": len(found) > MOST_TASKS}


def _row(task: dict[str, Any], frame: Frame) -> list[Any]:
    area = frame.areas.index(task["area"]) if task["area"] in frame.areas else -1
    at: tuple[float | None, float | None] = (None, None)
    if task["longitude"] is not None and task["latitude"] is not None:
        at = metres(task["longitude"], task["latitude"], frame)
    light = task["light"] or ""
    return [
        task["id"], task["number"], task["title"], light, area, *at, task["indicator"],
        task_page(task["number"]),
    ]  # fmt: skip


def task_page(number: str) -> str:
    """The address of the page of a task; empty where the ledger has no such page."""
    try:
        return reverse("task", args=[number])
    except NoReverseMatch:
        return ""


def metres(longitude: float, latitude: float, frame: Frame) -> tuple[float, float]:
    """Where a point lies on the map: metres to the east and to the north of its origin."""
    x, y = to_metric([longitude], [latitude], frame.crs)
    return round(float(x[0]) - frame.origin[0], 1), round(float(y[0]) - frame.origin[1], 1)


def course(points: Sequence[tuple[float, float]], frame: Frame) -> list[tuple[float, float]]:
    """A line of longitudes and latitudes in the metres of the map."""
    if not points:
        return []
    given = np.asarray(points, np.float64)
    x, y = to_metric(given[:, 0], given[:, 1], frame.crs)
    away = np.column_stack([x - frame.origin[0], y - frame.origin[1]])
    return [(east, north) for east, north in np.round(away, 1).tolist()]


# Zones


def levels(rights: Rights) -> tuple[str, ...]:
    """The levels of visibility that a post may see."""
    return ("public", "internal", "restricted") if rights.reads_restricted else _NOT_RESTRICTED


_NOT_RESTRICTED: Final = ("public", "internal")


def zones_on_map(seen: Sequence[str], frame: Frame, city: PreparedCity) -> list[dict[str, Any]]:
    """The zones of the levels `seen`, as rings in the metres of the map."""
    return [
        {key: each[key] for key in ("kind", "name", "rings")}
        for each in _zones(_Kept(city), frame)
        if each["visibility"] in seen
    ]


class _Kept:
    """A prepared city as a key: the same object is the same city."""

    def __init__(self, city: PreparedCity) -> None:
        self.city = city

    def __hash__(self) -> int:
        return id(self.city)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and self.city is other.city


@lru_cache(maxsize=1)
def _zones(kept: _Kept, frame: Frame) -> list[dict[str, Any]]:
    """Every zone of a city, of all levels, its outline good enough to look at."""
    zones = kept.city.zones
    columns = (zones.kind, zones.name, zones.visibility, zones.geometry)
    return [
        {
            "kind": [kind_title(str(kind), lang) for lang in ("en", "zh")], "name": name or "",
            "visibility": visibility, "rings": _rings(shape, frame),
        }
        for kind, name, visibility, shape in zip(*columns, strict=True)
    ]  # fmt: skip


def _rings(shape: shapely.Geometry, frame: Frame) -> list[list[list[float]]]:
    polygons = [part for part in shapely.get_parts(shapely.simplify(shape, 2.0))
                if shapely.get_type_id(part) == 3]  # fmt: skip
    return [
        np.round(shapely.get_coordinates(ring) - frame.origin, 1).tolist()
        for polygon in polygons
        for ring in shapely.get_rings(polygon)
    ]


def zones_geojson(seen: Sequence[str], city: PreparedCity) -> dict[str, Any]:
    """The zones of the levels `seen`, in longitude and latitude."""
    from urbanwork.quantities.crs import unproject

    zones = city.zones
    rows = [row for row, level in enumerate(zones.visibility) if level in seen]
    shapes = shapely.to_geojson(unproject(zones.geometry[rows], city.crs)) if rows else []
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature", "geometry": json.loads(shape),
                "properties": {"kind": str(zones.kind[row]), "name": zones.name[row],
                               "visibility": str(zones.visibility[row])},
            }
            for row, shape in zip(rows, shapes, strict=True)
        ],
    }  # fmt: skip
