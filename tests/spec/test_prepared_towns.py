"""From a real file to the prepared city, in towns that a planner can check. Figures in metres."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from pbftown import PbfTown, prepared_city, square
from urbanwork.errors import UserError
from urbanwork.quantities.measured import Reason

HOLE = shapely.box(-100, -100, 150, 150)
ISLAND = shapely.box(600, 600, 900, 800)


def cross(**place):
    """Two streets of 800 m that cross in the middle, with houses along the eastern one, and bushes
    on 1 km2: the file plainly shows all of it."""
    town = PbfTown(**place)
    town.bushes(-500, -500, 500, 500, step=250)
    town.street((-400, 0), (0, 0), (400, 0))
    town.street((0, -400), (0, 0), (0, 400))
    for x in range(-390, 400, 60):
        town.house((x, 25))
    return town


def shares(city):
    """m2 of all cells together and of the boundary, and m2 that cells share."""
    cells = city.cells.geometry
    union = shapely.union_all(cells)
    return shapely.area(cells).sum(), union.area, city.boundary.area


# Cells


@pytest.mark.parametrize(
    "boundary",
    [square(0, 0, 850), square(0, 0, 850).difference(HOLE), square(0, 0, 850).union(ISLAND),
     shapely.Point(0, 0).buffer(400), shapely.box(-500, -3, 500, 3)],
    ids=["square", "hole", "two parts", "circle", "needle"],
)  # fmt: skip
def test_the_cells_are_the_boundary_cut_into_pieces(tmp_path, boundary):
    total, union, whole = shares(prepared_city(cross().city(tmp_path, boundary=boundary)))
    assert total == pytest.approx(whole, rel=1e-5)
    assert union == pytest.approx(whole, rel=1e-5)


def test_nobody_lives_in_a_hole_of_the_boundary(tmp_path):
    town = cross()
    people = np.full((10, 10), 10.0)
    town.raster(tmp_path / "p.tif", people, west=-500, north=500, pixel_m=100)
    boundary = square(0, 0, 800).difference(HOLE)
    city = prepared_city(town.city(tmp_path, "population: p.tif", boundary=boundary))
    assert city.cells.people.sum() == pytest.approx(10 * (64 - 6.25), rel=1e-6)


@pytest.mark.parametrize("pixel_m", [17.0, 100.0, 1_000.0])
def test_every_person_of_the_raster_inside_the_boundary_is_in_a_cell(tmp_path, pixel_m):
    """Even density: so many people for each m2 of the boundary."""
    town = cross()
    size = int(2_000 / pixel_m)
    density = 0.01
    people = np.full((size, size), density * pixel_m**2)
    town.raster(
        tmp_path / "p.tif", people, west=-size * pixel_m / 2, north=size * pixel_m / 2,
        pixel_m=pixel_m,
    )  # fmt: skip
    boundary = shapely.Point(0, 0).buffer(390)
    city = prepared_city(town.city(tmp_path, "population: p.tif", boundary=boundary))
    assert city.cells.people.sum() == pytest.approx(density * boundary.area, rel=1e-6)
    assert (city.people_origin, city.is_sample) == ("raster", False)


def test_a_boundary_smaller_than_a_cell_is_one_piece_of_one(tmp_path):
    city = prepared_city(cross().city(tmp_path, boundary=square(90, 25, 12)))
    assert len(city.cells.id) <= 2
    assert shapely.area(city.cells.geometry).sum() == pytest.approx(144, abs=1)  # slivers go
    assert city.areas.name.tolist() == ["Area 1"]


def test_a_raster_that_covers_half_of_the_boundary_says_so(tmp_path):
    town = cross()
    town.raster(tmp_path / "p.tif", np.ones((10, 5)), west=-500, north=500, pixel_m=100)
    folder = town.city(tmp_path, "population: p.tif", boundary=square(0, 0, 800))
    assert "covers only 50%" in prepared_city(folder).people_note_en


def test_a_raster_of_another_place_is_refused(tmp_path):
    town = cross()
    town.raster(tmp_path / "p.tif", np.ones((5, 5)), west=90_000, north=500, pixel_m=100)
    with pytest.raises(UserError, match=r"p\.tif"):
        prepared_city(town.city(tmp_path, "population: p.tif", boundary=square(0, 0, 800)))


def test_a_raster_beside_the_boundary_is_refused(tmp_path):
    town = cross()
    town.raster(tmp_path / "p.tif", np.ones((5, 5)), west=2_000, north=500, pixel_m=100)
    with pytest.raises(UserError, match="population: the raster covers nothing of the boundary"):
        prepared_city(town.city(tmp_path, "population: p.tif", boundary=square(0, 0, 800)))


def test_people_beyond_the_boundary_are_kept_of_the_date_of_their_raster(tmp_path):
    """Clusters of people go on there: the degree of urbanisation sees them whole."""
    town = cross()
    town.raster(tmp_path / "p.tif", np.full((40, 40), 3e3), west=-2e4, north=2e4, pixel_m=1_000)
    folder = town.city(
        tmp_path, "population: {path: p.tif, date: 2019-07-01}", boundary=square(0, 0, 800)
    )
    prepared_city(folder)
    kept = prepared_city(folder).rasters  # from the cache
    assert list(kept) == ["population 2019"]
    assert kept["population 2019"].values.sum() == pytest.approx(3e3 * 1_600)


def test_where_a_raster_has_nobody_people_are_not_missing_but_nobody(tmp_path):
    town = cross()
    nobody = np.zeros((30, 30))
    nobody[0, 0] = 7
    town.raster(tmp_path / "p.tif", nobody, west=-1_500, north=1_500, pixel_m=100)
    city = prepared_city(town.city(tmp_path, "population: p.tif", boundary=square(0, 0, 800)))
    assert city.completeness["layer:people"].reason == Reason.NO_PEOPLE


def test_a_raster_is_read_around_the_boundary_and_not_around_the_whole_extract(tmp_path):
    """A village in an extract of 600 km: its raster at 1 m would be 360,000 million pixels."""
    town = cross()
    town.place((600_000, 0), amenity="bench")
    town.raster(tmp_path / "p.tif", np.ones((800, 800)), west=-400, north=400, pixel_m=1)
    city = prepared_city(town.city(tmp_path, "population: p.tif", boundary=square(0, 0, 700)))
    assert city.cells.people.sum() == pytest.approx(490_000, rel=1e-6)


# Land and sea


def test_the_sea_is_no_land_and_has_no_cells(tmp_path):
    town = cross()
    town.bushes(-450, -450, 450, 450)
    town.way([(600, 100), (-600, 100)], natural="coastline")  # land on its left: south
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 800)))
    assert city.cells.land_m2.sum() == pytest.approx(800 * 500, rel=1e-3)
    assert (city.cells.land_m2 > 0).all()


def test_a_lake_inside_a_cell_is_no_land(tmp_path):
    town = cross()
    town.box(100, 100, 200, 200, natural="water")
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 800)))
    assert city.cells.land_m2.sum() == pytest.approx(640_000 - 10_000, rel=1e-4)


def test_people_that_a_raster_puts_into_the_water_stay_counted(tmp_path):
    town = cross()
    town.box(-450, 200, 450, 450, natural="water")
    town.raster(tmp_path / "p.tif", np.ones((10, 10)), west=-500, north=500, pixel_m=100)
    city = prepared_city(town.city(tmp_path, "population: p.tif", boundary=square(0, 0, 800)))
    assert city.cells.people.sum() == pytest.approx(64, rel=1e-6)


def test_land_of_one_kind_that_overlaps_counts_once(tmp_path):
    town = cross()
    town.box(-200, -200, 0, 0, landuse="residential")
    town.box(-100, -100, 100, 100, landuse="residential")
    town.box(-100, -100, 100, 100, landuse="residential")  # drawn twice
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 800)))
    rows = city.land.kind[city.land.overlap_land] == "residential"
    assert city.land.overlap_m2[rows].sum() == pytest.approx(40_000 + 40_000 - 10_000, rel=1e-4)


# Streets


def test_streets_are_as_long_as_drawn_and_cross_once(tmp_path):
    city = prepared_city(cross().city(tmp_path, boundary=square(0, 0, 1_000)))
    assert city.street_m.sum() == pytest.approx(1_600, rel=1e-3)
    assert city.crossings.sum() == 1
    assert city.walk.length_m.sum() == pytest.approx(1_600, rel=1e-4)


def test_only_the_part_of_a_street_inside_the_boundary_counts(tmp_path):
    city = prepared_city(cross().city(tmp_path, boundary=square(0, 0, 400)))
    assert city.street_m.sum() == pytest.approx(800, abs=20)


def test_houses_and_crossings_outside_the_boundary_do_not_count(tmp_path):
    """Hexagons are cut at the boundary: what stands in the other part of one is outside."""
    town = cross()
    town.house((205, 60))
    town.street((210, -100), (210, 0), (210, 100))
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 400)))
    inside = city.buildings.cell >= 0
    assert inside.sum() == len([x for x in range(-390, 400, 60) if abs(x) <= 200])
    assert city.crossings.sum() == 1


def test_two_carriageways_make_one_crossing(tmp_path):
    town = PbfTown()
    for y in (-6, 6):
        town.street((-300, y), (0, y), (300, y), highway="secondary", oneway="yes")
    town.street((0, -300), (0, -6), (0, 6), (0, 300))
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 500)))
    assert city.crossings.sum() == 1


def test_a_bridge_crosses_without_a_crossing(tmp_path):
    town = PbfTown()
    town.street((-300, 0), (300, 0))
    town.street((0, -300), (0, 300), bridge="yes", layer="1")
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 500)))
    assert city.crossings.sum() == 0
    assert city.walk.graph.edge_count == 2


def test_people_do_not_walk_on_motorways_and_private_drives(tmp_path):
    town = PbfTown()
    town.street((-300, 0), (0, 0), (300, 0))
    town.street((0, 0), (0, 300), highway="motorway")
    town.street((0, 0), (0, -300), highway="service", access="private")
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 500)))
    assert city.walk.length_m.sum() == pytest.approx(600, rel=1e-3)
    assert city.drive.length_m.sum() == pytest.approx(1_200, rel=1e-3)


def test_a_piece_of_path_cut_off_from_the_town_is_no_street_to_live_on(tmp_path):
    """The path is nearer to the house than the street that leads anywhere."""
    town = cross()
    town.street((200, 60), (230, 60), highway="footway")
    town.house((215, 70))
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 800)))
    path = np.flatnonzero(city.walk.street_class == "footway")
    assert not np.isin(city.cells.walk.edge, path).any()


def large_town_with_paths(*, north_m):
    """28 km of streets, and 1.1 km of paths of which no way leads to them, so far north of them."""
    town = PbfTown()
    for n in range(-700, 701, 100):
        town.street(*[(n, y) for y in range(-500, 501, 100)])
    for y in range(-500, 501, 100):
        town.street(*[(n, y) for n in range(-700, 701, 100)])
    y = 500 + north_m
    town.street(*[(x, y) for x in range(-550, 551, 50)], highway="footway")
    town.place((0, y + 5), amenity="pharmacy")
    return town


def test_paths_beside_the_town_that_no_way_leads_to_are_no_island(tmp_path):
    town = large_town_with_paths(north_m=60)
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 1_300)))
    paths = np.flatnonzero(city.walk.street_class == "footway")
    assert not np.isin(city.places.walk.edge, paths).any()
    assert city.places.walk.off[0] / 100 == pytest.approx(65, abs=0.1)


def test_paths_far_from_the_town_are_a_place_of_their_own(tmp_path):
    town = large_town_with_paths(north_m=400)
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 1_300)))
    assert city.places.walk.off[0] / 100 == pytest.approx(5, abs=0.1)


def test_an_island_with_streets_of_its_own_keeps_them(tmp_path):
    town = cross()
    town.street(*[(900 + x, 700) for x in range(0, 1_101, 100)])
    town.house((1_500, 710))
    boundary = square(0, 0, 850).union(shapely.box(850, 600, 2_050, 800))
    city = prepared_city(town.city(tmp_path, boundary=boundary))
    island = city.cells.people > 0
    island &= city.cells.x > 850
    assert (city.cells.walk.off[island] / 100 < 60).all()


# Places and their entrances


def doors(city, category):
    """(x, y) of the entrances of the places of a category, whole metres."""
    place = city.places.category[city.places.entrance_place] == category
    x, y = city.places.entrance_x[place], city.places.entrance_y[place]
    return sorted(zip(np.rint(x).astype(int).tolist(), np.rint(y).astype(int).tolist(),
                      strict=True))  # fmt: skip


def test_a_school_in_its_grounds_is_entered_where_they_are_nearest_to_a_street(tmp_path):
    town = cross()
    town.box(100, -120, 180, -40, amenity="school", **{"isced:level": "1"})
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 800)))
    (door,) = doors(city, "primary_school")
    assert door[1] == -40
    assert 100 <= door[0] <= 180


def test_a_park_is_entered_all_along_the_streets_beside_it(tmp_path):
    """Its northern side of 200 m lies 20 m from the street: a door every 25 m at least."""
    town = cross()
    town.box(50, -220, 250, -20, leisure="park")
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 800)))
    found = doors(city, "park")
    assert {y for _, y in found if y > -100} == {-20}
    assert len([x for x, y in found if y == -20]) >= 9


def test_a_park_far_from_streets_is_entered_at_its_nearest_point(tmp_path):
    town = cross()
    town.box(100, -300, 200, -200, leisure="park")
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 800)))
    (door,) = doors(city, "park")
    assert door[0] == 100 or door[1] == -200


def test_a_fire_station_is_left_towards_the_road_and_not_towards_a_footpath(tmp_path):
    town = cross()
    town.street((0, 100), (300, 100), highway="footway")
    town.box(100, 40, 140, 95, amenity="fire_station")  # 5 m from the path, 40 m from the road
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 800)))
    assert {y for _, y in doors(city, "fire_station")} == {40}


def test_only_stops_that_are_served_are_places(tmp_path):
    city = prepared_city(cross().city(tmp_path, boundary=square(0, 0, 800)))
    assert city.completeness["layer:timetable"].reason == Reason.LAYER_MISSING


# Next to nothing


def nothing_but(**things):
    town = PbfTown()
    town.bushes(-300, -300, 300, 300)
    town.street((-200, 0), (200, 0), **things)
    return town


def test_one_street_and_nothing_else_is_a_city_of_which_little_can_be_said(tmp_path):
    city = prepared_city(nothing_but().city(tmp_path, boundary=square(0, 0, 500)))
    assert (city.people_origin, city.cells.people.sum()) == ("none", 0)
    reasons = {key: each.reason for key, each in city.completeness.items()}
    assert reasons["layer:buildings"] == Reason.NONE_MAPPED
    assert reasons["layer:people"] == Reason.LAYER_MISSING
    assert reasons["layer:green"] == Reason.NONE_MAPPED
    assert reasons["layer:streets"] is None


def test_a_motorway_alone_leaves_nobody_on_foot(tmp_path):
    folder = nothing_but(highway="motorway").city(tmp_path, boundary=square(0, 0, 500))
    city = prepared_city(folder)
    assert city.walk.graph.edge_count == 0
    assert (city.cells.walk.edge == -1).all()
    assert city.drive.graph.edge_count == 1


def test_ways_that_are_no_streets_leave_no_network_at_all(tmp_path):
    town = PbfTown()
    town.house((0, 0))
    town.bushes(-200, -200, 200, 200)
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 300)))
    assert city.completeness["layer:streets"].reason == Reason.NONE_MAPPED
    assert city.completeness["layer:drive"].reason == Reason.NONE_MAPPED


def test_all_water_has_no_land(tmp_path):
    town = nothing_but()
    town.box(-400, -400, 400, 400, natural="water")
    with_people = town.city(tmp_path, boundary=square(0, 0, 500))
    town.raster(tmp_path / "p.tif", np.ones((10, 10)), west=-500, north=500, pixel_m=100)
    with open(with_people / "city.yaml", "a", encoding="utf-8") as file:
        file.write("population: p.tif\n")
    city = prepared_city(with_people)
    assert city.cells.land_m2.sum() == pytest.approx(0, abs=1)
    assert city.cells.people.sum() == pytest.approx(25)


def test_a_boundary_of_water_without_people_is_refused_in_one_sentence(tmp_path):
    town = nothing_but()
    town.box(-400, -400, 400, 400, natural="water")
    with pytest.raises(UserError, match="boundary: has neither land nor people"):
        prepared_city(town.city(tmp_path, boundary=square(0, 0, 500)))
