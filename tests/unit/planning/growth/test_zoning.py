"""The bottom lines of a city as masks of growth."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from urbanwork.catalogue.bottomlines import load_bottom_lines
from urbanwork.errors import UserError
from urbanwork.planning.gate import Gate
from urbanwork.planning.growth.grids import Grid
from urbanwork.planning.growth.zoning import zoning_of
from urbanwork.sources.layers import Zones

GRID = Grid((40, 60), (100.0, 0.0, 0.0, 0.0, -100.0, 4000.0), "EPSG:3857")
FIELD = shapely.box(0.001, 0.001, 0.0015, 0.0015)  # 111 to 167 m east and north


def gate(visibility="public"):
    texts = {name: np.array([None], object) for name in ("name", "authority", "date", "document")}
    zones = Zones(
        id=np.array(["z/0"], object), kind=np.array(["permanent_farmland"], object), **texts,
        visibility=np.array([visibility], object), geometry=np.array([FIELD], object),
        origin=np.array(["z:0"], object), error_m=np.zeros(1), quality=np.full(1, np.nan),
    )  # fmt: skip
    return Gate(zones, ["permanent_farmland"], load_bottom_lines())


def test_farmland_masks_every_cell_that_it_touches():
    found = zoning_of(gate(), GRID)
    assert np.argwhere(found.masks[0].blocked).tolist() == [[38, 1]]
    assert found.visibility == "public"


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
