from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import Affine, from_origin

from urbanwork.errors import UserError
from urbanwork.sources.population import covered_share, read_population, zonal_people

PEOPLE = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
UTM = from_origin(500_000, 200, 100, 100)  # EPSG:32633, on the equator at 15 E


def write(path: Path, values: np.ndarray = PEOPLE, **options: Any) -> Path:
    bands = np.atleast_3d(values.T).T if values.ndim == 2 else values
    profile = {"driver": "GTiff", "crs": "EPSG:32633", "transform": UTM, "dtype": values.dtype}
    with rasterio.open(
        path, "w", count=len(bands), height=bands.shape[1], width=bands.shape[2],
        **(profile | options),
    ) as made:  # fmt: skip
        made.write(bands)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.tif"


def fault(path: Path, **options: Any) -> str:
    with pytest.raises(UserError) as caught:
        read_population(path, **options)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_every_pixel_is_read_with_its_place(file: Path) -> None:
    raster = read_population(write(file))
    assert raster.people.tolist() == PEOPLE.tolist()
    assert raster.transform == (100, 0, 500_000, 0, -100, 200)
    assert raster.crs == "EPSG:32633"
    assert raster.report["people"] == 21
    assert raster.report["resolution_m"] == pytest.approx([100, 100], abs=1)
    assert raster.report["licence"] == "unknown"


def test_no_data_and_nan_count_nobody_and_are_counted(file: Path) -> None:
    values = np.array([[1, np.nan, -200], [4, 5, -200]])
    raster = read_population(write(file, values, nodata=-200))
    assert raster.people.tolist() == [[1, 0, 0], [4, 5, 0]]
    assert raster.report["no_data_pixels"] == 3
    assert raster.report["nan_pixels"] == 1


def test_scale_and_offset_of_the_band_are_applied(file: Path) -> None:
    write(file, PEOPLE.astype(np.int16))
    with rasterio.open(file, "r+") as made:
        made.scales, made.offsets = (0.5,), (1.0,)
    assert read_population(file).people[0].tolist() == [1.5, 2.0, 2.5]


def test_the_band_asked_for_is_read(file: Path) -> None:
    write(file, np.stack([PEOPLE, PEOPLE * 2]))
    assert read_population(file, band=2).people[0, 0] == 2
    assert "no band 3; the raster has 2" in fault(file, band=3)


def test_only_a_window_around_the_bounds_is_read(file: Path) -> None:
    world = np.zeros((1800, 3600), dtype=np.float32)
    world[899, 1801] = 7.0
    write(file, world, crs="EPSG:4326", transform=from_origin(-180, 90, 0.1, 0.1))
    raster = read_population(file, bounds_lonlat=(0.1, 0.0, 0.2, 0.1))
    assert max(raster.people.shape) <= 6
    assert raster.people.sum() == 7
    here = np.array([shapely.box(0.1, 0.0, 0.2, 0.1), shapely.box(0.2, 0, 0.3, 0.1)], object)
    assert zonal_people(raster, here) == pytest.approx([7, 0], abs=1e-9)


def test_the_window_holds_a_rotated_raster(file: Path) -> None:
    turned = Affine.translation(500_000, 0) * Affine.rotation(30) * Affine.scale(100, -100)
    raster = read_population(
        write(file, np.ones((50, 50)), transform=turned), bounds_lonlat=(15.0, -0.5, 15.5, 0.5)
    )
    everything = np.array([shapely.box(14, -1, 16, 1)], object)
    assert zonal_people(raster, everything)[0] == pytest.approx(2500)


def test_the_share_of_a_polygon_that_the_raster_covers_is_told(file: Path) -> None:
    raster = read_population(write(file))
    boxes = [shapely.box(500_050, 50, 500_150, 150), shapely.box(500_250, 0, 500_350, 200),
             shapely.box(0, 0, 1, 1), None]  # fmt: skip
    share = covered_share(raster, np.array(boxes, object), crs="EPSG:32633")
    assert share[:3] == pytest.approx([1, 0.5, 0])
    assert np.isnan(share[3])


def test_zonal_people_counts_the_covered_share_of_each_pixel(file: Path) -> None:
    raster = read_population(write(file))
    half = shapely.box(500_050, 100, 500_150, 200)  # half of 1, half of 2
    holed = shapely.box(500_000, 0, 500_300, 200) - shapely.box(500_100, 0, 500_200, 100)
    shapes = np.array([half, holed, None, shapely.Polygon()], object)
    assert zonal_people(raster, shapes, crs="EPSG:32633") == pytest.approx([1.5, 16, 0, 0])


def test_faults_of_the_file_are_told(tmp_path: Path, file: Path) -> None:
    assert "no such file" in fault(tmp_path / "none.tif")
    assert "folder" in fault(tmp_path)
    (tmp_path / "text.tif").write_text("people")
    assert "not a raster" in fault(tmp_path / "text.tif")
    write(file, np.random.default_rng(1).uniform(0, 9, (400, 400)))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert "damaged" in fault(file) or "cut short" in fault(file)


def test_a_virtual_raster_that_points_elsewhere_is_refused(tmp_path: Path, file: Path) -> None:
    write(file)
    virtual = tmp_path / "v.vrt"
    virtual.write_text(
        '<VRTDataset rasterXSize="3" rasterYSize="2"><VRTRasterBand dataType="Float64" band="1">'
        f"<SimpleSource><SourceFilename>{file}</SourceFilename></SimpleSource>"
        "</VRTRasterBand></VRTDataset>"
    )
    assert "not a raster" in fault(virtual)


def test_a_raster_without_coordinate_system_or_place_is_refused(file: Path) -> None:
    assert "no coordinate system" in fault(write(file, crs=None))
    assert "no position" in fault(write(file, transform=Affine.identity()))


def test_an_undeclared_no_data_value_is_named_with_the_remedy(file: Path) -> None:
    values = PEOPLE.copy()
    values[0, :2] = -99999
    sentence = fault(write(file, values))
    assert "2 pixels hold negative people (least -99999)" in sentence
    assert "gdal_edit.py -a_nodata -99999" in sentence


def test_negative_people_of_several_values_are_refused(file: Path) -> None:
    assert "3 pixels hold negative people (least -3)" in fault(write(file, 4 - PEOPLE - 1))


def test_all_no_data_nobody_and_infinity_are_refused(file: Path) -> None:
    assert "every pixel around the city is no data" in fault(
        write(file, np.full((2, 3), -9.0), nodata=-9)
    )
    assert "counts nobody" in fault(write(file, np.zeros((2, 3))))
    for value in (np.inf, 3.4e38):
        assert "more people than live on earth" in fault(write(file, np.array([[1.0, value]])))


def test_a_raster_in_a_system_of_no_place_is_refused(file: Path) -> None:
    assert "is of no place on earth" in fault(write(file, crs='LOCAL_CS["x",UNIT["m",1]]'))


def test_a_raster_of_another_place_says_both_extents(file: Path) -> None:
    sentence = fault(write(file), bounds_lonlat=(-15.5, 28.0, -15.4, 28.2))
    assert "15.000 to 15.003 E" in sentence
    assert "-15.500 to -15.400 E, 28.000 to 28.200 N" in sentence


def test_too_many_pixels_around_the_city_are_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("urbanwork.sources.population.raster.MAX_PIXELS", 5)
    assert "6 pixels of 100 m" in fault(write(file))


def test_a_density_that_no_place_has_is_warned_of(file: Path) -> None:
    raster = read_population(write(file, PEOPLE * 1e4))
    assert "people per pixel?" in raster.report["warnings"][0]["en"]
    assert read_population(write(file)).report["warnings"] == []
