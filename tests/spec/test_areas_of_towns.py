"""Areas of real files: every person is in one, and nobody is in one that they do not live in."""

from __future__ import annotations

import pytest
import shapely

from pbftown import PbfTown, prepared_city, square
from urbanwork.errors import UserError


def rows_of_houses():
    """A street of 800 m with 13 houses on either half."""
    town = PbfTown()
    town.street((-400, 0), (0, 0), (400, 0))
    for x in range(-390, 400, 60):
        town.house((x, 30))
    return town


def people_by_area(city):
    return {
        name: round(float(city.cells.people[city.cells.area == row].sum()), 6)
        for row, name in enumerate(city.areas.name)
    }


def test_people_outside_the_given_areas_are_counted_outside_them(tmp_path):
    """Cells reach 130 m: those that lie mostly in the west are the west's."""
    west = shapely.box(-500, -500, 0, 500)
    folder = rows_of_houses().city(tmp_path, boundary=square(0, 0, 900), areas={"West": west})
    people = people_by_area(prepared_city(folder))
    assert set(people) == {"West", "Outside the areas"}
    assert people["West"] == pytest.approx(people["Outside the areas"], rel=0.25)


def test_sea_outside_the_given_areas_makes_no_area(tmp_path):
    town = rows_of_houses()
    town.way([(600, 100), (-600, 100)], natural="coastline")  # land on its left: south
    town.bushes(-500, -450, 500, 450)
    land = shapely.box(-500, -500, 500, 110)
    folder = town.city(tmp_path, boundary=square(0, 0, 900), areas={"Land": land})
    city = prepared_city(folder)
    assert city.areas.name.tolist() == ["Land"]
    assert city.cells.land_m2.sum() == pytest.approx(900 * 550, rel=0.001)


def test_areas_on_one_another_get_one_clear_sentence(tmp_path):
    areas = {"City": square(0, 0, 800), "Quarter": square(0, 0, 400)}
    folder = rows_of_houses().city(tmp_path, boundary=square(0, 0, 900), areas=areas)
    with pytest.raises(UserError, match=r"city\.yaml: areas: 'City' and 'Quarter' lie on one"):
        prepared_city(folder)
