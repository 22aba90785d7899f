"""Tidy tables: one row a figure, with columns for area, year, variable, value and unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.sources.layers import WHOLE_CITY
from urbanwork.sources.statistics.adapter import Adapter
from urbanwork.sources.statistics.areas import AreaMatcher
from urbanwork.sources.statistics.figures import Figure, TableReading
from urbanwork.sources.statistics.grid import Grid, Row
from urbanwork.sources.statistics.values import year_of
from urbanwork.sources.statistics.variables import Variable, Vocabulary
from urbanwork.sources.statistics.words import folded, in_brackets, listed, unit_folded

GUESSES: dict[str, tuple[str, ...]] = {
    "area": ("area", "areaname", "name", "region", "district", "place", "county", "地区", "区县",
             "区域", "行政区", "行政区划", "名称", "单元", "城区", "地区名称", "区市县"),
    "code": ("code", "areacode", "adcode", "areaid", "区划代码", "行政区划代码", "行政区代码",
             "地区代码", "代码", "编码"),
    "year": ("year", "period", "date", "time", "年份", "年度", "年", "时间", "时期", "统计年度"),
    "variable": ("variable", "indicator", "item", "指标", "变量", "指标名称", "项目", "统计指标"),
    "value": ("value", "figure", "amount", "数值", "值", "数据", "指标值", "数量"),
    "unit": ("unit", "units", "单位", "计量单位"),
    "source": ("source", "document", "来源", "数据来源", "资料来源", "出处"),
    "break": ("break", "seriesbreak", "断点", "序列中断", "口径变化", "口径变更"),
}  # fmt: skip
"""What the columns of a tidy table may be called, folded."""

_KIND = {name: kind for kind, names in GUESSES.items() for name in names}
HEADER_WITHIN = 15
LEAST_KNOWN = 3
WANTED = "area, year, variable, value, unit, source (地区, 年份, 指标, 数值, 单位, 来源)"


def known_words(grid: Grid) -> int:
    """How many columns of a tidy table a sheet has in its best row."""
    return max((len(_kinds(row)) for row in grid.rows[:HEADER_WITHIN]), default=0)


def read_tidy(
    grid: Grid, adapter: Adapter, vocabulary: Vocabulary, matcher: AreaMatcher, source: str
) -> TableReading:
    """The figures of a tidy table.

    Raises:
        UserError: no row of column names, or a column is missing.
        ManyFaultsError: its header has merged cells.
    """
    header = _header(grid, adapter)
    columns = _columns(grid, header, adapter)
    reading = TableReading(_unmerged(grid, header, columns))
    rows = _Rows(reading, columns, vocabulary, matcher, adapter.source or source, adapter.year)
    only = {_column(grid, header, name, adapter): value for name, value in adapter.only.items()}
    skipped = {row - 1 for row in adapter.skip}
    last = len(grid.rows) if adapter.last is None else min(adapter.last, len(grid.rows))
    for number in range(header + 1, last):
        if number not in skipped and any(reading.grid.rows[number]) and all(
            folded(grid.text(number, column) or "") == folded(value)
            for column, value in only.items()
        ):  # fmt: skip
            rows.read(number)
    return reading


def _kinds(row: Row) -> dict[str, int]:
    """Kinds of columns that a row names, the first of each."""
    found: dict[str, int] = {}
    for column, cell in enumerate(row):
        kind = _KIND.get(folded(cell)) if cell and len(cell) < 40 else None
        if kind is not None:
            found.setdefault(kind, column)
    return found


def _header(grid: Grid, adapter: Adapter) -> int:
    if adapter.header:
        return min(adapter.header[-1], len(grid.rows)) - 1
    counts = [len(_kinds(row)) for row in grid.rows[:HEADER_WITHIN]]
    best = max(range(len(counts)), key=lambda row: (counts[row], -row), default=0)
    if not counts or counts[best] < LEAST_KNOWN:
        raise UserError(
            f"{grid.cell(0)}: none of the first {len(counts)} rows (read as {grid.encoding}) has "
            f"columns such as {WANTED}; a table with a column for each variable needs an adapter "
            "('adapter:', see docs/statistics.md)"
        )
    return best


def _columns(grid: Grid, header: int, adapter: Adapter) -> dict[str, int]:
    columns = _kinds(grid.rows[header])
    named = {"area": adapter.area, "code": adapter.code, "year": adapter.year_column}
    for kind, name in named.items():
        if name is not None:
            columns[kind] = _column(grid, header, name, adapter)
    wanted = ("variable", "value") if adapter.year else ("year", "variable", "value")
    missing = [kind for kind in wanted if kind not in columns]
    if "area" not in columns and "code" not in columns:
        missing.insert(0, "area")
    if missing:
        names = listed(cell or "" for cell in grid.rows[header])
        lacking = " and ".join(f"'{each}' ({GUESSES[each][-1]})" for each in missing)
        raise UserError(
            f"{grid.cell(header)}: there is no column {lacking}; the columns are {names}; "
            f"wanted {WANTED}"
        )
    return columns


def _column(grid: Grid, header: int, name: str, adapter: Adapter) -> int:
    """The column that an adapter names."""
    for column, cell in enumerate(grid.rows[header]):
        if cell and folded(cell) == folded(name):
            return column
    names = listed(cell or "" for cell in grid.rows[header])
    raise UserError(
        f"{adapter.where}: {grid.where} has no column '{name}'; its columns are {names}"
    )


def _unmerged(grid: Grid, header: int, columns: dict[str, int]) -> Grid:
    """The grid with merged names written into each of their rows.

    Raises ManyFaultsError for merged cells of the header or of values.
    """
    faults, rows = list[str](), [list(row) for row in grid.rows] if grid.merged else grid.rows
    for block in grid.merged:
        where = f"{grid.where}!{block.name}"
        if block.bottom < header:
            continue
        if block.top <= header:
            faults.append(
                f"{where}: cells of the header are merged; unmerge them so that each column "
                "has its own name in one row"
            )
        elif block.left <= columns["value"] <= block.right:
            faults.append(
                f"{where}: cells of values are merged, so it is not clear of what the number is; "
                "unmerge them"
            )
        else:
            _fill(rows, block.top, block.bottom, block.left)
    if faults:
        raise ManyFaultsError(faults)
    return Grid(grid.where, rows, grid.lines, grid.encoding, grid.merged)


def _fill(rows: Sequence[Row], top: int, bottom: int, column: int) -> None:
    for row in rows[top + 1 : bottom + 1]:
        row.extend([None] * (column + 1 - len(row)))
        row[column] = rows[top][column]


@dataclass(slots=True)
class _Rows:
    """Reads row after row; what a word means is looked up once."""

    reading: TableReading
    columns: dict[str, int]
    vocabulary: Vocabulary
    matcher: AreaMatcher
    source: str
    year: int | None
    _variables: dict[str, tuple[Variable, str] | None] = field(default_factory=dict)
    _years: dict[str | None, int | None] = field(default_factory=dict)
    _units: dict[tuple[str, str], float | None] = field(default_factory=dict)
    _seen: set[tuple[str | None, str | None]] = field(default_factory=set)

    def read(self, row: int) -> None:
        cell = {kind: self.reading.grid.text(row, column) for kind, column in self.columns.items()}
        self.reading.rows += 1
        area = self.area(row, cell.get("code"), cell.get("area"))
        variable = self.variable(row, cell["variable"])
        if area is None or variable is None:
            return
        year = self.year_at(row, cell.get("year"))
        if year is not None:
            self.figure(row, cell, area, year, *variable)

    def where(self, row: int, kind: str) -> str:
        return self.reading.grid.cell(row, self.columns.get(kind))

    def area(self, row: int, code: str | None, name: str | None) -> int | None:
        match = self.matcher.find(code, name)
        kind = "area" if name else "code"
        if match.fault:
            self.reading.faults.append(f"{self.where(row, kind)}: {match.fault}")
        elif not name and not code:
            self.reading.faults.append(
                f"{self.where(row, 'area' if 'area' in self.columns else 'code')}: "
                "the row does not say of which area it is; fill the cell"
            )
        elif match.area is None:
            self.reading.unmatched.setdefault(name or code or "", self.where(row, kind))
        elif (code, name) not in self._seen:
            self._seen.add((code, name))
            self.reading.matched["city" if match.area == WHOLE_CITY else match.by] += 1
        return match.area

    def variable(self, row: int, text: str | None) -> tuple[Variable, str] | None:
        """The variable, and the unit that its name has in brackets."""
        if text is None:
            self.reading.faults.append(
                f"{self.where(row, 'variable')}: the row names no variable; fill the cell"
            )
            return None
        if text not in self._variables:
            found = self.vocabulary.find(text)
            units = [each for each in in_brackets(text) if found and found.factor(each)]
            self._variables[text] = (found, units[0] if units else "") if found else None
        if self._variables[text] is None:
            self.reading.unknown.setdefault(text, self.where(row, "variable"))
        return self._variables[text]

    def year_at(self, row: int, text: str | None) -> int | None:
        if text not in self._years:
            self._years[text] = year_of(text) if text else self.year
        if self._years[text] is None:
            self.reading.faults.append(
                f"{self.where(row, 'year')}: '{text or ''}' is no year; give one such as 2020"
            )
        return self._years[text]

    def figure(
        self, row: int, cell: dict[str, str | None], area: int, year: int,
        variable: Variable, unit_of_name: str,
    ) -> None:  # fmt: skip
        origin = self.where(row, "value")
        number = self.reading.number(cell["value"], origin)
        if number is None:
            self.reading.blanks[variable.id, area, year] = origin
            return
        value, step, unit_behind = number
        unit = cell.get("unit") or unit_behind or unit_of_name
        factor = self.factor(row, variable, unit)
        if factor is not None:
            self.reading.figures.append(Figure(
                variable, area, year, value * factor, step * factor, unit_folded(unit),
                cell.get("source") or self.source, origin, cell.get("break"),
            ))  # fmt: skip

    def factor(self, row: int, variable: Variable, unit: str) -> float | None:
        key = (variable.id, unit)
        if key not in self._units:
            self._units[key] = 1.0 if _needs_none(variable, unit) else variable.factor(unit)
        if self._units[key] is None:
            known = listed(variable.factors, 8)
            got = f"'{unit}' is no unit of {variable.id}" if unit else f"{variable.id} has no unit"
            self.reading.faults.append(
                f"{self.where(row, 'unit' if unit else 'value')}: {got}; give one of {known}"
            )
        return self._units[key]


def _needs_none(variable: Variable, unit: str) -> bool:
    """Percentages and scores may stand without a unit."""
    return not unit and variable.unit in ("%", "1")
