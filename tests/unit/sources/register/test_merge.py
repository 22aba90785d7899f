from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from urbanwork.errors import UserError
from urbanwork.quantities.datum import wgs84_to_gcj02
from urbanwork.sources.layers import Places
from urbanwork.sources.register import (
    Description,
    MergeResult,
    Register,
    merge_places,
    merge_register,
)

AS_OF = "2023-06-05"
METRE = 1 / 111_195

MakePlaces = Callable[..., Places]


@pytest.fixture
def merged(make_places: MakePlaces) -> Callable[..., MergeResult]:
    def merge(osm: list[dict[str, Any]], own: list[dict[str, Any]], **options: Any) -> MergeResult:
        rows = [{"id": f"register/r/{row}", "category": "kindergarten"} | one
                for row, one in enumerate(own)]  # fmt: skip
        places = make_places(*rows, source="register")
        register = Register(places, np.arange(2, len(rows) + 2), {})
        others = [{"id": f"node/{row}", "category": "kindergarten"} | one
                  for row, one in enumerate(osm)]  # fmt: skip
        return merge_places(make_places(*others), register, AS_OF, **options)

    return merge


Merged = Callable[..., MergeResult]


def decisions(result: MergeResult) -> list[tuple[str | None, str | None, str]]:
    return [(row["register_name"], row["osm_id"], row["decision"]) for row in result.matches]


def test_a_near_place_is_the_same_and_takes_what_the_register_knows(merged: Merged) -> None:
    result = merged(
        [{"id": "way/1", "name": "阳光园", "name_en": "Sunshine", "x": 20, "capacity": 5}],
        [{"name": "阳光幼儿园", "capacity": 300, "opened": "2001"}],
    )
    places = result.places
    assert places.id.tolist() == ["way/1"]
    assert (places.name[0], places.name_en[0]) == ("阳光幼儿园", "Sunshine")
    assert (places.capacity[0], places.opened[0], places.source[0]) == (300, "2001", "register")
    assert places.lon[0] == pytest.approx(10 + 20 * METRE)  # the map knows better where
    assert result.matches[0]["distance_m"] == pytest.approx(20, abs=0.2)
    assert result.matches[0]["decision"] == "matched"


def test_what_the_register_leaves_open_stays_as_on_the_map(merged: Merged) -> None:
    result = merged([{"name": "A", "capacity": 5, "opened": "1999"}], [{"name": None}])
    assert result.places.name[0] == "A"
    assert result.places.capacity[0] == 5
    assert result.places.opened[0] == "1999"


def test_an_outline_in_the_register_goes_before_that_of_the_map(merged: Merged) -> None:
    outline = shapely.box(10, 0, 10.001, 0.001)
    result = merged([{"x": 10}], [{"geometry": outline, "x": 30}])
    assert result.places.geometry[0].equals(outline)
    assert result.places.lon[0] == pytest.approx(10 + 30 * METRE)


def test_unlike_names_next_to_each_other_are_two_places(merged: Merged) -> None:
    result = merged(
        [{"name": "La Tasca", "category": "restaurant", "x": 10}],
        [{"name": "Sushi World", "category": "restaurant"}],
    )
    assert decisions(result) == [
        ("Sushi World", "node/0", "possible_duplicate"), (None, "node/0", "osm_only"),
    ]  # fmt: skip
    assert len(result.places.id) == 2


def test_names_in_two_scripts_do_not_speak_against_a_near_place(merged: Merged) -> None:
    result = merged([{"name": "Sunshine Kindergarten", "x": 10}], [{"name": "阳光幼儿园"}])
    assert decisions(result)[0][2] == "matched"


@pytest.mark.parametrize(
    ("metres", "name", "decision"),
    [
        (100, "Colegio San Jose", "matched"),  # alike, in the middle distance
        (100, "Otro Nombre", "possible_duplicate"),
        (250, "CEIP San José", "matched"),  # nearly the same, far
        (250, "CEIP San Telmo", "added"),
        (400, "CEIP San José", "added"),
    ],
)
def test_the_farther_the_more_alike_names_must_be(
    merged: Merged, metres: float, name: str, decision: str
) -> None:
    words = ("Alba", "Norte", "Galdós", "Viera", "Duggi", "Isora")  # far away
    others = [{"name": f"{kind} {word}", "x": 9_000 + 500 * place}
              for kind in ("C.E.I.P.", "Colegio") for place, word in enumerate(words)]  # fmt: skip
    result = merged([{"name": "C.E.I.P. San José", "x": metres}, *others], [{"name": name}])
    assert decisions(result)[0][2] == decision


def test_schools_of_other_numbers_are_not_one(merged: Merged) -> None:
    osm = [{"name": "大连市中山区第一小学", "x": 80}, {"name": "大连市中山区第二小学", "x": 60}]
    result = merged(osm, [{"name": "中山区第一小学"}])
    assert decisions(result)[0] == ("中山区第一小学", "node/0", "matched")


def test_matches_are_one_to_one_and_the_surest_come_first(merged: Merged) -> None:
    osm = [{"id": "node/1", "name": "North", "x": 0}]
    own = [{"name": None, "x": 5}, {"name": "North", "x": 10}]
    result = merged(osm, own)
    assert decisions(result)[:2] == [(None, None, "added"), ("North", "node/1", "matched")]


def test_only_places_of_the_same_category_are_one(merged: Merged) -> None:
    result = merged([{"category": "pharmacy", "name": "A"}], [{"name": "A"}])
    assert decisions(result) == [("A", None, "added")]
    assert sorted(result.places.category) == ["kindergarten", "pharmacy"]


