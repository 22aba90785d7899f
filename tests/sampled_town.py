"""Tiny towns for sampling, in metres around longitude 0, latitude 0, as extracts and as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tests.osmfile import write_pbf

from urbanwork.quantities.crs import metric_crs, to_lonlat
from urbanwork.sources.layers import STREET_TAGS, Streets

CRS = metric_crs(0.0, 0.0)
Tags = Mapping[str, str]
Corner = tuple[float, float]


def lonlat(x: float, y: float) -> tuple[float, float]:
    lon, lat = to_lonlat([x], [y], CRS)
    return float(lon[0]), float(lat[0])


def streets(nodes: Mapping[int, Corner], ways: Mapping[int, tuple[Sequence[int], Tags]]) -> Streets:
    """Streets from nodes in metres and ways by node; every way is residential unless it says."""
    rows = [node for way, _ in ways.values() for node in way]
    places = np.array([lonlat(*nodes[node]) for node in rows])
    sizes = [len(way) for way, _ in ways.values()]
    tags = [{"highway": "residential", **tags} for _, tags in ways.values()]
    return Streets(
        np.array(list(ways)), np.concatenate([[0], np.cumsum(sizes)]), np.array(rows),
        places[:, 0], places[:, 1],
        {key: _column([each.get(key) for each in tags]) for key in STREET_TAGS},
        np.zeros(len(ways), bool), np.zeros(len(ways), bool),
    )  # fmt: skip


def _column(values: Sequence[str | None]) -> NDArray[np.object_]:
    column = np.empty(len(values), object)
    column[:] = values
    return column


def rectangle(x: float, y: float, width: float, height: float) -> list[Corner]:
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def extract(
    path: Path,
    areas: Sequence[tuple[Sequence[Corner], Tags]],
    points: Sequence[tuple[Corner, Tags]] = (),
) -> Path:
    """An extract of closed ways and points, with one street so that it is an extract at all."""
    nodes: dict[int, tuple[float, float, Tags]] = {}
    ways: dict[int, tuple[Sequence[int], Tags]] = {}
    for number, (corner, tags) in enumerate(points, 1):
        nodes[number] = (*lonlat(*corner), tags)
    for number, (corners, tags) in enumerate(areas, 1):
        first = 1000 * number
        for place, corner in enumerate(corners):
            nodes[first + place] = (*lonlat(*corner), {})
        ring = [first + place for place in range(len(corners))]
        ways[number] = ([*ring, first], tags)
    nodes[900], nodes[901] = (*lonlat(0, 0), {}), (*lonlat(500, 0), {})
    ways[900] = ([900, 901], {"highway": "residential"})
    return write_pbf(path, nodes, ways)
