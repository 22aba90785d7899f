"""The kernels on a real street network against scipy, with points as nodes of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from urbanwork.kernels.graph import UNREACHED, Graph, Snaps, build_graph
from urbanwork.kernels.reach import (
    counts_within,
    distances_between,
    mean_over_reached_groups,
    nearest,
    reach_of_points,
)

CATEGORIES = 4


@pytest.fixture(scope="module")
def streets(shared: Path) -> Graph:
    """Wuhan: 92,667 pieces of street, in centimetres."""
    import pyarrow.parquet as pq
    import shapely

    table = pq.read_table(
        shared / "network" / "wuhan_8989_original.parquet", columns=["u", "v", "geometry"]
    )
    ends = np.concatenate([table["u"].to_numpy(), table["v"].to_numpy()])
    nodes, node = np.unique(ends, return_inverse=True)
    length = shapely.length(shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False)))
    start, end = np.split(node, 2)
    return build_graph(len(nodes), start, end, np.maximum(np.rint(length * 100), 1))


def some_points(graph: Graph, count: int, seed: int) -> Snaps:
    random = np.random.default_rng(seed)
    edge = random.integers(0, graph.edge_count, count)
    edge[::50] = edge[0]  # some share an edge
    along = (random.random(count) * graph.edge_weight[edge]).astype(np.int32)
    off = random.integers(1, 5000, count)
    return Snaps(
        edge.astype(np.int32), along, graph.edge_weight[edge] - along, off.astype(np.int32)
    )


def with_points(graph: Graph, *groups: Snaps):
    """The network as scipy sees it; points follow the nodes, each beside both ends of its edge."""
    from scipy.sparse import coo_matrix

    edge = np.concatenate([some.edge for some in groups])
    off = np.concatenate([some.off for some in groups]).astype(float)
    to_start = np.concatenate([some.to_start for some in groups]) + off
    to_end = np.concatenate([some.to_end for some in groups]) + off
    point = graph.node_count + np.arange(len(edge))
    rows = np.concatenate([graph.edge_from, point, point])
    columns = np.concatenate([graph.edge_to, graph.edge_from[edge], graph.edge_to[edge]])
    weight = np.concatenate([graph.edge_weight, to_start, to_end])
    # of parallel edges only the shortest, since scipy would add them up; loops are of no use
    low, high = np.minimum(rows, columns), np.maximum(rows, columns)
    order = np.lexsort((weight, high, low))
    low, high, weight = low[order], high[order], weight[order]
    first = np.append(True, (np.diff(low) != 0) | (np.diff(high) != 0)) & (low != high)
    size = graph.node_count + len(edge)
    return coo_matrix((weight[first], (low[first], high[first])), (size, size)).tocsr()


def along_shared_edges(points: Snaps, entrances: Snaps, rows: np.ndarray) -> np.ndarray:
    """[P, len(rows)] way along the edge itself, inf where point and entrance share none."""
    apart = np.abs(points.to_start[:, None] - entrances.to_start[None, rows])
    apart = apart + points.off[:, None] + entrances.off[None, rows]
    return np.where(points.edge[:, None] == entrances.edge[None, rows], apart, np.inf)


def test_nearest_of_each_category_is_as_far_as_scipy_says(streets):
    from scipy.sparse.csgraph import dijkstra

    points, entrances = some_points(streets, 1500, 1), some_points(streets, 1200, 2)
    category = np.arange(1200) % CATEGORIES
    found = nearest(streets, entrances, category, CATEGORIES)
    reach = reach_of_points(streets, found, entrances, points)

    matrix = with_points(streets, entrances, points)
    for number in range(CATEGORIES):
        rows = np.flatnonzero(category == number)
        wanted = dijkstra(matrix, directed=False, indices=streets.node_count + rows, min_only=True)
        at_points = wanted[streets.node_count + len(entrances) :]
        at_points = np.minimum(at_points, along_shared_edges(points, entrances, rows).min(axis=1))
        assert_same(found.distance[number], wanted[: streets.node_count])
        assert_same(reach.distance[number], at_points)


def test_counts_and_pairs_are_those_of_scipy(streets):
    from scipy.sparse.csgraph import dijkstra

    points, entrances = some_points(streets, 150, 3), some_points(streets, 3000, 4)
    place = np.arange(3000) // 3  # three entrances each
    category = np.arange(1000) % CATEGORIES
    radii = [40_000, 120_000, 300_000]
    matrix = with_points(streets, points, entrances)
    far = dijkstra(
        matrix, directed=False, indices=streets.node_count + np.arange(150), limit=radii[-1]
    )
    far = far[:, streets.node_count + 150 :]
    far = np.minimum(far, along_shared_edges(points, entrances, np.arange(3000)))

    to_place = far.reshape(150, 1000, 3).min(axis=2)
    wanted = [
        [(to_place[:, category == number] <= radius).sum(axis=1) for radius in radii]
        for number in range(CATEGORIES)
    ]
    counts = counts_within(streets, entrances, place, category, CATEGORIES, points, radii)
    assert counts.tolist() == np.array(wanted).tolist()
    assert counts.sum() > 1000

    pairs = np.tile(np.arange(0, 3000, 100), 150)
    start = np.arange(151) * 30
    found = distances_between(streets, points, entrances, start, pairs, limit=radii[-1])
    wanted = far[:, ::100].ravel()
    assert_same(found, np.where(wanted <= radii[-1], wanted, np.inf))


def test_counts_do_not_depend_on_which_side_is_searched_around(streets):
    entrances, category = some_points(streets, 600, 5), np.arange(600) % CATEGORIES
    points = some_points(streets, 4000, 6)
    radii = [50_000, 100_000]
    place = np.arange(600)
    around_places = counts_within(streets, entrances, place, category, CATEGORIES, points, radii)
    few = slice(0, 4000, 40)
    around_points = counts_within(
        streets, entrances, place, category, CATEGORIES, points[few], radii
    )
    assert around_places[:, :, few].tolist() == around_points.tolist()


def test_neighbourhood_means_are_those_of_scipy(streets):
    from scipy.sparse.csgraph import dijkstra

    random = np.random.default_rng(8)
    group = random.integers(-1, 900, streets.node_count)
    value = random.uniform(0, 9, 900)
    found = mean_over_reached_groups(streets, group, value, limit=50_000)
    nodes = np.arange(0, streets.node_count, streets.node_count // 60)
    far = dijkstra(with_points(streets, some_points(streets, 1, 9)), directed=False,
                   indices=nodes, limit=50_000)  # fmt: skip
    for node, distances in zip(nodes, far[:, : streets.node_count], strict=True):
        near = np.setdiff1d(group[distances <= 50_000], [-1])
        assert found[node] == pytest.approx(
            value[near].mean() if near.size else np.nan, nan_ok=True
        )


def assert_same(ours: np.ndarray, wanted: np.ndarray) -> None:
    wanted = np.where(np.isfinite(wanted), wanted, UNREACHED)
    assert np.array_equal(ours, wanted.astype(np.int64))
