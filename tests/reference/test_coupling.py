"""Published coupling coordination degrees: CRAN `coupling`, R `mathmodels`, Wang et al. 2021."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq

from urbanwork.measures.assessment import assess
from urbanwork.measures.coupling import (
    Item,
    Subsystem,
    System,
    coupling,
    degree,
    development,
    obstacles,
)

PUBLISHED = {
    "classic": [
        (0.8051958, 0.6237105), (0.8914577, 0.549729), (0.8999423, 0.7134825),
        (0.9346128, 0.7632959), (0.9440912, 0.7944703), (0.9519923, 0.7858001),
    ],
    "wang": [
        (0.4722274, 0.477648), (0.6211236, 0.4588675), (0.5375842, 0.5514412),
        (0.5861986, 0.6045044), (0.6640321, 0.666293), (0.6319211, 0.6402164),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def guangzhou(shared: Path) -> Any:
    """Four scores of the 118 sub-districts of Guangzhou, before scaling."""
    path = shared / "reference" / "coupling" / "guangzhou_gzma.gpkg"
    with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as base:
        (table,) = base.execute("select table_name from gpkg_contents").fetchone()
        rows = base.execute(
            f"select PS_Score, EL_Score, OH_Score, IL_Score from {table} order by fid"
        ).fetchall()
    return np.array(rows, dtype=np.float64)


@pytest.mark.parametrize("form", ["classic", "wang"])
def test_six_published_rows_of_guangzhou(guangzhou: Any, form: str) -> None:
    """Scaled between the least and largest of all 118, equal weights: the whole assessment."""
    system = System(
        form, ("", ""), tuple(
            Subsystem(name, ("", ""), (Item(name, ("", ""), (name,)),)) for name in "abcd"
        ),
        form=form, weights="equal",  # type: ignore[arg-type]
    )  # fmt: skip
    names = [str(number) for number in range(len(guangzhou))]
    found = assess(system, guangzhou, names, guangzhou.mean(axis=0)).scores
    assert found is not None
    assert np.column_stack([found.coupling[:6], found.degree[:6]]) == pytest.approx(
        np.array(PUBLISHED[form]), abs=1e-6
    )


def rows_of(path: Path) -> tuple[list[str], Any]:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return [row[0] for row in rows[1:]], np.array([row[1:] for row in rows[1:]], dtype=np.float64)


@pytest.mark.parametrize(
    ("form", "weights", "expected"),
    [
        ("classic", [1 / 3, 1 / 3, 1 / 3], "expected_standard_equal.csv"),
        ("wang", [0.4, 0.3, 0.3], "expected_adjusted_w433.csv"),
    ],
)
def test_six_units_of_three_subsystems_to_a_billionth(
    shared: Path, form: str, weights: list[float], expected: str
) -> None:
    folder = shared / "reference" / "coupling_coordination"
    names, scores = rows_of(folder / "input.csv")
    printed_names, printed = rows_of(folder / expected)
    coupled = coupling(scores, form)  # type: ignore[arg-type]
    developed = development(scores, np.array(weights))
    found = np.column_stack([coupled, developed, degree(coupled, developed)])
    assert names == printed_names
    assert found == pytest.approx(printed, abs=1e-9)


def test_obstacles_of_six_units_to_a_billionth(shared: Path) -> None:
    folder = shared / "reference" / "coupling_coordination"
    _, scores = rows_of(folder / "input.csv")
    _, printed = rows_of(folder / "expected_obstacle_w433_scaled.csv")
    assert obstacles(scores, np.array([0.4, 0.3, 0.3])) == pytest.approx(printed, abs=1e-9)


def pairs(shared: Path) -> Iterator[tuple[str, float, float]]:
    path = shared / "reference" / "coupling" / "wang2021_table8_jingjinji_2008_2014.csv"
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield row["city"] + row["year"], float(row["C_traditional"]), float(row["C_wang"])


NEAR_ONE = 0.99
"""Above this four printed digits of C leave the ratio of the scores too uncertain."""


def solved(classic: float, wang: float) -> tuple[float, float]:
    """The larger and smaller of two scores that have these couplings (by algebra)."""
    # C = 2 sqrt(r) / (1 + r) with r = U1 / U2; Wang C^2 = (1 - (U2 - U1)) r
    ratio = brentq(lambda r: 2 * np.sqrt(r) / (1 + r) - classic, 1e-9, 1.0, xtol=1e-14)
    apart = 1 - wang**2 / ratio
    return apart / (1 - ratio), ratio * apart / (1 - ratio)


def test_table_8_of_wang_is_one_pair_of_scores_each_time(shared: Path) -> None:
    """Every pair of printed couplings belongs to two scores between 0 and 1, and gives it back."""
    checked = 0
    for name, classic, wang in pairs(shared):
        if classic >= NEAR_ONE:
            continue
        best, worst = solved(classic, wang)
        assert 0 < worst < best <= 1, name
        scores = np.array([[best, worst]])
        assert coupling(scores, "classic")[0] == pytest.approx(classic, abs=1e-3), name
        assert coupling(scores, "wang")[0] == pytest.approx(wang, abs=1e-3), name
        checked += 1
    assert checked == 80


@pytest.mark.parametrize(
    ("city", "scores"),
    [("石家庄2008", (0.309, 0.114)), ("秦皇岛2008", (0.495, 0.077))],
)
def test_scores_behind_table_8_are_those_found_before(
    shared: Path, city: str, scores: tuple[float, float]
) -> None:
    found = {name: solved(classic, wang) for name, classic, wang in pairs(shared) if name == city}
    assert found[city] == pytest.approx(scores, abs=2e-3)


def test_beijing_2008_near_one_agrees_to_the_digits_that_it_has(shared: Path) -> None:
    scores = np.array([[0.320, 0.291]])
    assert coupling(scores, "classic")[0] == pytest.approx(0.9989, abs=5e-4)
    assert coupling(scores, "wang")[0] == pytest.approx(0.9404, abs=2e-3)
