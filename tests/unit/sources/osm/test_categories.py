"""The file of tag rules is complete, and faults in such a file are told with their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from urbanwork.errors import ManyFaultsError
from urbanwork.sources.layers import LAND_KINDS
from urbanwork.sources.osm.categories import BUILDING_USES, load_categories

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
