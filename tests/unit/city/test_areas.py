"""Which ground is examined and which areas it has. Coordinates are degrees; a square of 0.1 degrees
at the equator is about 123 km2."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from h3ronpy import ContainmentMode
from h3ronpy.vector import geometry_to_cells

from urbanwork.city.areas import (
    Ground,
    NamedAreas,
    find_areas,
    find_ground,
    h3_cells,
    h3_polygons,
    land_of,
)
from urbanwork.errors import UserError
from urbanwork.sources.layers import Boundaries, Extent

WHERE = "town/city.yaml"
TOWN = shapely.box(0, 0, 0.1, 0.1)
FRAME = Extent(shapely.box(-0.2, -0.2, 0.3, 0.3), "header")


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


def ground(given=None, *, admin=None, extent=FRAME, lon=(0.05,), lat=(0.05,)):
    return find_ground(
        given, admin or boundaries(), extent, np.array(lon), np.array(lat), where=WHERE
    )


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


# The boundary


def test_a_given_boundary_is_taken_whole_where_the_extract_shows_it():
    assert ground(TOWN) == Ground(TOWN, "given", None, 0, 1.0)


def test_of_a_boundary_that_is_half_seen_the_seen_half_is_examined():
    found = ground(shapely.box(0.2, 0, 0.4, 0.1))
    assert found.share_seen == pytest.approx(0.5)
    assert found.boundary.bounds == pytest.approx((0.2, 0, 0.3, 0.1))


def test_a_boundary_that_only_touches_the_extract_with_a_second_part_stays_polygonal():
    two = shapely.union_all([TOWN, shapely.box(0.3, 0, 0.4, 0.1)])  # the second shares a side
    found = ground(two)
    assert shapely.equals(found.boundary, TOWN)
    assert found.boundary.geom_type in ("Polygon", "MultiPolygon")


def test_a_boundary_elsewhere_is_refused_with_both_places_named():
    with pytest.raises(UserError, match=r"city.yaml: boundary: lies at 5\.0.*they do not meet"):
        ground(shapely.box(5, 5, 5.1, 5.1))


def test_without_one_the_smallest_administrative_boundary_with_most_streets_is_taken():
    admin = boundaries(shapely.box(-0.1, -0.1, 0.2, 0.2), TOWN, shapely.box(0, 0, 0.01, 0.01))
    found = ground(admin=admin)
    assert (found.origin, found.name) == ("administrative", "B1")


def test_an_administrative_boundary_that_is_hardly_seen_is_not_taken():
    """Extracts often carry the whole boundary of a city of which they show the centre only."""
    extent = Extent(shapely.box(0, 0, 0.05, 0.05), "header")
    found = ground(admin=boundaries(TOWN), extent=extent, lon=[0.02], lat=[0.02])
    assert (found.origin, found.boundary) == ("extent", extent.polygon)


def test_without_any_boundary_the_frame_of_the_extract_is_examined():
    assert ground().origin == "extent"


@pytest.mark.parametrize(
    "box", [(179.5, -17, 180, -16), (-180, -17, -179.5, -16), (-180, -17, 180, -16)]
)
def test_a_boundary_at_the_180th_meridian_gets_one_clear_sentence(box):
    place = shapely.box(*box)
    with pytest.raises(UserError, match="180th meridian, which urbanwork cannot examine"):
        ground(place, extent=Extent(place, "declared"))


def test_a_boundary_at_a_pole_gets_one_clear_sentence():
    place = shapely.box(10, 88, 20, 89)
    with pytest.raises(UserError, match="too near a pole"):
        ground(place, extent=Extent(place, "declared"))


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


# Cells


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


# Land and sea: land lies on the left of a coastline


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
