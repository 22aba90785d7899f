"""Indicators that look in straight lines are measured again only on the cells near a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.catalogue.models import Indicator
from urbanwork.city.model import Cells, PlaceModel, PreparedCity
from urbanwork.examination.measuring import measured_one
from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.shared import ROUNDING_M, Access, Found
from urbanwork.measures.target import HIGH_CAPACITY_STOP, STOP, Target
from urbanwork.planning.whatif.live import LiveAccess
from urbanwork.planning.whatif.touching import ALL, LAND, rests_on

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
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


_OF_OWN_WALKS = frozenset({
    "reach_share", "circle_completeness", "choice_count", "nearest_distance",
    "convenient_transit_share", "frequent_transit_share", "park_walk_share", "fire_cover_share",
    "fire_land_share", "people_seen_share",
})  # fmt: skip
"""Measures of which each cell rests on its own people, land, ways and what they lead to."""


def window_of(
    access: LiveAccess, indicator: Indicator, shapes: Geometries, tree: shapely.STRtree
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
        rows = _kept_apart(access, given, shapes, tree)
    else:
        return None
    return np.unique(rows).astype(np.int64)


def _kept_apart(
    access: LiveAccess, given: Mapping[str, Any], shapes: Geometries, tree: shapely.STRtree
) -> Rows:
    """Cells of the places that must keep away from these shapes, and of these themselves."""
    places = access.city.places
    row = access.kept.of_categories(places, [str(given["category"])])
    drawn = places.geometry[row]
    points = shapely.points(places.x[row], places.y[row])
    own = np.where(shapely.is_missing(drawn), points, drawn)
    far = float(given["distance_m"]) + MARGIN_M
    near = np.unique(shapely.STRtree(own).query(shapes, "dwithin", distance=far)[1])
    found: Rows = tree.query(np.concatenate([points[near], shapes]), "intersects")[1]
    return found


def is_of_own_walks(indicator: Indicator, touched: frozenset[str]) -> bool:
    """Whether each cell's value rests on its own people, its ways and what they lead to alone.

    `touched` is what the change touches (touching.py).
    """
    if LAND in touched or ALL in touched:
        return False
    if indicator.measure == "convenient_transit_share":  # which stops count rests on all stops
        return not any(each.startswith("place:") for each in touched)
    return indicator.measure in _OF_OWN_WALKS


def measured_in(
    access: LiveAccess, indicator: Indicator, rows: Rows, old: CellRatio
) -> CellRatio | None:
    """The ratio with these cells (rising) measured again; None where only the whole can be.

    The old ratio itself where nothing changes in them.
    """
    if old.reason is not None or len(rows) > MOST_SHARE * access.cells:
        return None
    if len(rows) == 0:
        return old
    new = measured_one(access.city, _part(access, indicator, rows), indicator)
    if new.reason is not None:
        return None
    columns: dict[str, Any] = {}
    for name in ("numerator", "known", "unknown", "state", "distance"):
        values, part = getattr(old, name), getattr(new, name)
        if values is None or np.array_equal(values[rows], part, equal_nan=name == "distance"):
            continue
        columns[name] = values.copy()
        columns[name][rows] = part
    return replace(old, **columns) if columns else old


class _Part(Access):
    """The access to a part of the city: some cells; ways are those of the whole."""

    def __init__(self, city: PreparedCity, whole: LiveAccess, rows: Rows) -> None:
        super().__init__(city)
        self._whole = whole
        self._rows = rows

    def walk(self, target: Target, *, within_m: float) -> Found:
        return self._some(self._whole.walk(target, within_m=within_m))

    def drive(self, target: Target, *, within_min: float) -> Found:
        return self._some(self._whole.drive(target, within_min=within_min))

    def _some(self, found: Found) -> Found:
        return Found(found.distance[self._rows], found.place[self._rows], found.limit)

    def count_within(self, target: Target, radius_m: float) -> Floats:
        return self._whole.count_within(target, radius_m)[self._rows]

    @cached_property
    def is_seen(self) -> Flags:
        return self._whole.is_seen[self._rows]

    @cached_property
    def built_up_m2(self) -> Floats:
        return self._whole.built_up_m2[self._rows]


def _part(access: LiveAccess, indicator: Indicator, rows: Rows) -> Access:
    """The access to a part of the city: these cells, and the places that can matter to them."""
    city = access.city
    cells = _cells(city.cells, rows)
    if indicator.measure in _OF_OWN_WALKS:
        stops = _some(access, _stops_there_are(access))
        return _Part(replace(city, cells=cells, places=stops), access, rows)
    inside = access.overlaps_of(rows)
    land = replace(
        city.land, overlap_land=city.land.overlap_land[inside],
        overlap_cell=np.searchsorted(rows, city.land.overlap_cell[inside]).astype(np.int32),
        overlap_m2=city.land.overlap_m2[inside],
    )  # fmt: skip
    places = _places_near(access, indicator, shapely.total_bounds(cells.geometry))
    return _Part(replace(city, cells=cells, land=land, places=places), access, rows)


def _cells(cells: Cells, rows: Rows) -> Cells:
    plain = ("id", "geometry", "area", "land_m2", "people", "people_lower", "people_upper", "x",
             "y", "edge_of_data_m")  # fmt: skip
    columns: dict[str, Any] = {name: getattr(cells, name)[rows] for name in plain}
    return Cells(**columns, walk=cells.walk[rows], drive=cells.drive[rows])


def _stops_there_are(access: LiveAccess) -> Rows:
    """A stop of each kind: all that measures of own walks ask of places is which kinds there
    are."""
    named = [access.kept.of_categories(access.city.places, [each])[:1]
             for each in (STOP, HIGH_CAPACITY_STOP)]  # fmt: skip
    return np.sort(np.concatenate(named))


def _places_near(access: LiveAccess, indicator: Indicator, box: Any) -> PlaceModel:
    """Places of the categories that the indicator rests on, near the box of the window."""
    given, places = indicator.arguments(), access.city.places
    rests = rests_on(indicator.measure, given)
    names = [each.removeprefix("place:") for each in rests if each.startswith("place:")]
    row = access.kept.of_categories(places, names)
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
    return _some(access, row[near])


def _some(access: LiveAccess, rows: Rows) -> PlaceModel:
    """Some places (rising) with their entrances."""
    places = access.city.places
    door = access.kept.entrances(places, rows)
    plain = ("id", "category", "name", "name_zh", "name_en", "x", "y", "geometry", "area_m2",
             "capacity", "source", "headway_min")  # fmt: skip
    columns: dict[str, Any] = {name: getattr(places, name)[rows] for name in plain}
    owner = np.searchsorted(rows, places.entrance_place[door]).astype(np.int32)
    return PlaceModel(
        **columns, entrance_place=owner,
        entrance_x=places.entrance_x[door], entrance_y=places.entrance_y[door],
        walk=places.walk[door], drive=places.drive[door],
    )  # fmt: skip
