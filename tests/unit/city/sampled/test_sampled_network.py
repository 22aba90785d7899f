"""What the network of a sampled city is: streets between real crossings and ends."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from tests.sampled_town import CRS, streets

from urbanwork.city.sampled.model import SampledNetwork
from urbanwork.city.sampled.network import consolidated_crossings, sampled_network
from urbanwork.errors import UserError

WITHOUT = {"highway": "motor|proposed", "foot": "no", "access": "private"}
CROSS = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (100, 100), 5: (100, -100)}
CROSS_WAYS = {1: ([1, 2, 3], {}), 2: ([4, 2, 5], {})}


def network(nodes, ways, *, half_width: float = 1000, rim: float = 500) -> SampledNetwork:
    within = shapely.box(-half_width, -half_width, half_width, half_width)
    return sampled_network(streets(nodes, ways), WITHOUT, within, rim, CRS)


def ends(found: SampledNetwork) -> list[tuple[int, int]]:
    ids = found.node_id
    return list(zip(ids[found.graph.edge_from].tolist(), ids[found.graph.edge_to].tolist(),
                    strict=True))  # fmt: skip


def test_a_node_that_only_bends_a_street_is_no_node() -> None:
    bent = network({1: (0, 0), 2: (100, 0), 3: (100, 100)}, {1: ([1, 2, 3], {})})
    assert ends(bent) == [(1, 3)]
    assert bent.length_m[0] == pytest.approx(200, rel=0.01)
    assert shapely.get_num_coordinates(bent.line[0]) == 3


def test_a_street_of_two_ways_is_one_street() -> None:
    joined = network({1: (0, 0), 2: (100, 0), 3: (200, 0)}, {7: ([3, 2], {}), 8: ([1, 2], {})})
    assert ends(joined) == [(1, 3)]


def test_streets_meet_where_they_cross_and_run_from_the_lower_id() -> None:
    found = network(CROSS, CROSS_WAYS)
    assert ends(found) == [(1, 2), (2, 3), (2, 4), (2, 5)]
    assert found.streets_at.tolist() == [1, 4, 1, 1, 1]
    starts = shapely.get_coordinates(shapely.get_point(found.line, 0))
    np.testing.assert_allclose(starts[:, 0], found.x[found.graph.edge_from])


def test_a_street_that_returns_to_its_crossing_is_there_in_both_directions() -> None:
    nodes = {**CROSS, 6: (300, 0), 7: (300, 100)}
    found = network(nodes, {**CROSS_WAYS, 3: ([3, 6, 7, 3], {})})
    loops = [number for number, (a, b) in enumerate(ends(found)) if a == b]
    assert len(loops) == 2
    one, other = found.line[loops]
    assert shapely.equals_exact(one, shapely.reverse(other), 1e-6)


def test_two_streets_between_the_same_crossings_are_two() -> None:
    nodes = {**CROSS, 6: (150, 50), 7: (300, 0)}
    found = network(nodes, {**CROSS_WAYS, 3: ([2, 6, 3, 7], {})})
    assert ends(found).count((2, 3)) == 2


def test_a_street_drawn_twice_makes_crossings_of_its_bends() -> None:
    nodes = {1: (0, 0), 2: (100, 0), 3: (200, 0)}
    found = network(nodes, {1: ([1, 2, 3], {}), 2: ([2, 3], {})})
    assert sorted(ends(found)) == [(1, 2), (2, 3), (2, 3)]


@pytest.mark.parametrize(
    "tags", [{"highway": "motorway_link"}, {"foot": "no"}, {"access": "private"}]
)
def test_ways_that_nobody_walks_on_are_left_out(tags: dict[str, str]) -> None:
    found = network(CROSS, {**CROSS_WAYS, 3: ([4, 3], tags)})
    assert (3, 4) not in ends(found)


def test_streets_that_hang_together_with_nothing_are_dropped() -> None:
    nodes = {**CROSS, 8: (500, 500), 9: (600, 500)}
    assert ends(network(nodes, {**CROSS_WAYS, 3: ([8, 9], {})})) == ends(network(CROSS, CROSS_WAYS))


def test_a_street_that_leaves_the_buffer_still_makes_a_crossing_at_its_rim() -> None:
    nodes = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (100, 400)}
    found = network(nodes, {1: ([1, 2, 3], {}), 2: ([2, 4], {})}, half_width=300)
    assert ends(found) == [(1, 2), (2, 3)]
    assert found.streets_at.tolist() == [1, 3, 1]


def test_no_street_at_all_is_told() -> None:
    with pytest.raises(UserError, match="no street that people may walk on"):
        network(CROSS, {1: ([1, 2], {"highway": "motorway"})})


def test_lengths_are_those_of_the_sphere_whatever_the_system() -> None:
    found = network({1: (0, 0), 2: (1000, 0)}, {1: ([1, 2], {})}, half_width=2000)
    assert found.length_m[0] == pytest.approx(1000 * 6371.009 / 6378.137, rel=1e-4)
    assert found.graph.edge_weight[0] == round(found.length_m[0] * 100)


def test_crossings_nearer_than_twice_the_tolerance_are_one_and_dead_ends_none() -> None:
    nodes = {1: (0, 0), 2: (100, 0), 3: (120, 0), 4: (220, 0), 5: (100, 90), 6: (120, 90)}
    ways = {1: ([1, 2, 3, 4], {}), 2: ([2, 5], {}), 3: ([3, 6], {})}
    found = network(nodes, ways)
    x, y = consolidated_crossings(found, 12.0)
    assert x.tolist() == pytest.approx([110], abs=1e-6)
    assert y.tolist() == pytest.approx([0], abs=1e-6)
    assert len(consolidated_crossings(found, 9.0)[0]) == 2


def test_the_order_of_the_ways_changes_nothing() -> None:
    nodes = {**CROSS, 6: (300, 0), 7: (300, 100)}
    ways = {**CROSS_WAYS, 3: ([3, 6, 7, 3], {}), 4: ([4, 7], {})}
    one, other = network(nodes, ways), network(nodes, dict(reversed(ways.items())))
    assert ends(one) == ends(other)
    assert shapely.equals_exact(one.line, other.line, 0).all()
