"""Zones from files: kinds, who may see them, coordinates, topology."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from urbanwork.city.settings import ZoneSource
from urbanwork.errors import UserError
from urbanwork.quantities.crs import LONLAT, reproject
from urbanwork.quantities.datum import geometries_to_wgs84
from urbanwork.sources.zones import joined, more_restricted, read_zones

WEST = shapely.box(121.60, 38.90, 121.61, 38.91)
EAST = shapely.box(121.62, 38.90, 121.63, 38.91)
BOW = shapely.Polygon([(121.60, 38.90), (121.61, 38.91), (121.61, 38.90), (121.60, 38.91)])


def _source(path: Path, **settings: Any) -> ZoneSource:
    return ZoneSource.model_validate({"path": str(path), **settings})


def _geojson(folder: Path, *features: tuple[Any, dict[str, Any]], name: str = "z") -> Path:
    path = folder / f"{name}.geojson"
    found = [
        {"type": "Feature", "properties": row, "geometry": shapely.geometry.mapping(shape)}
        for shape, row in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": found}), encoding="utf-8")
    return path


def _written(
    path: Path, crs: str | None, driver: str, encoding: str = "UTF-8", **columns: Any
) -> Path:
    from pyogrio import raw

    shapes = np.array([WEST, EAST], object)
    if crs not in (None, LONLAT):
        shapes = reproject(shapes, LONLAT, str(crs))
    raw.write(
        str(path), geometry=shapely.to_wkb(shapes), geometry_type="Polygon", crs=crs,
        fields=list(columns), field_data=[np.array(each, object) for each in columns.values()],
        driver=driver, encoding=encoding,
    )  # fmt: skip
    return path


def test_the_settings_say_the_kind_of_a_whole_file(tmp_path: Path) -> None:
    path = _geojson(tmp_path, (WEST, {"name": "North park"}), (EAST, {}))
    zones, report = read_zones(_source(path, kind="green_line"), default_id="z")
    assert zones.kind.tolist() == ["green_line"] * 2
    assert zones.id.tolist() == ["z/1", "z/2"]
    assert zones.origin.tolist() == ["z.geojson:1", "z.geojson:2"]
    assert zones.name.tolist() == ["North park", None]
    assert set(zones.visibility) == {"internal"}
    assert report["kinds"] == {"green_line": 2}


def test_chinese_words_are_understood(tmp_path: Path) -> None:
    path = _geojson(
        tmp_path,
        (WEST, {"类型": "生态保护红线", "名称": "东山", "密级": "涉密", "批准文号": "1号"}),
        (EAST, {"类型": "永久基本农田", "质量等别": "7", "密级": "公开"}),
    )
    zones, _ = read_zones(_source(path), default_id="z")
    assert zones.kind.tolist() == ["ecological_red_line", "permanent_farmland"]
    assert zones.visibility.tolist() == ["restricted", "public"]
    assert zones.document.tolist() == ["1号", None]
    assert np.isnan(zones.quality[0])
    assert zones.quality[1] == 7


def test_a_word_of_the_file_can_mean_a_kind_of_the_citys_own(tmp_path: Path) -> None:
    path = _geojson(tmp_path, (WEST, {"art": "Vogelschutz"}), (EAST, {"art": "Ufer"}))
    kinds = {"Vogelschutz": "bird_reserve", "Ufer": "blue_line"}
    source = _source(path, columns={"kind": "art"}, kinds=kinds)
    assert read_zones(source, default_id="z")[0].kind.tolist() == ["bird_reserve", "blue_line"]


def _fault(source: ZoneSource) -> str:
    with pytest.raises(UserError) as caught:
        read_zones(source, default_id="z")
    return str(caught.value)


def test_an_unknown_kind_is_one_sentence_with_its_line(tmp_path: Path) -> None:
    path = _geojson(tmp_path, (WEST, {"kind": "green_line"}), (EAST, {"kind": "mauve line"}))
    said = _fault(_source(path))
    assert said.startswith(f"{path}:2: zones of unknown kind 'mauve line'; wanted one of ")
    assert "\n" not in said
    assert "kinds: {mauve line: green_line}" in said


def test_a_slip_in_the_settings_is_no_kind_of_ones_own(tmp_path: Path) -> None:
    path = _geojson(tmp_path, (WEST, {}))
    assert "'gren_line'; did you mean 'green_line'" in _fault(_source(path, kind="gren_line"))


def test_a_file_that_does_not_say_its_kinds_is_told(tmp_path: Path) -> None:
    said = _fault(_source(_geojson(tmp_path, (WEST, {"a": 1}))))
    assert "does not say of which kind its zones are" in said


def test_an_unknown_visibility_is_told(tmp_path: Path) -> None:
    path = _geojson(tmp_path, (WEST, {"visibility": "hidden"}))
    assert "unknown visibility 'hidden'" in _fault(_source(path, kind="green_line"))


def test_ids_that_stand_twice_are_told_where_the_settings_name_the_column(tmp_path: Path) -> None:
    path = _geojson(tmp_path, (WEST, {"nr": "a"}), (EAST, {"nr": "a"}))
    said = _fault(_source(path, kind="green_line", columns={"id": "nr"}))
    assert "'a' stands twice" in said


def test_an_empty_layer_is_a_layer(tmp_path: Path) -> None:
    path = _geojson(tmp_path)
    zones, report = read_zones(_source(path, kind="geohazard"), default_id="z")
    assert len(zones.id) == 0
    assert report["kinds"] == {"geohazard": 0}


def test_invalid_rings_are_repaired_and_named(tmp_path: Path) -> None:
    path = _geojson(tmp_path, (EAST, {}), (BOW, {}))
    zones, report = read_zones(_source(path, kind="green_line"), default_id="z")
    assert shapely.is_valid(zones.geometry).all()
    assert [each["zone"] for each in report["rings"]] == ["z.geojson:2"]
    assert "Self-intersection" in report["rings"][0]["was"]


def test_zones_of_a_kind_that_lie_over_one_another_are_told(tmp_path: Path) -> None:
    over = shapely.box(121.605, 38.90, 121.615, 38.91)
    path = _geojson(tmp_path, (WEST, {}), (over, {}))
    _, report = read_zones(_source(path, kind="permanent_farmland"), default_id="z")
    assert report["overlaps"] == 1
    assert report["overlapping"][0]["area_m2"] == pytest.approx(481_000, rel=0.01)
    _, report = read_zones(_source(path, kind="heritage"), default_id="z")
    assert report["overlaps"] == 0


def test_the_three_lines_do_not_cross(tmp_path: Path) -> None:
    path = _geojson(
        tmp_path, (WEST, {"kind": "permanent_farmland"}), (WEST, {"kind": "development_boundary"})
    )
    assert read_zones(_source(path), default_id="z")[1]["overlaps"] == 1


def test_a_sliver_between_zones_of_a_kind_is_a_gap(tmp_path: Path) -> None:
    ring = shapely.box(121.59, 38.89, 121.62, 38.92).difference(WEST)
    path = _geojson(tmp_path, (ring, {}), (WEST.buffer(-0.00002), {}))
    _, report = read_zones(_source(path, kind="green_line"), default_id="z")
    assert report["gaps"] == 1
    assert report["gaping"][0]["area_m2"] == pytest.approx(7_800, rel=0.05)


def test_a_slit_that_runs_out_at_its_ends_is_a_gap_and_near_corners_are_none(
    tmp_path: Path,
) -> None:
    beside = shapely.box(WEST.bounds[2] + 0.00002, WEST.bounds[1], 121.63, WEST.bounds[3])
    corner = shapely.box(121.63001, WEST.bounds[3] + 0.00001, 121.64, 38.95)
    path = _geojson(tmp_path, (WEST, {}), (beside, {}), (corner, {}))
    _, report = read_zones(_source(path, kind="green_line"), default_id="z")
    assert report["gaps"] == 1
    high = (WEST.bounds[3] - WEST.bounds[1]) * 111_000
    assert report["gaping"][0]["area_m2"] == pytest.approx(high * 1.73, rel=0.05)
    assert read_zones(_source(path, kind="heritage"), default_id="z")[1]["gaps"] == 0


def test_a_slit_that_another_zone_fills_is_no_gap(tmp_path: Path) -> None:
    _, south, east, north = WEST.bounds
    beside = shapely.box(east + 0.00002, south, 121.63, north)
    between = shapely.box(east, south, east + 0.00002, north)
    path = _geojson(tmp_path, (WEST, {}), (beside, {}), (between, {}))
    assert read_zones(_source(path, kind="green_line"), default_id="z")[1]["gaps"] == 0


def test_zones_of_several_files_that_lie_over_one_another_are_told(tmp_path: Path) -> None:
    from urbanwork.sources.zone_topology import overlaps_of_files

    path = _geojson(tmp_path, (WEST, {}), (EAST, {}))
    red, _ = read_zones(_source(path, kind="ecological_red_line"), default_id="a")
    farm, _ = read_zones(_source(path, kind="permanent_farmland"), default_id="b")
    both = joined([red, farm])
    metric = reproject(both.geometry, LONLAT, "EPSG:4528")
    report = overlaps_of_files(both, metric, np.array([0, 0, 1, 1]))
    assert report["overlaps"] == 2
    assert report["overlapping"][0]["kinds"] == ["ecological_red_line", "permanent_farmland"]


def test_a_mapping_error_that_is_no_number_is_told(tmp_path: Path) -> None:
    path = _geojson(tmp_path, (WEST, {"error_m": "1"}), (EAST, {"error_m": "much"}))
    said = _fault(_source(path, kind="green_line"))
    assert said.endswith("z.geojson:2: error_m of the zone is 'much'; wanted a number, 0 or more")


def test_a_narrow_hole_that_a_zone_has_itself_is_no_gap(tmp_path: Path) -> None:
    slit = shapely.box(121.601, 38.901, 121.60102, 38.909)
    path = _geojson(tmp_path, (WEST.difference(slit), {}), (EAST, {}))
    assert read_zones(_source(path, kind="green_line"), default_id="z")[1]["gaps"] == 0


@pytest.mark.parametrize(
    ("name", "driver", "encoding"),
    [("z.gpkg", "GPKG", "UTF-8"), ("z.shp", "ESRI Shapefile", "GB18030")],
)
def test_a_cgcs2000_zone_comes_to_degrees(
    tmp_path: Path, name: str, driver: str, encoding: str
) -> None:
    path = _written(
        tmp_path / name,
        "EPSG:4528",
        driver,
        encoding,
        控制线类型=["绿线", "蓝线"],
        名称=["东山", "河"],
    )
    if name == "z.shp":
        (tmp_path / "z.cpg").unlink(missing_ok=True)
    zones, _ = read_zones(_source(path), default_id="z")
    assert zones.kind.tolist() == ["green_line", "blue_line"]
    assert zones.name.tolist() == ["东山", "河"]
    assert shapely.hausdorff_distance(zones.geometry[0], WEST) < 1e-6


def test_the_number_of_a_zone_before_the_easting_is_told(tmp_path: Path) -> None:
    path = _written(tmp_path / "z.gpkg", "EPSG:4528", "GPKG", kind=["green_line"] * 2)
    said = _fault(_source(path, crs="EPSG:4549"))
    assert "carry the number of a zone (40)" in said
    assert "EPSG:4528" in said


def test_a_zipped_geodatabase_is_read(tmp_path: Path) -> None:
    import shutil

    _written(tmp_path / "z.gdb", "EPSG:4490", "OpenFileGDB", kind=["green_line", "blue_line"])
    path = Path(shutil.make_archive(str(tmp_path / "z.gdb"), "zip", tmp_path, "z.gdb"))
    zones, _ = read_zones(_source(path), default_id="z")
    assert zones.kind.tolist() == ["green_line", "blue_line"]


def test_a_geodatabase_is_a_folder_that_counts_as_one_file(tmp_path: Path) -> None:
    from urbanwork.city.prepare import city_key
    from urbanwork.city.reading import read_settings

    _written(tmp_path / "z.gdb", "EPSG:4490", "OpenFileGDB", kind=["green_line", "blue_line"])
    (tmp_path / "town.osm.pbf").write_bytes(b"streets")
    (tmp_path / "city.yaml").write_text(
        "name: Town\njurisdiction: FI\nosm: town.osm.pbf\nzones: [{path: z.gdb}]\n"
    )
    settings = read_settings(tmp_path)
    zones, _ = read_zones(settings.zones[0], default_id="z")
    assert zones.kind.tolist() == ["green_line", "blue_line"]
    before = city_key(settings)
    table = next((tmp_path / "z.gdb").glob("*.gdbtable"))
    table.write_bytes(table.read_bytes() + b"more")
    assert city_key(settings) != before


def test_closed_lines_of_a_drawing_are_zones_of_the_kind_of_their_layer(tmp_path: Path) -> None:
    from pyogrio import raw

    path = tmp_path / "z.dxf"
    rings = reproject(
        np.array([shapely.LineString(WEST.exterior.coords)], object), LONLAT, "EPSG:4528"
    )
    raw.write(
        str(path), geometry=shapely.to_wkb(rings), geometry_type="LineString", driver="DXF",
        fields=["Layer"], field_data=[np.array(["绿线"], object)], crs=None,
    )  # fmt: skip
    assert "does not say its coordinate system" in _fault(_source(path))
    zones, _ = read_zones(_source(path, crs="EPSG:4528"), default_id="z")
    assert zones.kind.tolist() == ["green_line"]
    assert shapely.hausdorff_distance(zones.geometry[0], WEST) < 1e-6


def test_shifted_coordinates_are_declared(tmp_path: Path) -> None:
    path = _geojson(tmp_path, (WEST, {}))
    zones, _ = read_zones(_source(path, kind="green_line", datum="GCJ-02"), default_id="z")
    assert shapely.equals(zones.geometry[0], geometries_to_wgs84(WEST, "gcj02"))
    assert shapely.distance(zones.geometry[0].centroid, WEST.centroid) > 0.004


def test_zones_of_two_files_are_one_layer(tmp_path: Path) -> None:
    found = [
        read_zones(
            _source(_geojson(tmp_path, (WEST, {}), name=n), kind="green_line"), default_id=n
        )[0]
        for n in ("a", "b")
    ]
    assert joined(found).id.tolist() == ["a/1", "b/1"]


def test_the_most_restricted_of_two_holds() -> None:
    assert more_restricted("internal", "public") == "internal"
    assert more_restricted("internal", "restricted") == "restricted"
