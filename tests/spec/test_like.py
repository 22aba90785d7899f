"""A re-examination by the definitions of an earlier one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely

from pbftown import PbfTown, no_progress, plain_faces
from urbanwork.errors import UserError
from urbanwork.examination import definitions
from urbanwork.examination.compare import compare
from urbanwork.examination.run import examine

CAFE = "own.cafe"


def entry(radius: int, version: str, standard: str = "null", name: str = CAFE) -> str:
    """Indicator in the form of CONTRIBUTING.md."""
    return f"""
  - id: {name}
    version: "{version}"
    title: {{en: Café, zh: 咖啡馆}}
    question: {{en: How many?, zh: 多少？}}
    serves: [LIV]
    measure: reach_share
    inputs: [place:cafe, layer:streets, layer:people]
    parameters:
      category: {{value: cafe, unit: name, why: "category of place: café"}}
      radius_m: {{value: {radius}, unit: m, why: on foot}}
    quantity: share of people within walking distance
    unit: "%"
    better: higher
    support: people
    formula: {{en: "people within {radius} m ÷ people × 100", zh: "{radius}米内人口 ÷ 人口 × 100"}}
    smallest_people: 30
    missing: bounds
    standard: {standard}
    sources: [ours]
    limits: {{en: Prices are not seen., zh: 不反映价格。}}
    mend: {{en: Allow cafés., zh: 允许设置咖啡馆。}}
"""


def write_catalogue(city: Path, *entries: str, threshold: float = 50) -> None:
    folder = city / "my"
    folder.mkdir(exist_ok=True)
    head = "dimension: {id: own, rank: 90, title: {en: Our own, zh: 本市}}\nindicators:"
    (folder / "cafe.yaml").write_text(head + "".join(entries), encoding="utf-8")
    (folder / "standards.yaml").write_text(
        f"""set: town
jurisdiction: FI
title: {{en: Goals, zh: 目标}}
documents:
  plan: {{title: {{en: Plan, zh: 规划}}, edition: "2024", valid_from: "2024-01-01", dates: read}}
standards:
  - {{id: town.plan.cafe, key: own.cafe, clause: "3", strength: advisory, operator: ">=",
     value: {threshold}, unit: "%", confidence: A, source: the text,
     note: {{en: Half., zh: 一半。}}}}
""",
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    town = PbfTown()
    town.street(*((x, 0) for x in range(-1000, 1001, 200)), name="Long Street")
    for x in range(-950, 1000, 100):
        town.house((x, 25))
    town.place((0, -12), amenity="cafe")
    town.raster(folder / "people.tif", np.full((1, 20), 50.0), west=-1000, north=50, pixel_m=100)
    town.city(folder, "population: people.tif", "catalogue: ./my", "standards: [town]",
              boundary=shapely.box(-1000, -100, 1000, 100),
              extent=shapely.box(-1400, -400, 1400, 400))  # fmt: skip
    write_catalogue(folder, entry(300, "1", CAFE))
    return folder


def run(city: Path, like: Path | None = None) -> Path:
    return examine(city, plain_faces(), no_progress, like=like)


def row(exam: Path, indicator: str = CAFE) -> dict[str, object]:
    rows = pq.read_table(exam / "indicators.parquet").to_pylist()
    return next(r for r in rows if r["indicator"] == indicator and r["area"] == "city")


@pytest.fixture(scope="module")
def first(city: Path) -> Path:
    return run(city)


@pytest.fixture
def redefined(city: Path, first: Path) -> Path:
    """The catalogue of today: a longer walk, a stricter threshold, one indicator more."""
    write_catalogue(city, entry(600, "2", CAFE), entry(100, "1", name="own.cafe_near"),
                    threshold=90)  # fmt: skip
    return city


def test_an_examination_keeps_its_definitions(first: Path) -> None:
    kept = definitions.load(first)
    assert kept.indicators[CAFE].parameters["radius_m"].value == 300
    assert definitions.by_key(kept)[CAFE].value == 50.0


def test_the_earlier_definitions_give_the_earlier_values_and_grades(
    first: Path, redefined: Path
) -> None:
    today, again = run(redefined), run(redefined, first)
    assert row(again) == row(first)
    assert row(today)["value"] > row(first)["value"]
    assert row(again)["threshold"] == 50.0
    assert row(today)["threshold"] == 90.0


def test_what_is_not_used_is_named_in_both_languages(first: Path, redefined: Path) -> None:
    manifest = json.loads((run(redefined, first) / "manifest.json").read_text())
    assert manifest["like"]["id"] == first.name
    found = {(each["kind"], each["id"]): each["said"] for each in manifest["like"]["not_used"]}
    assert set(found) == {
        ("changed", CAFE), ("added", "own.cafe_near"), ("standard", CAFE),
    }  # fmt: skip
    assert "radius_m: 300 → 600" in found["changed", CAFE]["en"]
    assert "value: 50 → 90" in found["standard", CAFE]["zh"]


def test_asking_again_gives_the_examination_that_is_there(first: Path, redefined: Path) -> None:
    assert run(redefined, first) == run(redefined, first) != run(redefined)


def test_a_chain_of_years_keeps_the_first_definitions(first: Path, redefined: Path) -> None:
    second = run(redefined, first)
    third = run(redefined, second)
    assert row(third) == row(first)
    assert definitions.load(third).indicators == definitions.load(first).indicators


def test_comparing_with_todays_definitions_names_the_definition(
    first: Path, redefined: Path
) -> None:
    found = compare([first, run(redefined)]).steps[0]
    assert found.by_indicator[CAFE]["city"].verdict.code == "definition"
    assert "radius_m: 300 → 600" in found.found.definitions[CAFE]
    like = compare([first, run(redefined, first)]).steps[0]
    assert like.by_indicator[CAFE]["city"].verdict.code == "unchanged"


def test_definitions_that_this_program_cannot_compute_are_refused(
    first: Path, redefined: Path, tmp_path: Path
) -> None:
    data = json.loads((first / definitions.FILE).read_text())
    data["indicators"][0]["measure"] = "gone_share"
    (tmp_path / definitions.FILE).write_text(json.dumps(data))
    with pytest.raises(UserError, match="no measure 'gone_share'"):
        run(redefined, tmp_path)
