"""Rows of a ledger as texts: merged cells filled, blank and repeated lines left out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from urbanwork.office.ledger_files.columns import head_row, titles
from urbanwork.office.lists.files import STARTS_FORMULA
from urbanwork.sources.statistics.grid import Grid

_SUMMARY = re.compile(r"(合计|小计|总计|注[:：]|填表|审核|total\b)", re.IGNORECASE)
OUR_NUMBER = re.compile(r"\d{4}-\d{6}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands, and what its fields say; empty texts are left out."""

    where: str
    texts: Mapping[str, str]

    def text(self, field: str) -> str:
        """What a field says, or nothing."""
        return self.texts.get(field, "")

    @property
    def number(self) -> str:
        """The number of our ledger, where the row has one."""
        return self.text("number") if OUR_NUMBER.fullmatch(self.text("number")) else ""

    @property
    def key(self) -> str:
        """What identifies the row in its ledger: its number there, else its title and lead body."""
        number = self.text("number")
        same = number if number and not number.isdecimal() else f"{number}\x1f{self.text('title')}"
        same += "" if number else f"\x1f{self.text('lead')}"
        return hashlib.sha256(same.encode()).hexdigest()


def rows(grid: Grid, mapping: Mapping[str, int]) -> Iterator[Row]:
    """The rows below the titles that say anything; sums and notes at the foot are left out."""
    head = head_row(grid)
    filled = _filled(grid)
    for at in range(head + 1, len(grid.rows)):
        texts = {
            field: text
            for field, column in mapping.items()
            if (text := _text(_cell(filled[at], column)))
        }
        is_foot = any(_SUMMARY.match(cell or "") for cell in grid.rows[at] if cell)
        if set(texts) - {"number"} and not is_foot and not _is_head_again(grid, at, head):
            yield Row(grid.cell(at), texts)


def _is_head_again(grid: Grid, row: int, head: int) -> bool:
    """Printed ledgers repeat their titles on each page."""
    return titles(grid, row) == titles(grid, head)


def _filled(grid: Grid) -> list[list[str | None]]:
    """The cells with merged blocks filled by what their first cell says."""
    filled = [list(row) for row in grid.rows]
    for block in grid.merged:
        value = _cell(filled[block.top], block.left) if block.top < len(filled) else None
        for row in filled[block.top : block.bottom + 1]:
            for column in range(block.left, min(block.right + 1, len(row))):
                row[column] = value
    return filled


def _text(cell: str | None) -> str:
    """What a cell says, without the apostrophe that our own files put before a formula."""
    text = "\n".join(" ".join(line.split()) for line in (cell or "").strip().splitlines())
    return text[1:] if text[:1] == "'" and text[1:2] in STARTS_FORMULA else text


def _cell(row: list[str | None], column: int) -> str | None:
    return row[column] if column < len(row) else None
