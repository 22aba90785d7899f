"""Facility siting on San Francisco, 205 tracts and 16 stores, as spopt and CBC solve it."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from urbanwork.planning.siting import (
    Rules,
    full_cover,
    maximal_cover,
    p_center,
    p_median,
    ways_of_pairs,
)

PEOPLE = 955_113


@pytest.fixture(scope="module")
def san_francisco(shared):
    folder = shared / "reference" / "spopt_sf"
    path = folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    tracts = sorted({row["DestinationName"] for row in rows})
    stores = sorted({row["name"] for row in rows})
    weight = np.zeros(len(tracts))
    for row in rows:
        weight[tracts.index(row["DestinationName"])] = float(row["demand"])
    ways = ways_of_pairs(
        [tracts.index(row["DestinationName"]) for row in rows],
        [stores.index(row["name"]) for row in rows],
        [float(row["distance"]) for row in rows],
        demands=len(tracts), sites=len(stores),
    )  # fmt: skip
    assert weight.sum() == PEOPLE
    return ways, weight, stores


def names(answer, stores):
    return {stores[row].removeprefix("Store_") for row in answer.chosen}


def test_eight_sites_cover_all_within_5_km(san_francisco):
    ways, weight, _ = san_francisco
    answer = full_cover(ways, weight, 5_000, Rules())
    assert (answer.objective, len(answer.chosen)) == (8, 8)
    assert answer.is_proven


def test_four_sites_cover_875_247_people(san_francisco):
    ways, weight, stores = san_francisco
    answer = maximal_cover(ways, weight, 5_000, Rules(most=4))
    assert answer.objective == 875_247
    assert answer.is_proven
    assert names(answer, stores) == {"11", "12", "15", "2"}


def test_the_p_median_is_2_848_268_129_7145_person_metres(san_francisco):
    ways, weight, stores = san_francisco
    answer = p_median(ways, weight, Rules(most=4))
    assert answer.objective == pytest.approx(2_848_268_129.7145, rel=1e-12)
    assert answer.is_proven
    assert names(answer, stores) == {"11", "12", "15", "2"}


def test_the_p_center_is_7_403_0638_metres(san_francisco):
    ways, weight, stores = san_francisco
    answer = p_center(ways, weight, Rules(most=4))
    assert answer.objective == pytest.approx(7_403.0638, abs=5e-5)
    assert answer.is_proven
    assert names(answer, stores) == {"11", "13", "15", "7"}


def test_models_with_a_budget_that_is_only_a_count_say_the_same(san_francisco):
    ways, weight, _ = san_francisco
    budget = Rules(budget=4.0)
    covered = maximal_cover(ways, weight, 5_000, budget)
    median = p_median(ways, weight, budget)
    assert covered.objective == 875_247
    assert median.objective == pytest.approx(2_848_268_129.7145, rel=1e-12)
    assert covered.is_proven
    assert median.is_proven


def test_capacities_that_nobody_fills_change_nothing(san_francisco):
    ways, weight, _ = san_francisco
    roomy = Rules(most=4, capacity=np.full(16, float(PEOPLE)))
    assert maximal_cover(ways, weight, 5_000, roomy).objective == pytest.approx(875_247)
    assert p_center(ways, weight, roomy).objective == pytest.approx(7_403.0638, abs=5e-5)
