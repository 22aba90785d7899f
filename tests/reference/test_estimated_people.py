"""People estimated from floors, held against what is published of three cities.

Populations: Andorra 2025 about 87,000 and 2021 79,500 (Departament d'Estadística; 82,000 taken for
the extract's year), Liechtenstein end of 2021 39,300 (Amt für Statistik), both confidence C; Las
Palmas: the raster of the shared data inside the municipality.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from urbanwork.city.prepare import prepared
from urbanwork.city.reading import read_settings

CITIES = {
    "andorra_2026.osm.pbf": (82_000, None),
    "liechtenstein_2021.osm.pbf": (39_300, None),
    "las_palmas/osm_2023.osm.pbf": (360_000, "las_palmas/boundary.geojson"),
}


@pytest.mark.slow
@pytest.mark.parametrize("extract", CITIES)
def test_the_truth_lies_in_the_range_and_within_a_factor_of_the_estimate(
    extract: str, shared: Path, tmp_path: Path
) -> None:
    truth, boundary = CITIES[extract]
    lines = ["name: City", "as_of: 2024-01-01", f"osm: {shared / 'cities' / extract}"]
    if boundary is not None:
        lines.append(f"boundary: {shared / 'cities' / boundary}")
    (tmp_path / "city.yaml").write_text("\n".join(lines), encoding="utf-8")
    city = prepared(read_settings(tmp_path), lambda en, zh: None)
    estimate = city.cells.people.sum()
    assert city.people_origin == "estimate"
    assert city.cells.people_lower.sum() < truth < city.cells.people_upper.sum()
    assert truth / 2.5 < estimate < truth * 2.5
