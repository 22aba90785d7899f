"""The indicators that give a number on shared and example data, by name: at least seventy."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from urbanwork.catalogue.loading import load_catalogue
from urbanwork.catalogue.tags import PLAIN_KINDS
from urbanwork.quantities.yamlfile import load_yaml

from .conftest import MakeCity, Run

LISTED: dict[str, list[str]] = load_yaml(Path(__file__).with_name("measured_indicators.yaml"))[0]
DALIAN = Path(__file__).resolve().parents[2] / "examples" / "dalian"
WANTED = 70


def test_at_least_seventy_are_listed_and_at_most_half_are_ratios_and_look_ups() -> None:
    catalogue = load_catalogue()
    ids = {each for listed in LISTED.values() for each in listed}
    assert ids <= set(catalogue.indicators)
    assert len(ids) >= WANTED
    plain = [each for each in ids if catalogue.indicators[each].kind in PLAIN_KINDS]
    assert 2 * len(plain) <= len(ids)
    assert 2 * len(plain) <= WANTED


@pytest.mark.slow
def test_las_palmas_gives_every_number_that_is_listed_for_it(
    shared: Path, make_city: MakeCity, run: Run
) -> None:
    folder = shared / "cities" / "las_palmas"
    city = make_city(
        f"osm: {folder / 'osm_2023.osm.pbf'}", f"boundary: {folder / 'boundary.geojson'}",
        f"population: {folder / 'population_dasymetric_standin_100m.tif'}",
        f"gtfs: {folder / 'gtfs_2023.zip'}", "jurisdiction: ES",
    )  # fmt: skip
    assert _without_a_number("las_palmas", run, city) == set()


def test_dalian_gives_every_number_that_is_listed_for_it(tmp_path: Path, run: Run) -> None:
    city = tmp_path / "dalian"
    shutil.copytree(DALIAN, city, ignore=shutil.ignore_patterns("examinations", ".*"))
    assert _without_a_number("dalian", run, city) == set()


def _without_a_number(name: str, run: Run, city: Path) -> set[str]:
    """Listed indicators of which neither the city nor an area has a number."""
    ended = run("examine", city, "--json")
    assert ended.code == 0, ended
    import pyarrow.parquet as pq

    table = pq.read_table(Path(json.loads(ended.out)["folder"]) / "indicators.parquet")
    numbers = {row["indicator"] for row in table.to_pylist() if row["value"] is not None}
    return set(LISTED[name]) - numbers
