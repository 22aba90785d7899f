"""The graph as compressed rows."""

from __future__ import annotations

import numpy as np
import pytest

from urbanwork.kernels.components import components
from urbanwork.kernels.graph import build_graph, reversed_graph, snaps_at_nodes


def rows_of(graph) -> list[list[tuple[int, int, int]]]:
    columns = [graph.neighbour.tolist(), graph.weight.tolist(), graph.edge.tolist()]
    half_edges = list(zip(*columns, strict=True))
    return [half_edges[a:b] for a, b in zip(graph.row_start[:-1], graph.row_start[1:], strict=True)]


def test_an_edge_stands_in_the_rows_of_both_ends():
    assert rows_of(build_graph(3, [0, 2], [1, 1], [50, 70])) == [
        [(1, 50, 0)],
        [(0, 50, 0), (2, 70, 1)],
        [(1, 70, 1)],
    ]


def test_a_one_way_edge_stands_in_the_row_of_its_start_only():
    graph = build_graph(2, [0, 0], [1, 1], [50, 70], [True, False])
    assert rows_of(graph) == [[(1, 50, 0), (1, 70, 1)], [(0, 70, 1)]]


def test_reversing_turns_one_way_edges_and_keeps_their_ends():
    graph = build_graph(2, [0, 0], [1, 1], [50, 70], [True, False])
    turned = reversed_graph(graph)
    assert rows_of(turned) == [[(1, 70, 1)], [(0, 50, 0), (0, 70, 1)]]
    assert turned.edge_from is graph.edge_from


def test_a_graph_without_one_way_edges_is_its_own_reverse():
    graph = build_graph(2, [0], [1], [50])
    assert reversed_graph(graph) is graph


def test_a_loop_stands_twice_in_the_row_of_its_node():
    assert rows_of(build_graph(1, [0], [0], [50])) == [[(0, 50, 0), (0, 50, 0)]]


def test_a_graph_may_be_empty():
    for nodes in (0, 3):
        graph = build_graph(nodes, [], [], [])
        assert (graph.node_count, graph.edge_count) == (nodes, 0)
        assert components(graph).tolist() == list(range(nodes))
        assert len(snaps_at_nodes(graph)) == nodes


@pytest.mark.parametrize(
    ("edges", "fault"),
    [
        (([0], [2], [5]), "an edge names node"),
        (([-1], [1], [5]), "an edge names node"),
        (([0], [1], [-5]), "edge weights must be"),
        (([0], [1], [2**31 - 1]), "edge weights must be"),
        (([0, 1], [1], [5]), "got 2, 1, 1 and 2"),
    ],
)
def test_impossible_edges_are_refused(edges, fault):
    with pytest.raises(ValueError, match=fault):
        build_graph(2, *edges)


def test_points_at_nodes_stand_on_an_edge_of_their_node():
    graph = build_graph(4, [0, 1], [1, 2], [50, 70])
    snaps = snaps_at_nodes(graph)
    at_start = snaps.to_start[:3] == 0
    node = np.where(at_start, graph.edge_from[snaps.edge[:3]], graph.edge_to[snaps.edge[:3]])
    assert node.tolist() == [0, 1, 2]
    assert (snaps.to_start + snaps.to_end)[:3].tolist() == graph.edge_weight[
        snaps.edge[:3]
    ].tolist()
    assert snaps.edge[3] == -1


def test_one_way_streets_connect_both_ways():
    graph = build_graph(5, [3, 4], [1, 4], [9, 9], [True, True])
    assert components(graph).tolist() == [0, 1, 2, 1, 3]
