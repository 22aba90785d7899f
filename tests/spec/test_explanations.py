"""Where a number comes from, in a town that a planner can check: a cross of two streets of 800 m,
a kindergarten 200 m east and another 350 m north of the crossing, a park in the south-west."""

from __future__ import annotations

import re

import pyarrow.parquet as pq
import pytest
import shapely
from pyproj import Geod

from pbftown import PbfTown, examined, square
from urbanwork.errors import UserError
from urbanwork.examination.explain import explain, explain_all

KINDERGARTEN = "life.kindergarten_300m"
ROW = [x for x in range(-390, 400, 30) if abs(x) > 15]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Folder of the city and of its examination."""
    drawn = PbfTown()
    drawn.street((-400, 0), (0, 0), (400, 0), name="East Street")
    drawn.street((0, -400), (0, 0), (0, 400), oneway="yes")
    for x in ROW:
        drawn.house((x, 25))
    drawn.place((200, -12), amenity="kindergarten", name="Sunflower", **{"name:zh": "向日葵"})
    drawn.place((12, 350), amenity="kindergarten", name="Moon")
    drawn.box(-380, -380, -230, -230, leisure="park", name="Meadow")  # 2.25 ha
    drawn.box(250, 40, 280, 70, leisure="park", name="Pocket")  # 900 m2
    drawn.place((-20, -200), amenity="fire_station", name="Station")  # engines leave northward
    drawn.box(-400, 5, 400, 60, landuse="residential")
    folder = drawn.city(
        tmp_path_factory.mktemp("town"), boundary=square(0, 0, 850), jurisdiction="CN",
        areas={"West": shapely.box(-500, -500, 0, 500), "East": shapely.box(0, -500, 500, 500)},
    )  # fmt: skip
    return folder, examined(folder)


def cells_of(town, *columns):
    return pq.read_table(town[1] / "cells.parquet", columns=["cell", *columns]).to_pylist()


def told(town, indicator, **where):
    return explain(*town, indicator, **where)


def metres(path):
    lon, lat = zip(*path, strict=True)
    return Geod(ellps="WGS84").line_length(lon, lat)


def homes(town):
    """Some of the cells where people live, the first and the last among them."""
    cells = [row["cell"] for row in cells_of(town, "people") if row["people"] > 0]
    return [*cells[:-1:4], cells[-1]]


@pytest.mark.parametrize("indicator", [KINDERGARTEN, "green.park_walk_coverage"])
def test_the_path_is_as_long_as_the_distance_that_is_told(town, indicator):
    for cell in homes(town):
        for near in told(town, indicator, cell=cell).nearest:
            assert metres(near.path) == pytest.approx(near.distance, rel=0.01, abs=0.2)


def test_the_distance_told_is_the_one_in_the_table(town):
    column = f"{KINDERGARTEN}:distance"
    for row in cells_of(town, column)[::9]:
        (near,) = told(town, KINDERGARTEN, cell=row["cell"]).nearest
        if row[column] is not None:
            assert near.distance == pytest.approx(row[column])


def test_the_nearest_place_is_named_in_both_languages(town):
    west, east = (homes(town)[n] for n in (0, -1))
    names = {told(town, KINDERGARTEN, cell=cell).nearest[0].name for cell in homes(town)}
    assert names <= {"Sunflower", "Moon"}
    found = [told(town, KINDERGARTEN, cell=cell).nearest[0] for cell in (west, east)]
    assert {near.name: near.name_zh for near in found}.get("Sunflower", "向日葵") == "向日葵"


def test_a_park_too_small_to_count_is_not_shown_as_the_nearest(town):
    """The pocket park of 900 m2 is nearer to the east, but parks count from 2,000 m2."""
    for cell in homes(town):
        for near in told(town, "green.park_walk_coverage", cell=cell).nearest:
            assert (near.name, near.min_area_m2 >= 2_000) == ("Meadow", True)


def test_what_is_measured_in_a_straight_line_is_shown_in_a_straight_line(town):
    for near in told(town, "green.park_buffer_coverage", cell=homes(town)[0]).nearest:
        assert (near.way, len(near.path)) == ("straight", 2)
        assert metres(near.path) == pytest.approx(near.distance, rel=0.01)


def test_an_engine_comes_from_the_station_to_the_people_in_minutes(town):
    (near,) = told(town, "safety.fire_cover_5min", cell=homes(town)[0]).nearest
    assert (near.name, near.unit, near.way) == ("Station", "min", "drive")
    station = pq.read_table(town[1] / "cells.parquet", columns=["cell", "lon"])
    home = dict(zip(*(station[c].to_pylist() for c in ("cell", "lon")), strict=True))
    assert near.path[-1][0] == pytest.approx(home[homes(town)[0]], abs=1e-6)


@pytest.mark.parametrize("where", [{}, {"area": "West"}, {"area": "east"}])
def test_the_formula_with_its_numbers_comes_to_the_value(town, where):
    table = pq.read_table(town[1] / "indicators.parquet").to_pylist()
    names = [row["indicator"] for row in table if row["area"] == (where.get("area", "city").title()
             if where else "city") and row["value"] is not None]  # fmt: skip
    ratios = 0
    for name in names:
        found = told(town, name, **where)
        if "÷" not in found.numbers:  # no ratio, such as a class or an index
            assert found.numbers.startswith(f"{found.value:,.4g} ")
            continue
        ratios += 1
        numbers = [float(n.replace(",", "")) for n in re.findall(r"[\d.,]+(?:e[+-]\d+)?",
                   found.numbers.partition("=")[0])]  # fmt: skip
        top, bottom, *factor = numbers
        assert top / bottom * (factor or [1.0])[0] == pytest.approx(found.value, rel=1e-3, abs=1e-6)
    assert ratios > 5


def test_an_explanation_has_sources_completeness_standard_and_limits(town):
    found = told(town, KINDERGARTEN)
    source = found.sources[0]
    assert (source["kind"], source["file"], source["licence"]) == (
        "osm",
        "town.osm.pbf",
        "ODbL 1.0",
    )
    assert [each["key"] for each in found.inputs] == [
        "place:kindergarten", "layer:streets", "layer:people",
    ]  # fmt: skip
    assert found.standard["jurisdiction"] == "CN"
    assert found.limits["zh"]
    assert found.where["kind"] == "city"


def test_an_area_names_the_cells_with_most_people_who_are_not_reached(town):
    found = told(town, KINDERGARTEN, area="West")
    people = [each["people"] for each in found.cells]
    assert people == sorted(people, reverse=True)
    assert all(told(town, KINDERGARTEN, cell=each["cell"]).state == "not_reached"
               for each in found.cells)  # fmt: skip


def test_the_paths_are_valid_geojson(town):
    found = told(town, KINDERGARTEN, cell=homes(town)[0]).path_geojson()
    (feature,) = found["features"]
    shape = shapely.geometry.shape(feature["geometry"])
    assert shape.geom_type == "LineString"
    assert feature["properties"]["category"] == "kindergarten"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"indicator": "life.kindergarden"}, "did you mean life.kindergarten_300m"),
        ({"area": "Wset"}, "there is no area 'Wset'; areas are West"),
        ({"cell": "8a1126d33"}, "is no H3 cell; wanted 15 hexadecimal digits"),
        ({"cell": "ffffffffffffffffffff"}, "is no H3 cell"),
        ({"cell": -5}, "is no H3 cell"),
        ({"cell": "8a1126d33977fff"}, "is not one of this city's; those with most people are 8a"),
        ({"cell": "8a1126d33977fff", "area": "West"}, "give --area or --cell, not both"),
    ],
)
def test_what_is_not_there_gets_one_clear_sentence(town, arguments, sentence):
    indicator = arguments.pop("indicator", KINDERGARTEN)
    with pytest.raises(UserError, match=re.escape(sentence)):
        told(town, indicator, **arguments)


def test_a_city_that_changed_since_is_not_explained_with_old_numbers(town, tmp_path):
    import shutil

    copy = shutil.copytree(town[0], tmp_path / "copy")
    exam = copy / "examinations" / town[1].name
    assert explain(copy, exam, KINDERGARTEN).value is not None
    with open(copy / "city.yaml", "a", encoding="utf-8") as file:
        file.write("people: {floor_area_per_person: 50}\n")
    with pytest.raises(UserError, match="have changed since examination"):
        explain(copy, exam, KINDERGARTEN)


def test_all_at_once_says_of_the_city_what_one_by_one_says(town):
    together = explain_all(*town)
    measured = [key for key, each in together.items() if each.value is not None]
    assert len(measured) > 5
    for key in measured[:: max(1, len(measured) // 6)]:
        alone = told(town, key).to_dict()
        assert together[key].to_dict() | {"cells": ()} == alone | {"cells": ()}
