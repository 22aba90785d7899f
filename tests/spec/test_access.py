"""Access to places in towns small enough to check by hand. Cells are 100 m apart."""

from __future__ import annotations

import numpy as np
import pytest

from town import bounds_of, measured, state_at, town, value_of
from urbanwork.quantities.measured import Reason, State

LINE = "A--2--3----5"  # 2 people at 300 m, 3 at 600 m, 5 at 1,100 m of the school


def reach(drawing, radius_m=500, **options):
    city = town(drawing, **options)
    return measured(city, "reach_share", category="primary_school", radius_m=radius_m)


def test_people_within_the_radius_are_the_numerator_and_all_people_the_denominator():
    share = reach(LINE)
    assert (share.numerator.sum(), share.known.sum(), value_of(share)) == (2, 10, 20)


def test_a_walk_of_exactly_the_radius_reaches():
    assert value_of(reach(LINE, radius_m=300)) == 20
    assert value_of(reach(LINE, radius_m=299.9)) == 0


def test_the_walk_goes_round_where_there_is_no_street_across():
    across = """
    A  1
    |  |
    +--+
    """
    assert value_of(reach(across, radius_m=699)) == 0
    assert value_of(reach(across, radius_m=700)) == 100


def test_the_nearest_of_two_schools_counts():
    share = reach("A----1--A")
    assert share.distance[5] == 300


def test_a_place_of_another_kind_does_not_count():
    share = reach("B-1------A", legend={"B": "kindergarten", "A": "primary_school"})
    assert value_of(share) == 0


def test_people_who_have_no_street_do_not_reach():
    city = town("A-1\n  .\n  *")
    share = measured(city, "reach_share", category="primary_school", radius_m=500)
    assert value_of(share) == 50
    assert state_at(city, share, 2, 2) == State.NOT_REACHED


def test_a_cell_without_people_is_empty_rather_than_not_reached():
    city = town("A-0-------0")
    share = measured(city, "reach_share", category="primary_school", radius_m=500)
    assert state_at(city, share, 2, 0) == state_at(city, share, 10, 0) == State.EMPTY
    assert value_of(share) is None


def test_a_category_that_is_hardly_mapped_gives_no_data_with_its_note():
    share = reach(LINE, missing=["place:primary_school"])
    assert share.reason == Reason.NONE_MAPPED
    assert share.note == "place:primary_school as drawn."
    assert share.note_zh == "place:primary_school，如图。"


# A straight line instead of a walk


def straight(city, radius_m, **more):
    return measured(city, "reach_straight_share", category="park", radius_m=radius_m, **more)


PARK = {"P": ("park", 40_000.0)}  # a square of 200 m by 200 m around the letter


def test_the_straight_line_ends_at_the_outline_of_the_park_and_needs_no_street():
    city = town("P....1", legend=PARK)  # the outline is 100 m east of the middle, 400 m from 1
    assert value_of(straight(city, 400)) == 100
    assert value_of(straight(city, 399)) == 0


def test_a_park_that_is_too_small_does_not_count():
    city = town("P....1", legend=PARK)
    assert value_of(straight(city, 400, min_area_m2=40_000)) == 100
    assert value_of(straight(city, 400, min_area_m2=40_001)) == 0


def test_near_the_edge_of_the_data_a_straight_line_is_unknown_unless_reached():
    city = town("P....1....2", legend=PARK, edge=True)  # the outline is 50 m off every cell
    share = straight(city, 400)
    assert state_at(city, share, 5, 0) == State.REACHED
    assert state_at(city, share, 10, 0) == State.UNKNOWN
    assert value_of(share) == 100
    assert bounds_of(share) == (pytest.approx(100 / 3), 100)


# Life circles

CIRCLE = "A--1--B"
BOTH = {"A": "primary_school", "B": "food_market"}


def circle(city, categories, radii_m):
    return measured(city, "circle_completeness", categories=categories, radii_m=radii_m)


