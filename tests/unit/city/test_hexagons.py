"""The cells of a polygon."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from h3ronpy import ContainmentMode
from h3ronpy.vector import geometry_to_cells

from urbanwork.city.hexagons import h3_cells, h3_polygons


@pytest.mark.parametrize("lat", [0.0, 47.0, -63.0])
def test_the_cells_of_a_boundary_are_those_that_h3_finds(lat):
    shape = shapely.transform(
        shapely.difference(
            shapely.Point(0.02, 0.02).buffer(0.02), shapely.box(0.01, 0.015, 0.03, 0.02)
        ),
        lambda xy: xy + np.array([12.0, lat]),
    )
    expected = geometry_to_cells(shape, 10, containment_mode=ContainmentMode.IntersectsBoundary)
    assert h3_cells(shape, 10).tolist() == sorted(np.asarray(expected).tolist())


def test_the_cells_of_a_speck_are_the_one_that_it_lies_in():
    cells = h3_cells(shapely.Point(8.5, 47.4).buffer(1e-6), 10)
    assert len(cells) == 1
    assert shapely.contains_xy(h3_polygons(cells)[0], 8.5, 47.4)


def test_a_boundary_from_south_to_north_has_no_gaps():
    """A degree of longitude is half as wide at its northern end as at its southern."""
    strip = shapely.box(15.0, 57.0, 15.02, 70.0)
    cells = h3_cells(strip, 8)
    missing = shapely.difference(strip, shapely.union_all(h3_polygons(cells)))
    assert missing.area < 1e-9
