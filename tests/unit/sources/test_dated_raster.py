"""Rasters of one date: units, classes, windows, blocks, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from urbanwork.errors import UserError
from urbanwork.sources import dated_raster
from urbanwork.sources.dated_raster import pixel_areas, read_dated_raster
from urbanwork.sources.layers import DatedRaster

CRS = "EPSG:3067"
WEST, NORTH = 385_000.0, 6_675_000.0


def write(
    folder: Path,
    values: Any,
    *,
    nodata: float | None = None,
    crs: str = CRS,
    transform: tuple[float, ...] = (100.0, 0.0, WEST, 0.0, -100.0, NORTH),
) -> Path:
    import rasterio
    from rasterio.transform import Affine

    array = np.asarray(values)
    array = array.astype(np.float32) if array.dtype.kind == "f" else array.astype(np.int32)
    path = folder / "layer.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=array.shape[0], width=array.shape[1], count=1,
        dtype=array.dtype, crs=crs, transform=Affine(*transform), nodata=nodata,
    ) as dataset:  # fmt: skip
        dataset.write(array, 1)
    return path


def built(path: Path, **given: Any) -> DatedRaster:
    return read_dated_raster(path, **{"kind": "built_up", "year": 2020, **given})


def test_shares_are_taken_as_they_are_and_no_data_is_nan(tmp_path: Path) -> None:
    raster = built(write(tmp_path, [[0.25, 1.0, -9.0]], nodata=-9.0))
    np.testing.assert_array_equal(raster.values, [[0.25, 1.0, np.nan]])
    assert (raster.kind, raster.year) == ("built_up", 2020)
    assert raster.report["no_data_pixels"] == 1


def test_percentages_become_shares(tmp_path: Path) -> None:
    assert built(write(tmp_path, [[0, 40, 100]]), unit="percent").values.tolist() == [[0, 0.4, 1]]


def test_square_metres_become_shares_of_the_pixel(tmp_path: Path) -> None:
    path = write(
        tmp_path, [[250_000, 1_000_000]], crs="ESRI:54009",
        transform=(1000.0, 0.0, 2e6, 0.0, -1000.0, 6e6),
    )  # fmt: skip
    assert built(path, unit="m2").values.tolist() == [[0.25, 1.0]]


def test_classes_of_land_cover_become_built_up_land_or_land(tmp_path: Path) -> None:
    path = write(tmp_path, [[10, 50, 51, 80, 0]], nodata=0)
    cover = {"kind": "land_cover", "year": 2020}
    as_built = read_dated_raster(path, built_up=[50, 51], water=[80], **cover)
    as_land = read_dated_raster(path, water=[80], **cover)
    np.testing.assert_array_equal(as_built.values, [[0, 1, 1, 0, np.nan]])
    np.testing.assert_array_equal(as_land.values, [[1, 1, 1, 0, np.nan]])
    assert (as_built.kind, as_land.kind) == ("built_up", "land")
    assert as_built.report["classes"] == [10, 50, 51, 80]


def test_people_are_kept_and_counted(tmp_path: Path) -> None:
    path = write(tmp_path, [[3.0, 4.5, -200.0]], nodata=-200.0)
    raster = read_dated_raster(path, kind="population", year=2015)
    assert raster.report["people"] == pytest.approx(7.5)
    assert raster.report["resolution_m"] == pytest.approx([100.0, 100.0], abs=0.1)


@pytest.mark.parametrize(
    ("values", "given", "sentence"),
    [
        ([[0.0, 617_549.0]], {}, "more than the 1 that unit 'share' allows"),
        ([[0.0, 250.0]], {"unit": "percent"}, "more than the 100"),
        ([[0.0, 3e6]], {"unit": "m2"}, "that unit 'm2' allows"),
        ([[0.0, -5.0]], {}, "pixels hold -5, built-up land cannot be so"),
        ([[0.0, 0.5]], {"unit": "people"}, "unit 'people' does not fit kind 'built_up'"),
        ([[0.0, 0.5]], {"kind": "roads"}, "kind is population, built_up, land, land_cover"),
        ([[10, 30]], {"kind": "land_cover"}, "say which classes count, such as built_up: [50]"),
        ([[10, 30]], {"kind": "land_cover", "built_up": [50]}, "there are 10, 30"),
        ([[10, 30]], {"unit": "class"}, "such as built_up: [50]"),
        ([[1.0, 1.0]], {"band": 3}, "there is no band 3"),
    ],
)
def test_what_does_not_fit_is_told_in_one_sentence(
    tmp_path: Path, values: Any, given: dict[str, Any], sentence: str
) -> None:
    path = write(tmp_path, values)
    with pytest.raises(UserError) as caught:
        built(path, **given)
    assert sentence in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_raster_without_data_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, [[-9.0, -9.0]], nodata=-9.0)
    with pytest.raises(UserError, match="every pixel around the city is no data"):
        built(path)


def test_a_raster_of_another_place_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, [[0.5, 0.5]])
    with pytest.raises(UserError, match="does not reach the city"):
        built(path, bounds_lonlat=(121.5, 38.8, 121.8, 39.0))


def test_percentages_that_look_like_shares_are_warned_of(tmp_path: Path) -> None:
    raster = built(write(tmp_path, [[0.2, 1.0]]), unit="percent")
    assert "are the values shares" in raster.report["warnings"][0]["en"]


def test_what_lies_60_km_around_is_read_and_no_more(tmp_path: Path) -> None:
    path = write(
        tmp_path, np.ones((400, 400)), transform=(1000.0, 0.0, 185_000.0, 0.0, -1000.0, 6_875_000.0)
    )  # fmt: skip
    raster = built(path, bounds_lonlat=(24.9, 60.15, 25.0, 60.2))
    rows, columns = raster.values.shape
    assert 120 < rows < 145
    assert 120 < columns < 150


def test_a_large_window_is_summed_up_to_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dated_raster, "MOST_PIXELS", 30)
    monkeypatch.setattr(dated_raster, "PIXELS_AT_ONCE", 20)
    people = np.arange(99.0).reshape(9, 11)
    people[0, 0] = -1.0
    path = write(tmp_path, people, nodata=-1.0)

    raster = read_dated_raster(path, kind="population", year=2020)

    assert raster.values.shape == (5, 6)
    assert raster.transform[0] == 200.0
    assert raster.report["pixels_summed_up"] == 2
    assert raster.values[0, 0] == 1.0 + 11.0 + 12.0
    assert raster.values.sum() == people.sum() + 1.0


def test_blocks_of_shares_are_means_and_unknown_land_is_not_built_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dated_raster, "MOST_PIXELS", 2)
    path = write(tmp_path, [[1.0, 1.0, 0.5, 0.5], [1.0, -1.0, 0.5, 0.5]], nodata=-1.0)
    assert built(path).values.tolist() == [[0.75, 0.5]]
    assert built(path, kind="land").values.tolist() == [[1.0, 0.5]]


def test_pixels_in_degrees_have_their_area_on_the_ground() -> None:
    # 0.01 degrees at the equator: 1,113.2 m by 1,105.7 m.
    areas = pixel_areas((0.01, 0.0, 25.0, 0.0, -0.01, 60.0), (6001, 1), "EPSG:4326")
    assert areas[-1, 0] == pytest.approx(1_113.19 * 1_105.74, rel=1e-4)
    assert areas[0, 0] == pytest.approx(areas[-1, 0] / 2, rel=0.02)


def test_pixels_of_a_transverse_mercator_have_their_area_on_the_ground() -> None:
    areas = pixel_areas((100.0, 0.0, WEST, 0.0, -100.0, NORTH), (3, 3), CRS)
    assert areas.ravel() == pytest.approx(np.full(3, 1e4 / 0.99976**2), rel=1e-4)
