"""Towns drawn on a grid of 0.001 degrees come out as the layers that a planner sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from osmfile import Member, write_pbf
from urbanwork.sources.layers import OsmExtract
from urbanwork.sources.osm import read_osm

STEP = 0.001


def at(column: int, row: int) -> int:
    """The node at a crossing of the grid of 100 x 100."""
    return 1 + column * 100 + row


def ring(west: int, south: int, east: int, north: int) -> list[int]:
    """The nodes around a rectangle of the grid."""
    return [at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)]


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """Writes a town on the grid and reads it; `missing` nodes are left out of the file."""

    def reader(
        ways: Mapping[int, tuple[Sequence[int], Mapping[str, str]]],
        relations: Mapping[int, tuple[Sequence[Member], Mapping[str, str]]] | None = None,
        *,
        tagged: Mapping[int, Mapping[str, str]] | None = None,
        missing: Sequence[int] = (),
    ) -> OsmExtract:
        tags = tagged or {}
        nodes = {
            at(column, row): (column * STEP, row * STEP, tags.get(at(column, row), {}))
            for column in range(20)
            for row in range(20)
            if at(column, row) not in missing
        }
        return read_osm(write_pbf(tmp_path / "town.osm.pbf", nodes, ways, relations))

    return reader


def area(polygon: Any) -> float:
    """Area in cells of the grid."""
    return round(float(shapely.area(polygon)) / STEP**2, 6)


# --- streets ---------------------------------------------------------------------------------


def test_streets_keep_their_nodes_and_tags(read: Any) -> None:
    streets = read(
        {
            5: (
                [at(0, 0), at(1, 0), at(2, 0)],
                {"highway": "primary", "name": "大街", "lanes": "2"},
            ),
            6: ([at(2, 0), at(2, 5)], {"highway": "footway"}),
            7: ([at(2, 0), at(2, 5)], {"waterway": "stream"}),
        }
    ).streets

    assert streets.way_id.tolist() == [5, 6]
    assert streets.start.tolist() == [0, 3, 5]
    assert streets.node.tolist() == [at(0, 0), at(1, 0), at(2, 0), at(2, 0), at(2, 5)]
    assert streets.lon.tolist() == [0.0, 0.001, 0.002, 0.002, 0.002]
    assert streets.lat[-1] == 0.005
    assert streets.tags["name"].tolist() == ["大街", None]
    assert streets.tags["highway"].tolist() == ["primary", "footway"]
    assert not streets.is_cut_at_start.any()
    assert not streets.is_cut_at_end.any()


def test_a_street_cut_at_the_border_says_at_which_end(read: Any) -> None:
    streets = read(
        {5: ([at(0, 0), at(1, 0), at(2, 0)], {"highway": "road"}),
         6: ([at(2, 0), at(1, 1), at(0, 0)], {"highway": "road"})},
        missing=[at(0, 0)],
    ).streets  # fmt: skip

    assert streets.node.tolist() == [at(1, 0), at(2, 0), at(2, 0), at(1, 1)]
    assert streets.is_cut_at_start.tolist() == [True, False]
    assert streets.is_cut_at_end.tolist() == [False, True]


def test_a_street_with_gaps_is_cut_there_rather_than_drawn_straight(read: Any) -> None:
    way = [at(0, 0), at(1, 0), at(2, 0), at(3, 0), at(4, 0), at(5, 0), at(6, 0)]

    extract = read({5: (way, {"highway": "road"})}, missing=[at(2, 0), at(5, 0)])

    streets = extract.streets
    assert streets.way_id.tolist() == [5, 5, 5]
    assert streets.start.tolist() == [0, 2, 4, 5]  # the last piece only says where it goes on
    assert streets.node.tolist() == [at(0, 0), at(1, 0), at(3, 0), at(4, 0), at(6, 0)]
    assert streets.is_cut_at_start.tolist() == [False, True, True]
    assert streets.is_cut_at_end.tolist() == [True, True, False]
    assert extract.report["ways_cut"] == 1
    assert extract.report["references_to_missing_nodes"] == 2


def test_a_node_twice_in_a_row_is_one_vertex(read: Any) -> None:
    streets = read({5: ([at(0, 0), at(0, 0), at(1, 0)], {"highway": "road"})}).streets

    assert streets.node.tolist() == [at(0, 0), at(1, 0)]
    assert not streets.is_cut_at_start.any()


def test_an_area_of_pedestrians_is_a_street_and_open_space(read: Any) -> None:
    extract = read({5: (ring(0, 0, 2, 2), {"highway": "pedestrian", "area": "yes"})})

    assert extract.streets.tags["area"].tolist() == ["yes"]
    assert extract.land.is_open_space.tolist() == [True]
    assert extract.land.kind.tolist() == ["transport"]


# --- buildings -------------------------------------------------------------------------------


def test_buildings_have_a_polygon_storeys_and_use(read: Any) -> None:
    extract = read(
        {
            5: (ring(0, 0, 2, 2), {"building": "apartments", "building:levels": "6", "shop": "x"}),
            6: (ring(3, 0, 4, 1), {"building": "yes", "amenity": "school"}),
            7: (ring(5, 0, 6, 1), {"building": "no"}),
            8: (ring(7, 0, 8, 1), {"building": "yes", "building:levels": "many"}),
            9: ([at(0, 9), at(5, 9)], {"building": "yes"}),
        }
    )

    buildings = extract.buildings
    assert buildings.id.tolist() == ["way/5", "way/6", "way/8"]
    assert [area(each) for each in buildings.geometry] == [4, 1, 1]
    assert buildings.levels[0] == 6
    assert np.isnan(buildings.levels[1:]).all()
    assert buildings.use.tolist() == ["residential", "public", "unknown"]
    assert extract.report["building_levels_senseless"] == 1
    assert extract.report["buildings_without_polygon"] == 1


def test_a_relation_becomes_one_polygon_with_its_courtyard(read: Any) -> None:
    extract = read(
        {5: (ring(0, 0, 4, 4), {}), 6: (ring(1, 1, 2, 2), {})},
        {
            9: (
                [("way", 5, "outer"), ("way", 6, "inner")],
                {"type": "multipolygon", "building": "yes"},
            )
        },
    )

    assert extract.buildings.id.tolist() == ["relation/9"]
    assert area(extract.buildings.geometry[0]) == 15
    assert len(extract.buildings.geometry[0].interiors) == 1
    assert extract.report["invalid_rings_repaired"] == 0


def test_an_outline_of_several_ways_in_any_direction_is_joined(read: Any) -> None:
    extract = read(
        {
            5: ([at(0, 0), at(4, 0), at(4, 4)], {}),
            6: ([at(0, 4), at(4, 4)], {}),
            7: ([at(0, 4), at(0, 0)], {}),
            8: ([at(1, 1), at(2, 1), at(2, 2)], {}),
            9: ([at(1, 1), at(1, 2), at(2, 2)], {}),
        },
        {
            9: (
                [("way", way, "inner" if way > 7 else "outer") for way in (8, 5, 7, 9, 6)],
                {"type": "multipolygon", "building": "yes"},
            )
        },
    )

    assert [area(each) for each in extract.buildings.geometry] == [15]


def test_an_island_in_a_hole_is_land_again(read: Any) -> None:
    extract = read(
        {5: (ring(0, 0, 9, 9), {}), 6: (ring(2, 2, 7, 7), {}), 7: (ring(3, 3, 5, 5), {})},
        {
            9: (
                [("way", 5, "outer"), ("way", 6, "inner"), ("way", 7, "outer")],
                {"type": "multipolygon", "natural": "wood"},
            )
        },
    )

    assert extract.land.kind.tolist() == ["forest"]
    assert area(extract.land.geometry[0]) == 81 - 25 + 4


def test_several_outlines_with_holes_of_their_own_are_one_feature(read: Any) -> None:
    extract = read(
        {
            5: (ring(0, 0, 3, 3), {}),
            6: (ring(1, 1, 2, 2), {}),
            7: (ring(5, 5, 9, 9), {}),
            8: (ring(6, 6, 8, 8), {}),
        },
        {
            9: (
                [("way", 5, ""), ("way", 6, "inner"), ("way", 7, "outer"), ("way", 8, "inner")],
                {"type": "multipolygon", "building": "yes"},
            )
        },
    )

    assert extract.buildings.geometry[0].geom_type == "MultiPolygon"
    assert area(extract.buildings.geometry[0]) == 9 - 1 + 16 - 4


def test_outlines_that_share_a_wall_are_merged_and_counted_as_repaired(read: Any) -> None:
    extract = read(
        {5: (ring(0, 0, 2, 2), {}), 6: (ring(2, 0, 4, 2), {})},
        {
            9: (
                [("way", 5, "outer"), ("way", 6, "outer")],
                {"type": "multipolygon", "building": "yes"},
            )
        },
    )

    assert [area(each) for each in extract.buildings.geometry] == [8]
    assert extract.buildings.geometry[0].is_valid
    assert extract.report["invalid_rings_repaired"] == 1


def test_a_ring_that_crosses_itself_is_repaired_and_counted(read: Any) -> None:
    bow_tie = [at(0, 0), at(4, 4), at(4, 0), at(0, 4), at(0, 0)]

    extract = read(
        {5: (bow_tie, {"building": "yes"}), 6: (ring(9, 9, 10, 10), {"building": "yes"})}
    )

    assert [area(each) for each in extract.buildings.geometry] == [8, 1]
    assert all(each.is_valid for each in extract.buildings.geometry)
    assert extract.report["invalid_rings_repaired"] == 1


def test_a_relation_that_misses_a_way_is_left_out_and_counted(read: Any) -> None:
    members = [("way", 5, "outer"), ("way", 99, "inner")]

    extract = read(
        {5: (ring(0, 0, 4, 4), {})}, {9: (members, {"type": "multipolygon", "building": "yes"})}
    )

    assert len(extract.buildings.id) == 0
    assert extract.report["relations_incomplete"] == 1


def test_a_relation_whose_outline_gapes_is_left_out_and_counted(read: Any) -> None:
    extract = read(
        {5: ([at(0, 0), at(4, 0), at(4, 4)], {}), 6: ([at(0, 4), at(4, 4)], {})},
        {
            9: (
                [("way", 5, "outer"), ("way", 6, "outer")],
                {"type": "multipolygon", "building": "yes"},
            )
        },
    )

    assert len(extract.buildings.id) == 0
    assert extract.report["relations_incomplete"] == 1


def test_a_building_cut_at_the_border_is_no_polygon(read: Any) -> None:
    extract = read({5: (ring(0, 0, 2, 2), {"building": "yes"})}, missing=[at(2, 2)])

    assert len(extract.buildings.id) == 0


def test_a_building_tagged_on_relation_and_outline_counts_once(read: Any) -> None:
    extract = read(
        {5: (ring(0, 0, 4, 4), {"building": "yes"}), 6: (ring(1, 1, 2, 2), {})},
        {
            9: (
                [("way", 5, "outer"), ("way", 6, "inner")],
                {"type": "multipolygon", "building": "yes"},
            )
        },
    )

    assert extract.buildings.id.tolist() == ["relation/9"]
    assert extract.report["buildings_doubled_by_relation"] == 1


def test_the_old_style_with_tags_on_the_outline_has_its_courtyard_too(read: Any) -> None:
    extract = read(
        {5: (ring(0, 0, 4, 4), {"building": "yes"}), 6: (ring(1, 1, 2, 2), {})},
        {9: ([("way", 5, "outer"), ("way", 6, "inner")], {"type": "multipolygon"})},
    )

    assert extract.buildings.id.tolist() == ["way/5"]
    assert area(extract.buildings.geometry[0]) == 15


def test_a_building_in_the_courtyard_of_another_stays(read: Any) -> None:
    extract = read(
        {5: (ring(0, 0, 6, 6), {}), 6: (ring(1, 1, 5, 5), {"building": "shed"})},
        {
            9: (
                [("way", 5, "outer"), ("way", 6, "inner")],
                {"type": "multipolygon", "building": "yes"},
            )
        },
    )

    assert extract.buildings.id.tolist() == ["way/6", "relation/9"]
    assert extract.buildings.use.tolist() == ["ancillary", "unknown"]


def test_a_route_is_no_area(read: Any) -> None:
    extract = read(
        {5: (ring(0, 0, 4, 4), {})},
        {9: ([("way", 5, "")], {"type": "route", "leisure": "track"})},
    )

    assert extract.report["relations_incomplete"] == 0
    assert len(extract.land.id) == 0


# --- places ----------------------------------------------------------------------------------


def found(extract: OsmExtract, category: str) -> list[str]:
    return extract.places.id[extract.places.category == category].tolist()


def test_points_areas_and_relations_are_places(read: Any) -> None:
    members = [("way", 6, "outer"), ("way", 7, "inner")]
    extract = read(
        {5: (ring(0, 0, 4, 4), {"leisure": "park", "name": "A"}), 6: (ring(9, 9, 12, 12), {}),
         7: (ring(10, 10, 11, 11), {})},
        {9: (members, {"type": "multipolygon", "leisure": "park"})},
        tagged={at(7, 7): {"leisure": "park", "name": "B", "name:zh": "乙", "name:en": "Bee"}},
    )  # fmt: skip

    places = extract.places
    assert found(extract, "park") == [f"node/{at(7, 7)}", "way/5", "relation/9"]
    of_park = places.category == "park"
    assert places.name[of_park].tolist() == ["B", "A", None]
    assert places.name_zh[of_park].tolist() == ["乙", None, None]
    assert places.name_en[of_park].tolist() == ["Bee", None, None]
    assert places.lon[of_park][:2].tolist() == [0.007, 0.002]
    assert [each is None for each in places.geometry[of_park]] == [True, False, False]
    assert found(extract, "open_space") == ["way/5", "relation/9"]


def test_the_point_of_a_bent_or_hollow_area_lies_inside_it(read: Any) -> None:
    extract = read(
        {5: (ring(0, 0, 4, 4), {}), 6: (ring(1, 1, 3, 3), {})},
        {
            9: (
                [("way", 5, "outer"), ("way", 6, "inner")],
                {"type": "multipolygon", "amenity": "hospital"},
            )
        },
    )

    place = extract.places
    assert place.category.tolist() == ["hospital"]
    assert shapely.contains_xy(place.geometry[0], place.lon[0], place.lat[0])


def test_a_feature_in_two_categories_has_two_rows(read: Any) -> None:
    extract = read({1: ([at(0, 0), at(1, 0)], {})}, tagged={at(3, 3): {"amenity": "clinic"}})

    assert extract.places.category.tolist() == ["health_centre", "health_station"]


def test_a_school_as_point_in_its_own_ground_counts_once(read: Any) -> None:
    extract = read(
        {5: (ring(0, 0, 4, 4), {"amenity": "hospital", "name": "Sun"}),
         6: (ring(9, 9, 12, 12), {"amenity": "hospital"})},
        tagged={
            at(1, 1): {"amenity": "hospital", "name": "SUN "},
            at(2, 2): {"amenity": "hospital", "name": "Moon"},
            at(10, 10): {"amenity": "hospital", "name": "Star"},
            at(19, 19): {"amenity": "hospital", "name": "Sun"},
        },
    )  # fmt: skip

    assert found(extract, "hospital") == [
        f"node/{at(2, 2)}", f"node/{at(19, 19)}", "way/5", "way/6",
    ]  # fmt: skip
    assert extract.report["places_doubled"] == 2


def test_a_school_without_level_counts_as_both_and_is_reported(read: Any) -> None:
    extract = read(
        {5: (ring(0, 0, 4, 4), {"amenity": "school"})},
        tagged={at(9, 9): {"amenity": "school", "name": "IES Sol"}},
    )

    assert found(extract, "primary_school") == ["way/5"]
    assert found(extract, "secondary_school") == [f"node/{at(9, 9)}", "way/5"]
    assert found(extract, "school") == [f"node/{at(9, 9)}", "way/5"]
    assert extract.report["schools_level_not_stated"] == 1


def test_a_school_ground_takes_its_level_from_the_point_inside(read: Any) -> None:
    extract = read(
        {5: (ring(0, 0, 4, 4), {"amenity": "school"})},
        tagged={at(1, 1): {"amenity": "school", "name": "第一小学"}},
    )

    assert len(found(extract, "school")) == 1
    assert len(found(extract, "primary_school")) == 1
    assert found(extract, "secondary_school") == []
    assert extract.report["schools_level_not_stated"] == 0


def test_platform_and_halting_point_beside_a_stop_sign_are_the_same_stop(tmp_path: Path) -> None:
    # 0.0001 degrees are 11 m, so the stop sign is moved beside a crossing of the grid.
    near = 0.0001
    nodes = {
        1: (0.0, 0.0, {"highway": "bus_stop"}),
        2: (near, 0.0, {"public_transport": "platform", "bus": "yes"}),
        3: (2 * near, 0.0, {"public_transport": "stop_position", "bus": "yes"}),
        4: (0.01, 0.0, {"public_transport": "platform"}),
        5: (0.01 + 2 * near, 0.0, {"public_transport": "stop_position", "bus": "yes"}),
        6: (0.02, 0.0, {"public_transport": "stop_position", "bus": "yes"}),
        7: (0.03, 0.0, {"public_transport": "platform", "train": "yes"}),
        8: (0.04, 0.0, {"public_transport": "stop_position", "train": "yes"}),
        9: (2 * near, near, {"highway": "bus_stop"}),
    }
    extract = read_osm(write_pbf(tmp_path / "stops.osm.pbf", nodes, {1: ([1, 9], {})}))

    assert found(extract, "bus_stop") == ["node/1", "node/4", "node/6", "node/9"]


def test_a_platform_drawn_as_a_line_is_a_place_in_its_middle(read: Any) -> None:
    extract = read({5: ([at(0, 0), at(1, 0), at(2, 0)], {"public_transport": "platform"})})

    assert found(extract, "bus_stop") == ["way/5"]
    assert extract.places.lon.tolist() == [0.001]
    assert extract.places.geometry.tolist() == [None]


def test_a_closed_way_that_is_no_area_has_no_polygon(read: Any) -> None:
    extract = read({5: (ring(0, 0, 4, 4), {"leisure": "track", "area": "no"})})

    assert extract.places.geometry.tolist() == [None]
    assert len(extract.land.id) == 0


def test_capacity_and_opening_are_read_where_they_make_sense(read: Any) -> None:
    extract = read(
        {1: ([at(0, 0), at(1, 0)], {})},
        tagged={
            at(2, 2): {"amenity": "hospital", "beds": "120", "opening_date": "2031-09-01"},
            at(3, 3): {"amenity": "hospital", "capacity": "many", "start_date": "C19"},
            at(4, 4): {"amenity": "hospital", "start_date": "1985"},
        },
    )

    assert extract.places.capacity[0] == 120
    assert np.isnan(extract.places.capacity[1:]).all()
    assert extract.places.opened.tolist() == ["2031-09-01", None, "1985"]


# --- land, boundaries, coast -----------------------------------------------------------------


def test_land_has_the_first_kind_that_fits(read: Any) -> None:
    land = read(
        {
            5: (ring(0, 0, 1, 1), {"landuse": "residential", "name": "R"}),
            6: (ring(2, 0, 3, 1), {"landuse": "forest", "natural": "water"}),
            7: (ring(4, 0, 5, 1), {"leisure": "playground"}),
            8: (ring(6, 0, 7, 1), {"amenity": "school"}),
            9: (ring(8, 0, 9, 1), {"amenity": "school", "building": "yes"}),
            10: (ring(10, 0, 11, 1), {"landuse": "construction"}),
            11: (ring(12, 0, 13, 1), {"natural": "beach"}),
            12: (ring(14, 0, 15, 1), {"landuse": "farmland"}),
        }
    ).land

    assert land.id.tolist() == [f"way/{way}" for way in (5, 6, 7, 8, 10, 11, 12)]
    assert land.kind.tolist() == [
        "residential", "water", "green", "institutional", "other", "other", "farmland",
    ]  # fmt: skip
    assert land.is_open_space.tolist() == [False, False, True, False, False, True, False]
    assert land.name[0] == "R"


def test_only_closed_administrative_boundaries_are_given(read: Any) -> None:
    admin = {"type": "boundary", "boundary": "administrative"}
    boundaries = read(
        {5: ([at(0, 0), at(9, 0), at(9, 9)], {}), 6: ([at(9, 9), at(0, 9), at(0, 0)], {})},
        {
            1: (
                [("way", 5, "outer"), ("way", 6, "outer")],
                admin | {"admin_level": "8", "name:zh": "区"},
            ),
            2: ([("way", 5, "outer")], admin | {"admin_level": "6"}),
            3: ([("way", 5, "outer"), ("way", 6, "outer")], admin | {"admin_level": "x"}),
        },
    ).boundaries

    assert boundaries.id.tolist() == ["relation/1"]
    assert boundaries.level.tolist() == [8]
    assert boundaries.name_zh.tolist() == ["区"]
    assert area(boundaries.geometry[0]) == 81


def test_the_coast_is_given_as_lines_as_far_as_it_is_known(read: Any) -> None:
    coast = [at(column, 5) for column in range(6)]

    lines = read({5: (coast, {"natural": "coastline"})}, missing=[at(3, 5)]).coastline

    assert [shapely.get_num_coordinates(line) for line in lines] == [3, 2]
