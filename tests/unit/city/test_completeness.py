"""Whether a layer is mapped well enough to be judged: holes in the data, not shortages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from town import town
from urbanwork.city.completeness import judge, places_near
from urbanwork.quantities.measured import Reason

SCHOOL = "primary_school"


def judged(city, key, *, rate=0.2, complete=()):
    return judge(city, {SCHOOL: rate}, complete)[key]


def of_schools(drawing, *, people, rate=0.2, complete=()):
    """How a town of so many people and the schools drawn is judged."""
    city = town(drawing, people_per_digit=people)
    return judged(city, f"place:{SCHOOL}", rate=rate, complete=complete)


def test_a_category_that_the_file_does_not_have_is_no_data():
    assert of_schools("--1--", people=100).reason == Reason.NONE_MAPPED


def test_as_many_as_plausible_are_enough():
    """0.2 for 10,000 people are 4 for 200,000."""
    assert of_schools("AA1AA", people=200_000).reason is None


def test_fewer_than_plausible_are_a_hole_in_the_data():
    found = of_schools("AA1A-", people=200_000)
    assert (found.found, found.expected, found.reason) == (3, 4, Reason.IMPLAUSIBLY_FEW)
    assert "3 mapped" in found.note_en
    assert "about 4 would be plausible for 200,000 people" in found.note_en
    assert "200,000 人至少应约有 4 处" in found.note_zh


def test_one_is_enough_where_hardly_one_is_to_be_expected():
    assert of_schools("A-1--", people=40_000).reason is None


def test_a_register_that_is_declared_complete_settles_it():
    assert of_schools("A-1--", people=900_000, complete=[SCHOOL]).reason is None


def far_schools(count, *, people, away_m):
    """A town of 5 cells, and schools so far east of it that no street leads there."""
    city = town("A" * count + "1----", people_per_digit=people)
    places = replace(city.places, x=np.full(count, city.boundary.bounds[2] + away_m))
    return replace(city, places=places)


def test_places_elsewhere_in_a_large_extract_do_not_fill_the_hole_of_a_town():
    found = judged(far_schools(50, people=200_000, away_m=5_000), f"place:{SCHOOL}")
    assert (found.found, found.reason) == (0, Reason.NONE_MAPPED)


def test_places_just_outside_the_boundary_count():
    found = judged(far_schools(4, people=200_000, away_m=900), f"place:{SCHOOL}")
    assert (found.found, found.reason) == (4, None)


def test_a_village_without_a_school_is_judged_where_the_map_has_schools_elsewhere():
    """500 people are not to be expected to have one: that there is none is no hole."""
    found = judged(far_schools(3, people=500, away_m=5_000), f"place:{SCHOOL}")
    assert (found.found, found.reason) == (0, None)


def test_places_are_near_by_the_boundary_and_not_by_its_box():
    city = town("A-1-A")
    ell = shapely.difference(shapely.box(0, -5_000, 5_000, 0), shapely.box(0, -3_900, 3_900, 0))
    places = replace(city.places, x=np.array([1_000.0, 4_500.0]), y=np.array([-1_000.0, -10.0]))
    near = places_near(replace(city, boundary=ell, places=places), 1_000.0)
    assert near.tolist() == [False, True]


# Layers


def with_people(city, people, *, origin="raster"):
    share = np.full(len(city.cells.people), people / len(city.cells.people))
    cells = replace(city.cells, people=share, people_lower=share, people_upper=share)
    return replace(city, cells=cells, people_origin=origin)


def houses(*floors):
    """Buildings of 100 m2 footprint, one a column."""
    return [(column, 0, 100.0, floor, True) for column, floor in enumerate(floors)]


def test_buildings_must_hold_the_people_that_were_counted():
    """1,000 people need 6,000 m2 of floor at the very least."""
    city = town("1----", buildings=houses(3_000, 2_900))
    thin = judged(with_people(city, 1_000), "layer:buildings")
    assert thin.reason == Reason.IMPLAUSIBLY_FEW
    assert judged(with_people(city, 900), "layer:buildings").reason is None


def test_people_that_were_estimated_from_buildings_cannot_be_held_against_them():
    city = town("1----", buildings=houses(300))
    estimated = with_people(city, 1_000_000, origin="estimate")
    assert judged(estimated, "layer:buildings").reason is None


def test_two_buildings_on_a_km_of_street_are_the_least():
    long_street = "-" * 21
    assert judged(town(long_street, buildings=houses(1, 1, 1)), "layer:buildings").reason == (
        Reason.IMPLAUSIBLY_FEW
    )
    four = judged(town(long_street, buildings=houses(1, 1, 1, 1)), "layer:buildings")
    assert four.reason is None


def test_streets_must_be_enough_for_the_people():
    city = town("1----")
    assert judged(with_people(city, 1_000), "layer:streets").reason is None
    assert judged(with_people(city, 50_000), "layer:streets").reason == Reason.IMPLAUSIBLY_FEW


@pytest.mark.parametrize(
    ("land", "reason"),
    [("g" + "." * 99, None), ("." * 100, Reason.NONE_MAPPED), ("g" + "." * 299, "few")],
)
def test_a_city_with_hardly_any_green_is_one_where_green_is_not_mapped(land, reason):
    """One cell in 100 is 1 %, one in 300 is 0.33 %; below 0.5 % nobody has mapped it."""
    expected = Reason.IMPLAUSIBLY_FEW if reason == "few" else reason
    assert judged(town("-" * len(land), land=[land]), "layer:green").reason == expected


def test_a_small_town_may_well_have_hardly_any_green():
    city = town("-" * 250, land=["g" + "." * 249], step_m=60)  # 0.9 km2
    assert judged(city, "layer:green").reason is None


def test_a_timetable_of_another_city_is_no_data():
    legend, headways = {"T": "timetable_stop"}, {"T": 10.0}
    city = town("T-1--", legend=legend, headways=headways)
    assert judged(city, "layer:timetable").reason is None
    away = replace(city, places=replace(city.places, x=np.array([9_999.0])))
    assert judged(away, "layer:timetable").reason == Reason.NONE_MAPPED
    assert judged(town("--1--"), "layer:timetable").reason == Reason.LAYER_MISSING


# Areas


def two_areas(*, west_floor, east_floor, people=1_000):
    city = town("1----1----", areas="WWWWWEEEEE", buildings=[
        (0, 0, 100.0, west_floor, True), (5, 0, 100.0, east_floor, True),
    ])  # fmt: skip
    return with_people(city, 2 * people)


def test_an_area_where_buildings_are_missing_is_named_with_its_figures():
    found = judged(two_areas(west_floor=40_000, east_floor=1_500), "layer:buildings")
    assert found.reason is None
    assert list(found.thin_areas) == ["E"]
    english, chinese = found.thin_areas["E"]
    assert english == ("Buildings mapped there: 1 for 1,000 people, 1.5 m² of floor a person.")
    assert "1,000 人" in chinese


def test_an_area_of_few_people_is_not_called_thin():
    found = judged(two_areas(west_floor=40_000, east_floor=100, people=400), "layer:buildings")
    assert found.thin_areas == {}


def test_an_area_of_many_people_and_hardly_any_place_is_thin_for_every_category():
    city = town("A" * 9 + "1" + "-" * 7 + "1--", areas="W" * 10 + "E" * 10, people_per_digit=20_000)
    found = judge(city, {SCHOOL: 0.2, "park": 4.0}, ())[f"place:{SCHOOL}"]
    assert (found.reason, list(found.thin_areas)) == (None, ["E"])


def test_a_register_that_is_declared_complete_has_no_thin_areas():
    city = town("A" * 9 + "1" + "-" * 7 + "1--", areas="W" * 10 + "E" * 10, people_per_digit=20_000)
    found = judge(city, {SCHOOL: 0.2, "park": 4.0}, [SCHOOL])[f"place:{SCHOOL}"]
    assert found.thin_areas == {}
