"""Bounds and weights of coordination are kept from one examination to the next."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from urbanwork.catalogue.coordination import load_systems
from urbanwork.catalogue.loading import load_catalogue
from urbanwork.city.settings import CitySettings
from urbanwork.examination import definitions
from urbanwork.examination.draft import DETAILS
from urbanwork.examination.like import read_like
from urbanwork.measures.assessment import assess
from urbanwork.measures.coordination_detail import described

SYSTEM = load_systems()["five_elements"]
SETTINGS = CitySettings.model_construct(name="Town", standards=("international",))
UNITS = ("a", "b", "c", "d")


def sample(seed: int, size: float) -> np.ndarray:
    return size * np.random.default_rng(seed).uniform(1, 2, (len(UNITS), len(SYSTEM.items)))


@pytest.fixture
def exam(tmp_path: Path) -> Path:
    """An examination that scored four districts."""
    found = assess(SYSTEM, sample(1, 1.0), UNITS, sample(1, 1.0).mean(0))
    (tmp_path / DETAILS).write_text(json.dumps({"coordination.five": described(found)}))
    frozen = definitions.freeze(load_catalogue(), {}, SETTINGS)
    (tmp_path / definitions.FILE).write_bytes(frozen)
    return tmp_path


def test_the_next_examination_scores_by_the_bounds_of_the_last(exam: Path) -> None:
    before = assess(SYSTEM, sample(1, 1.0), UNITS, sample(1, 1.0).mean(0))
    kept = read_like(exam).systems["five_elements"]
    again = assess(kept, sample(1, 1.0), UNITS, sample(1, 1.0).mean(0))
    assert again.scores.degree == pytest.approx(before.scores.degree)
    grown = assess(kept, sample(1, 1.1), UNITS, sample(1, 1.1).mean(0))
    anew = assess(SYSTEM, sample(1, 1.1), UNITS, sample(1, 1.1).mean(0))
    # All grew alike: bounds of the new sample do not see it, but for items with fixed goalposts.
    assert anew.scores.degree == pytest.approx(before.scores.degree, abs=0.005)
    assert np.nanmax(np.abs(grown.scores.degree - before.scores.degree)) > 0.01


def test_other_bounds_are_other_definitions(exam: Path) -> None:
    key = read_like(exam).key
    told = json.loads((exam / DETAILS).read_text())
    told["coordination.five"]["frozen"]["epsilon"] = 0.25
    (exam / DETAILS).write_text(json.dumps(told))
    assert read_like(exam).key != key
