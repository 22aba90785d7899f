"""Statistics of a city from its tables: read, matched with the areas, checked, put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.sources.columns import column_of
from urbanwork.sources.layers import WHOLE_CITY, AreaNames, Statistics
from urbanwork.sources.notes import Note, note
from urbanwork.sources.statistics.adapter import Adapter, read_adapter
from urbanwork.sources.statistics.areas import AreaMatcher
from urbanwork.sources.statistics.checks import (
    TOLERANCE,
    Checked,
    check_all,
    mark_breaks,
    table_of,
)
from urbanwork.sources.statistics.figures import Figure, Key, Names, TableReading, in_order
from urbanwork.sources.statistics.files import read_grid
from urbanwork.sources.statistics.plausible import check_table
from urbanwork.sources.statistics.tidy import known_words, read_tidy
from urbanwork.sources.statistics.variables import load_variables
from urbanwork.sources.statistics.wide import read_wide
from urbanwork.sources.statistics.words import listed

MOST_FAULTS = 30


class Source(Protocol):
    """A table as `city.yaml` declares it."""

    @property
    def path(self) -> Path: ...
    @property
    def adapter(self) -> Path | None: ...
    @property
    def sheet(self) -> str | None: ...
    @property
    def encoding(self) -> str | None: ...
    @property
    def publisher(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class _Table:
    """A table that was read, with its adapter and the areas as it calls them."""

    adapter: Adapter
    reading: TableReading
    matcher: AreaMatcher


def read_statistics(
    sources: Sequence[Source], areas: AreaNames
) -> tuple[Statistics, dict[str, Any]]:
    """All figures of the areas and of the city, in the units of the vocabulary, and a report.

    Where two tables give the same figure, the first in `sources` counts. The report has one entry
    a source in `sources`: rows and figures, areas matched by code and by name, names that did not
    match, variables that are not known, sums of areas against stated totals, breaks of series, and
    `warnings` in English and Chinese.

    Raises:
        UserError: a table cannot be read, or nothing in it speaks of the city.
        ManyFaultsError: all faults of all tables, each with file and line or cell.
    """
    names = Names(areas, load_variables())
    tables, faults = _tables(sources, names)
    figures, said = _put_together([table.reading for table in tables])
    breaks = list[list[dict[str, Any]]]()
    for table in tables:
        marked, wrong = mark_breaks(figures, table.adapter.breaks, names, table.matcher)
        breaks.append(marked)
        faults += wrong
    _raise(faults)
    blanks = {key: where for table in tables for key, where in table.reading.blanks.items()}
    declared = {key: why for table in tables for key, why in table.adapter.totals.items()}
    checked = check_all(figures, names, blanks, declared)
    _raise(checked.faults)
    checked.warnings[:0] = said
    reports = [_report(each, own, checked) for each, own in zip(tables, breaks, strict=True)]
    return _statistics(figures), {"sources": reports, "totals": checked.totals}


def _tables(sources: Sequence[Source], names: Names) -> tuple[list[_Table], list[str]]:
    """The tables that could be read, and the faults of all."""
    faults, tables = list[str](), list[_Table]()
    for source in sources:
        try:
            tables.append(_table(source, names))
        except UserError as error:
            faults += error.faults if isinstance(error, ManyFaultsError) else [str(error)]
        else:
            faults += tables[-1].reading.faults
    return tables, faults


def _raise(faults: Sequence[str]) -> None:
    several = list(dict.fromkeys(faults))
    if len(several) == 1:
        raise UserError(several[0])
    if several:
        more = len(several) - MOST_FAULTS
        rest = [f"... and {more} more faults"] if more > 0 else []
        raise ManyFaultsError([*several[:MOST_FAULTS], *rest])


def _table(source: Source, names: Names) -> _Table:
    adapter = Adapter()
    if source.adapter is not None:
        adapter = read_adapter(source.adapter, names.vocabulary)
    matcher = AreaMatcher(names.areas, (*names.areas.city_names, *adapter.city))
    grid = read_grid(
        source.path, sheet=source.sheet or adapter.sheet, encoding=source.encoding,
        known=None if adapter.columns else known_words,
    )  # fmt: skip
    document = source.publisher or source.path.name
    if adapter.columns:
        reading = read_wide(grid, adapter, matcher, document)
    else:
        reading = read_tidy(grid, adapter, names.vocabulary, matcher, document)
    if not reading.faults:
        _check_something(reading, names)
    check_table(reading, names)
    return _Table(adapter, reading, matcher)


def _check_something(reading: TableReading, names: Names) -> None:
    """Raise UserError for a table that has nothing for the city."""
    where = reading.grid.where
    if not reading.matched and reading.unmatched:
        raise UserError(
            f"{where}: no row speaks of an area of the city; the table has "
            f"{listed(reading.unmatched, 6)}, the city has "
            f"{listed((f'{name} ({code})' for name, code in _named(names.areas)), 6)}; "
            "check the column of the areas, or add one with their codes"
        )
    if not reading.figures and reading.unknown:
        first = next(iter(reading.unknown))
        raise UserError(
            f"{reading.unknown[first]}: none of the table's variables is known "
            f"({listed(reading.unknown, 6)}){names.vocabulary.suggestion(first)}; "
            "'urbanwork variables' lists them"
        )
    if not reading.rows:
        raise UserError(f"{where}: there is no row below the column names; is it the right file?")


def _named(areas: AreaNames) -> Iterable[tuple[str, str]]:
    return zip(map(str, areas.name), map(str, areas.id), strict=True)


def _put_together(readings: Sequence[TableReading]) -> tuple[list[Figure], list[tuple[str, Note]]]:
    """Each figure once, of the first table that has it; where a later one differs is noted."""
    kept: dict[Key, Figure] = {}
    differing = list[tuple[Figure, Figure]]()
    for reading in readings:
        for each in reading.figures:
            first = kept.setdefault(each.key, each)
            slack = TOLERANCE * abs(first.value) + (first.step + each.step) / 2
            if abs(first.value - each.value) > slack:
                differing.append((first, each))
    notes = [
        (table_of(two.origin), note(
            f"{one.title} of {one.year}: {one.shown} ({one.origin}) is used, not "
            f"{two.shown} ({two.origin}); the first table counts",
            f"{one.title_zh}（{one.year}）：采用 {one.shown}（{one.origin}），"
            f"未采用 {two.shown}（{two.origin}）；以先列出的表为准",
        ))
        for one, two in differing[:MOST_FAULTS]
    ]  # fmt: skip
    return sorted(kept.values(), key=in_order), notes


def _statistics(figures: Sequence[Figure]) -> Statistics:
    return Statistics(
        np.array([each.area for each in figures], np.int64),
        np.array([each.year for each in figures], np.int64),
        column_of(each.variable.id for each in figures),
        np.array([each.value for each in figures], np.float64),
        column_of(each.source for each in figures),
        column_of(each.origin for each in figures),
        column_of(each.break_ for each in figures),
    )


def _report(table: _Table, breaks: list[dict[str, Any]], checked: Checked) -> dict[str, Any]:
    """What is told of one table."""
    reading = table.reading
    where = reading.grid.where
    own = [each for of_table, each in checked.warnings if of_table == where]
    totals = [each["agrees"] for each in checked.totals if each["table"] == where]
    years = sorted({each.year for each in reading.figures})
    return {
        "rows": reading.rows,
        "figures": len(reading.figures),
        "figures_of_city": sum(each.area == WHOLE_CITY for each in reading.figures),
        "variables": len({each.variable.id for each in reading.figures}),
        "years": "-".join(dict.fromkeys(map(str, (years[0], years[-1])))) if years else None,
        "encoding": reading.grid.encoding,
        "adapter": Path(table.adapter.where).name or None,
        "areas_matched_by_code": reading.matched["code"],
        "areas_matched_by_name": reading.matched["name"],
        "rows_not_matched": _shown(reading.unmatched),
        "variables_not_known": _shown(reading.unknown),
        "totals_held_against_areas": len(totals),
        "totals_that_agree": sum(totals),
        "breaks": breaks,
        "warnings": [*reading.warnings, *_unmatched(reading), *own],
    }


def _shown(words: Iterable[str], most: int = 20) -> list[str]:
    return list(words)[:most]


def _unmatched(reading: TableReading) -> list[Note]:
    """A warning of names that no area has, and of variables that we do not know."""
    notes = list[Note]()
    if reading.unmatched:
        said = listed((f"{name} ({where})" for name, where in reading.unmatched.items()), 5)
        notes.append(note(
            f"{len(reading.unmatched)} names of areas do not match and are left out: {said}",
            f"{len(reading.unmatched)} 个地区名称未能匹配，已略去：{said}",
        ))  # fmt: skip
    if reading.unknown:
        said = listed((f"{name} ({where})" for name, where in reading.unknown.items()), 5)
        notes.append(note(
            f"{len(reading.unknown)} variables are not known and are left out: {said}",
            f"{len(reading.unknown)} 个指标不在词汇表中，已略去：{said}",
        ))  # fmt: skip
    return notes
