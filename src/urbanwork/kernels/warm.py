"""Compile kernels before they are asked for: once, while setting up."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray


def warm(*, every: bool = False) -> float:
    """Run kernels on tiny inputs, so that their machine code is on disk; return the seconds.

    Those that examine any city with an extract, about ten seconds the first time on a machine, a
    fraction of one afterwards. `every`: those of plans, growth and siting too, which otherwise
    compile at their first use.

    The machine code is kept beside the source, or in the user's cache folder where the package is
    read-only, or in the folder of the environment variable NUMBA_CACHE_DIR.
    """
    begin = time.perf_counter()
    _warm_searches()
    _warm_sums()
    _warm_clusters()
    if every:
        _warm_what_changes()
        _warm_siting()
        _warm_growth()
        _warm_means()
    return time.perf_counter() - begin


def _warm_searches() -> None:
    from urbanwork.kernels.between import distances_between
    from urbanwork.kernels.components import components
    from urbanwork.kernels.counts import counts_within
    from urbanwork.kernels.graph import build_graph, snaps_at_nodes
    from urbanwork.kernels.reach import nearest

    street = build_graph(3, [0, 1], [1, 2], [500, 700])
    corners = snaps_at_nodes(street)
    components(street)
    nearest(street, corners, [0, 0, 0], 1)
    counts_within(street, corners, [0, 1, 2], [0, 0, 0], 1, corners, [600])
    distances_between(street, corners, corners, [0, 1, 1, 1], [2])


def _warm_means() -> None:
    from urbanwork.kernels.between import mean_over_reached_groups
    from urbanwork.kernels.graph import build_graph

    street = build_graph(3, [0, 1], [1, 2], [500, 700])
    mean_over_reached_groups(street, [0, 0, 1], [10.0, 40.0], limit=700)


def _warm_what_changes() -> None:
    from urbanwork.kernels.graph import build_graph, snaps_at_nodes
    from urbanwork.kernels.incremental_field import Streets

    street = build_graph(3, [0, 1], [1, 2], [500, 700])
    corners = snaps_at_nodes(street)
    kept = Streets(street, corners, corners, towards_place=True)
    kept.remove(kept.field(np.arange(3), 600), np.arange(1))


def _warm_siting() -> None:
    from urbanwork.kernels.compiled import given
    from urbanwork.kernels.facility import dual_ascent, swap_worth

    start, site = given(np.array([0, 1, 2]), np.int64), given(np.array([0, 1]), np.int64)
    cost, cap = given(np.ones(2), np.float64), given(np.full(2, 3.0), np.float64)
    free, rank = given(np.zeros(2), np.int64), given(np.array([0, -1]), np.int64)
    one, step = np.int64(1), np.float64(1)
    dual_ascent(
        start, site, cost, cap, free, one, np.float64(4), one, step, np.ones(2), np.zeros(2),
        np.zeros(2),
    )  # fmt: skip
    swap_worth(start, site, cost, cap, rank, np.zeros(2), np.zeros(1), np.zeros((2, 1)))


def _warm_sums() -> None:
    import shapely

    from urbanwork.kernels.nearest_line import line_bins, nearest_line
    from urbanwork.kernels.overlap_area import overlap_areas
    from urbanwork.kernels.windows import window_sums
    from urbanwork.kernels.zonal import rings_of, zonal_sum

    square = rings_of(np.array([shapely.box(0.5, 0, 2, 1)]))
    zonal_sum(square, np.array([[10.0, 6.0]]), (1, 0, 0, 0, -1, 1))
    corners = np.array([[[0.0, 0.0], [2.0, 0.0], [1.0, 2.0]]])
    overlap_areas(square, corners, np.zeros(1, np.int64), np.zeros(1, np.int64))
    bins = line_bins(np.array([0, 2]), np.array([0.0, 9.0]), np.zeros(2), np.array([0]))
    nearest_line(bins, np.array([3.0]), np.array([4.0]), farthest_m=10)
    window_sums(np.zeros(2), np.zeros(2), np.ones((2, 1)), radius_m=100)


def _ring() -> NDArray[np.bool_]:
    ring = np.ones((3, 3), np.bool_)
    ring[1, 1] = False
    return ring


def _warm_clusters() -> None:
    from urbanwork.kernels.clusters import cluster_sums, connected, with_smooth_edges, without_holes

    ring = _ring()
    label, count = connected(ring, contiguity=8)
    cluster_sums(label, np.ones((3, 3)), count)
    with_smooth_edges(label, ring, ring)
    without_holes(label, below_cells=2)


def _warm_growth() -> None:
    from urbanwork.kernels.automaton import ground_of, grow
    from urbanwork.kernels.clusters import around_patches

    ring = _ring()
    around_patches(ring.astype(np.int32), ring, ring, 1, cells=1)
    grow(ground_of(np.ones((3, 3)), ~ring, np.ones(9), radius=1), [1], seed=1)
