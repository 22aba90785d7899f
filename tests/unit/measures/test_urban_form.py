"""Intensity, clusters, dense built-up land and the shape of cities drawn as rasters."""

from __future__ import annotations

import numpy as np
import pytest

from rastertown import raster_town
from urbanwork.measures.urban_form import (
    dense_built_up_share,
    development_intensity,
    largest_cluster_km2,
    location_mismatch,
)
from urbanwork.measures.urban_shape import built_up_entropy, compactness, density_gradient
from urbanwork.quantities.measured import Reason

SIDE = 61


def blank(side: int = SIDE) -> str:
    return "\n".join(["A" * side] * side)


def distance(side: int = SIDE) -> np.ndarray:
    """Cells from the middle of a square grid."""
    place = np.arange(side) - side // 2
    return np.hypot(place[:, None], place[None, :])


def test_intensity_is_built_up_land_over_land() -> None:
    figures = development_intensity(raster_town("AB", built={2020: "5."}))
    assert figures.value.tolist() == pytest.approx([50.0, 0.0, 25.0], abs=1e-6)
    assert figures.period[0] == "2020"


def test_intensity_from_statistics_names_the_table() -> None:
    tables = raster_town("A", statistics=[(None, 2019, "built_up_area", 250_000.0)])
    figures = development_intensity(tables)
    assert figures.value[-1] == pytest.approx(25.0)
    assert figures.reason[0] is Reason.NOT_GIVEN
    assert "Yearbook" in figures.note[-1][0]


def test_without_any_built_up_land_there_is_no_intensity() -> None:
    assert development_intensity(raster_town("A")).reason[0] is Reason.LAYER_MISSING


def test_clusters_share_a_side_and_count_their_built_up_land() -> None:
    tables = raster_town(
        """
        AAABB
        AAABB
        """,
        built={2020: """
        8..51
        .86.2"""},
    )  # fmt: skip
    figures = largest_cluster_km2(tables)
    assert figures.value.tolist() == pytest.approx([2.0, 1.0, 2.0])
    assert figures.detail["largest_km2"] == pytest.approx([2.0, 1.0, 1.0, 1.0])
    assert largest_cluster_km2(tables, built_from=0.1).value[1] == pytest.approx(3.0)


def test_the_cluster_of_an_area_is_whole_beyond_its_border() -> None:
    figures = largest_cluster_km2(raster_town("AAB", built={2020: "###"}))
    assert figures.value.tolist() == pytest.approx([3.0, 3.0, 3.0])


def test_dense_built_up_land_is_that_of_crowded_cells() -> None:
    people = np.array([[20_000.0, 15_000.0, 100.0]])
    tables = raster_town("AAB", people={2020: people}, built={2020: "622"})
    figures = dense_built_up_share(tables)
    assert figures.value.tolist() == pytest.approx([75.0, 0.0, 60.0], abs=1e-4)


def test_a_circle_is_as_compact_as_can_be_and_a_ribbon_is_not() -> None:
    circle = (distance() <= 25).astype(float)
    ribbon = np.zeros((SIDE, SIDE))
    ribbon[SIDE // 2] = 1.0
    of_circle = compactness(raster_town(blank(), built={2020: circle}, step_m=100)).value[-1]
    of_ribbon = compactness(raster_town(blank(), built={2020: ribbon}, step_m=100)).value[-1]
    assert 0.995 < of_circle <= 1.0
    # The mean distance along a line is a quarter of its length.
    expected = 2 / 3 * np.sqrt(SIDE / np.pi) / (SIDE / 4)
    assert of_ribbon == pytest.approx(expected, rel=0.01)


def test_a_handful_of_pixels_has_no_shape() -> None:
    figures = compactness(raster_town("AAA", built={2020: "###"}))
    assert figures.reason[0] is Reason.TOO_SMALL


def test_even_land_has_an_entropy_of_one_and_a_point_of_less() -> None:
    even = np.full((SIDE, SIDE), 0.3)
    point = np.where(distance() <= 3, 1.0, 0.0)
    point[0, 0] = 0.01
    high = built_up_entropy(raster_town(blank(), built={2020: even}, step_m=100)).value[-1]
    low = built_up_entropy(raster_town(blank(), built={2020: point}, step_m=100)).value[-1]
    assert high == pytest.approx(1.0, abs=1e-6)
    assert low < 0.4


def test_the_gradient_of_a_drawn_exponential_is_found_again() -> None:
    people = 10_000 * np.exp(-0.2 * distance())
    tables = raster_town(blank(), people={2020: people})
    figures = density_gradient(tables)
    fitted = figures.detail["by_area"][-1]
    assert figures.value[-1] == pytest.approx(0.2, abs=0.005)
    assert fitted["r2"] > 0.999
    assert fitted["centre_density_per_km2"] == pytest.approx(10_000, rel=0.05)


def test_even_people_have_no_gradient() -> None:
    people = np.full((SIDE, SIDE), 500.0)
    figures = density_gradient(raster_town(blank(), people={2020: people}))
    assert figures.value[-1] == pytest.approx(0.0, abs=1e-9)


def test_mismatch_is_half_of_the_differences_of_shares() -> None:
    rows = [
        (0, 2020, "jobs", 80.0), (1, 2020, "jobs", 20.0),
        (0, 2020, "resident_population", 50.0), (1, 2020, "resident_population", 50.0),
    ]  # fmt: skip
    figures = location_mismatch(
        raster_town("AB", statistics=rows), first="jobs", second="resident_population"
    )
    assert figures.value[-1] == pytest.approx(30.0)
    assert np.isnan(figures.value[:-1]).all()
    assert figures.detail["shares"]["jobs"] == pytest.approx([0.8, 0.2])


def test_mismatch_needs_every_area() -> None:
    rows = [(0, 2020, "jobs", 80.0)]
    figures = location_mismatch(
        raster_town("AB", people={2020: "12"}, statistics=rows),
        first="jobs", second="resident_population",
    )  # fmt: skip
    assert figures.reason[-1] is Reason.NOT_GIVEN
    assert "jobs in the area" in figures.note[-1][0]
    assert "就业岗位数" in figures.note[-1][1]


def test_mismatch_takes_people_and_land_from_rasters() -> None:
    tables = raster_town("AB", people={2020: "13"}, built={2020: "22"})
    figures = location_mismatch(tables, first="resident_population", second="built_up_area")
    assert figures.value[-1] == pytest.approx(25.0, abs=1e-6)


def test_an_area_that_a_raster_does_not_cover_has_no_figure() -> None:
    tables = raster_town("AAB", people={2020: "19"}, built={2020: "##"})
    figures = largest_cluster_km2(tables)
    assert figures.value[0] == pytest.approx(2.0)
    assert figures.reason[1] is Reason.BEYOND_EDGE
