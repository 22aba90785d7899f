"""Points put onto the nearest edge of a network, with the way to it kept and added."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.city.model import Network
from urbanwork.city.network import edge_lines
from urbanwork.kernels.components import components
from urbanwork.kernels.graph import Snaps
from urbanwork.kernels.threads import even_parts, shared_out, threads_in_use

Floats = NDArray[np.float64]

FARTHEST_SNAP_M = 1_000.0
"""What lies farther from any street than this has no street."""
ISLAND_M = 1_000.0
ISLAND_SHARE = 0.05
"""A piece of network cut off from the rest is ignored when it has less street than both."""


class Snapper:
    """Snaps any number of point sets onto one network; the tree of its edges is built once."""

    def __init__(self, network: Network, *, cost_per_m: float) -> None:
        self.network = network
        self.cost_per_m = cost_per_m
        self.edges = np.flatnonzero(_is_in_large_component(network))
        self.dropped_edges = len(network.length_m) - len(self.edges)
        lines = edge_lines(network.start, network.vertex_x, network.vertex_y, self.edges)
        self.lines = lines
        self.tree = shapely.STRtree(lines)

    def snap(self, x: Floats, y: Floats, *, farthest_m: float = FARTHEST_SNAP_M) -> Snaps:
        """The nearest edge of each point; edge -1 where none is within `farthest_m` metres."""
        count = len(x)
        if count == 0 or len(self.lines) == 0:
            return _nowhere(count)
        points = shapely.points(x, y)
        row, line = self._nearest(points, farthest_m)
        edge = np.full(count, -1, np.int32)
        edge[row] = self.edges[line]
        along, off = np.zeros(count), np.zeros(count)
        along[row] = shapely.line_locate_point(self.lines[line], points[row])
        off[row] = shapely.distance(self.lines[line], points[row])
        return self._snaps(edge, along, off)

    def is_near(self, x: Floats, y: Floats, *, within_m: float) -> NDArray[np.bool_]:
        """Whether an edge lies within so many metres of each point, bool[P]."""
        near = np.zeros(len(x), np.bool_)
        if len(x) and len(self.lines):
            points = shapely.points(x, y)
            near[self.tree.query(points, "dwithin", distance=within_m)[0]] = True
        return near

    def _nearest(
        self, points: NDArray[np.object_], farthest_m: float
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows of points and of lines; of several lines at one distance the first."""

        def one(part: tuple[int, int]) -> tuple[NDArray[np.int64], ...]:
            some = points[slice(*part)]
            row, line = self.tree.query_nearest(some, max_distance=farthest_m, all_matches=True)
            order = np.lexsort((line, row))
            row, first = np.unique(row[order], return_index=True)
            return row + part[0], line[order][first]

        found = shared_out(one, even_parts(len(points), 2 * threads_in_use()))
        return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])

    def _snaps(self, edge: NDArray[np.int32], along: Floats, off: Floats) -> Snaps:
        weight = np.where(edge >= 0, self.network.graph.edge_weight[edge], 0)
        length = np.where(edge >= 0, self.network.length_m[edge], 1.0)
        share = np.clip(along / np.maximum(length, 1e-9), 0.0, 1.0)
        to_start = np.rint(share * weight).astype(np.int32)
        cost = np.rint(off * self.cost_per_m).astype(np.int32)
        return Snaps(edge, to_start, (weight - to_start).astype(np.int32), cost)


def _nowhere(count: int) -> Snaps:
    nothing = np.zeros(count, np.int32)
    return Snaps(np.full(count, -1, np.int32), nothing, nothing.copy(), nothing.copy())


def _is_in_large_component(network: Network) -> NDArray[np.bool_]:
    """Edges, bool[E], of pieces of network large enough to live on."""
    if len(network.length_m) == 0:
        return np.zeros(0, np.bool_)
    piece = components(network.graph)[network.graph.edge_from]
    street_m = np.bincount(piece, network.length_m)
    needed = min(ISLAND_M, ISLAND_SHARE * float(street_m.max()))
    return np.asarray(street_m[piece] >= needed, np.bool_)


def take(snaps: Snaps, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Snaps:
    """Some of the snaps."""
    return Snaps(snaps.edge[rows], snaps.to_start[rows], snaps.to_end[rows], snaps.off[rows])
