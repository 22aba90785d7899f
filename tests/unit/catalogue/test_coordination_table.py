"""Tables of one's own: what columns mean, and what is wrong with them, with file and line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from urbanwork.catalogue.coordination import load_systems
from urbanwork.catalogue.coordination_table import (
    ScoreTable,
    read_scores,
    with_goalposts,
    with_weights,
)
from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.measures.assessment import assess
from urbanwork.measures.cautions import cautions

TABLE = """unit,space.density,space.sprawl-,people.school
north,1,9,6
south,"2,000",5,
全市,1000,7,8
"""


def table(folder: Path, text: str = TABLE, encoding: str = "utf-8") -> Path:
    path = folder / "scores.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_columns_are_items_of_subsystems_and_a_minus_says_that_lower_is_better(
    tmp_path: Path,
) -> None:
    system = read_scores(table(tmp_path)).system
    assert [each.id for each in system.subsystems] == ["space", "people"]
    assert [(item.id, item.better) for item in system.items] == [
        ("space.density", "higher"), ("space.sprawl", "lower"), ("people.school", "higher"),
    ]  # fmt: skip


def test_the_row_of_the_whole_city_is_no_unit_and_nothing_is_missing_not_0(tmp_path: Path) -> None:
    found = read_scores(table(tmp_path))
    assert found.units == ("north", "south")
    assert found.city.tolist() == [1000, 7, 8]
    assert found.values[1].tolist()[:2] == [2000, 5]
    assert np.isnan(found.values[1, 2])


def test_a_table_in_gb18030_reads_alike(tmp_path: Path) -> None:
    found: ScoreTable = read_scores(table(tmp_path, encoding="gb18030"))
    assert found.city.tolist() == [1000, 7, 8]


def test_an_empty_column_is_left_out_and_named(tmp_path: Path) -> None:
    found = read_scores(table(tmp_path, "unit,a,b,remark\nx,1,2,\ny,2,1,\nz,3,3,\n"))
    scored = assess(found.system, found.values, found.units, found.city)
    assert scored.scores is not None
    codes = [each.code for each in cautions(scored)]
    assert {"items_without_data", "subsystems_without_data"} <= set(codes)


def test_a_system_of_ours_takes_columns_by_its_items(tmp_path: Path) -> None:
    path = table(tmp_path, "区,population_density,urbanisation\n东,1,2\n西,3,4\n")
    system = load_systems()["space_scale_industry"]
    found = read_scores(path, system)
    at = [item.id for item in system.items].index("urbanisation")
    assert found.values[:, at].tolist() == [2, 4]
    assert np.isnan(found.values[:, at + 1]).all()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("unit,a,b\nx,1,many\n", "scores.csv:2: b is 'many'; wanted a number"),
        ("unit,a,b\nx,1,2\nx,3,4\n", "scores.csv:3: 'x' is given twice (first in"),
        ("unit,a,b\n,1,2\n", "scores.csv:2: the first column is empty"),
        ("unit,a.p,a.p-,b\nx,1,2,3\n", "scores.csv:1: the column 'a.p' is given twice"),
        ("unit,a.p,a.q\nx,1,2\n", "one subsystem, 'a', and one is coupled with nothing"),
        ("unit\nx\n", "one column only"),
        ("unit,a,b\n", "no row below the column names"),
    ],
)
def test_a_table_that_cannot_be_scored_is_told_where_and_why(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(UserError) as raised:
        read_scores(table(tmp_path, text))
    assert told in str(raised.value)


def test_all_faults_of_a_table_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ManyFaultsError) as raised:
        read_scores(table(tmp_path, "unit,a,b\nx,one,two\nx,1,2\n"))
    assert len(raised.value.faults) == 3


def test_a_column_that_the_system_does_not_have_is_told_with_the_nearest(tmp_path: Path) -> None:
    path = table(tmp_path, "unit,population_densty\nx,1\n")
    with pytest.raises(ManyFaultsError, match="did you mean 'population_density'"):
        read_scores(path, load_systems()["five_elements"])


def test_goalposts_hold_for_one_item_or_for_all(tmp_path: Path) -> None:
    system = read_scores(table(tmp_path)).system
    one = with_goalposts(system, ["people.school=0:12"]).items
    assert [item.goalposts is not None for item in one] == [False, False, True]
    every = with_goalposts(system, ["0:1", "people.school=0:12"]).items
    assert [item.goalposts.high for item in every if item.goalposts] == [1, 1, 12]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("people.school=12", "wanted item=low:high"),
        ("people.school=12:0", "must lie below"),
        ("school=0:12", "no item 'school'; did you mean 'people.school'"),
    ],
)
def test_goalposts_that_cannot_be_read_are_told(tmp_path: Path, asked: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        with_goalposts(read_scores(table(tmp_path)).system, [asked])


def test_weights_are_given_to_subsystems_and_items(tmp_path: Path) -> None:
    system = with_weights(
        read_scores(table(tmp_path)).system, ["space=0.4", "people=0.6", "space.density=3"]
    )
    assert [each.weight for each in system.subsystems] == [0.4, 0.6]
    assert [item.weight for item in system.items] == [3, None, None]


@pytest.mark.parametrize("asked", ["space", "space=-1", "space=much", "nothing=1"])
def test_weights_that_cannot_be_read_are_told(tmp_path: Path, asked: str) -> None:
    with pytest.raises(UserError, match="--weight: "):
        with_weights(read_scores(table(tmp_path)).system, [asked])
