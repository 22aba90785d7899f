"""Rows of origin-destination tables, whether tidy (a row a pair) or a matrix (a row a home)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from urbanwork.errors import UserError
from urbanwork.sources.headed import HEADER_WITHIN, HeadedTable, headed, refuse_merged, unit_factor
from urbanwork.sources.layers import AreaNames
from urbanwork.sources.statistics.areas import AreaMatcher, code_of
from urbanwork.sources.statistics.grid import Grid
from urbanwork.sources.statistics.words import folded, listed

GUESSES: Mapping[str, tuple[str, ...]] = {
    "home": ("home", "origin", "from", "residence", "o", "homearea", "homename", "originname",
             "居住地", "居住区", "居住地名称", "居住区县", "家", "起点", "出发地", "常住地",
             "来源地"),
    "home_code": ("homecode", "origincode", "homeid", "originid", "fromcode", "居住地代码",
                  "居住地编码", "起点代码", "起点编码", "居住区代码"),
    "work": ("work", "destination", "to", "workplace", "job", "d", "workarea", "workname",
             "destinationname", "工作地", "就业地", "工作区", "就业区", "工作地名称", "就业地名称",
             "终点", "目的地", "到达地"),
    "work_code": ("workcode", "destinationcode", "workid", "destinationid", "tocode",
                  "工作地代码", "工作地编码", "就业地代码", "就业地编码", "终点代码", "终点编码"),
    "workers": ("workers", "commuters", "people", "persons", "count", "flow", "number", "trips",
                "通勤人数", "人数", "通勤人口", "就业人数", "就业者", "通勤量", "流量", "人口"),
    "distance_m": ("distancem", "distm", "meandistancem", "metres", "距离米", "通勤距离米"),
    "distance_km": ("distancekm", "distkm", "meandistancekm", "km", "距离公里", "距离千米",
                    "通勤距离公里"),
    "distance": ("distance", "meandistance", "dist", "距离", "通勤距离", "平均距离",
                 "平均通勤距离"),
    "minutes": ("minutes", "min", "timemin", "traveltimemin", "meanminutes", "分钟",
                "通勤时间分钟", "时间分钟"),
    "time": ("time", "traveltime", "meantime", "duration", "时间", "通勤时间", "平均时间",
             "平均通勤时间", "时长", "通勤时长"),
    "year": ("year", "period", "年份", "年度", "年", "统计年度"),
}  # fmt: skip
"""What the columns may be called, folded."""

WANTED = (
    "home, work, workers, and distance_km, minutes, year where known "
    "(居住地, 工作地, 通勤人数, 距离（公里）, 通勤时间（分钟）, 年份)"
)
PEOPLE_UNITS = {"人": 1.0, "people": 1.0, "persons": 1.0, "workers": 1.0, "千人": 1e3, "万人": 1e4}
LENGTH_UNITS = {"m": 1.0, "米": 1.0, "metres": 1.0, "km": 1e3, "公里": 1e3, "千米": 1e3}
TIME_UNITS = {"min": 1.0, "minutes": 1.0, "分钟": 1.0, "分": 1.0, "h": 60.0, "hours": 60.0,
              "小时": 60.0}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One pair of areas as the table writes it, and where each of its cells stands."""

    cells: Mapping[str, str | None]
    places: Mapping[str, str]
    row: str  # where the row stands

    def text(self, kind: str) -> str | None:
        return self.cells.get(kind)

    def where(self, kind: str) -> str:
        return self.places.get(kind, self.row)


@dataclass(frozen=True, slots=True)
class CommuteTable:
    """The lines of one table and what its columns multiply by."""

    lines: list[Line]
    form: str  # pairs, matrix
    workers_unit: float = 1.0
    distance: tuple[str, float] | None = None  # kind of the column, metres in its unit
    time: tuple[str, float] | None = None  # kind of the column, minutes in its unit
    names: Mapping[str, str] = field(default_factory=dict)  # kind -> name of the column


