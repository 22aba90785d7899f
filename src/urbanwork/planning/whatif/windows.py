"""Indicators that look in straight lines are measured again only on the cells near a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.catalogue.models import Indicator
from urbanwork.city.model import Cells, PlaceModel, PreparedCity
from urbanwork.examination.measuring import measured_one
from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.shared import EXITS, ROUNDING_M, Access, Found
from urbanwork.planning.whatif.touching import rests_on

Rows = NDArray[np.int64]
Geometries = NDArray[np.object_]

MARGIN_M = 1.0
MOST_SHARE = 0.5
"""A window over more of the cells than this is no help: all are measured."""

_BY_GROUND: Mapping[str, Callable[[Mapping[str, Any]], float]] = {
    "park_area_per_person": lambda _: 0.0,
    "place_area_per_person": lambda _: 0.0,
    "people_per_place": lambda _: 0.0,
    "ground_per_place": lambda _: 0.0,
    "residential_near_share": lambda given: float(given["radius_m"]),
    "park_buffer_share": lambda given: max(given["small_radius_m"], given["large_radius_m"]),
}
"""Measures whose cells depend on places within so many metres of their ground."""
_BY_PEOPLE: Mapping[str, Callable[[Mapping[str, Any]], float]] = {
    "reach_straight_share": lambda given: float(given["radius_m"]),
    "mean_headway": lambda given: float(given["radius_m"]),
}
"""The same of where their people are."""


def window_of(
    access: Access, indicator: Indicator, shapes: Geometries, tree: shapely.STRtree
) -> Rows | None:
    """Cells whose value may change with places of these shapes; None: it cannot be said.

    `tree` is that of the ground of the cells.
    """
    given = indicator.arguments()
    if indicator.measure in _BY_GROUND:
        far = _BY_GROUND[indicator.measure](given) + MARGIN_M
        rows = tree.query(shapes, "dwithin", distance=far)[1]
    elif indicator.measure in _BY_PEOPLE:
        far = _BY_PEOPLE[indicator.measure](given) + MARGIN_M + ROUNDING_M
        rows = access._people_tree.query(shapes, "dwithin", distance=far)[1]
    elif indicator.measure == "places_apart_share":
        rows = _kept_apart(access.city, given, shapes, tree)
    else:
        return None
    return np.unique(rows).astype(np.int64)


def _kept_apart(
    city: PreparedCity, given: Mapping[str, Any], shapes: Geometries, tree: shapely.STRtree
) -> Rows:
    """Cells of the places that must keep away from these shapes, and of these themselves."""
    places = city.places
    row = np.flatnonzero(places.category == given["category"])
    drawn = places.geometry[row]
    points = shapely.points(places.x[row], places.y[row])
    own = np.where(shapely.is_missing(drawn), points, drawn)
    far = float(given["distance_m"]) + MARGIN_M
    near = np.unique(shapely.STRtree(own).query(shapes, "dwithin", distance=far)[1])
    found: Rows = tree.query(np.concatenate([points[near], shapes]), "intersects")[1]
    return found


def measured_in(
    access: Access, indicator: Indicator, rows: Rows, old: CellRatio
) -> CellRatio | None:
    """The ratio with these cells measured again; None where only the whole can be measured."""
    if old.reason is not None or len(rows) > MOST_SHARE * access.cells:
        return None
    if len(rows) == 0:
        return old
    new = measured_one(access.city, _part(access, indicator, rows), indicator)
    if new.reason is not None:
        return None
    columns: dict[str, Any] = {}
    for name in ("numerator", "known", "unknown", "state", "distance"):
        values = getattr(old, name)
        if values is not None:
            values = values.copy()
            values[rows] = getattr(new, name)
        columns[name] = values
    return replace(old, **columns)


def _part(access: Access, indicator: Indicator, rows: Rows) -> Access:
    """The access to a part of the city: these cells, and the places that can matter to them."""
    city = access.city
    cells = _cells(city.cells, rows)
    number = np.full(access.cells, -1, np.int32)
    number[rows] = np.arange(len(rows))
    inside = np.flatnonzero(number[city.land.overlap_cell] >= 0)
    land = replace(
        city.land, overlap_land=city.land.overlap_land[inside],
        overlap_cell=number[city.land.overlap_cell[inside]],
        overlap_m2=city.land.overlap_m2[inside],
    )  # fmt: skip
    places = _places_near(city.places, indicator, shapely.total_bounds(cells.geometry))
    part = Access(replace(city, cells=cells, land=land, places=places))
    for target in (EXITS,):
        if target in access._walk:
            found = access._walk[target]
            part._walk[target] = Found(found.distance[rows], found.place[rows], found.limit)
    part.__dict__["is_seen"] = access.is_seen[rows]
    if indicator.arguments().get("over") == "built_up_land":
        part.__dict__["built_up_m2"] = access.built_up_m2[rows]
    return part


def _cells(cells: Cells, rows: Rows) -> Cells:
    plain = ("id", "geometry", "area", "land_m2", "people", "people_lower", "people_upper", "x",
             "y", "edge_of_data_m")  # fmt: skip
    columns: dict[str, Any] = {name: getattr(cells, name)[rows] for name in plain}
    return Cells(**columns, walk=cells.walk[rows], drive=cells.drive[rows])


def _places_near(places: PlaceModel, indicator: Indicator, box: Any) -> PlaceModel:
    """Places of the categories that the indicator rests on, near the box of the window."""
    given = indicator.arguments()
    rests = rests_on(indicator.measure, given)
    names = [each.removeprefix("place:") for each in rests if each.startswith("place:")]
    is_one = np.zeros(len(places.category), np.bool_)
    for name in names:
        is_one |= places.category == name
    row = np.flatnonzero(is_one)
    metres = [v for k, v in given.items() if k.endswith("_m") and isinstance(v, float | int)]
    far = MARGIN_M + ROUNDING_M + max([0.0, *map(float, metres)])
    drawn = places.geometry[row]
    bounds = shapely.bounds(drawn)
    missing = shapely.is_missing(drawn)
    x, y = places.x[row], places.y[row]
    west, south = np.where(missing, x, bounds[:, 0]), np.where(missing, y, bounds[:, 1])
    east, north = np.where(missing, x, bounds[:, 2]), np.where(missing, y, bounds[:, 3])
    west, east = np.minimum(west, x), np.maximum(east, x)
    south, north = np.minimum(south, y), np.maximum(north, y)
    near = (west <= box[2] + far) & (east >= box[0] - far)
    near &= (south <= box[3] + far) & (north >= box[1] - far)
    return _some(places, row[near])


def _some(places: PlaceModel, rows: Rows) -> PlaceModel:
    """Some places with their entrances."""
    number = np.full(len(places.id), -1, np.int32)
    number[rows] = np.arange(len(rows))
    door = np.flatnonzero(number[places.entrance_place] >= 0)
    plain = ("id", "category", "name", "name_zh", "name_en", "x", "y", "geometry", "area_m2",
             "capacity", "source", "headway_min")  # fmt: skip
    columns: dict[str, Any] = {name: getattr(places, name)[rows] for name in plain}
    return PlaceModel(
        **columns, entrance_place=number[places.entrance_place[door]],
        entrance_x=places.entrance_x[door], entrance_y=places.entrance_y[door],
        walk=places.walk[door], drive=places.drive[door],
    )  # fmt: skip
