"""Points put onto the nearest edge of a network, with the way to it kept and added."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanwork.city.model import Network
from urbanwork.kernels.components import components
from urbanwork.kernels.graph import Snaps
from urbanwork.kernels.nearest_line import line_bins, nearest_line

Floats = NDArray[np.float64]

FARTHEST_SNAP_M = 1_000.0
"""What lies farther from any street than this has no street."""
ISLAND_M = 1_000.0
ISLAND_SHARE = 0.05
"""A piece of network cut off from the rest is ignored when it has less street than both."""
ENCLAVE_M = 5_000.0
BESIDE_M = 200.0
"""Cut off, but this near to the largest piece, is no island: a crossing is not mapped, or a gate.
Such a piece is ignored up to a larger size, so that a school does not stand on it alone."""


class Snapper:
    """Snaps any number of point sets onto one network, which is put into bins once.

    `edges` are the rows that points may stand on; without them those of no island.
    """

    def __init__(
        self, network: Network, *, cost_per_m: float, edges: NDArray[np.int64] | None = None
    ) -> None:
        self.network = network
        self.cost_per_m = cost_per_m
        if edges is None:
            edges = np.flatnonzero(_is_in_large_component(network))
        self.edges = edges
        self.dropped_edges = len(network.length_m) - len(self.edges)
        self.bins = line_bins(network.start, network.vertex_x, network.vertex_y, self.edges)

    def snap(self, x: Floats, y: Floats, *, farthest_m: float = FARTHEST_SNAP_M) -> Snaps:
        """The nearest edge of each point; edge -1 where none is within `farthest_m` metres."""
        if not len(self.edges):
            return _nowhere(len(x))
        found = nearest_line(self.bins, x, y, farthest_m=farthest_m)
        return self._snaps(found.line.astype(np.int32), found.along, found.off)

    def off_m(self, x: Floats, y: Floats, *, farthest_m: float) -> Floats:
        """Metres from each point to the nearest edge; inf beyond `farthest_m`."""
        found = nearest_line(self.bins, x, y, farthest_m=farthest_m)
        return np.where(found.line >= 0, found.off, np.inf)

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
    share = ISLAND_SHARE * float(street_m.max())
    kept = street_m >= min(ISLAND_M, share)
    for small in np.flatnonzero(kept & (street_m < min(ENCLAVE_M, share))):
        kept[small] = not _is_beside(network, piece == small, piece == np.argmax(street_m))
    return np.asarray(kept[piece], np.bool_)


def _is_beside(network: Network, some: NDArray[np.bool_], others: NDArray[np.bool_]) -> bool:
    """Whether a street of `some` edges comes near one of the `others`."""
    bins = line_bins(network.start, network.vertex_x, network.vertex_y, np.flatnonzero(others))
    vertex = np.repeat(some, np.diff(network.start))
    found = nearest_line(
        bins, network.vertex_x[vertex], network.vertex_y[vertex], farthest_m=BESIDE_M
    )
    return bool((found.line >= 0).any())


def take(snaps: Snaps, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Snaps:
    """Some of the snaps."""
    return Snaps(snaps.edge[rows], snaps.to_start[rows], snaps.to_end[rows], snaps.off[rows])