def commute_table(grid: Grid, areas: AreaNames) -> CommuteTable:
    """The pairs of a table of either form.

    Raises:
        UserError: neither form, a column is missing, or a distance or time without a unit.
        ManyFaultsError: merged cells.
    """
    table = headed(grid, GUESSES, {})
    if table is not None and "workers" in table.columns:
        return _of_pairs(table)
    matrix = _matrix(grid, areas)
    if matrix is not None:
        return matrix
    if table is not None:
        _refuse_lacking(table)
    raise UserError(
        f"{grid.cell(0)}: none of the first rows (read as {grid.encoding}) has columns of "
        f"commuters such as {WANTED}, nor is it a matrix with an area in each column"
    )


def _of_pairs(table: HeadedTable) -> CommuteTable:
    _refuse_lacking(table)
    kinds = list(table.columns)
    named = () if table.grid.lines is not None else kinds  # lines of a text file have no columns
    lines = [
        Line({kind: table.text(row, kind) for kind in kinds},
             {kind: table.where(row, kind) for kind in named}, table.grid.cell(row))
        for row in table.rows()
    ]  # fmt: skip
    return CommuteTable(
        lines, "pairs", unit_factor(table.name("workers"), PEOPLE_UNITS) or 1.0,
        _unit_of(table, {"distance_m": 1.0, "distance_km": 1e3}, "distance", LENGTH_UNITS),
        _unit_of(table, {"minutes": 1.0}, "time", TIME_UNITS),
        {kind: table.name(kind) for kind in kinds},
    )  # fmt: skip


def _refuse_lacking(table: HeadedTable) -> None:
    lacking = [
        kind
        for kind in ("home", "work", "workers")
        if kind not in table.columns and f"{kind}_code" not in table.columns
    ]
    if lacking:
        names = listed((cell or "" for cell in table.grid.rows[table.header]), 20)
        raise UserError(
            f"{table.grid.cell(table.header)}: there is no column {' or '.join(lacking)}; its "
            f"columns are {names}; wanted {WANTED}"
        )


def _unit_of(
    table: HeadedTable, named: Mapping[str, float], plain: str, units: Mapping[str, float]
) -> tuple[str, float] | None:
    """The column of a quantity and its unit, from its kind or from the brackets of its name."""
    for kind, factor in named.items():
        if kind in table.columns:
            return kind, factor
    if plain not in table.columns:
        return None
    factor_in_name = unit_factor(table.name(plain), units)
    if factor_in_name is None:
        known = listed(units, 8)
        raise UserError(
            f"{table.where(table.header, plain)}: column '{table.name(plain)}' does not say its "
            f"unit; write it in brackets behind the name, one of {known}"
        )
    return plain, factor_in_name


# A matrix: an area in each row and each column


def _matrix(grid: Grid, areas: AreaNames) -> CommuteTable | None:
    matcher = AreaMatcher(areas)
    for row in range(min(HEADER_WITHIN, len(grid.rows))):
        named = [cell for cell in grid.rows[row][1:] if cell]
        found = [
            cell for cell in named if matcher.find(code_of(cell) or None, cell).area is not None
        ]
        if len(found) >= 2 and 2 * len(found) > len(named):
            refuse_merged(grid, row)
            return CommuteTable(list(_cells(grid, row)), "matrix", names={"workers": "workers"})
    return None


def _cells(grid: Grid, header: int) -> Iterator[Line]:
    across, down = ("home", "work") if _homes_are_across(grid, header) else ("work", "home")
    for row in range(header + 1, len(grid.rows)):
        for column, heading in enumerate(grid.rows[header]):
            side = grid.text(row, 0)
            if column and heading and (side or any(grid.rows[row])):
                where = grid.cell(row, column)
                yield Line(
                    {across: heading, down: side, "workers": grid.text(row, column)},
                    {across: grid.cell(header, column), down: grid.cell(row, 0), "workers": where},
                    where,
                )


def _homes_are_across(grid: Grid, header: int) -> bool:
    """Whether the corner says that rows are places of work, as in "就业地\\居住地"."""
    first = re.split(r"[\\/|]", grid.text(header, 0) or "")[0]
    return folded(first) in GUESSES["work"]
