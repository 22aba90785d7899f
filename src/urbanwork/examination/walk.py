"""From one cell to the nearest places: by name, how far, and the way itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.catalogue.models import Indicator
from urbanwork.city.entrances import DRIVEN_FROM, entrances_of
from urbanwork.city.model import Network, PreparedCity
from urbanwork.city.snapping import take
from urbanwork.kernels.graph import UNREACHED
from urbanwork.quantities.crs import to_lonlat

FARTHEST_M = 20_000
"""No path longer than this is drawn."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest place of one category from one cell."""

    category: str
    id: str | None  # None: none within 20 km by any street of the data
    name: str | None
    name_zh: str | None
    distance: float | None  # metres on foot, minutes by car
    unit: str
    path: Sequence[tuple[float, float]]  # lon, lat

    def words(self) -> str:
        """Such as `'Colegio X' 312 m`."""
        if self.distance is None:
            return "none reached"
        return f"'{self.name or self.id}' {self.distance:,.0f} {self.unit}"


def nearest_places(city: PreparedCity, indicator: Indicator, cell: int) -> list[Nearest]:
    """The nearest place of every category that the indicator looks at, from row `cell`."""
    categories = [key[6:] for key in indicator.inputs if key.startswith("place:")]
    if "layer:timetable" in indicator.inputs:
        categories.append("timetable_stop")
    return [_nearest(city, category, cell) for category in categories]


def _nearest(city: PreparedCity, category: str, cell: int) -> Nearest:
    from urbanwork.kernels.reach import nearest, reach_of_points, shortest_path

    drives = category in DRIVEN_FROM
    network, snaps = (city.drive, city.cells.drive) if drives else (city.walk, city.cells.walk)
    rows, entrances = entrances_of(city.places, city.places.category == category)
    if drives:
        entrances = take(city.places.drive, rows)
    unit = "min" if drives else "m"
    per_unit = 6_000 if drives else 100  # centiseconds a minute, centimetres a metre
    point = take(snaps, np.array([cell]))
    found = nearest(
        network.graph, entrances, np.zeros(len(rows), np.int32), 1, limit=FARTHEST_M * 100,
        towards="origin" if drives else "place",
    )  # fmt: skip
    reach = reach_of_points(network.graph, found, entrances, point)
    distance, row = int(reach.distance[0, 0]), int(reach.entrance[0, 0])
    if distance == UNREACHED or row < 0:
        return Nearest(category, None, None, None, None, unit, ())
    place = int(city.places.entrance_place[rows[row]])
    path = shortest_path(network.graph, point, take(entrances, np.array([row])), towards=(
        "origin" if drives else "place"))  # fmt: skip
    start = (float(city.cells.x[cell]), float(city.cells.y[cell]))
    end = (float(city.places.entrance_x[rows[row]]), float(city.places.entrance_y[rows[row]]))
    return Nearest(
        category, str(city.places.id[place]), city.places.name[place],
        city.places.name_zh[place], distance / per_unit, unit,
        _drawn(city, network, path, start, end),
    )  # fmt: skip


def _drawn(
    city: PreparedCity,
    network: Network,
    path: tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]],
    start: tuple[float, float],
    end: tuple[float, float],
) -> list[tuple[float, float]]:
    """The way from the people to the door along the streets, lon/lat."""
    points = [np.array([start])]
    for edge, begin, stop in zip(*path, strict=True):
        points.append(_piece(network, int(edge), float(begin), float(stop)))
    points.append(np.array([end]))
    xy = np.concatenate(points)
    moved = np.ones(len(xy), np.bool_)
    moved[1:] = np.hypot(*(xy[1:] - xy[:-1]).T) > 0.01
    lon, lat = to_lonlat(xy[moved, 0], xy[moved, 1], city.crs)
    return [(round(float(a), 7), round(float(b), 7)) for a, b in zip(lon, lat, strict=True)]


def _piece(network: Network, edge: int, begin: float, stop: float) -> NDArray[np.float64]:
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
