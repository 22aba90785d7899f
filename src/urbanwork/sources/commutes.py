"""Origin-destination tables: workers by area of home and area of work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from urbanwork.errors import UserError
from urbanwork.sources.columns import column_of
from urbanwork.sources.commute_lines import GUESSES, CommuteTable, Line, commute_table
from urbanwork.sources.headed import open_grid, raise_all, read_number, unknown_area
from urbanwork.sources.layers import OUTSIDE_CITY, WHOLE_CITY, AreaNames, Commutes, Floats
from urbanwork.sources.notes import Note, note
from urbanwork.sources.statistics.areas import AreaMatcher, code_of
from urbanwork.sources.statistics.values import year_of
from urbanwork.sources.statistics.words import folded

OUTSIDE = frozenset(map(folded, (
    "市外", "外市", "外地", "域外", "其他城市", "其它城市", "其他市", "城外", "本市以外", "市域外",
    "outside", "outside the city", "outside city", "elsewhere", "other cities", "other city",
    "external",
)))  # fmt: skip
"""What tables call places that are not of the city."""

MOST_MINUTES = 600.0
PLAUSIBLE = (0.05, 20.0)
"""A mean distance over the straight line between areas: beyond, the unit is another one."""
EARTH_M = 6_371_008.8

Key = tuple[int | str, int | str, int]


def read_commutes(
    path: Path, *, year: int | None, sheet: str | None, encoding: str | None, areas: AreaNames
) -> tuple[Commutes, dict[str, Any]]:
    """Workers by area of home and work, of a tidy table or a matrix, and what was found.

    Areas are matched by code, else by name. Places that the table calls outside ("市外", or a code
    of another city) are OUTSIDE_CITY. Rows of totals are held against the sum of their parts.

    Args:
        path: .csv or .xlsx.
        year: year of every row, where no column says it.
        sheet: sheet of a workbook; else the one with most known columns.
        encoding: encoding of a text file; else found out.
        areas: the areas of the city.

    Raises:
        UserError: the file or its header cannot be read, or nobody commutes in it.
        ManyFaultsError: an unknown area, a pair given twice, a negative number, a missing year, a
            total that does not add up, distances in another unit: each with line or cell.
    """
    grid = open_grid(path, sheet, encoding, GUESSES)
    table = commute_table(grid, areas)
    reading = _Reading(table, AreaMatcher(areas), areas, year)
    for line in table.lines:
        reading.read(line)
    reading.check_totals()
    reading.check_distances()
    raise_all(reading.faults)
    if not reading.pairs:
        raise UserError(f"{grid.where}: nobody commutes in this table; is it the right file?")
    return reading.commutes(), {"rows": len(table.lines), "encoding": grid.encoding,
                                **reading.report()}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Pair:
    home: int
    work: int
    year: int
    workers: float
    step: float  # value of the last digit
    distance_m: float
    minutes: float
    origin: str
    distance_at: str


@dataclass(slots=True)
class _Reading:
    """Reads line after line; faults and totals are told at the end."""

    table: CommuteTable
    matcher: AreaMatcher
    areas: AreaNames
    year: int | None
    pairs: list[_Pair] = field(default_factory=list)
    totals: list[_Pair] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    matched: Counter[str] = field(default_factory=Counter)
    outside: Counter[str] = field(default_factory=Counter)
    blank: int = 0
    beyond: int = 0
    _seen: dict[Key, str] = field(default_factory=dict)
    _known: dict[tuple[str | None, str | None], int | None] = field(default_factory=dict)
    _years: dict[str | None, int | None] = field(default_factory=dict)
    _open: set[tuple[int, int, int]] = field(default_factory=set)  # sums with parts not known
    _ours: frozenset[str] = field(init=False)  # first digits of the codes of the areas

    def __post_init__(self) -> None:
        self._ours = frozenset(code_of(str(each))[:4] for each in self.areas.id) - {""}

    def read(self, line: Line) -> None:
        home, work = self._end(line, "home"), self._end(line, "work")
        year = self._year(line)
        before = len(self.faults)
        workers = self._number(line, "workers")
        if home is None or work is None or year is None:
            return
        if workers is None:
            if len(self.faults) == before:
                self.blank += 1
                self._open |= set(_sums_of(home, work, year))
            return
        pair = _Pair(
            home, work, year, workers[0] * self.table.workers_unit, self._step(workers[1]),
            self._quantity(line, self.table.distance),
            self._minutes(line), line.where("workers"),
            line.where(self.table.distance[0]) if self.table.distance else "",
        )  # fmt: skip
        self._keep(line, pair)

    def _keep(self, line: Line, pair: _Pair) -> None:
        if WHOLE_CITY in (pair.home, pair.work):
            self.totals.append(pair)
        elif pair.home == pair.work == OUTSIDE_CITY:
            self.beyond += 1
        elif self._is_new(line, pair):
            self.pairs.append(pair)

    def _is_new(self, line: Line, pair: _Pair) -> bool:
        """Whether the pair stands here first; several places outside are several pairs."""
        home = self._as_written(line, "home") if pair.home == OUTSIDE_CITY else pair.home
        work = self._as_written(line, "work") if pair.work == OUTSIDE_CITY else pair.work
        first = self._seen.setdefault((home, work, pair.year), line.row)
        if first is not line.row:
            self.faults.append(
                f"{line.row}: the way from '{self._as_written(line, 'home')}' to "
                f"'{self._as_written(line, 'work')}' in {pair.year} is given twice (first in "
                f"{first}); keep one row of each"
            )
        return first is line.row

    # Cells

    def _as_written(self, line: Line, kind: str) -> str:
        return line.text(kind) or line.text(f"{kind}_code") or ""

    def _end(self, line: Line, kind: str) -> int | None:
        code, name = line.text(f"{kind}_code"), line.text(kind)
        if not code and not name:
            where = line.where(kind if kind in self.table.names else f"{kind}_code")
            self.faults.append(f"{where}: the row does not say the area of {kind}; fill the cell")
            return None
        if (code, name) not in self._known:  # an unknown name is told where it stands first
            self._known[code, name] = self._area(line, kind, code, name)
        if self._known[code, name] == OUTSIDE_CITY:
            self.outside[name or code or ""] += 1
        return self._known[code, name]

    def _area(self, line: Line, kind: str, code: str | None, name: str | None) -> int | None:
        where = line.where(kind if name else f"{kind}_code")
        if self._is_outside(code, name):
            return OUTSIDE_CITY
        match = self.matcher.find(code, name)
        if match.area is None:
            self.faults.append(f"{where}: {match.fault or self._unknown(code, name)}")
            return None
        self.matched["city" if match.area == WHOLE_CITY else match.by] += 1
        return match.area

    def _is_outside(self, code: str | None, name: str | None) -> bool:
        """Whether the table says that a place is not of the city: in words, or by its code."""
        if name and (folded(name) in OUTSIDE or name.startswith(("市外", "outside"))):
            return True
        given = code_of(code or name or "")
        return bool(given and self._ours and given[:4] not in self._ours)

    def _unknown(self, code: str | None, name: str | None) -> str:
        return (
            f"{unknown_area(name or code or '', self.areas)}; "
            "mend it, or write 'outside' (市外) for places that are not of the city"
        )

    def _year(self, line: Line) -> int | None:
        text = line.text("year")
        if text not in self._years:
            self._years[text] = year_of(text) if text else self.year
        found = self._years[text]
        if found is None:
            got = f"'{text}' is no year" if text else "the row has no year"
            self.faults.append(
                f"{line.where('year')}: {got}; give a column 'year', or 'year:' beside the file"
            )
        return found

    def _number(self, line: Line, kind: str) -> tuple[float, float] | None:
        name = self.table.names.get(kind, kind)
        return read_number(line.text(kind), line.where(kind), name, self.faults)

    def _step(self, last_digit: float) -> float:
        """By how much a number may be rounded: whole people are counted, not rounded."""
        step = last_digit * self.table.workers_unit
        return 0.0 if step == 1.0 else step

    def _quantity(self, line: Line, column: tuple[str, float] | None) -> float:
        found = self._number(line, column[0]) if column else None
        return found[0] * column[1] if found and column else np.nan

    def _minutes(self, line: Line) -> float:
        minutes = self._quantity(line, self.table.time)
        if minutes > MOST_MINUTES:
            kind = self.table.time[0] if self.table.time else ""
            self.faults.append(
                f"{line.where(kind)}: {minutes:g} minutes are no commute; are these seconds?"
            )
        return minutes

    # Totals and units

    def check_totals(self) -> None:
        """Every total must be the sum of its parts, within the digits that are written.

        Where numbers of parts are not given it may be more.
        """
        sums = _sums(self.pairs) if self.totals else {}
        for total in self.totals:
            key = (total.home, total.work, total.year)
            parts = sums.get(key, _NOTHING)
            if key in self._open and parts.workers <= total.workers:
                continue
            if not any(each.adds_up_to(total) for each in (parts, sums.get((*key, True), parts))):
                self.faults.append(
                    f"{total.origin}: the total is {total.workers:,.10g} but its parts in "
                    f"{total.year} sum to {parts.workers:,.10g}; mend one of them, or leave the "
                    "total out"
                )

    def check_distances(self) -> None:
        """Distances that are far from the straight lines are in another unit than is said."""
        between = [each for each in self.pairs if each.home != each.work and each.home >= 0
                   and each.work >= 0 and each.distance_m > 0]  # fmt: skip
        if not between:
            return
        straight = _straight_m(self.areas, [(each.home, each.work) for each in between])
        ratio = float(np.median([each.distance_m for each in between] / np.maximum(straight, 1.0)))
        if not PLAUSIBLE[0] <= ratio <= PLAUSIBLE[1] and self.table.distance:
            name = self.table.names[self.table.distance[0]]
            self.faults.append(
                f"{between[0].distance_at}: the distances of column '{name}' are {ratio:.3g} times "
                "the straight lines between the areas; say their unit rightly: m or km"
            )

    # Result

    def commutes(self) -> Commutes:
        rows = sorted(self.pairs, key=lambda each: (each.year, each.home, each.work, each.origin))

        def numbers(name: str, dtype: type) -> Any:
            return np.array([getattr(each, name) for each in rows], dtype)

        return Commutes(
            numbers("home", np.int64), numbers("work", np.int64), numbers("workers", np.float64),
            numbers("distance_m", np.float64), numbers("minutes", np.float64),
            numbers("year", np.int64), column_of(each.origin for each in rows),
        )  # fmt: skip

    def report(self) -> dict[str, Any]:
        """What was read, as plain data."""
        return {
            "form": self.table.form,
            "pairs": len(self.pairs),
            "years": sorted({each.year for each in self.pairs}),
            "workers": sum(each.workers for each in self.pairs),
            "matched": dict(sorted(self.matched.items())),
            "outside": dict(sorted(self.outside.items())),
            "totals_held": len(self.totals),
            "rows_without_workers": self.blank,
            "rows_beyond_the_city": self.beyond,
            "notes": self._notes(),
        }

    def _notes(self) -> list[Note]:
        notes = []
        if self.outside:
            count = sum(each.workers for each in self.pairs
                        if OUTSIDE_CITY in (each.home, each.work))  # fmt: skip
            notes.append(note(
                f"{count:,.0f} workers live or work outside the city",
                f"{count:,.0f} 名就业者的居住地或工作地在市外",
            ))  # fmt: skip
        if self.blank:
            notes.append(note(
                f"{self.blank} pairs give no number of workers and are left out",
                f"{self.blank} 对起讫点未给出人数，未计入",
            ))  # fmt: skip
        return notes


@dataclass(frozen=True, slots=True)
class _Sum:
    """What parts sum to, each wrong by half of its last digit at most."""

    workers: float
    steps: float

    def adds_up_to(self, total: _Pair) -> bool:
        return abs(self.workers - total.workers) <= 0.5 * (self.steps + total.step) + 1e-6


_NOTHING = _Sum(0.0, 0.0)


def _sums_of(home: int, work: int, year: int) -> tuple[tuple[int, int, int], ...]:
    """The totals that a pair is part of."""
    return (home, WHOLE_CITY, year), (WHOLE_CITY, work, year), (WHOLE_CITY, WHOLE_CITY, year)


def _sums(pairs: Sequence[_Pair]) -> dict[tuple[int | bool, ...], _Sum]:
    """Sums by home, by work and of all, by year; with True at the end those within the city."""
    sums: dict[tuple[int | bool, ...], _Sum] = {}
    for each in pairs:
        is_inside = OUTSIDE_CITY not in (each.home, each.work)
        for whole in _sums_of(each.home, each.work, each.year):
            for key in (whole, (*whole, True))[: 1 + is_inside]:
                before = sums.get(key, _NOTHING)
                sums[key] = _Sum(before.workers + each.workers, before.steps + each.step)
    return sums


def _straight_m(areas: AreaNames, pairs: Sequence[tuple[int, int]]) -> Floats:
    """Straight lines between the middles of areas, metres; rough, to tell units apart."""
    middle = shapely.get_coordinates(shapely.centroid(areas.geometry))
    one, other = np.radians(middle[[home for home, _ in pairs]]), np.radians(
        middle[[work for _, work in pairs]])  # fmt: skip
    east = (other[:, 0] - one[:, 0]) * np.cos((one[:, 1] + other[:, 1]) / 2)
    return np.asarray(EARTH_M * np.hypot(east, other[:, 1] - one[:, 1]), np.float64)
