"""Reading bodies and people in from a table: first what would become of each row, then doing it.

One row is a body, or a person with a post in a body, or both. Bodies are known by their code,
people by their user name, posts by person, body and role. What the file does not say stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.db import transaction

from urbanwork.errors import Fault, UserError
from urbanwork.office.people.importing_rows import Fate, RowReader
from urbanwork.sources.statistics.files import read_grid
from urbanwork.sources.statistics.grid import Grid

MOST_ROWS: Final = 2_000
"""More at once would keep all others from writing for too long."""
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "body_code": ("机构代码", "body code", "body_code"),
    "body": ("机构名称", "机构", "单位", "body", "unit"),
    "parent_code": ("上级机构代码", "parent code", "parent_code"),
    "kind": ("机构类别", "kind"),
    "name": ("姓名", "name", "person"),
    "username": ("用户名", "user name", "username"),
    "phone": ("电话", "手机", "telephone", "phone"),
    "email": ("邮箱", "mail", "email", "e-mail"),
    "role": ("角色", "role"),
    "title": ("职务", "title"),
    "begin": ("起始日期", "first day", "begin"),
    "end": ("截止日期", "last day", "end"),
}
"""Titles of columns, ours first: they are what a table that is taken out has."""


@dataclass
class Outcome:
    """The fates of all rows."""

    fates: list[Fate] = field(default_factory=list)

    @property
    def refused(self) -> list[Fate]:
        return [each for each in self.fates if each.why is not None]

    @property
    def doing(self) -> list[Fate]:
        return [each for each in self.fates if each.adds or each.changes]

    @property
    def same(self) -> int:
        """How many rows say what is known already."""
        return len(self.fates) - len(self.refused) - len(self.doing)


class _TryError(Exception):
    """Ends a trial: nothing of it stays."""


def try_out(path: Path, by: str) -> Outcome:
    """What would become of each row; nothing is kept.

    Raises:
        UserError: the file cannot be read, or has no columns of ours.
    """
    outcome = Outcome()
    try:
        with transaction.atomic():
            _carry(path, by, outcome)
            raise _TryError
    except _TryError:
        return outcome


@transaction.atomic
def read_in(path: Path, by: str) -> Outcome:
    """Do it: rows that are refused are left out, all others are kept.

    Raises:
        UserError: the file cannot be read, or has no columns of ours.
    """
    outcome = Outcome()
    _carry(path, by, outcome)
    return outcome


def check(path: Path) -> None:
    """Read the file without looking at what its rows mean.

    Raises:
        UserError: the file cannot be read, or has no columns of ours.
    """
    _table(path)


def _carry(path: Path, by: str, outcome: Outcome) -> None:
    reader = RowReader(by)
    outcome.fates += [reader.keep(where, row) for where, row in _rows(*_table(path))]


def _table(path: Path) -> tuple[Grid, dict[str, int]]:
    grid = read_grid(path)
    columns = _columns(grid)
    if len(grid.rows) > MOST_ROWS:
        rows = f"{len(grid.rows):,}"
        raise UserError(
            Fault(
                f"{path.name}: {rows} rows; give {MOST_ROWS:,} at most at once",
                f"{path.name}：共{rows}行，每次最多导入{MOST_ROWS:,}行",
            )
        )
    return grid, columns


def _columns(grid: Grid) -> dict[str, int]:
    """Where each column of ours stands.

    Raises:
        UserError: there is neither a column of bodies nor one of people.
    """
    titles = [(cell or "").strip().lower() for cell in grid.rows[0]]
    found = {
        name: titles.index(word)
        for name, words in COLUMNS.items()
        for word in reversed(words)
        if word in titles
    }
    if "body_code" not in found:
        got = ", ".join(each[:40] for each in titles if each)[:400]
        raise UserError(
            Fault(
                f"{grid.where}: got the columns {got or 'none'}; wanted 机构代码 (body code) in "
                "the first row, and 用户名 (user name) where rows are people",
                f"{grid.where}：列名为“{got}”，首行须有“机构代码”，人员行须有“用户名”",
            )
        )
    return found


def _rows(grid: Grid, columns: Mapping[str, int]) -> Iterator[tuple[str, dict[str, str]]]:
    for at in range(1, len(grid.rows)):
        row = {name: _text(grid.text(at, column)) for name, column in columns.items()}
        if any(row.values()):
            yield grid.cell(at), row


def _text(cell: str | None) -> str:
    """What a cell says, without the apostrophe that our own files put before a formula."""
    text = " ".join((cell or "").split())
    return text[1:] if text[:1] == "'" and text[1:2] in "=+-@" else text
