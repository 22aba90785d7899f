"""Figures of tables by year, area and city: what every measure of statistics is computed from.

A series has a value for each year and area. The city's is the one that a table states, else the
aggregation of all its areas (sum, or mean weighted by another variable), else missing. Series of
several variables are put together year by year: both parts of a ratio are of one year. Land, and
what only the examination itself knows (people and built-up land of rasters or the map), stand for
the years beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.measures.figures import Notes
from urbanwork.measures.tables import Tables
from urbanwork.sources.layers import OFFICE, WHOLE_CITY
from urbanwork.sources.statistics.variables import SUM, Variable, load_variables
from urbanwork.sources.statistics.words import nearest

Floats = NDArray[np.float64]
Text = NDArray[np.object_]
Ints = NDArray[np.int64]

PREFIX = "variable:"
LAND, BUILT_UP, PEOPLE = "land_area", "built_up_area", "resident_population"


@dataclass(frozen=True, slots=True)
class Used:
    """One figure that a value rests on."""

    variable: str
    year: int
    value: float
    unit: str
    source: str
    origin: str  # "people.csv:12"
    area: int = WHOLE_CITY  # of which area, where the city is made from its areas

    def plain(self, tables: Tables) -> dict[str, Any]:
        """As plain data for explanation."""
        area = {} if self.area == WHOLE_CITY else {"area": str(tables.city.areas.id[self.area])}
        return {
            "variable": self.variable, "year": self.year, "value": self.value, "unit": self.unit,
            "source": self.source, "origin": self.origin, **area,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Series:
    """Figures by year: Y years, A areas and, last, the city."""

    names: tuple[str, ...]  # ids of the variables
    years: tuple[int, ...]  # in order
    value: Floats  # [Y, A + 1]
    used: Text  # [Y, A + 1] tuple of Used
    break_: Text  # [Y, A + 1] why it cannot be compared with earlier years, else None
    stands_for_any_year: bool = False  # land, and figures of the examination itself

    def at(self, year: int) -> int:
        """The row of a year, or of the nearest where figures stand for any year."""
        if self.stands_for_any_year:
            return int(np.argmin([abs(each - year) for each in self.years]))
        return self.years.index(year)


def series_of(tables: Tables, variables: str | Sequence[str]) -> Series:
    """The figures of a variable, or the sum of several.

    Where no table has them, `resident_population` and `built_up_area` are those of rasters or the
    map, and `land_area` is that of the areas.

    Raises UserError for a variable that is not in the vocabulary.
    """
    ids = [variables] if isinstance(variables, str) else list(variables)
    parts = [_single(tables, each.removeprefix(PREFIX)) for each in ids]
    return parts[0] if len(parts) == 1 else combined(parts, lambda values: np.sum(values, axis=0))


def combined(parts: Sequence[Series], compute: Callable[[Floats], Floats]) -> Series:
    """Series put together in the years that all have; `compute` takes [parts, Y, A + 1]."""
    common, values = _side_by_side(parts)
    return replace(common, value=compute(values))


def ratio_of(
    tables: Tables, numerator: str | Sequence[str], denominator: str | Sequence[str]
) -> tuple[Series, Series, Series]:
    """Ratio, numerator and denominator in the years that both have; 0 below gives nan."""
    parts = [series_of(tables, numerator), series_of(tables, denominator)]
    common, (above, below) = _side_by_side(parts)
    ratio = above / np.where(below == 0, np.nan, below)
    return (
        replace(common, value=ratio), replace(common, value=above), replace(common, value=below)
    )  # fmt: skip


def _side_by_side(parts: Sequence[Series]) -> tuple[Series, Floats]:
    """What the parts have in common (values are those of the first), and [parts, Y, A + 1]."""
    years = _common_years(parts)
    rows = [[part.at(year) for year in years] for part in parts]
    used, break_ = (getattr(parts[0], name)[rows[0]] for name in ("used", "break_"))
    for part, row in zip(parts[1:], rows[1:], strict=True):
        used = used + part.used[row]  # tuples joined, element by element
        break_ = np.where(break_ == None, part.break_[row], break_)  # noqa: E711
    values = np.array([part.value[row] for part, row in zip(parts, rows, strict=True)])
    names = tuple(dict.fromkeys(name for part in parts for name in part.names))
    is_any = all(part.stands_for_any_year for part in parts)
    shape = (len(parts), len(years), parts[0].value.shape[1])
    values = values.reshape(shape)
    return Series(names, tuple(years), values[0], used, break_, is_any), values


def _common_years(parts: Sequence[Series]) -> list[int]:
    dated = [set(part.years) for part in parts if not part.stands_for_any_year]
    if any(not part.years for part in parts):
        return []
    return sorted(set.intersection(*dated) if dated else set(parts[0].years[-1:]))


def _single(tables: Tables, variable: str) -> Series:
    key = f"statistics.{variable}"
    if key not in tables.shared:
        tables.shared[key] = _made(tables, _known(variable))
    series: Series = tables.shared[key]
    return series


def _known(variable: str) -> Variable:
    known = load_variables().variables
    if variable not in known:
        raise UserError(
            f"catalogue: there is no variable '{variable}'{nearest(variable, known)}; "
            "'urbanwork variables' lists them"
        )
    return known[variable]


def _made(tables: Tables, variable: Variable) -> Series:
    table = tables.statistics
    rows = np.array(_rows_by_variable(tables).get(variable.id, []), np.int64)
    rows = rows[(table.year[rows] <= tables.year) | _of_the_office(table.source[rows])]
    if not len(rows):
        return _of_examination(tables, variable)
    years = tuple(int(year) for year in np.unique(table.year[rows]))
    series = _empty(tables, variable.id, years)
    place_of_year = {year: place for place, year in enumerate(years)}
    for row in rows.tolist():
        at, area = place_of_year[int(table.year[row])], int(table.area[row])
        place = tables.size - 1 if area == WHOLE_CITY else area
        series.value[at, place] = table.value[row]
        series.used[at, place] = (Used(
            variable.id, years[at], float(table.value[row]), variable.unit,
            str(table.source[row] or ""), str(table.origin[row]), area,
        ),)  # fmt: skip
        series.break_[at, place] = table.break_[row] if len(table.break_) else None
    for at in range(len(years)):
        _aggregate(tables, variable, series, at)
    return replace(series, stands_for_any_year=variable.id == LAND)


def _of_the_office(documents: Text) -> NDArray[np.bool_]:
    """Which figures the office counted: its own work counts up to its own day, however old the map
    is on which it works.
    """
    return np.array([str(each).startswith(OFFICE) for each in documents], np.bool_)


def _rows_by_variable(tables: Tables) -> dict[str, list[int]]:
    """The rows of the table of each variable."""
    key = "statistics.rows"
    if key not in tables.shared:
        rows: dict[str, list[int]] = {}
        for row, name in enumerate(tables.statistics.variable.tolist()):
            rows.setdefault(name, []).append(row)
        tables.shared[key] = rows
    found: dict[str, list[int]] = tables.shared[key]
    return found


def _empty(tables: Tables, name: str, years: tuple[int, ...]) -> Series:
    shape = (len(years), tables.size)
    used = np.empty(shape, np.object_)
    used.fill(())
    return Series((name,), years, np.full(shape, np.nan), used, np.full(shape, None, np.object_))


def _aggregate(tables: Tables, variable: Variable, series: Series, at: int) -> None:
    """Fill the city's figure of a year from its areas, where none is stated and all have one."""
    parts = series.value[at, :-1]
    if not np.isnan(series.value[at, -1]) or tables.size == 1 or np.isnan(parts).any():
        return
    used: Iterable[Used] = (each for part in series.used[at, :-1] for each in part)
    if variable.aggregation == SUM:
        series.value[at, -1] = parts.sum()
    elif variable.weight is not None:
        weight = _single(tables, variable.weight)
        if not weight.years or not (weight.stands_for_any_year or series.years[at] in weight.years):
            return
        row = weight.at(series.years[at])
        weights = weight.value[row, :-1]
        if np.isnan(weights).any() or weights.sum() <= 0:
            return
        series.value[at, -1] = (parts * weights).sum() / weights.sum()
        used = (*used, *(each for part in weight.used[row, :-1] for each in part))
    else:
        return
    series.used[at, -1] = tuple(used)
    if all(why is not None for why in series.break_[at, :-1]):
        series.break_[at, -1] = series.break_[at, 0]


