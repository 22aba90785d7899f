"""Darker is farther from what is asked for, and the threshold is a break."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fixtures_report import NUMBERS, REACH, _number, _reach, _standard
from urbanwork.reporting.html.scales import Scale, distance_scale, value_scale


def darkness(colour: str) -> int:
    return -sum(int(colour[n : n + 2], 16) for n in (1, 3, 5))


def is_darkening(scale: Scale) -> bool:
    steps = [darkness(colour) for colour in scale.colours]
    return steps == sorted(steps)


def test_farther_is_darker() -> None:
    assert is_darkening(distance_scale(500.0))


def test_more_is_lighter_where_more_is_better() -> None:
    scale = value_scale(_reach(REACH[0]), None, np.array([10.0, 90.0]))
    assert is_darkening(replace(scale, colours=scale.colours[::-1]))


@pytest.mark.parametrize("row", [row for row in NUMBERS if row[-1]], ids=lambda row: row[1])
def test_the_threshold_parts_two_classes(row: tuple[str, ...]) -> None:
    indicator = _number(row)
    standard = _standard(indicator)
    assert standard is not None
    values = np.linspace(0, 2 * standard.value, 200)
    scale = value_scale(indicator, standard, values)
    at = scale.breaks.index(standard.value)
    met = np.array([standard.value])
    assert scale.class_of(met)[0] == (at if indicator.better != "higher" else at + 1)


def test_a_value_at_the_limit_counts_as_reached() -> None:
    scale = distance_scale(500.0)
    below, at, above = scale.class_of(np.array([499.9, 500.0, 500.1]))
    assert below == at < above


def test_a_column_of_one_value_makes_one_class() -> None:
    indicator = replace(_number(NUMBERS[12]), standard=None)
    scale = value_scale(indicator, None, np.full(9, 7.0))
    assert scale.breaks == ()
    assert len(scale.colours) == 1
