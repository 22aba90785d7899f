"""From one cell to the nearest places: by name, how far, and the way itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.catalogue.models import Bilingual, Indicator
from urbanwork.city.entrances import entrances_of
from urbanwork.city.model import Network, PlaceModel, PreparedCity
from urbanwork.city.snapping import take
from urbanwork.kernels.graph import UNREACHED, Snaps
from urbanwork.measures.asked import asked_by
from urbanwork.measures.target import STOP, Target, chosen, of
from urbanwork.quantities.crs import to_lonlat

Way = Literal["walk", "drive", "straight"]
Floats = NDArray[np.float64]

FARTHEST_M = 20_000
"""No path longer than this is drawn."""
PER_UNIT = {"walk": 100, "drive": 6_000}
"""Centimetres a metre, centiseconds a minute."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest place that counts for an indicator, from one cell."""

    category: str
    id: str | None  # None: none within 20 km by any street of the data
    name: str | None
    name_zh: str | None
    distance: float | None  # metres, or minutes by car
    unit: str
    way: Way
    limit: float | None  # as far as it counts, in the same unit
    min_area_m2: float  # smaller ones do not count
    path: Sequence[tuple[float, float]]  # lon, lat, in the direction of travel

    def words(self) -> str:
        """Such as `'Colegio X' 312 m (counts within 500 m)`."""
        size = f" of {self.min_area_m2:,.0f} m² or more" if self.min_area_m2 else ""
        limit = f" (counts within {self.limit:,.4g} {self.unit})" if self.limit else ""
        if self.distance is None:
            return f"none{size} reached{limit}"
        straight = " in a straight line" if self.way == "straight" else ""
        return f"'{self.name or self.id}'{size} {self.distance:,.4g} {self.unit}{straight}{limit}"


@dataclass(frozen=True, slots=True)
class _Question:
    """Which places an indicator looks for, how, and how far."""

    target: Target
    way: Way
    limit: float | None


def nearest_places(city: PreparedCity, indicator: Indicator, cell: int) -> list[Nearest]:
    """The nearest place of every kind that the indicator counts, from row `cell`."""
    found = []
    for question in _questions(city, indicator):
        for category in question.target.categories:
            found.append(_nearest(city, question, category, cell))
    return found


def _questions(city: PreparedCity, indicator: Indicator) -> Iterator[_Question]:
    """What the measure itself asks, so that no place is shown that it does not count."""
    arguments = indicator.arguments()
    if indicator.measure == "reach_straight_share":
        target = Target((str(arguments["category"]),), _number(arguments.get("min_area_m2", 0.0)))
        yield _Question(target, "straight", _number(arguments["radius_m"]))
    elif indicator.measure == "park_buffer_share":
        for size in ("small", "large"):
            target = Target(("park",), _number(arguments[f"{size}_m2"]))
            yield _Question(target, "straight", _number(arguments[f"{size}_radius_m"]))
    else:
        asked = asked_by(city, indicator.measure, arguments)
        yield from (_Question(target, "walk", limit) for target, limit in asked.walk_m.items())
        yield from (_Question(target, "walk", limit) for target, limit in sorted(asked.counts))
        yield from (_Question(target, "drive", limit) for target, limit in asked.drive_min.items())
        if indicator.measure == "mean_headway":
            yield _Question(of(STOP), "walk", asked.seen_m)


def _number(value: object) -> float:
    return float(cast(float, value))


