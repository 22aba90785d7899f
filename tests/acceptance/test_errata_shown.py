"""What was corrected after an examination was frozen is shown wherever the figure is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from .conftest import Run

EXAMPLE = Path(__file__).parents[2] / "examples" / "dalian"
FIGURE = "people.urbanisation_rate"


@pytest.fixture(scope="module")
def corrected(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dalian, examined, frozen, with the urbanisation of one district corrected."""
    city = tmp_path_factory.mktemp("errata") / "dalian"
    shutil.copytree(EXAMPLE, city, ignore=shutil.ignore_patterns("examinations", ".urbanwork"))
    examined = run("examine", city, "--quiet")
    assert examined.code == 0, examined.err
    folder = Path(examined.out.strip()).parent
    was = json.loads(run("explain", city, FIGURE, "--area", "210213", "--json").out)["value"]
    for command in (
        ("freeze", folder, "--by", "Health examination office"),
        ("erratum", folder, "--indicator", FIGURE, "--area", "210213", "--value", "80.5",
         "--was", was, "--why", "A town was counted twice.", "--by", "Statistics bureau"),
    ):  # fmt: skip
        ended = run(*command)
        assert ended.code == 0, ended.err
    return city


def test_the_table_of_an_examination_tells_it(run: Run, corrected: Path) -> None:
    told = " ".join(run("examine", corrected).out.split())
    assert "corrected to 80.5%. A town was counted twice. (Statistics bureau," in told


def test_the_explanation_tells_it(run: Run, corrected: Path) -> None:
    told = json.loads(run("explain", corrected, FIGURE, "--area", "210213", "--json").out)
    assert [each["value"] for each in told["errata"]] == [80.5]
    in_words = " ".join(
        run("explain", corrected, FIGURE, "--area", "210213", "--lang", "zh").out.split()
    )
    assert "更正为80.5%" in in_words


def test_another_area_has_no_erratum(run: Run, corrected: Path) -> None:
    told = json.loads(run("explain", corrected, FIGURE, "--area", "210211", "--json").out)
    assert told["errata"] == []
