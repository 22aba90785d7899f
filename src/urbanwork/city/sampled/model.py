"""A sampled city: streets, a population grid, points along the streets and what they reach.

Coordinates are metres in `SampledCity.crs`; distances along streets are great-circle metres.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.city.sampled.definition import Definition
from urbanwork.kernels.graph import Graph, Int32

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SampledNetwork:
    """Streets between real crossings and ends: what only bends a street is no node."""

    graph: Graph  # N nodes, E edges, weights in great-circle centimetres; loops are there twice
    node_id: Ints  # [N] OpenStreetMap id
    x: Floats  # [N]
    y: Floats  # [N]
    streets_at: Ints  # [N] ends of streets that meet at the node, beyond the rim too
    line: Geometries  # [E] drawn from edge_from to edge_to
    length_m: Floats  # [E] great-circle


@dataclass(frozen=True, slots=True)
class PopulationGrid:
    """Square cells of one lattice that touch the buffered study region, row by row."""

    x0: float  # west edge of column 0
    y0: float  # north edge of row 0
    cell_m: float
    column: Ints  # [G]
    row: Ints  # [G]
    people: Floats  # [G] whole
    crossings: Floats  # [G]
    share_inside: Floats  # [G] of the cell's area, in the study region; 0 to 1
    touches_region: Flags  # [G]
    lookup: Ints  # [rows, columns] number of the cell, -1 where there is none

    @property
    def cell_km2(self) -> float:
        """Area of one cell."""
        return self.cell_m**2 / 1e6

    def cell_of(self, x: Floats, y: Floats) -> Ints:
        """The cell that each point lies in, -1 where in none."""
        column = np.floor((x - self.x0) / self.cell_m).astype(np.int64)
        row = np.floor((self.y0 - y) / self.cell_m).astype(np.int64)
        rows, columns = self.lookup.shape
        is_on = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
        found = np.full(len(x), -1, np.int64)
        found[is_on] = self.lookup[row[is_on], column[is_on]]
        return found


@dataclass(frozen=True, slots=True)
class OpenSpaces:
    """Open spaces: all of their pieces, and the areas that public ones make together."""

    piece: Geometries  # [S] every piece of any open space, public or not
    area: Geometries  # [O] areas with a public part
    public_ha: Floats  # [O] of that part
    entry_x: Floats  # [Q] points of their outlines by a street
    entry_y: Floats  # [Q]
    entry_area: Ints  # [Q] row of the area


@dataclass(frozen=True, slots=True)
class SamplePoints:
    """Points at regular distances along the streets where people live, in the study region."""

    edge: Int32  # [P]
    to_start_m: Floats  # [P] whole metres of the drawn line
    to_end_m: Floats  # [P]
    x: Floats  # [P]
    y: Floats  # [P]
    cell: Ints  # [P] cell of the population grid


Places = Mapping[str, tuple[Floats, Floats]]
"""x and y of the places of each category."""


@dataclass(frozen=True, slots=True)
class SampledCity:
    """All of it, with what each point reaches."""

    definition: Definition
    crs: str
    region: BaseGeometry
    network: SampledNetwork
    crossing_x: Floats
    crossing_y: Floats
    grid: PopulationGrid
    spaces: OpenSpaces
    points: SamplePoints
    places: Places
    distance_m: Mapping[str, Floats]  # category -> [P] whole metres; inf beyond `access_m`
    people_per_km2: Floats  # [P] of the neighbourhood
    crossings_per_km2: Floats  # [P] of the neighbourhood

    @property
    def counted_cells(self) -> Ints:
        """Rows of cells with a sample point and enough of their area in the study region."""
        has_point = np.bincount(self.points.cell, minlength=len(self.grid.people)) > 0
        least = self.definition.numbers.least_share_inside
        return np.flatnonzero(has_point & (self.grid.share_inside >= least))
