"""Distances on small streets that can be checked by hand, and at the limits of the numbers."""

from __future__ import annotations

import numpy as np
import pytest

from urbanwork.kernels.graph import UNREACHED, Graph, Snaps, build_graph, snaps_at_nodes
from urbanwork.kernels.reach import (
    counts_within,
    distances_between,
    mean_over_reached_groups,
    nearest,
    reach_of_points,
    shortest_path,
)

FAR = int(UNREACHED)
LONG = FAR - 1


def snaps(*rows: tuple[int, int, int, int]) -> Snaps:
    return Snaps(*np.array(rows, np.int32).reshape(-1, 4).T)


def far(graph: Graph, doors: Snaps, homes: Snaps, **options) -> list[int]:
    found = nearest(graph, doors, np.zeros(len(doors), int), 1, **options)
    return reach_of_points(graph, found, doors, homes).distance[0].tolist()


def test_distance_adds_both_ways_off_the_street_and_both_offsets():
    street = build_graph(3, [0, 1], [1, 2], [100, 200])
    assert far(street, snaps((1, 50, 150, 7)), snaps((0, 30, 70, 5))) == [5 + 70 + 50 + 7]


def test_neighbours_on_one_street_do_not_walk_round_the_block():
    street = build_graph(2, [0], [1], [1000])
    assert far(street, snaps((0, 510, 490, 0)), snaps((0, 490, 510, 0))) == [20]


def test_the_way_round_is_taken_where_it_is_shorter_than_along_the_street():
    block = build_graph(2, [0, 0], [1, 1], [1000, 30])
    assert far(block, snaps((0, 990, 10, 0)), snaps((0, 5, 995, 0))) == [5 + 30 + 10]


def test_on_a_loop_both_ways_round_are_tried():
    loop = build_graph(1, [0], [0], [1000])
    assert far(loop, snaps((0, 950, 50, 0)), snaps((0, 100, 900, 0))) == [150]


def test_one_way_streets_bind_the_ways_there_and_back_differently():
    ring = build_graph(2, [0, 1], [1, 0], [100, 300], [True, True])
    door, home = snaps((0, 20, 80, 0)), snaps((0, 60, 40, 0))
    assert far(ring, door, home, towards="place") == [40 + 300 + 20]
    assert far(ring, door, home, towards="origin") == [40]


def test_who_stands_on_the_node_is_not_bound_by_the_one_way_street():
    streets = build_graph(3, [0, 1], [1, 2], [100, 50], [True, False])
    at_the_corner = snaps((0, 100, 0, 3))
    assert far(streets, at_the_corner, snaps((1, 50, 0, 0))) == [53]


def test_equal_distances_go_to_the_lowest_row():
    cross = build_graph(3, [0, 0], [1, 2], [100, 100])
    doors = snaps((1, 100, 0, 0), (0, 100, 0, 0), (1, 100, 0, 0))
    found = nearest(cross, doors, [0, 0, 0], 1)
    assert found.entrance[0].tolist() == [0, 1, 0]


def test_the_limit_itself_is_reached_and_nothing_beyond():
    street = build_graph(3, [0, 1], [1, 2], [100, 200])
    door = snaps((0, 0, 100, 0))
    found = nearest(street, door, [0], 1, limit=300)
    assert found.distance[0].tolist() == [0, 100, 300]
    found = nearest(street, door, [0], 1, limit=299)
    assert found.distance[0].tolist() == [0, 100, FAR]
    assert found.entrance[0].tolist() == [0, 0, -1]


def test_each_category_may_have_its_own_limit():
    street = build_graph(2, [0], [1], [100])
    doors = snaps((0, 0, 100, 0), (0, 0, 100, 0))
    found = nearest(street, doors, [0, 1], 2, limit=[99, 100])
    assert found.distance.tolist() == [[0, FAR], [0, 100]]


def test_who_has_no_street_reaches_nothing_and_is_not_reached():
    street = build_graph(2, [0], [1], [100])
    nowhere, here = snaps((-1, 0, 0, 0)), snaps((0, 40, 60, 0))
    assert far(street, nowhere, here) == [FAR]
    assert far(street, here, nowhere) == [FAR]
    assert far(street, nowhere, nowhere) == [FAR]


def test_empty_categories_streets_and_towns_are_unreached():
    street, empty = build_graph(2, [0], [1], [100]), build_graph(2, [], [], [])
    nobody, lost = snaps(), snaps((-1, 0, 0, 0))
    assert nearest(street, nobody, [], 2).distance.tolist() == [[FAR, FAR]] * 2
    assert nearest(street, nobody, [], 0).distance.shape == (0, 2)
    assert nearest(build_graph(0, [], [], []), lost, [0], 1).distance.shape == (1, 0)
    assert far(empty, lost, lost) == [FAR]
    assert counts_within(empty, lost, [0], [0], 1, lost, [10]).tolist() == [[[0]]]
    assert counts_within(street, nobody, [], [], 1, lost, [10]).tolist() == [[[0]]]
    assert counts_within(street, nobody, [], [], 0, nobody, []).shape == (0, 0, 0)
    assert distances_between(empty, lost, lost, [0, 1], [0]).tolist() == [FAR]
    assert distances_between(empty, nobody, nobody, [0], []).tolist() == []
    assert np.isnan(mean_over_reached_groups(empty, [-1, -1], [], limit=9)).all()


