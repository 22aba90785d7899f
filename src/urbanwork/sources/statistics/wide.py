"""Wide tables: a row for each area, a column for each variable, read as an adapter declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.sources.layers import WHOLE_CITY
from urbanwork.sources.statistics.adapter import Adapter, Column, Term
from urbanwork.sources.statistics.areas import AreaMatcher, Match
from urbanwork.sources.statistics.figures import Figure, TableReading
from urbanwork.sources.statistics.grid import Grid, column_of_letters, letters
from urbanwork.sources.statistics.values import year_of
from urbanwork.sources.statistics.words import (
    folded,
    in_brackets,
    listed,
    nearest,
    unit_folded,
    without_brackets,
)

Number = tuple[float, float]
"""A number and its last digit."""


def read_wide(grid: Grid, adapter: Adapter, matcher: AreaMatcher, source: str) -> TableReading:
    """The figures of a wide table.

    Raises:
        UserError: the header lies below the table.
        ManyFaultsError: columns that do not exist or exist twice, cells merged over the header's
            end.
    """
    header = [row - 1 for row in adapter.header or (1,)]
    if header[-1] >= len(grid.rows):
        raise UserError(
            f"{adapter.where}: header: the table has {len(grid.rows)} rows, so its header "
            f"cannot be row {header[-1] + 1}"
        )
    columns = _Columns(grid, header, adapter)
    places = {each: columns.find(*_asked(adapter, each)) for each in _names(adapter)}
    units = {place: columns.unit(each, places) for place, each in enumerate(adapter.columns)}
    if columns.faults:
        raise ManyFaultsError(list(dict.fromkeys(columns.faults)))
    found = {name: place for name, place in places.items() if place is not None}
    reading = TableReading(grid)
    rows = _Rows(reading, adapter, matcher, source, found, units)
    skipped = {row - 1 for row in adapter.skip} | set(header)
    last = len(grid.rows) if adapter.last is None else min(adapter.last, len(grid.rows))
    for number in range(header[-1] + 1, last):
        if number not in skipped and any(grid.rows[number]):
            rows.read(number)
    return reading


def _names(adapter: Adapter) -> list[str]:
    """All columns that the adapter names, each once."""
    own = (adapter.area, adapter.code, adapter.year_column, *adapter.only)
    terms = (term for column in adapter.columns for term in column.terms)
    return list(dict.fromkeys(each for each in (*own, *terms) if each))


def _asked(adapter: Adapter, name: str) -> tuple[str, str]:
    """A name, and the place in the adapter that asks for it."""
    for column in adapter.columns:
        if name in column.terms:
            return name, column.where
    return name, adapter.where


@dataclass(slots=True)
class _Columns:
    """The names of the columns, from one row or several."""

    grid: Grid
    header: list[int]
    adapter: Adapter
    faults: list[str] = field(default_factory=list)
    names: list[str] = field(init=False)
    _places: dict[str, list[int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._check_merged()
        self.names = self._joined()
        for place, name in enumerate(self.names):
            for form in dict.fromkeys((folded(name), folded(without_brackets(name)))):
                if form:
                    self._places.setdefault(form, []).append(place)

    def _check_merged(self) -> None:
        top, bottom = self.header[0], self.header[-1]
        for block in self.grid.merged:
            if block.top <= bottom < block.bottom or block.top < top <= block.bottom:
                self.faults.append(
                    f"{self.grid.where}!{block.name}: merged cells reach over the header of rows "
                    f"{top + 1} to {bottom + 1}; unmerge them, or give all rows of the header "
                    f"with 'header:' in {self.adapter.where}"
                )

    def _joined(self) -> list[str]:
        width = max(len(row) for row in self.grid.rows)
        cells = [[self.grid.text(row, place) for place in range(width)] for row in self.header]
        for block in self.grid.merged:
            for row, line in zip(self.header, cells, strict=True):
                if block.top <= row <= block.bottom:
                    text = self.grid.text(block.top, block.left)
                    line[block.left : block.right + 1] = [text] * (block.right + 1 - block.left)
        if self.grid.lines is not None:
            cells[:-1] = [_filled(line) for line in cells[:-1]]
        return [
            "_".join(dict.fromkeys(each for each in column if each))
            for column in zip(*cells, strict=True)
        ]

    def find(self, name: str, asked: str) -> int | None:
        """The place of a column; one that is missing or there twice is a fault."""
        spelled = name.partition("column ")[2].strip()
        if name.startswith("column ") and spelled.isascii() and spelled.isalpha():
            return self._by_letters(spelled, asked)
        places = self._places.get(folded(name)) or self._places.get(folded(without_brackets(name)))
        if places and len(places) == 1:
            return places[0]
        if places:
            several = " and ".join(f"'column {letters(place)}'" for place in places)
            self.faults.append(
                f"{asked}: {self.grid.where} has {len(places)} columns '{name}'; write one of "
                f"{several}, or give all rows of the header with 'header:'"
            )
            return None
        shown = [" ".join(each.split()) for each in self.names]
        self.faults.append(
            f"{asked}: {self.grid.where} has no column '{name}'"
            f"{nearest(name, shown) or '; its columns are ' + listed(shown)}"
        )
        return None

    def _by_letters(self, spelled: str, asked: str) -> int | None:
        place = column_of_letters(spelled)
        if place < len(self.names):
            return place
        last = letters(len(self.names) - 1)
        self.faults.append(f"{asked}: {self.grid.where} ends with column {last}, not {spelled}")
        return None

    def unit(self, column: Column, places: Mapping[str, int | None]) -> str:
        """The unit of a figure: declared, in the brackets of its only header, or canonical ("")."""
        header = ""
        if len(column.terms) == 1 and (place := places.get(column.plus[0])) is not None:
            stated = in_brackets(self.names[place])
            header = next((each for each in stated if column.variable.factor(each)), "")
        if not header or column.unit is None:
            return column.unit or unit_folded(header)
        if column.variable.factor(header) != column.variable.factor(column.unit):
            self.faults.append(
                f"{column.where}: the unit is '{column.unit}' here but '{header}' in the header "
                f"of {self.grid.where}; mend the wrong one"
            )
        return column.unit


def _filled(cells: list[str | None]) -> list[str | None]:
    """A row of a header of several rows: a name goes on to the right until the next."""
    filled, last = list[str | None](), None
    for cell in cells:
        last = cell or last
        filled.append(last)
    return filled


@dataclass(slots=True)
class _Rows:
    """Reads row after row."""

    reading: TableReading
    adapter: Adapter
    matcher: AreaMatcher
    source: str
    places: Mapping[str, int]
    units: Mapping[int, str]
    _seen: set[tuple[str | None, str | None]] = field(default_factory=set)

    def text(self, row: int, name: str | None) -> str | None:
        return None if name is None else self.reading.grid.text(row, self.places[name])

    def where(self, row: int, *names: str) -> str:
        """Where the cells of these columns stand in a row."""
        grid = self.reading.grid
        if grid.lines is not None:
            shown = " ".join(", ".join(names).split())
            return f"{grid.cell(row)} ({shown})" if shown else grid.cell(row)
        first, *rest = (grid.cell(row, self.places[name]) for name in names or ("",) if name)
        return "+".join((first, *(each.rpartition("!")[2] for each in rest)))

    def read(self, row: int) -> None:
        for name, wanted in self.adapter.only.items():
            if folded(self.text(row, name) or "") != folded(wanted):
                return
        self.reading.rows += 1
        area = self.area(row)
        if area is None:
            return
        year = self.adapter.year
        if self.adapter.year_column is not None:
            year = self.year(row, self.adapter.year_column)
        for place, column in enumerate(self.adapter.columns):
            self.figure(row, area, column, column.year or year, self.units[place])

    def area(self, row: int) -> int | None:
        adapter = self.adapter
        if adapter.area is None and adapter.code is None:
            self.reading.matched["city"] = 1
            return WHOLE_CITY
        code, name = self.text(row, adapter.code), self.text(row, adapter.area)
        match = self.matcher.find(code, name)
        where = self.where(row, adapter.area or adapter.code or "")
        if match.fault:
            self.reading.faults.append(f"{where}: {match.fault}")
        elif not name and not code:
            self.unnamed(row, where)
        elif match.area is None:
            self.reading.unmatched.setdefault(" ".join((name or code or "").split()), where)
        else:
            self.count(code, name, match)
        return match.area

    def count(self, code: str | None, name: str | None, match: Match) -> None:
        if (code, name) not in self._seen:
            self._seen.add((code, name))
            self.reading.matched["city" if match.area == WHOLE_CITY else match.by] += 1

    def unnamed(self, row: int, where: str) -> None:
        terms = (term for column in self.adapter.columns for term in column.terms)
        if any(self.text(row, term) for term in terms):
            self.reading.faults.append(
                f"{where}: the row has figures but no area; fill the cell, or name the row under "
                f"'skip:' in {self.adapter.where}"
            )

    def year(self, row: int, column: str) -> int | None:
        text = self.text(row, column)
        year = year_of(text)
        if year is None:
            self.reading.faults.append(
                f"{self.where(row, column)}: '{text or ''}' is no year; give one such as 2020"
            )
        return year

    def figure(self, row: int, area: int, column: Column, year: int | None, unit: str) -> None:
        if year is None:
            if self.adapter.year_column is None:
                self.reading.faults.append(
                    f"{column.where}: no year; give 'year:' here or for the whole table"
                )
            return
        variable, origin = column.variable, self.where(row, *column.terms)
        made = self.computed(row, column)
        if made is None:
            self.reading.blanks[variable.id, area, year] = origin
            return
        factor = variable.factor(unit) if unit else 1.0
        source = column.source or self.adapter.source or self.source
        value, step = made[0] * (factor or 1.0), made[1] * (factor or 1.0)
        self.reading.figures.append(Figure(variable, area, year, value, step, unit, source, origin))

    def computed(self, row: int, column: Column) -> Number | None:
        """(sum of plus - sum of minus) x times / divided_by; None where any is empty."""
        value = step = 0.0
        for names, sign in ((column.plus, 1.0), (column.minus, -1.0)):
            for name in names:
                number = self.term(row, column, name)
                if number is None:
                    return None
                value, step = value + sign * number[0], step + number[1]
        if column.times is None and column.divided_by is None:
            return value, step
        return self.scaled(row, column, value, step)

    def scaled(self, row: int, column: Column, value: float, step: float) -> Number | None:
        """A sum times and divided by what the adapter says, with its last digit."""
        relative = step / abs(value) if value else 0.0
        for term, is_divisor in ((column.times, False), (column.divided_by, True)):
            number = (1.0, 0.0) if term is None else self.term(row, column, term)
            if number is None or (is_divisor and number[0] == 0):
                return None
            relative += number[1] / abs(number[0]) if number[0] else 0.0
            value = value / number[0] if is_divisor else value * number[0]
        if not isfinite(value):
            self.reading.faults.append(
                f"{self.where(row, *column.terms)}: {column.variable.id} comes out beyond all "
                f"numbers; check the cells and {column.where}"
            )
            return None
        return value, abs(value) * relative if isfinite(relative) else 0.0

    def term(self, row: int, column: Column, term: Term) -> Number | None:
        if isinstance(term, float):
            return term, 0.0
        origin = self.where(row, term)
        number = self.reading.number(self.text(row, term), origin)
        if number is None:
            return (0.0, 0.0) if column.is_blank_zero and not self.text(row, term) else None
        if number[2] and column.variable.factor(number[2]) not in (1.0,):
            self.reading.faults.append(
                f"{origin}: the unit '{number[2]}' stands behind the number; write it in the "
                f"header, or as 'unit:' in {self.adapter.where}"
            )
        return number[0], number[1]
