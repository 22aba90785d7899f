"""What the degree of urbanisation keeps whatever the grid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.measures.urbanisation.degree import degree_of_urbanisation
from urbanwork.measures.urbanisation.rules import VARIANTS, Cluster

SMALL = replace(
    VARIANTS["ghsl_2023"],
    centre=Cluster(1500, 12_000, 4, 0.2),
    dense=Cluster(1500, 4_000, 4, 0.2),
    semi_dense=Cluster(900, 1_500, 4),
    cluster=Cluster(300, 3_000, 8),
    suburban=Cluster(300, 3_000, 8),
    gap_km2=4,
)
"""The rules of 2023 with clusters small enough for small grids."""


def _grid(seed: int, rows: int, columns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Clumps of people with built-up land, and some water."""
    rng = np.random.default_rng(seed)
    coarse = rng.gamma(0.4, 3_000, (rows // 3 + 1, columns // 3 + 1))
    people = np.kron(coarse, np.ones((3, 3)))[:rows, :columns] * rng.random((rows, columns)) * 2
    land = np.where(rng.random((rows, columns)) < 0.8, 1.0, rng.random((rows, columns)))
    people[land < 0.3] = 0.0
    built = np.minimum(people / 12_000, 1.0) * (rng.random((rows, columns)) < 0.7)
    return np.round(people), built, land


grids = st.builds(_grid, st.integers(0, 2**32 - 1), st.integers(4, 14), st.integers(4, 14))


@settings(max_examples=60, deadline=None)
@given(grids, st.sampled_from([1, 2]), st.integers(0, 3), st.booleans())
def test_a_turned_or_mirrored_grid_has_turned_or_mirrored_classes(
    grid: tuple[np.ndarray, ...], level: int, turns: int, mirrored: bool
) -> None:
    def turned(values: np.ndarray) -> np.ndarray:
        moved = np.rot90(values, turns)
        return np.ascontiguousarray(moved[:, ::-1] if mirrored else moved)

    classes = degree_of_urbanisation(*grid, level=level, rules=SMALL)
    moved = degree_of_urbanisation(*map(turned, grid), level=level, rules=SMALL)

    np.testing.assert_array_equal(moved, turned(classes))


@settings(max_examples=60, deadline=None)
@given(grids, st.integers(0, 2**32 - 1))
def test_without_smoothing_more_people_never_lower_a_class(
    grid: tuple[np.ndarray, ...], seed: int
) -> None:
    # With smoothing they can: people on a shore count among the neighbours that make a majority.
    rules = replace(SMALL, edges="none")
    people, built, land = grid
    rng = np.random.default_rng(seed)
    more = people + rng.integers(0, 4_000, people.shape) * (rng.random(people.shape) < 0.2)

    before = degree_of_urbanisation(people, built, land, rules=rules)
    after = degree_of_urbanisation(more, built, land, rules=rules)

    assert (after >= before).all()


@settings(max_examples=60, deadline=None)
@given(grids)
def test_level_2_divides_level_1_where_both_use_the_same_clusters(
    grid: tuple[np.ndarray, ...],
) -> None:
    level_1 = degree_of_urbanisation(*grid, level=1, rules=SMALL)
    level_2 = degree_of_urbanisation(*grid, level=2, rules=SMALL)

    np.testing.assert_array_equal(level_2 == 30, level_1 == 3)
    assert np.isin(level_2[level_1 == 2], (21, 22, 23)).all()


@settings(max_examples=30, deadline=None)
@given(grids, st.sampled_from([0.25, 4.0]))
def test_thresholds_are_per_km2_whatever_the_area_of_a_cell(
    grid: tuple[np.ndarray, ...], cell_km2: float
) -> None:
    people, built, land = grid
    same = replace(
        SMALL,
        centre=replace(SMALL.centre, people=SMALL.centre.people * cell_km2),
        cluster=replace(SMALL.cluster, people=SMALL.cluster.people * cell_km2),
        gap_km2=SMALL.gap_km2 * cell_km2,
    )
    np.testing.assert_array_equal(
        degree_of_urbanisation(people * cell_km2, built, land, rules=same, cell_km2=cell_km2),
        degree_of_urbanisation(people, built, land, rules=SMALL),
    )
