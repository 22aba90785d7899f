"""Copies of a city side by side have as many times as much of everything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from urbanwork.sources.osm import read_osm

TILE = Path(__file__).parents[2] / "benchmarks" / "tile.py"


def test_six_copies_have_six_times_as_much(tmp_path: Path, shared: Path) -> None:
    source, tiled = shared / "cities/munich_center.osm.pbf", tmp_path / "tiled.osm.pbf"
    subprocess.run([sys.executable, TILE, source, tiled, "3", "2"], check=True)

    once, often = read_osm(source), read_osm(tiled)

    for key in ("nodes", "ways", "relations", "buildings", "streets", "relations_incomplete"):
        assert often.report[key] == 6 * once.report[key], key
    assert often.report["places"]["bank"] == 6 * once.report["places"]["bank"]
    assert "SYNTHETIC" in often.report["program"]


def test_copies_lie_side_by_side(tmp_path: Path, shared: Path) -> None:
    source, tiled = shared / "cities/munich_center.osm.pbf", tmp_path / "tiled.osm.pbf"
    subprocess.run([sys.executable, TILE, source, tiled, "2", "1"], check=True)

    once, twice = read_osm(source).streets, read_osm(tiled).streets

    half = len(once.lon)
    width = 11.5861277 - 11.5656571  # the box of the extract
    np.testing.assert_allclose(twice.lon[:half], once.lon, atol=1e-9)
    np.testing.assert_allclose(twice.lon[half:], once.lon + width, atol=2e-7)
    np.testing.assert_array_equal(twice.lat[half:], once.lat)
    assert not set(once.node.tolist()) & set(twice.node[half:].tolist())
