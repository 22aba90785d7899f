"""`urbanwork arrangement` as people and scripts use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pbftown import PbfTown, square
from small_arrangement import TEXT, written


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross of two streets with houses and a school, and an arrangement of its own."""
    town = PbfTown()
    town.street((-400, 0), (0, 0), (400, 0))
    town.street((0, -400), (0, 0), (0, 400))
    for x in range(-390, 400, 60):
        town.house((x, 25))
    town.place((200, -12), amenity="school", name="Hill", **{"isced:level": "1"})
    folder = town.city(
        tmp_path_factory.mktemp("arrangement") / "town", "arrangement: ./town.yaml",
        boundary=square(0, 0, 850), jurisdiction="CN",
    )  # fmt: skip
    written(folder)
    return folder


def _flat(tree: str) -> str:
    """A tree without its branches and line breaks."""
    return " ".join(tree.replace("│", " ").replace("├──", " ").replace("└──", " ").split())


def test_the_tree_shows_what_is_measured_with_values_and_what_is_not_with_reasons(
    city: Path, run
) -> None:
    before = run("arrangement", "check", city)
    assert before.code == 0, before.err
    assert "not examined yet" in before.out
    assert run("examine", city, "--quiet").code == 0
    after = run("arrangement", "check", city)
    assert "Primary school within a 500 m walk: " in after.out
    assert "Kindergarten within a 300 m walk: Not one is mapped" in _flat(after.out)
    assert "Park area per person: unknown" in _flat(after.out)
    data = json.loads(run("arrangement", "check", city, "--json").out)
    assert data["examination"] is not None
    assert data["indicators"]["life.primary_school_500m"]["value"] > 0
    assert data["indicators"]["life.kindergarten_300m"]["reason"] == "none_mapped"
    written_points = next((city / "examinations").glob("*/points.json"))
    assert data["points"] == json.loads(written_points.read_text(encoding="utf-8"))
    (point,) = data["points"]
    assert point["counts"]["no_data"] >= 1
    (city / "examinations" / data["examination"] / "indicators.parquet").unlink()
    damaged = run("arrangement", "check", city)
    assert damaged.code == 2
    assert "indicators.parquet" in damaged.err


def test_the_tree_is_told_in_chinese(tmp_path: Path, run) -> None:
    ended = run("arrangement", "check", written(tmp_path), "--lang", "zh")
    assert ended.code == 0
    assert "本镇工作部署" in ended.out
    assert "缺口：" in ended.out
    assert "3项要求，2项已绑定指标，1项存在缺口" in ended.out


def test_all_faults_end_with_2_and_name_file_and_line(tmp_path: Path, run) -> None:
    text = TEXT.replace("life.primary_school_500m", "life.primary_school_600m")
    text = text.replace("green.park_area_per_person", "green.x").replace("[green.", "[grean.")
    path = written(tmp_path, text.replace("cn.gb55014_2021.park_area", "cn.gb55014_2021.parc_area"))
    ended = run("arrangement", "check", path)
    assert ended.code == 2
    told = ended.err.splitlines()
    assert len(told) == 3
    assert all(f"{path}:" in each for each in told)
    assert "did you mean 'life.primary_school_500m'?" in told[0]


def test_the_central_document_cascades_into_the_founding_one(run) -> None:
    ended = run("arrangement", "cascade", "central-2015", "dalian-2016", "--json")
    data = json.loads(ended.out)
    assert ended.code == 0
    assert data["unanswered"] == []
    assert "five_elements" in data["answered"]["space_scale_industry"]


def test_an_ask_without_an_answer_is_named_and_an_answer_to_nothing_ends_with_2(
    tmp_path: Path, run
) -> None:
    higher = TEXT.replace("town-2026", "land-2015").replace("level: city", "level: state")
    upper = written(tmp_path, higher.replace("[land-2015:people_first]", "[]"), "land.yaml")
    lower = written(tmp_path, TEXT.replace("land-2015:people_first", "land-2015:schools_near"))
    ended = run("arrangement", "cascade", upper, lower)
    assert ended.code == 0
    assert "2 of the 3 asks of land-2015 have no answer in town-2026." in ended.out
    nowhere = written(tmp_path, TEXT, "other.yaml")
    ended = run("arrangement", "cascade", upper, nowhere)
    assert ended.code == 2
    assert "'land-2015' has no ask 'people_first'" in ended.err


def test_a_text_becomes_a_draft_that_passes_the_check(tmp_path: Path, run) -> None:
    text = tmp_path / "意见.txt"
    text.write_bytes(
        "工作意见\n2024年3月5日\n新建小学和幼儿园。守住生态保护红线。\n".encode("gb18030")
    )
    out = tmp_path / "plan.yaml"
    made = run("arrangement", "new", text, "--out", out, "--json")
    assert json.loads(made.out) == {
        "arrangement": "plan", "asks": 2, "points": 1, "file": str(out)
    }  # fmt: skip
    ended = run("arrangement", "check", out)
    assert ended.code == 0, ended.err
    assert ended.out.count("not yet bound") == 2
    again = run("arrangement", "new", text, "--out", out)
    assert again.code == 2
    assert "is there already" in again.err


def test_a_text_without_a_date_asks_for_one(tmp_path: Path, run) -> None:
    text = tmp_path / "plan.txt"
    text.write_text("Build schools and parks.\n", encoding="utf-8")
    assert "give it with --date" in run("arrangement", "new", text).err
    assert "is no date" in run("arrangement", "new", text, "--date", "soon").err
    ended = run("arrangement", "new", text, "--date", "2026-03-01")
    assert ended.code == 0
    assert "date: 2026-03-01" in ended.out
