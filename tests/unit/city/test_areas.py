"""Which areas a boundary has. Coordinates are degrees; a square of 0.1 degrees
at the equator is about 123 km2."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from urbanwork.city.areas import NamedAreas, find_areas
from urbanwork.city.ground import Ground
from urbanwork.errors import UserError
from urbanwork.sources.layers import Boundaries

WHERE = "town/city.yaml"
TOWN = shapely.box(0, 0, 0.1, 0.1)


def boundaries(*shapes, levels=None, names=None):
    count = len(shapes)
    texts = np.array(names or [f"B{n}" for n in range(count)], object)
    return Boundaries(
        id=np.array([f"relation/{n}" for n in range(count)], object),
        level=np.array(levels or [8] * count, np.int64), name=texts, name_zh=texts, name_en=texts,
        geometry=np.array(shapes, object),
    )  # fmt: skip


def named(**shapes):
    names = np.array(list(shapes), object)
    return NamedAreas(names, names, names, names, np.array(list(shapes.values()), object), "given")


def areas(given=None, *, admin=None, boundary=TOWN, level=0, coast=()):
    found = Ground(boundary, "given", None, level, 1.0)
    coastline = np.array(coast, object)
    return find_areas(given, admin or boundaries(), found, coastline, where=WHERE)


def covers_once(found, boundary):
    """Whether the areas are the boundary, without overlaps."""
    total = shapely.area(found.geometry).sum()
    union = shapely.union_all(found.geometry)
    return (
        total == pytest.approx(boundary.area, rel=1e-9)
        and union.symmetric_difference(boundary).area < 1e-9 * boundary.area
    )


# Given areas


def test_given_areas_that_fill_the_boundary_are_the_areas():
    found = areas(named(west=shapely.box(-1, 0, 0.04, 0.1), east=shapely.box(0.04, 0, 1, 0.1)))
    assert found.name.tolist() == ["west", "east"]
    assert covers_once(found, TOWN)


def test_what_given_areas_leave_of_the_boundary_is_an_area_of_its_own():
    found = areas(named(west=shapely.box(0, 0, 0.04, 0.1)))
    assert found.id.tolist() == ["west", "rest"]
    assert found.name_zh[1] == "其余范围"
    assert covers_once(found, TOWN)


def test_sea_beside_the_given_areas_is_no_area():
    coast = shapely.LineString([(-1, 0.05), (1, 0.05)])  # eastward: land north of it
    found = areas(named(north=shapely.box(0, 0.05, 0.1, 0.1)), coast=[coast])
    assert found.id.tolist() == ["north"]


def test_slivers_between_areas_and_boundary_make_no_area():
    found = areas(named(all=shapely.box(0, 0, 0.0999, 0.1)))
    assert found.id.tolist() == ["all"]


def test_areas_that_lie_on_one_another_are_refused_and_named():
    nested = named(
        district=TOWN, quarter=shapely.box(0, 0, 0.05, 0.05), other=shapely.box(0.06, 0, 0.09, 0.05)
    )
    with pytest.raises(UserError, match=r"'district' and 'quarter' lie on one another .and 1 more"):
        areas(nested)


def test_areas_whose_lines_cross_a_little_are_fine():
    found = areas(named(west=shapely.box(0, 0, 0.051, 0.1), east=shapely.box(0.05, 0, 0.1, 0.1)))
    assert len(found.id) == 2


def test_areas_elsewhere_are_refused():
    with pytest.raises(UserError, match="areas: not one of them lies inside the boundary"):
        areas(named(far=shapely.box(5, 5, 6, 6)))


def test_a_province_around_a_small_town_is_its_area():
    found = areas(named(province=shapely.box(-5, -5, 5, 5)))
    assert found.id.tolist() == ["province"]
    assert covers_once(found, TOWN)


# Administrative areas


def strips(count, *, of=TOWN):
    west, south, east, north = of.bounds
    step = (east - west) / count
    return [shapely.box(west + n * step, south, west + (n + 1) * step, north) for n in range(count)]


def test_the_finest_level_with_3_to_60_areas_is_taken():
    shapes = [*strips(2), *strips(5), *strips(70)]
    admin = boundaries(*shapes, levels=[7] * 2 + [8] * 5 + [9] * 70)
    found = areas(admin=admin)
    assert len(found.id) == 5
    assert covers_once(found, TOWN)


def test_a_level_that_covers_half_the_city_is_not_taken():
    found = areas(admin=boundaries(*strips(8)[:4]))
    assert found.origin == "h3"


# Hexagons


@pytest.mark.parametrize("side", [0.004, 0.02, 0.05, 0.1, 0.23, 0.5, 1.1])
def test_hexagons_fill_the_boundary_and_are_about_12_to_60_where_it_is_large_enough(side):
    """The next resolution has seven times as many: from 11 it is nearer to 64 than to stay."""
    boundary = shapely.box(0, 0, side, side)
    found = areas(boundary=boundary)
    assert covers_once(found, boundary)
    assert (10 if side > 0.02 else 1) <= len(found.id) <= 70


def test_a_boundary_smaller_than_any_hexagon_is_one_area():
    tiny = shapely.box(0, 0, 0.0005, 0.0005)
    found = areas(boundary=tiny)
    assert found.name.tolist() == ["Area 1"]
    assert covers_once(found, tiny)


def test_hexagons_of_a_boundary_with_a_hole_and_an_island_leave_the_hole_out():
    holed = shapely.difference(TOWN, shapely.box(0.03, 0.03, 0.06, 0.06))
    islands = shapely.union_all([holed, shapely.box(0.12, 0.02, 0.14, 0.05)])
    assert covers_once(areas(boundary=islands), islands)
