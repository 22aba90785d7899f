"""A plan held against the six qualities: what is there, what is not, what nobody can tell."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from audited_plan import GREEN, HOUSING, INDUSTRY, SYSTEMS, whole_plan, write_features, write_plan
from urbanwork.catalogue.models import Bilingual
from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.planning.audit.checklist import Found, checks, qualities
from urbanwork.planning.audit.land import shares_of_new
from urbanwork.planning.audit.run import audit


@pytest.fixture
def plan(tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path / "plan"
    return folder, whole_plan(folder)


def found(folder: Path, check: str, city: Any = None) -> Found:
    return next(item.found for item in audit(folder, city).items if item.check.id == check)


def states(folder: Path) -> dict[str, str]:
    return {item.check.id: item.found.state for item in audit(folder).items}


def test_a_plan_with_all_that_is_asked_is_met_but_for_what_needs_a_city_or_examinations(plan):
    told = states(plan[0])
    needs_more = {"population_today", "population_plausible", "coordination"}
    assert {key for key, state in told.items() if state != "met"} == needs_more
    assert {told[key] for key in needs_more} == {"unknown"}


def test_a_plan_that_says_nothing_is_unknown_everywhere_and_never_met(tmp_path):
    write_plan(tmp_path, {"id": "x", "title": {"zh": "空"}, "kind": "other"})
    assert set(states(tmp_path).values()) == {"unknown"}


def test_every_check_belongs_to_a_quality_and_every_quality_has_checks():
    of = {quality.id: 0 for quality in qualities()}
    for check in checks().values():
        of[check.quality] += 1
    assert len(of) == 6
    assert min(of.values()) >= 2


def test_every_item_says_in_both_languages_what_was_found_and_where(plan):
    for item in audit(plan[0]).items:
        assert item.found.sentence.en.endswith((".", ")")), item
        assert item.found.sentence.zh.endswith(("。", "）", "）。")), item
        assert item.found.where, item
        assert item.check.cure.en
        assert item.check.source.zh


Edit = Callable[[dict[str, Any]], None]


def _drop(*keys: Any) -> Edit:
    def edit(data: dict[str, Any]) -> None:
        entry = data
        for key in keys[:-1]:
            entry = entry[key]
        del entry[keys[-1]]

    return edit


def _put(value: Any, *keys: Any) -> Edit:
    def edit(data: dict[str, Any]) -> None:
        entry = data
        for key in keys[:-1]:
            entry = entry[key]
        entry[keys[-1]] = value

    return edit


NOT_MET: list[tuple[str, Edit, str]] = [
    ("evidence", _drop("proposals", 0, "evidence"), "no evidence: P1"),
    ("evidence", _put([{"file": "lost.csv"}], "proposals", 0, "evidence"), "lost.csv"),
    ("simulation", _drop("proposals", 0, "simulation"), "no simulation"),
    ("changes_proposed", _drop("proposals", 0, "changes"), "k1"),
    ("changes_proposed", _put(["k1", "k9"], "proposals", 0, "changes"), "no change k9"),
    ("horizon", _put({"base_year": 2020, "target_year": 2030}, "horizon"), "10 years"),
    ("horizon", _put({"base_year": 2003, "target_year": 2023}, "horizon"), "ended"),
    ("population_path", _drop("population", 1, "basis"), "2040"),
    ("growth_path", _put(2035, "built_up_land", 1, "year"), "not for 2040"),
    ("system.water", _put([{"id": "green", "where": "2"}], "systems"), "not this one"),
    ("system.green", _put([{"id": "green"}], "systems"), "without the chapter"),
    ("land_per_person", _put(13.0, "built_up_land", 1, "km2"), "108 m²"),
    ("land_per_output", _put(51.0, "output", 1, "value"), "+8.9 %"),
    ("land_and_people", _put(12.0, "built_up_land", 1, "km2"), "1.83"),
    ("totals", _put(15.2, "layers", 0, "total_ha"), "15.20 ha"),
    ("totals", _put(6.1, "layers", 0, "declared", 0, "ha"), "housing"),
    ("accuracy", _drop("positional_accuracy", "how"), "not how"),
    ("version", _drop("date"), "no date"),
    ("approval", _drop("approval", "file"), "without file"),
    ("approval", _put("2024-02-01", "approval", "date"), "later than its approval"),
    ("signatures", _drop("signatures", 0, "date"), "without post, body or date"),
    ("publicity", _put("2024-04-30", "publicity", "to"), "29 days"),
    ("publicity", _put("2024-07-01", "publicity", "to"), "before it ended"),
    ("unchanged", _put("0" * 64, "layers", 0, "sha256"), "changed"),
    ("deviations", _put([{"what": {"en": "A taller tower"}}], "deviations", "list"), "taller"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "edit", "says"), NOT_MET)
def test_what_the_plan_lacks_is_not_met_with_figures_and_place(plan, check, edit, says):
    folder, data = plan
    edit(data)
    write_plan(folder, data)
    told = found(folder, check)
    assert told.state == "not_met"
    assert says in told.sentence.en
    assert told.where


@pytest.mark.parametrize("key", ["proposals", "horizon", "population", "layers", "publicity",
                                 "signatures", "deviations", "approval", "version"])  # fmt: skip
def test_what_the_plan_does_not_speak_of_is_unknown_not_failed(plan, key):
    folder, data = plan
    before = states(folder)
    del data[key]
    write_plan(folder, data)
    lost = {each for each, state in states(folder).items() if state != before[each]}
    assert lost
    assert {states(folder)[each] for each in lost - {"approval", "changes_proposed"}} <= {"unknown"}


# Geometry


def test_a_polygon_that_crosses_itself_is_named_by_file_and_feature(plan):
    folder, _ = plan
    bow = shapely.Polygon([(0, 0), (300, 200), (300, 0), (0, 200)])
    write_features(folder / "land.geojson", [GREEN, bow], use=["green", "housing"])
    told = found(folder, "geometry")
    assert told.state == "not_met"
    assert told.where == ("land.geojson:2",)
    assert "Self-intersection" in told.sentence.en
    for check in ("overlaps", "gaps", "totals"):
        assert found(folder, check).state == "unknown"


def test_ground_with_two_uses_is_an_overlap_with_its_area(plan):
    folder, _ = plan
    wide = shapely.box(0, 0, 310, 200)
    write_features(folder / "land.geojson", [wide, GREEN, INDUSTRY], use=["housing", "green", "i"])
    told = found(folder, "overlaps")
    assert told.state == "not_met"
    assert told.where == ("land.geojson:1+2",)
    assert "2,000 m²" in told.sentence.en


def test_ground_without_use_is_a_gap_at_the_boundary_and_inside(plan):
    folder, data = plan
    narrow = shapely.difference(shapely.box(0, 0, 290, 200), shapely.box(100, 100, 110, 110))
    write_features(folder / "land.geojson", [narrow, GREEN, INDUSTRY], use=["h", "g", "i"])
    assert "2,100 m²" in found(folder, "gaps").sentence.en
    del data["layers"][0]["boundary"]
    write_plan(folder, data)
    told = found(folder, "gaps")
    assert told.state == "not_met"
    assert "100 m²" in told.sentence.en


def test_neighbours_that_only_touch_are_no_overlap_and_leave_no_gap(plan):
    assert found(plan[0], "overlaps").state == found(plan[0], "gaps").state == "met"


def test_a_layer_without_coordinate_system_is_not_met_and_its_areas_are_unknown(plan, tmp_path):
    folder, data = plan
    import pyogrio

    shapes = shapely.to_wkb(np.array([HOUSING], np.object_))
    with pytest.warns(UserWarning, match="crs"):
        pyogrio.raw.write(folder / "land.gpkg", shapes, [np.array(["housing"], object)], ["use"],
                          geometry_type="Polygon", crs=None)  # fmt: skip
    data["layers"][0] |= {"file": "land.gpkg"}
    write_plan(folder, data)
    assert found(folder, "crs").state == "not_met"
    assert found(folder, "totals").state == "unknown"
    data["layers"][0] |= {"crs": "EPSG:4549"}
    write_plan(folder, data)
    assert found(folder, "crs").state == "met"


def test_a_layer_that_is_not_there_leaves_its_checks_unknown(plan):
    folder, _ = plan
    (folder / "land.geojson").unlink()
    told = found(folder, "geometry")
    assert told.state == "unknown"
    assert "land.geojson" in told.sentence.en
    assert str(folder) not in told.sentence.en


def test_a_change_of_an_unknown_kind_is_told_where_it_stands(plan):
    folder, _ = plan
    write_features(folder / "changes.geojson", [shapely.Point(0, 0)], kind=["teleport"])
    told = found(folder, "scenario")
    assert told.state == "not_met"
    assert told.where[0] == "changes.geojson:1"
    assert found(folder, "changes_proposed").state == "unknown"


def test_slivers_of_rounded_coordinates_are_left_out_and_told(plan):
    folder, _ = plan
    thin = shapely.box(0, 0, 300.05, 200)  # 5 cm over its neighbour
    short = shapely.box(0, 200, 500, 299.95)
    write_features(folder / "land.geojson", [thin, GREEN, short], use=["h", "g", "i"])
    for check in ("overlaps", "gaps"):
        told = found(folder, check)
        assert told.state == "met"
        assert "1 sliver narrower than 0.1 m" in told.sentence.en


def test_features_are_numbered_as_in_the_file_though_some_have_no_geometry(plan):
    folder, _ = plan
    wide = shapely.box(0, 0, 310, 200)
    shapes = [wide, GREEN, INDUSTRY]
    write_features(folder / "land.geojson", shapes, use=["h", "g", "i"])
    document = json.loads((folder / "land.geojson").read_text())
    nothing = {"type": "Feature", "geometry": None, "properties": {}}
    document["features"].insert(0, nothing)
    (folder / "land.geojson").write_text(json.dumps(document))
    assert found(folder, "overlaps").where == ("land.geojson:2+3",)


# Infill


def boxes(*corners: tuple[float, float, float, float]) -> Any:
    return np.array([shapely.box(*each) for each in corners], np.object_)


def test_new_land_is_split_into_infill_edge_and_apart_by_area():
    frame = shapely.difference(shapely.box(0, 0, 300, 300), shapely.box(100, 100, 200, 200))
    old = np.array([frame], np.object_)
    new = boxes((100, 100, 200, 200), (300, 0, 400, 200), (1000, 0, 1100, 100))
    total, inside, edge = shares_of_new(old, np.concatenate([old, new]), 30, 50)
    assert total == pytest.approx(40_000)
    assert (inside, edge) == pytest.approx((25.0, 50.0))


def test_no_new_land_is_no_infill_either():
    assert shares_of_new(boxes((0, 0, 9, 9)), boxes((0, 0, 9, 9)), 30, 50) is None


# Faults of plan.yaml


FAULTS: list[tuple[Edit, str]] = [
    (_drop("id"), "'id' is missing"),
    (_put("atlas", "kind"), "'kind' is 'atlas'"),
    (_put(1, "colour"), "unknown key 'colour'"),
    (_put("01.04.2024", "publicity", "from"), "wanted a date"),
    (_put("2024-03-01", "publicity", "to"), "before the first"),
    (_put({"base_year": 2040, "target_year": 2020}, "horizon"), "not after the base year"),
    (_put(-5, "population", 0, "people"), "above 0"),
    (_put(2041, "population", 0, "year"), "does not follow"),
    (_put("../secret.txt", "approval", "file"), "outside the folder"),
    (_put("/etc/passwd", "scenario"), "outside the folder"),
    (_put({}, "title"), "has no text"),
    (_put("euro", "output", 0, "unit"), "several units"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "says"), FAULTS)
def test_a_fault_of_plan_yaml_is_told_with_file_and_line(plan, edit, says):
    folder, data = plan
    edit(data)
    write_plan(folder, data)
    with pytest.raises(ManyFaultsError) as raised:
        audit(folder)
    assert says in str(raised.value)
    assert all("plan.yaml:" in fault for fault in raised.value.faults)


def test_all_faults_are_told_at_once(plan):
    folder, data = plan
    both = copy.deepcopy(data)
    both["horizon"] = {"base_year": 2040, "target_year": 2020}
    both["population"][0]["people"] = 0
    both["proposals"].append(both["proposals"][0] | {"title": {"en": None}})
    write_plan(folder, both)
    with pytest.raises(ManyFaultsError) as raised:
        audit(folder)
    assert len(raised.value.faults) == 4


def test_a_folder_without_plan_is_told(tmp_path):
    with pytest.raises(UserError, match=r"no plan\.yaml"):
        audit(tmp_path)


def test_the_same_plan_gives_the_same_checklist(plan):
    assert audit(plan[0]).items == audit(plan[0]).items


def test_systems_are_asked_for_by_name_in_both_languages(plan):
    titles = {item.check.id: item.check.title for item in audit(plan[0]).items}
    assert {f"system.{name}" for name in SYSTEMS} <= set(titles)
    assert titles["system.water"] == Bilingual("Water", "水系统")
