"""The metric coordinate system of a place."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely

from urbanwork.errors import UserError
from urbanwork.quantities.crs import (
    crs_of,
    metric_crs,
    project,
    to_lonlat,
    to_metric,
    unproject,
)

PLACES = [(-15.43, 28.1), (24.94, 60.17), (121.6, 38.9), (-78.5, -0.2), (179.99, -16.5)]
GEOD = pyproj.Geod(ellps="WGS84")


@pytest.mark.parametrize(("lon", "lat"), PLACES)
def test_there_and_back_is_the_same_point_to_two_millimetres(lon: float, lat: float) -> None:
    crs = metric_crs(lon, lat)
    lons, lats = lon + np.linspace(-0.5, 0.5, 11), lat + np.linspace(-0.4, 0.4, 11)
    back_lon, back_lat = to_lonlat(*to_metric(lons, lats, crs), crs)
    turned = (back_lon - lons + 180) % 360 - 180
    # PROJ's series for the latitude is cut off at 1.5 mm, half a degree from the centre.
    assert np.abs(turned).max() < 1e-11
    assert np.abs(back_lat - lats).max() * 111_320 < 2e-3


@pytest.mark.parametrize(("lon", "lat"), PLACES)
@pytest.mark.parametrize(("radius_m", "allowed"), [(10_000, 3e-6), (50_000, 2e-5)])
def test_distances_err_by_no_more_than_the_record_says(
    lon: float, lat: float, radius_m: float, allowed: float
) -> None:
    bearing = np.linspace(0, 360, 37)
    same = np.full(37, 1.0)
    at_lon, at_lat, _ = GEOD.fwd(lon * same, lat * same, bearing, radius_m * same)
    crs = metric_crs(lon, lat)
    for turn in (0, 45, 90, 135):
        end_lon, end_lat, _ = GEOD.fwd(at_lon, at_lat, bearing + turn, 1000 * same)
        x0, y0 = to_metric(at_lon, at_lat, crs)
        x1, y1 = to_metric(end_lon, end_lat, crs)
        # The centre is rounded, so what is 10 km off may be 10.8 km from the centre.
        assert np.abs(np.hypot(x1 - x0, y1 - y0) / 1000 - 1).max() < allowed * 1.2


@pytest.mark.parametrize(("lon", "lat"), PLACES[:4])
def test_areas_are_exact(lon: float, lat: float) -> None:
    # Many vertices: an edge is straight on the map but a geodesic in the referee.
    outline = shapely.segmentize(shapely.box(lon, lat, lon + 0.2, lat + 0.1), 0.0001)
    on_the_ellipsoid, _ = GEOD.geometry_area_perimeter(outline)
    assert project(outline, metric_crs(lon, lat)).area == pytest.approx(
        abs(on_the_ellipsoid), rel=1e-7
    )


def test_a_small_edit_of_a_boundary_keeps_the_system() -> None:
    assert metric_crs(24.9412, 60.1719) == metric_crs(24.9418, 60.1722)


def test_zero_has_no_sign() -> None:
    assert metric_crs(-0.001, -0.001) == metric_crs(0.001, 0.001)


def test_what_cannot_be_placed_is_nan() -> None:
    x, y = to_metric([np.nan, -15.4], [28.1, 28.1], metric_crs(-15.4, 28.1))
    assert np.isnan(x).tolist() == [True, False]
    assert np.isnan(y).tolist() == [True, False]


def test_inputs_are_left_as_they_are() -> None:
    lon, lat = np.array([-15.4]), np.array([28.1])
    to_metric(lon, lat, metric_crs(-15.4, 28.1))
    assert (lon[0], lat[0]) == (-15.4, 28.1)


def test_geometries_go_there_and_back_and_none_stays_none() -> None:
    crs = metric_crs(24.94, 60.17)
    given = np.array([shapely.box(24.9, 60.1, 25.0, 60.2), None], dtype=object)
    back = unproject(project(given, crs), crs)
    assert back[1] is None
    assert shapely.equals_exact(back[0], given[0], 1e-8)


def test_one_geometry_gives_one_geometry() -> None:
    assert project(shapely.Point(24.94, 60.17), metric_crs(24.94, 60.17)).distance(
        shapely.Point(0, 0)
    ) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("lon", "lat"), [(181, 0), (0, 91), (float("nan"), 0)])
def test_no_place_on_earth_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="no place on Earth"):
        metric_crs(lon, lat)


def test_an_unknown_system_is_the_users_fault() -> None:
    with pytest.raises(UserError, match=r"'EPSG:1' is no coordinate system .* give an EPSG code"):
        crs_of("EPSG:1")
