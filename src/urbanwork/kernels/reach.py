"""Network distance to the nearest place, for all categories at once, at nodes and at points.

The other ways of asking how far things are can be imported from here too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from urbanwork.kernels.between import distances_between, mean_over_reached_groups
from urbanwork.kernels.compiled import given
from urbanwork.kernels.counts import counts_within
from urbanwork.kernels.graph import UNREACHED, Graph, Int32, Snaps, reversed_graph
from urbanwork.kernels.legs import (
    Int64,
    Legs,
    Shortcuts,
    Towards,
    checked_limit,
    legs,
    rows_by,
    shortcuts,
    step_of,
)
from urbanwork.kernels.path import Path, shortest_path
from urbanwork.kernels.search import nearest_labels
from urbanwork.kernels.threads import shared_out

__all__ = [
    "NodeReach",
    "Path",
    "PointReach",
    "counts_within",
    "distances_between",
    "mean_over_reached_groups",
    "nearest",
    "reach_of_points",
    "shortest_path",
]

NOTHING = np.int64(2**63 - 1)


@dataclass(frozen=True, slots=True)
class NodeReach:
    """For K categories and N nodes: how far the nearest entrance is, and which one it is."""

    distance: Int32  # [K, N] UNREACHED beyond the limit
    entrance: Int32  # [K, N] row of the entrance, -1 where unreached
    entrance_category: Int32  # [Q]
    limit: Int32  # [K]
    towards: Towards


@dataclass(frozen=True, slots=True)
class PointReach:
    """For K categories and P points: how far the nearest entrance is, and which one it is."""

    distance: Int32  # [K, P] UNREACHED beyond the limit
    entrance: Int32  # [K, P] row of the entrance, -1 where unreached


def nearest(
    graph: Graph,
    entrances: Snaps,
    entrance_category: ArrayLike,
    category_count: int,
    *,
    limit: int | ArrayLike = int(UNREACHED) - 1,
    towards: Towards = "place",
) -> NodeReach:
    """Return the network distance from every node to the nearest entrance of each category.

    distance = shortest way through the graph + way along the entrance's edge + its `off`; exact.
    Equal distances go to the lowest row of entrances. Entrances of category -1 or on edge -1
    are ignored.

    Args:
        graph: N nodes.
        entrances: [Q] points where one enters places.
        entrance_category: [Q] 0 to K - 1, or -1.
        category_count: K.
        limit: farthest distance of interest, in the unit of the weights; one or [K].
        towards: "place" for ways from the nodes to the entrances, "origin" for the ways back;
            they differ on one-way streets only.

    Raises:
        ValueError: a category out of range, or a negative limit.
    """
    category = _categories(entrance_category, category_count, len(entrances))
    limits = _limits(limit, category_count)
    searched = reversed_graph(graph) if towards == "place" else graph
    distance = np.full((category_count, graph.node_count), UNREACHED)
    entrance = np.full((category_count, graph.node_count), -1, np.int32)
    rows = rows_by(category, category_count)

    def search(number: int) -> None:
        own, most = rows[number], int(limits[number])
        seeds = legs(graph, entrances[own], leaving=towards == "origin", limit=most)
        _search_category(searched, seeds, own, most, distance[number], entrance[number])

    shared_out(search, range(category_count))
    return NodeReach(distance, entrance, category, limits, towards)


def _search_category(
    graph: Graph, seeds: Legs, rows: Int64, limit: int, distance: Int32, entrance: Int32
) -> None:
    nearest_labels(
        given(graph.row_start, np.int32),
        given(graph.neighbour, np.int32),
        given(graph.weight, np.int32),
        step_of(graph),
        np.int64(limit),
        given(seeds.node, np.int32),
        given((seeds.cost << 32) | rows[seeds.point], np.int64),
        distance,
        entrance,
    )


def reach_of_points(
    graph: Graph, node_reach: NodeReach, entrances: Snaps, points: Snaps
) -> PointReach:
    """Return the network distance from every point to the nearest entrance of each category.

    distance = off + min(ways over both ends of the point's edge, way along the edge itself to an
    entrance on it); exact. Equal distances go to the lowest row of entrances.

    Args:
        graph: the graph that `node_reach` was searched on.
        node_reach: distances of nodes, from `nearest`.
        entrances: [Q] as given to `nearest`.
        points: [P]; unreached where the edge is -1.
    """
    limit = int(node_reach.limit.max(initial=0))
    towards = node_reach.towards
    ways = legs(graph, points, leaving=towards == "place", limit=limit)
    near = shortcuts(graph, points, entrances, towards=towards, limit=limit)
    pairs = rows_by(node_reach.entrance_category[near.entrance], len(node_reach.limit))
    distance = np.full((len(node_reach.limit), len(points)), UNREACHED)
    entrance = np.full(distance.shape, -1, np.int32)

    def fill(number: int) -> None:
        at_nodes = node_reach.distance[number], node_reach.entrance[number]
        key = _keys(at_nodes, ways, near.at(pairs[number]), len(points))
        reached = key < (np.int64(node_reach.limit[number]) + 1) << 32
        distance[number, reached] = key[reached] >> 32
        entrance[number, reached] = key[reached] & 0xFFFFFFFF

    shared_out(fill, range(len(node_reach.limit)))
    return PointReach(distance, entrance)


def _keys(at_nodes: tuple[Int32, Int32], ways: Legs, near: Shortcuts, points: int) -> Int64:
    """Distance and label of each point [P] in one number, compared at once as the search does."""
    key = np.full(points, NOTHING)
    distance, label = (values[ways.node] for values in at_nodes)
    cost = np.where(label >= 0, distance + ways.cost, UNREACHED)
    np.minimum.at(key, ways.point, (np.minimum(cost, UNREACHED) << 32) | np.maximum(label, 0))
    np.minimum.at(key, near.point, (near.cost << 32) | near.entrance)
    return key


def _limits(limit: int | ArrayLike, category_count: int) -> Int32:
    each = np.broadcast_to(np.asarray(limit, np.int64), category_count)
    return np.array([checked_limit(value) for value in each.tolist()], np.int32)


def _categories(category: ArrayLike, category_count: int, entrances: int) -> Int32:
    array = np.asarray(category, np.int32)
    if array.shape != (entrances,):
        raise ValueError(f"{entrances} entrances need a category each, got {array.shape}")
    if array.size and not -1 <= array.min() <= array.max() < category_count:
        raise ValueError(f"categories must be -1 to {category_count - 1}, got {array.max()}")
    return array
