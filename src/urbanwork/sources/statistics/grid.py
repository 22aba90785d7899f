"""A table as a grid of texts in which every cell knows how people find it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Row = list[str | None]


@dataclass(frozen=True, slots=True)
class Merged:
    """A block of cells shown as one; rows and columns from 0, both ends in it."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def name(self) -> str:
        """Its range as a spreadsheet writes it."""
        return f"{letters(self.left)}{self.top + 1}:{letters(self.right)}{self.bottom + 1}"


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of texts. Row 0 is the first row that a spreadsheet shows, blank ones count."""

    where: str  # "people.csv", "yearbook.xlsx!Sheet1"
    rows: Sequence[Row]
    lines: Sequence[int] | None  # line of each row in a text file; None for a workbook
    encoding: str
    merged: tuple[Merged, ...] = ()

    def cell(self, row: int, column: int | None = None) -> str:
        """Where a cell stands: "people.csv:12" or "yearbook.xlsx!Sheet1!C12"."""
        if self.lines is not None:
            return f"{self.where}:{self.lines[row]}"
        return f"{self.where}!{'' if column is None else letters(column)}{row + 1}"

    def text(self, row: int, column: int | None) -> str | None:
        """What stands in a cell; None for nothing, or for a column that is not there."""
        if column is None or column >= len(self.rows[row]):
            return None
        return self.rows[row][column]

    def filled(self, rows: range) -> list[Row]:
        """Some rows, every cell of a merged block saying what its first one says."""
        found = [list(self.rows[at]) for at in rows]
        for block in self.merged:
            value = self.text(block.top, block.left) if block.top < len(self.rows) else None
            for at in range(max(block.top, rows.start), min(block.bottom + 1, rows.stop)):
                row = found[at - rows.start]
                for column in range(block.left, min(block.right + 1, len(row))):
                    row[column] = value
        return found


def letters(column: int) -> str:
    """The name of a column (from 0) in a spreadsheet.

    >>> [letters(column) for column in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_of_letters(name: str) -> int:
    """The number (from 0) of a column of a spreadsheet.

    >>> [column_of_letters(name) for name in ("A", "z", "AA", "AAA")]
    [0, 25, 26, 702]
    """
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1
