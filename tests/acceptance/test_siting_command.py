"""`urbanwork site` as users run it: on the sample city, both languages, as JSON, and wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from urbanwork.planning.reading import read_scenario

from .conftest import Run

ASK = ("--what", "playground", "--how-many", "2", "--radius", "300", "--existing", "ignored")


@pytest.fixture(scope="module")
def city(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("siting") / "helsinki"
    assert run("init", folder, "--sample").code == 0
    return folder


def test_sites_are_told_in_both_languages_with_gap_and_baseline(run: Run, city: Path) -> None:
    ended = run("site", city, *ASK, "--lang", "en")
    assert ended.code == 0, ended.err
    assert "2 sites for playground" in ended.out
    for words in ("Proven", "gap 0.00%", "By chance", "Worst area", "Bottom lines broken: 0"):
        assert words in ended.out
    quiet = run("site", city, *ASK, "--lang", "zh", "-q")
    assert "已证明" in quiet.out  # -q leaves out how far it is, never the answer
    assert not quiet.err


def test_the_scenario_goes_into_a_what_if_and_serves_whom_it_says(
    run: Run, city: Path, tmp_path: Path
) -> None:
    out = tmp_path / "two.geojson"
    told = json.loads(run("site", city, *ASK, "--out", out, "--json").out)
    assert len(read_scenario(out).changes) == len(told["sites"]) == 2
    assert told["objective"] == told["bound"] == pytest.approx(told["covered_after"])
    assert told["proof"]["violations"] == 0
    assert run("whatif", city, out, "-q").code in (0, 3)


def test_sites_are_as_visible_as_the_lines_that_candidates_are_held_against(
    run: Run, tmp_path: Path
) -> None:
    assert run("init", tmp_path / "town", "--sample").code == 0
    corners = [[24.94, 60.16], [24.941, 60.16], [24.941, 60.161], [24.94, 60.16]]
    zone = {"type": "Feature", "properties": {"kind": "ecological_red_line", "name": "Grove"},
            "geometry": {"type": "Polygon", "coordinates": [corners]}}  # fmt: skip
    (tmp_path / "town" / "zones.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [zone]})
    )
    settings = tmp_path / "town" / "city.yaml"
    said = "zones: [{path: zones.geojson, visibility: restricted}]\n"
    settings.write_text(settings.read_text("utf-8") + said, encoding="utf-8")
    ended = run("site", tmp_path / "town", *ASK, "--lang", "en")
    assert "This output is restricted: it rests on such layers." in ended.out
    told = json.loads(run("site", tmp_path / "town", *ASK, "--json").out)
    assert told["visibility"] == "restricted"
    assert told["proof"]["violations"] == 0
    refused = run("site", tmp_path / "town", *ASK, "--public")
    assert refused.code == 2
    assert "rest on layers that are restricted" in refused.err


def test_the_same_question_gives_the_same_bytes(run: Run, city: Path) -> None:
    assert run("site", city, *ASK, "--json").out == run("site", city, *ASK, "--json").out


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (("--what", "castle", "--how-many", "1"), "no category of places"),
        (("--what", "playground"), "--how-many is needed"),
        (("--what", "playground", "--how-many", "0"), "must be 1 or more"),
        (("--what", "playground", "--how-many", "1", "--radius", "-5"), "--radius must be above 0"),
        ((*ASK, "--candidates", "none.geojson"), "there is no such file"),
        ((*ASK, "--budget", "5"), "have no cost"),
        ((*ASK, "--out", "plan.txt"), "written as .geojson or .yaml"),
        ((*ASK, "--out", "no/folder/plan.yaml"), "there is no folder"),
        ((*ASK, "--floor-worst-area", "120"), "a share from 0 to 100"),
        ((*ASK, "--seats-per-1000", "0"), "must be above 0"),
    ],
)
def test_what_is_wrong_is_one_clear_sentence(
    run: Run, city: Path, wrong: tuple[str, ...], words: str
) -> None:
    ended = run("site", city, *wrong)
    assert ended.code == 2
    assert words in ended.err
    assert "Traceback" not in ended.err
