"""The street graph as compressed rows of int32, and points snapped onto its edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Int32 = NDArray[np.int32]
Flags = NDArray[np.bool_]

UNREACHED = np.int32(2**31 - 1)
"""Distance of what no path reaches (or lies beyond the limit of the search)."""


@dataclass(frozen=True, slots=True)
class Graph:
    """N nodes, E edges, each edge stored in the rows of both ends unless it is one-way.

    Weights are whole int32: centimetres on foot, centiseconds by car. An edge may be a loop, and
    two nodes may share several edges.
    """

    row_start: Int32  # [N + 1]
    neighbour: Int32  # [H] half-edges, sorted by row
    weight: Int32  # [H]
    edge: Int32  # [H] the edge that the half-edge belongs to
    edge_from: Int32  # [E]
    edge_to: Int32  # [E]
    edge_weight: Int32  # [E]
    is_forward_only: NDArray[np.bool_]  # [E] one-way from edge_from to edge_to

    @property
    def node_count(self) -> int:
        """Number of nodes N."""
        return len(self.row_start) - 1

    @property
    def edge_count(self) -> int:
        """Number of edges E."""
        return len(self.edge_from)


@dataclass(frozen=True, slots=True)
class Snaps:
    """P points on edges: where along, and how far off the street (added to every distance).

    A point at the very end of an edge stands on the node: one-way streets do not bind it.
    """

    edge: Int32  # [P] -1 where there is no street to snap to
    to_start: Int32  # [P] weight from the point to edge_from along the edge
    to_end: Int32  # [P] weight from the point to edge_to; to_start + to_end = edge_weight
    off: Int32  # [P] weight of the way from the point to the street

    def __len__(self) -> int:
        return len(self.edge)

    def __getitem__(self, rows: slice | NDArray[Any]) -> Snaps:
        return Snaps(self.edge[rows], self.to_start[rows], self.to_end[rows], self.off[rows])


def build_graph(
    node_count: int,
    edge_from: ArrayLike,
    edge_to: ArrayLike,
    edge_weight: ArrayLike,
    is_forward_only: ArrayLike | None = None,
) -> Graph:
    """Return the graph of edges given by their ends; row by row, each row sorted by edge.

    Args:
        node_count: N, more than every node named by an edge.
        edge_from: [E] node where each edge starts.
        edge_to: [E] node where it ends.
        edge_weight: [E] whole, not negative, below `UNREACHED`.
        is_forward_only: [E] True where an edge may only be travelled from start to end.

    Raises:
        ValueError: arrays of different length, a node out of range, or a weight out of range.

    >>> graph = build_graph(3, [0, 1], [1, 2], [500, 700])
    >>> graph.row_start.tolist(), graph.neighbour.tolist()
    ([0, 1, 3, 4], [1, 0, 2, 1])
    """
    start, end = _nodes(edge_from, node_count), _nodes(edge_to, node_count)
    weight = _weights(edge_weight)
    one_way = np.zeros(len(start), np.bool_)
    if is_forward_only is not None:
        one_way = np.asarray(is_forward_only, np.bool_)
    if not len(start) == len(end) == len(weight) == len(one_way):
        raise ValueError(
            f"edges need one start, end, weight and direction each, got {len(start)}, {len(end)}, "
            f"{len(weight)} and {len(one_way)}"
        )
    return _with_rows(node_count, start, end, weight, one_way)


def reversed_graph(graph: Graph) -> Graph:
    """Return the graph with every one-way edge turned round; the same graph if there is none.

    Edges keep their ids and their ends: only the rows change, for searches against the traffic.
    """
    if not graph.is_forward_only.any():
        return graph
    turned = _with_rows(
        graph.node_count,
        np.where(graph.is_forward_only, graph.edge_to, graph.edge_from),
        np.where(graph.is_forward_only, graph.edge_from, graph.edge_to),
        graph.edge_weight,
        graph.is_forward_only,
    )
    closed = ~open_edges(graph)
    if closed.any():
        turned = without_edges(turned, closed)
    return Graph(
        turned.row_start,
        turned.neighbour,
        turned.weight,
        turned.edge,
        graph.edge_from,
        graph.edge_to,
        graph.edge_weight,
        graph.is_forward_only,
    )


def open_edges(graph: Graph) -> Flags:
    """Which edges can be travelled at all, bool[E]: the others stand in no row."""
    is_open = np.zeros(graph.edge_count, np.bool_)
    is_open[graph.edge] = True
    return is_open


def without_edges(graph: Graph, closed: Flags) -> Graph:
    """Return the graph without a way along the edges marked in `closed`, bool[E].

    Edges keep their ids and their ends: only the rows lose them. No point may stand on them.

    >>> street = build_graph(3, [0, 1], [1, 2], [500, 700])
    >>> without_edges(street, np.array([True, False])).row_start.tolist()
    [0, 0, 1, 2]
    """
    kept = ~closed[graph.edge]
    row = np.repeat(np.arange(graph.node_count), np.diff(graph.row_start))[kept]
    row_start = np.zeros(graph.node_count + 1, np.int32)
    row_start[1:] = np.cumsum(np.bincount(row, minlength=graph.node_count))
    return Graph(
        row_start, graph.neighbour[kept], graph.weight[kept], graph.edge[kept], graph.edge_from,
        graph.edge_to, graph.edge_weight, graph.is_forward_only,
    )  # fmt: skip


def snaps_at_nodes(graph: Graph) -> Snaps:
    """Return one point per node [N], standing on it; edge -1 for a node without streets.

    >>> snaps_at_nodes(build_graph(3, [0], [1], [500])).edge.tolist()
    [0, 0, -1]
    """
    edge = np.full(graph.node_count, -1, np.int32)
    numbers = np.arange(graph.edge_count, dtype=np.int32)
    edge[graph.edge_to] = numbers
    edge[graph.edge_from] = numbers
    has_edge = edge >= 0
    nodes = np.arange(graph.node_count)
    length = np.zeros(graph.node_count, np.int32)
    length[has_edge] = graph.edge_weight[edge[has_edge]]
    at_start = np.zeros(graph.node_count, np.bool_)
    at_start[has_edge] = graph.edge_from[edge[has_edge]] == nodes[has_edge]
    nothing = np.zeros(graph.node_count, np.int32)
    return Snaps(edge, np.where(at_start, 0, length), np.where(at_start, length, 0), nothing)


def _with_rows(node_count: int, start: Int32, end: Int32, weight: Int32, one_way: Flags) -> Graph:
    both = np.flatnonzero(~one_way).astype(np.int32)
    row = np.concatenate([start, end[both]])
    edge = np.concatenate([np.arange(len(start), dtype=np.int32), both])
    order = np.lexsort((edge, row))
    row_start = np.zeros(node_count + 1, np.int32)
    row_start[1:] = np.cumsum(np.bincount(row, minlength=node_count))
    neighbour = np.concatenate([end, start[both]])[order]
    return Graph(
        row_start, neighbour, weight[edge[order]], edge[order], start, end, weight, one_way
    )


def _nodes(nodes: ArrayLike, node_count: int) -> Int32:
    array = np.asarray(nodes, np.int64)
    if array.size and not 0 <= array.min() <= array.max() < node_count:
        raise ValueError(f"an edge names node {array.min()} or {array.max()} of {node_count}")
    return array.astype(np.int32)


def _weights(weights: ArrayLike) -> Int32:
    array = np.asarray(weights, np.int64)
    if array.size and not 0 <= array.min() <= array.max() < UNREACHED:
        raise ValueError(
            f"edge weights must be 0 to {UNREACHED - 1}, got {array.min()} to {array.max()}"
        )
    return array.astype(np.int32)
