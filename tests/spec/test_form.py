"""The form of towns small enough to check by hand. Cells are 100 m by 100 m."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely

from town import bounds_of, cell_at, measured, state_at, town, value_of
from urbanwork.measures.detour import MOST_ORIGINS, MOST_TARGETS
from urbanwork.quantities.measured import STATES, State

CROSS = """
.|.
-+-
.|.
"""


def test_street_density_is_street_over_land():
    assert value_of(measured(town(CROSS), "street_density")) == pytest.approx(0.4 / 0.09)


def test_intersections_are_counted_per_square_kilometre():
    assert value_of(measured(town(CROSS), "intersection_density")) == pytest.approx(1 / 0.09)


def test_over_built_up_land_the_country_road_counts_on_neither_side():
    town_and_road = "+" * 30
    homes = "rrrr" + "." * 26
    city = town(town_and_road, land=[homes])
    everywhere = measured(city, "street_density")
    built_up = measured(city, "street_density", over="built_up_land")
    assert value_of(everywhere) == pytest.approx(2.9 / 0.30)
    assert value_of(built_up) == pytest.approx(0.35 / 0.04)
    assert state_at(city, built_up, 20, 0) == State.EMPTY


def test_an_open_cell_in_the_middle_of_the_town_is_built_up_land():
    homes = ["rrrrrrrrr"] * 4 + ["rrrr.rrrr"] + ["rrrrrrrrr"] * 4
    city = town("\n".join(["." * 9] * 9).replace(".", "+", 1), land=["\n".join(homes)])
    density = measured(city, "population_density", over="built_up_land")
    assert density.known[cell_at(city, 4, 4)] == pytest.approx(0.01)
    assert density.known.sum() == pytest.approx(0.81)


def test_a_cell_is_built_up_from_a_fifth_of_its_land_on():
    footprints = [(2, 0, 1_999.0, 0.0, True), (22, 0, 2_000.0, 0.0, True)]
    city = town("." * 30 + "+", buildings=footprints)
    density = measured(city, "population_density", over="built_up_land")
    assert density.known[[2, 22]].tolist() == [0, 0.01]


def test_streets_take_their_width_of_the_land():
    assert value_of(measured(town(CROSS), "street_land_share")) == pytest.approx(
        100 * 3_200 / 90_000
    )


def test_buildings_cover_their_footprint_and_stack_their_floors():
    city = town("++++", buildings=[(0, 0, 3_000, 9_000, True), (1, 0, 1_000, 1_000, False)])
    assert value_of(measured(city, "building_density")) == 10
    assert value_of(measured(city, "floor_area_ratio")) == 0.25


def test_population_density_grows_with_the_people():
    density = measured(town("5+++"), "population_density")
    assert value_of(density) == pytest.approx(125)
    assert density.people_power == 1


def test_land_beyond_the_data_is_unknown_for_density():
    city = town("+" * 10)
    west = replace(city, extent=shapely.box(-50, -50, 450, 50))
    density = measured(west, "street_density")
    assert (density.known.sum(), density.unknown.sum()) == pytest.approx((0.06, 0.04))
    assert state_at(west, density, 8, 0) == State.UNKNOWN


# Mix of uses


def mix(land, radius_m=500, drawing=None, **more):
    city = town(drawing or "9" * len(land), land=[land])
    return measured(city, "land_use_mix", radius_m=radius_m, **more)


def test_one_use_alone_is_no_mix():
    assert value_of(mix("rrrr")) == 0


def test_all_uses_alike_are_a_full_mix():
    assert value_of(mix("rcing")) == pytest.approx(1)


def test_two_uses_alike_are_ln_2_over_ln_5():
    assert value_of(mix("rrcc")) == pytest.approx(math.log(2) / math.log(5))


def test_the_window_reaches_as_far_as_its_radius():
    share = mix("r.......c", radius_m=400, drawing="1---1---1")
    by_cell = share.numerator[[0, 4, 8]]
    assert by_cell == pytest.approx([0, math.log(2) / math.log(5), 0])


def test_where_hardly_any_use_is_mapped_the_mix_is_not_known():
    share = mix("r..........................", radius_m=10_000, drawing="1" + "-" * 26)
    assert (share.known.sum(), share.unknown.sum()) == (0, 1)
    assert State.NO_DATA in {STATES[code] for code in share.state}


def test_a_window_cut_by_the_edge_of_the_data_is_unknown():
    city = town("1" * 30, land=["rc" * 15], edge=True)
    share = measured(city, "land_use_mix", radius_m=60)
    assert share.unknown.sum() == 30
    assert bounds_of(share) == (0, 1)


def test_a_mix_of_one_use_is_refused():
    with pytest.raises(ValueError, match="at least two uses"):
        mix("rr", uses=["residential"])


# Dead ends


def test_dead_ends_are_a_share_of_dead_ends_and_intersections():
    assert value_of(measured(town(CROSS), "dead_end_share")) == 80  # four ends, one crossing


def test_where_a_street_leaves_the_data_is_no_dead_end():
    leaving = """
    .#.
    #+-
    .#.
    """
    assert value_of(measured(town(leaving), "dead_end_share")) == 50


def test_a_footpath_that_ends_is_no_dead_end_of_a_street():
    city = town(CROSS, street_class="footway")
    assert value_of(measured(city, "dead_end_share")) == 0


# Detour


def detour(drawing, min_m=200, max_m=800, **options):
    city = town(drawing, **options)
    return city, measured(city, "pedestrian_detour", min_m=min_m, max_m=max_m)


def test_a_straight_street_has_no_detour():
    assert value_of(detour("1--1--1")[1]) == 1


def test_going_round_three_sides_of_a_square_is_three_times_the_way():
    square = """
    1..1
    |..|
    |..|
    +--+
    """
    assert value_of(detour(square)[1]) == 3


def test_pairs_nearer_than_the_shortest_or_farther_than_the_longest_do_not_count():
    winding = """
    11....1
    .|....|
    .+----+
    """
    # 100 m is too near and 600 m too far; 500 m as the crow flies are a walk of 900 m
    _, ratio = detour(winding, min_m=200, max_m=550)
    assert value_of(ratio) == pytest.approx(9 / 5)


def test_far_ends_weigh_by_the_people_who_live_there():
    city, ratio = detour(
        """
    1--3.
    |..|.
    |..|.
    2--+.
    """,
        min_m=250,
        max_m=350,
    )
    # from 1: 300 m straight on to 3 (ratio 1) and 300 m down to 2 (ratio 1)
    at = cell_at(city, 0, 0)
    assert ratio.numerator[at] / ratio.known[at] == 1


def test_a_way_that_does_not_exist_counts_as_three():
    assert value_of(detour("1-..1-")[1]) == 3


def test_a_way_that_might_be_shorter_beyond_the_edge_is_unknown():
    through = """
    #..#
    1..1
    |..|
    |..|
    +--+
    """
    _, ratio = detour(through)
    assert (ratio.known.sum(), ratio.unknown.sum()) == (0, 2)
    far_exits = """
    #......#
    |......|
    |......|
    1......1
    +------+
    """
    _, ratio = detour(far_exits)
    assert ratio.unknown.sum() == 2, "600 m to the exits, 900 m to walk"


def test_the_sample_is_bounded_and_spread_over_the_town():
    city = town("\n".join(["1" * 70] * 50))
    ratio = measured(city, "pedestrian_detour", min_m=200, max_m=400)
    sampled = np.flatnonzero(ratio.known > 0)
    assert ratio.detail["cells"] == len(sampled) == MOST_ORIGINS
    assert ratio.detail["ways"] == MOST_ORIGINS * MOST_TARGETS
    assert np.bincount(sampled // 70, minlength=50).min() > 40, "every line of the town is in it"


def test_a_ring_that_is_no_ring_is_refused():
    with pytest.raises(ValueError, match="0 < min_m < max_m"):
        detour("1-1", min_m=500, max_m=500)
