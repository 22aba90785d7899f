"""Cells that partition a region hold the people of the region, whatever the raster."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.city.cells import cut_grid
from urbanwork.quantities.crs import metric_crs
from urbanwork.sources.layers import PopulationRaster
from urbanwork.sources.population import read_population, zonal_people
from urbanwork.sources.population.zonal import divided


def boundary(shared: Path) -> shapely.Polygon:
    text = (shared / "cities/las_palmas/boundary.geojson").read_text()
    return shapely.unary_union(shapely.get_parts(shapely.from_geojson(text)))


@pytest.mark.parametrize("resolution", [8, 10])
def test_cells_of_a_real_city_hold_the_people_inside_its_boundary(
    shared: Path, resolution: int
) -> None:
    city = boundary(shared)
    raster = read_population(
        shared / "cities/las_palmas/population_dasymetric_standin_100m.tif",
        bounds_lonlat=city.bounds,
    )
    crs = metric_crs(*city.centroid.coords[0])
    grid = cut_grid(city, resolution, crs)
    inside = zonal_people(raster, np.array([city], object))[0]
    assert inside > 300_000
    assert zonal_people(raster, grid.lonlat).sum() == pytest.approx(inside, rel=1e-9)
    assert zonal_people(raster, grid.metric, crs=crs).sum() == pytest.approx(inside, rel=1e-6)


def test_long_edges_of_a_boundary_bend_as_those_of_its_cells(shared: Path) -> None:
    # A box of 90 km x 55 km on a raster of 1 km in another system, cells of 36 km2.
    city = shapely.box(113.0, 22.5, 113.9, 23.0)
    raster = read_population(shared / "rasters/prd_ghsl/POP.tif", bounds_lonlat=city.bounds)
    grid = cut_grid(city, 6, metric_crs(113.45, 22.75))
    inside = zonal_people(raster, np.array([city], object))[0]
    assert inside > 1_000_000
    assert zonal_people(raster, grid.lonlat).sum() == pytest.approx(inside, rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    cuts=st.lists(st.floats(0.05, 0.95), min_size=1, max_size=5, unique=True),
    turn=st.floats(0, 360),
    lat=st.floats(-65, 65),
    seed=st.integers(0, 99),
)
def test_a_region_cut_in_strips_keeps_its_people(
    cuts: list[float], turn: float, lat: float, seed: int
) -> None:
    people = np.random.default_rng(seed).uniform(0, 9, (60, 60))
    crs = metric_crs(10.0, lat)
    raster = PopulationRaster(people, (100.0, 0, -3000.0, 0, -100.0, 3000.0), crs)
    west, south, east, north = 9.99, lat - 0.01, 10.01, lat + 0.01
    region = shapely.affinity.rotate(shapely.box(west, south, east, north), turn)
    edges = [0.0, *sorted(cuts), 1.0]
    strips = [
        shapely.affinity.rotate(
            shapely.box(west + low * 0.02, south, west + high * 0.02, north),
            turn, origin=((west + east) / 2, (south + north) / 2),
        )
        for low, high in pairwise(edges)
    ]  # fmt: skip
    whole = zonal_people(raster, np.array([region], object))[0]
    assert zonal_people(raster, np.array(strips, object)).sum() == pytest.approx(whole, rel=1e-6)


@given(
    ring=st.lists(
        st.tuples(st.floats(-1, 1, width=32), st.floats(-1, 1, width=32)), min_size=3, max_size=8
    ),
    longest=st.floats(0.01, 1),
)
def test_an_edge_gets_the_same_points_in_both_directions(
    ring: list[tuple[float, float]], longest: float
) -> None:
    x, y = np.array([*ring, ring[0]]).T
    start = np.array([0, len(x)])
    forward = divided(x, y, start, longest)
    backward = divided(x[::-1].copy(), y[::-1].copy(), start, longest)
    assert forward[0].tolist() == backward[0][::-1].tolist()
    assert forward[1].tolist() == backward[1][::-1].tolist()
    steps = np.hypot(np.diff(forward[0]), np.diff(forward[1]))
    assert steps.max() <= longest * 1.001
