"""What is kept in the cache comes back as it was."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from osmfile import write_pbf
from urbanwork.sources.osm import read_osm
from urbanwork.sources.osm.tables import load, save


def same(left: Any, right: Any) -> bool:
    """Equal in type and in every value, down to the last bit of each coordinate."""
    if dataclasses.is_dataclass(left):
        names = [field.name for field in dataclasses.fields(left)]
        return all(same(getattr(left, name), getattr(right, name)) for name in names)
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, np.ndarray):
        return left.dtype == right.dtype and left.shape == right.shape and same_items(left, right)
    return bool(left == right)


def same_items(left: np.ndarray, right: np.ndarray) -> bool:
    if left.dtype != object:
        return np.array_equal(left, right, equal_nan=left.dtype.kind == "f")
    if any(isinstance(each, shapely.Geometry) for each in left):
        return bool(np.all(shapely.to_wkb(left) == shapely.to_wkb(right)))
    return left.tolist() == right.tolist()


@pytest.mark.parametrize("city", ["helsinki_a", "munich_center"])
def test_a_real_extract_comes_back_equal_in_every_value(
    tmp_path: Path, shared: Path, city: str
) -> None:
    extract = read_osm(shared / f"cities/{city}.osm.pbf")

    save(extract, tmp_path / "cache")
    loaded = load(tmp_path / "cache")

    assert same(extract, loaded)


def test_an_extract_of_one_street_comes_back(tmp_path: Path) -> None:
    nodes = {1: (0.1, 0.2, {}), 2: (0.3, 0.4, {})}
    path = write_pbf(tmp_path / "a.osm.pbf", nodes, {1: ([1, 2], {"highway": "road"})})
    extract = read_osm(path)

    save(extract, tmp_path)
    loaded = load(tmp_path)

    assert same(extract, loaded)
    assert loaded.streets.tags["name"].tolist() == [None]


def test_the_same_extract_gives_the_same_bytes(tmp_path: Path, shared: Path) -> None:
    path = shared / "cities/munich_center.osm.pbf"

    for name in ("a", "b"):
        save(read_osm(path), tmp_path / name)

    files = sorted((tmp_path / "a").iterdir())
    assert len(files) == 8
    for file in files:
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes(), file.name


def test_loaded_arrays_can_be_written(tmp_path: Path, shared: Path) -> None:
    save(read_osm(shared / "cities/munich_center.osm.pbf"), tmp_path)

    assert load(tmp_path).streets.lon.flags.writeable
