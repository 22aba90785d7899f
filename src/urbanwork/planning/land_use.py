"""Ground that a plan gives another use: what lay there is cut out, the new use lies there alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.city.model import LandModel, PreparedCity
from urbanwork.city.overlap import overlaps
from urbanwork.planning.changes import Change
from urbanwork.planning.housing import CellIndex
from urbanwork.quantities.crs import project

Rows = NDArray[np.int64]

LEAST_M2 = 0.01


def with_land_use(city: PreparedCity, change: Change, cells: CellIndex) -> PreparedCity:
    """The city in which a polygon has the use of the change's category.

    Water stays water: the new use lies beside it. The property `open_space: true` makes the ground
    public open space too; without it, open space that lay there is none any more.
    """
    shape = project(np.array([change.geometry], np.object_), city.crs)[0]
    land = city.land
    met = np.sort(shapely.STRtree(land.geometry).query(shape, "intersects")).astype(np.int64)
    is_water = land.kind[met] == "water"
    water = land.geometry[met[is_water]]
    if len(water):
        shape = shapely.difference(shape, shapely.union_all(water))
    met = met[~is_water]
    geometry = land.geometry.copy()
    geometry[met] = shapely.difference(geometry[met], shape)
    new = [shape, shape] if change.properties.get("open_space") in (True, "true") else [shape]
    kinds = [str(change.category), "open_space"][: len(new)]
    drawn = np.empty(len(new), np.object_)
    drawn[:] = new
    flat = np.concatenate([geometry, drawn])
    kind = np.concatenate([land.kind, np.array(kinds, np.object_)])
    touched = np.concatenate([met, np.arange(len(geometry), len(flat))])
    return replace(city, land=_with_overlaps(land, flat, kind, touched, cells))


def _with_overlaps(
    land: LandModel,
    geometry: NDArray[np.object_],
    kind: NDArray[np.object_],
    touched: Rows,
    cells: CellIndex,
) -> LandModel:
    """Overlaps with cells, computed anew for the rows that changed."""
    real = touched[shapely.area(geometry[touched]) > LEAST_M2]
    near = np.unique(cells.tree.query(geometry[real], "intersects")[1])
    row, cell, area = overlaps(geometry[real], cells.geometry[near])
    kept = ~np.isin(land.overlap_land, touched)
    return LandModel(
        geometry, kind, kind == "open_space",
        np.concatenate([land.overlap_land[kept], real[row].astype(np.int32)]).astype(np.int32),
        np.concatenate([land.overlap_cell[kept], near[cell].astype(np.int32)]).astype(np.int32),
        np.concatenate([land.overlap_m2[kept], area]),
    )  # fmt: skip
