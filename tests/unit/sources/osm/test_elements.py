"""Nodes, ways and relations come out as they stand in the file, whatever its style."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import osmfile
from osmfile import write_pbf
from urbanwork.errors import UserError
from urbanwork.sources.osm import read_osm
from urbanwork.sources.osm.elements import Elements, read_elements
from urbanwork.sources.osm.frames import checked_header

NODES = {
    -5: (-70.25, -33.5, {}),
    4: (-70.2500001, -33.4999999, {"name": "大连"}),
    9_000_000_000: (179.9999999, 89.5, {"name": "a;b"}),
}
WAYS = {3: ([9_000_000_000, -5, 4], {"name": "x"}), 1: ([4, 77], {})}
RELATIONS = {8: ([("way", 3, "outer"), ("node", 4, "label"), ("way", 1, "")], {"type": "t"})}


def elements(path: Path) -> Elements:
    return read_elements(path, checked_header(path), ["name", "type"])


@pytest.mark.parametrize("is_dense", [True, False])
def test_ids_coordinates_and_references_are_exact(tmp_path: Path, is_dense: bool) -> None:
    path = write_pbf(tmp_path / "a.osm.pbf", NODES, WAYS, RELATIONS, is_dense=is_dense)

    read = elements(path)

    assert read.nodes.id.tolist() == [-5, 4, 9_000_000_000]
    assert read.nodes.lon.tolist() == [-702500000, -702500001, 1799999999]
    assert read.nodes.lat.tolist() == [-335000000, -334999999, 895000000]
    assert read.ways.id.tolist() == [1, 3]
    assert read.ways.node.tolist() == [1, -1, 2, 0, 1]
    assert read.ways.is_whole.tolist() == [False, True]
    assert read.relations.ref.tolist() == [3, 4, 1]
    assert read.relations.is_outer.tolist() == [True, False, True]


def test_tags_belong_to_their_elements(tmp_path: Path) -> None:
    read = elements(write_pbf(tmp_path / "a.osm.pbf", NODES, WAYS, RELATIONS))

    rows = np.arange(5, dtype=np.int32)  # two tagged nodes, two ways, one relation
    assert read.tagged_node.tolist() == [4, 9_000_000_000]
    assert read.tags.text("name", rows).tolist() == ["大连", "a;b", None, "x", None]
    assert read.tags.text("type", rows).tolist() == [None, None, None, None, "t"]


def test_many_blocks_give_the_same_each_time(tmp_path: Path) -> None:
    nodes = {n: (n * 1e-4, 1.0, {"name": str(n % 7)}) for n in range(1, 30_000)}
    ways = {n: ([n, n + 1], {"name": str(n % 5)}) for n in range(1, 20_000)}
    path = write_pbf(tmp_path / "a.osm.pbf", nodes, ways)

    first, second = elements(path), elements(path)

    assert first.nodes.id.tolist() == list(range(1, 30_000))
    assert first.ways.node[:6].tolist() == [0, 1, 1, 2, 2, 3]
    rows = np.arange(len(first.tagged_node) + len(first.ways.id), dtype=np.int32)
    names = first.tags.text("name", rows)
    assert names[:8].tolist() == ["1", "2", "3", "4", "5", "6", "0", "1"]
    assert names[first.first_way :][:6].tolist() == ["1", "2", "3", "4", "0", "1"]
    assert names.tolist() == second.tags.text("name", rows).tolist()


def test_of_two_versions_of_an_element_the_later_one_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = write_pbf(tmp_path / "a.osm.pbf", {1: (1, 1, {}), 2: (2, 2, {})}, {5: ([1, 2], {})})
    newer = write_pbf(tmp_path / "b.osm.pbf", {2: (3, 3, {})}, {5: ([2, 1], {"name": "new"})})
    header_end = newer.read_bytes().index(b"OSMData") - 6
    both = tmp_path / "both.osm.pbf"
    both.write_bytes(older.read_bytes() + newer.read_bytes()[header_end:])

    read = elements(both)

    assert read.duplicates == 2
    assert read.nodes.lon.tolist() == [10_000_000, 30_000_000]
    assert read.ways.node.tolist() == [1, 0]
    assert read.tags.text("name", np.array([0], dtype=np.int32)).tolist() == ["new"]


def test_coordinates_with_an_offset_are_refused_rather_than_misplaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = osmfile._block
    offset = osmfile._number(19, 5_000_000_000)
    monkeypatch.setattr(osmfile, "_block", lambda part, group: plain(part, group) + offset)
    path = write_pbf(tmp_path / "a.osm.pbf", NODES, WAYS)

    with pytest.raises(UserError, match="offset or an unusual granularity"):
        read_osm(path)


def test_names_with_quotes_and_brackets_can_be_read(tmp_path: Path) -> None:
    path = write_pbf(tmp_path / "it's [a] *town*?.osm.pbf", NODES, WAYS)

    assert len(elements(path).nodes.id) == 3


def test_no_internet_and_no_home_are_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    path = write_pbf(tmp_path / "a.osm.pbf", NODES, WAYS)

    assert len(elements(path).ways.id) == 2
    assert not (tmp_path / "nowhere").exists()
