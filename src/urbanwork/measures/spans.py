"""Which source and which years a figure of people and land is taken from.

People and land may both be known from rasters, tables and the map. What is compared is of one
source each, in the years that the most areas are known for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from urbanwork.measures.dated import Series

Flags = NDArray[np.bool_]

YEARS_APART = 10
"""Of equal choices growth is measured over about so many years."""


@dataclass(frozen=True, slots=True)
class Span:
    """One series for each thing asked for, and the years that they are read in."""

    series: tuple[Series, ...]
    years: tuple[int, ...]  # one, or the first and the last


def latest(*sources: Sequence[Series]) -> Span | None:
    """The year that most areas are known for by all, the latest of equal ones.

    `sources` holds the possible series of each thing, the preferred first; None where no year is
    common to any choice of them.
    """
    return _best(sources, years=1)


def span(*sources: Sequence[Series]) -> Span | None:
    """The two years that most areas are known for by all.

    Of equal ones those that end last, then those nearest to ten years apart, then the earlier
    first year.
    """
    return _best(sources, years=2)


def _best(sources: Sequence[Sequence[Series]], *, years: int) -> Span | None:
    found = [
        (_rank(series, chosen), Span(series, chosen))
        for series in product(*sources)
        for chosen in combinations(_common(series), years)
    ]
    known = [(rank, each) for rank, each in found if rank[0] or rank[1]]
    # max keeps the first of equal ones: the preferred source.
    return max(known, key=lambda pair: pair[0])[1] if known else None


def _common(series: Iterable[Series]) -> list[int]:
    years = [set(each.years) for each in series]
    return sorted(set.intersection(*years))


def _rank(series: Sequence[Series], years: tuple[int, ...]) -> tuple[int, int, int, int, int]:
    """Areas known, whether the city is, the last year, how near to ten years, the first year."""
    known = _known(series, years)
    apart = abs(years[-1] - years[0] - YEARS_APART)
    return int(known[:-1].sum()), int(known[-1]), years[-1], -apart, -years[0]


def _known(series: Sequence[Series], years: tuple[int, ...]) -> Flags:
    """[A + 1] whether all are known in all of the years, without a break between."""
    known = np.ones(series[0].values.shape[1], np.bool_)
    for each in series:
        for year in years:
            known &= np.isfinite(each.at(year))
        known &= np.array([why is None for why in each.broken(years[0], years[-1])])
    return known
