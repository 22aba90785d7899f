"""The population grid keeps the people of the raster, whatever its system."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from tests.sampled_town import CRS

from urbanwork.city.sampled.build import study_region
from urbanwork.city.sampled.grid import cell_polygons, population_grid
from urbanwork.errors import UserError
from urbanwork.sources.layers import PopulationRaster

REGION = shapely.box(-1000, -1000, 1000, 1000)


def raster(pixel_m: float, crs: str = CRS) -> PopulationRaster:
    """People in a square of 2 km in the middle of 6 km, pixels of `pixel_m`."""
    count = round(6000 / pixel_m)
    people = np.zeros((count, count))
    middle = slice(count // 3, 2 * count // 3)
    people[middle, middle] = 100 * (pixel_m / 100) ** 2
    return PopulationRaster(people, (pixel_m, 0, -3000, 0, -pixel_m, 3000), crs)


@pytest.mark.parametrize("pixel_m", [50.0, 100.0, 250.0])
def test_people_are_kept_from_pixels_of_any_size(pixel_m: float) -> None:
    grid = population_grid(raster(pixel_m), REGION, REGION.buffer(800), CRS, cell_m=100)
    assert grid.people.sum() == pytest.approx(40_000, rel=0.01)
    assert grid.people[grid.touches_region].sum() == pytest.approx(40_000, rel=0.01)


def test_a_raster_of_another_system_lies_in_the_same_place() -> None:
    mercator = raster(100.0, "EPSG:3857")
    grid = population_grid(mercator, REGION, REGION.buffer(800), CRS, cell_m=100)
    assert grid.people.sum() == pytest.approx(40_000, rel=0.01)
    centre = shapely.get_coordinates(shapely.centroid(cell_polygons(grid)))
    mean = (centre * grid.people[:, None]).sum(axis=0) / grid.people.sum()
    assert np.abs(mean).max() < 10


def test_cells_know_their_share_of_the_region() -> None:
    grid = population_grid(raster(100.0), REGION, REGION.buffer(800), CRS, cell_m=100)
    area = (grid.share_inside * 100**2).sum()
    assert area == pytest.approx(REGION.area, rel=1e-6)
    assert grid.touches_region[grid.share_inside > 0].all()
    assert not grid.touches_region.all()
    assert (grid.cell_of(np.array([9e6]), np.array([0.0])) == -1).all()


def test_a_cell_finds_itself_by_its_centre() -> None:
    grid = population_grid(raster(100.0), REGION, REGION.buffer(800), CRS, cell_m=250)
    centre = shapely.centroid(cell_polygons(grid))
    found = grid.cell_of(shapely.get_x(centre), shapely.get_y(centre))
    assert np.array_equal(found, np.arange(len(grid.people)))


def test_a_raster_elsewhere_is_told() -> None:
    far = PopulationRaster(np.ones((5, 5)), (100, 0, 90_000, 0, -100, 90_000), CRS)
    with pytest.raises(UserError, match="does not reach the study region"):
        population_grid(far, REGION, REGION, CRS, cell_m=100)


def test_a_rotated_raster_is_told() -> None:
    turned = PopulationRaster(np.ones((5, 5)), (70, 70, 0, 70, -70, 0), CRS)
    with pytest.raises(UserError, match="rotated"):
        population_grid(turned, REGION, REGION, CRS, cell_m=100)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:2263"])
def test_a_system_in_degrees_or_feet_is_told(crs: str) -> None:
    with pytest.raises(UserError, match="no projected system in metres"):
        study_region(shapely.box(0, 0, 1, 1), crs, 1600)
