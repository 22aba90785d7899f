"""Areas shared with convex cells, held against shapely's intersections."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.city.overlap import overlaps
from urbanwork.kernels.overlap_area import overlap_areas
from urbanwork.kernels.threads import set_threads
from urbanwork.kernels.zonal import rings_of


def hexagons(count: int, size: float) -> np.ndarray:
    """A field of hexagons that covers a square of `count` by `count` sizes."""
    turn = np.radians(60 * np.arange(6) + 30)
    row, column = np.divmod(np.arange(count * count), count)
    x = (column + 0.5 * (row % 2)) * size * np.sqrt(3)
    y = row * size * 1.5
    corners = np.stack([x[:, None] + size * np.cos(turn), y[:, None] + size * np.sin(turn)], axis=2)
    return np.asarray(shapely.polygons(corners), object)


def blob(seed: int, side: float) -> shapely.Geometry:
    """A ragged polygon or multipolygon with holes."""
    rng = np.random.default_rng(seed)
    centre = rng.uniform(0, side, (6, 2))
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    radius = rng.uniform(0.05, 0.4, (6, 40)) * side
    around = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    stars = shapely.polygons(centre[:, None] + radius[..., None] * around)
    holes = shapely.buffer(shapely.points(rng.uniform(0, side, (8, 2))), side / 25)
    return shapely.difference(shapely.union_all(stars), shapely.union_all(holes))


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 100_000), size=st.sampled_from([3.0, 12.0, 60.0]))
def test_areas_equal_those_of_shapely_for_ragged_polygons_with_holes(
    seed: int, size: float
) -> None:
    cells = hexagons(8, size)
    shapes = np.array([blob(seed, 12 * size), blob(seed + 1, 12 * size)], object)
    polygon, cell, area = overlaps(shapes, cells)
    expected = shapely.area(shapely.intersection(shapes[:, None], cells[None, :]))
    found = np.zeros_like(expected)
    found[polygon, cell] = area
    assert found == pytest.approx(expected, abs=0.0101)


def test_cells_that_are_no_hexagons_are_measured_too() -> None:
    cells = np.array([shapely.box(0, 0, 2, 2), shapely.Point(9, 9).buffer(3)], object)
    polygon, cell, area = overlaps(np.array([shapely.box(1, 1, 9, 9)], object), cells)
    assert cell.tolist() == [0, 1]
    assert area[0] == pytest.approx(1.0)
    assert area[1] == pytest.approx(cells[1].area / 4)
    assert polygon.tolist() == [0, 0]


def test_a_comb_that_crosses_every_side_many_times_is_exact() -> None:
    teeth = [shapely.box(x, -500, x + 0.25, 500) for x in np.arange(-20, 20, 0.5)]
    comb = shapely.union_all([*teeth, shapely.box(-30, -510, 30, -500)])
    cell = hexagons(1, 10.0)
    corners = shapely.get_coordinates(cell).reshape(1, 7, 2)[:, :6]
    area = overlap_areas(rings_of(np.array([comb])), corners, np.array([0]), np.array([0]))
    assert area[0] == pytest.approx(shapely.intersection(comb, cell[0]).area)


def test_one_and_two_threads_give_the_same_areas() -> None:
    cells, shapes = hexagons(20, 10.0), np.array([blob(5, 200.0)], object)
    results = []
    for threads in (1, 2):
        set_threads(threads)
        results.append(overlaps(shapes, cells)[2])
    assert (results[0] == results[1]).all()
