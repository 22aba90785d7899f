"""Which ground is examined. Coordinates are degrees."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from urbanwork.city.ground import Ground, find_ground
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


def ground(given=None, *, admin=None, extent=FRAME, lon=(0.05,), lat=(0.05,)):
    return find_ground(
        given, admin or boundaries(), extent, np.array(lon), np.array(lat), where=WHERE
    )


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


def test_a_boundary_of_a_whole_country_is_refused_as_hardly_shown():
    with pytest.raises(UserError, match=r"the OSM extract shows .*: less than 0.1% of it"):
        ground(shapely.box(-50, -50, 50, 50))


def test_a_declared_extent_without_a_street_is_refused():
    declared = Extent(shapely.box(20, 20, 21, 21), "declared")
    with pytest.raises(UserError, match=r"osm.extent: lies at 20.* has not one street"):
        ground(extent=declared)


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
