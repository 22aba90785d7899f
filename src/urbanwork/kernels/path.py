"""The way itself, edge by edge, for explanation."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanwork.kernels.graph import Graph, Int32, Snaps, reversed_graph
from urbanwork.kernels.legs import Legs, Towards, legs, way_along_edge

Floats = NDArray[np.float64]
ANY = 2**40
"""A limit beyond every distance."""
Piece = tuple[int, float, float]
"""Edge, from_fraction, to_fraction."""


class Path(NamedTuple):
    """S pieces of edges in the order from the point to the entrance."""

    edge: Int32  # [S]
    from_fraction: Floats  # [S] of the edge's weight, 0 at edge_from, 1 at edge_to
    to_fraction: Floats  # [S]; less than from_fraction where the edge is walked backwards


def shortest_path(
    graph: Graph, point: Snaps, entrance: Snaps, *, towards: Towards = "place"
) -> Path:
    """Return a shortest way along the streets between a point and an entrance, one of each.

    Sum over pieces of |to - from| * edge_weight, plus the `off` of both, is the distance that
    `reach_of_points` gives. The pieces lead from the point to the entrance; with towards="origin"
    people move along them the other way.

    Raises:
        ValueError: no street connects the two.

    >>> from urbanwork.kernels.graph import build_graph
    >>> street = build_graph(3, [0, 1], [1, 2], [500, 700])
    >>> home = Snaps(*np.array([[0, 250, 250, 0]], np.int32).T)
    >>> door = Snaps(*np.array([[1, 70, 630, 0]], np.int32).T)
    >>> path = shortest_path(street, home, door)
    >>> path.edge.tolist(), path.from_fraction.tolist(), path.to_fraction.tolist()
    ([0, 1], [0.5, 0.0], [1.0, 0.1])
    """
    searched = graph if towards == "place" else reversed_graph(graph)
    leave = legs(graph, point, leaving=towards == "place", limit=ANY)
    arrive = legs(graph, entrance, leaving=towards == "origin", limit=ANY)
    along, can_walk = way_along_edge(graph, point, entrance, towards=towards)
    begin, end = _fraction(graph, point), _fraction(graph, entrance)
    came = _search(searched, leave, (int(point.edge[0]), begin), set(arrive.node.tolist()))
    ways = [
        (came[node].distance + cost, node, is_end)
        for node, cost, is_end in zip(*_columns(arrive), strict=True)
        if node in came
    ]
    if can_walk[0] and all(int(along[0]) <= way[0] for way in ways):
        return _path([(int(point.edge[0]), begin, end)])
    if not ways:
        raise ValueError("no street connects the point with the entrance")
    _, node, is_end = min(ways)
    last = (int(entrance.edge[0]), float(is_end), end)
    return _path([*_pieces_to(came, node), last])


class _Step(NamedTuple):
    """How the search came to a node: from `before` (-1: from the point) along a piece."""

    distance: int
    before: int
    piece: Piece


def _search(
    graph: Graph, leave: Legs, point: tuple[int, float], ends: set[int]
) -> dict[int, _Step]:
    """Steps to all nodes up to the farthest of `ends`, or to all that can be reached."""
    came: dict[int, _Step] = {}
    heap = [
        (cost, node, -1, (*point, float(is_end)))
        for node, cost, is_end in zip(*_columns(leave), strict=True)
    ]
    heapq.heapify(heap)
    waiting = set(ends)
    while heap and waiting:
        distance, node, before, piece = heapq.heappop(heap)
        if node in came:
            continue
        came[node] = _Step(distance, before, piece)
        waiting.discard(node)
        for cost, other, edge in _ways_from(graph, node):
            if other not in came:
                forward = float(graph.edge_from[edge] == node)
                heapq.heappush(heap, (distance + cost, other, node, (edge, 1 - forward, forward)))
    return came


def _ways_from(graph: Graph, node: int) -> Iterator[tuple[int, int, int]]:
    rows = slice(graph.row_start[node], graph.row_start[node + 1])
    columns = graph.weight[rows], graph.neighbour[rows], graph.edge[rows]
    return zip(*(column.tolist() for column in columns), strict=True)


def _pieces_to(came: dict[int, _Step], node: int) -> list[Piece]:
    pieces = []
    while node >= 0:
        pieces.append(came[node].piece)
        node = came[node].before
    return pieces[::-1]


def _columns(ends: Legs) -> tuple[list[int], list[int], list[bool]]:
    return ends.node.tolist(), ends.cost.tolist(), ends.is_end.tolist()


def _fraction(graph: Graph, snap: Snaps) -> float:
    """Where along its edge the one point is; 0 on an edge without length or on none."""
    if snap.edge[0] < 0 or graph.edge_weight[snap.edge[0]] == 0:
        return 0.0
    return float(snap.to_start[0] / graph.edge_weight[snap.edge[0]])


def _path(pieces: list[Piece]) -> Path:
    moved = [piece for piece in pieces if piece[1] != piece[2]]
    table = np.array(moved, np.float64).reshape(-1, 3)
    return Path(table[:, 0].astype(np.int32), table[:, 1], table[:, 2])
