"""`urbanwork catalogue check` of ours, of a folder and of a city."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from urbanwork.cli.main import app
from urbanwork.errors import ManyFaultsError, UserError

RUN = CliRunner()
ROOT = Path(__file__).resolve().parents[3]

INDICATOR = """\
dimension: {id: mine, rank: 30, title: {en: Mine, zh: 本地}}
indicators:
  - id: mine.jobs
    version: "1"
    title: {en: Jobs, zh: 就业岗位}
    question: {en: How many?, zh: 多少？}
    serves: [C1]
    measure: statistic
    inputs: [variable:jobs]
    parameters: {variable: {value: jobs, unit: name, why: of this city}}
    quantity: number
    unit: people
    better: neither
    support: reported
    formula: {en: as reported, zh: 按统计口径}
    smallest_people: 0
    missing: seen_only
    sources: [yearbook]
    limits: {en: none, zh: 无}
    mend: {en: none, zh: 无}
"""


def test_our_catalogue_is_whole_and_says_what_is_only_declared() -> None:
    shown = RUN.invoke(app, ["catalogue", "check", "--lang", "en"])
    assert shown.exit_code == 0, shown.exception
    assert "no fault" in shown.output
    assert "U14" in shown.output
    told = json.loads(RUN.invoke(app, ["catalogue", "check", "--json"]).output)
    assert told["faults"] == []
    assert {each["row"] for each in told["rows_declared"]} >= {"P03", "U14"}


def test_the_folder_of_a_city_may_add_indicators_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "jobs.yaml").write_text(INDICATOR, encoding="utf-8")
    shown = RUN.invoke(app, ["catalogue", "check", str(tmp_path), "--lang", "zh"])
    assert shown.exit_code == 0, shown.exception
    assert "未发现错误" in shown.output


def test_a_fault_in_a_folder_is_told_with_file_and_line(tmp_path: Path) -> None:
    wrong = INDICATOR.replace("value: jobs", "value: jobz").replace("[variable:jobs]", "[]")
    (tmp_path / "jobs.yaml").write_text(wrong, encoding="utf-8")
    shown = RUN.invoke(app, ["catalogue", "check", str(tmp_path)])
    assert isinstance(shown.exception, ManyFaultsError)  # exit code 2
    assert shown.exception.faults == (
        "jobs.yaml:3: mine.jobs: variable: there is no variable 'jobz'; did you mean 'jobs'?",
        "jobs.yaml:3: mine.jobs: 'inputs' must name variable:jobz, which 'variable' takes",
    )


def test_a_folder_that_is_not_there_is_told() -> None:
    shown = RUN.invoke(app, ["catalogue", "check", "nowhere"])
    assert isinstance(shown.exception, UserError)


@pytest.mark.parametrize("ask", ["serves:NOPE", "life.nothing"])
def test_an_ask_bound_to_an_unknown_indicator_is_told(tmp_path: Path, ask: str) -> None:
    arrangement = (ROOT / "src/urbanwork/arrangement/arrangements/dalian-2016.yaml").read_text(
        encoding="utf-8"
    )
    changed = arrangement.replace("serves:INF", ask, 1).replace("id: dalian-2016", "id: mine")
    assert ask in changed
    (tmp_path / "mine.yaml").write_text(changed, encoding="utf-8")
    (tmp_path / "city.yaml").write_text(
        "name: Mine\njurisdiction: CN\nas_of: 2023-12-31\nareas: areas.geojson\n"
        "arrangement: ./mine.yaml\n",
        encoding="utf-8",
    )
    districts = ROOT / "examples" / "dalian" / "districts.geojson"
    (tmp_path / "areas.geojson").write_bytes(districts.read_bytes())
    shown = RUN.invoke(app, ["catalogue", "check", str(tmp_path)])
    assert isinstance(shown.exception, UserError)
    assert ask.removeprefix("serves:") in str(shown.exception)
