"""The measures against slow and plain versions of their definitions, on larger random towns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
import shapely.affinity
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from town import measured, town
from urbanwork.measures import detour
from urbanwork.measures.land import kinds_m2
from urbanwork.measures.shared import Access
from urbanwork.measures.target import of
from urbanwork.quantities.measured import STATES, State

LEGEND = {"A": "primary_school", "B": "pharmacy", "P": ("park", 3_000.0), "Q": ("park", 8_000.0)}
H06 = {"small_m2": 2_000, "large_m2": 5_000, "small_radius_m": 300, "large_radius_m": 500}
KINDS = ("residential", "green", "forest")


@pytest.fixture(params=[1, 2, 3])
def city(request):
    chance = np.random.default_rng(request.param)
    streets = chance.choice(list("---||++++++1239ABPQ#..."), size=(24, 36))
    drawn = town("\n".join("".join(row) for row in streets).replace(".", "+", 1), legend=LEGEND)
    return with_random_land(drawn, chance)


def with_random_land(city, chance):
    """Land as a planner draws it: turned rectangles of any size that overlap across kinds."""
    left, bottom, right, top = city.boundary.bounds
    shapes = [
        shapely.affinity.rotate(
            shapely.box(x, y, x + width, y + height), chance.uniform(0, 90), origin=(x, y)
        )
        for x, y, width, height in zip(
            chance.uniform(left, right, 30), chance.uniform(bottom, top, 30),
            chance.uniform(50, 700, 30), chance.uniform(50, 700, 30), strict=True,
        )
    ]  # fmt: skip
    kind = np.array([KINDS[n % 3] for n in range(30)], object)
    for name in KINDS:  # no overlaps of a kind in itself, as the prepared city has it
        seen = shapely.Polygon()
        for row in np.flatnonzero(kind == name):
            shapes[row], seen = shapes[row].difference(seen), seen.union(shapes[row])
    geometry = np.array(shapes, object)
    row, cell = np.nonzero(shapely.intersects(geometry[:, None], city.cells.geometry[None, :]))
    area = shapely.area(shapely.intersection(geometry[row], city.cells.geometry[cell]))
    land = replace(
        city.land, geometry=geometry, kind=kind, is_open_space=np.zeros(30, bool),
        overlap_land=row.astype(np.int32), overlap_cell=cell.astype(np.int32), overlap_m2=area,
    )  # fmt: skip
    return replace(city, land=land)


def naive_walks(city):
    """Metres between all nodes, which are the cells."""
    graph, nodes = city.walk.graph, len(city.walk.x)
    edges = coo_array(
        (graph.edge_weight / 100.0, (graph.edge_from, graph.edge_to)), shape=(nodes, nodes)
    )
    walks = dijkstra(edges.tocsr(), directed=False)
    has_street = np.bincount(np.r_[graph.edge_from, graph.edge_to], minlength=nodes) > 0
    walks[~has_street] = np.inf
    return walks


def node_of(city, snaps):
    graph = city.walk.graph
    return np.where(snaps.to_start == 0, graph.edge_from[snaps.edge], graph.edge_to[snaps.edge])


def doors_of(city, category):
    places = city.places
    door = (places.category == category)[places.entrance_place] & (places.walk.edge >= 0)
    return node_of(city, places.walk)[door]


@pytest.mark.parametrize("radius_m", [300, 800])
def test_states_of_reach_follow_from_all_walks(city, radius_m):
    walks = naive_walks(city)
    school = walks[:, doors_of(city, "primary_school")].min(axis=1, initial=np.inf)
    leave = walks[:, node_of(city, city.walk.exits)].min(axis=1, initial=np.inf)
    expected = [
        State.EMPTY if people == 0
        else State.REACHED if near <= radius_m
        else State.UNKNOWN if out <= radius_m
        else State.NOT_REACHED
        for people, near, out in zip(city.cells.people, school, leave, strict=True)
    ]  # fmt: skip
    share = measured(city, "reach_share", category="primary_school", radius_m=radius_m)
    assert [STATES[code] for code in share.state] == expected
    assert len({*expected}) == 4, "the town shows every state"
    near = school <= radius_m
    assert np.array_equal(share.distance[near], school[near])


def test_choices_follow_from_all_walks(city):
    walks = naive_walks(city)
    near = walks[:, doors_of(city, "pharmacy")] <= 600
    count = Access(city).count_within(of("pharmacy"), 600)
    assert np.array_equal(count, near.sum(axis=1))
    assert near.sum() > 100


def test_the_detour_of_a_cell_is_the_mean_over_its_ring(city, monkeypatch):
    monkeypatch.setattr(detour, "MOST_TARGETS", 10_000)
    ratio = measured(city, "pedestrian_detour", min_m=200, max_m=600)
    walks, cells = naive_walks(city), city.cells
    lived_in = (cells.people > 0) & (cells.walk.edge >= 0)
    leave = walks[:, node_of(city, city.walk.exits)].min(axis=1, initial=np.inf)
    numerator, known = np.zeros(len(cells.people)), np.zeros(len(cells.people))
    for one in np.flatnonzero(lived_in):
        straight = np.hypot(cells.x - cells.x[one], cells.y - cells.y[one])
        ring = np.flatnonzero(lived_in & (straight >= 200) & (straight <= 600))
        if len(ring) == 0:
            continue
        walk = np.minimum(walks[one, ring], 3 * straight[ring])
        sure = walk <= leave[one] + leave[ring]
        weight = cells.people[ring] / cells.people[ring].sum()
        times = np.maximum(walk / straight[ring], 1)
        known[one] = cells.people[one] * weight[sure].sum()
        numerator[one] = cells.people[one] * (weight * times)[sure].sum()
    assert np.allclose(ratio.known, known)
    assert np.allclose(ratio.numerator, numerator)
    assert ratio.unknown.sum() > 0


def test_land_of_several_kinds_is_their_union(city):
    land = city.land
    wanted = shapely.union_all(land.geometry[land.kind != "residential"])
    expected = shapely.area(shapely.intersection(city.cells.geometry, wanted))
    assert np.allclose(kinds_m2(city, ("green", "forest")), expected, atol=1e-3)


def test_residential_land_near_parks_is_cut_by_the_union_of_all_buffers(city):
    parks = city.places.category == "park"
    large = parks & (city.places.area_m2 >= 5_000)
    buffer = shapely.union_all(
        [
            *shapely.buffer(city.places.geometry[parks], 300, quad_segs=128),
            *shapely.buffer(city.places.geometry[large], 500, quad_segs=128),
        ]
    )
    homes = shapely.union_all(city.land.geometry[city.land.kind == "residential"])
    expected = shapely.area(
        shapely.intersection(city.cells.geometry, shapely.intersection(homes, buffer))
    )
    share = measured(city, "park_buffer_share", **H06)
    assert share.numerator.sum() == pytest.approx(expected.sum(), rel=0.003)
    assert np.allclose(share.numerator, expected, atol=80)  # m2 of a cell of 10,000
