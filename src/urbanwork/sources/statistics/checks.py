"""Figures of all tables against one another: totals, gaps, breaks of series, jumps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log
from typing import Any

from urbanwork.sources.layers import WHOLE_CITY
from urbanwork.sources.notes import Note, note
from urbanwork.sources.statistics.adapter import Break
from urbanwork.sources.statistics.areas import AreaMatcher
from urbanwork.sources.statistics.figures import Figure, Key, Names, by_series, by_year, shown
from urbanwork.sources.statistics.variables import SUM
from urbanwork.sources.statistics.words import listed

TOLERANCE = 0.001
"""Part of a total that its parts may be off by, beside what rounding explains."""
JUMP_IN_ALL = 1.5
JUMP_A_YEAR = {"flow": 1.3}
JUMP_A_YEAR_ELSE = 1.2
"""A series jumps if it grows or shrinks by more than both factors; money of a year grows fast."""
SMALL = 10.0
"""Counts below it jump about by nature."""
POWERS_OF_TEN = (1e3, 1e4, 1e6, 1e8)
NEAR_POWER = 1.5


@dataclass(slots=True)
class Checked:
    """What was found over all tables."""

    faults: list[str] = field(default_factory=list)
    warnings: list[tuple[str, Note]] = field(default_factory=list)  # table -> note
    totals: list[dict[str, Any]] = field(default_factory=list)

    def warn(self, table: str, en: str, zh: str) -> None:
        """A warning of one table."""
        self.warnings.append((table, note(en, zh)))


def table_of(origin: str) -> str:
    """The table in which a figure stands.

    >>> table_of("people.csv:12"), table_of("yearbook.xlsx!People!C5")
    ('people.csv', 'yearbook.xlsx!People')
    """
    return origin.rpartition("!")[0] or origin.partition(":")[0]


def check_all(
    figures: Sequence[Figure],
    names: Names,
    blanks: Mapping[Key, str],
    declared: Mapping[tuple[str, int], str],
) -> Checked:
    """Totals, gaps and jumps of all figures; `declared` says which totals differ and why."""
    checked = Checked()
    years = by_year(figures)
    for (variable, year), by_area in years.items():
        if by_area[next(iter(by_area))].variable.aggregation == SUM and WHOLE_CITY in by_area:
            _total(checked, by_area, names, declared.get((variable, year)), blanks)
    _gaps(checked, years, names, blanks)
    _jumps(checked, figures, names)
    return checked


# Totals


def _total(
    checked: Checked, by_area: Mapping[int, Figure], names: Names, why: str | None,
    blanks: Mapping[Key, str],
) -> None:  # fmt: skip
    """Hold the sum of the areas against the stated total."""
    total = by_area[WHOLE_CITY]
    parts = [each for area, each in by_area.items() if area != WHOLE_CITY]
    count = len(names.areas.id)
    if not parts:
        return
    summed = sum(each.value for each in parts)
    slack = TOLERANCE * abs(total.value) + sum(each.step for each in (*parts, total)) / 2
    is_whole = len(parts) == count
    agrees = abs(summed - total.value) <= slack
    if is_whole:
        checked.totals.append({
            "variable": total.variable.id, "year": total.year, "parts": summed,
            "total": total.value, "agrees": agrees, "declared": why,
            "table": table_of(total.origin),
        })  # fmt: skip
    if (is_whole and not agrees) or summed > total.value + slack:
        _disagrees(checked, total, parts, summed, why)
    elif not is_whole and agrees:
        _probably_none(checked, total, {each.area for each in parts}, names, blanks)


def _disagrees(
    checked: Checked, total: Figure, parts: Sequence[Figure], summed: float, why: str | None
) -> None:
    off = abs(summed - total.value) / abs(total.value) if total.value else float("inf")
    sums = f" of {total.year}: the areas sum to {shown(summed)}"
    stated = f"the whole city is stated as {total.shown}"
    zh = (
        f"{total.title_zh}（{total.year}）：各区之和 {shown(summed)}，"
        f"全市合计 {total.shown}（{total.origin}）"
    )
    if why is not None:
        checked.warn(
            table_of(total.origin),
            f"{total.title}{sums}, {stated}; declared: {why}",
            f"{zh}；已说明：{why}",
        )
        return
    if all(table_of(each.origin) == table_of(total.origin) for each in parts):
        units = _units_mixed(summed, total.value)
        checked.faults.append(
            f"{total.origin}: {total.variable.id}{sums} ({parts[0].origin} and on), "
            f"but {stated} (off by {off:.2%}){units}; mend a figure, or say why under 'totals:' in "
            "an adapter"
        )
        return
    checked.warn(
        table_of(total.origin),
        f"{total.title}{sums} ({parts[0].origin}), but {stated} in another table ({total.origin})",
        f"{zh}，两者来自不同表格",
    )


def _units_mixed(one: float, other: float) -> str:
    if one <= 0 or other <= 0:
        return ""
    return "; are the units mixed?" if _power_of_ten(max(one, other) / min(one, other)) else ""


def _power_of_ten(ratio: float) -> bool:
    return any(power / NEAR_POWER <= ratio <= power * NEAR_POWER for power in POWERS_OF_TEN)


def _probably_none(
    checked: Checked, total: Figure, given: set[int], names: Names, blanks: Mapping[Key, str]
) -> None:
    """Empty cells of areas beside which the others already make up the total."""
    lacking = [area for area in range(len(names.areas.id)) if area not in given]
    keys = [(total.variable.id, area, total.year) for area in lacking]
    if all(key in blanks for key in keys):
        where = listed((blanks[key] for key in keys), 3)
        checked.warn(
            table_of(total.origin),
            f"{total.title} of {total.year}: the other areas already sum to the city, "
            f"so the empty cells ({where}) mean 0; write 0, or 'blank: 0' in the adapter",
            f"{total.title_zh}（{total.year}）：其余各区之和已等于全市，"
            f"空格（{where}）应为 0；请填 0 或在适配文件中写 blank: 0",
        )


# Areas missing in a year


def _gaps(
    checked: Checked, years: Mapping[tuple[str, int], Mapping[int, Figure]], names: Names,
    blanks: Mapping[Key, str],
) -> None:  # fmt: skip
    """Areas that lack a figure which at least half of the areas have in that year."""
    count = len(names.areas.id)
    gaps: dict[tuple[int, tuple[int, ...], str, str], list[str]] = {}
    for (variable, year), by_area in years.items():
        given = [area for area in by_area if area != WHOLE_CITY]
        lacking = tuple(area for area in range(count) if area not in by_area)
        if not lacking or 2 * len(given) < count:
            continue
        where = next((blanks[variable, area, year] for area in lacking
                      if (variable, area, year) in blanks), "")  # fmt: skip
        table = table_of(where or by_area[given[0]].origin)
        gaps.setdefault((year, lacking, table, where or table), []).append(variable)
    for (year, lacking, table, where), variables in gaps.items():
        who = listed((names.area(area) for area in lacking), 5)
        what = listed(map(names.title, variables), 5)
        who_zh = "、".join(names.area_zh(area) for area in lacking[:5])
        what_zh = "、".join(names.title_zh(each) for each in variables[:5])
        checked.warn(
            table,
            f"{year}: no figure for {who}: {what} ({where})",
            f"{year} 年缺 {who_zh} 的数据：{what_zh}（{where}）",
        )


# Breaks and jumps


def mark_breaks(
    figures: Iterable[Figure], breaks: Iterable[Break], names: Names, matcher: AreaMatcher
) -> tuple[list[dict[str, Any]], list[str]]:
    """Mark the first figure after each declared break; what was marked, and faults."""
    shown, faults = list[dict[str, Any]](), list[str]()
    series = by_series(figures)
    for one in breaks:
        areas = set[int]()
        for name in one.areas:
            match = matcher.find(None, name)
            if match.area is None:
                known = listed(map(str, names.areas.name))
                faults.append(f"{one.where}: areas: there is no area '{name}'; there are {known}")
            else:
                areas.add(match.area)
        marked = 0
        for (variable, area), of_years in series.items():
            if (areas and area not in areas) or (one.variables and variable not in one.variables):
                continue
            after = next((each for each in of_years if each.year >= one.year), None)
            if after is not None and after is not of_years[0]:
                after.break_, marked = after.break_ or one.why, marked + 1
        shown.append({
            "year": one.year, "why": one.why, "series": marked, "where": one.where,
            "variables": sorted(one.variables), "areas": list(one.areas),
        })  # fmt: skip
    return shown, faults


def _jumps(checked: Checked, figures: Iterable[Figure], names: Names) -> None:
    """Figures that leap between two years without a break that was declared."""
    leaps = list[tuple[Figure, Figure]]()
    for of_years in by_series(figures).values():
        for one, two in pairwise(of_years):
            if two.break_ is None and _leaps(one, two):
                leaps.append((one, two))
    for one, two in [pair for pair in leaps if _is_in_another_unit(*pair)]:
        checked.faults.append(
            f"{two.origin}: {two.variable.id} of {names.area(two.area)} goes from {one.shown} "
            f"in {one.year} ({one.origin}) to {two.shown} in {two.year}; are the units mixed? "
            "Mend the unit, or declare a break under 'breaks:' in an adapter"
        )
    groups: dict[tuple[str, int, int], list[tuple[Figure, Figure]]] = {}
    for one, two in leaps:
        if not _is_in_another_unit(one, two):
            groups.setdefault((two.variable.id, one.year, two.year), []).append((one, two))
    for (variable, start, end), pairs in groups.items():
        one, two = max(pairs, key=lambda pair: abs(_growth(*pair)))
        who = listed((names.area(each.area) for _, each in pairs), 5)
        who_zh = "、".join(names.area_zh(each.area) for _, each in pairs[:5])
        checked.warn(
            table_of(two.origin),
            f"{names.title(variable)}: a jump from {start} to {end} in {who}, such as "
            f"{one.shown} to {two.shown} ({one.origin}, {two.origin}); if borders or definition "
            "changed, declare a break",
            f"{two.title_zh}：{start}—{end} 年突变（{who_zh}），如 {one.shown} 变为 "
            f"{two.shown}（{one.origin}、{two.origin}）；若区划或口径有变，请声明断点",
        )


def _growth(one: Figure, two: Figure) -> float:
    return log(two.value / one.value)


def _leaps(one: Figure, two: Figure) -> bool:
    if one.value <= 0 or two.value <= 0 or max(one.value, two.value) < SMALL:
        return False
    ratio = max(one.value, two.value) / min(one.value, two.value)
    a_year = JUMP_A_YEAR.get(two.variable.kind, JUMP_A_YEAR_ELSE)
    return ratio > JUMP_IN_ALL and ratio ** (1 / (two.year - one.year)) > a_year


def _is_in_another_unit(one: Figure, two: Figure) -> bool:
    ratio = max(one.value, two.value) / min(one.value, two.value)
    return one.variable.kind in ("stock", "flow") and _power_of_ten(ratio)
