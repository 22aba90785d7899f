"""Network distances between given pairs of points, and means over what a node reaches."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanwork.kernels.compiled import given
from urbanwork.kernels.graph import UNREACHED, Graph, Int32, Snaps
from urbanwork.kernels.legs import checked_limit, legs, starts, step_of, way_along_edge
from urbanwork.kernels.search import group_means, pair_distances
from urbanwork.kernels.threads import even_parts, shared_out

Floats = NDArray[np.float64]
PARTS = 32
"""Parts that the sources are shared out in; the results do not depend on it."""


def distances_between(
    graph: Graph,
    points: Snaps,
    targets: Snaps,
    pair_start: ArrayLike,
    pair_to: ArrayLike,
    *,
    limit: int = int(UNREACHED) - 1,
) -> Int32:
    """Return the network distance of each pair, from the point to the target; exact.

    distance = off + shortest way along the streets + off of the target. One search per point,
    which ends as soon as all of its targets are reached.

    Args:
        graph: N nodes.
        points: [P] where ways begin.
        targets: [T] where ways end; may be the same points.
        pair_start: [P + 1] pairs of point p are pair_start[p]:pair_start[p + 1].
        pair_to: [M] target of each pair.
        limit: farthest distance of interest, in the unit of the weights.

    Returns:
        [M] int32, UNREACHED beyond the limit.

    Raises:
        ValueError: pairs that do not fit the points or the targets, or a negative limit.

    >>> from urbanwork.kernels.graph import build_graph, snaps_at_nodes
    >>> street = build_graph(3, [0, 1], [1, 2], [500, 700])
    >>> corners = snaps_at_nodes(street)
    >>> distances_between(street, corners, corners, [0, 2, 2, 2], [1, 2]).tolist()
    [500, 1200]
    """
    start, to = np.asarray(pair_start, np.int64), np.asarray(pair_to, np.int64)
    _check_pairs(start, to, len(points), len(targets))
    limit = checked_limit(limit)
    point = np.repeat(np.arange(len(points)), np.diff(start))
    cost, can_walk = way_along_edge(graph, points[point], targets[to], towards="place")
    distance = np.where(can_walk & (cost <= limit), cost, UNREACHED).astype(np.int32)
    leave = legs(graph, points, leaving=True, limit=limit)
    arrive = legs(graph, targets, leaving=False, limit=limit)
    inputs = (
        given(graph.row_start, np.int32),
        given(graph.neighbour, np.int32),
        given(graph.weight, np.int32),
        step_of(graph),
        np.int64(limit),
        given(starts(leave.point, len(points)), np.int64),
        given(leave.node, np.int32),
        given(leave.cost << 32, np.int64),
        given(start, np.int64),
        given(to, np.int32),
        given(starts(arrive.point, len(targets)), np.int64),
        given(arrive.node, np.int32),
        given(arrive.cost, np.int64),
    )
    parts = even_parts(len(points), PARTS)
    shared_out(lambda part: pair_distances(*inputs, *part, distance), parts)
    return distance


def mean_over_reached_groups(
    graph: Graph, group_of_node: ArrayLike, group_value: ArrayLike, *, limit: int
) -> Floats:
    """Return for each node the mean of the values of the groups that it reaches; exact.

    mean[n] = unweighted mean of group_value over the distinct groups with a node whose network
    distance from node n is at most `limit`; nan where none is reached. A node reaches itself.

    Args:
        graph: N nodes.
        group_of_node: [N] 0 to G - 1, or -1 for nodes in no group.
        group_value: [G]; groups with nan are passed over.
        limit: distance in the unit of the weights.

    Raises:
        ValueError: a group out of range, or a negative limit.

    Source: the neighbourhood densities of the Global Healthy and Sustainable City Indicators.

    >>> from urbanwork.kernels.graph import build_graph
    >>> street = build_graph(3, [0, 1], [1, 2], [500, 700])
    >>> mean_over_reached_groups(street, [0, 0, 1], [10.0, 40.0], limit=700).tolist()
    [10.0, 25.0, 25.0]
    """
    group = np.asarray(group_of_node, np.int32)
    value = np.asarray(group_value, np.float64)
    if group.shape != (graph.node_count,):
        raise ValueError(f"{graph.node_count} nodes need a group each, got {group.shape}")
    if group.size and not -1 <= group.min() <= group.max() < len(value):
        raise ValueError(f"groups must be -1 to {len(value) - 1}, got {group.max()}")
    mean = np.full(graph.node_count, np.nan)
    inputs = (
        given(graph.row_start, np.int32),
        given(graph.neighbour, np.int32),
        given(graph.weight, np.int32),
        step_of(graph),
        np.int64(checked_limit(limit)),
        given(np.arange(graph.node_count), np.int32),
        given(np.zeros(graph.node_count), np.int64),
        given(group, np.int32),
        given(value, np.float64),
    )
    parts = even_parts(graph.node_count, PARTS)
    shared_out(lambda part: group_means(*inputs, *part, mean), parts)
    return mean


def _check_pairs(
    start: NDArray[np.int64], to: NDArray[np.int64], points: int, targets: int
) -> None:
    if len(start) != points + 1 or start[0] != 0 or start[-1] != len(to):
        raise ValueError(f"pairs must begin at 0 and end at {len(to)} for {points} points")
    if (np.diff(start) < 0).any():
        raise ValueError("the beginnings of the pairs of each point must not fall")
    if to.size and not 0 <= to.min() <= to.max() < targets:
        raise ValueError(f"targets must be 0 to {targets - 1}, got {to.max()}")
