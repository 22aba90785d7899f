"""Rows that are kept: columns grow in their room, and places are found by id and category."""

from __future__ import annotations

import numpy as np

from town import town
from urbanwork.planning.keeping import KeptPlaces, Room
from whatif_towns import LEGEND


def test_what_is_added_leaves_what_was_there_as_it_was() -> None:
    room = Room()
    first = room.copied(np.array([1.0, 2.0]))
    second = room.behind(first, np.array([3.0]))
    third = room.behind(second, np.array([4.0]))
    assert first.tolist() == [1.0, 2.0]
    assert second.tolist() == [1.0, 2.0, 3.0]
    assert third.tolist() == [1.0, 2.0, 3.0, 4.0]


def test_nothing_is_copied_while_there_is_room() -> None:
    room = Room()
    first = room.copied(np.zeros(10))
    assert room.behind(first, np.ones(1)).base is first.base


def test_columns_of_others_are_never_written_into() -> None:
    whole = np.array([1.0, 2.0, 9.0])
    joined = Room().behind(whole[:2], np.array([3.0]))
    assert joined.tolist() == [1.0, 2.0, 3.0]
    assert whole.tolist() == [1.0, 2.0, 9.0]


def test_a_column_that_is_full_moves_to_more_room() -> None:
    room, column = Room(), np.zeros(0)
    for number in range(200):
        column = room.behind(column, np.array([float(number)]))
    assert column.tolist() == list(range(200))


def test_places_are_found_by_name_while_they_have_a_category() -> None:
    places = town("K-1-K", legend=LEGEND).places
    kept = KeptPlaces(places)
    rows = kept.of_categories(places, ["kindergarten"])
    assert rows.tolist() == np.flatnonzero(places.category == "kindergarten").tolist()
    assert kept.named(places, [str(places.id[rows[0]])]).tolist() == [rows[0]]
    doors = kept.entrances(places, rows)
    assert places.entrance_place[doors].tolist() == rows.tolist()
    kept.places.category[rows[0]] = None
    assert kept.of_categories(kept.places, ["kindergarten"]).tolist() == [rows[1]]
