"""What reaches a terminal: readable text whatever the data and the shell hand over."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import shapely

from pbftown import PbfTown

from .conftest import URBANWORK, Run

EVIL = "Red\x1b[31m\x07\x9b2J\u202egpj"
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028]")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A street with houses, in areas and with a shop of evil names."""
    town = PbfTown()
    town.street((0, 0), (400, 0), name=EVIL)
    for x in range(0, 400, 40):
        town.house((x, 20))
    town.place((100, 10), shop="supermarket", name=EVIL)
    halves = {EVIL: shapely.box(-50, -50, 200, 50), "East": shapely.box(200, -50, 450, 50)}
    return town.city(tmp_path_factory.mktemp("terminal") / "town", areas=halves)


@pytest.fixture(scope="module")
def examined(city: Path, run: Run) -> Path:
    assert run("examine", city, "--quiet").code == 0
    return city


def shell(script: str, city: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = ["bash", "-c", script, "bash", str(URBANWORK), str(city)]
    return subprocess.run(
        command, capture_output=True, check=False, env={"PATH": "/usr/bin:/bin", **environment}
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("examine", "."), ("examine", ".", "--json"), ("examine", ".", "--lang", "zh"),
        ("explain", ".", "life.supermarket_500m"),
        ("explain", ".", "life.supermarket_500m", "--json"),
        ("explain", ".", "life.supermarket_500m", "--area", EVIL),
        ("explain", ".", "life.supermarket_500m", "--area", "none such"),
    ],
    ids=["table", "json", "chinese", "explained", "explained in json", "area", "no such area"],
)  # fmt: skip
def test_no_name_from_data_steers_the_terminal(
    arguments: tuple[str, ...], examined: Path, run: Run
) -> None:
    ended = run(*arguments, cwd=examined)
    assert ended.code == (2 if "none such" in arguments else 0), ended
    assert ended.out + ended.err
    assert not STEERING.findall(ended.out + ended.err)


def test_json_says_what_the_name_really_is(examined: Path, run: Run) -> None:
    ended = run("explain", examined, "life.supermarket_500m", "--area", EVIL, "--json")
    assert json.loads(ended.out)["where"]["name"] == EVIL


def test_an_output_that_lacks_chinese_shows_the_numbers_of_characters(examined: Path) -> None:
    ended = shell('"$1" examine "$2" --lang zh', examined, PYTHONIOENCODING="ascii")
    assert ended.returncode == 0, ended.stderr
    assert rb"\u62a5\u544a" in ended.stdout  # the report


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_output_is_no_fault(closed: str, examined: Path) -> None:
    assert shell(f'"$1" examine "$2" {closed}', examined).returncode == 0


def test_a_name_of_a_folder_that_is_no_text_gets_one_clear_sentence(tmp_path: Path) -> None:
    ended = shell('"$1" examine "$2/"$\'a\\xff\'', tmp_path)
    assert ended.returncode == 2, ended.stderr
    assert b"is not text in UTF-8" in ended.stderr


def test_a_name_too_long_for_a_folder_gets_one_clear_sentence(run: Run) -> None:
    ended = run("examine", "x" * 5_000)
    assert ended.code == 2, ended
    assert "File name too long" in ended.err
