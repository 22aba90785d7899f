"""Buildings against GDAL's reader of OpenStreetMap, which shares no code with ours."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from urbanwork.sources.osm import read_osm


def areas_by_gdal(path: Path) -> dict[str, float]:
    """Square degrees of every polygon tagged building, by the id we give it."""
    columns = ["osm_id", "osm_way_id", "building"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # GDAL warns of rings that are cut at the border
        meta, _, wkb, data = pyogrio.raw.read(path, layer="multipolygons", columns=columns)
    field = dict(zip(meta["fields"], data, strict=True))
    is_building = np.array([value not in (None, "no") for value in field["building"]])
    ids = [
        f"relation/{relation}" if way is None else f"way/{way}"
        for relation, way in zip(field["osm_id"], field["osm_way_id"], strict=True)
    ]
    area = shapely.area(shapely.from_wkb(wkb, on_invalid="ignore"))
    return {ids[row]: float(area[row]) for row in np.flatnonzero(is_building)}


@pytest.mark.parametrize(
    ("city", "only_gdal", "only_ours"),
    [
        ("liechtenstein_2021.osm.pbf", 0, 0),
        ("munich_center.osm.pbf", 9, 0),  # below the ground
        ("las_palmas/osm_2023.osm.pbf", 16, 6),  # closed by force where the border cuts them
    ],
)
def test_the_same_buildings_of_the_same_size(
    shared: Path, city: str, only_gdal: int, only_ours: int
) -> None:
    path = shared / "cities" / city
    theirs = areas_by_gdal(path)
    buildings = read_osm(path).buildings
    ours = dict(zip(buildings.id.tolist(), shapely.area(buildings.geometry), strict=True))

    common = sorted(ours.keys() & theirs.keys())
    assert len(theirs.keys() - ours.keys()) == only_gdal
    assert len(ours.keys() - theirs.keys()) == only_ours
    np.testing.assert_allclose(
        [ours[key] for key in common], [theirs[key] for key in common], rtol=1e-6
    )
