"""Which open spaces are public, and what makes one area."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import shapely
from tests.sampled_town import CRS, Corner, Tags, extract, rectangle

from urbanwork.city.sampled.definition import load_definition
from urbanwork.city.sampled.model import OpenSpaces
from urbanwork.city.sampled.open_space import open_spaces
from urbanwork.sources.osm.tagged import read_tagged

PARK = {"leisure": "park"}
STREET = shapely.linestrings([[(0, -10), (1000, -10)]])
DEFINITION = load_definition()


def spaces(folder: Path, *areas: tuple[Sequence[Corner], Tags], street=STREET) -> OpenSpaces:
    tagged = read_tagged(
        extract(folder / "town.osm.pbf", areas), DEFINITION.chosen(),
        area_keys=DEFINITION.area_keys, later=DEFINITION.open_space.attributes(),
    )  # fmt: skip
    return open_spaces(tagged, DEFINITION.open_space, DEFINITION.numbers, CRS, street)


def public_ha(folder: Path, *areas: tuple[Sequence[Corner], Tags]) -> list[float]:
    found = spaces(folder, *areas).public_ha
    return sorted(np.round(found, 3).tolist())


def test_a_park_is_public_open_space(tmp_path: Path) -> None:
    assert public_ha(tmp_path, (rectangle(0, 0, 100, 100), PARK)) == [1.0]


@pytest.mark.parametrize(
    "tags",
    [
        {"leisure": "garden"}, {"leisure": "park", "access": "customers"},
        {"leisure": "park", "natural": "water"}, {"leisure": "park", "building": "yes"},
        {"building": "yes"},
    ],
)  # fmt: skip
def test_a_garden_water_a_building_and_what_is_for_customers_are_not(
    tmp_path: Path, tags: Tags
) -> None:
    assert public_ha(tmp_path, (rectangle(0, 0, 100, 100), tags)) == []


def test_a_golf_key_goes_unseen_as_in_the_peers_database(tmp_path: Path) -> None:
    tags = {"leisure": "park", "golf": "fairway"}
    assert public_ha(tmp_path, (rectangle(0, 0, 100, 100), tags)) == [1.0]


def test_parks_that_touch_are_one_and_others_are_not(tmp_path: Path) -> None:
    touching = (rectangle(0, 0, 100, 100), PARK), (rectangle(100, 0, 100, 100), PARK)
    assert public_ha(tmp_path, *touching) == [2.0]
    apart = (rectangle(0, 0, 100, 100), PARK), (rectangle(101, 0, 100, 100), PARK)
    assert public_ha(tmp_path, *apart) == [1.0, 1.0]


def test_a_pitch_in_a_park_belongs_to_its_area_but_is_not_public(tmp_path: Path) -> None:
    pitch = (rectangle(20, 20, 20, 20), {"leisure": "pitch"})
    found = spaces(tmp_path, (rectangle(0, 0, 100, 100), PARK), pitch)
    assert np.round(found.public_ha, 3).tolist() == [1.0]
    assert len(found.piece) == 2


def test_a_park_inside_private_ground_is_not_public(tmp_path: Path) -> None:
    inside = (rectangle(20, 20, 20, 20), PARK)
    stadium = (rectangle(0, 0, 100, 100), {"leisure": "stadium"})
    assert public_ha(tmp_path, inside, stadium) == []


def test_military_ground_is_cut_out_and_both_halves_stay(tmp_path: Path) -> None:
    park = (rectangle(0, 0, 300, 100), PARK)
    barracks = (rectangle(100, -10, 100, 120), {"landuse": "military"})
    assert public_ha(tmp_path, park, barracks) == [1.0, 1.0]


def test_a_long_strip_does_not_join_the_parks_at_its_ends(tmp_path: Path) -> None:
    parks = (rectangle(0, 0, 100, 100), PARK), (rectangle(1000, 0, 100, 100), PARK)
    strip = (rectangle(100, 40, 900, 20), PARK)
    assert public_ha(tmp_path, *parks, strip) == [1.0, 1.0, 1.8]


def test_a_short_strip_along_a_park_belongs_to_it(tmp_path: Path) -> None:
    park = (rectangle(0, 0, 300, 300), PARK)
    assert public_ha(tmp_path, park, (rectangle(0, 300, 300, 20), PARK)) == [9.6]


def test_entries_stand_every_20_m_where_a_street_is_near(tmp_path: Path) -> None:
    found = spaces(tmp_path, (rectangle(0, 0, 100, 95), PARK))
    # Clockwise from the corner at 0, 0: those on the far side have no street within 30 m.
    x, y = np.round(found.entry_x).tolist(), np.round(found.entry_y).tolist()
    assert list(zip(x, y, strict=True)) == [
        (0, 0), (0, 20), (100, 10), (90, 0), (70, 0), (50, 0), (30, 0), (10, 0),
    ]  # fmt: skip
    assert spaces(tmp_path, (rectangle(0, 50, 100, 100), PARK)).entry_x.tolist() == []


def test_a_town_without_open_space_has_none(tmp_path: Path) -> None:
    assert public_ha(tmp_path) == []
