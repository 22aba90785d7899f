"""A city of areas and tables on the command line: its numbers, and one sentence for a bad table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import MakeCity, Run

HEADER = "地区,年份,指标,数值,单位,来源\n"
GOOD = HEADER + "".join(
    f"{area},2020,{variable},{value},人,普查\n"
    for area, people, urban in (("中山区", 400, 300), ("西岗区", 600, 300), ("合计", 1000, 600))
    for variable, value in (("常住人口", people), ("城镇人口", urban))
)
BAD = {
    "wrong encoding": (GOOD, "GB18030", "is not GB18030, as 'encoding' says, but UTF-8"),
    "a total that does not add up": (GOOD.replace(",1000,", ",1200,"), None, "table.csv:6"),
    "a row twice": (GOOD + "中山区,2020,常住人口,401,人,\n", None, "table.csv:8"),
    "units mixed": (GOOD + "中山区,2010,常住人口,4000000,人,\n", None, "are the units mixed"),
    "a percentage of 1": (GOOD + "中山区,2020,城镇化率,0.75,%,\n", None, "table.csv:8"),
    "another city": (GOOD.replace("中山", "南山").replace("西岗", "福田").replace("合计", "深圳"),
                     None, "no row speaks of an area of the city"),
}  # fmt: skip


def areas(folder: Path) -> Path:
    """Two districts side by side."""
    path = folder / "areas.geojson"
    squares = [("210202", "中山区", 121.60), ("210203", "西岗区", 121.62)]
    features = [
        {
            "type": "Feature", "properties": {"code": code, "name": name},
            "geometry": {"type": "Polygon", "coordinates": [[
                [x, 38.9], [x + 0.02, 38.9], [x + 0.02, 38.92], [x, 38.92], [x, 38.9],
            ]]},
        }
        for code, name, x in squares
    ]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def city(make_city: MakeCity, folder: Path, text: str, encoding: str | None = None) -> Path:
    """A city of the districts with a table of this text."""
    (folder / "table.csv").write_text(text, encoding="utf-8")
    declared = f", encoding: {encoding}" if encoding else ""
    return make_city(
        f"areas: {{path: {areas(folder)}, id: code, name: name}}",
        f"statistics: {{path: {folder / 'table.csv'}{declared}}}",
    )


@pytest.mark.parametrize("case", BAD)
def test_a_bad_table_gets_one_clear_sentence(
    case: str, tmp_path: Path, make_city: MakeCity, run: Run
) -> None:
    text, encoding, told = BAD[case]
    ended = run("examine", city(make_city, tmp_path, text, encoding))
    assert ended.code == 2, ended
    assert told in ended.err
    assert "Traceback" not in ended.err


def test_a_city_of_areas_and_a_table_has_numbers_and_explains_them(
    tmp_path: Path, make_city: MakeCity, run: Run
) -> None:
    folder = city(make_city, tmp_path, GOOD)
    assert run("examine", folder, "--quiet").code == 0
    area = json.loads(
        run("explain", folder, "people.urbanisation_rate", "--area", "中山区", "--json").out
    )
    assert area["value"] == 75
    assert [each["origin"] for each in area["detail"]["figures"]["210202"]] == [
        "table.csv:3", "table.csv:2",
    ]  # fmt: skip
