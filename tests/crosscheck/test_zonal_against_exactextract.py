"""Exact zonal sums against exactextract, and against polygons cut pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import affinity

from urbanwork.kernels.zonal import rings_of, zonal_sum

HEIGHT, WIDTH = 23, 31


def raster() -> np.ndarray:
    return np.random.default_rng(7).uniform(0, 90, (HEIGHT, WIDTH))


def polygons() -> np.ndarray:
    random = np.random.default_rng(11)
    places = random.uniform([-2, -2], [WIDTH + 2, HEIGHT + 2], (60, 2))
    sizes = 10.0 ** random.uniform(-2, 1.1, 60)
    blobs = []
    for (x, y), size in zip(places, sizes, strict=True):
        angles = np.sort(random.uniform(0, 2 * np.pi, 9))
        radii = random.uniform(0.2, 1, 9) * size
        ring = np.stack([x + radii * np.cos(angles), y + radii * np.sin(angles)], 1)
        blob = shapely.make_valid(shapely.Polygon(ring))
        blobs.append(blob.difference(affinity.scale(blob, 0.4, 0.4)))
    whole = shapely.box(-5, -5, WIDTH + 5, HEIGHT + 5)
    torn = shapely.MultiPolygon([shapely.box(1, 1, 2, 2), shapely.box(9.5, 3.25, 20.75, 8)])
    return np.array([*blobs, whole, torn, shapely.Polygon(), shapely.box(3, 4, 5, 6)], object)


def cut_by_pixels(polygons: np.ndarray, values: np.ndarray, transform) -> np.ndarray:
    """Every pixel as a polygon, cut with every polygon."""
    a, b, c, d, e, f = transform
    column, row = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
    corners = [(0, 0), (1, 0), (1, 1), (0, 1)]
    ring = np.stack(
        [
            np.stack(
                [a * (column + i) + b * (row + j) + c, d * (column + i) + e * (row + j) + f], -1
            )
            for i, j in corners
        ],
        axis=-2,
    )
    pixels = shapely.polygons(ring).ravel()
    share = [
        shapely.area(shapely.intersection(pixels, polygon)) / shapely.area(pixels)
        for polygon in polygons
    ]
    return np.array(share) @ values.ravel()


def inverse_of(transform) -> tuple[float, ...]:
    a, b, c, d, e, f = transform
    matrix = np.linalg.inv(np.array([[a, b, c], [d, e, f], [0, 0, 1]]))
    return tuple(matrix[:2].ravel())


def test_sums_equal_those_of_exactextract(tmp_path):
    rasterio = pytest.importorskip("rasterio")
    exactextract = pytest.importorskip("exactextract")
    import geopandas

    north_up = rasterio.Affine(1, 0, 0, 0, -1, HEIGHT)
    profile = {"driver": "GTiff", "height": HEIGHT, "width": WIDTH, "count": 1, "dtype": "float64"}
    path = tmp_path / "people.tif"
    with rasterio.open(path, "w", transform=north_up, crs="EPSG:3857", **profile) as target:
        target.write(raster(), 1)
    some = np.array([p for p in polygons() if not p.is_empty], object)
    frame = geopandas.GeoDataFrame(geometry=some, crs="EPSG:3857")
    wanted = exactextract.exact_extract(path, frame, ["sum"], output="pandas")["sum"]

    ours = zonal_sum(rings_of(some), raster(), tuple(~north_up)[:6])
    # exactextract holds shares as 32-bit floats
    assert ours == pytest.approx(wanted.fillna(0).to_numpy(), rel=1e-5, abs=1e-3)


@pytest.mark.parametrize(
    "transform",
    [
        (1, 0, 0, 0, -1, HEIGHT),
        (1, 0, 0, 0, 1, 0),
        (0.8, 0.6, 4, 0.6, -0.8, 9),
        (9, 1, -40, -2, -7, 30),
        (0.21, 0, 5, 0.03, -0.2, 11),
    ],
    ids=["north up", "south up", "rotated", "pixels larger", "pixels smaller"],
)
def test_sums_equal_those_of_polygons_cut_by_pixels(transform):
    wanted = cut_by_pixels(polygons(), raster(), transform)
    ours = zonal_sum(rings_of(polygons()), raster(), inverse_of(transform))
    assert ours == pytest.approx(wanted, rel=1e-9, abs=1e-8)


def test_parts_of_a_region_sum_to_the_region():
    region = shapely.box(1.3, 0.7, 29.2, 21.9)
    points = shapely.multipoints(np.random.default_rng(3).uniform([0, 0], [31, 23], (400, 2)))
    parts = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=region.buffer(9)))
    parts = shapely.intersection(parts, region)
    inverse = inverse_of((1, 0.1, 0, 0.2, -1, HEIGHT))
    whole = zonal_sum(rings_of(np.array([region])), raster(), inverse)
    assert zonal_sum(rings_of(parts), raster(), inverse).sum() == pytest.approx(whole[0], rel=1e-9)
