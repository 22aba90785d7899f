"""Fire cover in towns small enough to check by hand: a cell is 36 s of driving."""

from __future__ import annotations

import pytest

from town import measured, state_at, town, value_of
from urbanwork.quantities.measured import State

FIRE = {"F": "fire_station"}
LIMITS = {"turnout_min": 1, "total_min": 5}


def cover(city, **limits):
    return measured(city, "fire_cover_share", **{**LIMITS, **limits})


def test_turnout_is_taken_off_the_time_to_drive():
    city = town("F-----3-----1", legend=FIRE)  # 216 s and 432 s
    assert value_of(cover(city)) == 75
    assert value_of(cover(city, total_min=4.6)) == 75, "exactly 216 s are left"
    assert value_of(cover(city, total_min=4.59)) == 0


def test_the_distance_is_in_minutes():
    city = town("F-----3", legend=FIRE)
    assert cover(city).distance[6] == pytest.approx(3.6)


def test_engines_obey_one_way_streets_on_their_way_out():
    assert value_of(cover(town("F->-3", legend=FIRE))) == 100
    assert value_of(cover(town("F-<-3", legend=FIRE))) == 0


def test_no_time_left_to_drive_is_refused():
    with pytest.raises(ValueError, match="leave no time"):
        cover(town("F-3", legend=FIRE), turnout_min=5)


def test_land_cover_is_of_built_up_land_whether_people_live_there_or_not():
    city = town("F-----0-----0----------", legend=FIRE, land=["......i.....i.........."])
    share = measured(city, "fire_land_share", **LIMITS)
    assert value_of(share) == 50
    assert share.known.sum() == 20_000
    assert state_at(city, share, 22, 0) == State.EMPTY