def test_streets_without_length_cost_nothing():
    streets = build_graph(3, [0, 1], [1, 2], [0, 0])
    home, door = snaps((0, 0, 0, 1)), snaps((1, 0, 0, 2))
    assert far(streets, door, home) == [3]
    assert shortest_path(streets, home, door).edge.tolist() == [0]


def test_streets_as_long_as_numbers_go_do_not_overflow():
    streets = build_graph(4, [0, 1, 2], [1, 2, 3], [LONG, LONG, 5])
    found = nearest(streets, snaps((0, 0, LONG, 0)), [0], 1)
    assert found.distance[0].tolist() == [0, LONG, FAR, FAR]
    beyond = snaps((0, LONG, 0, LONG))
    assert far(streets, beyond, snaps((0, 0, LONG, 0))) == [FAR]
    assert far(streets, snaps((0, 0, LONG, 0)), beyond) == [FAR]
    counted = counts_within(streets, beyond, [0], [0], 1, beyond, [LONG])
    assert counted.tolist() == [[[0]]]


def test_a_place_with_many_entrances_counts_once():
    street = build_graph(3, [0, 1], [1, 2], [100, 100])
    doors = snaps((0, 10, 90, 0), (0, 50, 50, 0), (1, 20, 80, 0), (1, 90, 10, 0))
    home = snaps((0, 50, 50, 0))
    counts = counts_within(street, doors, [0, 0, 0, 1], [0, 0], 1, home, [0, 139, 140])
    assert counts[0, :, 0].tolist() == [1, 1, 2]


def test_radii_may_come_in_any_order():
    street = build_graph(2, [0], [1], [100])
    doors = snaps((0, 10, 90, 0), (0, 60, 40, 0))
    counts = counts_within(street, doors, [0, 1], [0, 0], 1, snaps_at_nodes(street), [60, 5, 10])
    assert counts[0].tolist() == [[2, 1], [0, 0], [1, 0]]


def test_counts_of_cars_follow_the_traffic():
    ring = build_graph(2, [0, 1], [1, 0], [100, 300], [True, True])
    door, home = snaps((0, 20, 80, 0)), snaps((0, 60, 40, 0))
    counts = {
        towards: counts_within(ring, door, [0], [0], 1, home, [40, 360], towards=towards)
        for towards in ("place", "origin")
    }
    assert counts["place"].ravel().tolist() == [0, 1]
    assert counts["origin"].ravel().tolist() == [1, 1]


def test_a_search_goes_on_to_its_farthest_target():
    nodes = np.arange(40)
    street = build_graph(41, nodes, nodes + 1, np.full(40, 100))
    corners = snaps_at_nodes(street)
    found = distances_between(street, corners[:1], corners, [0, 3], [1, 40, 2])
    assert found.tolist() == [100, 4000, 200]


def test_the_path_of_a_car_is_drawn_from_home_to_station_though_driven_the_other_way():
    ring = build_graph(2, [0, 1], [1, 0], [100, 300], [True, True])
    station, home = snaps((1, 150, 150, 0)), snaps((0, 60, 40, 0))
    path = shortest_path(ring, home, station, towards="origin")
    assert path.edge.tolist() == [0, 1]
    assert path.from_fraction.tolist() == [0.6, 1.0]
    assert path.to_fraction.tolist() == [0.0, 0.5]


@pytest.mark.parametrize(
    ("ask", "fault"),
    [
        (lambda g, s: nearest(g, s, [1], 1), "categories must be"),
        (lambda g, s: nearest(g, s, [0, 0], 1), "need a category each"),
        (lambda g, s: nearest(g, s, [0], 1, limit=-1), "must not be negative"),
        (lambda g, s: counts_within(g, s, [1], [0], 1, s, [5]), "places must be"),
        (lambda g, s: counts_within(g, s, [0], [4], 1, s, [5]), "categories must be"),
        (lambda g, s: counts_within(g, s, [0, 0], [0], 1, s, [5]), "need a place each"),
        (lambda g, s: distances_between(g, s, s, [0, 1], [7]), "targets must be"),
        (lambda g, s: distances_between(g, s, s, [0, 2], [0]), "pairs must begin"),
        (lambda g, s: mean_over_reached_groups(g, [0, 5], [1.0], limit=5), "groups must be"),
        (lambda g, s: mean_over_reached_groups(g, [0], [1.0], limit=5), "need a group each"),
    ],
)
def test_what_does_not_fit_the_graph_is_refused(ask, fault):
    street, somewhere = build_graph(2, [0], [1], [100]), snaps((0, 40, 60, 0))
    with pytest.raises(ValueError, match=fault):
        ask(street, somewhere)
