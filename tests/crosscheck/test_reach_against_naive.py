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

from urbanwork.kernels.components import components
from urbanwork.kernels.graph import UNREACHED, Graph, Snaps, build_graph
from urbanwork.kernels.reach import (
    counts_within,
    distances_between,
    mean_over_reached_groups,
    nearest,
    reach_of_points,
    shortest_path,
)

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


TOWARDS = pytest.mark.parametrize("towards", ["place", "origin"])


@TOWARDS
@given(town=towns(), places=st.integers(1, 4), data=st.data())
@settings(max_examples=150, deadline=None)
def test_counts_within_are_those_of_a_plain_search(town, places, data, towards):
    def some(highest: int, count: int, lowest: int = 0) -> list[int]:
        numbers = st.integers(lowest, highest)
        return data.draw(st.lists(numbers, min_size=count, max_size=count))

    place = some(places - 1, len(town.entrances))
    category = some(town.categories - 1, places, -1)
    radii = [20, 0, 9]
    counts = counts_within(
        town.graph,
        town.entrances,
        place,
        category,
        town.categories,
        town.points,
        radii,
        towards=towards,
    )

    arcs = arcs_of(town.graph, {"entrance": town.entrances, "point": town.points})
    wanted = np.zeros_like(counts)
    for point in range(len(town.points)):
        near = dijkstra(arcs, ("point", point))
        reach: dict[int, int] = {}
        for row, own in enumerate(place):
            back = dijkstra(arcs, ("entrance", row))
            far = near.get(("entrance", row)) if towards == "place" else back.get(("point", point))
            if far is not None:
                reach[own] = min(far, reach.get(own, far))
        for own, far in reach.items():
            for ring, radius in enumerate(radii):
                if far <= radius and category[own] >= 0:
                    wanted[category[own], ring, point] += 1
    assert counts.tolist() == wanted.tolist()


@given(town=towns(), limit=st.sampled_from([0, 11, int(UNREACHED) - 1]), data=st.data())
@settings(max_examples=150, deadline=None)
def test_distances_between_pairs_are_those_of_a_plain_search(town, limit, data):
    targets = range(len(town.entrances))
    chosen = [
        data.draw(st.lists(st.sampled_from(targets), max_size=4)) if targets else []
        for _ in range(len(town.points))
    ]
    start = np.cumsum([0, *map(len, chosen)])
    pairs = [target for some in chosen for target in some]
    found = distances_between(town.graph, town.points, town.entrances, start, pairs, limit=limit)

    arcs = arcs_of(town.graph, {"entrance": town.entrances, "point": town.points})
    wanted = [
        dijkstra(arcs, ("point", point)).get(("entrance", target), int(UNREACHED))
        for point, some in enumerate(chosen)
        for target in some
    ]
    assert found.tolist() == [far if far <= limit else UNREACHED for far in wanted]


@given(town=towns(), data=st.data(), limit=st.integers(0, 40))
@settings(max_examples=100, deadline=None)
def test_means_over_reached_groups_are_those_of_a_plain_search(town, data, limit):
    nodes = town.graph.node_count
    group = data.draw(st.lists(st.integers(-1, 2), min_size=nodes, max_size=nodes))
    value = np.array([10.0, np.nan, 70.0])
    found = mean_over_reached_groups(town.graph, group, value, limit=limit)

    arcs = arcs_of(town.graph, {})
    for node in range(nodes):
        within = {other for other, far in dijkstra(arcs, node).items() if far <= limit}
        known = {group[other] for other in within} - {-1, 1}
        wanted = np.mean([value[number] for number in known]) if known else np.nan
        assert found[node] == pytest.approx(wanted, nan_ok=True)


@TOWARDS
@given(town=towns())
@settings(max_examples=150, deadline=None)
def test_the_shortest_path_is_as_long_as_the_distance_says_and_hangs_together(town, towards):
    graph = town.graph
    everything = np.zeros(len(town.entrances), np.int32)
    found = nearest(graph, town.entrances, everything, 1, towards=towards)
    reach = reach_of_points(graph, found, town.entrances, town.points)
    for row in range(len(town.points)):
        entrance = int(reach.entrance[0, row])
        if entrance < 0:
            continue
        point, door = town.points[[row]], town.entrances[[entrance]]
        path = shortest_path(graph, point, door, towards=towards)
        weight = graph.edge_weight[path.edge]
        length = np.abs(path.to_fraction - path.from_fraction) @ weight
        assert round(length) + point.off[0] + door.off[0] == reach.distance[0, row]
        assert_hangs_together(town, path, towards)


def assert_hangs_together(town: Town, path, towards: str) -> None:
    graph = town.graph
    forwards = path.to_fraction >= path.from_fraction
    if towards == "origin":
        forwards = ~forwards
    assert not (graph.is_forward_only[path.edge] & ~forwards).any()
    for step in range(len(path.edge) - 1):
        ends = (graph.edge_from, graph.edge_to)
        left = ends[int(path.to_fraction[step])][path.edge[step]]
        entered = ends[int(path.from_fraction[step + 1])][path.edge[step + 1]]
        assert path.to_fraction[step] in {0.0, 1.0}
        assert left == entered


def test_no_path_between_parts_that_do_not_hang_together_is_said():
    graph = build_graph(4, [0, 2], [1, 3], [10, 10])
    rows = np.array([[0, 5, 5, 0], [1, 5, 5, 0]], np.int32)
    one, other = Snaps(*rows[:1].T), Snaps(*rows[1:].T)
    with pytest.raises(ValueError, match="no street connects"):
        shortest_path(graph, one, other)


@given(town=towns())
@settings(max_examples=100, deadline=None)
def test_components_are_those_of_networkx(town):
    networkx = pytest.importorskip("networkx")
    plain = networkx.Graph()
    plain.add_nodes_from(range(town.graph.node_count))
    plain.add_edges_from(zip(town.graph.edge_from, town.graph.edge_to, strict=True))
    wanted = np.zeros(town.graph.node_count, int)
    for number, some in enumerate(sorted(networkx.connected_components(plain), key=min)):
        wanted[list(some)] = number
    assert components(town.graph).tolist() == wanted.tolist()