def _of_examination(tables: Tables, variable: Variable) -> Series:
    """What the examination itself knows of a variable that no table gives."""
    from urbanwork.measures import dated

    years: tuple[int, ...]
    if variable.id == LAND:
        said = ("areas of the city, without water where it is known", "分区边界（已知水域除外）")
        years, values = (tables.year,), tables.land_m2[None, :]
    elif variable.id in (PEOPLE, BUILT_UP):
        of = dated.people_by_year if variable.id == PEOPLE else dated.built_up_by_year
        found = of(tables)
        years, values, said = found.years, found.values, found.origin
    else:
        years, values, said = (), np.zeros((0, tables.size)), ("", "")
    series = _empty(tables, variable.id, years)
    series.value[:] = values
    for at, year in enumerate(years):
        for place in range(tables.size):
            area = WHOLE_CITY if place == tables.size - 1 else place
            series.used[at, place] = (Used(
                variable.id, year, float(values[at, place]), variable.unit, said[0], said[0], area,
            ),)  # fmt: skip
    return replace(series, stands_for_any_year=True)


def known_years(tables: Tables, variable: str) -> list[tuple[int, ...]]:
    """[A + 1] the years in which each area, and last the city, has a variable."""
    key = f"statistics.years.{variable}"
    if key not in tables.shared:
        series = series_of(tables, variable)
        years, has = np.array(series.years, np.int64), np.isfinite(series.value)
        tables.shared[key] = [tuple(years[has[:, at]].tolist()) for at in range(tables.size)]
    known: list[tuple[int, ...]] = tables.shared[key]
    return known


