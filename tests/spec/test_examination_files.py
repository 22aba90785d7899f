"""The files of an examination: valid, whole, the same for the same input, harmless to open.

A cross of two streets of 800 m with houses, a school, a park; its names are hostile.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sqlite3
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely

from pbftown import PbfTown, examined, no_progress, plain_faces, square
from urbanwork.api import Examination, last_examination, open_city
from urbanwork.api import examine as examine_with_report
from urbanwork.catalogue.loading import load_catalogue
from urbanwork.city.store import Cache
from urbanwork.examination import run as runs
from urbanwork.examination.tables import (
    AREAS,
    CELLS,
    INDICATORS,
    PROBLEMS,
    described,
)
from urbanwork.kernels.threads import set_threads, threads_in_use
from urbanwork.measures.names import AREA_MEASURES
from urbanwork.reporting.geopackage import write_geopackage
from urbanwork.reporting.workbook import write_csv, write_workbook

SCHOOL = "life.primary_school_500m"
FORMULA = '=HYPERLINK("http://evil.example","x")'
HOSTILE = (FORMULA, "@SUM(1)", "+1", "-1+1", "=1", "＝1+1", "</script><b>", "a\n=1")


def drawn_town() -> PbfTown:
    town = PbfTown()
    town.street((-400, 0), (0, 0), (400, 0), name=FORMULA)
    town.street((0, -400), (0, 0), (0, 400))
    for x in range(-390, 400, 60):
        town.house((x, 25))
        town.house((25, x))
    town.place((200, -12), amenity="school", name=HOSTILE[6], **{"isced:level": "1"})
    town.box(-380, -380, -230, -230, leisure="park", name=FORMULA)
    town.box(-400, 5, 400, 60, landuse="residential")
    return town


def quarters() -> dict[str, shapely.Geometry]:
    """Eight strips with the hostile names."""
    return {
        name: shapely.box(-425 + 106.25 * n, -425, -425 + 106.25 * (n + 1), 425)
        for n, name in enumerate(HOSTILE)
    }


def make_city(folder: Path) -> Path:
    return drawn_town().city(
        folder, boundary=square(0, 0, 850), areas=quarters(), extent=square(0, 0, 900),
        jurisdiction="CN", name=f"'{FORMULA}'",
    )  # fmt: skip


@pytest.fixture(scope="module")
def exam(tmp_path_factory) -> Examination:
    return examine_with_report(make_city(tmp_path_factory.mktemp("town")))


def files(folder: Path) -> dict[str, bytes]:
    """All that belongs to the identity of an examination."""
    outside = ("run.json", "log.txt")
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.name not in outside}


# Identity


def test_the_same_town_examined_with_one_thread_or_two_gives_the_same_bytes(exam, tmp_path):
    before = threads_in_use()
    try:
        for threads in (1, 2):
            set_threads(threads)
            again = examine_with_report(make_city(tmp_path / str(threads)))
            assert again.id == exam.id
            assert files(again.folder) == files(exam.folder)
    finally:
        set_threads(before)


def test_an_identical_rerun_returns_the_folder_and_writes_nothing(exam):
    before = {p: p.stat().st_mtime_ns for p in exam.folder.iterdir()}
    again = examine_with_report(exam.city_folder)
    assert again.folder == exam.folder
    assert {p: p.stat().st_mtime_ns for p in exam.folder.iterdir()} == before


def test_the_id_is_the_date_and_a_hash(exam):
    date, _, digest = exam.id.rpartition("-")
    assert date == "2024-01-01"
    assert len(digest) == 10
    assert int(digest, 16) >= 0


def test_a_changed_standard_grades_anew_without_the_city_and_without_measuring(tmp_path):
    folder = make_city(tmp_path / "town")
    first = examined(folder)
    cached = {kind: set(Cache.of(folder).folder.joinpath(kind).iterdir())
              for kind in ("city", "measured")}  # fmt: skip
    with open(folder / "city.yaml", "a", encoding="utf-8") as file:
        file.write("standards: [international]\n")
    stages = []
    second = runs.examine(folder, plain_faces(),
                          lambda en, zh: stages.append(en))  # fmt: skip
    assert stages == ["loading what was measured", "grading", "writing results", "saving"]
    assert second != first
    assert cached == {kind: set(Cache.of(folder).folder.joinpath(kind).iterdir())
                      for kind in ("city", "measured")}  # fmt: skip


def test_problems_keep_their_names_when_the_city_changes(tmp_path):
    folder = make_city(tmp_path / "town")
    first = problems(examined(folder))
    changed = drawn_town()
    changed.house((60, 60))
    changed.write(folder / "town.osm.pbf")
    second = problems(examined(folder))
    assert first.keys() == second.keys()
    assert first != second


def problems(folder: Path) -> dict[str, tuple]:
    rows = pq.read_table(folder / "problems.parquet").to_pylist()
    return {row["problem_id"]: (row["indicator"], row["area"], row["people"]) for row in rows}


def test_the_last_examination_is_the_one_that_was_asked_for_last(tmp_path):
    folder = make_city(tmp_path / "town")
    text = (folder / "city.yaml").read_text(encoding="utf-8")
    first = examine_with_report(folder).folder
    (folder / "city.yaml").write_text(text + "standards: [international]\n", encoding="utf-8")
    second = examine_with_report(folder).folder
    assert last_examination(folder).folder == second
    (folder / "city.yaml").write_text(text, encoding="utf-8")
    assert examine_with_report(folder).folder == first
    assert last_examination(folder).folder == first
    shutil.rmtree(first)
    assert last_examination(folder).folder == second


def test_a_moved_city_has_the_same_examination(exam, tmp_path):
    moved = shutil.copytree(exam.city_folder, tmp_path / "elsewhere")
    shutil.rmtree(moved / "examinations")
    assert files(examine_with_report(moved).folder) == files(exam.folder)


def test_nothing_of_the_machine_is_in_the_files(exam):
    for name, data in files(exam.folder).items():
        assert str(exam.city_folder).encode() not in data, name


# Tables


def columns_of(exam, name):
    schema = pq.read_schema(exam.folder / name)
    return {field.name: str(field.type) for field in schema}


def test_the_tables_have_the_columns_of_the_schema(exam):
    for name, schema in (("indicators", INDICATORS), ("problems", PROBLEMS)):
        wanted = {field.name: str(field.type) for field in schema}
        assert columns_of(exam, f"{name}.parquet") == wanted
    for name, schema in (("areas", AREAS), ("cells", CELLS)):
        found = columns_of(exam, f"{name}.parquet")
        assert {key: found[key] for key in schema.names} == {
            field.name: str(field.type) for field in schema
        }


def test_the_schema_of_the_tables_is_the_one_that_later_work_reads():
    """A change raises SCHEMA_VERSION, is noted in CHANGELOG.md, and is made here too."""
    snapshot = Path(__file__).with_name("results_schema.json")
    assert described() == json.loads(snapshot.read_text(encoding="utf-8"))


def test_cells_have_value_state_and_distance_of_every_indicator_of_cells(exam):
    found = columns_of(exam, "cells.parquet")
    for name, each in load_catalogue().indicators.items():
        if each.measure in AREA_MEASURES:
            assert name not in found
            continue
        assert found[name] == "double"
        assert found[f"{name}:state"] == "int8"
    assert found[f"{SCHOOL}:distance"] == "double"


def test_the_tables_say_their_version(exam):
    for path in exam.folder.glob("*.parquet"):
        assert pq.read_schema(path).metadata[b"urbanwork:schema"] == b"2"


def test_the_geoparquet_metadata_is_valid(exam):
    for name in ("areas", "cells"):
        path = exam.folder / f"{name}.parquet"
        geo = json.loads(pq.read_schema(path).metadata[b"geo"])
        assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
        column = geo["columns"]["geometry"]
        assert column["encoding"] == "WKB"
        assert column["crs"]["id"] == {"authority": "OGC", "code": "CRS84"}
        shapes = shapely.from_wkb(pq.read_table(path)["geometry"].to_pylist())
        kinds = {shape.geom_type for shape in shapes}
        assert set(column["geometry_types"]) == kinds <= {"Polygon", "MultiPolygon"}
        assert column["bbox"] == pytest.approx(shapely.total_bounds(shapes), abs=1e-8)
        assert shapely.is_valid(shapes).all()


def test_geopandas_reads_cells_and_areas(exam):
    assert exam.cells.crs.to_epsg() == 4326 or exam.cells.crs.to_authority() == ("OGC", "CRS84")
    assert exam.areas.index.tolist() == list(HOSTILE)
    assert exam.areas.total_bounds == pytest.approx(exam.cells.total_bounds, abs=1e-5)


def test_gdal_reads_the_geoparquet_where_it_can(exam):
    import pyogrio

    if "Parquet" not in pyogrio.list_drivers():
        pytest.skip("this GDAL is built without the Parquet driver")
    frame = pyogrio.read_dataframe(exam.folder / "areas.parquet")
    assert len(frame) == len(HOSTILE)


def test_areas_and_city_recombine_from_the_cells(exam):
    cells, areas = exam.cells, exam.areas
    by_area = cells.groupby("area")["people"].sum()
    assert areas["people"].to_numpy() == pytest.approx(by_area.loc[areas.index].to_numpy())
    assert cells["people"].sum() == pytest.approx(exam.manifest["people"])
    city = exam.indicators.set_index(["indicator", "area"]).loc[(SCHOOL, "city")]
    reached = (cells["people"] * cells[SCHOOL].fillna(0.0) / 100).sum()
    assert city["numerator"] == pytest.approx(reached)
    assert city["value"] == pytest.approx(100 * reached / cells["people"].sum())


def test_every_row_of_the_tables_can_be_named(exam):
    table = exam.indicators
    assert not table.duplicated(["indicator", "area"]).any()
    assert not exam.problems["problem_id"].duplicated().any()
    assert set(table["area"]) == {*HOSTILE, "city"}
    assert set(exam.problems["area"]) <= set(HOSTILE)


def test_a_row_without_a_value_has_a_reason_and_sentences_in_both_languages(exam):
    missing = exam.indicators[exam.indicators["value"].isna()]
    assert len(missing) > 0
    assert missing["reason"].notna().all()
    assert (missing["note_en"].str.len() > 0).all()
    assert (missing["note_zh"].str.len() > 0).all()


# Workbook and CSV


def test_hostile_names_are_text_in_the_workbook(exam, tmp_path):
    from openpyxl import load_workbook

    book = load_workbook(write_workbook(exam.folder, tmp_path / "x.xlsx"))
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    texts = {cell.value for cell in cells}
    assert FORMULA in texts
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert not [cell for cell in cells if cell.hyperlink]
    assert len(book.sheetnames) == 5


def test_a_table_longer_than_a_sheet_is_cut_and_said_to_be(exam, tmp_path, monkeypatch):
    from openpyxl import load_workbook

    from urbanwork.reporting import workbook

    monkeypatch.setattr(workbook, "MOST_ROWS", 20)
    book = load_workbook(workbook.write_workbook(exam.folder, tmp_path / "x.xlsx"))
    about = [cell.value for row in book.worksheets[0] for cell in row]
    assert book["indicators 指标"].max_row == 21
    assert any("indicators" in str(text) and "20" in str(text) for text in about)


def test_hostile_names_are_defused_in_csv(exam, tmp_path):
    for path in write_csv(exam.folder, tmp_path):
        text = path.read_bytes().decode("utf-8-sig")
        for row in csv.reader(io.StringIO(text)):
            for value in row:
                is_number = value.lstrip("-").replace(".", "", 1).replace("e-", "", 1).isdigit()
                assert is_number or not value.startswith(("=", "+", "-", "@", "\t", "\r", "\n",
                                                          "＝", "＋", "－", "＠"))  # fmt: skip
    areas = (tmp_path / f"{exam.folder.name}-areas.csv").read_text("utf-8-sig")
    assert f"'{FORMULA}".replace('"', '""') in areas


def test_csv_has_all_rows_of_all_tables(exam, tmp_path):
    for path in write_csv(exam.folder, tmp_path):
        text = path.read_bytes().decode("utf-8-sig")
        rows = len(list(csv.reader(io.StringIO(text)))) - 1
        table = path.stem.removeprefix(f"{exam.folder.name}-")
        assert rows == pq.read_table(exam.folder / f"{table}.parquet").num_rows


# GeoPackage


@pytest.fixture(scope="module")
def package(exam, tmp_path_factory):
    return write_geopackage(exam.folder, tmp_path_factory.mktemp("gpkg") / "x.gpkg")


def test_the_geopackage_has_both_layers_as_multipolygons(package):
    import pyogrio

    layers = dict(pyogrio.list_layers(package))
    assert layers["areas"] == layers["cells"] == "MultiPolygon"


def test_the_geopackage_has_all_values(package, exam):
    import pyogrio

    frame = pyogrio.read_dataframe(package, layer="areas").set_index("area")
    assert frame.index.tolist() == list(HOSTILE)
    expected, found = exam.areas[SCHOOL].to_numpy(float), frame[SCHOOL].to_numpy(float)
    assert np.array_equal(expected, found, equal_nan=True)
    cells = pyogrio.read_dataframe(package, layer="cells")
    assert cells["cell"].tolist() == [f"{cell:x}" for cell in exam.cells.index]


def test_each_layer_opens_in_qgis_with_one_style_of_its_own(package):
    with sqlite3.connect(package) as connection:
        rows = connection.execute(
            "SELECT f_table_name, styleName, styleQML, useAsDefault FROM layer_styles"
        ).fetchall()
    for layer in ("areas", "cells"):
        styles = [row for row in rows if row[0] == layer]
        assert sum(row[3] for row in styles) == 1
        assert len(styles) > 5
    for _, name, qml, _ in rows:
        root = ET.fromstring(qml)
        ranges = root.findall(".//range")
        symbols = {each.get("name") for each in root.findall(".//symbol")}
        assert {each.get("symbol") for each in ranges} <= symbols
        bounds = [(float(each.get("lower")), float(each.get("upper"))) for each in ranges]
        assert all(low <= high for low, high in bounds)
        assert " · " in name


def test_styles_have_titles_in_english_and_chinese(package, exam):
    with sqlite3.connect(package) as connection:
        (qml,) = connection.execute(
            "SELECT styleQML FROM layer_styles WHERE useAsDefault AND f_table_name = 'areas'"
        ).fetchone()
    alias = {each.get("field"): each.get("name") for each in ET.fromstring(qml).iter("alias")}
    title = exam.manifest["indicators"][SCHOOL]["title"]
    assert alias[SCHOOL] == f"{title['en']} · {title['zh']}"


def test_a_unit_with_an_angle_bracket_leaves_the_style_well_formed(exam, tmp_path):
    copy = shutil.copytree(exam.folder, tmp_path / "exam")
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    for each in manifest["indicators"].values():
        each["unit"] = '<"&'
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with sqlite3.connect(write_geopackage(copy, tmp_path / "x.gpkg")) as connection:
        for (qml,) in connection.execute("SELECT styleQML FROM layer_styles"):
            ET.fromstring(qml)


# The library


def test_a_city_knows_its_examinations_and_shows_itself(exam):
    city = open_city(exam.city_folder)
    assert exam.folder in city.examinations
    assert "<b>=HYPERLINK(&quot;" in city._repr_html_()
    assert "</script>" not in exam._repr_html_()


def test_examine_takes_a_city_or_a_folder(exam):
    assert examine_with_report(open_city(exam.city_folder), progress=no_progress).id == exam.id
    assert examine_with_report(os.fspath(exam.city_folder)).id == exam.id


def test_the_system_kept_as_json_is_longitude_and_latitude_of_proj():
    import pyproj

    from urbanwork.examination import results

    assert pyproj.CRS.from_json_dict(results._crs84()) == pyproj.CRS("OGC:CRS84")
