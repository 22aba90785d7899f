"""Every indicator of statistics gives the number that its entry says, for areas and city."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from rastertown import raster_town
from urbanwork.catalogue.loading import load_catalogue
from urbanwork.catalogue.models import Indicator
from urbanwork.measures.names import resolve_of_areas
from urbanwork.measures.tables import Tables
from urbanwork.sources.statistics.variables import load_variables

INDICATORS = [
    pytest.param(each, id=each.id)
    for each in load_catalogue().indicators.values()
    if each.measure.startswith("statistic")
]
VARIABLES = tuple(load_variables().variables)
FIRST, LAST = 2010, 2020
CITY = 2


def figure(variable: str, area: int, year: int) -> float:
    """A different number for every variable, area and year."""
    return 10.0 + VARIABLES.index(variable) * 7 % 83 + 3 * area + (year - FIRST) / 10


@cache
def tables() -> Tables:
    rows = [
        (None if area == CITY else area, year, variable, figure(variable, area, year))
        for variable in VARIABLES for year in (FIRST, LAST) for area in (0, 1, CITY)
    ]  # fmt: skip
    return raster_town("AB", statistics=rows, as_of="2021-01-01")


def total(names: Any, area: int) -> float:
    return sum(figure(each, area, LAST) for each in (names if isinstance(names, list) else [names]))


def expected(measure: str, given: Mapping[str, Any], area: int) -> float:
    scale = float(given.get("scale", 1))
    if measure == "statistic":
        return total(given["variable"], area) * scale
    if measure == "statistic_shortfall":
        if area == CITY:  # what its areas lack: a surplus elsewhere does not help
            return sum(expected(measure, given, each) for each in (0, 1))
        return max(0.0, total(given["demand"], area) - total(given["supply"], area))
    share = total(given["numerator"], area) / total(given["denominator"], area)
    if measure == "statistic_difference":
        other = total(given["other_numerator"], area) / total(given["other_denominator"], area)
        return (share - other) * scale
    return share * scale


@pytest.mark.parametrize("indicator", INDICATORS)
def test_the_figure_is_what_the_entry_says(indicator: Indicator) -> None:
    given = indicator.arguments()
    found = resolve_of_areas(indicator.measure)(tables(), **given)
    for area in (0, 1, CITY):
        if indicator.measure == "statistic_change":
            assert found.value[area] > 0
        else:
            assert found.value[area] == pytest.approx(expected(indicator.measure, given, area))
    assert found.period[CITY] == (
        f"{FIRST}-{LAST}" if indicator.measure == "statistic_change" else str(LAST)
    )
