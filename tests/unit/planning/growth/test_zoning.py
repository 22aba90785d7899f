"""The bottom lines of a city as masks of growth."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from urbanwork.catalogue.bottomlines import load_bottom_lines
from urbanwork.errors import UserError
from urbanwork.planning.gate import Gate
from urbanwork.planning.growth.demand import Demand
from urbanwork.planning.growth.grids import Grid
from urbanwork.planning.growth.masks import outlines, together
from urbanwork.planning.growth.simulating import prepared_ground, simulate
from urbanwork.planning.growth.zoning import zoning_of
from urbanwork.quantities.crs import reproject
from urbanwork.sources.layers import Zones

GRID = Grid((40, 60), (100.0, 0.0, 0.0, 0.0, -100.0, 4000.0), "EPSG:3857")
FIELD = shapely.box(0.001, 0.001, 0.0015, 0.0015)  # 111 to 167 m east and north


OWN_RULE = """
set: mine
jurisdiction: "*"
title: {en: Ours, zh: 本市}
bottom_lines:
  - id: safety.apart
    test: distance
    strength: hard
    changes: [change_land_use:residential]
    zones: [permanent_farmland]
    distance_m: 730
    title: {en: Apart, zh: 间距}
    clause: "1"
    source: test
    confidence: C
    why: {en: Far., zh: 远。}
    cure: {en: Move., zh: 移。}
"""


def gate(visibility="public", rules=None):
    texts = {name: np.array([None], object) for name in ("name", "authority", "date", "document")}
    zones = Zones(
        id=np.array(["z/0"], object), kind=np.array(["permanent_farmland"], object), **texts,
        visibility=np.array([visibility], object), geometry=np.array([FIELD], object),
        origin=np.array(["z:0"], object), error_m=np.zeros(1), quality=np.full(1, np.nan),
    )  # fmt: skip
    return Gate(zones, ["permanent_farmland"], rules or load_bottom_lines())


def test_farmland_masks_every_cell_that_it_touches():
    found = zoning_of(gate(), GRID)
    assert np.argwhere(found.masks[0].blocked).tolist() == [[38, 1]]
    assert found.visibility == "public"


@pytest.fixture
def apart(tmp_path):
    """A gate with one rule: homes keep 730 m from the field."""
    (tmp_path / "own.yaml").write_text(OWN_RULE, encoding="utf-8")
    rules = load_bottom_lines([tmp_path / "own.yaml"])
    return gate(rules=[rule for rule in rules if rule.id == "safety.apart"])


def test_a_rule_of_distance_masks_exactly_the_cells_that_are_too_near(apart):
    found = zoning_of(apart, GRID).masks[-1]
    assert found.name == "nearer than 730 m: safety.apart"
    row, column = np.nonzero(np.ones(GRID.shape, bool))
    crs = apart.known.crs
    cells = reproject(outlines(GRID, row, column), GRID.crs, crs)
    metres = shapely.distance(cells, apart.known.zones.geometry[0]).reshape(GRID.shape)
    np.testing.assert_array_equal(found.blocked, metres < 730)
    assert 50 < found.blocked.sum() < 200


def test_no_cell_within_the_distance_converts_even_where_all_land_is_wanted(apart):
    masks = zoning_of(apart, GRID).masks
    is_built = np.zeros(GRID.shape, bool)
    is_built[0, 0] = True
    rate = np.where(together(masks, GRID.shape) | is_built, 0.0, 0.5)
    ground = prepared_ground(rate, is_built, np.linspace(0.5, 3.0, 25), 2)
    wanted = Demand("quota", (GRID.shape[0] * GRID.shape[1],), (2035,))
    grown = simulate(ground, wanted, masks, runs=2, seed=1).runs > 0
    row, column = np.nonzero(grown)
    crs = apart.known.crs
    cells = reproject(outlines(GRID, row, column), GRID.crs, crs)
    assert shapely.distance(cells, apart.known.zones.geometry[0]).min() >= 730
    assert len(row) == (~together(masks, GRID.shape)).sum() - 1
    assert zoning_of(apart, GRID).proof(apart, grown)["violations"] == 0


def test_growth_inherits_the_visibility_of_the_layers():
    assert zoning_of(gate("restricted"), GRID).visibility == "restricted"


def test_the_proof_counts_what_breaks_and_names_what_is_missing():
    own = gate()
    zoning = zoning_of(own, GRID)
    nowhere, there = np.zeros(GRID.shape, bool), zoning.masks[0].blocked
    assert zoning.proof(own, nowhere)["violations"] == 0
    assert zoning.proof(own, there)["violations"] == 1
    assert any("red_line" in rule for rule in zoning.proof(own, nowhere)["unknown"])


def test_maps_without_a_place_on_earth_are_refused():
    with pytest.raises(UserError, match="name no coordinate system"):
        zoning_of(gate(), Grid(GRID.shape, GRID.transform, None))
