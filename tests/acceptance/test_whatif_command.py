"""`urbanwork whatif` as users run it: on the sample city, in both languages, as JSON, and wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from urbanwork import api
from urbanwork.planning.reading import read_scenario

from .conftest import Run

PLAN = """
scenario: one
name: One library more, one street less
crs: EPSG:4326
changes:
  - {id: l, kind: add_place, category: library, at: [24.9384, 60.1699]}
  - {id: c, kind: close_street, at: [24.9414, 60.1689]}
"""


@pytest.fixture(scope="module")
def city(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("whatif") / "helsinki"
    assert run("init", folder, "--sample").code == 0
    return folder


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return written(tmp_path, PLAN)


def written(folder: Path, text: str, name: str = "plan.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_plan_is_told_in_both_languages(run: Run, city: Path, plan: Path) -> None:
    ended = run("whatif", city, plan, "--lang", "en")
    assert ended.code in (0, 3, 4), ended.err
    assert "2 changes" in ended.out
    assert "Bottom lines" in ended.out
    assert "measuring today" in ended.err
    assert "2 项变更" in run("whatif", city, plan, "--lang", "zh", "-q").out


def test_json_holds_who_gains_and_the_exit_code_the_verdict(
    run: Run, city: Path, plan: Path
) -> None:
    ended = run("whatif", city, plan, "--json")
    told = json.loads(ended.out)
    assert ended.code == {"pass": 0, "unknown": 3, "breach": 4}[told["outcome"]]
    assert [each["kind"] for each in told["changes"]] == ["add_place", "close_street"]
    for each in told["indicators"]:
        assert each["city"]["people_gain"] >= 0
        assert each["areas"] or each["city"]["before"] != each["city"]["after"]


def test_what_is_held_against_another_scenario_names_it_and_not_today(
    run: Run, city: Path, plan: Path, tmp_path: Path
) -> None:
    text = PLAN.replace("One library more, one street less", "Another corner")
    other = written(tmp_path, text.replace("24.9384", "24.9354"), "other.yaml")
    ended = run("whatif", city, plan, "--against", other, "--lang", "en")
    assert "with Another corner" in " ".join(ended.out.split())
    assert " today" not in ended.out
    told = json.loads(run("whatif", city, plan, "--against", other, "--json").out)
    assert told["against"] == "Another corner"


def test_a_scenario_against_itself_changes_nothing(run: Run, city: Path, plan: Path) -> None:
    told = json.loads(run("whatif", city, plan, "--against", plan, "--json").out)
    assert told["indicators"] == []


def test_what_cannot_be_carried_out_is_told_at_once(run: Run, city: Path, tmp_path: Path) -> None:
    wrong = written(
        tmp_path,
        """
scenario: wrong
crs: EPSG:4326
changes:
  - {id: far, kind: add_place, category: library, at: [10, 50]}
  - {id: none, kind: remove_place, target: node/0}
""",
    )
    ended = run("whatif", city, wrong)
    assert ended.code == 2
    assert "lies outside the city" in ended.err
    assert "there is no place 'node/0'" in ended.err


def test_the_library_says_the_same_and_keeps_a_session(city: Path, plan: Path) -> None:
    opened = api.open_city(city)
    session = opened.session()
    first = opened.whatif(plan, session=session)
    again = opened.whatif(read_scenario(plan), session=session)
    assert first.lines == again.lines
    assert session.changes == ()


def test_a_page_is_written_beside_what_is_printed(
    run: Run, city: Path, plan: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    told = run("whatif", city, plan, "-q", "--lang", "en")
    ended = run("whatif", city, plan, "-q", "--lang", "en", "--html", page)
    assert (ended.code, ended.out) == (told.code, told.out)
    text = page.read_text(encoding="utf-8")
    assert "One library more, one street less" in text
    assert "Street closes" in text
    assert "封闭道路" in text
    assert 'id="basemap"' in text
