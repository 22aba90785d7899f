from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from urbanwork.sources.columns import column_of
from urbanwork.sources.corrections import Corrected, Correction, Target, apply_corrections
from urbanwork.sources.layers import STREET_TAGS, Places, Streets

AS_OF = "2026-03-01"
METRE = 1 / 111_195


def correction(action: str, number: int = 1, **fields: Any) -> Correction:
    target = fields.pop("target", None)
    if isinstance(target, str):
        target = Target(id=target)
    return Correction(
        id=f"correction/{number:012x}", where=f"corrections.yaml:{number}", action=action,
        what=fields.pop("what", "place"), author="W", date="2026-01-01", evidence="visit",
        target=target, **fields,
    )  # fmt: skip


def street(action: str, number: int = 1, **fields: Any) -> Correction:
    return correction(action, number, what="street", **fields)


def places(*rows: tuple[str, str, str | None, float, float]) -> Places:
    """Places by id, category, name and metres east and north of 10 E, 0 N."""
    count = len(rows)
    none = column_of([None] * count)
    return Places(
        id=column_of(row[0] for row in rows), category=column_of(row[1] for row in rows),
        name=column_of(row[2] for row in rows), name_zh=none, name_en=none,
        lon=np.array([10 + row[3] * METRE for row in rows]),
        lat=np.array([row[4] * METRE for row in rows]), geometry=none.copy(),
        capacity=np.full(count, np.nan), opened=none, source=column_of(["osm"] * count),
    )  # fmt: skip


def streets(*ways: tuple[int, list[tuple[int, float, float]]], **tags: str) -> Streets:
    """Ways by id with nodes (id, metres east, metres north); `tags` of all of them."""
    sizes = [len(nodes) for _, nodes in ways]
    every = [node for _, nodes in ways for node in nodes]
    count = len(ways)
    given = {"highway": "residential"} | tags
    return Streets(
        np.array([way for way, _ in ways], dtype=np.int64),
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        np.array([node for node, _, _ in every], dtype=np.int64),
        np.array([10 + x * METRE for _, x, _ in every]),
        np.array([y * METRE for _, _, y in every]),
        {key: column_of([given.get(key)] * count) for key in STREET_TAGS},
        np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_),
    )  # fmt: skip


NO_PLACES = places()
NO_STREETS = streets((1, [(1, 0, 0), (2, 100, 0)]))


def on_places(before: Places, *corrections: Correction, as_of: str = AS_OF) -> Corrected:
    return apply_corrections(before, NO_STREETS, corrections, as_of)


def on_streets(before: Streets, *corrections: Correction) -> Corrected:
    return apply_corrections(NO_PLACES, before, corrections, AS_OF)


def ways_of(after: Corrected) -> dict[int, list[list[int]]]:
    """Node ids of all ways by id of the way."""
    found: dict[int, list[list[int]]] = {}
    layer = after.streets
    for way, start, end in zip(layer.way_id, layer.start, layer.start[1:], strict=False):
        found.setdefault(int(way), []).append(layer.node[start:end].tolist())
    assert len(layer.lon) == len(layer.lat) == len(layer.node) == layer.start[-1]
    return found


def at(x: float, y: float) -> tuple[float, float]:
    return (10 + x * METRE, y * METRE)


# Places


def test_an_added_place_counts_in_all_categories_of_its_kind() -> None:
    one = correction("add", category="primary_school", at=at(5, 5), name="New", capacity=300.0)
    after = on_places(NO_PLACES, one)
    assert after.places.category.tolist() == ["primary_school", "school"]
    assert after.places.id.tolist() == [one.id] * 2
    assert after.places.source.tolist() == ["correction"] * 2
    assert after.places.capacity.tolist() == [300, 300]
    assert after.shown[0]["status"] == "applied"
    assert after.shown[0]["author"] == "W"
    assert after.shown[0]["note"] == {"en": "added primary school New", "zh": "已新增小学 New"}


