"""The built fabric by cell: buildings and floors, land and its overlap, streets and crossings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.city.cells import Grid, cell_of
from urbanwork.city.model import BuildingModel, LandModel, Network
from urbanwork.city.overlap import overlaps
from urbanwork.city.projecting import projected
from urbanwork.city.travel import (
    NEVER,
    PUBLIC_STREETS,
    has_cycle_way,
    is_in,
    is_public_street,
    width_m,
)
from urbanwork.kernels.components import components
from urbanwork.kernels.graph import build_graph
from urbanwork.quantities.crs import project, to_lonlat, to_metric
from urbanwork.sources.layers import Buildings, Land, Streets

Floats = NDArray[np.float64]

ENOUGH_LEVELS = 30
DEFAULT_LEVELS = 2.0
"""Storeys of a building of which nothing is known (a plain assumption). Where 30 or more buildings
of its use carry storeys it is their median and this, averaged: tall buildings are mapped first."""
PIECE_M = 20.0
"""Streets are cut into pieces of at most this length, each counted in the cell of its middle."""
CROSSING_TOLERANCE_M = 12.0
"""Crossings closer than twice this are one (the carriageways of one street)."""


def building_model(buildings: Buildings, grid: Grid, crs: str) -> BuildingModel:
    """Buildings in metres, each in the cell of its centre, storeys filled in where missing."""
    geometry = project(buildings.geometry, crs)
    centre = shapely.centroid(buildings.geometry)
    cell = cell_of(grid, shapely.get_x(centre), shapely.get_y(centre))
    footprint = shapely.area(geometry)
    has_levels = np.isfinite(buildings.levels) & (buildings.levels > 0)
    levels = np.where(has_levels, buildings.levels, _typical_levels(buildings, has_levels))
    return BuildingModel(
        geometry, cell.astype(np.int32), footprint, footprint * levels, has_levels, buildings.use
    )


def _typical_levels(buildings: Buildings, has_levels: NDArray[np.bool_]) -> Floats:
    """Storeys to assume by use, see DEFAULT_LEVELS."""

    def assumed(mapped: Floats, otherwise: float) -> float:
        if len(mapped) < ENOUGH_LEVELS:
            return otherwise
        return (float(np.median(mapped)) + DEFAULT_LEVELS) / 2

    overall = assumed(buildings.levels[has_levels], DEFAULT_LEVELS)
    typical = np.full(len(buildings.levels), overall)
    for use in sorted(set(buildings.use)):
        same = buildings.use == use
        mapped = buildings.levels[same & has_levels]
        typical[same] = 1.0 if use == "ancillary" else assumed(mapped, overall)
    return typical


def land_model(land: Land, grid: Grid, crs: str) -> LandModel:
    """Land by kind, each kind without overlaps in itself, and the open space as kind of its own.

    Only rows of kind `open_space` carry `is_open_space`, so that sums by kind and sums of open
    space each count ground once.
    """
    geometry = projected(land.geometry, crs)
    near = shapely.STRtree(geometry).query(shapely.box(*shapely.total_bounds(grid.metric)))
    near = np.sort(near)
    geometry, kind, is_open = geometry[near], land.kind[near], land.is_open_space[near]
    geometries, kinds = [], []
    for name in sorted(set(kind)):
        geometries.append(_without_overlaps(geometry[kind == name]))
        kinds.append(np.full(len(geometries[-1]), name, np.object_))
    geometries.append(_without_overlaps(geometry[is_open]))
    kinds.append(np.full(len(geometries[-1]), "open_space", np.object_))
    flat, flat_kind = np.concatenate(geometries), np.concatenate(kinds)
    polygon, cell, area = overlaps(flat, grid.metric)
    return LandModel(
        flat, flat_kind, flat_kind == "open_space", polygon.astype(np.int32),
        cell.astype(np.int32), area,
    )  # fmt: skip


def _without_overlaps(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """Each polygon less the larger ones that it overlaps; what vanishes is left out."""
    if len(geometry) < 2:
        return geometry
    geometry = geometry[np.argsort(-shapely.area(geometry), kind="stable")]
    small, large = shapely.STRtree(geometry).query(geometry, "intersects")
    pairs = large < small
    small, large = small[pairs], large[pairs]
    touching = shapely.touches(geometry[small], geometry[large])
    small, large = small[~touching], large[~touching]
    if len(small) == 0:
        return geometry
    order = np.lexsort((large, small))
    small, large = small[order], large[order]
    cut, first, count = np.unique(small, return_index=True, return_counts=True)
    padded = np.full((len(cut), int(count.max())), None, np.object_)
    padded[
        np.repeat(np.arange(len(cut)), count), np.arange(len(small)) - np.repeat(first, count)
    ] = geometry[large]
    out = geometry.copy()
    out[cut] = shapely.difference(geometry[cut], shapely.union_all(padded, axis=1))
    return np.asarray(out[shapely.area(out) > 0.01], np.object_)


@dataclass(frozen=True, slots=True)
class StreetFabric:
    """Streets by cell."""

    street_m: Floats  # [C] public streets
    area_m2: Floats  # [C] streets and public paths x width
    crossings: Floats  # [C] consolidated crossings of public streets
    cycle_m: Floats  # [C] streets and ways with a track or lane of their own for cycles


def street_fabric(streets: Streets, walk: Network, grid: Grid, crs: str) -> StreetFabric:
    """Length and land of streets and the crossings, by cell."""
    cells = len(grid.id)
    cell, length, way = _pieces(streets, grid, crs)
    is_street = is_public_street(streets)[way]
    is_path = ~is_in(streets.tags["highway"], (*NEVER, "motorway", "motorway_link"))[way]
    is_path &= ~is_in(streets.tags["footway"], ("sidewalk", "crossing"))[way]
    is_path &= ~is_in(streets.tags["access"], ("no", "private"))[way]
    area = length * width_m(streets)[way] * is_path
    return StreetFabric(
        np.bincount(cell, length * is_street, cells).astype(np.float64),
        np.bincount(cell, area, cells).astype(np.float64),
        _crossings(walk, grid, crs),
        np.bincount(cell, length * has_cycle_way(streets)[way], cells).astype(np.float64),
    )


def _pieces(
    streets: Streets, grid: Grid, crs: str
) -> tuple[NDArray[np.int64], Floats, NDArray[np.int64]]:
    """Cell, length (m) and way of short pieces of every street inside the boundary."""
    x, y = to_metric(streets.lon, streets.lat, crs)
    last = np.zeros(len(x), np.bool_)
    last[streets.start[1:] - 1] = True
    begin = np.flatnonzero(~last[:-1]) if len(x) else np.zeros(0, np.int64)
    way = np.repeat(np.arange(len(streets.way_id)), np.diff(streets.start))[begin]
    dx, dy = x[begin + 1] - x[begin], y[begin + 1] - y[begin]
    length = np.hypot(dx, dy)
    parts = np.maximum(1, np.ceil(length / PIECE_M)).astype(np.int64)
    segment = np.repeat(np.arange(len(begin)), parts)
    position = np.arange(len(segment)) - np.repeat(np.cumsum(parts) - parts, parts)
    share = (position + 0.5) / parts[segment]
    lon, lat = to_lonlat(
        x[begin][segment] + share * dx[segment], y[begin][segment] + share * dy[segment], crs
    )
    cell = cell_of(grid, lon, lat)
    inside = cell >= 0
    return cell[inside], (length / parts)[segment][inside], way[segment][inside]


def _crossings(walk: Network, grid: Grid, crs: str) -> Floats:
    """Crossings where three or more pieces of public street meet, near ones taken as one."""
    is_street = is_in(walk.street_class, PUBLIC_STREETS)
    ends = np.concatenate([walk.graph.edge_from[is_street], walk.graph.edge_to[is_street]])
    meets = np.bincount(ends, minlength=len(walk.x))
    node = np.flatnonzero(meets >= 3)
    x, y = merge_points(walk.x[node], walk.y[node], CROSSING_TOLERANCE_M)
    lon, lat = to_lonlat(x, y, crs)
    cell = cell_of(grid, lon, lat)
    return np.bincount(cell[cell >= 0], minlength=len(grid.id)).astype(np.float64)


def merge_points(x: Floats, y: Floats, tolerance_m: float) -> tuple[Floats, Floats]:
    """Points whose circles of `tolerance_m` overlap, in chains too, as their centre."""
    if len(x) == 0:
        return x, y
    points = shapely.points(x, y)
    a, b = shapely.STRtree(points).query(points, "dwithin", distance=2 * tolerance_m)
    pairs = a < b
    weight = np.ones(int(pairs.sum()), np.int32)
    graph = build_graph(
        len(x), a[pairs].astype(np.int32), b[pairs].astype(np.int32), weight,
        np.zeros(len(weight), np.bool_),
    )  # fmt: skip
    group = components(graph)
    count = np.bincount(group)
    return np.bincount(group, x) / count, np.bincount(group, y) / count


def with_water_removed(cell_area: Floats, land: LandModel, cell_sea: Floats) -> Floats:
    """Land of each cell: its area without water polygons and without sea, m2."""
    is_water = land.kind[land.overlap_land] == "water"
    water = np.bincount(
        land.overlap_cell[is_water], land.overlap_m2[is_water], minlength=len(cell_area)
    )
    return np.maximum(cell_area - np.maximum(water, cell_sea), 0.0)
