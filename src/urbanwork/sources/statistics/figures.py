"""Figures on their way from a table, and what is noted while it is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from urbanwork.sources.layers import WHOLE_CITY, AreaNames
from urbanwork.sources.notes import Note
from urbanwork.sources.statistics.grid import Grid
from urbanwork.sources.statistics.values import number_of
from urbanwork.sources.statistics.variables import Variable, Vocabulary

Key = tuple[str, int, int]
"""Variable, area, year: a table says one figure of each."""


@dataclass(slots=True)
class Figure:
    """One figure in the unit of its variable."""

    variable: Variable
    area: int  # row of the area, or WHOLE_CITY
    year: int
    value: float
    step: float  # value of the last digit that is written, in the unit of the variable
    unit: str  # as stated, folded; "" where it is not
    source: str
    origin: str  # where it stands
    break_: str | None = None  # why it cannot be compared with earlier ones

    @property
    def key(self) -> Key:
        return self.variable.id, self.area, self.year

    @property
    def title(self) -> str:
        return self.variable.title[0]

    @property
    def title_zh(self) -> str:
        return self.variable.title[1]

    @property
    def shown(self) -> str:
        """The value for a message."""
        return shown(self.value)


def shown(value: float) -> str:
    """A number for a message.

    >>> shown(7450785.0), shown(0.5)
    ('7,450,785', '0.5')
    """
    return f"{value:,.10g}"


in_order = attrgetter("variable.id", "area", "year")


@dataclass(slots=True)
class TableReading:
    """One table: its figures, and all that its reader counted or has to say."""

    grid: Grid
    figures: list[Figure] = field(default_factory=list)
    blanks: dict[Key, str] = field(default_factory=dict)  # empty cells -> where they are
    faults: list[str] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    matched: Counter[str] = field(default_factory=Counter)  # code, name, city -> names matched
    unmatched: dict[str, str] = field(default_factory=dict)  # name -> where it stands first
    unknown: dict[str, str] = field(default_factory=dict)  # names of variables that we do not know
    rows: int = 0

    def number(self, text: str | None, origin: str) -> tuple[float, float, str] | None:
        """A number with its last digit and unit; a text that is none is a fault."""
        try:
            return number_of(text)
        except ValueError:
            self.faults.append(
                f"{origin}: '{text}' is no number; give a number, or leave the cell empty "
                "where there is none"
            )
            return None


@dataclass(frozen=True, slots=True)
class Names:
    """What figures are of, in words for messages."""

    areas: AreaNames
    vocabulary: Vocabulary

    def area(self, row: int) -> str:
        return "the whole city" if row == WHOLE_CITY else str(self.areas.name[row])

    def area_zh(self, row: int) -> str:
        if row == WHOLE_CITY:
            return "全市"
        return str(self.areas.name_zh[row] or self.areas.name[row])

    def title(self, variable: str) -> str:
        return self.vocabulary.variables[variable].title[0]

    def title_zh(self, variable: str) -> str:
        return self.vocabulary.variables[variable].title[1]


def by_series(figures: Iterable[Figure]) -> Mapping[tuple[str, int], list[Figure]]:
    """Figures of each variable and area, the years in order."""
    series: dict[tuple[str, int], list[Figure]] = {}
    for each in sorted(figures, key=in_order):
        series.setdefault((each.variable.id, each.area), []).append(each)
    return series


def by_year(figures: Iterable[Figure]) -> Mapping[tuple[str, int], dict[int, Figure]]:
    """Figures of each variable and year by area."""
    years: dict[tuple[str, int], dict[int, Figure]] = {}
    for each in sorted(figures, key=in_order):
        years.setdefault((each.variable.id, each.year), {})[each.area] = each
    return years
