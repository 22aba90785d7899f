"""The key of a city says what it is made of, not how its folder was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from urbanwork.city.prepare import city_key
from urbanwork.city.reading import read_settings


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A city whose extract lies in its folder and whose boundary lies elsewhere."""
    folder = tmp_path / "middle" / "mycity"
    folder.mkdir(parents=True)
    (folder / "map.osm.pbf").write_bytes(b"streets")
    (tmp_path / "middle" / "outside.geojson").write_text("{}", encoding="utf-8")
    boundary = tmp_path / "middle" / "outside.geojson"
    text = f"name: Here\nas_of: 2026-01-01\nosm: map.osm.pbf\nboundary: {boundary}\n"
    (folder / "city.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_city_is_the_same_by_whatever_path_it_is_given(
    city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = city_key(read_settings(city))
    monkeypatch.chdir(city.parent)
    assert city_key(read_settings(Path("mycity"))) == whole


def test_two_files_of_one_name_that_changed_places_make_another_city(city: Path) -> None:
    (city / "a").mkdir()
    (city / "a" / "outside.geojson").write_text("[]", encoding="utf-8")
    text = (city / "city.yaml").read_text(encoding="utf-8")
    areas = f"{text}areas: a/outside.geojson\n"
    (city / "city.yaml").write_text(areas, encoding="utf-8")
    before = city_key(read_settings(city))
    (city / "a" / "outside.geojson").write_text("{}", encoding="utf-8")
    (city.parent / "outside.geojson").write_text("[]", encoding="utf-8")
    assert city_key(read_settings(city)) != before
