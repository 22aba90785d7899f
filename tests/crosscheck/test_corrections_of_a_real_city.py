"""Corrections of a real extract: what is closed is gone from the network, what is added is in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from urbanwork.sources.corrections import apply_corrections, read_corrections
from urbanwork.sources.osm import read_osm

SIGNED = "  author: W\n  date: 2026-01-01\n  evidence: visit\n"


def test_a_city_is_corrected(shared: Path, tmp_path: Path) -> None:
    city = read_osm(shared / "cities" / "helsinki_a.osm.pbf")
    places, streets = city.places, city.streets
    pharmacy = int(np.flatnonzero(places.category == "pharmacy")[0])
    sizes = np.diff(streets.start)
    is_ring = streets.node[streets.start[:-1]] == streets.node[streets.start[1:] - 1]
    way = int(np.argmax(np.where(is_ring, 0, sizes)))
    first, last = int(streets.start[way]), int(streets.start[way + 1]) - 1
    path = tmp_path / "corrections.yaml"
    path.write_text(
        f"- action: close\n  target: {places.id[pharmacy]}\n{SIGNED}"
        f"- action: close\n  what: street\n  target: way/{streets.way_id[way]}\n"
        f"  from: [{streets.lon[first + 1]}, {streets.lat[first + 1]}]\n"
        f"  to: [{streets.lon[last - 1]}, {streets.lat[last - 1]}]\n{SIGNED}"
        f"- action: add\n  category: kindergarten\n  name: Päiväkoti\n"
        f"  lon: {places.lon[pharmacy]}\n  lat: {places.lat[pharmacy]}\n{SIGNED}"
        f"- action: add\n  what: street\n  line: [[{streets.lon[first]}, {streets.lat[first]}], "
        f"[{streets.lon[last]}, {streets.lat[last]}]]\n{SIGNED}"
    )
    done = apply_corrections(places, streets, read_corrections(path), city.report["data_date"])
    assert [one["status"] for one in done.shown] == ["applied"] * 4
    assert places.id[pharmacy] not in done.places.id
    assert done.places.category[-1] == "kindergarten"
    assert done.places.source[-1] == "correction"
    assert len(done.places.id) == len(places.id) - (places.id == places.id[pharmacy]).sum() + 1
    assert len(done.streets.way_id) == len(streets.way_id) + 2  # two ends left, one drawn
    assert len(done.streets.node) == len(streets.node) - (sizes[way] - 4) + 2
    assert done.streets.node[-2:].tolist() == [streets.node[first], streets.node[last]]
    again = apply_corrections(places, streets, read_corrections(path), city.report["data_date"])
    assert again.shown == done.shown
    assert again.streets.node.tolist() == done.streets.node.tolist()


@pytest.mark.parametrize("count", [200])
def test_many_corrections_are_quick(shared: Path, count: int) -> None:
    import time

    from urbanwork.sources.corrections import Correction

    city = read_osm(shared / "cities" / "monaco_osrm.osm.pbf")
    lon, lat = float(city.streets.lon[0]), float(city.streets.lat[0])
    corrections = [
        Correction(
            id=f"correction/{number:012x}", where="x:1", action="add", what="street", author="W",
            date="2026-01-01", evidence="visit", highway="path",
            line=((lon, lat), (lon + number * 1e-5, lat + 1e-4)),
        )
        for number in range(count)
    ]  # fmt: skip
    start = time.perf_counter()
    apply_corrections(city.places, city.streets, corrections, "2026-01-01")
    assert time.perf_counter() - start < 5