def test_what_the_map_has_by_now_is_not_added_twice() -> None:
    before = places(("node/1", "park", "Green Park", 20, 0))
    same = on_places(before, correction("add", category="park", at=at(0, 0), name="Green park"))
    assert len(same.places.id) == 1
    assert same.shown[0]["status"] == "superseded"
    assert "node/1" in same.shown[0]["note"]["en"]
    other = on_places(before, correction("add", category="park", at=at(0, 0), name="Lake Garden"))
    assert len(other.places.id) == 2
    farther = on_places(before, correction("add", category="park", at=at(60, 0), name="Green Park"))
    assert len(farther.places.id) == 2


def test_what_opens_later_is_not_yet_added() -> None:
    one = correction("add", category="park", at=at(0, 0), opened="2026-09-01")
    assert on_places(NO_PLACES, one).shown[0]["status"] == "not_yet_open"
    assert len(on_places(NO_PLACES, one, as_of="2026-10-01").places.id) == 1


def test_closing_removes_a_place_from_all_its_categories_or_from_one() -> None:
    before = places(("way/1", "school", "A", 0, 0), ("way/1", "primary_school", "A", 0, 0),
                    ("way/2", "school", "B", 0, 0))  # fmt: skip
    after = on_places(before, correction("close", target="way/1"))
    assert after.places.id.tolist() == ["way/2"]
    one = Target(id="way/1", category="primary_school")
    after = on_places(before, correction("close", target=one))
    assert after.places.category.tolist() == ["school", "school"]


def test_a_target_may_be_described() -> None:
    before = places(("node/1", "pharmacy", "Sol", 0, 0), ("node/2", "pharmacy", "Luna", 10, 0),
                    ("node/3", "cafe", "Luna", 0, 0))  # fmt: skip
    target = Target(category="pharmacy", name="luna", at=at(0, 0))
    assert on_places(before, correction("close", target=target)).places.id.tolist() == [
        "node/1", "node/3",
    ]  # fmt: skip
    nearest = Target(category="pharmacy", at=at(8, 0))
    assert on_places(before, correction("close", target=nearest)).places.id.tolist() == [
        "node/1", "node/3",
    ]  # fmt: skip
    far = Target(category="pharmacy", name="Luna", at=at(500, 0))
    assert on_places(before, correction("close", target=far)).shown[0]["status"] == "not_found"
    only_name = Target(category="pharmacy", name="Luna")
    assert len(on_places(before, correction("close", target=only_name)).places.id) == 2
    ambiguous = Target(name="Luna")
    assert (
        on_places(before, correction("close", target=ambiguous)).shown[0]["status"] == "not_found"
    )


def test_moving_takes_the_outline_along() -> None:
    before = places(("way/1", "park", "P", 0, 0))
    before.geometry[0] = shapely.box(10, 0, 10 + 10 * METRE, 10 * METRE)
    after = on_places(before, correction("move", target="way/1", at=at(100, 50)))
    assert after.places.lon[0] == pytest.approx(at(100, 50)[0])
    moved = shapely.box(*at(100, 50), *at(110, 60))
    assert after.places.geometry[0].equals_exact(moved, 1e-12)
    assert after.places.id.tolist() == ["way/1"]
    assert "moved way/1 by 112 m" in after.shown[0]["note"]["en"]
    assert before.geometry[0].bounds[0] == 10  # the layer that came in is as it was


def test_reopening_brings_back_what_an_earlier_entry_closed() -> None:
    before = places(("way/1", "school", "A", 0, 0), ("way/1", "primary_school", "A", 0, 0))
    after = on_places(
        before, correction("close", target="way/1"), correction("reopen", 2, target="way/1")
    )
    assert sorted(after.places.category) == ["primary_school", "school"]
    open_already = on_places(before, correction("reopen", target="way/1"))
    assert open_already.shown[0]["status"] == "no_effect"
    unknown = on_places(before, correction("reopen", target="way/9"))
    assert unknown.shown[0]["status"] == "not_found"
    assert "way/9 is not in the data" in unknown.shown[0]["note"]["en"]
    assert "way/9" in unknown.shown[0]["note"]["zh"]


