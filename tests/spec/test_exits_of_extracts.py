"""Where the streets of a real file leave the data: cut ways, outlines, sea. Figures in metres."""

from __future__ import annotations

import shapely

from pbftown import PbfTown, prepared_city, square

FRAME = (-500.0, -500.0, 500.0, 500.0)


def exits_at(city, *, network="walk"):
    """Whole metres (x, y) of all exits."""
    net = getattr(city, network)
    places = set()
    for edge, to_start in zip(net.exits.edge, net.exits.to_start, strict=True):
        rows = slice(net.start[edge], net.start[edge + 1])
        line = shapely.linestrings(net.vertex_x[rows], net.vertex_y[rows])
        share = to_start / net.graph.edge_weight[edge]
        point = line.interpolate(share, normalized=True)
        places.add((round(point.x) + 0, round(point.y) + 0))
    return places


def framed(*streets):
    """A town with these streets, its frame full of things."""
    town = PbfTown()
    town.bushes(*FRAME, step=250)
    for street in streets:
        town.street(*street)
    return town


def test_a_street_that_crosses_the_frame_leaves_the_data_there(tmp_path):
    town = framed([(-300, 0), (900, 0)])
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 600), bbox=FRAME))
    assert exits_at(city) == {(500, 0)}


def test_a_street_that_only_passes_through_the_frame_leaves_it_at_both_ends(tmp_path):
    town = framed([(-900, 0), (0, 0), (900, 0)], [(0, 0), (0, 100)])
    city = prepared_city(town.city(tmp_path / "a", boundary=square(0, 0, 600), bbox=FRAME))
    assert exits_at(city) == {(-500, 0), (500, 0)}
    alone = framed([(-900, 0), (900, 0)], [(-300, 50), (300, 50)])
    city = prepared_city(alone.city(tmp_path / "b", boundary=square(0, 0, 600), bbox=FRAME))
    assert exits_at(city) == {(-500, 0), (500, 0)}


def test_streets_that_end_on_the_outline_itself_do_not_leave_it(tmp_path):
    town = PbfTown()
    town.street((-400, -400), (0, 0), (400, 400))
    town.street((400, -400), (0, 0), (-400, 400))
    folder = town.city(tmp_path, boundary=square(0, 0, 600), extent=square(0, 0, 800))
    assert exits_at(prepared_city(folder)) == set()


def test_where_nobody_said_how_it_was_cut_streets_leave_the_data_at_its_rim(tmp_path):
    """Any street that ends there or crosses a line a tenth of the city's width inside."""
    town = PbfTown()
    town.bushes(-2_000, -2_000, 2_000, 2_000, step=200)
    town.street((-1_990, 0), (0, 0), (500, 0))
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 3_000)))
    crossing, end = sorted(exits_at(city), reverse=True)
    assert end == (-1_990, 0)
    assert -1_800 < crossing[0] < -1_500


def test_a_way_whose_nodes_are_missing_leaves_the_data_at_its_last_node(tmp_path):
    town = framed([(-300, 0), (0, 0), (300, 0), (700, 0)])
    town.cut(square(0, 0, 1000))
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 600), bbox=FRAME))
    assert exits_at(city) == {(300, 0)}


def test_a_way_of_which_only_the_crossing_is_known_still_leaves_the_data_there(tmp_path):
    town = framed([(-300, 0), (100, 0), (300, 0)])
    town.street((100, 0), (100, 700))  # only its first node is in the extract
    town.cut(square(0, 0, 1000))
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 600), bbox=FRAME))
    assert exits_at(city) == {(100, 0)}


def test_a_closed_street_that_leaves_the_data_is_no_exit_for_people_on_foot(tmp_path):
    town = framed([(-300, 0), (0, 0), (300, 0)])
    town.street((0, 0), (0, 900), highway="motorway")
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 600), bbox=FRAME))
    assert exits_at(city) == set()
    assert (0, 500) in exits_at(city, network="drive")


def test_a_main_road_that_stops_near_the_frame_is_taken_to_go_on(tmp_path):
    town = framed()
    town.street((-300, 0), (0, 0), (450, 0), highway="secondary")
    town.street((0, 0), (0, 450), highway="service")  # a car park may well end there
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 600), bbox=FRAME))
    assert exits_at(city) == {(450, 0), (-300, 0)}


def test_a_main_road_that_stops_at_the_coast_ends_there(tmp_path):
    town = framed()
    town.street((0, -300), (0, 0), (0, 420), highway="secondary")
    town.way([(480, 450), (0, 450), (-480, 450)], natural="coastline")  # land on its left: south
    city = prepared_city(town.city(tmp_path, boundary=square(0, 0, 600), bbox=FRAME))
    assert exits_at(city) == {(0, -300)}


def test_a_frame_that_is_straight_in_degrees_is_no_straight_line_on_the_map(tmp_path):
    """Its southern side is a parallel: over 60 km it bends 120 m away from the straight line."""
    town = PbfTown()
    town.bushes(-30_000, -620, 30_000, 2_380, step=1_000)
    town.street((-5_000, -560), (0, -560), (5_000, -560))  # 50 m north of the parallel
    town.street((0, -560), (0, 1_000))
    frame = (-30_000.0, -500.0, 30_000.0, 2_000.0)
    city = prepared_city(town.city(tmp_path, boundary=square(0, 300, 600), bbox=frame))
    assert exits_at(city) == set()
