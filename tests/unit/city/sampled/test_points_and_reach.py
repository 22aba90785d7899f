"""Sample points along a street and what they reach, on a street that one can walk in the head."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from tests.sampled_town import CRS, streets

from urbanwork.city.sampled.definition import load_definition
from urbanwork.city.sampled.model import PopulationGrid, SampledNetwork, SamplePoints
from urbanwork.city.sampled.network import sampled_network
from urbanwork.city.sampled.points import sample_points
from urbanwork.city.sampled.reach import distances, neighbourhood_means

NUMBERS = load_definition().numbers
TOWN = shapely.box(-1000, -1000, 1000, 1000)
NOWHERE = np.empty(0, object)
NODES = {1: (0, 0), 2: (90, 0), 3: (190, 0), 4: (90, 50)}
WAYS = {1: ([1, 2], {}), 2: ([2, 3], {}), 3: ([2, 4], {})}
"""Streets 1-2 of 90 m, 2-3 of 100 m and 2-4 of 50 m, all from 2."""


@pytest.fixture(scope="module")
def network() -> SampledNetwork:
    return sampled_network(streets(NODES, WAYS), {}, TOWN, 500, CRS)


def grid(people: float = 10.0, *, columns: int = 4) -> PopulationGrid:
    """Cells of 100 m in two rows from x = -100, y = 100 on, each with `people`."""
    row, column = np.divmod(np.arange(2 * columns), columns)
    count = np.full(2 * columns, people)
    return PopulationGrid(
        -100.0, 100.0, 100.0, column, row, count, np.arange(2.0 * columns),
        np.ones(2 * columns), np.ones(2 * columns, bool), (row * columns + column).reshape(2, -1),
    )  # fmt: skip


def points(network: SampledNetwork, **given: object) -> SamplePoints:
    chosen = {"grid": grid(), "spaces": NOWHERE, "region": TOWN, **given}
    return sample_points(network, chosen["grid"], chosen["spaces"], chosen["region"], NUMBERS)  # type: ignore[arg-type]


def test_points_stand_every_30_m_from_the_lower_end_and_once_at_a_crossing(
    network: SampledNetwork,
) -> None:
    found = points(network)
    places = set(zip(np.round(found.x).tolist(), np.round(found.y).tolist(), strict=True))
    assert places == {(0, 0), (30, 0), (60, 0), (90, 0), (120, 0), (150, 0), (180, 0), (90, 30)}
    # Two streets begin at the crossing, one ends a hair beside it.
    assert len(found.x) - len(places) <= 1


def test_no_points_where_nobody_lives_in_open_space_or_beyond_the_region(
    network: SampledNetwork,
) -> None:
    assert len(points(network, grid=grid(0.0)).x) == 0
    park = np.array([shapely.box(100, -50, 300, 50)])
    assert points(network, spaces=park).x.max() < 100
    assert points(network, region=shapely.box(-10, -10, 50, 10)).x.max() < 50


def test_streets_with_an_end_in_no_cell_have_no_points(network: SampledNetwork) -> None:
    assert points(network, grid=grid(columns=2)).x.max() < 100


def test_distances_go_by_the_ends_of_the_street_in_whole_metres(network: SampledNetwork) -> None:
    found = points(network)
    shop = {"shop": (np.array([190.0]), np.array([40.0]))}  # off the street at node 3
    reached = distances(network, found, shop, 500)["shop"]
    by_x = {(round(x), round(y)): d for x, y, d in zip(found.x, found.y, reached, strict=True)}
    assert by_x[0, 0] == pytest.approx(190, abs=1)
    assert by_x[90, 30] == pytest.approx(130, abs=1)
    assert by_x[180, 0] == pytest.approx(10, abs=1)  # the 40 m off the street are not walked
    assert np.array_equal(reached, np.round(reached))


def test_a_place_on_the_points_own_street_is_reached_over_an_end(network: SampledNetwork) -> None:
    found = points(network)
    shop = {"shop": (np.array([140.0]), np.array([0.0]))}
    reached = distances(network, found, shop, 500)["shop"]
    at = int(np.flatnonzero(np.round(found.x) == 150)[0])
    assert reached[at] == pytest.approx(40 + 50, abs=2)  # on to the end at 190 and back to 140


def test_what_lies_beyond_the_limit_is_not_reached(network: SampledNetwork) -> None:
    found = points(network)
    shop = {"shop": (np.array([190.0]), np.array([0.0]))}
    reached = distances(network, found, shop, 60)["shop"]
    assert np.isinf(reached[found.x < 100]).all()
    assert np.isfinite(reached[np.round(found.x) == 150]).all()


def test_a_neighbourhood_is_the_cells_of_the_nodes_within_a_walk(network: SampledNetwork) -> None:
    found = points(network)
    value = np.arange(8.0)
    means = neighbourhood_means(network, grid(), found, value, within_m=1000)
    cell = grid().cell_of(network.x, network.y)
    assert means == pytest.approx(np.full(len(found.x), value[np.unique(cell)].mean()))
    near = neighbourhood_means(network, grid(), found, value, within_m=1)
    halfway = np.round(found.x) == 30
    start, end = value[grid().cell_of(np.array([0.0, 90.0]), np.array([0.0, 0.0]))]
    assert near[halfway] == pytest.approx([start * 2 / 3 + end / 3])
