"""Indicators at sample points: means of cells weighted by people, shared out over H3 cells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from tests.town import town

from urbanwork.city.model import PreparedCity
from urbanwork.city.sampled.definition import load_definition
from urbanwork.city.sampled.model import (
    OpenSpaces,
    PopulationGrid,
    SampledCity,
    SampledNetwork,
    SamplePoints,
)
from urbanwork.errors import UserError
from urbanwork.kernels.graph import build_graph
from urbanwork.measures.names import resolve
from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.shared import Access
from urbanwork.quantities.measured import Reason

NONE = np.empty(0)
PEOPLE = [30.0, 10.0, 60.0, 5.0]
SHARE = [1.0, 0.5, 0.2, 0.05]
"""Four cells of 100 m side by side; the last lies nearly outside the region."""
CELL_OF_POINT = [0, 0, 1, 2, 3]
SHOP_M = [100.0, 501.0, 400.0, np.inf, 0.0]


@pytest.fixture
def city() -> PreparedCity:
    return town("1-1-1-1", step_m=60)


def sampled(crs: str, **distance_m: list[float]) -> SampledCity:
    count = len(PEOPLE)
    grid = PopulationGrid(
        0.0, 50.0, 100.0, np.arange(count), np.zeros(count, np.int64), np.array(PEOPLE),
        np.array([1.0, 2.0, 3.0, 4.0]), np.array(SHARE), np.ones(count, bool),
        np.arange(count)[None, :],
    )  # fmt: skip
    points = len(CELL_OF_POINT)
    zeros = np.zeros(points)
    where = SamplePoints(zeros.astype(np.int32), zeros, zeros, zeros, zeros,
                         np.array(CELL_OF_POINT))  # fmt: skip
    network = SampledNetwork(build_graph(2, [0], [1], [1]), NONE, NONE, NONE, NONE, NONE, NONE)
    return SampledCity(
        load_definition(), crs, shapely.box(0, -50, 400, 50), network, NONE, NONE, grid,
        OpenSpaces(NONE, NONE, NONE, NONE, NONE, NONE), where, {},
        {name: np.array(metres) for name, metres in distance_m.items()},
        np.array([8000.0, 6000.0, 4000.0, 0.0, 0.0]), np.array([100.0, 100, 50, 0, 0]),
    )  # fmt: skip


def measured(city: PreparedCity, measure: str, **arguments: object) -> CellRatio:
    found = sampled(city.crs, fresh_food_market=SHOP_M, convenience=SHOP_M, pt_osm_any=SHOP_M)
    return resolve(measure)(Access(city, sample=lambda: found), **arguments)


def value(ratio: CellRatio) -> float:
    return ratio.scale * float(ratio.numerator.sum() / ratio.known.sum())


def test_a_share_is_the_mean_of_the_points_of_a_cell_weighted_by_its_people(
    city: PreparedCity,
) -> None:
    ratio = measured(city, "sampled_reach_share", categories=["convenience"], radius_m=500)
    # Cell 0: one point of two; cell 1: its only one; cell 2: none; cell 3 does not count.
    assert value(ratio) == pytest.approx(100 * (30 * 0.5 + 10 * 1 + 0) / 100)
    assert (ratio.numerator <= ratio.known).all()


def test_any_of_several_categories_will_do(city: PreparedCity) -> None:
    categories = ["pt_osm_any", "pt_gtfs_any"]  # no timetable is given
    ratio = measured(city, "sampled_reach_share", categories=categories, radius_m=500)
    assert value(ratio) == pytest.approx(25)


def test_a_category_that_no_source_gives_is_no_data(city: PreparedCity) -> None:
    ratio = measured(city, "sampled_reach_share", categories=["pt_gtfs_any"], radius_m=500)
    assert ratio.reason is Reason.LAYER_MISSING


def test_a_radius_beyond_the_search_is_told(city: PreparedCity) -> None:
    with pytest.raises(UserError, match="searched to 500 m"):
        measured(city, "sampled_reach_share", categories=["convenience"], radius_m=800)


def test_means_weigh_people_or_cells(city: PreparedCity) -> None:
    quantity = "population_density"
    people = measured(city, "sampled_mean", quantity=quantity, weight="people")
    assert value(people) == pytest.approx((30 * 7000 + 10 * 4000 + 0) / 100)
    cells = measured(city, "sampled_mean", quantity=quantity, weight="cells")
    assert value(cells) == pytest.approx((7000 + 4000 + 0) / 3)


def test_daily_living_counts_groups_and_walkability_has_mean_0_over_points(
    city: PreparedCity,
) -> None:
    living = measured(city, "sampled_mean", quantity="daily_living", weight="cells")
    assert value(living) == pytest.approx((1.5 + 3 + 0) / 3)
    everywhere = replace(sampled(city.crs, convenience=SHOP_M), people_per_km2=np.full(5, 8000.0))
    access = Access(city, sample=lambda: everywhere)
    assert access.sampling is not None
    assert access.sampling.quantity("walkability").mean() == pytest.approx(0)


def test_a_share_of_people_above_a_threshold_takes_cells_whole(city: PreparedCity) -> None:
    ratio = measured(city, "sampled_share_at_least", quantity="population_density", at_least=4000)
    assert value(ratio) == pytest.approx(100 * 40 / 100)
    compared = measured(
        city, "sampled_share_at_least", quantity="compared_walkability", at_least=-1e9
    )
    assert value(compared) == pytest.approx(100)


def test_a_density_counts_whole_cells_that_touch_over_the_area_shown(city: PreparedCity) -> None:
    ratio = measured(city, "sampled_density", counted="crossings")
    assert ratio.numerator.sum() == pytest.approx(10)
    assert ratio.known.sum() == pytest.approx(shapely.area(city.cells.geometry).sum() / 1e6)


def test_without_a_population_raster_there_is_no_data(city: PreparedCity) -> None:
    for sample in (None, lambda: None):
        ratio = resolve("sampled_density")(Access(city, sample=sample), counted="people")
        assert ratio.reason is Reason.LAYER_MISSING
        assert "population raster" in ratio.note
