"""Project tables: green buildings, renewal, infrastructure, greening, space for innovation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from urbanwork.errors import UserError
from urbanwork.sources.columns import column_of
from urbanwork.sources.headed import (
    HeadedTable,
    headed,
    number_in,
    open_grid,
    raise_all,
    unit_factor,
    unknown_area,
)
from urbanwork.sources.layers import WHOLE_CITY, AreaNames, Projects
from urbanwork.sources.project_words import (
    FLOOR_UNITS,
    GUESSES,
    MONEY_UNITS,
    stars_of,
    year_in,
    yes_or_no,
)
from urbanwork.sources.statistics.areas import WHOLE, AreaMatcher
from urbanwork.sources.statistics.words import folded, listed

WANTED = (
    "name, area, planned, done, floor (m2), cost, spent, class, qualified "
    "(项目名称, 区县, 计划完成年份, 实际完成年份, 建筑面积（平方米）, 总投资（万元）, "
    "实际投资（万元）, 等级, 是否达标)"
)
NUMBERS = ("floor", "cost", "spent")


def read_projects(
    path: Path,
    *,
    kind: str,
    columns: Mapping[str, str],
    sheet: str | None,
    encoding: str | None,
    areas: AreaNames,
) -> tuple[Projects, dict[str, Any]]:
    """The projects of one table, and what was found. docs/commuting.md has the columns.

    Args:
        path: .csv or .xlsx.
        kind: what the projects are, of PROJECT_KINDS.
        columns: names of columns by kind (id, name, area, planned, ...), where they are unusual.
        sheet: sheet of a workbook; else the one with most known columns.
        encoding: encoding of a text file; else found out.
        areas: the areas of the city.

    Raises:
        UserError: the file or its header cannot be read, a declared column does not exist, floor
            area or money without a unit, or no project.
        ManyFaultsError: an unknown area, a number twice, negative numbers, no year where one is
            wanted, neither yes nor no, a total that does not add up: each with line or cell.
    """
    grid = open_grid(path, sheet, encoding, GUESSES)
    table = headed(grid, GUESSES, columns)
    if table is None or not {"name", "id"} & set(table.columns):
        raise UserError(
            f"{grid.cell(0)}: none of the first rows (read as {grid.encoding}) has columns of "
            f"projects such as {WANTED}; name them with 'columns:' where they are unusual"
        )
    reading = _Reading(table, AreaMatcher(areas), areas, _units(table))
    for row in table.rows():
        reading.read(row)
    reading.check_totals()
    raise_all(reading.faults)
    if not reading.projects:
        raise UserError(f"{grid.where}: there is no project in this table; is it the right file?")
    return reading.as_projects(kind), {"encoding": grid.encoding, **reading.report()}


def joined(tables: Sequence[Projects]) -> Projects:
    """The projects of several tables as one.

    Raises ManyFaultsError when two tables have the same project.
    """
    if not tables:
        return Projects.none()
    names = [each.name for each in fields(Projects)]
    whole = Projects(**{
        name: np.concatenate([getattr(each, name) for each in tables]) for name in names
    })  # fmt: skip
    seen: dict[tuple[str, str], str] = {}
    faults = []
    for key, origin in zip(zip(whole.kind, whole.id, strict=True), whole.origin, strict=True):
        if key in seen and key[1] != origin:  # a project without a number is named by its row
            faults.append(f"{origin}: project '{key[1]}' is in {seen[key]} too; keep one of them")
        seen.setdefault(key, str(origin))
    raise_all(faults)
    return whole


def _units(table: HeadedTable) -> dict[str, float]:
    """What each column of numbers multiplies by.

    Raises UserError for floor area without a unit, and for money of which one column has a unit.
    """
    units = {"floor": 1.0, "cost": 1.0, "spent": 1.0}
    if "floor" in table.columns and not folded(table.name("floor")).endswith("m2"):
        units["floor"] = _unit(table, "floor", FLOOR_UNITS)
    money = [kind for kind in ("cost", "spent") if kind in table.columns]
    if any(unit_factor(table.name(kind), MONEY_UNITS) for kind in money):
        units |= {kind: _unit(table, kind, MONEY_UNITS) for kind in money}
    return units


def _unit(table: HeadedTable, kind: str, units: Mapping[str, float]) -> float:
    factor = unit_factor(table.name(kind), units)
    if factor is None:
        raise UserError(
            f"{table.where(table.header, kind)}: column '{table.name(kind)}' does not say its "
            f"unit; write it in brackets behind the name, one of {listed(units, 8)}"
        )
    return factor


@dataclass(frozen=True, slots=True)
class _Project:
    """One row, its fields named as those of `Projects`."""

    id: str
    name: str | None
    area: int
    planned_year: int
    done_year: int
    floor_m2: float
    cost: float
    spent: float
    class_: str | None
    is_qualified: int
    origin: str


@dataclass(slots=True)
class _Reading:
    """Reads row after row; faults and totals are told at the end."""

    table: HeadedTable
    matcher: AreaMatcher
    areas: AreaNames
    units: Mapping[str, float]
    projects: list[_Project] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    sums: dict[str, list[float]] = field(default_factory=lambda: {each: [0.0, 0.0]
                                                                  for each in NUMBERS})  # fmt: skip
    totals: list[tuple[str, str, float, float]] = field(default_factory=list)
    open: set[str] = field(default_factory=set)  # columns in which a row has no number
    _first: dict[str, str] = field(default_factory=dict)

    def read(self, row: int) -> None:
        names = {folded(self.table.text(row, kind) or "") for kind in ("id", "name", "area")}
        numbers = {kind: number_in(self.table, row, kind, self.faults) for kind in NUMBERS}
        if names & WHOLE and not self.table.text(row, "planned"):
            self._total(row, numbers)
            return
        for kind, number in numbers.items():
            if number is None:
                self.open.add(kind)
            else:
                self.sums[kind][0] += number[0]
                self.sums[kind][1] += number[1]
        self.projects.append(self._project(row, numbers))

    def _total(self, row: int, numbers: Mapping[str, tuple[float, float] | None]) -> None:
        for kind, number in numbers.items():
            if number is not None:
                self.totals.append((kind, self.table.where(row, kind), *number))

    def _project(self, row: int, numbers: Mapping[str, tuple[float, float] | None]) -> _Project:
        floor, cost, spent = (
            np.nan if number is None else number[0] * self.units[kind]
            for kind, number in numbers.items()
        )
        qualified = self._qualified(row)
        class_ = self.table.text(row, "class")
        stars = self.table.text(row, "qualified")
        if class_ is None and stars_of(stars):
            class_ = stars
        return _Project(
            self._id(row), self.table.text(row, "name"), self._area(row),
            self._year(row, "planned"), self._year(row, "done"), floor, cost, spent, class_,
            qualified, self.table.grid.cell(row),
        )  # fmt: skip

    def _id(self, row: int) -> str:
        where = self.table.grid.cell(row)
        given = self.table.text(row, "id")
        if given is None:
            return where
        if given in self._first:
            self.faults.append(
                f"{self.table.where(row, 'id')}: project '{given}' is given twice (first in "
                f"{self._first[given]}); give each its own number"
            )
        self._first.setdefault(given, where)
        return given

    def _area(self, row: int) -> int:
        code, name = self.table.text(row, "area_code"), self.table.text(row, "area")
        if not code and not name:
            return WHOLE_CITY
        match = self.matcher.find(code, name)
        if match.area is not None:
            return match.area
        where = self.table.where(row, "area" if name else "area_code")
        unknown = (
            f"{unknown_area(name or code or '', self.areas)}; "
            "mend it, or leave the cell empty for a project of the whole city"
        )
        self.faults.append(f"{where}: {match.fault or unknown}")
        return WHOLE_CITY

    def _year(self, row: int, kind: str) -> int:
        text = self.table.text(row, kind)
        year = year_in(text)
        if year is None:
            hint = " (在建)" if kind == "done" else ""
            self.faults.append(
                f"{self.table.where(row, kind)}: '{text}' is no year; give one such as 2023, or "
                f"leave the cell empty{hint}"
            )
        return year or 0

    def _qualified(self, row: int) -> int:
        kind = "qualified" if "qualified" in self.table.columns else "class"
        text = self.table.text(row, kind)
        answer = yes_or_no(text)
        if answer is None and kind == "qualified":
            self.faults.append(
                f"{self.table.where(row, kind)}: '{text}' is neither yes nor no; give yes (是), "
                "no (否) or stars (一星), or leave the cell empty"
            )
        return -1 if answer is None else answer

    def check_totals(self) -> None:
        """Every total must be the sum of its column, within the digits that are written.

        Where a row has no number it may be more.
        """
        for kind, where, total, step in self.totals:
            held, steps = self.sums[kind]
            slack = 0.5 * (step + steps) + 1e-6
            if held - total > slack or (total - held > slack and kind not in self.open):
                self.faults.append(
                    f"{where}: the total of column '{self.table.name(kind)}' is {total:,.10g} but "
                    f"its rows sum to {held:,.10g}; mend one of them, or leave the total out"
                )

    def as_projects(self, kind: str) -> Projects:
        rows = self.projects

        def texts(name: str) -> Any:
            return column_of(getattr(each, name) for each in rows)

        def numbers(name: str, dtype: type) -> Any:
            return np.array([getattr(each, name) for each in rows], dtype)

        return Projects(
            id=texts("id"), kind=column_of([kind] * len(rows)), name=texts("name"),
            area=numbers("area", np.int64), planned_year=numbers("planned_year", np.int64),
            done_year=numbers("done_year", np.int64), floor_m2=numbers("floor_m2", np.float64),
            cost=numbers("cost", np.float64), spent=numbers("spent", np.float64),
            class_=texts("class_"), is_qualified=numbers("is_qualified", np.int8),
            origin=texts("origin"),
        )  # fmt: skip

    def report(self) -> dict[str, Any]:
        """What was read, as plain data."""
        rows = self.projects
        return {
            "projects": len(rows),
            "columns": {kind: self.table.name(kind) for kind in sorted(self.table.columns)},
            "done": sum(each.done_year > 0 for each in rows),
            "without_area": sum(each.area == WHOLE_CITY for each in rows),
            "without_answer": sum(each.is_qualified < 0 for each in rows),
            "totals_held": len(self.totals),
        }
