"""How many places lie within given network distances of points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from urbanwork.kernels.compiled import given
from urbanwork.kernels.graph import Graph, Int32, Snaps, reversed_graph
from urbanwork.kernels.legs import (
    Int64,
    Legs,
    Towards,
    checked_limit,
    legs,
    shortcuts,
    starts,
    step_of,
)
from urbanwork.kernels.search import ring_counts
from urbanwork.kernels.threads import even_parts, shared_out

PARTS = 16
"""Parts that the sources are shared out in; the counts do not depend on it."""


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of the count: places or points, and the legs between them and the graph."""

    owner: Int64  # [L] which place or point each leg belongs to
    legs: Legs
    direct: Int64  # [D] which place or point each shortcut belongs to
    size: int

    def present(self) -> Int64:
        """Those that stand on a street at all."""
        return np.unique(np.concatenate([self.owner, self.direct]))


def counts_within(
    graph: Graph,
    entrances: Snaps,
    entrance_place: ArrayLike,
    place_category: ArrayLike,
    category_count: int,
    points: Snaps,
    radii: ArrayLike,
    *,
    towards: Towards = "place",
) -> Int32:
    """Return the number of distinct places of each category within each radius of each point.

    counts[k, r, p] = number of places of category k with an entrance whose network distance from
    point p, both ways off the street included, is at most radii[r]; exact. A place with many
    entrances counts once. Points and entrances on edge -1 count nothing.

    For counts at nodes give `snaps_at_nodes(graph)` as points.

    Args:
        graph: N nodes.
        entrances: [Q] points where one enters places.
        entrance_place: [Q] place of each entrance.
        place_category: [M] 0 to K - 1, or -1 for places that do not count.
        category_count: K.
        points: [P].
        radii: [R] distances in the unit of the weights, in any order.
        towards: "place" for ways from the points to the entrances, "origin" for the ways back.

    Returns:
        [K, R, P] int32.

    Raises:
        ValueError: a place or a category out of range, or a negative radius.

    >>> from urbanwork.kernels.graph import build_graph
    >>> street = build_graph(2, [0], [1], [1000])
    >>> doors = Snaps(*np.array([[0, 100, 900, 0], [0, 600, 400, 0]], np.int32).T)
    >>> home = Snaps(*np.array([[0, 0, 1000, 0]], np.int32).T)
    >>> counts_within(street, doors, [0, 1], [0, 0], 1, home, [300, 600]).tolist()
    [[[1], [2]]]
    """
    place, category = _places(entrance_place, place_category, category_count, len(entrances))
    asked = np.array([checked_limit(radius) for radius in np.atleast_1d(radii)], np.int64)
    counts = np.zeros((category_count, len(asked), len(points)), np.int32)
    if counts.size == 0 or graph.edge_count == 0:
        return counts
    order = np.argsort(asked, kind="stable")
    limit = int(asked.max())
    doors = legs(graph, entrances, leaving=towards == "origin", limit=limit)
    doors = doors.of(category[place] >= 0)
    homes = legs(graph, points, leaving=towards == "place", limit=limit)
    near = shortcuts(graph, points, entrances, towards=towards, limit=limit)
    near = near.at(category[place[near.entrance]] >= 0)
    places = _Side(place[doors.point], doors, place[near.entrance], len(category))
    people = _Side(homes.point, homes, near.point, len(points))
    if len(places.present()) <= len(people.present()):
        searched = reversed_graph(graph) if towards == "place" else graph
        _count_around_places(searched, places, people, near.cost, asked[order], category, counts)
    else:
        searched = graph if towards == "place" else reversed_graph(graph)
        _count_around_points(searched, people, places, near.cost, asked[order], category, counts)
    np.cumsum(counts, axis=1, out=counts)
    return counts[:, np.argsort(order, kind="stable")]


def _places(
    entrance_place: ArrayLike, place_category: ArrayLike, category_count: int, entrances: int
) -> tuple[Int64, Int64]:
    place = np.asarray(entrance_place, np.int64)
    category = np.asarray(place_category, np.int64)
    if place.shape != (entrances,):
        raise ValueError(f"{entrances} entrances need a place each, got {place.shape}")
    if place.size and not 0 <= place.min() <= place.max() < len(category):
        raise ValueError(f"places must be 0 to {len(category) - 1}, got {place.max()}")
    if category.size and not -1 <= category.min() <= category.max() < category_count:
        raise ValueError(f"categories must be -1 to {category_count - 1}, got {category.max()}")
    return place, category


def _count_around_places(
    graph: Graph,
    places: _Side,
    people: _Side,
    direct_cost: Int64,
    radii: Int64,
    category: Int64,
    counts: Int32,
) -> None:
    """One search per place, by category: parts add up what they counted of their categories."""
    source = _in_order(places, category)
    inputs = _inputs(graph, source, places, people, direct_cost, radii)

    def count(part: tuple[int, int]) -> tuple[int, Int32]:
        own = category[source[slice(*part)]]
        low = int(own[0])
        found = np.zeros((int(own[-1]) - low + 1, *counts.shape[1:]), np.int32)
        at = np.zeros(len(source), np.int64)
        at[slice(*part)] = (own - low) * counts[0].size
        ring_counts(*inputs, *part, at, np.arange(people.size), people.size, found.reshape(-1))
        return low, found

    for low, found in shared_out(count, even_parts(len(source), PARTS)):
        counts[low : low + len(found)] += found


def _count_around_points(
    graph: Graph,
    people: _Side,
    places: _Side,
    direct_cost: Int64,
    radii: Int64,
    category: Int64,
    counts: Int32,
) -> None:
    """One search per point, for all categories: no two parts write to the same point."""
    source = _in_order(people, np.zeros(people.size, np.int64))
    inputs = _inputs(graph, source, people, places, direct_cost, radii)
    at = category * counts[0].size

    def count(part: tuple[int, int]) -> None:
        ring_counts(*inputs, *part, source, at, people.size, counts.reshape(-1))

    shared_out(count, even_parts(len(source), PARTS))


def _in_order(side: _Side, category: Int64) -> Int64:
    """Sources by category, then by node, so that neighbours in space follow each other."""
    node = np.zeros(side.size, np.int32)
    node[side.owner] = side.legs.node
    present = side.present()
    return present[np.lexsort((present, node[present], category[present]))]


def _inputs(
    graph: Graph,
    source: Int64,
    sources: _Side,
    targets: _Side,
    direct_cost: Int64,
    radii: Int64,
) -> tuple[Any, ...]:
    """Seeds and shortcuts by source, in the order of `source`; targets by the node they hang on."""
    rank = np.zeros(sources.size, np.int64)
    rank[source] = np.arange(len(source))
    seed = np.argsort(rank[sources.owner], kind="stable")
    hang = np.argsort(targets.legs.node, kind="stable")
    direct = np.argsort(rank[sources.direct], kind="stable")
    return (
        given(graph.row_start, np.int32),
        given(graph.neighbour, np.int32),
        given(graph.weight, np.int32),
        step_of(graph),
        given(radii, np.int64),
        given(starts(rank[sources.owner], len(source)), np.int64),
        given(sources.legs.node[seed], np.int32),
        given(sources.legs.cost[seed] << 32, np.int64),
        given(starts(targets.legs.node, graph.node_count), np.int32),
        given(targets.owner[hang], np.int32),
        given(targets.legs.cost[hang], np.int32),
        given(starts(rank[sources.direct], len(source)), np.int64),
        given(targets.direct[direct], np.int32),
        given(direct_cost[direct], np.int64),
    )
