"""An examination that lost a file, or a part of one, is noticed before a number is read of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pbftown import PbfTown
from urbanwork.api import examine, last_examination
from urbanwork.errors import UserError
from urbanwork.examination.compare import compare

NAMES = ("manifest.json", "findings.json", "cells.parquet", "areas.parquet", "indicators.parquet",
         "problems.parquet", "details.json", "points.json", "report.html")  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A street with houses, examined."""
    town = PbfTown()
    town.street((0, 0), (400, 0))
    for x in range(0, 400, 40):
        town.house((x, 20))
    city = town.city(tmp_path_factory.mktemp("damaged") / "town")
    examine(city)
    return city


@pytest.fixture
def city(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "town"))


def only(city: Path) -> Path:
    return next(iter((city / "examinations").iterdir()))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("how", ["lost", "cut"])
def test_a_file_lost_or_cut_is_one_clear_sentence(name: str, how: str, city: Path) -> None:
    file = only(city) / name
    data = file.read_bytes()
    file.unlink()
    if how == "cut":
        file.write_bytes(data[: len(data) // 2])
    with pytest.raises(UserError, match=rf"{name}: the file .*; move .* and examine .* again"):
        examine(city)
    if (how, name) != ("lost", "manifest.json"):  # without one there is no examination to open
        with pytest.raises(UserError, match=name):
            last_examination(city)


@pytest.mark.parametrize("name", ["details.json", "points.json"])
def test_a_comparison_names_the_file_that_is_damaged(name: str, city: Path, whole: Path) -> None:
    (only(city) / name).write_text('{"cut": ')
    with pytest.raises(UserError, match=rf"{only(city).name}/{name}: the file is damaged"):
        compare([whole, only(city)])


def test_moved_away_it_is_made_anew(city: Path, tmp_path: Path) -> None:
    folder = only(city)
    (folder / "cells.parquet").unlink()
    folder.rename(tmp_path / "away")
    assert examine(city).folder.name == folder.name


def test_results_of_another_version_are_not_read(city: Path) -> None:
    file = only(city) / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"schema_version": 0}))
    with pytest.raises(UserError, match="schema version 0, this urbanwork reads"):
        last_examination(city)
