"""Tag rules hold for what they describe and for nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from osmfile import write_pbf
from urbanwork.sources.osm.categories import load_categories
from urbanwork.sources.osm.elements import read_elements
from urbanwork.sources.osm.frames import checked_header
from urbanwork.sources.osm.rules import Matcher, keys_of

HEAD = "version: 1\nland: {}\nbuildings: {any: [{building: '*'}]}\nbuilding_uses: {}\nplaces:\n"


def matched(tmp_path: Path, rule: str, tagged: list[dict[str, str]]) -> list[int]:
    """Places in the list of what the rule holds for; `rule` is the YAML below a category."""
    file = tmp_path / "rules.yaml"
    body = "\n".join(f"    {line}" for line in rule.splitlines())
    file.write_text(f"{HEAD}  thing:\n    title: {{en: thing, zh: 物}}\n{body}\n", encoding="utf-8")
    categories = load_categories(file)
    nodes: dict[int, Any] = {n: (n * 0.01, 0.0, tags) for n, tags in enumerate(tagged, 1)}
    nodes[99] = (9.0, 9.0, {})
    path = write_pbf(tmp_path / "a.osm.pbf", nodes, {1: ([1, 99], {})})
    rules = list(categories.rules())
    elements = read_elements(path, checked_header(path), keys_of(rules))
    rows = Matcher(elements.tags, rules).rows(categories.places["thing"].rule)
    return (elements.tagged_node[rows] - 1).tolist()


def test_one_of_several_values_is_enough(tmp_path: Path) -> None:
    tagged = [{"shop": "a"}, {"shop": "b"}, {"shop": "c"}, {"craft": "a"}]

    assert matched(tmp_path, "any: [{shop: [a, b]}]", tagged) == [0, 1]


def test_all_tags_of_an_alternative_must_hold(tmp_path: Path) -> None:
    tagged = [{"shop": "a"}, {"shop": "a", "organic": "yes"}, {"organic": "yes"}]

    assert matched(tmp_path, "any: [{shop: a, organic: 'yes'}]", tagged) == [1]


def test_one_alternative_is_enough(tmp_path: Path) -> None:
    tagged = [{"shop": "a"}, {"amenity": "b"}, {"shop": "a", "amenity": "b"}, {"x": "y"}]

    assert matched(tmp_path, "any: [{shop: a}, {amenity: b}]", tagged) == [0, 1, 2]


def test_a_value_within_a_list_of_values_counts(tmp_path: Path) -> None:
    tagged = [{"shop": "a;b"}, {"shop": "b ; a"}, {"shop": "ab"}, {"shop": "aa;b"}]

    assert matched(tmp_path, "any: [{shop: a}]", tagged) == [0, 1]


def test_a_star_is_any_value_but_no(tmp_path: Path) -> None:
    tagged = [{"shop": "a"}, {"shop": "no"}, {"shop": "yes"}, {"craft": "a"}]

    assert matched(tmp_path, "any: [{shop: '*'}]", tagged) == [0, 2]


def test_one_of_several_keys_is_enough(tmp_path: Path) -> None:
    tagged = [{"a": "x"}, {"b": "x"}, {"a": "y", "b": "x"}, {"c": "x"}]

    assert matched(tmp_path, "any: [{'a|b': x}]", tagged) == [0, 1, 2]


def test_words_of_a_name_are_found_in_capitals_or_not(tmp_path: Path) -> None:
    tagged = [{"name": "CEIP Sol"}, {"name": "大连市第一小学"}, {"name": "Ceipa"}, {"ref": "CEIP"}]

    assert matched(tmp_path, r"any: [{'name~': '\bceip\b, 小学'}]", tagged) == [0, 1]


def test_numbers_in_a_value_are_compared(tmp_path: Path) -> None:
    tagged = [{"grades": "1-6"}, {"grades": "7-9"}, {"grades": "K"}, {"grades": "10;4"}]

    assert matched(tmp_path, "any: [{'grades<=': 4}]", tagged) == [0, 3]
    assert matched(tmp_path, "any: [{'grades>=': 7}]", tagged) == [1, 3]


def test_an_exclusion_needs_all_of_its_tags(tmp_path: Path) -> None:
    tagged = [{"shop": "a"}, {"shop": "a", "x": "1"}, {"shop": "a", "x": "1", "y": "2"}]

    assert matched(tmp_path, "any: [{shop: a, not: {x: '1', y: '2'}}]", tagged) == [0, 1]
    assert matched(tmp_path, "any: [{shop: a}]\nnot: [{x: '1', y: '2'}]", tagged) == [0, 1]
    assert matched(tmp_path, "any: [{shop: a}]\nnot: [{x: '1'}, {y: '2'}]", tagged) == [0]


@pytest.mark.parametrize(
    ("tags", "levels"),
    [
        ({"isced:level": "1"}, {"primary_school"}),
        ({"isced:level": "2;3"}, {"secondary_school"}),
        ({"isced:level": "0-3"}, {"kindergarten", "primary_school", "secondary_school"}),
        ({"school": "primary"}, {"primary_school"}),
        ({"school:FR": "collège"}, {"secondary_school"}),
        ({"grades": "1-5"}, {"primary_school"}),
        ({"grades": "9-12"}, {"secondary_school"}),
        ({"grades": "K-8"}, {"primary_school", "secondary_school"}),
        ({"min_age": "6", "max_age": "11"}, {"primary_school"}),
        ({"min_age": "12", "max_age": "18"}, {"secondary_school"}),
        ({"name": "大连市西岗区东关小学"}, {"primary_school"}),
        ({"name": "大连市第二十四中学"}, {"secondary_school"}),
        ({"name": "Ylhäinen", "name:en": "Primary School of Y"}, {"primary_school"}),
        ({"name": "大连九年一贯制学校"}, {"primary_school", "secondary_school"}),
        ({"name": "阳光幼儿园"}, {"kindergarten"}),
        ({"name": "CEIP Pérez Galdós"}, {"kindergarten", "primary_school"}),
        ({"name": "C. E. I. P. Las Torres"}, {"kindergarten", "primary_school"}),
        ({"name": "C.P. Buenavista I"}, {"primary_school"}),
        ({"name": "IES Tomás Morales"}, {"secondary_school"}),
        ({"name": "I.E.S. Schamann"}, {"secondary_school"}),
        ({"name": "Instituto de Educación Secundaria Isabel"}, {"secondary_school"}),
        ({"name": "Grundschule am Markt"}, {"primary_school"}),
        ({"name": "Albert-Einstein-Gymnasium"}, {"secondary_school"}),
        ({"name": "Kallion lukio"}, {"secondary_school"}),
        ({"name": "Kruununhaan ala-aste"}, {"primary_school"}),
        ({"name": "Escola Municipal Rio Branco"}, {"primary_school"}),
        ({"name": "Средняя школа № 5"}, {"secondary_school"}),
        ({"name": "大连外国语学校", "name:en": "Dalian Foreign Language School"}, set()),
        ({"name": "大工附中", "name:en": "Dalian University Middle School"}, {"secondary_school"}),
        ({"name": "Danziger Grundschule"}, {"primary_school"}),
        ({"name": "Colegio Alemán"}, set()),
        ({}, set()),
    ],
)
def test_level_of_a_school_is_read_from_tags_and_names(
    tmp_path: Path, tags: dict[str, str], levels: set[str]
) -> None:
    assert categories_of(tmp_path, {"amenity": "school"} | tags) - {"school"} == levels


@pytest.mark.parametrize(
    ("tags", "wanted"),
    [
        ({"amenity": "school", "name": "Autoescuela Sol"}, set()),
        ({"amenity": "school", "name": "通达驾校"}, set()),
        ({"amenity": "school", "name": "Giros, Escuela de Baile"}, set()),
        ({"amenity": "school", "name": "IES José Saramago (cerrado)"}, set()),
        ({"amenity": "school", "name": "Musikschule"}, set()),
        ({"amenity": "school", "name": "Harris Academy"}, {"school"}),
        ({"amenity": "kindergarten"}, {"kindergarten"}),
        ({"amenity": "childcare"}, set()),
        ({"amenity": "childcare", "name": "红星幼儿园"}, {"kindergarten"}),
        ({"amenity": "clinic"}, {"health_centre", "health_station"}),
        ({"amenity": "clinic", "healthcare:speciality": "dentist"}, set()),
        ({"amenity": "clinic", "name": "爱心口腔诊所"}, set()),
        ({"amenity": "doctors"}, {"health_station"}),
        ({"amenity": "doctors", "name": "Centro de Salud"}, {"health_centre", "health_station"}),
        (
            {"amenity": "hospital", "name": "青泥洼桥社区卫生服务中心"},
            {"health_centre", "health_station"},
        ),
        ({"amenity": "hospital", "name": "大连医科大学附属第一医院"}, {"hospital"}),
        ({"amenity": "hospital", "name": "宠物医院"}, set()),
        ({"amenity": "pharmacy"}, {"pharmacy"}),
        ({"amenity": "dentist"}, set()),
        ({"amenity": "marketplace"}, {"food_market"}),
        ({"amenity": "marketplace", "name": "Flohmarkt"}, set()),
        ({"shop": "supermarket", "name": "永辉生鲜"}, {"supermarket", "food_market"}),
        ({"shop": "convenience"}, {"convenience"}),
        ({"leisure": "pitch"}, {"sports_ground"}),
        ({"leisure": "pitch", "access": "private"}, set()),
        ({"leisure": "sports_centre"}, {"sports_ground", "sports_large"}),
        ({"leisure": "sports_centre", "name": "乐刻健身"}, {"sports_ground"}),
        ({"highway": "bus_stop"}, {"bus_stop"}),
        ({"railway": "tram_stop"}, {"bus_stop"}),
        ({"railway": "station", "station": "subway"}, {"rail_station"}),
        ({"railway": "station", "disused": "yes"}, set()),
        ({"amenity": "toilets"}, {"public_toilet"}),
        ({"amenity": "toilets", "access": "customers"}, set()),
        ({"amenity": "post_office"}, {"post"}),
        ({"shop": "yes", "name": "菜鸟驿站"}, {"post"}),
        ({"amenity": "post_box"}, set()),
        ({"amenity": "recycling"}, {"waste_collection"}),
        ({"amenity": "waste_basket"}, set()),
        ({"leisure": "park"}, {"park", "open_space"}),
        ({"leisure": "park", "access": "private"}, set()),
        ({"leisure": "garden"}, set()),
        ({"leisure": "garden", "name": "Rosengarten"}, {"open_space"}),
        ({"leisure": "garden", "garden:type": "residential"}, set()),
        ({"leisure": "garden", "access": "yes"}, {"park", "open_space"}),
        ({"highway": "pedestrian"}, set()),
        ({"highway": "pedestrian", "area": "yes"}, {"open_space"}),
        ({"landuse": "grass"}, set()),
        ({"landuse": "grass", "name": "劳动公园"}, {"park", "open_space"}),
        ({"amenity": "social_facility", "social_facility": "nursing_home"}, {"nursing_home"}),
        ({"amenity": "social_facility", "name": "沙河口区日间照料中心"}, {"elderly_day_care"}),
        ({"amenity": "community_centre"}, {"culture_station"}),
        ({"amenity": "arts_centre"}, {"culture_station", "culture_centre"}),
        (
            {"amenity": "community_centre", "name": "区文化馆"},
            {"culture_station", "culture_centre"},
        ),
        ({"amenity": "fire_station"}, {"fire_station"}),
        ({"shop": "bakery", "name": "O'Reilly"}, set()),
    ],
)
def test_places_of_the_world_fall_into_their_categories(
    tmp_path: Path, tags: dict[str, str], wanted: set[str]
) -> None:
    assert categories_of(tmp_path, tags) == wanted


def categories_of(tmp_path: Path, tags: dict[str, str]) -> set[str]:
    """The categories of a feature with these tags, whether or not they ask for an area."""
    categories = load_categories()
    nodes = {1: (0.0, 0.0, tags), 2: (1.0, 0.0, {"x": "y"})}
    path = write_pbf(tmp_path / "a.osm.pbf", nodes, {1: ([1, 2], {})})
    rules = list(categories.rules())
    elements = read_elements(path, checked_header(path), keys_of(rules))
    matcher = Matcher(elements.tags, rules)
    row = np.searchsorted(elements.tagged_node, 1)
    return {key for key, one in categories.places.items() if row in matcher.rows(one.rule)}
