"""Points at regular distances along the streets, where people live and no open space lies."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from urbanwork.city.sampled.definition import Numbers
from urbanwork.city.sampled.model import (
    Flags,
    Floats,
    Geometries,
    Ints,
    PopulationGrid,
    SampledNetwork,
    SamplePoints,
)
from urbanwork.kernels.graph import Int32, Snaps


def sample_points(
    network: SampledNetwork,
    grid: PopulationGrid,
    spaces: Geometries,
    region: BaseGeometry,
    numbers: Numbers,
) -> SamplePoints:
    """Points every `sample_every_m` of the drawn line from the start of each street.

    They lie in a cell with `least_people`, in no piece of open space, in the study region, and on a
    street whose two ends lie in cells. Of points at one place the first is kept.
    """
    points = _along(network, numbers.sample_every_m)
    points = _only(points, grid.cell_of(points.x, points.y) >= 0)
    points = _only(points, _is_first(points.x, points.y))
    cell = grid.cell_of(points.x, points.y)
    points = SamplePoints(points.edge, points.to_start_m, points.to_end_m, points.x, points.y, cell)
    points = _only(points, grid.people[points.cell] >= numbers.least_people)
    points = _only(points, _has_cells_at_ends(network, grid)[points.edge])
    shapely.prepare(region)
    points = _only(points, shapely.intersects_xy(region, points.x, points.y))
    return _only(points, ~_is_within(spaces, points.x, points.y))


def snapped(network: SampledNetwork, x: Floats, y: Floats) -> Snaps:
    """Each point at the nearest place of the nearest street; the way to it is not added.

    Distances along the street are whole metres of the drawn line, as centimetres.
    """
    points = shapely.points(x, y)
    edge = shapely.STRtree(network.line).nearest(points)
    to_start, to_end = _to_ends(
        network, edge, shapely.line_locate_point(network.line[edge], points)
    )
    nothing = np.zeros(len(edge), np.int32)
    return Snaps(edge.astype(np.int32), _centimetres(to_start), _centimetres(to_end), nothing)


def _along(network: SampledNetwork, every_m: float) -> SamplePoints:
    count = (shapely.length(network.line) // every_m).astype(np.int64) + 1
    edge = np.repeat(np.arange(len(count)), count)
    along = every_m * (np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count))
    point = shapely.line_interpolate_point(network.line[edge], along)
    to_start, to_end = _to_ends(network, edge, along)
    return SamplePoints(
        edge.astype(np.int32), to_start, to_end, shapely.get_x(point), shapely.get_y(point),
        np.full(len(edge), -1, np.int64),
    )  # fmt: skip


def _to_ends(network: SampledNetwork, edge: Ints, along: Floats) -> tuple[Floats, Floats]:
    """Whole metres of the drawn line to both ends of the street."""
    rest = shapely.length(network.line[edge]) - along
    return np.rint(along), np.rint(np.maximum(rest, 0.0))


def _centimetres(metres: Floats) -> Int32:
    return np.rint(metres * 100).astype(np.int32)


def _only(points: SamplePoints, kept: Flags) -> SamplePoints:
    return SamplePoints(
        points.edge[kept], points.to_start_m[kept], points.to_end_m[kept], points.x[kept],
        points.y[kept], points.cell[kept],
    )  # fmt: skip


def _is_first(x: Floats, y: Floats) -> Flags:
    """Whether no point before is at exactly the same place."""
    first = np.zeros(len(x), np.bool_)
    first[np.unique(x + 1j * y, return_index=True)[1]] = True
    return first


def _has_cells_at_ends(network: SampledNetwork, grid: PopulationGrid) -> Flags:
    has_cell = grid.cell_of(network.x, network.y) >= 0
    return np.asarray(has_cell[network.graph.edge_from] & has_cell[network.graph.edge_to])


def _is_within(spaces: Geometries, x: Floats, y: Floats) -> Flags:
    within = np.zeros(len(x), np.bool_)
    shapely.prepare(spaces)
    _, point = shapely.STRtree(shapely.points(x, y)).query(spaces, "intersects")
    within[point] = True
    return within
