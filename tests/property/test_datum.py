"""What holds of the shifted coordinates everywhere in China."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.quantities.datum import (
    bd09_to_gcj02,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    wgs84_to_gcj02,
)

LONGITUDES = st.floats(72.1, 137.7)
LATITUDES = st.floats(0.9, 55.7)
DEGREES_PER_METRE = 1 / 111_320


@given(LONGITUDES, LATITUDES)
def test_there_and_back_is_within_a_millimetre(lon: float, lat: float) -> None:
    for there, back in ((wgs84_to_gcj02, gcj02_to_wgs84), (gcj02_to_bd09, bd09_to_gcj02)):
        miss = np.subtract(back(*there(lon, lat)), (lon, lat))
        assert np.abs(miss).max() < 1e-3 * DEGREES_PER_METRE


@given(LONGITUDES, LATITUDES)
def test_back_and_there_is_within_a_millimetre(lon: float, lat: float) -> None:
    for there, back in ((wgs84_to_gcj02, gcj02_to_wgs84), (gcj02_to_bd09, bd09_to_gcj02)):
        miss = np.subtract(there(*back(lon, lat)), (lon, lat))
        assert np.abs(miss).max() < 1e-3 * DEGREES_PER_METRE


@given(LONGITUDES, LATITUDES)
def test_no_point_moves_further_than_the_module_says(lon: float, lat: float) -> None:
    for there, most in ((wgs84_to_gcj02, 800), (gcj02_to_bd09, 1100)):
        east, north = np.subtract(there(lon, lat), (lon, lat)) / DEGREES_PER_METRE
        assert np.hypot(east * np.cos(np.radians(lat)), north) < most


@given(st.lists(st.tuples(LONGITUDES, LATITUDES), min_size=1, max_size=20))
@settings(max_examples=25)
def test_many_points_give_what_each_gives_alone(points: list[tuple[float, float]]) -> None:
    together = np.column_stack(gcj02_to_wgs84(*np.array(points).T))
    alone = np.array([gcj02_to_wgs84(*point) for point in points])
    assert np.abs(together - alone).max() < 1e-9
