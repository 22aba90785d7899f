"""Bad input gets one clear sentence, exit code 2, and leaves nothing half-written."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from .conftest import Ended, MakeCity, Run

Make = Callable[[Path, Path], list[str]]

MUNICH = "cities/munich_center.osm.pbf"


def lines(**keys: object) -> list[str]:
    return [f"{key}: {value}" for key, value in keys.items()]


def missing_file(shared: Path, folder: Path) -> list[str]:
    return lines(osm="not-there.osm.pbf")


def truncated_pbf(shared: Path, folder: Path) -> list[str]:
    data = (shared / MUNICH).read_bytes()
    (folder / "cut.osm.pbf").write_bytes(data[: len(data) // 2])
    return lines(osm=folder / "cut.osm.pbf")


def empty_pbf(shared: Path, folder: Path) -> list[str]:
    (folder / "empty.osm.pbf").write_bytes(b"")
    return lines(osm=folder / "empty.osm.pbf")


def no_pbf(shared: Path, folder: Path) -> list[str]:
    return lines(osm=shared / "gtfs" / "porto_alegre_trensurb.zip")


def nodes_without_ways(shared: Path, folder: Path) -> list[str]:
    return lines(osm=shared / "cities" / "tokyo_center_nodes_only.osm.pbf")


def polygon(folder: Path, ring: list[tuple[float, float]], **extra: object) -> Path:
    path = folder / "boundary.geojson"
    path.write_text(json.dumps({"type": "Polygon", "coordinates": [ring], **extra}))
    return path


def boundary_elsewhere(shared: Path, folder: Path) -> list[str]:
    ring = [(2.0, 48.0), (2.1, 48.0), (2.1, 48.1), (2.0, 48.0)]
    return lines(osm=shared / MUNICH, boundary=polygon(folder, ring))


def boundary_with_impossible_coordinates(shared: Path, folder: Path) -> list[str]:
    ring = [(690000.0, 5330000.0), (692000.0, 5330000.0), (692000.0, 5340000.0)]
    return lines(osm=shared / MUNICH, boundary=polygon(folder, [*ring, ring[0]]))


def boundary_of_lines(shared: Path, folder: Path) -> list[str]:
    path = folder / "boundary.geojson"
    path.write_text('{"type": "LineString", "coordinates": [[11.5, 48.1], [11.6, 48.2]]}')
    return lines(osm=shared / MUNICH, boundary=path)


def boundary_without_crs(shared: Path, folder: Path) -> list[str]:
    import geopandas
    import shapely

    box = shapely.box(11.56, 48.13, 11.58, 48.14)
    geopandas.GeoDataFrame(geometry=[box]).to_file(folder / "boundary.shp")
    return lines(osm=shared / MUNICH, boundary=folder / "boundary.shp")


def raster(folder: Path, values: np.ndarray, crs: str | None, nodata: float | None) -> Path:
    import rasterio
    from rasterio.transform import from_origin

    path = folder / "people.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=values.shape[0], width=values.shape[1], count=1,
        dtype="float32", crs=crs, transform=from_origin(11.5, 48.2, 0.01, 0.01), nodata=nodata,
    ) as file:  # fmt: skip
        file.write(values.astype("float32"), 1)
    return path


def raster_without_crs(shared: Path, folder: Path) -> list[str]:
    return lines(osm=shared / MUNICH, population=raster(folder, np.ones((20, 20)), None, None))


def raster_of_no_data(shared: Path, folder: Path) -> list[str]:
    path = raster(folder, np.full((20, 20), -9.0), "EPSG:4326", -9.0)
    return lines(osm=shared / MUNICH, population=path)


def raster_with_negative_people(shared: Path, folder: Path) -> list[str]:
    path = raster(folder, np.full((20, 20), -200.0), "EPSG:4326", None)
    return lines(osm=shared / MUNICH, population=path)


def no_raster(shared: Path, folder: Path) -> list[str]:
    (folder / "people.tif").write_text("people")
    return lines(osm=shared / MUNICH, population=folder / "people.tif")


def zip_without_feed(shared: Path, folder: Path) -> list[str]:
    with zipfile.ZipFile(folder / "feed.zip", "w") as archive:
        archive.writestr("letter.txt", "no stops here")
    return lines(osm=shared / MUNICH, gtfs=folder / "feed.zip")


def zip_bomb(shared: Path, folder: Path) -> list[str]:
    with zipfile.ZipFile(folder / "feed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("stops.txt", "stop_times.txt", "trips.txt", "routes.txt", "calendar.txt"):
            archive.writestr(name, b"0" * 150_000_000)
    return lines(osm=shared / MUNICH, gtfs=folder / "feed.zip")


def feed_without_service(shared: Path, folder: Path) -> list[str]:
    feed = shared / "cities" / "las_palmas" / "gtfs_2023.zip"
    extract = shared / "cities" / "las_palmas" / "osm_2023.osm.pbf"
    window = "{dates: [2031-01-01, 2031-02-01]}"
    return [f"osm: {extract}", "gtfs:", f"  path: {feed}", f"  window: {window}"]


def misspelt_key(shared: Path, folder: Path) -> list[str]:
    return lines(osm=shared / MUNICH, boundry="x.geojson")


def alias_bomb(shared: Path, folder: Path) -> list[str]:
    rows = [f"osm: {shared / MUNICH}", "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return rows


def no_yaml(shared: Path, folder: Path) -> list[str]:
    return ["osm: [unclosed"]


CASES: dict[Make, str] = {
    missing_file: "not-there.osm.pbf",
    truncated_pbf: "truncated",
    empty_pbf: "empty",
    no_pbf: "no OpenStreetMap PBF",
    nodes_without_ways: "not one way",
    boundary_elsewhere: "boundary",
    boundary_with_impossible_coordinates: "boundary.geojson",
    boundary_of_lines: "boundary.geojson",
    boundary_without_crs: "boundary.shp",
    raster_without_crs: "no coordinate system",
    raster_of_no_data: "no data",
    raster_with_negative_people: "negative",
    no_raster: "not a raster",
    zip_without_feed: "feed.zip",
    zip_bomb: "zip bomb",
    feed_without_service: "2031-01-01",
    misspelt_key: "did you mean 'boundary'",
    alias_bomb: "city.yaml",
    no_yaml: "not valid YAML",
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_bad_input_gets_one_clear_sentence(
    case: Make, shared: Path, tmp_path: Path, make_city: MakeCity, run: Run
) -> None:
    city = make_city(*case(shared, tmp_path))
    ended = run("examine", city)
    assert ended.code == 2, ended
    assert CASES[case] in ended.err
    assert "Traceback" not in ended.err
    assert not list(city.glob("examinations/*"))
    assert not list(city.rglob(".writing-*"))


def test_a_boundary_that_is_seen_only_in_part_runs_and_says_what_share(
    shared: Path, tmp_path: Path, make_city: MakeCity, run: Run
) -> None:
    ring = [(11.565, 48.13), (11.64, 48.13), (11.64, 48.15), (11.565, 48.15), (11.565, 48.13)]
    city = make_city(*lines(osm=shared / MUNICH, boundary=polygon(tmp_path, ring)))
    ended = run("examine", city, "--json")
    assert ended.code == 0, ended
    manifest = json.loads((Path(json.loads(ended.out)["folder"]) / "manifest.json").read_text())
    ground = next(each for each in manifest["sources"] if each["kind"] == "ground")
    assert 0.05 < ground["share_of_boundary_seen"] < 0.9
    assert (
        "of the boundary" in (Path(json.loads(ended.out)["folder"]) / "findings.json").read_text()
    )


def test_a_folder_that_cannot_be_written_gets_one_clear_sentence(
    shared: Path, make_city: MakeCity, run: Run
) -> None:
    if os.geteuid() == 0 and not Path("/proc").is_dir():
        pytest.skip("root may write everywhere")
    city = make_city(*lines(osm=shared / MUNICH))
    (city / ".urbanwork").write_text("a file where the cache's folder must be")
    ended = run("examine", city)
    assert ended.code == 2, ended
    assert ".urbanwork" in ended.err
    assert "Traceback" not in ended.err


def test_a_roads_only_extract_runs_and_says_no_data(
    shared: Path, make_city: MakeCity, run: Run
) -> None:
    city = make_city(*lines(osm=shared / "cities" / "porto_alegre.osm.pbf"))
    ended: Ended = run("examine", city, "--json")
    assert ended.code == 0, ended
    result = json.loads(ended.out)
    value = {row["indicator"]: row for row in result["indicators"]}
    assert value["form.building_density"]["value"] is None
    assert value["form.building_density"]["reason"] in ("implausibly_few", "none_mapped")
    assert value["life.kindergarten_300m"]["value"] is None
    assert result["problems"] == []
