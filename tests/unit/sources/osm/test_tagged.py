"""Features chosen by exact tags, as map databases keep them."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from tests.osmfile import write_pbf
from tests.sampled_town import extract, rectangle

from urbanwork.sources.osm.tagged import Tagged, read_tagged

BAKERY = {"shop": ["bakery"]}
AREA_KEYS = ["shop", "building"]


def read(path: Path, *rules) -> Tagged:
    return read_tagged(path, rules, area_keys=AREA_KEYS)


def test_points_and_closed_ways_with_the_tag_are_found(tmp_path: Path) -> None:
    area, point = (rectangle(0, 0, 20, 20), {"shop": "bakery"}), ((50, 0), {"shop": "bakery"})
    found = read(extract(tmp_path / "a.osm.pbf", [area], [point]), BAKERY)
    assert found.is_area.tolist() == [False, True]
    assert shapely.get_type_id(found.geometry).tolist() == [0, 3]
    assert len(found.streets.way_id) == 1


@pytest.mark.parametrize("value", ["bakery;cafe", "Bakery", "bakery "])
def test_a_value_is_taken_whole(tmp_path: Path, value: str) -> None:
    path = extract(tmp_path / "a.osm.pbf", [], [((50, 0), {"shop": value})])
    assert len(read(path, BAKERY).geometry) == 0


def test_no_values_stand_for_any_even_no(tmp_path: Path) -> None:
    points = [((50, 0), {"shop": "no"}), ((60, 0), {"amenity": "cafe"})]
    found = read(extract(tmp_path / "a.osm.pbf", [], points), {"shop": []})
    assert len(found.geometry) == 1


@pytest.mark.parametrize(
    ("tags", "is_area"),
    [
        ({"shop": "bakery"}, True),
        ({"shop": "bakery", "area": "no"}, False),
        ({"highway": "pedestrian"}, False),
        ({"highway": "pedestrian", "area": "yes"}, True),
    ],
)
def test_a_closed_way_is_an_area_by_its_tags(
    tmp_path: Path, tags: dict[str, str], is_area: bool
) -> None:
    path = extract(tmp_path / "a.osm.pbf", [(rectangle(0, 0, 20, 20), tags)])
    rule = {"shop": ["bakery"], "highway": ["pedestrian"]}
    assert len(read(path, rule).geometry) == int(is_area)


def test_a_relation_of_two_parts_has_two_rows(tmp_path: Path) -> None:
    corners = [(0, 0), (1, 0), (1, 1), (0, 1)]
    nodes = {
        10 * part + place: ((part + x / 2) / 1000, y / 1000, {})
        for part in (1, 2) for place, (x, y) in enumerate(corners)
    }  # fmt: skip
    ways = {part: ([*(10 * part + place for place in range(4)), 10 * part], {}) for part in (1, 2)}
    members = [("way", part, "outer") for part in (1, 2)]
    relations = {1: (members, {"type": "multipolygon", "shop": "bakery"})}
    found = read(write_pbf(tmp_path / "a.osm.pbf", nodes, ways, relations), BAKERY)
    assert shapely.get_type_id(found.geometry).tolist() == [3, 3]
    assert found.carries(BAKERY).all()
