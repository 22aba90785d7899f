"""What must hold for every real file: how a town is listed, split, where it lies and how it is
turned changes no answer; one more place never lowers access."""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from pbftown import PbfTown, prepared_city, square
from town import measured, value_of

QUICK = settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate])
REACH = {"category": "pharmacy", "radius_m": 500}


@dataclass(frozen=True)
class Drawing:
    """Streets, houses and pharmacies of a town of 1 km, in metres."""

    rows: tuple[int, ...]  # y of streets from west to east
    columns: tuple[int, ...]  # x of streets from south to north
    houses: tuple[tuple[int, int], ...]
    shops: tuple[tuple[int, int], ...]


LINES = st.lists(st.integers(-9, 9).map(lambda n: 50 * n), min_size=1, max_size=4, unique=True)
POINTS = st.tuples(st.integers(-44, 44), st.integers(-44, 44)).map(
    lambda p: (10 * p[0] + 3, 10 * p[1] + 1)  # never as far from one street as from another
)
DRAWINGS = st.builds(
    Drawing, LINES.map(tuple), LINES.map(tuple),
    st.lists(POINTS, min_size=3, max_size=12, unique=True).map(tuple),
    st.lists(POINTS, min_size=1, max_size=3, unique=True).map(tuple),
)  # fmt: skip


def streets_of(drawing):
    """Each street as points at every crossing and at both ends."""
    for y in drawing.rows:
        yield [(x, y) for x in sorted({-480, *drawing.columns, 480})]
    for x in drawing.columns:
        yield [(x, y) for y in sorted({-480, *drawing.rows, 480})]


def drawn(drawing, *, split=False, more=(), **place):
    town = PbfTown(**place)
    for points in streets_of(drawing):
        for line in _pieces(points) if split else [points]:
            town.street(*line)
    for house in drawing.houses:
        town.house(house)
    for number, shop in enumerate([*drawing.shops, *more]):
        town.place(shop, amenity="pharmacy", name=f"P{number}")
    return town


def _pieces(points):
    """Every stretch as two ways of its own, with a node in the middle."""
    for (ax, ay), (bx, by) in pairwise(points):
        middle = ((ax + bx) / 2, (ay + by) / 2)
        yield [(ax, ay), middle]
        yield [middle, (bx, by)]


def relisted(town, seed):
    """The same town with every node and way under another number."""
    chance = random.Random(seed)
    node = dict(zip(town.nodes, chance.sample(range(1, 10**6), len(town.nodes)), strict=True))
    way = dict(zip(town.ways, chance.sample(range(1, 10**6), len(town.ways)), strict=True))
    town.nodes = {node[n]: value for n, value in town.nodes.items()}
    town.ways = {way[w]: ([node[n] for n in refs], tags) for w, (refs, tags) in town.ways.items()}
    return town


def prepared(town):
    with tempfile.TemporaryDirectory() as folder:
        shown = square(0, 0, 1_000)
        return prepared_city(town.city(Path(folder), boundary=square(0, 0, 990), extent=shown))


def totals(city):
    """What a town has in all."""
    return {
        "people": city.cells.people.sum(), "land": city.cells.land_m2.sum(),
        "streets": city.street_m.sum(), "crossings": city.crossings.sum(),
        "floors": city.buildings.floor_m2[city.buildings.cell >= 0].sum(),
        "walk": city.walk.length_m.sum(),
    }  # fmt: skip


@QUICK
@given(drawing=DRAWINGS, seed=st.integers(0, 99))
def test_other_numbers_and_another_order_change_nothing(drawing, seed):
    one, two = prepared(drawn(drawing)), prepared(relisted(drawn(drawing), seed))
    assert totals(one) == pytest.approx(totals(two), rel=1e-12)
    assert np.array_equal(one.cells.id, two.cells.id)
    assert one.cells.people == pytest.approx(two.cells.people)
    first, second = (measured(city, "reach_share", **REACH) for city in (one, two))
    assume(first.reason is None)
    assert first.state.tolist() == second.state.tolist()
    assert first.distance == pytest.approx(second.distance, abs=0.05, nan_ok=True)


@QUICK
@given(drawing=DRAWINGS)
def test_a_street_split_into_many_ways_is_the_same_street(drawing):
    whole, split = prepared(drawn(drawing)), prepared(drawn(drawing, split=True))
    assert totals(whole) == pytest.approx(totals(split), rel=1e-4)
    far = {"category": "pharmacy", "radius_m": 5_000}  # a metre more or less decides nothing
    distances = [measured(city, "reach_share", **far).distance for city in (whole, split)]
    assume(distances[0] is not None)
    assert distances[0] == pytest.approx(distances[1], abs=0.5, nan_ok=True)


@QUICK
@given(
    drawing=DRAWINGS, turned=st.floats(-3.1, 3.1), lon=st.floats(-170, 170), lat=st.floats(-60, 65)
)
def test_a_town_elsewhere_and_turned_has_as_much_of_everything(drawing, turned, lon, lat):
    here, there = (
        totals(prepared(drawn(drawing, **place)))
        for place in ({}, {"lon": lon, "lat": lat, "turned": turned})
    )
    assert here["crossings"] == there["crossings"]
    for key in ("people", "land", "floors", "walk"):
        assert here[key] == pytest.approx(there[key], rel=2e-3)  # coordinates are whole cm
    assert here["streets"] == pytest.approx(there["streets"], abs=60)  # pieces of 20 m at the rim


@QUICK
@given(drawing=DRAWINGS, more=POINTS)
def test_one_more_place_never_lowers_access(drawing, more):
    before, after = prepared(drawn(drawing)), prepared(drawn(drawing, more=[more]))
    one, two = (measured(city, "reach_share", **REACH) for city in (before, after))
    assume(one.reason is None)
    assert (value_of(two) or 0) >= (value_of(one) or 0)
    assert (two.numerator >= one.numerator).all()
    nearer = np.nan_to_num(two.distance, nan=np.inf) <= np.nan_to_num(one.distance, nan=np.inf)
    assert nearer.all()


@QUICK
@given(drawing=DRAWINGS)
def test_cells_part_the_boundary_and_the_people(drawing):
    city = prepared(drawn(drawing))
    cells = city.cells
    assert shapely.area(cells.geometry).sum() == pytest.approx(city.boundary.area, abs=50)
    by_area = np.bincount(cells.area, cells.people, len(city.areas.id))
    assert by_area.sum() == pytest.approx(cells.people.sum())
    assert (cells.people_lower <= cells.people + 1e-9).all()
    assert (cells.people <= cells.people_upper + 1e-9).all()
