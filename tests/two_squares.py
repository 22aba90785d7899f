"""The smallest city: two squares that are its areas, and no extract."""

from __future__ import annotations

import json
from pathlib import Path

SQUARES = [
    {
        "type": "Feature",
        "properties": {"name": name},
        "geometry": {"type": "Polygon", "coordinates": [
            [[east, 39], [east + 0.1, 39], [east + 0.1, 39.1], [east, 39.1], [east, 39]],
        ]},
    }
    for name, east in (("东区", 121.6), ("西区", 121.5))
]  # fmt: skip


def two_squares(city: Path) -> Path:
    """Write the city into a folder that is there."""
    areas = {"type": "FeatureCollection", "features": SQUARES}
    (city / "areas.geojson").write_text(json.dumps(areas), encoding="utf-8")
    (city / "city.yaml").write_text(
        "name: Testtown\njurisdiction: CN\nas_of: 2026-06-30\nareas: areas.geojson\n",
        encoding="utf-8",
    )
    return city
