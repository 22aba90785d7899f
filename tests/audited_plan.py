"""A small plan that has all that the six qualities ask for; tests take pieces away."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import yaml

from urbanwork.quantities.crs import metric_crs, unproject

CRS = metric_crs(121.6, 38.9)
HOUSING, GREEN, INDUSTRY = (
    shapely.box(0, 0, 300, 200), shapely.box(300, 0, 500, 200), shapely.box(0, 200, 500, 300),
)  # fmt: skip
SYSTEMS = ("transport", "water", "green", "housing", "services", "industry", "safety", "culture")


def whole_plan(folder: Path) -> dict[str, Any]:
    """Write the plan into a folder; return what its plan.yaml says."""
    folder.mkdir(parents=True, exist_ok=True)
    uses = {"housing": HOUSING, "green": GREEN, "industry": INDUSTRY}
    write_features(folder / "land.geojson", list(uses.values()), use=list(uses))
    write_features(folder / "boundary.geojson", [shapely.box(0, 0, 500, 300)])
    write_features(folder / "built_today.geojson", [shapely.box(0, 0, 500, 300)])
    after = [shapely.box(0, 0, 500, 300), shapely.box(500, 0, 520, 300)]
    hole = shapely.difference(shapely.box(0, 0, 500, 300), shapely.box(100, 100, 150, 150))
    write_features(folder / "built_today.geojson", [hole])
    write_features(folder / "built_planned.geojson", after[:1])
    write_features(
        folder / "changes.geojson", [shapely.Point(50, 50)], kind=["add_place"],
        category=["kindergarten"], id=["k1"],
    )  # fmt: skip
    for name in ("survey.csv", "whatif.json", "approval.pdf"):
        (folder / name).write_text("x", encoding="utf-8")
    data = _plan(folder)
    write_plan(folder, data)
    return data


def _plan(folder: Path) -> dict[str, Any]:
    digest = hashlib.sha256((folder / "land.geojson").read_bytes()).hexdigest()
    return {
        "id": "harbour-2040", "title": {"en": "Harbour", "zh": "港湾"}, "kind": "master",
        "version": "1.2", "date": "2024-03-01",
        "horizon": {"base_year": 2020, "target_year": 2040},
        "population": [
            {"year": 2020, "people": 100_000, "basis": "census"},
            {"year": 2040, "people": 120_000, "basis": "cohorts"},
        ],
        "built_up_land": [
            {"year": 2020, "km2": 9.0, "basis": "survey"},
            {"year": 2040, "km2": 10.0, "basis": "land.geojson"},
        ],
        "output": [
            {"year": 2020, "value": 50.0, "unit": "billion yuan of 2020"},
            {"year": 2040, "value": 90.0, "unit": "billion yuan of 2020"},
        ],
        "systems": [{"id": name, "where": f"chapter {n}"} for n, name in enumerate(SYSTEMS, 1)],
        "proposals": [{
            "id": "P1", "title": {"en": "A kindergarten"}, "by": "Education", "changes": ["k1"],
            "systems": ["services"], "evidence": [{"file": "survey.csv"}],
            "simulation": [{"file": "whatif.json"}],
        }],
        "scenario": "changes.geojson",
        "layers": [{
            "file": "land.geojson", "role": "land_use", "category": "use",
            "boundary": "boundary.geojson", "total_ha": 15.0, "sha256": digest,
            "declared": [
                {"category": "housing", "ha": 6.0}, {"category": "green", "ha": 4.0},
                {"category": "industry", "ha": 5.0},
            ],
        }],
        "positional_accuracy": {"metres": 0.5, "how": "survey of 2023"},
        "built_up": {"before": "built_today.geojson", "after": "built_planned.geojson"},
        "approval": {"document": "2024-17", "body": "City Council", "date": "2024-06-01",
                     "file": "approval.pdf"},
        "signatures": [{"name": "Li", "post": "Mayor", "body": "City", "date": "2024-06-01"}],
        "publicity": {"from": "2024-04-01", "to": "2024-05-01", "where": "city hall"},
        "deviations": {"until": "2025-12-31", "list": []},
    }  # fmt: skip


def write_plan(folder: Path, data: dict[str, Any]) -> None:
    """Write plan.yaml."""
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    (folder / "plan.yaml").write_text(text, encoding="utf-8")


def write_features(path: Path, shapes: list[Any], **columns: list[Any]) -> None:
    """Metric shapes around 121.6 E, 38.9 N as GeoJSON with columns."""
    lonlat = unproject(np.array(shapes, np.object_), CRS)
    features = [
        {
            "type": "Feature", "geometry": json.loads(shapely.to_geojson(shape)),
            "properties": {name: column[row] for name, column in columns.items()},
        }
        for row, shape in enumerate(lonlat)
    ]  # fmt: skip
    text = json.dumps({"type": "FeatureCollection", "features": features})
    path.write_text(text, encoding="utf-8")
