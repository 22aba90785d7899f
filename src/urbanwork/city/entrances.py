"""Where one enters a place: a shop at its point, a park all along its edge where streets are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.city.model import PlaceModel
from urbanwork.city.projecting import projected
from urbanwork.city.snapping import FARTHEST_SNAP_M, Snapper, take
from urbanwork.kernels.graph import Snaps
from urbanwork.quantities.crs import to_metric
from urbanwork.sources.layers import Places, Stops

Floats = NDArray[np.float64]

OPEN_EDGED = ("park", "open_space", "playground", "sports_ground", "sports_large")
"""Categories that one enters from anywhere along the edge."""
RING_STEP_M = 25.0
GATE_STEP_M = 5.0
NEAR_STREET_M = 30.0
"""A point of the edge counts as an entrance when a street or path is this near."""
DRIVEN_FROM = ("fire_station",)
"""Categories that vehicles set out from: only these are snapped to the drive network."""


@dataclass(frozen=True, slots=True)
class _Entrances:
    place: NDArray[np.int64]
    x: Floats
    y: Floats


def place_model(
    places: Places, stops: Stops | None, crs: str, walk: Snapper, drive: Snapper
) -> PlaceModel:
    """Places and stops of a timetable with their entrances on both networks."""
    table = _columns(places, stops, crs)
    polygons = table["geometry"]
    entrances = _entrances(table["category"], polygons, table["x"], table["y"], walk, drive)
    driven = np.isin(table["category"][entrances.place].astype(str), DRIVEN_FROM)
    area = np.where(shapely.is_missing(polygons), 0.0, shapely.area(polygons))
    return PlaceModel(
        id=table["id"], category=table["category"], name=table["name"], name_zh=table["name_zh"],
        name_en=table["name_en"], x=table["x"], y=table["y"], geometry=polygons,
        area_m2=np.nan_to_num(area), capacity=table["capacity"], source=table["source"],
        headway_min=table["headway_min"], entrance_place=entrances.place.astype(np.int32),
        entrance_x=entrances.x, entrance_y=entrances.y,
        walk=walk.snap(entrances.x, entrances.y),
        drive=_snap_some(drive, entrances, driven),
    )  # fmt: skip


def _columns(places: Places, stops: Stops | None, crs: str) -> dict[str, NDArray[Any]]:
    x, y = to_metric(places.lon, places.lat, crs)
    columns = {
        "id": places.id, "category": places.category, "name": places.name,
        "name_zh": places.name_zh, "name_en": places.name_en, "x": x, "y": y,
        "geometry": projected(places.geometry, crs), "capacity": places.capacity,
        "source": places.source, "headway_min": np.full(len(x), np.nan),
    }  # fmt: skip
    if stops is None:
        return columns
    more = _stop_columns(stops, crs)
    return {key: np.concatenate([columns[key], more[key]]) for key in columns}


def _stop_columns(stops: Stops, crs: str) -> dict[str, NDArray[Any]]:
    """Served stops as places: all as timetable_stop, rail and ferry also as ..._high."""
    served = np.flatnonzero(np.isfinite(stops.headway_min))
    high = served[stops.is_high_capacity[served]]
    row = np.concatenate([served, high])
    category = np.array(
        ["timetable_stop"] * len(served) + ["timetable_stop_high"] * len(high), np.object_
    )
    nothing = np.full(len(row), None, np.object_)
    x, y = to_metric(stops.lon[row], stops.lat[row], crs)
    return {
        "id": np.array([f"stop/{name}" for name in stops.id[row]], np.object_),
        "category": category, "name": stops.name[row], "name_zh": nothing, "name_en": nothing,
        "x": x, "y": y, "geometry": nothing, "capacity": np.full(len(row), np.nan),
        "source": np.full(len(row), "timetable", np.object_),
        "headway_min": stops.headway_min[row],
    }  # fmt: skip


def _entrances(
    category: NDArray[np.object_],
    polygons: NDArray[np.object_],
    x: Floats,
    y: Floats,
    walk: Snapper,
    drive: Snapper,
) -> _Entrances:
    is_polygon = ~shapely.is_missing(polygons)
    is_open = is_polygon & np.isin(category.astype(str), OPEN_EDGED)
    gated = np.flatnonzero(is_polygon & ~is_open)
    point = np.flatnonzero(~is_polygon)
    ring = _along_edge(np.flatnonzero(is_open), polygons, walk)
    gate_x, gate_y = _gates(polygons[gated], walk)
    driven = np.isin(category[gated].astype(str), DRIVEN_FROM)
    gate_x[driven], gate_y[driven] = _gates(polygons[gated[driven]], drive)
    place = np.concatenate([point, gated, ring.place])
    all_x = np.concatenate([x[point], gate_x, ring.x])
    all_y = np.concatenate([y[point], gate_y, ring.y])
    order = np.lexsort((all_y, all_x, place))
    return _Entrances(place[order], all_x[order], all_y[order])


def _along_edge(
    rows: NDArray[np.int64], polygons: NDArray[np.object_], walk: Snapper
) -> _Entrances:
    """Points every 25 m of the outer edge with a street within 30 m; else the one gate."""
    if len(rows) == 0:
        return _Entrances(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    parts, owner = shapely.get_parts(polygons[rows], return_index=True)
    edges = shapely.segmentize(shapely.get_exterior_ring(parts), RING_STEP_M)
    points, part = shapely.get_coordinates(edges, return_index=True)
    place = rows[owner[part]]
    near = walk.off_m(points[:, 0], points[:, 1], farthest_m=NEAR_STREET_M) <= NEAR_STREET_M
    remote = np.setdiff1d(rows, place[near])
    gate_x, gate_y = _gates(polygons[remote], walk)
    return _Entrances(
        np.concatenate([place[near], remote]),
        np.concatenate([points[near, 0], gate_x]),
        np.concatenate([points[near, 1], gate_y]),
    )


def _gates(polygons: NDArray[np.object_], streets: Snapper) -> tuple[Floats, Floats]:
    """The point of each polygon's outer edge that is nearest to a street, to GATE_STEP_M."""
    if len(polygons) == 0:
        return np.zeros(0), np.zeros(0)
    parts, owner = shapely.get_parts(polygons, return_index=True)
    edges = shapely.segmentize(shapely.get_exterior_ring(parts), GATE_STEP_M)
    points, part = shapely.get_coordinates(edges, return_index=True)
    polygon = owner[part]
    off = streets.off_m(points[:, 0], points[:, 1], farthest_m=FARTHEST_SNAP_M)
    order = np.lexsort((off, polygon))
    nearest = order[np.unique(polygon[order], return_index=True)[1]]
    return points[nearest, 0], points[nearest, 1]


def _snap_some(snapper: Snapper, entrances: _Entrances, some: NDArray[np.bool_]) -> Snaps:
    every = Snaps(*(np.full(len(some), fill, np.int32) for fill in (-1, 0, 0, 0)))
    if some.any():
        found = snapper.snap(entrances.x[some], entrances.y[some])
        for column in ("edge", "to_start", "to_end", "off"):
            getattr(every, column)[some] = getattr(found, column)
    return every


def entrances_of(places: PlaceModel, chosen: NDArray[np.bool_]) -> tuple[NDArray[np.int64], Snaps]:
    """Rows of the entrances of the chosen places (bool[P]) and their walk snaps."""
    rows = np.flatnonzero(chosen[places.entrance_place])
    return rows, take(places.walk, rows)
