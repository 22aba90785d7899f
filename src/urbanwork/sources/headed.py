"""Tables whose header row is found and whose columns are known by guess or by declaration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.sources.layers import AreaNames
from urbanwork.sources.statistics.files import read_grid
from urbanwork.sources.statistics.grid import Grid, Row
from urbanwork.sources.statistics.values import number_of
from urbanwork.sources.statistics.words import (
    folded,
    in_brackets,
    listed,
    nearest,
    without_brackets,
)

Guesses = Mapping[str, tuple[str, ...]]
"""Kind of column -> what tables may call it, folded."""

HEADER_WITHIN = 15
MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class HeadedTable:
    """A grid with its row of column names; `columns` says which kind of column stands where."""

    grid: Grid
    header: int
    columns: Mapping[str, int]

    def rows(self) -> Iterator[int]:
        """The rows below the header that are not blank."""
        below = range(self.header + 1, len(self.grid.rows))
        return (row for row in below if any(self.grid.rows[row]))

    def text(self, row: int, kind: str) -> str | None:
        """What stands in a column of this kind."""
        return self.grid.text(row, self.columns.get(kind))

    def where(self, row: int, kind: str) -> str:
        """Where it stands, as people find it."""
        return self.grid.cell(row, self.columns.get(kind))

    def name(self, kind: str) -> str:
        """What the table calls the column."""
        return self.grid.text(self.header, self.columns.get(kind)) or ""


def open_grid(path: Path, sheet: str | None, encoding: str | None, guesses: Guesses) -> Grid:
    """The cells of a table; of several sheets the one with most columns that we know.

    Raises UserError for a file that cannot be read.
    """
    kinds = _kinds(guesses, {})

    def known(grid: Grid) -> int:
        return max((len(_found(row, kinds)) for row in grid.rows[:HEADER_WITHIN]), default=0)

    return read_grid(path, sheet=sheet, encoding=encoding, known=known)


def headed(
    grid: Grid, guesses: Guesses, declared: Mapping[str, str], *, least: int = 2
) -> HeadedTable | None:
    """The table with its header: the row that has most columns we know; None below `least`.

    Raises:
        UserError: a declared kind or column does not exist.
        ManyFaultsError: cells are merged.
    """
    for kind in declared:
        if kind not in guesses:
            raise UserError(
                f"{grid.where}: columns: there is no column '{kind}' to name"
                f"{nearest(kind, guesses)}; they are {listed(guesses, 20)}"
            )
    kinds = _kinds(guesses, declared)
    counts = [len(_found(row, kinds)) for row in grid.rows[:HEADER_WITHIN]]
    if not counts or max(counts) < least:
        return None
    header = counts.index(max(counts))
    columns = _found(grid.rows[header], kinds)
    _check_declared(grid, header, columns, declared)
    refuse_merged(grid, header)
    return HeadedTable(grid, header, columns)


def _kinds(guesses: Guesses, declared: Mapping[str, str]) -> dict[str, str]:
    """Folded name -> kind; a declared name takes the place of the guesses of its kind."""
    guessed = {name: kind for kind, names in guesses.items() if kind not in declared
               for name in names}  # fmt: skip
    return guessed | {folded(name): kind for kind, name in declared.items()}


def _found(row: Row, kinds: Mapping[str, str]) -> dict[str, int]:
    """Kinds of columns that a row names, the first of each."""
    found: dict[str, int] = {}
    for column, cell in enumerate(row):
        if cell and len(cell) < 60:
            kind = kinds.get(folded(cell)) or kinds.get(folded(without_brackets(cell)))
            if kind is not None:
                found.setdefault(kind, column)
    return found


def _check_declared(
    grid: Grid, header: int, columns: Mapping[str, int], declared: Mapping[str, str]
) -> None:
    for kind, name in declared.items():
        if kind not in columns:
            names = listed((cell or "" for cell in grid.rows[header]), 20)
            raise UserError(
                f"{grid.cell(header)}: there is no column '{name}' ({kind}); its columns "
                f"are {names}"
            )


def refuse_merged(grid: Grid, header: int) -> None:
    """Raises ManyFaultsError where cells of the header or below are merged."""
    faults = [
        f"{grid.where}!{block.name}: cells are merged; unmerge them and fill each"
        for block in grid.merged
        if block.bottom >= header
    ]
    raise_all(faults)


def raise_all(faults: list[str]) -> None:
    """Raises ManyFaultsError with the first faults, the rest counted; nothing where none is."""
    if len(faults) > MOST_FAULTS:
        rest = len(faults) - MOST_FAULTS
        where = faults[MOST_FAULTS].split(": ", 1)[0]
        faults = [*faults[:MOST_FAULTS], f"{where}: from here {rest} more faults of this file"]
    if faults:
        raise ManyFaultsError(faults)


def unknown_area(name: str, areas: AreaNames) -> str:
    """That no area of the city has this name, with the nearest, else with some that there are."""
    names = [str(each) for each in (*areas.name, *areas.id) if each]
    near = nearest(name, names) or f", which has {listed(map(str, areas.name), 6)}"
    return f"there is no area '{name}' in the city{near}"


def unit_factor(name: str, units: Mapping[str, float]) -> float | None:
    """What a unit in the brackets of a column name multiplies by; None where none is known.

    >>> unit_factor("距离（公里）", {"公里": 1000.0})
    1000.0
    """
    found = [units[folded(each)] for each in in_brackets(name) if folded(each) in units]
    return found[0] if found else None


def number_in(
    table: HeadedTable, row: int, kind: str, faults: list[str]
) -> tuple[float, float] | None:
    """A number that is not negative, with the value of its last digit; None for a blank.

    A text that is no number, a unit behind it, or a negative number is a fault.
    """
    return read_number(table.text(row, kind), table.where(row, kind), table.name(kind), faults)


def read_number(
    text: str | None, where: str, name: str, faults: list[str]
) -> tuple[float, float] | None:
    """The same for a text that stands somewhere."""
    try:
        found = number_of(text)
    except ValueError:
        faults.append(f"{where}: '{text}' is no number; give a number, or leave the cell empty")
        return None
    if found is None:
        return None
    value, step, unit = found
    if unit:
        faults.append(
            f"{where}: '{text}' has a unit of its own; write it once in the column name, "
            f"such as '{name} ({unit})'"
        )
    elif value < 0:
        faults.append(f"{where}: {text} is negative; {name} cannot be below 0")
    else:
        return value, step
    return None
