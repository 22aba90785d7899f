"""The space that commuters of a centre come from and go to: its centre and its ellipse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.measures.journeys import Journeys

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Geometries = NDArray[np.object_]

POINTS = 100
"""About so many points stand for the commuters of one area."""


@dataclass(frozen=True, slots=True)
class Ellipse:
    """An ellipse on the metric map, half axes in km."""

    x: float  # m
    y: float
    long_km: float
    short_km: float
    direction_deg: float  # of the long axis, from east to north, 0 to 180

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "x_m": self.x, "y_m": self.y, "long_km": self.long_km, "short_km": self.short_km,
            "direction_deg": self.direction_deg,
        }  # fmt: skip


def centre_of_jobs(jobs: Floats, land_m2: Floats, share: float) -> Flags:
    """[A] the areas with most jobs per km2 that together hold at least `share` of the jobs.

    >>> centre_of_jobs(np.array([60.0, 30.0, 40.0]), np.array([1.0, 1.0, 9.0]), 0.5).tolist()
    [True, True, False]
    """
    density = jobs / np.where(land_m2 > 0, land_m2, np.inf)
    order = np.argsort(-density, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(jobs[order])[:-1]])
    chosen = np.zeros(len(jobs), np.bool_)
    chosen[order[before < share * jobs.sum()]] = True
    return chosen & (jobs > 0)


def far_ends(journeys: Journeys, centre: Flags) -> Floats:
    """[A] commuters of the centre by their other end: home of those who work there, else work."""
    works_there = (journeys.work >= 0) & centre[np.maximum(journeys.work, 0)]
    lives_there = (journeys.home >= 0) & centre[np.maximum(journeys.home, 0)] & ~works_there
    inside = journeys.is_inside
    end = np.where(works_there, journeys.home, journeys.work)
    chosen = np.flatnonzero((works_there | lives_there) & inside)
    return np.bincount(end[chosen], journeys.workers[chosen], journeys.areas).astype(np.float64)


def least_ellipse(geometry: Geometries, weight: Floats, covered: float) -> Ellipse | None:
    """The ellipse of the shape of the standard deviations that holds `covered` of the weight.

    Args:
        geometry: [A] metric polygons; weights lie evenly over them.
        weight: [A] not negative.
        covered: 0 to 1.

    Source: Yuill (1971), The Standard Deviational Ellipse, Geografiska Annaler B 53.
    """
    rows = np.flatnonzero(weight > 0)
    if not len(rows):
        return None
    spread = [spread_points(geometry[row]) for row in rows]
    points = np.concatenate(spread)
    each = np.concatenate([np.full(len(some), weight[row] / len(some))
                           for row, some in zip(rows, spread, strict=True)])  # fmt: skip
    middle = np.average(points, axis=0, weights=each)
    away = points - middle
    variance, axes = np.linalg.eigh((away * each[:, None]).T @ away / each.sum())
    deviation = np.sqrt(np.maximum(variance, 1e-12))
    reach = np.sqrt((((away @ axes) / deviation) ** 2).sum(axis=1))
    order = np.argsort(reach, kind="stable")
    held = np.cumsum(each[order]) / each.sum()
    factor = reach[order][min(int(np.searchsorted(held, covered - 1e-12)), len(order) - 1)]
    short, long = deviation * factor / 1000.0
    angle = float(np.degrees(np.arctan2(axes[1, 1], axes[0, 1])) % 180.0)
    return Ellipse(float(middle[0]), float(middle[1]), float(long), float(short), angle)


def spread_points(polygon: Any) -> Floats:
    """[P, 2] points evenly over a polygon; one inside it where it is too thin for a grid."""
    west, south, east, north = polygon.bounds
    step = np.sqrt(polygon.area / POINTS)
    across = [_steps(*ends, step) for ends in ((west, east), (south, north))]
    grid = np.array(np.meshgrid(*across)).reshape(2, -1).T
    inside = grid[shapely.contains_xy(polygon, grid[:, 0], grid[:, 1])]
    found = inside if len(inside) else shapely.get_coordinates(shapely.point_on_surface(polygon))
    return np.asarray(found, np.float64)


def _steps(low: float, high: float, step: float) -> Floats:
    """Points a step apart, as far from the low end as from the high one."""
    count = max(int((high - low) / step), 1)
    return np.asarray((low + high) / 2 + step * (np.arange(count) - (count - 1) / 2), np.float64)
