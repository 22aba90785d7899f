"""Siting on towns drawn as text: who is served by the place that is chosen, and what it becomes."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from town import measured, town
from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.planning.applying import applied
from urbanwork.planning.locate import SitingRequest, site
from urbanwork.planning.reading import read_scenario
from urbanwork.planning.writing import write_scenario
from urbanwork.quantities.crs import to_lonlat

#          A serves the west; many live in the middle, few in the east
STREET = "2-A-------9---------3"
ASKED = SitingRequest("primary_school", radius_m=300)


def street(**options):
    return town(STREET, people_per_digit=100, **options)


def column_of(city, located):
    lon, lat = to_lonlat(city.cells.x, city.cells.y, city.crs)
    return int(np.argmin(np.hypot(lon - located.lon, lat - located.lat)))


def test_the_next_school_stands_where_most_people_have_none():
    city = street()
    found = site(city, ASKED)
    assert [abs(column_of(city, each) - 10) <= 3 for each in found.sites] == [True]
    assert (found.covered_before, found.covered_after) == (200, 1_100)
    assert found.is_proven
    assert found.gap == 0
    assert found.sites[0].people_newly_served == 900


def test_what_is_told_is_what_the_indicator_says_once_it_is_built():
    city = street()
    found = site(city, replace(ASKED, how_many=2))
    after = applied(city, found.scenario.changes)
    share = measured(after, "reach_share", category="primary_school", radius_m=300)
    assert share.numerator.sum() == found.covered_after == 1_400


def test_no_choice_of_others_is_better_than_what_is_chosen():
    base = site(street(), ASKED).baseline
    assert base is not None
    assert base.random_mean <= base.random_best <= base.greedy == 1_100


def test_the_scenario_is_read_back_and_can_be_made(tmp_path):
    found = site(street(), replace(ASKED, capacity=500.0))
    write_scenario(found.scenario, tmp_path / "site.geojson")
    again = read_scenario(tmp_path / "site.geojson")
    assert [each.kind for each in again.changes] == ["add_place"]
    assert again.changes[0].capacity == 500
    assert again.changes[0].category == "primary_school"


def test_masked_ground_is_never_chosen():
    city = street()
    middle = shapely.box(city.cells.x[10] - 350, -999, city.cells.x[10] + 350, 999)
    found = site(city, ASKED, lambda shapes, kind: ~shapely.intersects(shapes, middle))
    assert found.candidates_masked == 7
    assert found.sites[0].people_newly_served == 300


def test_a_mask_that_leaves_nothing_is_one_sentence():
    with pytest.raises(UserError, match="candidates break a bottom line"):
        site(street(), ASKED, lambda shapes, kind: np.zeros(len(shapes), bool))


def test_a_floor_for_the_worst_area_sends_the_school_to_the_few():
    city = street(areas="wwwwwwwmmmmmmmmeeeeee")
    free = site(city, replace(ASKED, how_many=1))
    fair = site(city, replace(ASKED, how_many=2, floor_worst_area=100.0))
    assert free.worst_after.share == 0
    assert fair.worst_after.share == 100
    with pytest.raises(
        UserError, match=r"at most 1 new places \(--how-many\).*100 % of the people"
    ):
        site(city, replace(ASKED, how_many=1, floor_worst_area=100.0))


def test_seats_run_out():
    found = site(street(), replace(ASKED, capacity=45.0, seats_per_1000=100.0))
    assert found.objective == 200 + 450
    assert found.sites[0].people_sent == found.sites[0].people_capacity == 450


def test_full_cover_says_how_many_places_all_people_need():
    found = site(street(), replace(ASKED, how_many=None, objective="full"))
    assert (len(found.sites), found.covered_after) == (2, 1_400)
    with pytest.raises(UserError, match=r"at most 1 new places.*everybody within 300 m"):
        site(street(), replace(ASKED, how_many=1, objective="full"))


def test_a_school_that_may_move_goes_where_it_serves_more():
    city = street()
    found = site(city, replace(ASKED, existing="movable", how_many=1))
    assert found.covered_after == 1_200
    kinds = sorted(each.kind for each in found.scenario.changes)
    assert kinds == ["add_place", "move_place"]
    moved = next(each for each in found.scenario.changes if each.kind == "move_place")
    assert moved.target == city.places.id[0]
    share = measured(
        applied(city, found.scenario.changes), "reach_share", category="primary_school",
        radius_m=300,
    )  # fmt: skip
    assert share.numerator.sum() == 1_200


def test_the_median_and_the_center_shorten_walks():
    median = site(street(), replace(ASKED, objective="median"))
    center = site(street(), replace(ASKED, objective="center"))
    assert median.mean_m_after < median.mean_m_before
    assert center.objective == center.bound < 1_800


def plots(city, *columns, cost=None):
    lon, lat = to_lonlat(city.cells.x, city.cells.y, city.crs)
    features = [
        {"type": "Feature", "properties": {"name": f"plot {column}", "cost": cost},
         "geometry": {"type": "Point", "coordinates": [lon[column], lat[column]]}}
        for column in columns
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_candidates_of_a_file_and_what_they_cost(tmp_path):
    city = street()
    path = tmp_path / "plots.geojson"
    path.write_text(plots(city, 10, 20, cost=7), encoding="utf-8")
    found = site(city, replace(ASKED, candidates=path, how_many=None, budget=13.0))
    assert [each.name for each in found.sites] == ["plot 10"]
    both = site(city, replace(ASKED, candidates=path, how_many=None, budget=14.0))
    assert [each.name for each in both.sites] == ["plot 10", "plot 20"]


def test_candidates_without_a_cost_have_no_budget(tmp_path):
    with pytest.raises(UserError, match="have no cost"):
        site(street(), replace(ASKED, budget=3.0))


def plot(*corners, **head):
    shape = {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}
    feature = {"type": "Feature", "properties": {}, "geometry": shape}
    return json.dumps({"type": "FeatureCollection", "features": [feature], **head})


def test_a_plot_that_crosses_itself_is_refused_by_its_row(tmp_path):
    path = tmp_path / "plots.geojson"
    path.write_text(plot((0, 0), (0.001, 0.001), (0.001, 0), (0, 0.001)), encoding="utf-8")
    with pytest.raises(UserError, match=r"plots\.geojson:1: the plot is not valid \(Self-inter"):
        site(street(), replace(ASKED, candidates=path))


def test_a_system_that_contradicts_the_one_of_the_file_is_refused(tmp_path):
    city = street()
    path = tmp_path / "plots.geojson"
    crs84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    named = json.loads(plots(city, 10)) | {"crs": crs84}
    path.write_text(json.dumps(named), encoding="utf-8")
    asked = replace(ASKED, candidates=path)
    with pytest.raises(UserError, match=r"names OGC:1\.3:CRS84 .* but --crs declares EPSG:4547"):
        site(city, replace(asked, crs="EPSG:4547"))
    assert site(city, replace(asked, crs="EPSG:4326")).sites  # another name of the same


def test_the_system_that_is_declared_counts_where_the_file_names_none(tmp_path):
    path = tmp_path / "plots.geojson"
    path.write_text(plots(street(), 10), encoding="utf-8")
    with pytest.raises(UserError, match=r"is declared as EPSG:4547, metres, but has .* degrees"):
        site(street(), replace(ASKED, candidates=path, crs="EPSG:4547"))


def test_candidates_elsewhere_are_told_by_their_row(tmp_path):
    path = tmp_path / "far.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
        '"geometry":{"type":"Point","coordinates":[100, 10]}}]}', encoding="utf-8",
    )  # fmt: skip
    with pytest.raises(UserError, match=r"far\.geojson:1: this site lies outside"):
        site(street(), replace(ASKED, candidates=path))


def test_all_that_is_wrong_with_a_request_is_told_at_once():
    wrong = SitingRequest("castle", 0, radius_m=-1, floor_worst_area=200, seats_per_1000=0)
    with pytest.raises(ManyFaultsError) as caught:
        site(street(), wrong)
    said = " ".join(caught.value.faults)
    assert len(caught.value.faults) == 5
    for word in ("castle", "--how-many", "--radius", "--floor-worst-area", "--seats-per-1000"):
        assert word in said


def test_places_that_are_hardly_mapped_are_no_ground_to_build_on():
    with pytest.raises(UserError, match="existing ignored"):
        site(street(missing=["place:primary_school"]), ASKED)


@settings(max_examples=10, deadline=None)
@given(st.text("123456789-A", min_size=6, max_size=18), st.integers(1, 3))
def test_a_new_place_never_lowers_its_access(drawing, how_many):
    city = town(f"1-{drawing}-2", people_per_digit=10)
    found = site(city, SitingRequest("primary_school", how_many, radius_m=200))
    after = applied(city, found.scenario.changes)
    before, then = (
        measured(each, "reach_share", category="primary_school", radius_m=200)
        for each in (city, after)
    )
    assert (then.numerator >= before.numerator).all()
    assert then.numerator.sum() == pytest.approx(found.covered_after)
