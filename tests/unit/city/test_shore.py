"""Land and sea: land lies on the left of a coastline."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from urbanwork.city.shore import land_of

TOWN = shapely.box(0, 0, 0.1, 0.1)


def test_without_a_coast_all_is_land():
    assert land_of(TOWN, np.zeros(0, object)) is TOWN


def test_what_lies_on_the_right_of_the_coast_is_sea():
    coast = np.array([shapely.LineString([(-1, 0.05), (1, 0.05)])], object)  # eastward: land north
    assert land_of(TOWN, coast).bounds == pytest.approx((0, 0.05, 0.1, 0.1))
    back = np.array([shapely.LineString([(1, 0.05), (-1, 0.05)])], object)
    assert land_of(TOWN, back).bounds == pytest.approx((0, 0, 0.1, 0.05))


def test_an_island_is_land_and_the_sea_around_it_is_not():
    ring = shapely.Point(0.05, 0.05).buffer(0.02).exterior  # clockwise
    coast = np.array([shapely.LineString(list(ring.coords)[::-1])], object)
    assert land_of(TOWN, coast).area == pytest.approx(shapely.Polygon(ring).area, rel=1e-6)


def test_a_coast_that_breaks_off_leaves_everything_land():
    coast = np.array([shapely.LineString([(-1, 0.05), (0.04, 0.05)])], object)
    assert land_of(TOWN, coast).area == pytest.approx(TOWN.area)


def test_a_coast_outside_changes_nothing():
    coast = np.array([shapely.LineString([(-1, 2), (1, 2)])], object)
    assert land_of(TOWN, coast) is TOWN
