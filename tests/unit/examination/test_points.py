from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from small_arrangement import catalogue, written
from urbanwork.arrangement.loading import read_arrangement
from urbanwork.examination.points import summarise
from urbanwork.examination.tables import INDICATORS, PROBLEMS

GREEN = "cn.gb55014_2021.park_area_per_person"


def row(indicator: str, area: str, grade: str, **more: Any) -> dict[str, Any]:
    return {"indicator": indicator, "area": area, "grade": grade, "is_provisional": False, **more}


def problem(indicator: str, area: str, people: float) -> dict[str, Any]:
    return {"indicator": indicator, "area": area, "people": people, "is_estimate": False}


def summed(
    folder: Path, rows: list[dict[str, Any]], problems: list[dict[str, Any]]
) -> dict[str, Any]:
    arrangement = read_arrangement(written(folder)).arrangement
    points = summarise(
        arrangement,
        pa.Table.from_pylist(rows, INDICATORS),
        pa.Table.from_pylist(problems, PROBLEMS),
        catalogue(),
    )
    assert points == json.loads(json.dumps(points)), "it is plain data"
    return points[0]


SCHOOL, KINDERGARTEN = "life.primary_school_500m", "life.kindergarten_300m"


def test_a_point_counts_each_indicator_once_by_the_grade_of_the_city(tmp_path: Path) -> None:
    point = summed(
        tmp_path,
        [row(SCHOOL, "city", "good"), row(SCHOOL, "a", "poor"), row(KINDERGARTEN, "city", "fair")],
        [],
    )
    schools = point["asks"][0]
    assert schools["counts"] == {
        "good": 1, "fair": 1, "poor": 0, "no_standard": 0, "no_data": 0
    }  # fmt: skip
    assert schools["measured"] == 2
    assert point["counts"]["no_data"] == len(point["indicators"]) - 2


def test_people_are_those_of_the_indicator_that_concerns_most_and_not_a_sum(tmp_path: Path) -> None:
    point = summed(
        tmp_path,
        [],
        [problem(SCHOOL, "a", 30.0), problem(SCHOOL, "b", 20.0), problem(KINDERGARTEN, "a", 40.0)],
    )
    assert point["people"] == 50.0
    assert point["people_indicator"] == SCHOOL
    assert point["problems"] == 3


def test_the_worst_area_has_most_poor_grades_before_most_people(tmp_path: Path) -> None:
    point = summed(
        tmp_path,
        [
            row(SCHOOL, "a", "poor", people_short=10.0),
            row(KINDERGARTEN, "a", "poor", people_short=5.0),
            row(SCHOOL, "b", "poor", people_short=900.0),
            row(KINDERGARTEN, "b", "fair", people_short=900.0),
        ],
        [],
    )
    assert point["worst_area"] == {"area": "a", "poor": 2, "fair": 0, "people": 10.0}


def test_what_is_not_measured_says_why(tmp_path: Path) -> None:
    missing = row(SCHOOL, "city", "no_data", reason="none_mapped", note_en="None.", note_zh="无。")
    schools = summed(tmp_path, [missing], [])["asks"][0]
    reasons = {each["indicator"]: each["reason"] for each in schools["not_measured"]}
    assert reasons == {SCHOOL: "none_mapped", KINDERGARTEN: "not_given"}
    first = next(each for each in schools["not_measured"] if each["indicator"] == SCHOOL)
    assert first["note"] == {"en": "None.", "zh": "无。"}


@pytest.mark.parametrize(
    ("city", "area", "state"),
    [
        (row("", "city", "good"), row("", "a", "good"), "kept"),
        (row("", "city", "good"), row("", "a", "fair"), "broken"),
        (row("", "city", "no_data"), row("", "a", "good"), "unknown"),
        (row("", "city", "good"), row("", "a", "no_data", reason="none_mapped"), "unknown"),
        (row("", "city", "good"), row("", "a", "no_data", reason="too_small"), "kept"),
        ({**row("", "city", "good"), "is_provisional": True}, row("", "a", "good"), "unknown"),
    ],
)
def test_a_bottom_line_is_kept_only_where_all_is_known_and_good(
    tmp_path: Path, city: dict[str, Any], area: dict[str, Any], state: str
) -> None:
    named = {"indicator": "green.park_area_per_person", "standard": GREEN}
    point = summed(tmp_path, [{**city, **named}, {**area, **named}], [])
    states = {each["id"]: each["state"] for each in point["bottom_lines"]}
    assert states == {GREEN: state, "red_line": "no_check"}


def test_a_standard_that_grades_nothing_here_is_not_in_force(tmp_path: Path) -> None:
    lines = summed(tmp_path, [], [])["bottom_lines"]
    assert lines[0]["state"] == "not_in_force"


def test_a_gap_and_the_bodies_stand_with_their_ask(tmp_path: Path) -> None:
    asks = {each["ask"]: each for each in summed(tmp_path, [], [])["asks"]}
    assert asks["feeling"]["gap"]["data"]["en"] == "a survey of residents"
    assert asks["schools_near"]["lead"]["id"] == "schools"
    assert asks["schools_near"]["cooperating"][0]["en"] == "Government"
