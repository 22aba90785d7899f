"""A year of an examination on the command line: comments, freezing, errata, the next year."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from compared_towns import KINDERGARTEN, published, town_of_year

from .conftest import Run


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return town_of_year(tmp_path_factory.mktemp("year") / "town", 2024, (-750, 0))


@pytest.fixture
def city(made: Path, tmp_path: Path) -> Path:
    """The city of one examination, its own copy."""
    folder = tmp_path / "town"
    shutil.copytree(made.parents[1], folder)
    return folder


def test_a_draft_is_commented_frozen_and_corrected(run: Run, city: Path) -> None:
    said = run("comment", city, "--area", "Old Town", "--by", "Old Town", "--text", "One closed.")
    assert (said.code, said.out) == (0, "Recorded as number 1.\n")
    refused = run("freeze", city)
    assert (refused.code, refused.out) == (2, "")
    assert "not answered yet: comment 1" in refused.err
    assert run("comment", city, "--answer", "1", "--text", "It is open again.").code == 0
    assert "answer to 1: It is open again." in run("comment", city).out
    assert run("freeze", city, "--by", "Planning bureau").code == 0
    was = f"{published(next(city.glob('examinations/2*')), KINDERGARTEN):.1f}%"
    erratum = run(
        "erratum", city, "--indicator", KINDERGARTEN, "--area", "city", "--value", "50%",
        "--was", was, "--why", "counted twice", "--by", "Education bureau",
    )  # fmt: skip
    assert erratum.code == 0, erratum.err
    assert erratum.out.startswith("Erratum 1 is published. The report with it: ")
    assert "counted twice" in Path(erratum.out.split(": ")[1].strip()).read_text(encoding="utf-8")
    status = json.loads(run("status", city, "--json").out)
    assert [(each["state"], each["errata"]) for each in status] == [("corrected", 1)]
    assert "定稿" in run("status", city, "--lang", "zh").out


def test_a_changed_file_of_a_frozen_examination_stops_every_command(run: Run, city: Path) -> None:
    assert run("freeze", city).code == 0
    exam = next(city.glob("examinations/2*"))
    (exam / "findings.json").write_text("[ ]")
    for command in (("export", city), ("compare", exam, exam), ("explain", city, KINDERGARTEN)):
        ended = run(*command)
        assert ended.code == 2, ended
    assert "findings.json: this examination is frozen and the file was changed" in ended.err


def test_the_next_year_by_the_same_definitions_is_compared(run: Run, city: Path) -> None:
    first = next(city.glob("examinations/2*"))
    assert run("freeze", first).code == 0
    text = (city / "city.yaml").read_text().replace("as_of: 2024", "as_of: 2025")
    (city / "city.yaml").write_text(text.replace("date: 2024", "date: 2025"))
    examined = run("examine", city, "--like", first.name)
    assert examined.code == 0, examined
    assert f"By the definitions of {first.name}" in examined.out
    page = city / "page.html"
    compared = run("compare", first, city, "--html", page)
    assert compared.code == 0, compared
    assert "(frozen on" in compared.out.replace("\n", " ")
    assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")
    plain = json.loads(run("compare", first, city, "--json").out)
    codes = {each["verdict"] for each in plain["steps"][0]["changes"]}
    assert "city" not in codes  # the same file under a later date


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("compare", "town"), "got one examination"),
        (("compare", "town", "town"), "is given twice"),
        (("compare", "town", "nowhere"), "no examination and no city"),
        (("compare", "town", "town", "--json", "--csv"), "give one of them"),
        (("comment", "town", "--area", "Mars", "--by", "A", "--text", "x"), "there is no 'Mars'"),
        (("comment", "town", "--area", "city", "--text", "x"), "--by: nothing was given"),
        (("comment", "town", "--answer", "9", "--text", "x"), "there is no comment 9"),
        (("erratum", "town", "--indicator", KINDERGARTEN, "--area", "city", "--value", "many",
          "--was", "1", "--why", "x", "--by", "A"), "got 'many'"),
        (("erratum", "town", "--indicator", KINDERGARTEN, "--area", "city", "--value", "1",
          "--was", "1", "--why", "x", "--by", "A"), "is a draft"),
        (("examine", "town", "--like", "nowhere"), "no examination and no city"),
    ],
)  # fmt: skip
def test_bad_arguments_get_one_clear_sentence(run: Run, made: Path, arguments, said) -> None:
    ended = run(*arguments, cwd=made.parents[2])
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert "Traceback" not in ended.err