def test_a_circle_is_the_mean_share_of_its_categories_that_people_reach():
    city = town("A--3--B----1", legend=BOTH)
    share = circle(city, ["primary_school", "food_market"], [500, 500])
    # three people reach both, one (at 1,100 m and 500 m) reaches the market only
    assert value_of(share) == 100 * (3 * 1 + 1 * 0.5) / 4


def test_a_category_without_data_is_left_out_of_the_circle_and_named():
    city = town(CIRCLE, legend=BOTH, missing=["place:pharmacy"])
    share = circle(city, ["primary_school", "food_market", "pharmacy"], [500, 500, 500])
    assert value_of(share) == 100
    assert share.note == "1 of 3 categories are too thinly mapped and left out: pharmacy."
    assert share.detail["left_out"] == ["pharmacy"]


def test_a_circle_with_less_than_half_of_its_categories_has_no_data():
    city = town(CIRCLE, legend=BOTH, missing=["place:pharmacy", "place:post"])
    share = circle(city, ["primary_school", "pharmacy", "post"], [500, 500, 500])
    assert share.reason == Reason.NONE_MAPPED
    assert "pharmacy, post" in share.note
    assert "pharmacy, post" in share.note_zh


def test_a_category_that_is_unknown_for_a_cell_is_unknown_weight_there():
    city = town("A--1--#--------B", legend=BOTH)
    share = circle(city, ["primary_school", "food_market"], [500, 500])
    # the school is reached; the market is 1,200 m off, but one might stand 300 m off, beyond
    assert (share.numerator.sum(), share.known.sum(), share.unknown.sum()) == (0.5, 0.5, 0.5)
    assert bounds_of(share) == (50, 100)


def test_categories_and_radii_must_be_as_many():
    with pytest.raises(ValueError, match="2 categories need a radius each, got 1"):
        circle(town(CIRCLE, legend=BOTH), ["primary_school", "food_market"], [500])


# Choice, distance, load


def test_choice_is_the_mean_number_of_places_within_a_walk():
    city = town("A-A-3----1-A")
    count = measured(city, "choice_count", category="primary_school", radius_m=400)
    assert value_of(count) == (3 * 2 + 1 * 1) / 4


def test_a_park_with_two_entrances_is_one_choice():
    city = town("p-p-1", legend={"p": ("park", 5_000.0)})
    assert value_of(measured(city, "choice_count", category="park", radius_m=400)) == 1


def test_a_choice_is_unknown_where_the_edge_of_the_data_is_in_reach():
    city = town("A-1-#------2-A")
    count = measured(city, "choice_count", category="primary_school", radius_m=400)
    assert (count.known.sum(), count.unknown.sum()) == (2, 1)
    assert value_of(count) == 1


def test_mean_distance_counts_those_beyond_the_limit_with_the_limit():
    city = town(LINE)
    mean = measured(city, "nearest_distance", category="primary_school", limit_m=1_000)
    assert value_of(mean) == (2 * 300 + 3 * 600 + 5 * 1_000) / 10


def test_a_distance_is_unknown_only_where_the_edge_is_nearer_than_the_place():
    city = town("A--2--#--3--A")
    mean = measured(city, "nearest_distance", category="primary_school", limit_m=1_000)
    assert mean.unknown.sum() == 0, "300 m to the school, 300 m to the edge: nothing is nearer"
    city = town("A---2-#--3--A")
    mean = measured(city, "nearest_distance", category="primary_school", limit_m=1_000)
    assert (mean.known.sum(), mean.unknown.sum(), value_of(mean)) == (3, 2, 300)


def test_people_per_place_divides_the_people_by_the_places():
    city = town("A--9--9-A", people_per_digit=100)
    load = measured(city, "people_per_place", category="primary_school")
    assert value_of(load) == 900
    assert load.people_power == 1


def test_shares_do_not_change_with_the_number_of_people():
    few, many = reach(LINE), reach(LINE, people_per_digit=1_000)
    assert value_of(few) == value_of(many)
    assert few.people_power == 0
    assert np.array_equal(few.state, many.state)
