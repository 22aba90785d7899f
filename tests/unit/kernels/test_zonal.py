"""Sums over polygons that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.kernels import coverage
from urbanwork.kernels.threads import set_threads, threads_in_use
from urbanwork.kernels.zonal import rings_of, zonal_sum

UPRIGHT = (1, 0, 0, 0, 1, 0)
SQUARES = np.arange(12.0).reshape(3, 4)


def sum_of(polygon, raster=SQUARES, inverse=UPRIGHT) -> float:
    return float(zonal_sum(rings_of(np.array([polygon], object)), raster, inverse)[0])


def test_half_a_pixel_counts_half():
    assert sum_of(shapely.box(1.5, 1, 3, 2)) == 5 / 2 + 6


def test_holes_are_left_out_and_parts_added():
    holed = shapely.Polygon(shapely.box(0, 0, 4, 3).exterior, [shapely.box(1, 1, 3, 2).exterior])
    assert sum_of(holed) == SQUARES.sum() - 5 - 6
    two = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(3, 2, 4, 3)])
    assert sum_of(two) == 11


def test_which_way_round_a_ring_runs_does_not_matter():
    triangle = shapely.Polygon([(0, 0), (4, 0), (0, 3)])
    assert sum_of(triangle) == pytest.approx(sum_of(triangle.reverse()), abs=1e-12)
    assert sum_of(triangle, np.ones((3, 4))) == pytest.approx(6)


def test_what_lies_beyond_the_raster_and_nan_pixels_count_as_nothing():
    torn = SQUARES.copy()
    torn[0, 0] = np.nan
    assert sum_of(shapely.box(-9, -9, 1, 2), torn) == 4
    assert sum_of(shapely.box(-9, -9, 99, 99)) == pytest.approx(SQUARES.sum())
    assert sum_of(shapely.box(20, 20, 30, 30)) == 0
    assert sum_of(shapely.box(-1e30, -1e30, 1e30, 1e30)) == pytest.approx(SQUARES.sum())


def test_a_polygon_that_touches_a_pixel_takes_exactly_nothing_of_it():
    people = np.zeros((3, 4))
    people[1, 2] = 1e9
    slanted = shapely.Polygon([(0.1, 0.3), (2, 0.7), (2, 2.9), (0.2, 2.2)])
    assert sum_of(slanted, people) == 0


def test_missing_and_empty_geometries_sum_to_nothing():
    some = np.array([None, shapely.Polygon(), shapely.Point(1, 1), shapely.box(0, 0, 2, 1)])
    assert zonal_sum(rings_of(some), SQUARES, UPRIGHT).tolist() == [0, 0, 0, 1]
    assert zonal_sum(rings_of(np.array([], object)), SQUARES, UPRIGHT).tolist() == []


def test_polygons_within_collections_count():
    mixed = shapely.GeometryCollection(
        [shapely.LineString([(0, 0), (4, 3)]), shapely.MultiPolygon([shapely.box(0, 0, 2, 1)])]
    )
    assert sum_of(mixed) == 1


def test_large_polygons_are_worked_off_in_bands():
    size = int(coverage.BAND**0.5) + 200
    raster = np.ones((size, size), np.float32)
    round_one = shapely.Point(size / 2, size / 2).buffer(size * 0.49, quad_segs=4)
    assert sum_of(round_one, raster) == pytest.approx(round_one.area, rel=1e-12)


@pytest.mark.parametrize("inverse", [(1, 2, 0, 2, 4, 0), (np.nan, 0, 0, 0, 1, 0)])
def test_a_transform_without_inverse_is_refused(inverse):
    with pytest.raises(ValueError, match="transform that can be inverted"):
        sum_of(shapely.box(0, 0, 1, 1), inverse=inverse)


def test_vertices_that_are_no_numbers_are_refused():
    ring = shapely.Polygon([(0, 0), (np.inf, 0), (1, 1)])
    with pytest.raises(ValueError, match="must be finite"):
        sum_of(ring)


@given(
    west=st.floats(-3, 5),
    south=st.floats(-3, 5),
    width=st.floats(1e-6, 6),
    height=st.floats(1e-6, 6),
)
@settings(max_examples=200, deadline=None)
def test_the_sum_over_a_constant_raster_is_the_area_within_it(west, south, width, height):
    box = shapely.box(west, south, west + width, south + height)
    within = shapely.intersection(box, shapely.box(0, 0, 4, 3)).area
    assert sum_of(box, np.ones((3, 4))) == pytest.approx(within, rel=1e-9, abs=1e-11)


def test_one_thread_and_many_give_the_same():
    random = np.random.default_rng(2)
    corners = random.uniform(0, 30, (500, 2))
    boxes = shapely.box(*corners.T, *(corners + random.uniform(0.1, 9, (500, 2))).T)
    raster, before = random.uniform(0, 9, (40, 40)), threads_in_use()
    sums = []
    for threads in (1, 2, 5):
        set_threads(threads)
        sums.append(zonal_sum(rings_of(boxes), raster, UPRIGHT).tobytes())
    set_threads(before)
    assert sums[0] == sums[1] == sums[2]
