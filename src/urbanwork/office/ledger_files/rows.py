"""Rows of a ledger as texts: merged cells filled, blank and repeated lines left out.

Where one cell of the task is merged over several rows, these rows are the measures into which it is
decomposed: the task comes first, with what all of them share, and each measure after it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from urbanwork.office.ledger_files.columns import head_rows
from urbanwork.office.lists.files import STARTS_FORMULA
from urbanwork.sources.statistics.grid import Grid

_SUMMARY = re.compile(r"(合计|小计|总计|注[:：]|填表|审核|total\b)", re.IGNORECASE)
OUR_NUMBER = re.compile(r"\d{4}-\d{6}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands, and what its fields say; empty texts are left out.

    `whole` is the key of the task that this measure is a part of; `measures` says how many parts a
    task has here.
    """

    where: str
    texts: Mapping[str, str]
    whole: str = ""
    measures: int = 0
    is_hidden: bool = False

    def text(self, field: str) -> str:
        """What a field says, or nothing."""
        return self.texts.get(field, "")

    @property
    def number(self) -> str:
        """The number of our ledger, where the row has one."""
        return self.text("number") if OUR_NUMBER.fullmatch(self.text("number")) else ""

    @property
    def key(self) -> str:
        """What identifies the row in its ledger: its number there, else its title and lead body.

        A measure is identified by its task, its text and its lead body.
        """
        number = self.text("number")
        if self.whole:
            own = "\x1f".join((self.whole, self.text("title"), self.text("lead")))
            return hashlib.sha256(own.encode()).hexdigest()
        same = number if number and not number.isdecimal() else f"{number}\x1f{self.text('title')}"
        same += "" if number else f"\x1f{self.text('lead')}"
        return hashlib.sha256(same.encode()).hexdigest()


def rows(
    grid: Grid, mapping: Mapping[str, int], hidden: frozenset[int] = frozenset()
) -> Iterator[Row]:
    """The rows below the titles that say anything; headings, sums and notes are left out."""
    found: dict[int, Row] = {}
    head = head_rows(grid)
    filled = grid.filled(range(len(grid.rows)))
    across = _headings(grid, mapping)
    for at in range(head.stop, len(grid.rows)):
        texts = _texts(filled[at], mapping)
        is_foot = any(_SUMMARY.match(cell or "") for cell in grid.rows[at] if cell)
        if set(texts) - {"number"} and not (is_foot or at in across or _is_head(grid, at, head)):
            found[at] = Row(grid.cell(at), texts, is_hidden=at in hidden)
    yield from _decomposed(found, _tasks_over_rows(grid, mapping))


def _texts(row: list[str | None], mapping: Mapping[str, int]) -> dict[str, str]:
    texts = {field: _text(_cell(row, column)) for field, column in mapping.items()}
    return {field: text for field, text in texts.items() if text}


def _headings(grid: Grid, mapping: Mapping[str, int]) -> set[int]:
    """Rows in which one cell is merged over task and bodies: headings of sections."""
    wanted = {mapping[name] for name in ("title", "lead", "deadline") if name in mapping}
    return {
        row
        for block in grid.merged
        if len(wanted) > 1 and wanted <= set(range(block.left, block.right + 1))
        for row in range(block.top, block.bottom + 1)
    }


def _is_head(grid: Grid, row: int, head: range) -> bool:
    """Printed ledgers repeat their titles on each page."""
    return any(grid.rows[row] == grid.rows[each] for each in head)


def _tasks_over_rows(grid: Grid, mapping: Mapping[str, int]) -> dict[int, range]:
    """Rows over which one cell of the task is merged, by the first of them."""
    column = mapping.get("title", -1)
    return {
        block.top: range(block.top, block.bottom + 1)
        for block in grid.merged
        if block.left <= column <= block.right and block.bottom > block.top
    }


def _decomposed(found: Mapping[int, Row], blocks: Mapping[int, range]) -> Iterator[Row]:
    inside = {at: top for top, block in blocks.items() for at in block}
    for at, row in found.items():
        top = inside.get(at)
        if top is None:
            yield row
        elif at == min(each for each in blocks[top] if each in found):
            yield from _whole_and_parts([found[each] for each in blocks[top] if each in found])


def _whole_and_parts(parts: Sequence[Row]) -> Iterator[Row]:
    """A task with what its rows share, then its measures; rows that differ in nothing are one."""
    if len({(each.text("text"), each.text("lead")) for each in parts}) == 1:
        yield from parts
        return
    first = parts[0]
    shared = {
        field: text
        for field, text in first.texts.items()
        if all(each.text(field) == text for each in parts)
    }
    whole = replace(first, texts=shared, measures=len(parts))
    yield whole
    for each in parts:
        named = each.text("text") or f"{each.text('title')}（{each.text('lead')}）"
        texts = {name: text for name, text in each.texts.items() if name not in ("number", "text")}
        yield replace(each, texts={**texts, "title": named}, whole=whole.key)


def _text(cell: str | None) -> str:
    """What a cell says, without the apostrophe that our own files put before a formula."""
    text = "\n".join(" ".join(line.split()) for line in (cell or "").strip().splitlines())
    return text[1:] if text[:1] == "'" and text[1:2] in STARTS_FORMULA else text


def _cell(row: list[str | None], column: int) -> str | None:
    return row[column] if column < len(row) else None