# Which year


@dataclass(frozen=True, slots=True)
class Found:
    """The figures of one year, or of the year that each has: A areas and, last, the city."""

    series: Series
    row: Ints  # [A + 1] row of the year in the series, -1 where there is none
    value: Floats  # [A + 1]
    year: Ints  # [A + 1] 0 where there is none
    common_year: int  # of the areas; 0 where none has a figure


def found(tables: Tables, variable: str | Sequence[str], *, year: int | None = None) -> Found:
    """The figures of a variable (or of a sum of several) of areas and city.

    Without `year` it is the year that most areas have, the last of equal ones, so that areas are
    compared in one year; the city may be known in a later year only.
    """
    return in_year(series_of(tables, variable), year)


def in_year(series: Series, year: int | None = None) -> Found:
    """The figures of a series in one year for all areas."""
    has = np.isfinite(series.value)
    common = _common_row(series, has, year)
    size = series.value.shape[1]
    row = np.full(size, -1, np.int64)
    if common is not None:
        row[has[common]] = common
    own = np.flatnonzero(has[:, -1])
    if year is None and row[-1] < 0 and len(own):
        row[-1] = own[-1]
    there = row >= 0
    value, years = np.full(size, np.nan), np.zeros(size, np.int64)
    places = np.flatnonzero(there)
    value[places] = series.value[row[places], places]
    years[places] = np.array(series.years, np.int64)[row[places]]
    return Found(series, row, value, years, 0 if common is None else series.years[common])


def _common_row(series: Series, has: NDArray[np.bool_], year: int | None) -> int | None:
    if year is not None:
        return series.at(year) if year in series.years or (
            series.stands_for_any_year and series.years
        ) else None  # fmt: skip
    counts = has[:, :-1].sum(axis=1)
    if not len(counts) or counts.max() == 0:
        return None
    return int(np.flatnonzero(counts == counts.max())[-1])


def most_distant(series: Series, start: int | None, end: int | None) -> list[tuple[int, int]]:
    """For each area and the city the rows of two years, (-1, -1) where it has no two.

    The two are those that most areas have, of equal ones the most distant, then the latest; stated
    years are kept to. The city has its own most distant years where it lacks those.
    """
    has = np.isfinite(series.value)
    pairs = [
        (one, two)
        for one, first in enumerate(series.years)
        for two, last in enumerate(series.years)
        if first < last and start in (None, first) and end in (None, last)
    ]

    def rank(pair: tuple[int, int]) -> tuple[int, int, int]:
        both = int((has[pair[0], :-1] & has[pair[1], :-1]).sum())
        return both, series.years[pair[1]] - series.years[pair[0]], series.years[pair[1]]

    common = max(pairs, key=rank, default=(-1, -1))
    own = [pair for pair in pairs if has[pair[0], -1] and has[pair[1], -1]]
    rows = [
        common if common[0] >= 0 and has[common[0], area] and has[common[1], area] else (-1, -1)
        for area in range(has.shape[1])
    ]
    if rows[-1][0] < 0 and own:
        rows[-1] = max(own, key=lambda pair: series.years[pair[1]] - series.years[pair[0]])
    return rows


def broken_between(series: Series, one: int, two: int, place: int) -> str | None:
    """Why the figures of two rows of a series cannot be compared; None where they can."""
    whys = [series.break_[row, place] for row in range(one + 1, two + 1)]
    return next((str(why) for why in whys if why), None)


# Words


def titles(names: Iterable[str]) -> Notes:
    """The variables by their titles, in English and Chinese."""
    return _titles(tuple(names))


@lru_cache(4096)
def _titles(names: tuple[str, ...]) -> Notes:
    known = [load_variables().variables[name] for name in names]
    return ", ".join(each.title[0] for each in known), "、".join(each.title[1] for each in known)


def sources(used: Iterable[Used]) -> str:
    """The documents that figures are from, each once."""
    return "; ".join(dict.fromkeys(each.source for each in used if each.source))
