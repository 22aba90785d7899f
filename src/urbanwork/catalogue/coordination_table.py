"""A table of one's own as a system: units in rows, items in columns.

The first column names the units. A column is called `subsystem.item`, or only `subsystem` where it
has one item; a `-` at the end of the name says that lower is better. A row called `city` or 全市 is
the whole city: it is scored by the others' bounds and is no part of the sample.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.catalogue.checking import suggestion
from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.measures.coupling import Goalposts, Item, Subsystem, System
from urbanwork.sources.statistics.files import read_grid
from urbanwork.sources.statistics.grid import Grid

Floats = NDArray[np.float64]

CITY_NAMES = ("city", "whole city", "全市", "合计", "总计")
NOTHING = ("", "-", "–", "—", "n/a", "na", "nan", "…", "..")
OWN = "table"
"""Id of the system that a table of one's own makes."""
EPSILON = 0.01
"""Without it the unit that is last in a subsystem of one item has D 0, whatever else it has."""


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """Units with the items of a system."""

    system: System
    units: tuple[str, ...]  # [N]
    values: Floats  # [N, K]
    city: Floats  # [K] nan where the table has no row for it


def read_scores(path: Path, system: System | None = None) -> ScoreTable:
    """The table of a file (.csv, .xlsx); without a system its columns make one.

    Args:
        path: the file; its first row with anything in it names the columns.
        system: columns are then named as its items; an item without a column is missing.

    Raises:
        UserError: the file cannot be read, or makes no system.
        ManyFaultsError: columns or values that are wrong, each with its place.
    """
    grid = read_grid(path)
    header = next(place for place, row in enumerate(grid.rows) if any(row))
    names = [each or "" for each in grid.rows[header]]
    rows = [place for place in range(header + 1, len(grid.rows)) if any(grid.rows[place])]
    _check_shape(path, names, rows)
    chosen = system or _system(path, [name for name in names[1:] if name])
    faults = [
        *_column_faults(grid, header, chosen, system), *_row_faults(grid, names, rows)
    ]  # fmt: skip
    if faults:
        raise ManyFaultsError(faults)
    return _table(grid, names, rows, chosen, by_id=system is not None)


def _check_shape(path: Path, names: Sequence[str], rows: Sequence[int]) -> None:
    if len([name for name in names[1:] if name]) < 1:
        raise UserError(
            f"{path}: one column only; give the names of the units in the first column and a "
            "column for each item, called subsystem.item"
        )
    if not rows:
        raise UserError(f"{path}: there is no row below the column names; give one for each unit")


def _table(
    grid: Grid, names: Sequence[str], rows: Sequence[int], system: System, *, by_id: bool
) -> ScoreTable:
    units = [str(grid.text(row, 0)) for row in rows]
    columns = {name if by_id else _split(name)[2]: place for place, name in enumerate(names)}
    values = np.array([
        [_number(grid.text(row, columns.get(item.id))) for item in system.items] for row in rows
    ])  # fmt: skip
    is_city = np.array([unit.lower() in CITY_NAMES for unit in units])
    city = values[is_city][0] if is_city.any() else np.full(values.shape[1], np.nan)
    kept = tuple(unit for unit, whole in zip(units, is_city, strict=True) if not whole)
    return ScoreTable(system, kept, values[~is_city], city)


def _system(path: Path, names: Sequence[str]) -> System:
    grouped: dict[str, list[Item]] = {}
    for name in names:
        subsystem, title, key, lower = _split(name)
        item = Item(key, (title, title), (key,), better="lower" if lower else "higher")
        grouped.setdefault(subsystem, []).append(item)
    if len(grouped) < 2:
        raise UserError(
            f"{path}: its columns make one subsystem, '{next(iter(grouped))}', and one is coupled "
            "with nothing; call columns subsystem.item, with two or more subsystems"
        )
    subsystems = tuple(
        Subsystem(name, (name, name), tuple(items)) for name, items in grouped.items()
    )
    return System(
        OWN, (path.stem, path.stem), subsystems, epsilon=EPSILON, absent="leave_out"
    )  # fmt: skip


def _split(name: str) -> tuple[str, str, str, bool]:
    """Subsystem, item, id and whether lower is better, of the name of a column."""
    plain = name.rstrip("-−–").strip()
    subsystem, _, item = plain.partition(".")
    return subsystem, item or subsystem, plain, plain != name.strip()


