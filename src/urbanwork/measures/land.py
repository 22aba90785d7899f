"""Ground by cell: land of given kinds, the built-up land, residential land near places."""

from __future__ import annotations

from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.city.model import LandModel, PreparedCity
from urbanwork.kernels.threads import even_parts, shared_out, threads_in_use
from urbanwork.kernels.windows import window_sums

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]
Geometries = NDArray[np.object_]
Ground = Literal["land", "built_up_land"]

BUILT_KINDS = ("residential", "commercial", "industrial", "institutional", "transport")
"""Kinds of land use that are built up whatever stands on them."""
BUILT_SHARE = 0.2
"""A cell is built up from this share of its land on (GHSL's degree of urbanisation 2023 draws the
line at about 20 % too; docs/decisions/0021-built-up-land.md)."""
SURROUNDINGS_M = 564.2
"""Radius of the walking-distance circle of 1 km2 of UN-Habitat's urban extent."""
CAPTURED_SHARE = 0.5
"""Open ground belongs to the built-up land where most of the circle around it is built up."""


def sum_by_cell(cell: NDArray[np.integer], weight: Floats | None, cells: int) -> Floats:
    """Sum of the weights (or the number) of the rows of each cell, [cells]; rows of -1 count not.

    >>> sum_by_cell(np.array([0, 2, -1, 2]), None, 3).tolist()
    [1.0, 0.0, 2.0]
    """
    inside = cell >= 0
    of_row = None if weight is None else weight[inside]
    return np.bincount(cell[inside], of_row, cells).astype(np.float64)


def kinds_m2(city: PreparedCity, kinds: tuple[str, ...]) -> Floats:
    """Ground of any of `kinds` by cell, m2 [C]; where kinds overlap the ground counts once."""
    land, cells = city.land, len(city.cells.people)
    row = np.flatnonzero(_is_kind(land, kinds)[land.overlap_land])
    total = sum_by_cell(land.overlap_cell[row], land.overlap_m2[row], cells)
    if len(kinds) < 2 or len(row) == 0:
        return total
    crossed = _crossed_rows(city, row)
    cell, area = _union_area(city, crossed)
    total[cell] = area
    return total


def _is_kind(land: LandModel, kinds: tuple[str, ...]) -> Flags:
    flags = np.zeros(len(land.kind), np.bool_)
    for kind in kinds:
        flags |= land.kind == kind
    return flags


def _crossed_rows(city: PreparedCity, row: Rows) -> Rows:
    """The rows of overlaps in cells where land of one kind may lie on land of another.

    Land of one kind has no overlaps in itself (`LandModel`), so one kind alone is no trouble.
    """
    land = city.land
    cell = land.overlap_cell[row]
    names, kind = np.unique(land.kind[land.overlap_land[row]].astype(str), return_inverse=True)
    has = np.zeros((len(city.cells.people), len(names)), np.bool_)
    has[cell, kind] = True
    is_crossed = has.sum(axis=1) > 1
    return np.asarray(row[is_crossed[cell]], np.intp)


def _union_area(city: PreparedCity, row: Rows) -> tuple[Rows, Floats]:
    """Cells of these rows of overlaps, and the ground in them that any of the rows covers, m2."""
    land, cells = city.land, city.cells.geometry
    order = row[np.argsort(land.overlap_cell[row], kind="stable")]
    cell = land.overlap_cell[order]
    pieces = intersections(land.geometry[land.overlap_land[order]], cells[cell])
    unique, group = np.unique(cell, return_inverse=True)
    return unique.astype(np.intp), shapely.area(unions(pieces, group, len(unique)))


def intersections(one: Geometries, two: Geometries) -> Geometries:
    """Intersection pair by pair, by several threads."""
    parts = even_parts(len(one), threads_in_use())
    done = shared_out(
        lambda part: shapely.intersection(one[slice(*part)], two[slice(*part)]), parts
    )
    return np.concatenate(done) if done else np.zeros(0, np.object_)


def unions(pieces: Geometries, group: Rows, groups: int) -> Geometries:
    """Union of the pieces of each group, [groups]; `group` is sorted."""
    if groups == 0:
        return np.zeros(0, np.object_)
    size = np.bincount(group, minlength=groups)
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    padded = np.full((groups, int(size.max())), None, np.object_)
    padded[group, np.arange(len(group)) - first[group]] = pieces
    parts = even_parts(groups, threads_in_use())
    done = shared_out(lambda part: shapely.union_all(padded[slice(*part)], axis=1), parts)
    return np.concatenate(done)


def built_up_m2(city: PreparedCity) -> Floats:
    """Built-up land by cell, m2 [C]: all the land of a built-up cell, none of another.

    A cell is built up where

        max(land in urban use, buildings + streets) / land >= 20 %,

    or where more than half of the land within 1 km2 around it is built up so (a park, a square,
    a vacant plot inside the town).

    Source: UN-Habitat, SDG 11.7.1 training module, urban extent with captured open space; the
    reading of it on open data is ours (docs/decisions/0021-built-up-land.md).
    """
    cells, buildings = city.cells, city.buildings
    footprint = sum_by_cell(buildings.cell, buildings.footprint_m2, len(cells.people))
    in_use = sum_of_kinds_m2(city, BUILT_KINDS)
    covered = np.maximum(in_use, footprint + city.street_area_m2)
    built = np.where(covered >= BUILT_SHARE * cells.land_m2, cells.land_m2, 0.0)
    around = window_sums(
        cells.x, cells.y, np.stack([built, cells.land_m2], axis=1), radius_m=SURROUNDINGS_M
    )
    captured = around[:, 0] > CAPTURED_SHARE * around[:, 1]
    return np.where(captured, cells.land_m2, built)


def sum_of_kinds_m2(city: PreparedCity, kinds: tuple[str, ...]) -> Floats:
    """Ground of each of `kinds` added up by cell, m2 [C]: twice where two kinds overlap."""
    land = city.land
    row = _is_kind(land, kinds)[land.overlap_land]
    return sum_by_cell(land.overlap_cell[row], land.overlap_m2[row], len(city.cells.people))
