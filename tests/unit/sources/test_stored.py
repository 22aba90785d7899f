"""What is written to the cache is read back the same, field by field."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from town import town
from urbanwork.city.model import Completeness, PlaceModel, PreparedCity
from urbanwork.quantities.measured import Reason
from urbanwork.sources.stored import load, save


def same(one: Any, two: Any) -> bool:
    """Equal in value, type and kind of array."""
    if type(one) is not type(two):
        return False
    if is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(two, f.name)) for f in fields(one))
    if isinstance(one, np.ndarray):
        return one.dtype == two.dtype and one.shape == two.shape and _same_items(one, two)
    if isinstance(one, dict):
        return list(one) == list(two) and all(same(one[key], two[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(two) and all(map(same, one, two))
    return bool(one == two)


def _same_items(one: np.ndarray, two: np.ndarray) -> bool:
    if one.dtype != object:
        return np.array_equal(one, two, equal_nan=one.dtype.kind == "f")
    pairs = zip(one.tolist(), two.tolist(), strict=True)
    return all((a is None) == (b is None) and (a is None or a == b) for a, b in pairs)


DRAWN = town("Aa1-b2", areas="WWWEEE", buildings=[(0, 0, 9.0, 9.0, True)], land=["rrgg.w"],
             legend={"A": ("park", 400.0)}, missing=["layer:green"])  # fmt: skip


def test_a_prepared_city_is_read_back_the_same(tmp_path):
    save(DRAWN, tmp_path / "city")
    assert same(load(PreparedCity, tmp_path / "city"), DRAWN)


def test_reasons_and_notes_of_areas_are_read_back_as_what_they_are(tmp_path):
    judged = {
        "layer:green": Completeness("layer:green", 0.0, 1.0, Reason.NONE_MAPPED, "none", "无"),
        "place:park": Completeness("place:park", 1.0, 1.0, None, "ok", "好",
                                   {"way/1": ("thin", "薄")}),
    }  # fmt: skip
    save(replace(DRAWN, completeness=judged), tmp_path / "city")
    back = load(PreparedCity, tmp_path / "city").completeness
    assert back["layer:green"].reason is Reason.NONE_MAPPED
    assert same(back, judged)


def test_a_city_without_anything_is_read_back_the_same(tmp_path):
    empty = town("1")
    save(empty, tmp_path / "city")
    assert same(load(PreparedCity, tmp_path / "city"), empty)


def test_hostile_names_survive(tmp_path):
    name = '=HYPERLINK("x")\n</script>\u202e 幼儿园 \x00 \U0001f468'
    places = replace(DRAWN.places, name=np.array([name, None, ""], object))
    save(places, tmp_path / "places")
    assert load(PlaceModel, tmp_path / "places").name.tolist() == [name, None, ""]


def test_points_among_many_places_without_a_geometry_are_found(tmp_path):
    @dataclass(frozen=True)
    class Layer:
        geometry: NDArray[np.object_]

    shapes = np.full(3_000, None, object)
    shapes[2_500] = shapely.Point(1, 2)
    save(Layer(shapes), tmp_path / "layer")
    globals()["Layer"] = Layer
    assert load(Layer, tmp_path / "layer").geometry[2_500] == shapely.Point(1, 2)


@pytest.mark.parametrize("number", [0.1, 1e-300, -0.0, float("inf")])
def test_numbers_keep_every_bit(tmp_path, number):
    judged = {"k": Completeness("k", number, 1 / 3, None, "", "")}
    save(replace(DRAWN, completeness=judged), tmp_path / "city")
    back = load(PreparedCity, tmp_path / "city").completeness["k"]
    assert (repr(back.found), back.expected) == (repr(number), 1 / 3)


def test_the_same_record_is_written_in_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        save(DRAWN, tmp_path / name)

    def bytes_of(folder: Path) -> dict[str, bytes]:
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()
        }  # fmt: skip

    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
