"""The file of tag rules is complete, and faults in such a file are told with their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from osmfile import write_pbf
from urbanwork.errors import ManyFaultsError
from urbanwork.sources.layers import LAND_KINDS
from urbanwork.sources.osm.categories import BUILDING_USES, load_categories
from urbanwork.sources.osm.elements import read_elements
from urbanwork.sources.osm.frames import checked_header
from urbanwork.sources.osm.rules import Matcher, keys_of

NEEDED = [
    "kindergarten", "primary_school", "secondary_school", "school", "elderly_day_care",
    "nursing_home", "health_centre", "health_station", "hospital", "culture_centre",
    "culture_station", "food_market", "supermarket", "convenience", "sports_ground", "sports_large",
    "bus_stop", "public_toilet", "rail_station", "post", "waste_collection", "park", "open_space",
    "fire_station", "pharmacy", "library", "playground", "restaurant", "cafe", "bank",
    "university", "museum", "gathering_place", "fuel_station", "emergency_shelter",
]  # fmt: skip


def test_every_category_of_the_standards_has_a_rule() -> None:
    assert list(load_categories().places) == NEEDED


def test_every_category_says_in_two_languages_what_it_is_and_why_so_many_are_plausible() -> None:
    for category in load_categories().places.values():
        assert category.title_en
        assert category.title_zh
        assert category.note
        assert category.why


def test_all_kinds_of_land_and_uses_of_buildings_have_a_rule() -> None:
    categories = load_categories()

    assert set(categories.land) == set(LAND_KINDS)
    assert set(categories.building_uses) == set(BUILDING_USES)


def test_all_faults_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(
        """version: 1
plases: {}
places:
  shop:
    title: {en: shop}
    any: []
  bank:
    title: {en: bank, zh: 银行}
    any:
      - amenity: true
      - "name~": "["
      - "age<=": young
    colour: red
    levels: [nothing]
land:
  swamp: {any: [{natural: wetland}]}
buildings: {any: [{building: "*"}]}
""",
        encoding="utf-8",
    )

    with pytest.raises(ManyFaultsError) as caught:
        load_categories(path)

    told = "\n".join(caught.value.faults)
    for line, word in [
        (2, "'plases' is not known"),
        (4, "a category needs a title"),
        (6, "'any' must list"),
        (10, "a value must be a word"),
        (11, "no regular expression"),
        (12, "needs one number"),
        (13, "'colour' is not known"),
        (16, "'swamp' is not known"),
    ]:
        assert any(f":{line}: " in fault and word in fault for fault in caught.value.faults), told
    assert "there is no category 'nothing'" in told


@pytest.mark.parametrize(
    ("category", "counts", "does_not"),
    [
        ("university", {"amenity": "university"}, {"amenity": "school"}),
        ("university", {"landuse": "industrial", "name": "高新科技园"}, {"name": "科技园路"}),
        ("museum", {"tourism": "museum"}, {"shop": "art", "tourism": "gallery"}),
        ("gathering_place", {"shop": "mall"}, {"shop": "bakery"}),
        ("fuel_station", {"amenity": "fuel"}, {"amenity": "charging_station"}),
        ("emergency_shelter", {"emergency": "assembly_point"}, {"amenity": "shelter"}),
        ("emergency_shelter", {"leisure": "park", "name": "海滨应急避难场所"}, {"leisure": "park"}),
    ],
)
def test_the_places_of_safety_and_innovation_are_told_from_their_neighbours(
    tmp_path: Path, category: str, counts: dict[str, str], does_not: dict[str, str]
) -> None:
    path = write_pbf(
        tmp_path / "a.osm.pbf", {1: (0.0, 0.0, counts), 2: (1.0, 0.0, does_not), 3: (2.0, 0.0, {})},
        {1: ([1, 3], {})},
    )  # fmt: skip
    categories = load_categories()
    rules = list(categories.rules())
    elements = read_elements(path, checked_header(path), keys_of(rules))
    rows = Matcher(elements.tags, rules).rows(categories.places[category].rule)
    assert elements.tagged_node[rows].tolist() == [1]
