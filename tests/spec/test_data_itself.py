"""What the examination could see, in towns small enough to check by hand."""

from __future__ import annotations

import pytest

from town import measured, town, value_of
from urbanwork.quantities.measured import Reason


def test_buildings_with_mapped_storeys_are_a_share_of_all():
    city = town("++", buildings=[(0, 0, 1, 1, True), (0, 0, 1, 1, False), (1, 0, 1, 1, True)])
    assert value_of(measured(city, "levels_known_share")) == pytest.approx(200 / 3)


def test_people_are_seen_whole_when_the_nearest_exit_is_farther_than_the_walk():
    city = town("3----1-----#")
    assert value_of(measured(city, "people_seen_share", radius_m=599)) == 100
    assert value_of(measured(city, "people_seen_share", radius_m=600)) == 75


def test_categories_that_can_be_judged_are_a_share_of_all_categories():
    city = town("A-B", legend={"B": "post"}, missing=["place:pharmacy"])
    share = measured(city, "categories_with_data_share")
    assert value_of(share) == pytest.approx(200 / 3)
    assert (share.numerator.sum(), share.known.sum()) == pytest.approx((2, 3))
    assert share.detail["too_thin"] == ["place:pharmacy"]


def test_names_are_counted_by_the_length_of_streets():
    assert value_of(measured(town("+-+"), "street_names_share")) == 100
    assert value_of(measured(town("+-+", unnamed=True), "street_names_share")) == 0


def test_paths_need_no_name():
    city = town("+-+", street_class="footway")
    assert value_of(measured(city, "street_names_share")) is None


def test_a_missing_layer_is_no_data_here_too():
    city = town("++", missing=["layer:buildings"])
    assert measured(city, "levels_known_share").reason == Reason.NONE_MAPPED
