"""A city of areas and dated rasters, examined from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely

from urbanwork.quantities.crs import reproject

CRS = "EPSG:3067"
WEST, NORTH, STEP = 380_000.0, 6_680_000.0, 500.0
ROWS, COLUMNS = 60, 80


def write(path: Path, values: np.ndarray) -> None:
    """A GeoTIFF of 500 m pixels near Helsinki."""
    import rasterio
    from rasterio.transform import from_origin

    with rasterio.open(
        path, "w", driver="GTiff", height=ROWS, width=COLUMNS, count=1, dtype="float32",
        crs=CRS, transform=from_origin(WEST, NORTH, STEP, STEP), nodata=-1.0,
    ) as dataset:  # fmt: skip
        dataset.write(values.astype(np.float32), 1)


def areas() -> dict[str, object]:
    """The west and the east half of the middle of the rasters."""
    halves = [(10, 40), (40, 70)]
    shapes = [
        shapely.box(WEST + a * STEP, NORTH - 50 * STEP, WEST + b * STEP, NORTH - 10 * STEP)
        for a, b in halves
    ]
    moved = reproject(np.array(shapely.segmentize(shapes, 500.0), object), CRS, "EPSG:4326")
    features = [
        {"type": "Feature", "properties": {"code": name, "name": name},
         "geometry": json.loads(shapely.to_geojson(shape))}
        for name, shape in zip(("west", "east"), moved, strict=True)
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


@pytest.fixture
def city(make_city) -> Path:
    """A town of 90,000 in the west that grew by a suburb, and empty land in the east."""
    folder = make_city(
        "areas: {path: areas.geojson, id: code, name: name}",
        "rasters:",
        "  - {path: people_2010.tif, kind: population, year: 2010}",
        "  - {path: people_2020.tif, kind: population, year: 2020}",
        "  - {path: built_2010.tif, kind: built_up, year: 2010, unit: percent}",
        "  - {path: built_2020.tif, kind: built_up, year: 2020, unit: percent}",
    )
    (folder / "areas.geojson").write_text(json.dumps(areas()), encoding="utf-8")
    town, suburb = np.zeros((2, ROWS, COLUMNS))
    town[20:32, 20:32] = 1.0
    suburb[20:32, 32:36] = 1.0
    write(folder / "people_2010.tif", 625 * town + 0.5)
    write(folder / "people_2020.tif", 625 * town + 250 * suburb + 0.5)
    write(folder / "built_2010.tif", 60 * town)
    write(folder / "built_2020.tif", 60 * (town + suburb))
    return folder


def figures(folder: Path) -> dict[tuple[str, str], tuple[float | None, str]]:
    """Value and period by indicator and area."""
    found = next((folder / "examinations").glob("*/indicators.parquet"))
    rows = pq.read_table(found).to_pylist()
    return {(row["indicator"], row["area"]): (row["value"], row["period"]) for row in rows}


def test_rasters_of_two_dates_give_growth_form_and_urbanisation(city, run):
    ended = run("examine", city, "--quiet")
    assert ended.code == 0, ended.err
    value = figures(city)

    assert value["growth.edge_share", "west"] == (pytest.approx(100.0), "2010-2020")
    # 144 pixels grew by 48; 91,200 people, half of one on every pixel, by 12,000.
    land, people = 48 / 144 / 10, np.log(103_200 / 91_200) / 10
    assert value["growth.land_consumption_ratio", "city"] == (
        pytest.approx(land / people, rel=1e-4), "2010-2020",
    )  # fmt: skip
    assert value["growth.largest_cluster", "city"][0] == pytest.approx(192 / 4, rel=1e-3)
    assert value["people.centre_share", "west"][0] > 95  # cells of 1 km cut its edges
    assert value["people.centre_share", "east"][0] == pytest.approx(0.0)
    assert value["people.centre_share", "city"][1] == "2020"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("unit: percent", "unit: share", "more than the 1 that unit 'share' allows"),
        ("built_2010.tif", "built_2009.tif", "built_2009.tif"),
        ("kind: built_up, year: 2010", "kind: built_up, year: 2020", "both give built-up of 2020"),
        ("kind: population, year: 2010", "kind: population, unit: m2, year: 2010", "unit 'm2'"),
    ],
)
def test_a_raster_that_does_not_fit_ends_the_run_with_one_sentence(city, run, old, new, sentence):
    settings = city / "city.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    ended = run("examine", city, "--quiet")
    assert ended.code == 2
    assert sentence in ended.err
    assert "Traceback" not in ended.err
    assert not list(city.glob("examinations/*"))
