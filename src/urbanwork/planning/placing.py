"""Places that a plan adds, moves, removes: rows of the model of places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.city.assemble import CENTIMETRES_PER_M, CENTISECONDS_PER_M
from urbanwork.city.entrances import place_model
from urbanwork.city.model import PlaceModel, PreparedCity
from urbanwork.city.snapping import Snapper
from urbanwork.errors import Fault, UserError
from urbanwork.kernels.graph import Snaps
from urbanwork.measures.target import HIGH_CAPACITY_STOP, STOP
from urbanwork.planning.changes import Change
from urbanwork.planning.keeping import KeptPlaces, Room
from urbanwork.sources.layers import Places

Rows = NDArray[np.int64]

STOPS = (STOP, HIGH_CAPACITY_STOP, "bus_stop", "rail_station")


@dataclass
class Snappers:
    """The two networks of a city to snap to, as if no street were closed; made when needed."""

    city: PreparedCity

    @cached_property
    def walk(self) -> Snapper:
        return Snapper(self.city.walk, cost_per_m=CENTIMETRES_PER_M)

    @cached_property
    def drive(self) -> Snapper:
        return Snapper(self.city.drive, cost_per_m=CENTISECONDS_PER_M)


def rows_of(places: PlaceModel, change: Change, kept: KeptPlaces | None = None) -> Rows:
    """The rows of the place that a change means: one a category that the place has.

    `kept` knows where they are. Raises UserError when there is none.
    """
    ids = (str(change.target), f"plan/{change.target}")
    if kept is None:
        rows = np.flatnonzero((places.id == ids[0]) | (places.id == ids[1]))
    else:
        rows = kept.named(places, ids)
    rows = rows[[each is not None for each in places.category[rows]]]
    if change.category is not None:
        rows = rows[places.category[rows] == change.category]
    if change.kind in ("remove_stop", "set_headway"):
        rows = rows[[each in STOPS for each in places.category[rows]]]
    if len(rows) == 0:
        is_stop = change.kind in ("remove_stop", "set_headway")
        what, what_zh = ("stop", "站点") if is_stop else ("place", "设施")
        fault = Fault(
            f"there is no {what} '{change.target}' to be changed: it is not in the city, or an "
            "earlier change removed it",
            f"没有{what_zh}“{change.target}”可供变更：城市中没有，或已被此前的变更撤销",
        )
        raise UserError(fault.under(change.origin or change.id))
    return np.asarray(rows, np.int64)


def places_added(change: Change, city: PreparedCity, snappers: Snappers) -> PlaceModel:
    """The rows of a place or stop that a change adds."""
    categories = _categories(change, city)
    return _model(
        [f"plan/{change.id}"] * len(categories), categories, change.name, change.geometry,
        np.nan if change.capacity is None else change.capacity,
        np.nan if change.headway_min is None else change.headway_min, city, snappers,
    )  # fmt: skip


def _categories(change: Change, city: PreparedCity) -> list[str]:
    if change.kind == "add_place":
        return [str(change.category)]
    has_timetable = bool((city.places.category == STOP).any())
    category = change.category or (STOP if has_timetable else "bus_stop")
    return [STOP, HIGH_CAPACITY_STOP] if category == HIGH_CAPACITY_STOP else [category]


def places_moved(change: Change, rows: Rows, city: PreparedCity, snappers: Snappers) -> PlaceModel:
    """The rows of a place at its new site; a plot moves with its point unless one is drawn."""
    old = city.places
    first = rows[0]
    geometry: Any = change.geometry
    if geometry.geom_type == "Point" and old.geometry[first] is not None:
        geometry = _shifted(old, int(first), geometry, city)
    return _model(
        [str(each) for each in old.id[rows]], [str(each) for each in old.category[rows]],
        old.name[first], geometry, old.capacity[rows], old.headway_min[rows], city, snappers,
    )  # fmt: skip


def _shifted(old: PlaceModel, row: int, point: BaseGeometry, city: PreparedCity) -> BaseGeometry:
    from urbanwork.quantities.crs import to_metric, unproject

    x, y = to_metric(point.x, point.y, city.crs)
    step = np.array([float(x) - old.x[row], float(y) - old.y[row]])
    moved = shapely.transform(old.geometry[row], lambda at: at + step)
    out: BaseGeometry = unproject(np.array([moved], np.object_), city.crs)[0]
    return out


def _model(
    ids: Sequence[str],
    categories: Sequence[str],
    name: str | None,
    geometry: Any,
    capacity: Any,
    headway: Any,
    city: PreparedCity,
    snappers: Snappers,
) -> PlaceModel:
    count = len(ids)
    point = shapely.point_on_surface(geometry)
    is_drawn = geometry.geom_type in ("Polygon", "MultiPolygon")
    drawn = np.full(count, None, np.object_)
    drawn[:] = geometry if is_drawn else None
    nothing = np.full(count, None, np.object_)
    places = Places(
        np.array(ids, np.object_), np.array(categories, np.object_),
        np.full(count, name, np.object_), nothing, nothing, np.full(count, point.x),
        np.full(count, point.y), drawn, np.zeros(count) + capacity, nothing,
        np.full(count, "plan", np.object_),
    )  # fmt: skip
    made = place_model(places, None, city.crs, snappers.walk, snappers.drive)
    return replace(made, headway_min=np.zeros(count) + headway)


# Rows


_OF_PLACES = ("id", "category", "name", "name_zh", "name_en", "x", "y", "geometry", "area_m2",
              "capacity", "source", "headway_min")  # fmt: skip


def with_places(places: PlaceModel, more: PlaceModel, room: Room | None = None) -> PlaceModel:
    """The places and, behind them, more of them; in their room where there is one."""
    more = replace(more, entrance_place=more.entrance_place + np.int32(len(places.id)))
    columns: dict[str, Any] = {}
    for field in fields(PlaceModel):
        one, two = getattr(places, field.name), getattr(more, field.name)
        if isinstance(one, Snaps):
            joined = joined_snaps if room is None else room.snaps_behind
            columns[field.name] = joined(one, two)
        elif room is None:
            columns[field.name] = np.concatenate([one, two])
        else:
            columns[field.name] = room.behind(one, two)
    return PlaceModel(**columns)


def joined_snaps(one: Snaps, two: Snaps) -> Snaps:
    """One after the other."""
    return Snaps(*(
        np.concatenate([getattr(one, name), getattr(two, name)])
        for name in ("edge", "to_start", "to_end", "off")
    ))  # fmt: skip


def without_places(places: PlaceModel, rows: Rows) -> PlaceModel:
    """The places without some rows and their entrances; the others move up."""
    kept = np.ones(len(places.id), np.bool_)
    kept[rows] = False
    door = kept[places.entrance_place]
    number = (np.cumsum(kept) - 1).astype(np.int32)
    return replace(
        places,
        **{name: getattr(places, name)[kept] for name in _OF_PLACES},
        entrance_place=number[places.entrance_place[door]],
        entrance_x=places.entrance_x[door],
        entrance_y=places.entrance_y[door],
        walk=places.walk[door],
        drive=places.drive[door],
    )


def struck_out(places: PlaceModel, rows: Rows, room: Room) -> PlaceModel:
    """The places with some rows of no category: nothing counts them, and none moves up."""
    category = room.copied(places.category)
    category[rows] = None
    return replace(places, category=category)


def with_value(places: PlaceModel, column: str, rows: Rows, value: float) -> PlaceModel:
    """The places with one number of some rows (capacity, headway_min) changed."""
    values = getattr(places, column).copy()
    values[rows] = value
    changed: dict[str, Any] = {column: values}
    return replace(places, **changed)
