"""`urbanwork coordination` of a table: scores, warnings, kept bounds, faults."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TABLE = """area,space.density,space.sprawl-,people.school,work.jobs
North,10,9,6,1
South,20,5,9,4
West,30,1,12,9
East,25,4,8,3
"""


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "urbanwork.cli.main", "coordination", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, check=False, encoding="utf-8",
        env={**os.environ, "COLUMNS": "140"},
    )  # fmt: skip


def detail_of(*arguments: str | Path) -> dict[str, Any]:
    done = run(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "scores.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_published_degrees_come_out_of_the_command(shared: Path) -> None:
    folder = shared / "reference" / "coupling_coordination"
    found = detail_of(
        folder / "input.csv", "--goalposts", "0:1", "--weights", "equal", "--form", "classic",
        "--epsilon", "0",
    )  # fmt: skip
    with (folder / "expected_standard_equal.csv").open(encoding="utf-8") as file:
        printed = [float(row["coupling_coord"]) for row in csv.DictReader(file)]
    assert found["degree"][:6] == pytest.approx(printed, abs=1e-9)


def test_the_table_names_grade_weakest_and_what_binds(table: Path) -> None:
    done = run(table, "--lang", "en")
    assert done.returncode == 0
    assert "modified form (Wang et al. 2021), entropy weights" in done.stdout
    words = " ".join(done.stdout.split())
    assert "4 North 0.10 extreme disorder" in words
    assert "without West, the best" in words


def test_in_chinese_no_english_word_is_left(table: Path) -> None:
    done = run(table, "--lang", "zh")
    assert "熵权" in done.stdout
    assert "首要障碍" in done.stdout
    assert "weight" not in done.stdout


def test_kept_bounds_score_another_year_as_the_first(table: Path, tmp_path: Path) -> None:
    kept = tmp_path / "2020.json"
    first = detail_of(table)
    kept.write_text(json.dumps(first), encoding="utf-8")
    later = tmp_path / "scores_2021.csv"
    later.write_text("\n".join([*TABLE.splitlines()[:2], "West,60,1,12,9"]), encoding="utf-8")
    again = detail_of(later, "--frozen", kept)
    assert again["degree"][0] == pytest.approx(first["degree"][0])
    codes = [each["code"] for each in again["warnings"]]
    assert "clipped" in codes
    assert "sample_bounds" not in codes


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--goalposts", "people.school=9"], "wanted item=low:high"),
        (["--weight", "nobody=1"], "there is no 'nobody'"),
        (["--system", "five_elment"], "did you mean 'five_elements'"),
        (["--frozen", "missing.json"], "cannot be read"),
    ],
)
def test_what_is_asked_wrongly_is_one_sentence_and_exit_2(
    table: Path, arguments: list[str], told: str
) -> None:
    done = run(table, *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_bounds_of_another_table_are_refused(table: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("area,a,b\nx,1,2\ny,3,5\nz,4,4\n", encoding="utf-8")
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps(detail_of(other)), encoding="utf-8")
    done = run(table, "--frozen", kept)
    assert done.returncode == 2
    assert "printed for this system" in done.stderr
