"""Land of Plum Island 1985 to 1991: published cross-tab, and growth held against baselines.

The strict hindcast to 1999 needs a map that the folder lacks; this is the split in space.
Source: Pontius & Parmentier 2014; data of lulcc.
"""

from __future__ import annotations

import json

import pytest

from urbanwork.planning.growth.demand import cross_tab, demand_of
from urbanwork.planning.growth.grids import read_driver, read_land_map
from urbanwork.planning.growth.scoring import Score
from urbanwork.planning.growth.validating import Options, validate_in_space


@pytest.fixture(scope="module")
def maps(shared):
    folder = shared / "landuse" / "plum_island"
    return tuple(read_land_map(folder / f"pie_lu_pie_{year}.tif") for year in (1985, 1991))


@pytest.fixture(scope="module")
def expected(shared):
    return json.loads((shared / "reference" / "plum_island" / "expected.json").read_text())


def test_the_cross_tab_is_exact(maps, expected):
    before, after = maps
    found = cross_tab(before.classes, after.classes, before.known & after.known)
    assert found.classes == (1, 2, 3)
    assert found.cells.tolist() == expected["crosstab_1985_1991"]
    assert found.cells.sum() == expected["n_cells"]


def test_trend_is_the_net_gain_of_the_maps(maps):
    before, after = maps
    found = cross_tab(before.classes, after.classes, before.known & after.known)
    demand = demand_of("trend", found, built=2, fit=(1985, 1991), until=1997)
    assert demand.total == 40_350 - 37_122


@pytest.mark.parametrize("name", ["clues", "ordered_det"])
def test_the_figure_of_merit_is_the_published_one(expected, name):
    """Wrong gains, of another class, count in the union as misses do."""
    cell = expected["cell_level"][name]
    score = Score(cell["hits"], cell["misses"] + cell["wrong"], cell["fa"], 0, 113_563)
    assert score.figure_of_merit == pytest.approx(cell["fom"], abs=1e-5)


def test_learned_growth_beats_random_and_distance_on_ground_it_has_not_seen(maps, shared):
    folder = shared / "landuse" / "plum_island"
    drivers = {
        f"ef_{k}": read_driver(folder / f"pie_ef_00{k}.tif", maps[0].grid) for k in (1, 2, 3)
    }
    found = validate_in_space(maps, drivers, [], Options(2, model="logistic", runs=5))
    assert found.quantities == {"observed": 3265}
    assert found.random.figure_of_merit == pytest.approx(0.0222, abs=1e-4)
    assert found.distance.figure_of_merit == pytest.approx(0.0352, abs=1e-4)
    assert found.score.figure_of_merit > 0.05
