"""A city of three districts with tables of commuters and projects alone: examined and explained."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import shapely

from .conftest import MakeCity, Run

COMMUTES = """居住地,工作地,通勤人数,距离（公里）,通勤时间（分钟）,年份
东区,东区,0,1,10,2023
东区,西区,1000,5,50,2023
西区,东区,1000,5,40,2023
西区,西区,0,1,10,2023
"""
PROJECTS = """编号,名称,区县,计划完成年份,实际完成年份,总投资（万元）,实际投资（万元）
P1,水厂,东区,2022,2022,100,110
P2,管网,东区,2022,2023,100,130
P3,公园,西区,2023,在建,50,
"""


@pytest.fixture
def city(make_city: MakeCity) -> Path:
    folder = make_city(
        "areas: areas.geojson",
        "commutes: {path: od.csv, encoding: GB18030}",
        "projects: {path: works.csv, kind: infrastructure}",
    )
    features = [
        {"type": "Feature", "properties": {"code": code, "name": name},
         "geometry": shapely.geometry.mapping(shapely.box(121 + place, 38, 121.05 + place, 38.05))}
        for code, name, place in (("990101", "东区", 0.05), ("990102", "西区", 0.0))
    ]  # fmt: skip
    areas = json.dumps({"type": "FeatureCollection", "features": features})
    (folder / "areas.geojson").write_text(areas, encoding="utf-8")
    (folder / "od.csv").write_text(COMMUTES, encoding="gb18030")
    (folder / "works.csv").write_text(PROJECTS, encoding="utf-8")
    return folder


def value(folder: Path, indicator: str, area: str = "city") -> dict[str, Any]:
    table = next((folder / "examinations").glob("*/indicators.parquet"))
    rows = pq.read_table(table).to_pylist()
    return next(row for row in rows if (row["indicator"], row["area"]) == (indicator, area))


def test_commuters_and_projects_are_examined_and_explained(city: Path, run: Run) -> None:
    ended = run("examine", city, "--quiet")
    assert ended.code == 0, ended.err
    assert value(city, "commuting.minimum")["value"] == pytest.approx(1.0)
    assert value(city, "commuting.excess")["value"] == pytest.approx(80.0)  # STANDARDS 14
    assert value(city, "commuting.within_45min", "990102")["value"] == pytest.approx(100)
    assert value(city, "commuting.mean_time")["value"] == pytest.approx(45)
    assert value(city, "projects.infrastructure_on_time")["value"] == pytest.approx(100 / 3)
    assert value(city, "projects.infrastructure_cost_overrun")["value"] == pytest.approx(20)
    assert value(city, "projects.greening_done")["reason"] == "layer_missing"
    told = json.loads(run("explain", city, "commuting.minimum", "--json").out)
    assert told["detail"]["person_km_actual"] == [5000, 5000]
    assert told["detail"]["largest_pairs"][0]["origin"] == "od.csv:3"
    assert told["detail"]["year"] == 2023


def test_a_wrong_table_ends_with_its_line_and_code_2(city: Path, run: Run) -> None:
    (city / "od.csv").write_text(COMMUTES.replace("西区,东区", "西去,东区"), encoding="gb18030")
    ended = run("examine", city, "--quiet")
    assert ended.code == 2
    wanted = "od.csv:4: there is no area '西去' in the city, which has 东区, 西区; mend it"
    assert wanted in ended.err
    assert "Traceback" not in ended.err
