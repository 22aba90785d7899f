"""The ways between points on edges and the nodes of the graph, as arrays for the kernels."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from urbanwork.kernels.graph import UNREACHED, Graph, Int32, Snaps

Int64 = NDArray[np.int64]
Towards = Literal["place", "origin"]
"""Which way people move: from points to places, or from places (a fire station) to points."""


@dataclass(frozen=True, slots=True)
class Legs:
    """L ways between points and nodes, along the point's edge and off the street."""

    point: Int64  # [L]
    node: Int32  # [L]
    cost: Int64  # [L] at most the limit asked for
    is_end: NDArray[np.bool_]  # [L] the node is the end of the edge, not its start

    def of(self, points: NDArray[np.bool_]) -> Legs:
        """Return the legs of the points marked True."""
        rows = points[self.point]
        return Legs(self.point[rows], self.node[rows], self.cost[rows], self.is_end[rows])


def legs(graph: Graph, snaps: Snaps, *, leaving: bool, limit: int) -> Legs:
    """Return the legs by which one leaves the points (else: enters them), sorted by point.

    A one-way edge is left at its end and entered at its start, except by a point that stands on
    the node itself.
    """
    points = np.flatnonzero((snaps.edge >= 0) & (graph.edge_count > 0))
    edge = snaps.edge[points]
    along = np.stack([snaps.to_start[points], snaps.to_end[points]], axis=1)
    cost = along.astype(np.int64) + snaps.off[points, None]
    keep = cost <= limit
    barred = int(not leaving)  # the end of a one-way edge that is closed to these points
    # who stands on one node needs no leg to the other: the graph leads there
    keep &= (along[:, ::-1] > 0) | (along == 0)
    keep[:, barred] &= ~graph.is_forward_only[edge] | (along[:, barred] == 0)
    node = np.stack([graph.edge_from[edge], graph.edge_to[edge]], axis=1)
    is_end = np.broadcast_to([False, True], keep.shape)
    point = np.broadcast_to(points[:, None], keep.shape)
    return Legs(point[keep], node[keep], cost[keep], is_end[keep])


@dataclass(frozen=True, slots=True)
class Shortcuts:
    """Pairs of a point and an entrance on one edge, with the way between them along that edge."""

    point: Int64  # [S]
    entrance: Int64  # [S]
    cost: Int64  # [S] at most the limit asked for

    def at(self, rows: NDArray[Any]) -> Shortcuts:
        """Return the pairs of the given rows."""
        return Shortcuts(self.point[rows], self.entrance[rows], self.cost[rows])


def shortcuts(
    graph: Graph, points: Snaps, entrances: Snaps, *, towards: Towards, limit: int
) -> Shortcuts:
    """Return all pairs of a point and an entrance on one edge, sorted by point and entrance."""
    by_edge = np.argsort(entrances.edge, kind="stable")
    edges = entrances.edge[by_edge]
    first = np.searchsorted(edges, points.edge, side="left")
    count = np.searchsorted(edges, points.edge, side="right") - first
    count[points.edge < 0] = 0
    point = np.repeat(np.arange(len(points)), count)
    entrance = by_edge[rows_from(first, count)]
    cost, can_walk = way_along_edge(graph, points[point], entrances[entrance], towards=towards)
    keep = can_walk & (cost <= limit)
    return Shortcuts(point[keep], entrance[keep], cost[keep])


def way_along_edge(
    graph: Graph, points: Snaps, entrances: Snaps, *, towards: Towards
) -> tuple[Int64, NDArray[np.bool_]]:
    """Return cost and possibility of the way along the edge that each pair [S] has in common."""
    ahead = points.to_end.astype(np.int64) - entrances.to_end
    if towards == "origin":
        ahead = -ahead
    is_same = (points.edge == entrances.edge) & (points.edge >= 0)
    one_way = np.zeros(len(is_same), np.bool_)
    one_way[is_same] = graph.is_forward_only[points.edge[is_same]]
    cost = np.abs(ahead) + points.off + entrances.off
    return cost, is_same & (~one_way | (ahead >= 0))


def rows_from(first: NDArray[Any], count: NDArray[Any]) -> Int64:
    """Return first[0], first[0]+1, ... (count[0] of them), then those of first[1], and so on.

    >>> rows_from(np.array([5, 0, 9]), np.array([2, 0, 1])).tolist()
    [5, 6, 9]
    """
    before = np.cumsum(count) - count
    rows: Int64 = np.arange(int(count.sum())) + np.repeat(first - before, count)
    return rows


def starts(sorted_owner: NDArray[Any], owners: int) -> Int64:
    """Return [owners + 1] where the rows of each owner begin in an array sorted by owner.

    >>> starts(np.array([0, 0, 2]), 3).tolist()
    [0, 2, 2, 3]
    """
    begin = np.zeros(owners + 1, np.int64)
    np.cumsum(np.bincount(sorted_owner, minlength=owners), out=begin[1:])
    return begin


def rows_by(number: NDArray[Any], count: int) -> list[Int64]:
    """Return the rows that hold 0, 1, ... `count` - 1, each in rising order; others are left out.

    >>> [rows.tolist() for rows in rows_by(np.array([1, -1, 0, 1]), 3)]
    [[2], [0, 3], []]
    """
    small = np.int16 if count < 2**15 else np.int32  # numpy sorts 16 bits in linear time
    order = np.argsort(number.astype(small), kind="stable")
    bounds = np.searchsorted(number[order], np.arange(count + 1))
    return [order[a:b] for a, b in itertools.pairwise(bounds)]


def step_of(graph: Graph) -> np.int64:
    """Return how far the bound of a search rises at a time: three edges of middling weight."""
    mean = float(graph.edge_weight.mean()) if graph.edge_count else 1.0
    return np.int64(max(1, min(round(3 * mean), int(UNREACHED) - 1)))


def checked_limit(limit: int) -> int:
    """Return the limit of a search, at most the largest distance that fits.

    Raises:
        ValueError: a limit below zero.
    """
    if limit < 0:
        raise ValueError(f"the limit of a search must not be negative, got {limit}")
    return min(int(limit), int(UNREACHED) - 1)
