"""What places serve, in towns small enough to check by hand. Cells are 100 m by 100 m."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from town import bounds_of, measured, town, value_of
from urbanwork.quantities.measured import Reason

HOSPITAL = {"H": "hospital"}


def test_residential_land_within_the_radius_of_a_hospital_is_served():
    city = town("H..........", legend=HOSPITAL, land=["..r......r."])
    share = measured(city, "residential_near_share", category="hospital", radius_m=400)
    assert value_of(share) == 50


def test_land_of_homes_beyond_the_edge_of_the_data_is_unknown():
    city = town("H..........", legend=HOSPITAL, land=["..r......r."], edge=True)
    share = measured(city, "residential_near_share", category="hospital", radius_m=400)
    assert (value_of(share), bounds_of(share)) == (100, (50, 100))


def named(city, name):
    names = city.walk.street_name.copy()
    names[:2] = name
    return replace(city, walk=replace(city.walk, street_name=names))


@pytest.mark.parametrize("name", ["滨海绿道", "River Greenway", "Vía Verde del Norte"])
def test_homes_near_a_street_that_is_named_as_a_greenway_are_served(name):
    city = named(town("++++++++++++", land=["...r.......r"]), name)  # the greenway ends at 200 m
    assert value_of(measured(city, "greenway_near_share", radius_m=300)) == 50


def test_without_a_greenway_on_the_map_nothing_is_said():
    share = measured(town("+++", land=["rrr"]), "greenway_near_share", radius_m=300)
    assert share.reason == Reason.NONE_MAPPED


def test_ground_per_place_divides_the_land_by_the_places():
    city = town("F+++F+++++", legend={"F": "fire_station"})
    ground = measured(city, "ground_per_place", category="fire_station")
    assert value_of(ground) == pytest.approx(0.05)


PARKS = {"P": ("park", 2_500.0), "Q": ("park", 10_000.0)}


def test_the_area_of_parks_of_one_size_is_shared_by_all_people():
    city = town("P+5+Q", legend=PARKS)
    small = measured(
        city, "place_area_per_person", category="park", min_area_m2=1_000, below_area_m2=10_000
    )
    large = measured(city, "place_area_per_person", category="park", min_area_m2=10_000)
    assert (value_of(small), value_of(large)) == (500, 2_000)


def test_places_too_near_to_another_do_not_keep_their_distance():
    city = town("FH+++++F", legend={"F": "fire_station", **HOSPITAL})
    apart = measured(
        city, "places_apart_share", category="fire_station", others=["hospital"], distance_m=150
    )
    assert value_of(apart) == 50


def test_what_lies_beyond_the_edge_could_be_too_near():
    city = town("H++++++F", legend={"F": "fire_station", **HOSPITAL}, edge=True)
    apart = measured(
        city, "places_apart_share", category="fire_station", others=["hospital"], distance_m=150
    )
    assert bounds_of(apart) == (0, 100)


def test_what_buildings_and_streets_leave_is_unsealed():
    city = town("-+-", buildings=[(0, 0, 2_000.0, 0.0, True)], land=["rrr"])
    streets = city.street_area_m2.sum()
    assert value_of(measured(city, "unsealed_share")) == pytest.approx(
        100 * (30_000 - 2_000 - streets) / 30_000
    )


def test_cycle_ways_are_counted_per_square_kilometre():
    city = replace(town("+++"), cycle_m=np.array([100.0, 50.0, 0.0]))
    assert value_of(measured(city, "cycle_way_density")) == pytest.approx(0.15 / 0.03)


def test_without_any_cycle_way_on_the_map_nothing_is_said():
    city = town("+++")
    none = replace(city, cycle_m=np.zeros(3))
    assert measured(none, "cycle_way_density").reason == Reason.NONE_MAPPED
    assert measured(city, "cycle_way_density").reason == Reason.NONE_MAPPED
