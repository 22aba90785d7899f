"""Seats that people share with all who reach the same places, on towns drawn as text."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from town import measured, town
from urbanwork.quantities.measured import Reason

STREET = "3--A--1--B--2"


def with_seats(city, *seats):
    return replace(city, places=replace(city.places, capacity=np.array(seats, float)))


def test_a_school_shares_its_seats_among_all_within_reach():
    city = with_seats(town(STREET, people_per_digit=100), 60, 30)
    found = measured(city, "seats_per_1000", category="primary_school", radii_m=[300], weights=[1])
    # A has 60 seats for 400 people, B 30 for 300; the 100 in the middle reach both
    values = found.numerator / np.where(found.known > 0, found.known, 1)
    assert values[[0, 6, 12]] == pytest.approx([0.15, 0.25, 0.1])
    assert (found.numerator.sum(), found.known.sum()) == pytest.approx((90, 600))


def test_farther_people_weigh_less_where_the_weights_say_so():
    city = with_seats(town("3--A------1", people_per_digit=100), 60)
    found = measured(
        city, "seats_per_1000", category="primary_school", radii_m=[300, 700], weights=[1, 0.5]
    )
    values = found.numerator / np.where(found.known > 0, found.known, 1)
    assert values[[0, 10]] == pytest.approx([60 / 350, 30 / 350])


def test_without_a_number_of_seats_there_is_no_data_and_the_reason_says_what_to_give():
    found = measured(
        town(STREET), "seats_per_1000", category="primary_school", radii_m=[300], weights=[1]
    )
    assert found.reason is Reason.NOT_GIVEN
    assert "Of 2 places" in found.note


def test_who_reaches_a_school_of_unknown_size_is_unknown():
    city = with_seats(town(STREET, people_per_digit=100), 60, np.nan)
    found = measured(city, "seats_per_1000", category="primary_school", radii_m=[300], weights=[1])
    assert found.known.sum() == 300
    assert found.unknown.sum() == 300


def test_seats_are_enough_up_to_what_is_needed_and_places_are_filled_or_free():
    city = with_seats(town(STREET, people_per_digit=100), 60, 12)
    found = measured(
        city, "seats_enough_share", category="primary_school", radius_m=300, needed_per_1000=100
    )
    # homes have 0.15, 0.15 + 0.04, 0.04 seats each and need 0.1
    assert found.numerator.sum() == pytest.approx(300 + 100 + 200 * 0.4)
    assert found.detail["places_filled"] == 1
    assert found.detail["seats_free"] == pytest.approx(60 - 40)
    assert found.detail["seats_short_at_places"] == pytest.approx(30 - 12)


def test_more_seats_never_leave_anybody_with_fewer():
    drawing = town(STREET, people_per_digit=100)
    few, many = (
        measured(with_seats(drawing, 60, seats), "seats_per_1000", category="primary_school",
                 radii_m=[300], weights=[1])
        for seats in (12, 50)
    )  # fmt: skip
    assert (many.numerator >= few.numerator).all()
    assert many.numerator.sum() - few.numerator.sum() == pytest.approx(38)


def test_one_weight_a_radius_and_rising():
    with pytest.raises(ValueError, match="rising radii"):
        measured(town(STREET), "seats_per_1000", category="primary_school", radii_m=[600, 300],
                 weights=[1, 1])  # fmt: skip


def test_a_new_school_with_seats_empties_those_that_were_filled():
    asked = {"category": "primary_school", "radius_m": 300, "needed_per_1000": 100}
    city = with_seats(town(STREET, people_per_digit=100), 60, 12)
    more = with_seats(town(STREET, people_per_digit=100), 60, 40)
    short, enough = (measured(each, "places_filled_share", **asked) for each in (city, more))
    assert (short.numerator.sum(), short.known.sum()) == (1, 2)
    assert (enough.numerator.sum(), enough.known.sum()) == (0, 2)