def test_a_correction_holds_up_to_the_day_of_its_expiry() -> None:
    before = places(("node/1", "park", None, 0, 0))
    one = correction("close", target="node/1", expires=AS_OF)
    assert len(on_places(before, one).places.id) == 0
    late = on_places(before, one, as_of="2026-03-02")
    assert len(late.places.id) == 1
    assert late.shown[0]["status"] == "expired"


def test_the_same_corrections_give_the_same_places() -> None:
    before = places(("node/1", "park", "P", 0, 0), ("node/2", "cafe", "C", 5, 5))
    corrections = (
        correction("close", 1, target="node/2"),
        correction("add", 2, category="cafe", at=at(50, 50), name="D"),
    )
    first, second = (on_places(before, *corrections) for _ in range(2))
    assert first.shown == second.shown
    assert first.places.id.tolist() == second.places.id.tolist()


# Streets


CROSS = streets(
    (10, [(1, 0, 0), (2, 100, 0), (3, 200, 0), (4, 300, 0)]),
    (20, [(2, 100, 0), (5, 100, 100)]),
)


def test_closing_a_street_removes_the_way() -> None:
    after = on_streets(CROSS, street("close", target="way/10"))
    assert ways_of(after) == {20: [[2, 5]]}
    assert all(len(column) == 1 for column in after.streets.tags.values())


def test_closing_a_part_cuts_at_vertices_and_between_them() -> None:
    after = on_streets(CROSS, street("close", target="way/10", part=(at(100, 3), at(250, -4))))
    first, second = ways_of(after)[10]
    assert first == [1, 2]
    assert second[1:] == [4]
    assert second[0] < 0
    new = list(after.streets.node).index(second[0])
    assert (after.streets.lon[new] - 10) / METRE == pytest.approx(250, abs=0.01)
    assert not after.streets.is_cut_at_end.any()  # closed there, not unknown beyond
    assert "closed 150 m of way/10" in after.shown[0]["note"]["en"]
    backward = on_streets(CROSS, street("close", target="way/10", part=(at(250, -4), at(100, 3))))
    assert [len(way) for way in ways_of(backward)[10]] == [2, 2]


def test_closing_a_part_of_a_ring_takes_the_shorter_way() -> None:
    ring = streets((10, [(1, 0, 0), (2, 100, 0), (3, 100, 100), (4, 0, 100), (1, 0, 0)]))
    short = on_streets(ring, street("close", target="way/10", part=(at(100, 0), at(100, 100))))
    assert ways_of(short)[10] == [[1, 2], [3, 4, 1]]
    across = on_streets(ring, street("close", target="way/10", part=(at(0, 50), at(50, 0))))
    (left,) = ways_of(across)[10]
    assert left[1:-1] == [2, 3, 4]


def test_parts_that_do_not_fit_change_nothing() -> None:
    for part in ((at(0, 90), at(300, 0)), (at(100, 0), at(100, 0.5))):
        after = on_streets(CROSS, street("close", target="way/10", part=part))
        assert after.shown[0]["status"] == "no_effect"
        assert ways_of(after) == ways_of(on_streets(CROSS))


def test_a_street_may_be_named_by_what_it_is_called_and_where() -> None:
    after = on_streets(CROSS, street("close", target=Target(at=at(100, 60))))
    assert list(ways_of(after)) == [10]
    named = streets((10, [(1, 0, 0), (2, 100, 0)]), name="Calle Mayor")
    target = Target(name="c/ Mayor", at=at(50, 20))
    assert ways_of(on_streets(named, street("close", target=target))) == {}
    other = Target(name="Avenida del Mar", at=at(50, 20))
    assert on_streets(named, street("close", target=other)).shown[0]["status"] == "not_found"


