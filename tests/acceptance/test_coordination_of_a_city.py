"""Coordination of a city of three districts known by a table alone: examined, shown, redone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import shapely

from .conftest import Ended, Run

YAML = """
name: Three
as_of: 2021-01-01
jurisdiction: CN
areas: {path: areas.geojson, id: code, name: name}
statistics: {path: people.csv}
catalogue: ./own
"""
PEOPLE = {"990101": 100_000, "990102": 40_000, "990103": 20_000}
OF_AREA = {
    "average_schooling": ("years", [12, 9, 8]),
    "floor_area_per_person": ("m2/person", [30, 36, 33]),
    "urban_population": ("people", [99_000, 20_000, 4_000]),
    "sampled_employed_population": ("people", [1_000, 400, 200]),
    "sampled_secondary_workers": ("people", [400, 150, 30]),
    "sampled_tertiary_workers": ("people", [590, 100, 40]),
    "sampled_environment_workers": ("people", [10, 5, 1]),
    "sampled_households": ("households", [4_000, 1_500, 800]),
    "sampled_households_with_tap_water": ("households", [4_000, 1_400, 500]),
}
OWN = """
systems:
  - id: homes_and_work
    version: "1"
    title: {en: homes and work, zh: 住房与就业}
    serves: [C1]
    form: fan
    weights: equal
    epsilon: 0
    absent: no_score
    partial: no_score
    fewest_subsystems: 2
    sources: [a test]
    limits: {en: none, zh: 无}
    subsystems:
      - {id: homes, title: {en: homes, zh: 住房}, items: [floor_area_per_person]}
      - {id: work, title: {en: work, zh: 就业}, items: [non_farm_share]}
"""
INDICATOR = """
dimension: {id: own, rank: 30, title: {en: Own, zh: 自有}}
indicators:
  - id: own.homes_and_work
    version: "1"
    title: {en: Homes and work, zh: 住房与就业}
    question: {en: Do they fit?, zh: 是否协调？}
    serves: [C1]
    measure: coordination_degree
    inputs: []
    parameters: {system: {value: homes_and_work, unit: name, why: a test}}
    quantity: degree
    unit: "1"
    better: higher
    support: systems
    formula: {en: D, zh: D}
    smallest_people: 0
    missing: seen_only
    sources: [a test]
    limits: {en: none, zh: 无}
    mend: {en: none, zh: 无}
"""


@pytest.fixture(scope="module")
def examined(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """The folder of the city after one examination."""
    folder = tmp_path_factory.mktemp("three")
    (folder / "city.yaml").write_text(YAML, encoding="utf-8")
    (folder / "people.csv").write_text(_table(), encoding="utf-8")
    (folder / "areas.geojson").write_text(_areas(), encoding="utf-8")
    for name, text in (("coordination", OWN), ("indicators", INDICATOR)):
        (folder / "own" / name).mkdir(parents=True)
        (folder / "own" / name / "own.yaml").write_text(text, encoding="utf-8")
    done = run("examine", folder, "--quiet")
    assert done.code == 0, done.err
    return folder


def _table() -> str:
    rows = ["code,year,variable,value,unit"]
    rows += [f"{code},2020,resident_population,{count},people" for code, count in PEOPLE.items()]
    rows += [
        f"{code},2020,{name},{value},{unit}"
        for name, (unit, values) in OF_AREA.items()
        for code, value in zip(PEOPLE, values, strict=True)
    ]
    return "\n".join(rows) + "\n"


def _areas() -> str:
    features = [
        {"type": "Feature", "properties": {"code": code, "name": f"District {code}"},
         "geometry": json.loads(shapely.to_geojson(shapely.box(121 + place / 10, 39, 121.1 +
                                                               place / 10, 39.1)))}
        for place, code in enumerate(PEOPLE)
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features})


def told(done: Ended) -> Any:
    assert done.code == 0, done.err
    return json.loads(done.out)


def figures(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    (exam,) = (folder / "examinations").glob("*/indicators.parquet")
    return {(row["indicator"], row["area"]): row for row in pq.read_table(exam).to_pylist()}


def test_every_district_and_the_city_have_a_degree_with_years_and_what_binds(
    examined: Path,
) -> None:
    found = figures(examined)
    degrees = [found["coordination.five_elements", area]["value"] for area in PEOPLE]
    assert all(0 < each <= 1 for each in degrees)
    assert degrees[0] > degrees[2]
    city = found["coordination.five_elements", "city"]
    assert city["period"] == "2020"
    assert 0 < city["coverage"] < 1
    assert found["coordination.government_society_citizens", "city"]["value"] is None


def test_the_command_shows_what_the_examination_holds(examined: Path, run: Run) -> None:
    detail = told(run("coordination", examined, "--system", "five_elements", "--json"))
    found = figures(examined)
    assert detail["degree"][0] == found["coordination.five_elements", "990101"]["value"]
    assert detail["people_weighted_mean"] == pytest.approx(
        sum(d * n for d, n in zip(detail["degree"], PEOPLE.values(), strict=False)) / 160_000
    )


def test_another_form_and_weights_are_scored_from_the_values_that_it_holds(
    examined: Path, run: Run
) -> None:
    asked = ("coordination", examined, "--system", "five_elements", "--json")
    again = told(run(*asked, "--form", "classic"))
    found = figures(examined)
    assert again["degree"][1] == found["coordination.five_elements_classic", "990102"]["value"]
    equal = told(run(*asked, "--weights", "equal"))
    assert equal["degree"] != again["degree"]
    assert equal["names"][0] == ["District 990101", "District 990101"]


def test_a_city_has_a_system_of_its_own_from_our_items(examined: Path, run: Run) -> None:
    detail = told(run("coordination", examined, "--system", "homes_and_work", "--json"))
    assert detail["form"] == "fan"
    # homes 0, 1, 0.5; work (99 %, 62.5 %, 35 %): 1, 0.43, 0
    assert detail["degree"][0] == pytest.approx((1 - 2 * 0.5) * 0.5)
    u = (1.0, (62.5 - 35) / (99 - 35))
    expected = ((1 - abs(u[0] - u[1])) * (u[0] + u[1]) / 2) ** 0.5
    assert detail["degree"][1] == pytest.approx(expected)


def test_a_city_that_was_not_examined_says_what_to_do(
    examined: Path, run: Run, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(examined, copy, ignore=shutil.ignore_patterns("examinations", ".urbanwork"))
    done = run("coordination", copy)
    assert done.code == 2
    assert "urbanwork examine" in done.err
