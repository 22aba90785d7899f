"""The fast kernels against a slow, plain search on a graph where points are nodes of their own."""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.kernels.graph import UNREACHED, Graph, Snaps, build_graph
from urbanwork.kernels.reach import nearest, reach_of_points

Arc = tuple[object, int]


@dataclass(frozen=True)
class Town:
    graph: Graph
    entrances: Snaps
    category: np.ndarray
    points: Snaps
    categories: int


@st.composite
def snaps(draw, weights: list[int], most: int) -> Snaps:
    rows = []
    for _ in range(draw(st.integers(0, most))):
        edge = draw(st.integers(-1, len(weights) - 1))
        weight = weights[edge] if edge >= 0 else 0
        start = draw(st.integers(0, weight))
        rows.append((edge, start, weight - start, draw(st.integers(0, 5))))
    return Snaps(*np.array(rows, np.int32).reshape(-1, 4).T)


@st.composite
def towns(draw) -> Town:
    nodes = draw(st.integers(1, 7))
    node = st.integers(0, nodes - 1)
    ends = draw(st.lists(st.tuples(node, node, st.booleans()), max_size=12))
    one_way = [way for _, _, way in ends]
    weights = [draw(st.integers(1 if way else 0, 20)) for way in one_way]
    graph = build_graph(nodes, [a for a, _, _ in ends], [b for _, b, _ in ends], weights, one_way)
    entrances = draw(snaps(weights, 6))
    categories = draw(st.integers(1, 3))
    category = draw(
        st.lists(st.integers(-1, categories - 1), min_size=len(entrances), max_size=len(entrances))
    )
    return Town(graph, entrances, np.array(category, np.int32), draw(snaps(weights, 5)), categories)


def arcs_of(graph: Graph, named: dict[str, Snaps]) -> dict[object, list[Arc]]:
    """Every point becomes a node that splits its edge, with a way of length `off` beside it."""
    arcs: dict[object, list[Arc]] = defaultdict(list)
    on_edge = defaultdict(list)
    for name, some in named.items():
        for row in range(len(some)):
            edge, start, _, off = (
                int(a[row]) for a in (some.edge, some.to_start, some.to_end, some.off)
            )
            if edge >= 0:
                on_edge[edge].append((start, (name, row, "street")))
                arcs[(name, row)].append(((name, row, "street"), off))
                arcs[(name, row, "street")].append(((name, row), off))
    for edge in range(graph.edge_count):
        weight = int(graph.edge_weight[edge])
        chain = [(0, int(graph.edge_from[edge])), *sorted(on_edge[edge])]
        chain.append((weight, int(graph.edge_to[edge])))
        for (here, a), (there, b) in itertools.pairwise(chain):
            arcs[a].append((b, there - here))
            if not graph.is_forward_only[edge] or there == here:
                arcs[b].append((a, there - here))
    return arcs


def dijkstra(arcs: dict[object, list[Arc]], source: object) -> dict[object, int]:
    done: dict[object, int] = {}
    heap = [(0, 0, source)]
    pushed = 1
    while heap:
        distance, _, node = heapq.heappop(heap)
        if node in done:
            continue
        done[node] = distance
        for other, cost in arcs.get(node, []):
            heapq.heappush(heap, (distance + cost, pushed, other))
            pushed += 1
    return done


def naive_reach(town: Town, *, towards: str, limit: int, sources: list[object]):
    """[(distance, entrance)] per category and source: the nearest, of equals the lowest row."""
    arcs = arcs_of(town.graph, {"entrance": town.entrances, "point": town.points})
    table = {source: dijkstra(arcs, source) for source in sources}
    rows = range(len(town.entrances))
    back = {row: dijkstra(arcs, ("entrance", row)) for row in rows}
    result = []
    for category in range(town.categories):
        own = [row for row in rows if town.category[row] == category]
        for source in sources:
            found = [
                (d, row)
                for row in own
                for d in [
                    table[source].get(("entrance", row))
                    if towards == "place"
                    else back[row].get(source)
                ]
                if d is not None and d <= limit
            ]
            result.append(min(found, default=(int(UNREACHED), -1)))
    return result


@pytest.mark.parametrize("towards", ["place", "origin"])
@given(town=towns(), limit=st.sampled_from([0, 7, 30, int(UNREACHED) - 1]))
@settings(max_examples=150, deadline=None)
def test_nearest_entrance_of_nodes_and_points_is_that_of_a_plain_search(town, limit, towards):
    found = nearest(
        town.graph, town.entrances, town.category, town.categories, limit=limit, towards=towards
    )
    at_points = reach_of_points(town.graph, found, town.entrances, town.points)

    nodes = list(range(town.graph.node_count))
    points = [("point", row) for row in range(len(town.points))]
    wanted = naive_reach(town, towards=towards, limit=limit, sources=nodes)
    assert list(zip(found.distance.ravel(), found.entrance.ravel(), strict=True)) == wanted
    wanted = naive_reach(town, towards=towards, limit=limit, sources=points)
    assert list(zip(at_points.distance.ravel(), at_points.entrance.ravel(), strict=True)) == wanted
