"""Where land was newly built up: patches of the landscape expansion index."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rastertown import raster_town
from urbanwork.measures.expansion import expansion_share, patch_kinds, period_of
from urbanwork.quantities.measured import Reason

KINDS = ("infill", "edge", "outlying")
OLD = """
    ##.......
    #.#......
    ###......
    .........
"""
NEW = """
    ##.......
    ###......
    ###....#.
    ...#.....
"""
AREAS = """
    AAABBBBBB
    AAABBBBBB
    AAABBBBBB
    AAABBBBBB
"""


def test_a_hole_filled_a_corner_added_and_a_patch_apart_are_the_three_kinds() -> None:
    tables = raster_town(AREAS, built={2010: OLD, 2020: NEW}, step_m=100)
    shares = [expansion_share(tables, kind=kind) for kind in KINDS]
    assert [each.value.tolist() for each in shares] == [
        pytest.approx([100.0, 0.0, 100 / 3]),
        pytest.approx([0.0, 50.0, 100 / 3]),
        pytest.approx([0.0, 50.0, 100 / 3]),
    ]
    assert shares[0].denominator.tolist() == pytest.approx([1e4, 2e4, 3e4])
    assert shares[0].detail["patches"] == {"infill": 1, "edge": 1, "outlying": 1}
    assert "2010 to 2020" in shares[0].note[0][0]
    assert "填充式" in shares[0].note[0][1]


def test_an_index_of_exactly_50_is_an_edge() -> None:
    old = np.array([[1, 0, 0]], bool)
    new = np.array([[1, 1, 0]], bool)
    kinds, number = patch_kinds(old, new, np.ones((1, 3), bool))
    assert kinds.tolist() == [[-1, 1, -1]]
    assert number == [0, 1, 0]


def test_a_wider_buffer_finds_the_town_that_a_narrow_one_misses() -> None:
    tables = raster_town("AAAAA", built={2010: "#....", 2020: "#..#."}, step_m=100)
    assert expansion_share(tables, kind="outlying").value[0] == 100.0
    assert expansion_share(tables, kind="edge", buffer_m=300).value[0] == 100.0


def test_no_new_land_has_no_kinds() -> None:
    figures = expansion_share(raster_town("AA", built={2010: "#.", 2020: "#."}), kind="edge")
    assert figures.reason[0] is Reason.UNDEFINED
    assert "No pixel became built up" in figures.note[0][0]


def test_pixels_of_1_km_are_told_to_be_coarse() -> None:
    figures = expansion_share(raster_town("AA", built={2010: "#.", 2020: "##"}), kind="edge")
    assert "too coarse" in figures.note[0][0]
    assert "不足以反映小斑块" in figures.note[0][1]


def test_rasters_of_different_grids_are_not_compared() -> None:
    tables = raster_town("AA", built={2010: "#.", 2020: "##"})
    moved = tables.city.rasters["built_up 2020"]
    transform = (*moved.transform[:2], moved.transform[2] + 30.0, *moved.transform[3:])
    rasters = {**tables.city.rasters, "built_up 2020": replace(moved, transform=transform)}
    shifted = replace(tables, city=replace(tables.city, rasters=rasters))
    assert expansion_share(shifted, kind="edge").reason[0] is Reason.NOT_COMPARABLE


def test_one_raster_is_no_expansion() -> None:
    figures = expansion_share(raster_town("A", built={2020: "#"}), kind="edge")
    assert figures.reason[0] is Reason.NO_PERIOD


def test_the_period_ends_with_the_latest_year_and_begins_about_ten_years_before() -> None:
    assert period_of((1975, 2000, 2008, 2012, 2020)) == (2008, 2020)
    assert period_of((1990, 2020)) == (1990, 2020)
    assert period_of((2020,)) is None
