"""Published classifications of real grids, cell by cell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from urbanwork.measures.urbanisation.degree import degree_of_urbanisation
from urbanwork.measures.urbanisation.rules import Cluster, Rules
from urbanwork.measures.urbanisation.units import unit_classes
from urbanwork.sources.layers import PopulationRaster
from urbanwork.sources.population import zonal_people

R2023A = Rules()

PEARL_RIVER = {
    "classification3": (1, 1, replace(
        R2023A, centre=Cluster(1500, 50_000, 8, 0.5), cluster=Cluster(400, 7_000, 8),
        edges="R2022A",
    )),
    "classification4": (1, 1, replace(
        R2023A, centre=Cluster(2000, 50_000, 8, 0.5), cluster=Cluster(300, 80_000, 8),
        gap_km2=0, edges="none",
    )),
    # The size of 60,000 is that of the cluster in the script that made the raster
    # (UCL_size_threshold), not of the centre.
    "classification5": (1, 10, replace(
        R2023A, centre=Cluster(1250, 50_000, 4, 0.5), cluster=Cluster(300, 60_000, 8), gap_km2=0,
    )),
    # "At least 3 km away" in flexurba 0.1: the two rings of cells around are too near.
    "classification8": (2, 1, replace(
        R2023A, centre=Cluster(1500, 60_000, 4, 0.2), dense=Cluster(1000, 5_000, 4, 0.2),
        semi_dense=Cluster(300, 5_000, 4), semi_dense_apart_km=2,
        suburban=Cluster(300, 5_000, 4), gap_km2=3,
    )),
}  # fmt: skip
"""Raster of prd_ghsl -> level, factor of its codes, rules that it was made by."""


def _read(path: Path) -> np.ndarray:
    import rasterio

    with rasterio.open(path) as dataset:
        values = dataset.read(1).astype(np.float64)
        return np.where(values == dataset.nodata, np.nan, values)


@pytest.mark.parametrize("raster", PEARL_RIVER)
def test_the_pearl_river_delta_is_classified_as_published(shared: Path, raster: str) -> None:
    folder = shared / "rasters" / "prd_ghsl"
    people = _read(folder / "POP.tif")
    built, land = (_read(folder / f"{name}.tif") / 1e6 for name in ("BUILT_S", "LAND"))
    level, factor, rules = PEARL_RIVER[raster]

    classes = degree_of_urbanisation(people, built, land, level=level, rules=rules)

    np.testing.assert_array_equal(
        classes.astype(int) * factor, _read(folder / f"{raster}.tif").astype(int)
    )


def test_beijing_has_the_published_cells_before_edges_and_holes(shared: Path) -> None:
    folder = shared / "reference" / "degurba_beijing"
    people = _read(folder / "bj_ppp_2020_1000m_UNadj.tif")
    rules = replace(R2023A, edges="none", gap_km2=0)

    classes = degree_of_urbanisation(people, rules=rules)

    counts = [int((classes == code).sum()) for code in (3, 2, 1)]
    assert counts == [2_784, 5_400, 16_763]
    published = np.nan_to_num(_read(folder / "expected_stage1_no_smoothing.tif")).astype(int)
    np.testing.assert_array_equal(classes, np.where(published > 0, 4 - published, 0))


def test_beijing_with_edges_and_holes_is_the_literal_reading_of_the_manual(shared: Path) -> None:
    folder = shared / "reference" / "degurba_beijing"
    people = _read(folder / "bj_ppp_2020_1000m_UNadj.tif")

    classes = degree_of_urbanisation(people, rules=replace(R2023A, edges="R2022A"))

    assert [int((classes == code).sum()) for code in (3, 2, 1)] == [3_055, 5_130, 16_762]


def test_the_streets_of_beijing_are_classed_by_their_people_not_by_their_cells(
    shared: Path,
) -> None:
    import pyogrio
    import rasterio
    import shapely

    folder = shared / "reference" / "degurba_beijing"
    people = np.nan_to_num(_read(folder / "bj_ppp_2020_1000m_UNadj.tif"))
    with rasterio.open(folder / "grid_cla.tif") as dataset:
        classes, transform = dataset.read(1), tuple(dataset.transform)[:6]
    streets = shapely.from_wkb(pyogrio.raw.read(folder / "BJStreet.shp")[2])

    by_class = {
        name: zonal_people(
            PopulationRaster(np.where(classes == code, people, 0.0), transform, "EPSG:4326"),
            streets,
        )
        for name, code in (("centre", 1), ("cluster", 2), ("rural", 3))
    }
    total = np.sum(list(by_class.values()), axis=0)
    units = unit_classes({name: inside / total for name, inside in by_class.items()})

    counts = [int((units == name).sum()) for name in ("city", "town", "rural")]
    assert counts == [198, 85, 52]
