"""Green and open space in towns small enough to check by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from town import bounds_of, measured, state_at, town, value_of
from urbanwork.quantities.measured import Reason, State

H06 = {"small_m2": 2_000, "large_m2": 5_000, "small_radius_m": 300, "large_radius_m": 500}
SMALL, LARGE = ("park", 2_500.0), ("park", 10_000.0)  # squares of 50 m and of 100 m
STREET = "+" * 12


def buffer(drawing, homes, **options):
    return measured(town(drawing, land=[homes], **options), "park_buffer_share", **H06)


def test_residential_land_wholly_within_the_radius_of_a_large_park_is_covered():
    share = buffer("P...........", "...rr.......", legend={"P": LARGE})
    assert value_of(share) == 100
    assert share.known.sum() == 20_000


def test_residential_land_on_the_rim_is_cut_exactly():
    # the outline is 100 m east of the letter, the buffer ends at 600 m, the cell at 550 to 650 m
    share = buffer("P...........", "......r.....", legend={"P": ("park", 40_000.0)})
    assert value_of(share) == pytest.approx(50, abs=0.3)


def test_a_small_park_serves_300_m_and_one_under_2000_m2_nobody():
    homes = "..r..r......"  # 200 m and 500 m from the letter
    assert value_of(buffer("P...........", homes, legend={"P": SMALL})) == 50
    assert value_of(buffer("P...........", homes, legend={"P": ("park", 1_900.0)})) == 0


def test_overlapping_buffers_cover_land_once():
    share = buffer("PPP.........", ".r..........", legend={"P": LARGE})
    assert (share.numerator.sum(), share.known.sum()) == (10_000, 10_000)


def test_land_of_homes_that_fills_part_of_a_cell_is_cut_as_it_lies():
    city = town("P...........", legend={"P": ("park", 40_000.0)}, land=["......r....."])
    eastern_half = shapely.box(600, -50, 650, 50)
    land = replace(
        city.land, geometry=np.array([eastern_half], object), overlap_m2=np.array([5_000.0])
    )
    share = measured(replace(city, land=land), "park_buffer_share", **H06)  # buffer to 600 m
    assert value_of(share) == pytest.approx(0, abs=0.5)


def test_uncovered_land_near_the_edge_of_the_data_is_unknown():
    share = buffer("P...........", "..r.......r.", legend={"P": SMALL}, edge=True)
    assert (value_of(share), bounds_of(share)) == (100, (50, 100))


def test_without_residential_land_the_buffer_has_no_data():
    share = buffer("P...", "gg..", legend={"P": LARGE})
    assert share.reason == Reason.NO_LAND


def test_people_walk_to_the_entrance_while_land_is_covered_as_the_crow_flies():
    drawing = """
    P.1
    |.|
    |.|
    +-+
    """
    land = "..r\n...\n...\n..."
    city = town(drawing, legend={"P": LARGE}, land=[land])  # 200 m across, 800 m to walk
    assert value_of(measured(city, "park_buffer_share", **H06)) == 100
    assert value_of(measured(city, "park_walk_share", **H06)) == 0


def test_a_walk_of_500_m_to_a_large_park_or_of_300_m_to_a_small_one_is_served():
    city = town("S--1-2-----3-----L", legend={"S": SMALL, "L": LARGE})
    share = measured(city, "park_walk_share", **H06)
    assert [state_at(city, share, column, 0) for column in (3, 5, 11)] == [
        State.REACHED,
        State.NOT_REACHED,
        State.NOT_REACHED,
    ]
    city = town("S--1-2----3-----L", legend={"S": SMALL, "L": ("park", 4_999.0)})
    assert value_of(measured(city, "park_walk_share", **H06)) == 100 / 6
    city = town("S--1-2-----3----L", legend={"S": SMALL, "L": ("park", 5_000.0)})
    assert value_of(measured(city, "park_walk_share", **H06)) == pytest.approx(100 * 4 / 6)


def test_a_walk_of_any_length_ends_at_the_nearest_entrance():
    city = town("p-----1--p", legend={"p": LARGE})
    assert value_of(measured(city, "park_walk_share", **H06)) == 100


def test_land_of_two_kinds_counts_once():
    city = town(STREET, land=["ggff........", "..fggg......"])
    assert value_of(measured(city, "land_share", kinds=["green", "forest"])) == 50
    assert value_of(measured(city, "land_share", kinds=["forest"])) == pytest.approx(100 / 6)


def test_water_is_no_land():
    city = town("++~~", land=["g..."])
    assert value_of(measured(city, "land_share", kinds=["green"])) == 50


def test_open_space_and_streets_are_a_share_of_the_built_up_land():
    # ten cells of homes, one of open space among them; a street of 900 m, 8 m wide
    city = town("+" * 10, land=["rrrrrrrrrr", "....o....."])
    share = measured(city, "open_space_share")
    full_cell = 100 * 100  # open space and street of one cell together are never more than it
    others = 8 * 900 - 8 * 100
    assert value_of(share) == pytest.approx(100 * (full_cell + others) / 100_000)


def test_parks_per_person_count_ground_of_two_parks_once_and_only_inside():
    city = town("PQ-8", legend={"P": LARGE, "Q": ("park", 40_000.0)})
    # Q is 200 m wide around x = 100 and covers P's eastern part; north and south lie outside,
    # so inside there are 50 m (P alone) and 200 m of a strip of 100 m
    assert value_of(measured(city, "park_area_per_person")) == pytest.approx(25_000 / 8)


def test_park_area_per_person_falls_with_more_people():
    city = town("P-8", legend={"P": LARGE})
    assert measured(city, "park_area_per_person").people_power == -1


def test_unmapped_parks_give_no_data_in_all_measures():
    city = town("+-8", missing=["place:park"])
    for measure in ("park_area_per_person", "park_walk_share", "park_buffer_share"):
        parameters = {} if measure == "park_area_per_person" else H06
        assert measured(city, measure, **parameters).reason == Reason.NONE_MAPPED
