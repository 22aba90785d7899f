"""The sample city with zones of all levels, examined once for all tests of a process."""

from __future__ import annotations

import json
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest

WEST, SOUTH, EAST, NORTH = 24.9377, 60.1641, 24.9517, 60.1791
CORE = (24.9480, 60.1680, 24.9510, 60.1700)
"""A core of the ecological red line, for few eyes: west, south, east, north."""
PHARMACY = "life.pharmacy_500m"


def _square(west: float, south: float, east: float, north: float) -> dict:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _zones() -> dict:
    kinds = (
        ("park", "public", "open park", (24.9400, 60.1660, 24.9410, 60.1670)),
        ("heritage", "internal", "old street", (24.9420, 60.1680, 24.9430, 60.1690)),
        ("ecological_red_line_core", "restricted", "hidden core", CORE),
    )
    features = [
        {"type": "Feature", "geometry": _square(*box),
         "properties": {"kind": kind, "visibility": level, "name": name}}
        for kind, level, name, box in kinds
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


@cache
def sample_city() -> Path:
    """The folder of the sample under the rules of China, examined."""
    from urbanwork.api import examine
    from urbanwork.city.create import sample_city as sample

    folder = Path(tempfile.mkdtemp(prefix="urbanwork-map-")) / "city"
    sample(folder)
    settings = folder / "city.yaml"
    text = settings.read_text(encoding="utf-8").replace("jurisdiction: FI", "jurisdiction: CN")
    settings.write_text(f"{text}zones:\n  - path: zones.geojson\n", encoding="utf-8")
    (folder / "zones.geojson").write_text(json.dumps(_zones()), encoding="utf-8")
    examine(folder)
    return folder


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The office works for the examined sample; nobody may write into its folder."""
    monkeypatch.setenv("URBANWORK_CITY", str(sample_city()))
    monkeypatch.setenv("URBANWORK_OFFICE", str(tmp_path / "office"))
    return sample_city()


@pytest.fixture
def own_city(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A copy of the examined sample, to be written into."""
    folder = tmp_path / "city"
    shutil.copytree(sample_city(), folder)
    monkeypatch.setenv("URBANWORK_CITY", str(folder))
    monkeypatch.setenv("URBANWORK_OFFICE", str(tmp_path / "office"))
    return folder
