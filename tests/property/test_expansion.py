"""What the kinds of growth keep whatever the land."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.measures.expansion import patch_kinds

Land = tuple[np.ndarray, np.ndarray, np.ndarray]


def _land(seed: int, rows: int, columns: int) -> Land:
    """Land that was built up, that is now, and that is known."""
    rng = np.random.default_rng(seed)
    before = rng.random((rows, columns)) < rng.random() * 0.6
    after = before | (rng.random((rows, columns)) < rng.random() * 0.5)
    return before, after, rng.random((rows, columns)) < 0.95


lands = st.builds(_land, st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 12))


@settings(max_examples=60, deadline=None)
@given(lands)
def test_every_new_cell_that_is_known_has_one_kind_and_no_other_has(land: Land) -> None:
    before, after, known = land
    kinds, patches = patch_kinds(before, after, known)
    np.testing.assert_array_equal(kinds >= 0, after & ~before & known)
    assert all((kinds == kind).sum() >= number for kind, number in enumerate(patches))


@settings(max_examples=60, deadline=None)
@given(lands, st.integers(0, 3))
def test_turning_the_land_turns_the_kinds(land: Land, turns: int) -> None:
    turned = [np.ascontiguousarray(np.rot90(each, turns)) for each in land]
    np.testing.assert_array_equal(patch_kinds(*turned)[0], np.rot90(patch_kinds(*land)[0], turns))


@settings(max_examples=60, deadline=None)
@given(lands)
def test_without_old_land_all_growth_lies_apart(land: Land) -> None:
    _, after, known = land
    kinds, patches = patch_kinds(np.zeros_like(after), after, known)
    assert patches[:2] == [0, 0]
    assert np.isin(kinds, (-1, 2)).all()


@settings(max_examples=60, deadline=None)
@given(lands)
def test_a_wider_buffer_finds_old_land_for_no_fewer_patches(land: Land) -> None:
    outlying = [patch_kinds(*land, cells=cells)[1][2] for cells in (1, 2, 5)]
    assert outlying == sorted(outlying, reverse=True)
