"""The basemap is complete for walking and honest about what it leaves out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from h3ronpy import change_resolution

from fixtures_report import Town, town
from urbanwork.reporting.html import basemap
from urbanwork.reporting.html.pack import unpack


@pytest.fixture(scope="module")
def made() -> Town:
    return town()


def whole(folded: np.ndarray) -> np.ndarray:
    return np.cumsum((folded.astype(np.int64) >> 1) ^ -(folded.astype(np.int64) & 1))


def test_equal_cities_give_equal_bytes(made: Town) -> None:
    assert basemap.build_basemap(made.city) == basemap.build_basemap(town().city)


def test_every_edge_keeps_its_length_to_the_centimetre(made: Town) -> None:
    _, arrays = unpack(basemap.build_basemap(made.city))
    np.testing.assert_array_equal(arrays["edge_weight"], made.city.walk.graph.edge_weight)
    np.testing.assert_array_equal(whole(arrays["edge_from"]), made.city.walk.graph.edge_from)


def test_every_snap_keeps_its_place_on_the_street(made: Town) -> None:
    _, arrays = unpack(basemap.build_basemap(made.city))
    snaps = made.city.places.walk
    np.testing.assert_array_equal(whole(arrays["gate_edge"]), snaps.edge + 1)
    np.testing.assert_array_equal(arrays["gate_along"], snaps.to_start)
    np.testing.assert_array_equal(arrays["gate_off"], snaps.off)


def test_the_sea_lies_right_of_the_coast(made: Town) -> None:
    header, arrays = unpack(basemap.build_basemap(made.city))
    y = whole(arrays["sea_y"]) * header["step"] + header["origin"][1]
    assert len(y) > 0
    assert y.max() < -900


def test_a_drawn_edge_bends_as_the_street_does(made: Town) -> None:
    _, arrays = unpack(basemap.build_basemap(made.city))
    assert arrays["edge_inner"].sum() > 0.8 * len(arrays["edge_weight"])


def test_a_straight_street_keeps_no_vertex_between_its_ends() -> None:
    edge = np.zeros(5, np.int64)
    x, y = np.arange(5.0), np.zeros(5)
    assert basemap._bends(edge, x, y).tolist() == [True, False, True, False, True]
    assert basemap._bends(edge, x, np.array([0.0, 3.0, 0.0, 0.0, 0.0]))[1]


def test_a_network_too_large_for_a_file_is_drawn_but_not_walked(
    made: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(basemap, "MOST_EDGES", 100)
    header, arrays = unpack(basemap.build_basemap(made.city))
    assert not header["has_paths"]
    assert "gate_edge" not in arrays
    assert len(arrays["road_size"]) > 0


def test_too_many_cells_are_shown_as_their_parents_in_h3(
    made: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(basemap, "MOST_CELLS", 100)
    cells = made.city.cells.id
    shown, row = basemap.shown_cells(cells)
    parents = np.asarray(change_resolution(cells, 9), np.uint64)
    np.testing.assert_array_equal(shown[row], parents)


def test_a_city_without_buildings_water_or_places_has_a_basemap(made: Town) -> None:
    nothing = np.zeros(0, np.object_)
    bare = replace(
        made.city, water=nothing, coastline=nothing,
        buildings=replace(made.city.buildings, geometry=nothing, footprint_m2=np.zeros(0)),
        land=replace(made.city.land, geometry=nothing, kind=nothing),
    )  # fmt: skip
    _, arrays = unpack(basemap.build_basemap(bare))
    assert len(arrays["building_size"]) == len(arrays["sea_size"]) == 0
