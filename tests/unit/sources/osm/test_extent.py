"""The extent is what the extract can be trusted to show, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from osmfile import write_pbf
from urbanwork.sources.layers import Extent
from urbanwork.sources.osm import read_osm

METRE = 1 / 111_195


def extent_of(path: Path, *, bbox: tuple[float, float, float, float] | None = None) -> Extent:
    """A town of 4 x 4 km with a tree each 100 m and nothing in the middle kilometre."""
    nodes = {
        1 + 100 * column + row: (column * 100 * METRE, row * 100 * METRE, {"natural": "tree"})
        for column in range(41)
        for row in range(41)
        if not (15 < column < 25 and 15 < row < 25)
    }
    write_pbf(path, nodes, {1: ([1, 2], {"highway": "road"})}, bbox=bbox)
    return read_osm(path).extent


def km2(extent: Extent) -> float:
    return float(extent.polygon.area) / METRE**2 / 1e6


def test_without_a_box_the_outline_of_the_nodes_counts_with_holes_filled(tmp_path: Path) -> None:
    extent = extent_of(tmp_path / "a.osm.pbf")

    assert extent.known_from == "observed"
    assert 16 <= km2(extent) < 20  # one cell of 250 m more at most
    assert extent.polygon.contains(shapely.Point(2000 * METRE, 2000 * METRE))


def test_a_border_kept_whole_does_not_widen_the_extent(tmp_path: Path) -> None:
    streets = {n: (n * 100 * METRE, 0.0, {}) for n in range(1, 10)}
    border = {100 + n: (n * 100 * METRE, 9000 * METRE, {}) for n in range(1, 200)}
    path = write_pbf(
        tmp_path / "a.osm.pbf",
        streets | border,
        {1: (sorted(streets), {"highway": "road"}), 2: (sorted(border), {"boundary": "yes"})},
    )

    assert km2(read_osm(path).extent) < 1


def test_the_box_of_the_header_cuts_what_hangs_over(tmp_path: Path) -> None:
    box = (0.0, 0.0, 2000 * METRE, 4000 * METRE)

    extent = extent_of(tmp_path / "a.osm.pbf", bbox=box)

    assert extent.known_from == "header"
    assert km2(extent) == pytest.approx(8, rel=0.01)


def test_a_box_of_the_whole_world_tells_nothing(tmp_path: Path) -> None:
    assert km2(extent_of(tmp_path / "a.osm.pbf", bbox=(-180, -90, 180, 90))) < 20


def test_a_box_elsewhere_is_not_believed(tmp_path: Path) -> None:
    assert extent_of(tmp_path / "a.osm.pbf", bbox=(50, 50, 51, 51)).known_from == "observed"


def test_what_the_user_declares_counts(tmp_path: Path) -> None:
    path = write_pbf(tmp_path / "a.osm.pbf", {1: (0, 0, {}), 2: (1, 1, {})}, {1: ([1, 2], {})})
    declared = shapely.box(-1, -1, 2, 2)

    extent = read_osm(path, declared_extent=declared).extent

    assert extent.known_from == "declared"
    assert extent.polygon.equals(declared)


def test_a_stray_node_on_the_other_side_of_the_world_costs_no_memory(tmp_path: Path) -> None:
    nodes = {1: (0.0, 0.0, {}), 2: (0.001, 0.0, {}), 3: (-179.0, -89.0, {})}
    path = write_pbf(tmp_path / "a.osm.pbf", nodes, {1: ([1, 2], {"highway": "road"})})

    assert read_osm(path).extent.known_from == "observed"


def test_one_node_alone_has_an_extent(tmp_path: Path) -> None:
    path = write_pbf(tmp_path / "a.osm.pbf", {1: (5.0, 5.0, {})}, {1: ([1, 1], {"a": "b"})})

    assert read_osm(path).extent.polygon.area > 0
