"""Clusters of cells on a grid, against drawings and against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from urbanwork.kernels.clusters import (
    around_patches,
    cluster_sums,
    connected,
    grown,
    kept_clusters,
    window_means,
    with_smooth_edges,
    without_holes,
)


def grid(drawing: str) -> np.ndarray:
    rows = [line.strip() for line in drawing.strip().splitlines()]
    return np.array([[0 if c == "." else int(c) for c in row] for row in rows], np.int32)


@pytest.mark.parametrize("contiguity", [4, 8])
@pytest.mark.parametrize("share", [0.1, 0.45, 0.6, 0.95])
def test_labels_are_those_of_scipy(contiguity: int, share: float) -> None:
    values = np.random.default_rng(7).random((83, 61)) < share
    structure = ndimage.generate_binary_structure(2, 1 if contiguity == 4 else 2)
    expected, number = ndimage.label(values, structure)

    label, count = connected(values, contiguity=contiguity)

    assert count == number
    np.testing.assert_array_equal(label, expected)


def test_neighbours_of_different_values_are_apart() -> None:
    label, count = connected(grid("1122\n1122"), contiguity=8)
    assert count == 2
    assert label.tolist() == [[1, 1, 2, 2], [1, 1, 2, 2]]


def test_a_grid_in_which_every_cell_differs_has_as_many_parts_as_cells() -> None:
    values = np.arange(1, 901).reshape(30, 30)
    assert connected(values, contiguity=8)[1] == 900


def test_another_contiguity_is_refused() -> None:
    with pytest.raises(ValueError, match="4 or 8"):
        connected(np.ones((2, 2)), contiguity=6)


def test_sums_of_clusters_leave_out_what_is_not_known() -> None:
    label = grid("11.2")
    sums = cluster_sums(label, np.array([[1.0, np.nan, 5.0, 7.0]]), 2)
    assert sums.tolist() == [5.0, 1.0, 7.0]


def test_clusters_below_the_least_are_dropped_and_the_others_numbered_anew() -> None:
    label, count = connected(grid("1.1.1"), contiguity=4)
    people = cluster_sums(label, np.array([[9.0, 0, 1.0, 0, 9.0]]), count)
    kept = kept_clusters(label, people, least=9.0)
    assert kept.tolist() == [[1, 0, 0, 0, 2]]


def test_a_hole_below_the_limit_is_filled_and_one_of_the_limit_is_not() -> None:
    ring = grid("""
        11111
        1..11
        11111
    """)
    assert without_holes(ring, below_cells=3).all()
    assert without_holes(ring, below_cells=2).tolist() == ring.tolist()


def test_ground_at_the_border_of_the_grid_is_no_hole() -> None:
    bay = grid("""
        111
        1.1
        1.1
    """)
    assert without_holes(bay, below_cells=15).tolist() == bay.tolist()


def test_ground_between_two_clusters_is_no_hole_of_either() -> None:
    between = grid("""
        11222
        1...2
        11222
    """)
    assert without_holes(between, below_cells=15).tolist() == between.tolist()


def test_holes_that_meet_at_a_corner_are_two() -> None:
    corner = grid("""
        11111
        1.111
        11.11
        11111
    """)
    assert without_holes(corner, below_cells=2).all()


def test_a_cluster_inside_a_hole_stays_while_the_hole_is_filled() -> None:
    nested = grid("""
        11111
        1...1
        1.2.1
        1...1
        11111
    """)
    filled = without_holes(nested, below_cells=15)
    assert filled[2, 2] == 2
    assert (filled > 0).all()


def test_a_cell_with_five_neighbours_in_one_cluster_joins_it_and_one_with_four_does_not() -> None:
    everywhere = np.ones((3, 5), np.bool_)
    five = grid("""
        111..
        1....
        1....
    """)
    joined = with_smooth_edges(five, everywhere, everywhere)
    assert joined[1, 1] == 1
    assert joined[2, 1] == joined[1, 2] == 0


def test_neighbours_of_two_clusters_are_not_added_up() -> None:
    two = grid("""
        111
        ...
        222
    """)
    everywhere = np.ones((3, 3), np.bool_)
    assert with_smooth_edges(two, everywhere, everywhere).tolist() == two.tolist()


def test_cells_join_all_at_once_and_again_until_nothing_changes() -> None:
    notch = grid("""
        1111111
        11...11
        1.....1
        1111111
    """)
    everywhere = np.ones(notch.shape, np.bool_)
    assert with_smooth_edges(notch, everywhere, everywhere).all()


def test_neighbours_that_do_not_count_lower_the_majority() -> None:
    shore = grid("""
        .11.
        ....
        ....
        ....
    """)
    everywhere = np.ones(shore.shape, np.bool_)
    only_first_rows = everywhere.copy()
    only_first_rows[1:] = False
    assert with_smooth_edges(shore, everywhere, everywhere)[1, 1] == 0
    assert with_smooth_edges(shore, only_first_rows, everywhere)[1, 1] == 1


def test_cells_that_may_not_join_stay_out() -> None:
    lake = grid("""
        111
        1.1
        111
    """)
    nowhere = np.zeros(lake.shape, np.bool_)
    assert with_smooth_edges(lake, ~nowhere, nowhere)[1, 1] == 0


def test_growing_is_that_of_scipy_with_a_square() -> None:
    cells = np.random.default_rng(3).random((40, 30)) < 0.02
    for by in (0, 1, 3):
        expected = ndimage.maximum_filter(cells, size=2 * by + 1, mode="constant")
        np.testing.assert_array_equal(grown(cells, by=by), expected)


def test_window_means_leave_out_what_is_not_known_and_lies_beyond_the_grid() -> None:
    values = np.array([[1.0, 2.0, np.nan], [4.0, 5.0, 6.0]])
    assert window_means(values, side=3)[0].tolist() == [3.0, 18 / 5, 13 / 3]


def test_cells_around_a_patch_count_once_and_not_where_nothing_is_known() -> None:
    label = grid("""
        ....
        .11.
        ....
    """)
    chosen = grid("""
        1...
        1...
        1...
    """).astype(np.bool_)
    known = np.ones(label.shape, np.bool_)
    known[0, 3] = False
    around, old = around_patches(label, chosen, known, 1, cells=1)
    assert (around[1], old[1]) == (9, 3)
