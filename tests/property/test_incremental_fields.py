"""Distances kept through changes are those of a search from nothing, and come back when undone."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.kernels.graph import Snaps, build_graph, without_edges
from urbanwork.kernels.incremental import FAR
from urbanwork.kernels.incremental_field import Streets
from urbanwork.kernels.reach import UNREACHED, nearest, reach_of_points


@st.composite
def graphs(draw):
    nodes = draw(st.integers(2, 9))
    edges = draw(st.integers(1, 16))
    node = st.integers(0, nodes - 1)
    ends = draw(st.lists(st.tuples(node, node), min_size=edges, max_size=edges))
    weight = draw(st.lists(st.integers(0, 9), min_size=edges, max_size=edges))
    one_way = draw(st.lists(st.booleans(), min_size=edges, max_size=edges))
    return build_graph(nodes, [a for a, _ in ends], [b for _, b in ends], weight, one_way)


def snaps_on(draw, graph, least=1):
    edge = np.array(draw(st.lists(st.integers(-1, graph.edge_count - 1), min_size=least,
                                  max_size=6)), np.int32)  # fmt: skip
    share = np.array([draw(st.integers(0, 4)) for _ in edge])
    weight = np.where(edge >= 0, graph.edge_weight[edge], 0)
    start = (weight * share // 4).astype(np.int32)
    off = np.array([draw(st.integers(0, 3)) for _ in edge], np.int32)
    return Snaps(edge, start, (weight - start).astype(np.int32), off)


def anew(graph, doors, counts, points, limit, towards):
    category = np.where(counts, 0, -1)
    found = nearest(graph, doors, category, 1, limit=limit, towards=towards)
    return reach_of_points(graph, found, doors, points).distance[0]


def kept(field):
    return np.where(field.at_points == FAR, UNREACHED, field.at_points >> 32)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_changes_and_their_undoing_are_as_searched_anew(data):
    graph = data.draw(graphs())
    points, doors = snaps_on(data.draw, graph), snaps_on(data.draw, graph, least=3)
    towards = data.draw(st.sampled_from(["place", "origin"]))
    limit = data.draw(st.integers(0, 40))
    streets = Streets(graph, points, doors, towards_place=towards == "place")
    counts = np.array([data.draw(st.booleans()) for _ in range(len(doors))])
    field = streets.field(np.flatnonzero(counts), limit)
    first = kept(field).copy()
    undo = []
    closed = np.zeros(graph.edge_count, np.bool_)
    for _ in range(data.draw(st.integers(1, 5))):
        door = np.array([data.draw(st.integers(0, len(doors) - 1))])
        what = data.draw(st.sampled_from(["door", "door", "street"]))
        if what == "door":
            change = (streets.remove if counts[door[0]] else streets.add)(field, door)
            counts[door] = ~counts[door]
        else:
            free = [e for e in range(graph.edge_count) if e not in doors.edge
                    and e not in points.edge]  # fmt: skip
            if not free:
                continue
            edge = np.array([data.draw(st.sampled_from(free))])
            nothing = np.zeros(0, np.int64)
            root = nothing if closed[edge[0]] else streets.roots_of(field, edge, nothing)
            streets.set_weights(edge, is_closed=not closed[edge[0]])
            change = streets.shift(field, root, nothing, edge, nothing)
            before = bool(closed[edge[0]])
            change.undo.append(lambda e=edge, was=before: streets.set_weights(e, is_closed=was))
            closed[edge] = ~closed[edge]
        undo += change.undo
        now = without_edges(graph, closed)
        assert kept(field).tolist() == anew(now, doors, counts, points, limit, towards).tolist()
    for step in reversed(undo):
        step()
    assert kept(field).tolist() == first.tolist()
    fresh = streets.field(np.flatnonzero(field.counts), limit)
    assert fresh.key.tolist() == field.key.tolist()
