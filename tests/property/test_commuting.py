"""Commuting under change: what the minimum may never do, and that a solver agrees with another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import odtables
from urbanwork.measures import transport
from urbanwork.measures.commuting import excess_commute, minimum_commute
from urbanwork.measures.transport import Plan, cheapest_plan

FLOWS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 500)), min_size=1, max_size=16,
    unique_by=lambda flow: flow[:2],
)  # fmt: skip
SQUARES = odtables.boxes(4)


def least(flows: list[tuple[int, int, int]]) -> float:
    return float(minimum_commute(odtables.tables(flows, shapes=SQUARES)).value[-1])


@given(FLOWS)
@settings(max_examples=25, deadline=None)
def test_the_minimum_never_exceeds_the_actual_commute(flows: list[tuple[int, int, int]]) -> None:
    excess = excess_commute(odtables.tables(flows, shapes=SQUARES))
    actual, found = (np.sum(excess.detail[f"person_km_{each}"]) for each in ("actual", "least"))
    assert found <= actual * (1 + 1e-9)
    assert 0 <= excess.value[-1] < 100


@given(FLOWS)
@settings(max_examples=25, deadline=None)
def test_the_way_home_is_as_long_as_the_way_to_work(flows: list[tuple[int, int, int]]) -> None:
    back = [(work, home, workers) for home, work, workers in flows]
    assert least(back) == pytest.approx(least(flows), rel=1e-7)


@given(FLOWS, st.integers(2, 1000))
@settings(max_examples=25, deadline=None)
def test_more_of_the_same_workers_change_no_mean(
    flows: list[tuple[int, int, int]], times: int
) -> None:
    many = [(home, work, workers * times) for home, work, workers in flows]
    assert least(many) == pytest.approx(least(flows), rel=1e-7)


def made(seed: int, homes: int, jobs: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    supply = random.integers(0, 300, homes).astype(float)
    demand = random.multinomial(int(supply.sum()), np.ones(jobs) / jobs).astype(float)
    places = random.random((homes + jobs, 2)) * 100
    cost = np.hypot(*(places[:homes, None] - places[None, homes:]).transpose(2, 0, 1))
    return supply, demand, cost


def feasible(plan: Plan, supply: np.ndarray, demand: np.ndarray) -> bool:
    given = np.bincount(plan.origin, plan.amount, len(supply))
    taken = np.bincount(plan.destination, plan.amount, len(demand))
    return bool(np.allclose(given, supply) and np.allclose(taken, demand))


def oracle(supply: np.ndarray, demand: np.ndarray, cost: np.ndarray) -> float:
    homes, jobs = cost.shape
    rows = np.kron(np.eye(homes), np.ones((1, jobs)))
    columns = np.kron(np.ones((1, homes)), np.eye(jobs))
    solved = linprog(
        cost.ravel(), A_eq=np.vstack([rows, columns]), b_eq=np.concatenate([supply, demand])
    )
    return float(solved.fun)


@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(1, 12))
@settings(max_examples=25, deadline=None)
def test_the_plan_is_as_cheap_as_that_of_scipy(seed: int, homes: int, jobs: int) -> None:
    supply, demand, cost = made(seed, homes, jobs)
    plan = cheapest_plan(supply, demand, cost)
    assert feasible(plan, supply, demand)
    assert plan.cost == pytest.approx(oracle(supply, demand, cost), rel=1e-7, abs=1e-6)


def test_pairs_that_are_added_by_price_give_the_optimum_of_all_pairs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    supply, demand, cost = made(3, 60, 50)
    whole = cheapest_plan(supply, demand, cost)
    monkeypatch.setattr(transport, "WHOLE_BELOW", 0)
    monkeypatch.setattr(transport, "NEAREST", 2)
    grown = cheapest_plan(supply, demand, cost)
    assert feasible(grown, supply, demand)
    assert grown.cost == pytest.approx(whole.cost, rel=1e-7)
