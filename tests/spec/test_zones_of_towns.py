"""Zones in the prepared city: metric, who may see them kept, and out of what is published."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from pbftown import PbfTown, prepared_city, square
from urbanwork.errors import UserError
from urbanwork.sources import stored


def town(folder: Path, *lines: str) -> PbfTown:
    made = PbfTown()
    for at in range(-400, 500, 200):
        made.street((-400, at), (400, at))
        made.house((-250, at + 30))
    made.city(folder, *lines, boundary=square(0, 0, 900))
    made._geojson(folder / "a.geojson", {"Reed lake": square(0, 0, 100)})
    made._geojson(folder / "b.geojson", {"Eagle cliff": square(200, 0, 50)})
    return made


def test_zones_are_metric_and_survive_the_cache(tmp_path: Path) -> None:
    folder = tmp_path / "town"
    town(folder, "zones:", "  - {path: a.geojson, kind: green_line, visibility: public}",
         "  - {path: b.geojson, kind: bird_reserve, visibility: restricted}")  # fmt: skip
    city = prepared_city(folder)
    assert city.zone_kinds == ("bird_reserve", "green_line")
    assert city.zones.id.tolist() == ["a/1", "b/1"]
    assert shapely.area(city.zones.geometry) == pytest.approx([10_000, 2_500], rel=1e-3)
    stored.save(city, tmp_path / "kept")
    again = stored.load(type(city), tmp_path / "kept")
    assert again.zones.visibility.tolist() == ["public", "restricted"]
    assert again.zone_kinds == city.zone_kinds
    assert again.zone_reports == city.zone_reports


def test_only_public_files_are_named_among_the_sources(tmp_path: Path) -> None:
    folder = tmp_path / "town"
    town(folder, "zones:", "  - {path: a.geojson, kind: green_line, visibility: public}",
         "  - {path: b.geojson, kind: bird_reserve, visibility: restricted}")  # fmt: skip
    city = prepared_city(folder)
    assert [each["file"] for each in city.sources if each["kind"] == "zones"] == ["a.geojson"]
    assert [each["file"] for each in city.zone_reports] == ["a.geojson", "b.geojson"]


def test_two_files_of_one_name_have_zones_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "town"
    made = town(folder, "zones:", "  - {path: a.geojson, kind: green_line}",
                "  - {path: sub/a.geojson, kind: blue_line}")  # fmt: skip
    (folder / "sub").mkdir()
    made._geojson(folder / "sub" / "a.geojson", {"Brook": square(200, 0, 50)})
    assert prepared_city(folder).zones.id.tolist() == ["a/1", "a-2/1"]


def test_zones_that_all_lie_far_away_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "town"
    town(folder, "zones: {path: a.geojson, kind: green_line}")
    far = PbfTown(121.6, 38.9)
    far._geojson(folder / "a.geojson", {"Dalian": square(0, 0, 100)})
    with pytest.raises(UserError, match=r"none within 1 degree of Town; declare the coordinate"):
        prepared_city(folder)
