"""Places of a real map, moved some 15 m and spelt in capitals, must be found again."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from urbanwork.sources.osm import read_osm
from urbanwork.sources.register import Description, merge_register


@pytest.mark.parametrize("city", ["helsinki_a.osm.pbf", "monaco_osrm.osm.pbf"])
def test_every_named_place_finds_itself(shared: Path, tmp_path: Path, city: str) -> None:
    places = read_osm(shared / "cities" / city).places
    kinds = ["restaurant", "pharmacy", "supermarket", "kindergarten", "library"]
    rows = [
        row
        for row in np.flatnonzero(np.isin(places.category.astype(str), kinds))
        if places.name[row]
    ]
    assert len(rows) > 50
    offset = np.random.default_rng(1).normal(0, 10 / 111_195, (len(rows), 2))
    path = tmp_path / "register.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["名称", "类别", "经度", "纬度"])
        for row, (east, north) in zip(rows, offset, strict=True):
            lon, lat = places.lon[row] + east, places.lat[row] + north
            writer.writerow([places.name[row].upper(), places.category[row], lon, lat])
    result = merge_register(places, Description(path), "2026-01-01")
    assert result.report["decisions"]["added"] == 0
    assert result.report["decisions"]["possible_duplicate"] == 0
    names = dict(zip(places.id, places.name, strict=True))
    matched = [row for row in result.matches if row["decision"] == "matched"]
    assert len(matched) == len(rows)
    assert all(names[row["osm_id"]].upper() == row["register_name"] for row in matched)
    assert sorted(result.places.id) == sorted(places.id)
