"""Scenarios from files: what is read, and one clear sentence for each thing that is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.planning.changes import KINDS
from urbanwork.planning.kinds import NEEDS, scenario_schema, scenario_schema_text
from urbanwork.planning.reading import read_scenario
from urbanwork.planning.stacking import changes_of, read_stack
from urbanwork.planning.writing import as_geojson, write_scenario

TWO = """
scenario: two
name: Two kindergartens
crs: EPSG:4326
changes:
  - {id: k1, kind: add_place, category: kindergarten, at: [25.0, 60.0], capacity: 90}
  - {kind: close_street, geometry: "LINESTRING (25 60, 25.001 60)"}
  - {kind: remove_place, target: node/1, codes: [a], approvals: ["No. 3"]}
"""


def written(folder, text, name="plan.yaml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def geojson(*features, **head):
    return json.dumps({"type": "FeatureCollection", **head, "features": list(features)})


def feature(kind, geometry=None, **properties):
    shape = None if geometry is None else json.loads(shapely.to_geojson(geometry))
    return {"type": "Feature", "geometry": shape, "properties": {"kind": kind, **properties}}


def faults_of(path, **options):
    with pytest.raises(ManyFaultsError) as caught:
        read_scenario(path, **options)
    return caught.value.faults


def test_a_scenario_in_yaml_is_read(tmp_path):
    scenario = read_scenario(written(tmp_path, TWO))
    assert (scenario.id, scenario.name) == ("two", "Two kindergartens")
    assert [each.kind for each in scenario.changes] == ["add_place", "close_street", "remove_place"]
    assert scenario.changes[0].geometry.equals(shapely.Point(25, 60))
    assert scenario.changes[1].id == "change-2"
    assert scenario.changes[2].approvals == ("No. 3",)
    assert scenario.changes[0].origin.endswith("plan.yaml:6")


@pytest.mark.parametrize("name", ["again.yaml", "again.geojson"])
def test_what_is_written_is_read_back_the_same(tmp_path, name):
    scenario = read_scenario(written(tmp_path, TWO))
    write_scenario(scenario, tmp_path / name)
    again = read_scenario(tmp_path / name)
    assert as_geojson(again) == as_geojson(scenario)


def test_a_plan_in_metres_comes_out_in_degrees(tmp_path):
    text = geojson(
        feature("add_place", shapely.Point(500_000, 6_651_411), category="school"),
        crs={"type": "name", "properties": {"name": "EPSG:3067"}},
    ).replace("school", "kindergarten")
    point = read_scenario(written(tmp_path, text, "plan.geojson")).changes[0].geometry
    assert np.allclose([point.x, point.y], [27.0, 60.0], atol=1e-3)


def test_shifted_coordinates_are_put_right_where_declared(tmp_path):
    plan = written(tmp_path, geojson(
        feature("add_place", shapely.Point(121.644926, 38.918574), category="kindergarten")
    ), "plan.geojson")  # fmt: skip
    point = read_scenario(plan, datum="gcj02").changes[0].geometry
    assert np.allclose([point.x, point.y], [121.63995, 38.91777], atol=1e-5)


def test_degrees_without_a_coordinate_system_are_refused(tmp_path):
    text = TWO.replace("crs: EPSG:4326\n", "")
    with pytest.raises(UserError, match="does not say their coordinate system"):
        read_scenario(written(tmp_path, text))
    assert read_scenario(written(tmp_path, text), crs="EPSG:4326").changes


def test_a_system_that_contradicts_the_one_of_the_file_is_refused(tmp_path):
    plan = written(tmp_path, TWO)
    with pytest.raises(UserError, match=r"names EPSG:4326 .* but --crs declares EPSG:3067, which"):
        read_scenario(plan, crs="EPSG:3067")
    assert read_scenario(plan, crs="OGC:CRS84").changes


def test_a_bare_number_is_a_system_of_epsg(tmp_path):
    text = TWO.replace("EPSG:4326", "4326")
    assert read_scenario(written(tmp_path, text)).changes[0].geometry.equals(shapely.Point(25, 60))


@pytest.mark.parametrize("said", ["[4326]", "{a: 1}", "1.5", "true"])
def test_a_system_that_is_no_text_is_refused(tmp_path, said):
    with pytest.raises(UserError, match="crs must be a text such as EPSG:4326, got"):
        read_scenario(written(tmp_path, TWO.replace("EPSG:4326", said)))


@pytest.mark.parametrize(
    ("crs", "words"),
    [(5, "no coordinate system that PROJ knows"), ([1], "crs must be a text"),
     ({"properties": {"name": [5]}}, "crs must be a text")],
)  # fmt: skip
def test_the_system_of_a_geojson_is_told_where_it_is_none(tmp_path, crs, words):
    plan = written(tmp_path, geojson(feature("add_housing", shapely.Point(25, 60)), crs=crs),
                   "plan.geojson")  # fmt: skip
    with pytest.raises(UserError, match=words):
        read_scenario(plan)


def test_half_a_character_is_told(tmp_path):
    text = geojson(feature("add_housing", shapely.Point(25, 60), people=3, name="A-here"))
    found = faults_of(written(tmp_path, text.replace("A-here", "\\ud800"), "plan.geojson"))
    assert found[0].endswith("name holds characters that are no Unicode; write it anew")


def test_what_cannot_be_read_of_a_feature_is_one_sentence(tmp_path):
    broken = {**feature("add_housing"), "geometry": {"type": "Blob"}}
    listed = {"type": "Feature", "geometry": None, "properties": ["kind"]}
    found = faults_of(written(tmp_path, geojson(broken, listed), "plan.geojson"))
    assert [each.rpartition("plan.geojson:")[2][:30] for each in found] == [
        "1: its geometry cannot be read", "2: properties must be an objec",
    ]  # fmt: skip


def test_degrees_called_metres_are_refused(tmp_path):
    with pytest.raises(UserError, match="look like degrees"):
        read_scenario(written(tmp_path, TWO.replace("4326", "4547")))


@pytest.mark.parametrize("text", ["", "scenario: x\nchanges: []\n", "scenario: x\n"])
def test_an_empty_plan_is_refused(tmp_path, text):
    with pytest.raises(UserError, match="empty"):
        read_scenario(written(tmp_path, text))


def test_all_faults_are_told_at_once_with_the_feature(tmp_path):
    bow_tie = shapely.Polygon([(25, 60), (25.1, 60.1), (25.1, 60), (25, 60.1)])
    plan = written(tmp_path, geojson(
        feature("fly_to_moon"),
        feature("change_land_use", bow_tie, category="residential"),
        feature("add_place", shapely.Point(25, 60), category="castle"),
        feature("add_housing", shapely.Point(25, 60)),
        feature("set_headway", target="stop/1", headway_min="often"),
        feature("close_street"),
        feature("remove_place", target="a", people=3),
    ), "plan.geojson")  # fmt: skip
    found = faults_of(plan)
    for number, words in enumerate([
        "unknown kind 'fly_to_moon'", "crosses itself", "no category 'castle'",
        "needs people or floor_m2", "headway_min must be a number", "needs geometry or target",
        "takes no people",
    ], start=1):  # fmt: skip
        assert any(words in each and f"plan.geojson:{number}:" in each for each in found), words


def test_numbers_and_zones_that_cannot_be_are_told(tmp_path):
    here, ground = shapely.Point(25, 60), shapely.box(25, 60, 25.1, 60.1)
    plan = written(tmp_path, geojson(
        feature("add_housing", here, people=1e300),
        feature("add_place", here, category="kindergarten", capacity=1e7),
        feature("set_headway", target="stop/1", headway_min=0),
        feature("add_street", shapely.LineString([(25, 60), (25, 60)])),
        feature("add_zone", ground, category="greenn_line"),
        feature("add_zone", ground, category="park", visibility="secret"),
        feature("add_zone", ground, category="permanent_farmland", quality="rather good"),
        feature("add_zone", ground, category="permanent_farmland", error_m=-1),
        feature("add_housing", here, people=10**400),
        feature("remove_place", target=["a"]),
    ), "plan.geojson")  # fmt: skip
    found = faults_of(plan)
    for number, words in enumerate([
        "people is 1e+300 people, but at most 100,000,000 can be", "at most 1,000,000",
        "headway_min is 0", "the line has no length", "did you mean 'green_line'?",
        "visibility is one of public, internal, restricted, got 'secret'",
        "quality of a zone is a number", "error_m of a zone is a number",
        "people must be a number", "target must be a text, got ['a']",
    ], start=1):  # fmt: skip
        assert any(words in each and f"plan.geojson:{number}:" in each for each in found), words
    assert len(found) == 10


def test_a_kind_of_zone_of_the_city_s_own_is_taken(tmp_path):
    zone = feature("add_zone", shapely.box(25, 60, 25.1, 60.1), category="bird_reserve",
                   visibility="internal", quality=None, error_m="2.5")  # fmt: skip
    plan = written(tmp_path, geojson(zone), "plan.geojson")
    assert read_scenario(plan).changes[0].category == "bird_reserve"


def test_an_id_given_twice_is_told(tmp_path):
    text = TWO.replace("kind: remove_place", "id: k1, kind: remove_place")
    assert "given twice" in faults_of(written(tmp_path, text))[0]


def test_columns_of_a_shapefile_in_chinese_are_fields(tmp_path):
    import pyogrio.raw

    path = tmp_path / "规划.shp"
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array([shapely.Point(25, 60)], object)),
        [np.array(["add_place"], object), np.array(["kindergarten"], object), np.array([120])],
        ["变更类型", "设施类别", "规模"], geometry_type="Point", crs="EPSG:4326",
        driver="ESRI Shapefile", encoding="GB18030",
    )  # fmt: skip
    change = read_scenario(path).changes[0]
    assert (change.kind, change.category, change.capacity) == ("add_place", "kindergarten", 120)
    path.with_suffix(".prj").unlink()
    with pytest.raises(UserError, match="coordinate system"):
        read_scenario(path)


def test_layers_of_a_drawing_say_kind_and_category(tmp_path):
    import pyogrio.raw

    path = tmp_path / "plan.dxf"
    ring = shapely.LineString([(500_000, 6_651_411), (500_100, 6_651_411), (500_100, 6_651_511),
                               (500_000, 6_651_411)])  # fmt: skip
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array([ring, shapely.Point(500_000, 6_651_411)], object)),
        [np.array(["change_land_use_green", "add_place_kindergarten"], object)], ["Layer"],
        geometry_type="Unknown", crs="EPSG:3067", driver="DXF",
    )  # fmt: skip
    changes = read_scenario(path, crs="EPSG:3067").changes
    assert [(each.kind, each.category, each.geometry.geom_type) for each in changes] == [
        ("change_land_use", "green", "Polygon"), ("add_place", "kindergarten", "Point"),
    ]  # fmt: skip
    with pytest.raises(UserError, match="coordinate system"):
        read_scenario(path)


def test_a_scenario_stands_on_another(tmp_path):
    written(tmp_path, TWO, "base.yaml")
    top = written(tmp_path, "scenario: top\nbase: base.yaml\nchanges:\n"
                  "  - {id: r, kind: remove_place, target: k1}\n", "top.yaml")  # fmt: skip
    stack = read_stack(top)
    assert [each.id for each in stack] == ["two", "top"]
    assert changes_of(stack)[-1].target == "k1"


def test_of_several_layers_the_one_that_is_named_is_read(tmp_path):
    import pyogrio.raw

    for name, people in (("north", 10), ("south", 20)):
        pyogrio.raw.write(
            tmp_path / "plan.gpkg", shapely.to_wkb(np.array([shapely.box(25, 60, 26, 61)], object)),
            [np.array(["add_housing"], object), np.array([people])], ["kind", "people"],
            geometry_type="Polygon", crs="EPSG:4326", layer=name, driver="GPKG",
            append=name == "south",
        )  # fmt: skip
    assert changes_of(read_stack(tmp_path / "plan.gpkg", layer="south"))[0].people == 20
    with pytest.raises(UserError, match="or with --layer"):
        read_stack(tmp_path / "plan.gpkg")
    with pytest.raises(UserError, match="there is no layer 'west'; its layers are"):
        read_stack(tmp_path / "plan.gpkg", layer="west")


def test_scenarios_in_a_circle_are_refused(tmp_path):
    for one, two in (("a", "b"), ("b", "a")):
        written(tmp_path, f"scenario: {one}\nbase: {two}.yaml\nchanges:\n"
                f"  - {{id: {one}, kind: remove_place, target: x}}\n", f"{one}.yaml")  # fmt: skip
    with pytest.raises(UserError, match="circle"):
        read_stack(tmp_path / "a.yaml")


def test_every_kind_has_its_needs_and_the_schema_is_carried():
    from importlib.resources import files

    import jsonschema

    assert tuple(NEEDS) == KINDS
    carried = files("urbanwork.planning").joinpath("scenario.schema.json").read_text("utf-8")
    assert carried == scenario_schema_text()
    jsonschema.Draft202012Validator.check_schema(scenario_schema())


def test_the_schema_takes_what_is_read_and_refuses_what_is_not():
    import jsonschema
    import yaml

    validator = jsonschema.Draft202012Validator(scenario_schema())
    assert validator.is_valid(yaml.safe_load(TWO))
    assert not validator.is_valid(yaml.safe_load(TWO.replace("add_place", "fly")))
    assert not validator.is_valid(yaml.safe_load(TWO.replace(", category: kindergarten", "")))


def test_the_number_of_a_zone_before_the_easting_is_told(tmp_path: Path) -> None:
    place = {"kind": "add_place", "category": "park", "at": [40_616_951, 4_310_000]}
    path = tmp_path / "plan.yaml"
    path.write_text(json.dumps({"scenario": "a", "crs": "EPSG:4549", "changes": [place]}))
    with pytest.raises(UserError, match=r"zone \(40\) before the easting; .* EPSG:4528"):
        read_scenario(path)
