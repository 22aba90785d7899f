"""Every shared city is examined without a fault, and no problem is really a hole in the data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import MakeCity, Run

CITIES = (
    "andorra_2026", "liechtenstein_2021", "monaco_osrm", "helsinki_a", "munich_center",
    "porto_alegre", "mannheim_heidelberg_rnv",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", CITIES)
def test_a_real_city_is_examined_without_a_fault(
    name: str, shared: Path, make_city: MakeCity, run: Run
) -> None:
    extract = shared / "cities" / f"{name}.osm.pbf"
    city = make_city(f"osm: {extract}", "standards: [cn, international]")
    ended = run("examine", city, "--json")
    assert ended.code == 0, ended
    result = json.loads(ended.out)
    manifest = json.loads((Path(result["folder"]) / "manifest.json").read_text())
    holes = {each["key"] for each in manifest["completeness"] if each["reason"]}
    by_indicator = {row["indicator"]: row for row in result["indicators"]}
    for problem in result["problems"]:
        row = by_indicator[problem["indicator"]]
        assert row["reason"] in (None, "beyond_edge")
        assert f"place:{problem['indicator'].split('.')[1].rsplit('_', 1)[0]}" not in holes
        assert problem["people"] > 0
    assert all(0 <= row["coverage"] <= 1 for row in result["indicators"])
    assert all(row["note_en"] for row in result["indicators"] if row["value"] is None)


@pytest.mark.slow
def test_las_palmas_with_all_inputs_keeps_every_person_of_the_raster(
    shared: Path, make_city: MakeCity, run: Run
) -> None:
    folder = shared / "cities" / "las_palmas"
    city = make_city(
        f"osm: {folder / 'osm_2023.osm.pbf'}", f"boundary: {folder / 'boundary.geojson'}",
        f"population: {folder / 'population_dasymetric_standin_100m.tif'}",
        f"gtfs: {folder / 'gtfs_2023.zip'}", "jurisdiction: ES",
    )  # fmt: skip
    ended = run("examine", city, "--json")
    assert ended.code == 0, ended
    result = json.loads(ended.out)
    value = {row["indicator"]: row["value"] for row in result["indicators"]}
    assert sum(value[key] is not None for key in value) >= 40
    assert not any(row["is_estimate"] for row in result["indicators"])
    manifest = json.loads((Path(result["folder"]) / "manifest.json").read_text())
    assert manifest["people"] == pytest.approx(_people_inside(folder), rel=1e-6)


def _people_inside(folder: Path) -> float:
    """The raster's people inside the boundary, by an independent library."""
    import geopandas
    from exactextract import exact_extract

    boundary = geopandas.read_file(folder / "boundary.geojson").to_crs("ESRI:54009")
    raster = folder / "population_dasymetric_standin_100m.tif"
    return float(sum(each["properties"]["sum"] for each in exact_extract(raster, boundary, "sum")))
