"""2SFCA and E2SFCA of doctors and dentists in Chicago, as PySAL access computes them."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from urbanwork.kernels.catchment import floating_catchment, step_weights

CATCHMENT_M = 15_000.0
STEPS = [5_000.0, 10_000.0, 15_000.0], [1.0, 0.68, 0.22]


def table(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def chicago(shared):
    folder = shared / "reference" / "access_chicago"
    people, doctors = table(folder / "pop_xy_epsg3528.csv"), table(folder / "doc_xy_epsg3528.csv")
    wanted = {row["geoid"]: row for row in table(folder / "expected_access.csv")}

    def column(rows, name):
        return np.array([float(row[name]) for row in rows])

    home = np.column_stack([column(people, "x"), column(people, "y")])
    at = np.column_stack([column(doctors, "x"), column(doctors, "y")])
    distance = np.hypot(*(home[:, None] - at[None]).transpose(2, 0, 1))
    row, place = np.nonzero(distance <= CATCHMENT_M)
    expected = {
        name: np.array([float(wanted[each["geoid"]][name]) for each in people])
        for name in ("2sfca_doc", "e2sfca_doc", "2sfca_dentist", "e2sfca_dentist")
    }
    supply = {"doc": column(doctors, "doc"), "dentist": column(doctors, "dentist")}
    return row, place, distance[row, place], column(people, "pop"), supply, expected


@pytest.mark.parametrize(("who", "total"), [("doc", 7_254), ("dentist", 4_970)])
@pytest.mark.parametrize("method", ["2sfca", "e2sfca"])
def test_every_tract_has_the_access_that_pysal_finds(chicago, method, who, total):
    row, place, distance, people, supply, expected = chicago
    weight = np.ones(len(row)) if method == "2sfca" else step_weights(distance, *STEPS)
    got = floating_catchment(row, place, weight, people, supply[who])
    np.testing.assert_allclose(got.share, expected[f"{method}_{who}"], rtol=1e-9)
    assert (people * got.share).sum() == pytest.approx(total, rel=1e-12)
