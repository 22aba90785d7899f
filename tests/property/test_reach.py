"""What may not change the answer of the kernels, and what may change it one way only."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.kernels.graph import Snaps, build_graph
from urbanwork.kernels.reach import (
    counts_within,
    distances_between,
    mean_over_reached_groups,
    nearest,
    reach_of_points,
)
from urbanwork.kernels.threads import set_threads, threads_in_use

CATEGORIES = 3
RADII = [4, 15, 60]


@dataclass(frozen=True)
class Town:
    nodes: int
    start: np.ndarray
    end: np.ndarray
    weight: np.ndarray
    one_way: np.ndarray
    doors: Snaps
    category: np.ndarray
    homes: Snaps

    def distances(self) -> tuple[np.ndarray, np.ndarray]:
        graph = build_graph(self.nodes, self.start, self.end, self.weight, self.one_way)
        found = nearest(graph, self.doors, self.category, CATEGORIES)
        return found.distance, reach_of_points(graph, found, self.doors, self.homes).distance

    def counts(self) -> np.ndarray:
        graph = build_graph(self.nodes, self.start, self.end, self.weight, self.one_way)
        place = np.arange(len(self.doors))
        return counts_within(graph, self.doors, place, self.category, CATEGORIES, self.homes, RADII)

    def answers(self) -> list[list]:
        return [*(values.tolist() for values in self.distances()), self.counts().tolist()]


@st.composite
def towns(draw) -> Town:
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    nodes, edges = draw(st.integers(1, 30)), draw(st.integers(1, 60))
    weight = random.integers(1, 30, edges)
    one_way = random.random(edges) < draw(st.sampled_from([0, 0.4]))

    def points(most: int) -> Snaps:
        count = draw(st.integers(1, most))
        edge = random.integers(0, edges, count)
        along = (random.random(count) * (weight[edge] + 1)).astype(np.int64)
        rows = [edge, along, weight[edge] - along, random.integers(0, 4, count)]
        return Snaps(*np.array(rows, np.int32))

    doors = points(12)
    return Town(
        nodes,
        random.integers(0, nodes, edges),
        random.integers(0, nodes, edges),
        weight,
        one_way,
        doors,
        random.integers(0, CATEGORIES, len(doors)),
        points(9),
    )


@given(town=towns(), data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_order_of_streets_changes_nothing(town, data):
    order = np.array(data.draw(st.permutations(range(len(town.weight)))))
    now_at = np.argsort(order).astype(np.int32)
    mixed = replace(
        town,
        start=town.start[order],
        end=town.end[order],
        weight=town.weight[order],
        one_way=town.one_way[order],
        doors=replace(town.doors, edge=now_at[town.doors.edge]),
        homes=replace(town.homes, edge=now_at[town.homes.edge]),
    )
    assert mixed.answers() == town.answers()


@given(town=towns(), data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_order_of_entrances_and_categories_changes_nothing(town, data):
    order = np.array(data.draw(st.permutations(range(len(town.doors)))))
    named = np.array(data.draw(st.permutations(range(CATEGORIES))))
    mixed = replace(town, doors=town.doors[order], category=named[town.category][order])
    at_nodes, at_homes = mixed.distances()
    before, homes_before = town.distances()
    assert at_nodes[named].tolist() == before.tolist()
    assert at_homes[named].tolist() == homes_before.tolist()
    assert mixed.counts()[named].tolist() == town.counts().tolist()


@given(town=towns())
@settings(max_examples=60, deadline=None)
def test_drawing_a_two_way_street_the_other_way_round_changes_nothing(town):
    turned = ~town.one_way
    swap = [(town.doors, turned[town.doors.edge]), (town.homes, turned[town.homes.edge])]
    doors, homes = (
        Snaps(
            some.edge,
            np.where(flip, some.to_end, some.to_start),
            np.where(flip, some.to_start, some.to_end),
            some.off,
        )
        for some, flip in swap
    )
    mirrored = replace(
        town,
        start=np.where(turned, town.end, town.start),
        end=np.where(turned, town.start, town.end),
        doors=doors,
        homes=homes,
    )
    assert mirrored.answers() == town.answers()


@given(town=towns())
@settings(max_examples=60, deadline=None)
def test_a_new_place_never_increases_a_distance_nor_lowers_a_count(town):
    fewer = replace(town, doors=town.doors[:-1], category=town.category[:-1])
    for with_it, without in zip(town.distances(), fewer.distances(), strict=True):
        assert (with_it <= without).all()
    assert (town.counts() >= fewer.counts()).all()


@given(town=towns())
@settings(max_examples=60, deadline=None)
def test_closing_a_street_never_shortens_a_way(town):
    used = {*town.doors.edge.tolist(), *town.homes.edge.tolist()}
    if len(town.weight) - 1 in used:
        return
    closed = replace(
        town,
        start=town.start[:-1],
        end=town.end[:-1],
        weight=town.weight[:-1],
        one_way=town.one_way[:-1],
    )
    for before, after in zip(town.distances(), closed.distances(), strict=True):
        assert (after >= before).all()


@given(town=towns())
@settings(max_examples=60, deadline=None)
def test_every_count_agrees_with_the_nearest_distance(town):
    _, far = town.distances()
    counts = town.counts()
    for ring, radius in enumerate(RADII):
        assert ((counts[:, ring] > 0) == (far <= radius)).all()
    assert (np.diff(counts, axis=1) >= 0).all()


@pytest.fixture
def _threads():
    before = threads_in_use()
    yield
    set_threads(before)


@pytest.mark.usefixtures("_threads")
def test_one_thread_and_many_give_the_same():
    random = np.random.default_rng(4)
    nodes, edges = 3000, 5000
    weight = random.integers(1, 900, edges)
    graph = build_graph(
        nodes, random.integers(0, nodes, edges), random.integers(0, nodes, edges), weight
    )

    def points(count: int) -> Snaps:
        edge = random.integers(0, edges, count)
        along = (random.random(count) * weight[edge]).astype(np.int64)
        rows = [edge, along, weight[edge] - along, random.integers(0, 4, count)]
        return Snaps(*np.array(rows, np.int32))

    doors, homes = points(400), points(900)
    category, group = random.integers(0, 9, 400), random.integers(-1, 50, nodes)
    pairs = random.integers(0, 400, 1800)

    def everything() -> list:
        found = nearest(graph, doors, category, 9)
        reach = reach_of_points(graph, found, doors, homes)
        place = np.arange(400)
        return [
            found.distance,
            found.entrance,
            reach.distance,
            reach.entrance,
            counts_within(graph, doors, place, category, 9, homes, [900, 1800]),
            counts_within(graph, homes, np.arange(900), np.zeros(900, int), 1, doors, [900]),
            distances_between(graph, homes, doors, np.arange(901) * 2, pairs),
            mean_over_reached_groups(graph, group, np.arange(50.0), limit=900),
        ]

    set_threads(1)
    alone = everything()
    for threads in (2, 5):
        set_threads(threads)
        for one, other in zip(alone, everything(), strict=True):
            assert one.tobytes() == other.tobytes()