def _nearest(city: PreparedCity, question: _Question, category: str, cell: int) -> Nearest:
    target = Target((category,), question.target.min_area_m2, question.target.max_headway_min)
    is_one = chosen(city.places, target)
    if question.way == "straight":
        found = _straight(city, is_one, cell)
    else:
        found = _by_street(city, question.way, is_one, cell)
    unit = "min" if question.way == "drive" else "m"
    place = None if found is None else found.place
    texts: PlaceModel = city.places
    return Nearest(
        category=category, id=None if place is None else str(texts.id[place]),
        name=None if place is None else texts.name[place],
        name_zh=None if place is None else texts.name_zh[place],
        distance=None if found is None else found.distance, unit=unit, way=question.way,
        limit=question.limit, min_area_m2=target.min_area_m2,
        path=() if found is None else _lonlat(found.xy, city.crs),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    place: int
    distance: float
    xy: Floats  # [V, 2] metric


def _straight(city: PreparedCity, is_one: NDArray[np.bool_], cell: int) -> _Found | None:
    """The nearest outline in a straight line."""
    rows = np.flatnonzero(is_one)
    if len(rows) == 0:
        return None
    drawn = city.places.geometry[rows]
    points = shapely.points(city.places.x[rows], city.places.y[rows])
    shapes = np.where(shapely.is_missing(drawn), points, drawn)
    home = shapely.Point(city.cells.x[cell], city.cells.y[cell])
    distance = shapely.distance(shapes, home)
    nearest = int(np.argmin(distance))
    line = shapely.shortest_line(home, shapes[nearest])
    return _Found(
        int(rows[nearest]), float(distance[nearest]), np.asarray(shapely.get_coordinates(line))
    )


def _by_street(city: PreparedCity, way: Way, is_one: NDArray[np.bool_], cell: int) -> _Found | None:
    """The nearest entrance along the streets; by car from the place to the cell."""
    rows, walked = entrances_of(city.places, is_one)
    entrances = take(city.places.drive, rows) if way == "drive" else walked
    reached = _reached(city, way, entrances, cell)
    if reached is None:
        return None
    row, distance = reached
    network, homes = _network(city, way)
    home, door = take(homes, np.array([cell])), take(entrances, np.array([row]))
    start = (city.cells.x[cell], city.cells.y[cell])
    end = (city.places.entrance_x[rows[row]], city.places.entrance_y[rows[row]])
    xy = _drawn(network, home, door, start, end, drives=way == "drive")
    place = int(city.places.entrance_place[rows[row]])
    return _Found(place, distance, xy[::-1] if way == "drive" else xy)


def _reached(city: PreparedCity, way: Way, entrances: Snaps, cell: int) -> tuple[int, float] | None:
    """Row of the nearest of the entrances and how far it is, metres or minutes."""
    from urbanwork.kernels.reach import nearest, reach_of_points

    network, homes = _network(city, way)
    at_nodes = nearest(
        network.graph, entrances, np.zeros(len(entrances), np.int32), 1, limit=FARTHEST_M * 100,
        towards="origin" if way == "drive" else "place",
    )  # fmt: skip
    reach = reach_of_points(network.graph, at_nodes, entrances, take(homes, np.array([cell])))
    distance, row = int(reach.distance[0, 0]), int(reach.entrance[0, 0])
    return None if distance == UNREACHED or row < 0 else (row, distance / PER_UNIT[way])


def _network(city: PreparedCity, way: Way) -> tuple[Network, Snaps]:
    return (city.drive, city.cells.drive) if way == "drive" else (city.walk, city.cells.walk)


def edge_of_data(city: PreparedCity, indicator: Indicator, cell: int) -> Bilingual | None:
    """How near the edge of the data is, of a cell that it makes unknown; None if none is near."""
    ways: list[Way] = [question.way for question in _questions(city, indicator)]
    way: Way = ways[0] if ways else "walk"
    if way == "straight":
        far: float | None = float(city.cells.edge_of_data_m[cell])
    else:
        reached = _reached(city, way, _network(city, way)[0].exits, cell)
        far = None if reached is None else reached[1]
    if far is None or not np.isfinite(far):
        return None
    unit, unit_zh = ("minutes by car", "分钟车程") if way == "drive" else ("m", "米")
    return Bilingual(
        f"The edge of the data is {far:,.3g} {unit} away: what is wanted may lie right behind it.",
        f"距数据边缘 {far:,.3g} {unit_zh}：所需设施可能就在边缘之外。",
    )


def _drawn(
    network: Network,
    home: Snaps,
    door: Snaps,
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    drives: bool,
) -> Floats:
    """The way from the people to the street, along the streets and to the door, metric."""
    from urbanwork.kernels.reach import shortest_path

    path = shortest_path(network.graph, home, door, towards="origin" if drives else "place")
    streets = [
        _piece(network, int(edge), float(begin), float(stop))
        for edge, begin, stop in zip(*path, strict=True)
    ]
    feet = [_foot(network, snap) for snap in (home, door)]
    return np.concatenate([np.array([start]), feet[0], *streets, feet[1], np.array([end])])


def _foot(network: Network, snap: Snaps) -> Floats:
    """Where the one point stands on its street, [1, 2]."""
    share = float(snap.to_start[0]) / max(float(network.graph.edge_weight[snap.edge[0]]), 1.0)
    return _piece(network, int(snap.edge[0]), share, share)[:1]


def _lonlat(xy: Floats, crs: str) -> list[tuple[float, float]]:
    """Vertices in lon/lat, those on top of the one before left out (two at least stay)."""
    moved = np.ones(len(xy), np.bool_)
    moved[1:-1] = np.hypot(*(xy[1:-1] - xy[:-2]).T) > 0.01
    lon, lat = to_lonlat(xy[moved, 0], xy[moved, 1], crs)
    return [(round(float(a), 7), round(float(b), 7)) for a, b in zip(lon, lat, strict=True)]


def _piece(network: Network, edge: int, begin: float, stop: float) -> Floats:
    """The part of an edge between two fractions of its course, in the order walked."""
    rows = slice(network.start[edge], network.start[edge + 1])
    line = shapely.linestrings(network.vertex_x[rows], network.vertex_y[rows])
    low, high = sorted((begin, stop))
    ends = shapely.get_coordinates(
        shapely.line_interpolate_point(line, [low, high], normalized=True)
    )
    vertices = shapely.get_coordinates(line)
    step = np.hypot(*np.diff(vertices, axis=0).T)
    share = np.concatenate([[0.0], np.cumsum(step)]) / max(float(step.sum()), 1e-9)
    between = vertices[(share > low) & (share < high)]
    piece = np.concatenate([ends[:1], between, ends[1:]])
    return piece if begin <= stop else piece[::-1]