def test_inside_the_polygon_of_a_place_the_distance_is_nothing(merged: Merged) -> None:
    ground = shapely.box(9.99, -0.01, 10.01, 0.01)  # over 1 km around
    result = merged([{"id": "way/1", "geometry": ground, "x": 900}], [{"name": "A"}])
    assert result.matches[0]["decision"] == "matched"
    assert result.matches[0]["distance_m"] == 0
    assert result.places.geometry[0] is ground


def test_a_place_counts_in_all_categories_of_its_kind(merged: Merged) -> None:
    osm = [{"id": "way/1", "category": "school"}]
    own = [
        {"category": "school", "name": "A", "capacity": 10},
        {"category": "primary_school", "name": "New", "x": 5000},
        {"category": "park", "x": 9000},
    ]
    places = merged(osm, own).places
    rows = sorted(zip(places.id, places.category, strict=True))
    assert rows == [
        ("register/r/1", "primary_school"), ("register/r/1", "school"), ("register/r/2", "park"),
        ("way/1", "primary_school"), ("way/1", "school"), ("way/1", "secondary_school"),
    ]  # fmt: skip
    assert set(places.capacity[places.id == "way/1"]) == {10}


def test_what_is_not_yet_open_is_left_out_on_both_sides_and_told(merged: Merged) -> None:
    osm = [{"id": "way/1"}, {"id": "way/2", "x": 4000}]
    own = [{"name": "A", "opened": "2023-09-01"}, {"name": "B", "opened": "2024", "x": 9000}]
    result = merged(osm, own)
    assert result.places.id.tolist() == ["way/2"]
    assert [row["decision"] for row in result.matches] == [
        "not_yet_open", "not_yet_open", "osm_only",
    ]  # fmt: skip
    assert result.report["decisions"]["not_yet_open"] == 2


def test_in_a_complete_category_a_place_only_on_the_map_is_doubtful_but_stays(
    merged: Merged,
) -> None:
    result = merged([{"x": 5000}], [{"name": "A"}], complete=("kindergarten",))
    assert decisions(result)[1] == (None, "node/0", "osm_only_doubtful")
    assert len(result.places.id) == 2


def test_the_order_of_the_map_does_not_change_who_is_who(merged: Merged) -> None:
    osm = [{"id": f"node/{row}", "name": "Same", "x": 10 * row} for row in range(5)]
    own = [{"name": "Same", "x": 10 * row + 4} for row in range(5)]
    forward = {row["register_id"]: row["osm_id"] for row in merged(osm, own).matches}
    backward = {row["register_id"]: row["osm_id"] for row in merged(osm[::-1], own).matches}
    assert forward == backward
    assert len(set(forward.values()) - {None}) == 5


def test_a_map_without_places_takes_the_register_as_it_is(merged: Merged) -> None:
    result = merged([], [{"name": "A"}])
    assert result.places.source.tolist() == ["register"]


def test_a_common_shift_makes_one_ask_for_the_datum(merged: Merged) -> None:
    rng = np.random.default_rng(3)
    places = [{"name": f"园{row}号楼{row}", "x": x, "y": y}
              for row, (x, y) in enumerate(rng.uniform(0, 9000, (8, 2)))]  # fmt: skip
    shifted = [one | {"x": one["x"] + 400, "y": one["y"] + 300} for one in places]
    warning = merged(places, shifted).report["warnings"][0]
    assert "8 places of equal name lie about 499 m north-east" in warning["en"]
    assert "datum: gcj02" in warning["zh"]
    assert merged(places, places).report["warnings"] == []


def test_an_undeclared_gcj02_register_is_noticed_and_a_declared_one_matches(
    make_places: MakePlaces, tmp_path: Path
) -> None:
    rng = np.random.default_rng(5)
    lon, lat = 121.6 + rng.uniform(0, 0.1, 12), 38.9 + rng.uniform(0, 0.1, 12)
    rows = [{"id": f"node/{row}", "category": "park", "name": f"公园{chr(0x4E00 + row * 37)}"}
            for row in range(12)]  # fmt: skip
    osm = make_places(*rows)
    osm = Places(**{name: getattr(osm, name) for name in Places.__dataclass_fields__}
                 | {"lon": lon, "lat": lat})  # fmt: skip
    east, north = wgs84_to_gcj02(lon, lat)
    lines = [f"{row['name']},park,{x!r},{y!r}" for row, x, y in
             zip(rows, east.tolist(), north.tolist(), strict=True)]  # fmt: skip
    path = tmp_path / "parks.csv"
    path.write_text("\n".join(["name,category,lon,lat", *lines]), encoding="utf-8")
    undeclared = merge_register(osm, Description(path), AS_OF)
    assert "is 'datum: gcj02'" in undeclared.report["warnings"][0]["en"]
    declared = merge_register(osm, Description(path, datum="gcj02"), AS_OF)
    assert declared.report["decisions"]["matched"] == 12
    assert declared.report["warnings"] == []
    assert max(row["distance_m"] for row in declared.matches) < 0.1


def test_a_register_of_another_place_is_refused(make_places: MakePlaces, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("name,category,lon,lat\nA,park,121.6,38.9\n")
    osm = make_places({"id": "node/1", "category": "park"})
    with pytest.raises(UserError, match="all 1 places lie elsewhere"):
        merge_register(osm, Description(path), AS_OF)