@pytest.mark.parametrize("identity", ["way/99", "node/10", "way/x", "way/" + "9" * 30, "nonsense"])
def test_a_street_that_is_not_there_is_told(identity: str) -> None:
    assert on_streets(CROSS, street("close", target=identity)).shown[0]["status"] == "not_found"


def test_reopening_brings_a_closed_street_back() -> None:
    whole = on_streets(
        CROSS, street("close", target="way/10"), street("reopen", 2, target="way/10")
    )
    assert sorted(ways_of(whole)) == [10, 20]
    part = (at(100, 0), at(200, 0))
    again = on_streets(
        CROSS, street("close", target="way/10", part=part), street("reopen", 2, target="way/10")
    )
    assert sorted(ways_of(again)[10]) == [[1, 2], [2, 3], [3, 4]]


def test_a_street_under_construction_or_closed_to_people_is_opened() -> None:
    building = streets((10, [(1, 0, 0), (2, 100, 0)]), highway="construction", access="no")
    told = on_streets(building, street("reopen", target="way/10"))
    assert told.shown[0]["status"] == "no_effect"
    after = on_streets(building, street("reopen", target="way/10", highway="residential"))
    assert after.streets.tags["highway"].tolist() == ["residential"]
    assert after.streets.tags["access"].tolist() == [None]
    assert building.tags["highway"][0] == "construction"
    open_already = on_streets(CROSS, street("reopen", target="way/10"))
    assert open_already.shown[0]["status"] == "no_effect"


def test_a_new_street_joins_nodes_and_segments_within_ten_metres() -> None:
    line = (at(4, 3), at(50, 60), at(150, 80), at(245, 6))
    one = street("add", line=line, highway="footway", name="New Path")
    after = on_streets(CROSS, one)
    (new,) = (nodes for way, (nodes, *_) in ways_of(after).items() if way < 0)
    assert new[0] == 1  # the node within 5 m
    assert new[1] < 0
    assert new[3] in ways_of(after)[10][0]  # put into the segment from 3 to 4
    assert ways_of(after)[10][0] == [1, 2, 3, new[3], 4]
    assert after.streets.tags["highway"][-1] == "footway"
    assert after.streets.tags["name"][-1] == "New Path"
    assert "joins others at 2 of its 4 vertices" in after.shown[0]["note"]["en"]


def test_a_new_street_that_joins_nothing_says_so() -> None:
    after = on_streets(CROSS, street("add", line=(at(0, 500), at(50, 500)), highway="path"))
    assert "nobody can reach it" in after.shown[0]["note"]["en"]
    within = on_streets(CROSS, street("add", line=(at(1, 0), at(0, 1)), highway="path"))
    assert within.shown[0]["status"] == "no_effect"


def test_streets_added_by_two_corrections_join_each_other_and_may_be_closed() -> None:
    first = street("add", 1, line=(at(0, 500), at(100, 500)), highway="path")
    second = street("add", 2, line=(at(100, 495), at(100, 300)), highway="path")
    after = on_streets(CROSS, first, second)
    new = [nodes for way, (nodes, *_) in ways_of(after).items() if way < 0]
    assert new[0][1] == new[1][0]
    closed = on_streets(CROSS, first, second, street("close", 3, target=first.id))
    assert len(ways_of(closed)) == 3


def test_motorways_and_unbuilt_streets_are_not_joined() -> None:
    for kind in ("motorway", "construction"):
        before = streets((10, [(1, 0, 0), (2, 100, 0)]), highway=kind)
        after = on_streets(before, street("add", line=(at(0, 1), at(0, 90)), highway="path"))
        assert "joins others at 0" in after.shown[0]["note"]["en"]


def test_the_streets_that_came_in_are_as_they_were() -> None:
    before = ways_of(on_streets(CROSS))
    on_streets(CROSS, street("add", line=(at(245, 6), at(245, 90)), highway="path"))
    assert ways_of(on_streets(CROSS)) == before
