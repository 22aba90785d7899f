"""Extracts as odd as they come run, or get one clear sentence; they are never a fault of ours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pbftown import PbfTown

from .conftest import Run


def houses_only() -> PbfTown:
    town = PbfTown()
    for x in range(0, 400, 50):
        for y in range(0, 400, 50):
            town.house((x, y))
    return town


def motorway_only() -> PbfTown:
    town = PbfTown()
    town.way([(0, 0), (400, 0)], highway="motorway")
    return town


@pytest.mark.parametrize("make", [houses_only, motorway_only], ids=lambda make: make.__name__)
def test_a_town_without_a_street_to_walk_on_runs_and_says_no_data(
    make: type[PbfTown], tmp_path: Path, run: Run
) -> None:
    ended = run("examine", make().city(tmp_path / "town"), "--json")
    assert ended.code == 0, ended
    found = json.loads(ended.out)
    value = {row["indicator"]: row["value"] for row in found["indicators"]}
    assert value["life.kindergarten_300m"] is None
    assert value["form.intersection_density"] is None
    assert found["problems"] == []
