"""How the tasks of an office were handled: the table that `urbanwork office export` writes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from urbanwork.errors import UserError
from urbanwork.sources.layers import OFFICE, WHOLE_CITY, AreaNames, Statistics

VERSION: Final = "1"
KEY: Final = b"urbanwork.tasks"
MOMENT: Final = pa.timestamp("us", "UTC")
SCHEMA: Final = pa.schema(
    [
        ("number", pa.string()),  # of the task in the ledger
        ("source", pa.string()),  # problem, ask, instruction, motion, ...
        ("indicator", pa.string()),  # that it is to move; empty where none
        ("area", pa.string()),  # id of its first area; empty for the whole city
        ("point", pa.string()),  # of the arrangement
        ("lead", pa.string()),  # code of the lead body
        ("state", pa.string()),
        ("assigned", MOMENT),
        ("first_due", MOMENT),
        ("due", MOMENT),  # that holds, put off by approved pauses
        ("finished", MOMENT),  # when the work that was accepted was submitted
        ("closed", MOMENT),
        ("submissions", pa.int32()),
        ("reworks", pa.int32()),
        ("returns", pa.int32()),
        ("is_due", pa.bool_()),  # counts in the period, see supervision/rates.py
        ("is_closed", pa.bool_()),
        ("is_in_time", pa.bool_()),
        ("expected_from", pa.float64()),
        ("expected_to", pa.float64()),
        ("expected_unit", pa.string()),
    ]
)
"""Columns of a table of tasks. Its metadata hold version, period, and chiefs of each area."""
COUNTS: Final = {"tasks_due": "is_due", "tasks_done": "is_closed",
                 "tasks_done_on_time": "is_in_time"}  # fmt: skip
"""Variables of statistics, and the columns that are counted for them."""


def tasks_schema() -> dict[str, Any]:
    """The columns of a table of tasks, as `urbanwork schema tasks` prints them."""
    return {
        "version": VERSION,
        "metadata": {KEY.decode(): "version, begin and end of the period, chiefs of each area"},
        "columns": {each.name: str(each.type) for each in SCHEMA},
    }


def read_tasks(path: Path, areas: AreaNames) -> tuple[Statistics, dict[str, Any]]:
    """Counts of tasks by area and for the whole city, of the year in which the period ends.

    An area in which nothing was due has no figure: a share of nothing is not known.

    Args:
        path: a table in SCHEMA.
        areas: the areas of the city.

    Raises:
        UserError: no such table, one of another version, or of areas of which none is here.
    """
    table, told = _read(path)
    row_of = {str(area): row for row, area in enumerate(areas.id)}
    row = np.array([row_of.get(area, WHOLE_CITY) for area in table["area"].to_pylist()], np.int64)
    named = {area for area in table["area"].to_pylist() if area}
    if named and not named & set(row_of):
        raise UserError(
            f"{path}: none of its areas is in this city (such as '{min(named)}'); "
            "write it anew with `urbanwork office export`"
        )
    last = date.fromisoformat(told["end"]) - timedelta(days=1)
    figures = [*_counts(table, row, len(areas.id)), *_chiefs(told["chiefs"], row_of)]
    report = {
        "tasks": table.num_rows, "period": [told["begin"], told["end"]],
        "unknown_areas": sorted(named - set(row_of)), "data_date": last.isoformat(),
    }  # fmt: skip
    document = f"{OFFICE} {told['begin']}/{last}"
    return _statistics(figures, last.year, document, path), report


def with_figures(given: Statistics, more: Statistics) -> Statistics:
    """Figures with others behind them; where both give one, the first counts."""
    known = set(zip(given.area.tolist(), given.year.tolist(), given.variable.tolist(), strict=True))
    keys = zip(more.area.tolist(), more.year.tolist(), more.variable.tolist(), strict=True)
    fresh = np.array([key not in known for key in keys], np.bool_)
    breaks = given.break_ if len(given.break_) else np.full(len(given.area), None, np.object_)
    has_breaks = bool(len(given.break_))
    return Statistics(
        np.concatenate([given.area, more.area[fresh]]),
        np.concatenate([given.year, more.year[fresh]]),
        np.concatenate([given.variable, more.variable[fresh]]),
        np.concatenate([given.value, more.value[fresh]]),
        np.concatenate([given.source, more.source[fresh]]),
        np.concatenate([given.origin, more.origin[fresh]]),
        np.concatenate([breaks, np.full(int(fresh.sum()), None, np.object_)])
        if has_breaks
        else given.break_,
    )


def _read(path: Path) -> tuple[pa.Table, Mapping[str, Any]]:
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise UserError(
            f"{path}: this is no table of tasks; `urbanwork office export` writes one"
        ) from error
    told = json.loads((table.schema.metadata or {}).get(KEY, b"{}"))
    if told.get("version") != VERSION or table.schema.names != SCHEMA.names:
        raise UserError(
            f"{path}: got version {told.get('version', 'none')} of the table of tasks, wanted "
            f"{VERSION}; write it anew with `urbanwork office export`"
        )
    return table, told


def _counts(table: pa.Table, row: Any, areas: int) -> Iterator[tuple[int, str, float]]:
    flags = {name: pc.fill_null(table[name], False).to_numpy() for name in COUNTS.values()}
    due = np.bincount(row[flags["is_due"] & (row >= 0)], minlength=areas)
    for variable, name in COUNTS.items():
        yield WHOLE_CITY, variable, float(flags[name].sum())
        of_area = np.bincount(row[flags[name] & (row >= 0)], minlength=areas)
        for area in np.flatnonzero(due):
            yield int(area), variable, float(of_area[area])


def _chiefs(
    chiefs: Mapping[str, int], row_of: Mapping[str, int]
) -> Iterator[tuple[int, str, float]]:
    """Areas and those with exactly one chief, of the areas and of the city."""
    known = {row_of[area]: number for area, number in chiefs.items() if area in row_of}
    for area, number in known.items():
        yield area, "management_grids", 1.0
        yield area, "management_grids_with_chief", float(number == 1)
    if known:
        yield WHOLE_CITY, "management_grids", float(len(known))
        yield WHOLE_CITY, "management_grids_with_chief", float(sum(n == 1 for n in known.values()))


def _statistics(
    figures: Sequence[tuple[int, str, float]], year: int, document: str, path: Path
) -> Statistics:
    count = len(figures)
    return Statistics(
        np.array([area for area, _, _ in figures], np.int64),
        np.full(count, year, np.int64),
        np.array([variable for _, variable, _ in figures], np.object_),
        np.array([value for _, _, value in figures], np.float64),
        np.full(count, document, np.object_),
        np.full(count, path.name, np.object_),
    )
