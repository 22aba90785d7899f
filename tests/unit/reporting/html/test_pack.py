"""What goes into the blob comes out of it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from urbanwork.reporting.html.pack import deltas, pack, rounded, unpack

WHOLE = arrays(np.int32, st.integers(0, 40), elements=st.integers(-(2**30), 2**30))


def unfolded(folded: np.ndarray) -> np.ndarray:
    steps = (folded.astype(np.int64) >> 1) ^ -(folded.astype(np.int64) & 1)
    return np.cumsum(steps)


@given(WHOLE)
def test_arrays_and_header_survive(values: np.ndarray) -> None:
    header, found = unpack(pack({"name": "</script>"}, {"x": values}))
    assert header["name"] == "</script>"
    np.testing.assert_array_equal(found["x"], values)


@given(arrays(np.int64, st.integers(0, 40), elements=st.integers(-(2**29), 2**29)))
def test_deltas_can_be_added_up_again(values: np.ndarray) -> None:
    np.testing.assert_array_equal(unfolded(deltas(values)), values)


@given(arrays(np.float64, 20, elements=st.floats(-1e9, 1e9)))
def test_rounding_keeps_four_significant_digits(values: np.ndarray) -> None:
    np.testing.assert_allclose(rounded(values), values, rtol=1e-4, atol=1e-30)


def test_rounding_leaves_missing_values_missing() -> None:
    assert np.isnan(rounded([np.nan])).all()