def _column_faults(grid: Grid, header: int, system: System, given: System | None) -> Iterator[str]:
    known = [item.id for item in system.items]
    seen: set[str] = set()
    for column, name in enumerate(grid.rows[header][1:], start=1):
        plain = _split(name)[2] if name and given is None else name
        if plain and plain in seen:
            yield f"{grid.cell(header, column)}: the column '{plain}' is given twice"
        elif plain and plain not in known:
            yield (
                f"{grid.cell(header, column)}: {system.id} has no item '{plain}'"
                f"{suggestion(plain, known)}"
            )
        seen.add(plain or "")


def _row_faults(grid: Grid, names: Sequence[str], rows: Sequence[int]) -> Iterator[str]:
    first: dict[str, int] = {}
    for row in rows:
        unit = grid.text(row, 0)
        if not unit:
            yield f"{grid.cell(row, 0)}: the first column is empty; name the unit"
        elif unit in first:
            there = grid.cell(first[unit], 0)
            yield f"{grid.cell(row, 0)}: '{unit}' is given twice (first in {there})"
        first.setdefault(unit or "", row)
        for column, name in enumerate(names[1:], start=1):
            value = grid.text(row, column)
            if name and np.isnan(_number(value)) and not _is_nothing(value):
                yield (
                    f"{grid.cell(row, column)}: {name} is '{value}'; wanted a number, or nothing "
                    "where it is missing"
                )


def _is_nothing(value: Any) -> bool:
    return value is None or str(value).strip().lower() in NOTHING


def _number(value: Any) -> float:
    """A number with or without separators of thousands, nan for all else."""
    try:
        number = float(str(value).replace(",", "").replace("，", "").strip())
    except ValueError:
        return float("nan")
    return number if np.isfinite(number) else float("nan")


# What is asked for beside the table


def with_goalposts(system: System, asked: Sequence[str]) -> System:
    """The system with fixed ends: each `item=low:high`, or `low:high` for every item.

    Raises:
        UserError: not of that form, low not below high, or no such item.

    >>> pair = (Subsystem("a", ("a", "a"), (Item("a", ("a", "a"), ("a",)),)),)
    >>> with_goalposts(System("s", ("s", "s"), pair), ["a=0:5"]).items[0].goalposts.high
    5.0
    """
    posts: dict[str, Goalposts] = {}
    items = [item.id for item in system.items]
    for text in asked:
        name, _, ends = text.rpartition("=")
        if name and name not in items:
            raise UserError(f"--goalposts: there is no item '{name}'{suggestion(name, items)}")
        posts |= {each: _goalposts(text, ends) for each in ([name] if name else items)}
    return _each_item(system, lambda item: replace(item, goalposts=posts.get(item.id) or
                                                   item.goalposts))  # fmt: skip


def _goalposts(text: str, ends: str) -> Goalposts:
    low, _, high = ends.partition(":")
    try:
        found = Goalposts(float(low), float(high), "given on the command line")
    except ValueError:
        raise UserError(
            f"--goalposts: got '{text}'; wanted item=low:high, such as average_schooling=0:15"
        ) from None
    if not found.low < found.high:
        raise UserError(f"--goalposts: in '{text}' the first end must lie below the second")
    return found


def with_weights(system: System, asked: Sequence[str]) -> System:
    """The system with given weights: each `name=number`, a subsystem or an item.

    Raises:
        UserError: not of that form, negative, or no such name.
    """
    given: dict[str, float] = {}
    names = [*(each.id for each in system.subsystems), *(item.id for item in system.items)]
    for text in asked:
        name, _, number = text.rpartition("=")
        weight = _number(number)
        if not name or not weight > 0:
            raise UserError(
                f"--weight: got '{text}'; wanted name=number above 0, such as space=0.4"
            )
        if name not in names:
            raise UserError(f"--weight: there is no '{name}'{suggestion(name, names)}")
        given[name] = weight
    return _weighed(system, given)


def _weighed(system: System, given: Mapping[str, float]) -> System:
    weighed = _each_item(system, lambda item: replace(item, weight=given.get(item.id, item.weight)))
    subsystems = tuple(
        replace(each, weight=given.get(each.id, each.weight)) for each in weighed.subsystems
    )
    return replace(weighed, subsystems=subsystems)


def _each_item(system: System, change: Any) -> System:
    subsystems = tuple(
        replace(each, items=tuple(change(item) for item in each.items))
        for each in system.subsystems
    )
    return replace(system, subsystems=subsystems)
