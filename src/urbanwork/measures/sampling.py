"""What the sampled indicators of one city share: scores of points, means of cells, and the way
from the cells of the population grid to those of the examination."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.city.overlap import overlaps
from urbanwork.city.sampled.grid import cell_polygons
from urbanwork.city.sampled.model import SampledCity
from urbanwork.errors import UserError
from urbanwork.quantities.crs import reproject

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]


class Sampling:
    """A sampled city beside the H3 cells [C] that results are shown by.

    K are the cells of the population grid that count (`SampledCity.counted_cells`), P the points.
    """

    def __init__(self, city: SampledCity, cells: Geometries, crs: str) -> None:
        self.city = city
        self.counted = city.counted_cells
        self._cells = cells
        self._crs = crs

    @property
    def people(self) -> Floats:
        """People of the cells that count, [K]."""
        return self.city.grid.people[self.counted]

    def knows(self, categories: Sequence[str]) -> bool:
        """Whether a source gives one of these categories of place."""
        return any(name in self.city.distance_m for name in categories)

    def reached(self, categories: Sequence[str], radius_m: float) -> Floats:
        """1 for points with a place of any of the categories within a walk, else 0; [P].

        Raises:
            UserError: a radius beyond what distances were searched for.
        """
        longest = self.city.definition.numbers.access_m
        if radius_m > longest:
            raise UserError(
                f"an indicator asks for places within {radius_m:g} m, but points are searched to "
                f"{longest:g} m (access_m); give a smaller radius"
            )
        known = [self.city.distance_m[name] for name in categories if name in self.city.distance_m]
        nearest = np.min(known, axis=0)
        return np.asarray(nearest <= radius_m, np.float64)

    def quantity(self, name: str) -> Floats:
        """One of the quantities of a point, [P].

        daily_living: groups of places within reach, 0 to 3. population_density,
        intersection_density: of the neighbourhood, per km2. walkability: sum of the z-scores of the
        three over this city's points, so that 0 is its mean.

        Raises:
            KeyError: another name.
        """
        if name == "walkability":
            three = ("daily_living", "population_density", "intersection_density")
            return _sum([_z_scores(self.quantity(each)) for each in three])
        return {
            "daily_living": self._daily_living,
            "population_density": self.city.people_per_km2,
            "intersection_density": self.city.crossings_per_km2,
        }[name]

    @cached_property
    def _daily_living(self) -> Floats:
        radius = self.city.definition.numbers.access_m
        groups = [each for each in self.city.definition.daily_living if self.knows(each)]
        return _sum([self.reached(group, radius) for group in groups])

    def compared_walkability(self) -> Floats:
        """Walkability of each cell against the definition's reference cities; [K].

        sum of (mean of the cell's points - mean of the cities) / standard deviation of the cities
        """
        cities = self.city.definition.reference_cities
        return _sum(
            [
                (self.cell_means(self.quantity(name)) - mean) / deviation
                for name, (mean, deviation) in cities.items()
            ]
        )

    def cell_means(self, values: Floats) -> Floats:
        """Mean over the points with a value, of each cell that counts; [K]."""
        known = np.isfinite(values)
        cell = self.city.points.cell[known]
        size = len(self.city.grid.people)
        with np.errstate(invalid="ignore"):
            mean = np.bincount(cell, values[known], size) / np.bincount(cell, minlength=size)
        return np.asarray(np.nan_to_num(mean[self.counted]))

    def spread(self, values: Floats, rows: Ints) -> Floats:
        """Amounts of cells of the population grid, shared out by area over the H3 cells; [C].

        `rows` are the cells that the amounts are of. Nothing is lost: a cell that meets no H3 cell
        goes to the nearest.
        """
        amount = np.zeros(len(self.city.grid.people))
        amount[rows] = values
        grid, cell, share = self._shares
        return np.bincount(cell, amount[grid] * share, len(self._cells)).astype(np.float64)

    @cached_property
    def _shares(self) -> tuple[Ints, Ints, Floats]:
        """Cells of the grid that touch the region, H3 cells, and shares that sum to 1 for each."""
        rows = np.flatnonzero(self.city.grid.touches_region)
        squares = reproject(cell_polygons(self.city.grid)[rows], self.city.crs, self._crs)
        # The H3 cells are few and indexed once, so they stand first.
        cell, square, area = overlaps(self._cells, squares)
        whole = np.bincount(square, area, minlength=len(rows))
        lost = np.flatnonzero(whole == 0)
        nearest = shapely.STRtree(self._cells).nearest(shapely.centroid(squares[lost]))
        share = np.concatenate([area / whole[square], np.ones(len(lost))])
        grid = rows[np.concatenate([square, lost])]
        return grid, np.concatenate([cell, nearest]), share


def _sum(parts: Sequence[Floats]) -> Floats:
    return np.asarray(np.sum(np.stack(parts), axis=0))


def _z_scores(values: Floats) -> Floats:
    deviation = np.std(values, ddof=1) if len(values) > 1 else 0.0
    return (values - values.mean()) / deviation if deviation > 0 else np.zeros(len(values))
