"""Measures of statistics: a figure, a ratio, a difference, a change, a shortfall."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.measures.figures import Figures, Notes
from urbanwork.measures.tabled import (
    Found,
    Series,
    Used,
    broken_between,
    combined,
    in_year,
    known_years,
    most_distant,
    ratio_of,
    series_of,
    sources,
    titles,
)
from urbanwork.measures.tables import Tables
from urbanwork.quantities.measured import Reason

Floats = NDArray[np.float64]
Names = str | list[str]

KINDS = ("total", "annual_linear", "annual_log")


def statistic(
    tables: Tables, *, variable: Names, scale: float = 1.0, year: float | None = None
) -> Figures:
    """A variable of the tables, in its canonical unit times `scale`; several are summed.

    value = variable x scale, in the last year that most areas have (or in `year`).

    Raises UserError for a variable that is not in the vocabulary.
    """
    found = in_year(series_of(tables, variable), _whole(year))
    return _figures(tables, found, found.value * scale)


def statistic_ratio(
    tables: Tables,
    *,
    numerator: Names,
    denominator: Names,
    scale: float = 1.0,
    year: float | None = None,
) -> Figures:
    """A variable over another of the same year; lists are summed.

    value = numerator / denominator x scale; the city's is the ratio of its own figures, not the
    mean of its areas. `resident_population`, `land_area` and `built_up_area` are taken from the
    examination itself where no table gives them.

    Raises UserError for a variable that is not in the vocabulary.
    """
    ratio, above, below = ratio_of(tables, numerator, denominator)
    is_zero = np.isfinite(above.value) & (below.value == 0)
    found = in_year(ratio, _whole(year))
    figures = _figures(tables, found, found.value * scale, _zeros(found, is_zero))
    parts = [_picked(each, found) for each in (above, below)]
    return Figures(**{**_columns(figures), "numerator": parts[0], "denominator": parts[1]})


def statistic_difference(
    tables: Tables,
    *,
    numerator: Names,
    denominator: Names,
    other_numerator: Names,
    other_denominator: Names,
    scale: float = 1.0,
    year: float | None = None,
) -> Figures:
    """The difference of two ratios of one year.

    value = (numerator / denominator - other_numerator / other_denominator) x scale, such as the
    gap between the urbanisation of residents and of the registered population.

    Raises UserError for a variable that is not in the vocabulary.
    """
    one = ratio_of(tables, numerator, denominator)[0]
    other = ratio_of(tables, other_numerator, other_denominator)[0]
    found = in_year(combined([one, other], lambda values: values[0] - values[1]), _whole(year))
    return _figures(tables, found, found.value * scale)


def statistic_change(
    tables: Tables,
    *,
    variable: Names,
    kind: str = "total",
    over: Names | None = None,
    start: float | None = None,
    end: float | None = None,
    scale: float = 100.0,
) -> Figures:
    """The change of a variable, or of its ratio to `over`, between two years.

    With v1, v2 the figures of years t1 < t2:

        total          (v2 - v1) / v1 x scale
        annual_linear  (v2 - v1) / v1 / (t2 - t1) x scale
        annual_log     ln(v2 / v1) / (t2 - t1) x scale

    The years are the two most distant that most areas have, or the stated ones. No figure is
    given across a break of the series.

    Raises:
        UserError: a variable that is not in the vocabulary.
        ValueError: no kind of change has this name.
    """
    if kind not in KINDS:
        raise ValueError(f"no kind of change is called '{kind}'; there are {', '.join(KINDS)}")
    series = series_of(tables, variable) if over is None else ratio_of(tables, variable, over)[0]
    rows = most_distant(series, _whole(start), _whole(end))
    changes = [_change(series, place, rows[place], kind, scale) for place in range(tables.size)]
    missing = [_no_change(tables, series, place, rows[place]) for place in range(tables.size)]
    value = np.array(changes, np.float64)
    said = [
        missing[place] if np.isnan(value[place]) else (None, _changed(series, place, rows[place]))
        for place in range(tables.size)
    ]
    years = [_years(series, pair) for pair in rows]
    return Figures.of(
        value, note=[note for _, note in said], reason=[reason for reason, _ in said],
        period=["" if np.isnan(each) else year for each, year in zip(value, years, strict=True)],
        detail=_detail(tables, lambda place: _both(series, place, rows[place])),
    )  # fmt: skip


def statistic_shortfall(
    tables: Tables, *, demand: Names, supply: Names, year: float | None = None
) -> Figures:
    """What is lacking to meet a demand, in the unit of both.

    value = max(0, demand - supply); the city's is the sum of what its areas lack, since a surplus
    elsewhere does not help, or its own where not all areas are known.

    Raises UserError for a variable that is not in the vocabulary.
    """
    parts = [series_of(tables, each) for each in (demand, supply)]
    found = in_year(
        combined(parts, lambda values: np.maximum(0.0, values[0] - values[1])), _whole(year)
    )
    value = found.value.copy()
    areas = value[:-1]
    is_summed = tables.size > 1 and not np.isnan(areas).any()
    if is_summed:
        value[-1] = areas.sum()
    figures = _figures(tables, found, value)
    if is_summed or np.isnan(value[-1]):
        return figures
    en, zh = figures.note[-1]
    offset = (
        f"{en} Of the city as a whole: surplus in one area offsets what another lacks.",
        f"{zh}以全市合计计算，区间余缺相互抵消。",
    )
    return Figures(**{**_columns(figures), "note": (*figures.note[:-1], offset)})


# Figures of one year


def _figures(
    tables: Tables,
    found: Found,
    value: Floats,
    why: Mapping[int, tuple[Reason, Notes]] | None = None,
) -> Figures:
    """Figures with the note and origin of each; `why` says more of some that are missing."""
    known, places = why or {}, range(tables.size)
    said = [
        (None, _given(tables, found, place))
        if np.isfinite(value[place])
        else known.get(place) or _not_given(tables, found, place)
        for place in places
    ]
    return Figures.of(
        value, note=[note for _, note in said], reason=[reason for reason, _ in said],
        period=[str(year) if year else "" for year in found.year.tolist()],
        detail=_detail(tables, lambda place: _used(found, place)),
    )  # fmt: skip


def _columns(figures: Figures) -> dict[str, Any]:
    return {name: getattr(figures, name) for name in Figures.__slots__}


def _whole(year: float | None) -> int | None:
    return None if year is None else int(year)


def _used(found: Found, place: int) -> tuple[Used, ...]:
    row = int(found.row[place])
    return () if row < 0 else tuple(found.series.used[row, place])


def _picked(series: Series, found: Found) -> Floats:
    """[A + 1] the figures of a part in the years that were found for the whole."""
    value = np.full(len(found.row), np.nan)
    for place in np.flatnonzero(found.row >= 0):
        value[place] = series.value[found.row[place], place]
    return value


def _zeros(found: Found, is_zero: NDArray[np.bool_]) -> dict[int, tuple[Reason, Notes]]:
    """Areas of which the denominator is 0 in the last year."""
    names = titles(found.series.names[-1:])
    said = (
        Reason.UNDEFINED,
        (f"The denominator ({names[0]}) is 0.", f"分母（{names[1]}）为 0。"),
    )
    if not found.common_year:
        return dict.fromkeys(np.flatnonzero(is_zero.any(axis=0)).tolist(), said)
    row = found.series.years.index(found.common_year)
    return dict.fromkeys(np.flatnonzero(is_zero[row]).tolist(), said)


def _given(tables: Tables, found: Found, place: int) -> Notes:
    """Year and source of a figure, and how the city's came about."""
    used, year = _used(found, place), int(found.year[place])
    documents = sources(used)
    en = f"{year}, from {documents}." if documents else f"{year}."
    zh = f"{year} 年，来源：{documents}。" if documents else f"{year} 年。"
    others = sorted({each.year for each in used} - {year})
    if others:
        which = titles(dict.fromkeys(each.variable for each in used if each.year in others))
        when = ", ".join(map(str, others))
        en += f" {which[0][:1].upper()}{which[0][1:]}: of {when}."
        zh += f"{which[1]}采用 {when} 年数据。"
    if year > tables.year:
        en += f" Counted by the office at its own time; the city is examined as of {tables.year}."
        zh += f"按办公系统自身时间统计；城市体检数据为 {tables.year} 年。"
    is_city = place == tables.size - 1
    if is_city and any(each.area >= 0 for each in used):
        en += " Made from all areas of the city."
        zh += "由各区数据汇总。"
    if is_city and found.common_year and year != found.common_year:
        en += f" The areas have figures of {found.common_year}."
        zh += f"各区数据为 {found.common_year} 年。"
    return en, zh


def _not_given(tables: Tables, found: Found, place: int) -> tuple[Reason, Notes]:
    series = found.series
    names = titles(series.names)
    have = np.flatnonzero(np.isfinite(series.value[:, place])) if series.years else ()
    if len(have):
        years = ", ".join(str(series.years[row]) for row in have)
        year = found.common_year
        return Reason.NO_PERIOD, (
            f"Given for {years}, not for {year or 'the year asked'}: {names[0]}.",
            f"仅有 {years} 年数据，缺 {f'{year} 年' if year else '所需年份'}数据：{names[1]}。",
        )
    if place == tables.size - 1:
        return _city_not_given(tables, series, names)
    return _lacking(tables, series, place)


def _lacking(tables: Tables, series: Series, place: int) -> tuple[Reason, Notes]:
    """Which of the variables no table gives for a place, or that their years differ."""
    years = {name: known_years(tables, name)[place] for name in series.names}
    absent = [name for name, known in years.items() if not known]
    names = titles(absent or series.names)
    if absent:
        return Reason.NOT_GIVEN, (f"No table gives {names[0]}.", f"统计表中没有{names[1]}。")
    several = "; ".join(f"{name}: {', '.join(map(str, known))}" for name, known in years.items())
    return Reason.NO_PERIOD, (
        f"No year has all of {names[0]} ({several}).",
        f"{names[1]}没有同一年份的数据（{several}）。",
    )


def _city_not_given(tables: Tables, series: Series, names: Notes) -> tuple[Reason, Notes]:
    """Why the city has no figure: nothing is stated, and these areas lack theirs."""
    if not len(series.years) or not np.isfinite(series.value[:, :-1]).any():
        return _lacking(tables, series, tables.size - 1)
    counts = np.isfinite(series.value[:, :-1]).sum(axis=1)
    row = int(np.flatnonzero(counts == counts.max())[-1])
    lacking = np.flatnonzero(np.isnan(series.value[row, :-1]))
    areas, year = tables.city.areas, series.years[row]
    if not len(lacking):
        return Reason.NOT_GIVEN, (
            f"No table states {names[0]} of the whole city, and it does not follow from its areas.",
            f"统计表未给出全市{names[1]}，且不能由各区汇总得出。",
        )
    en = ", ".join(str(areas.name[each]) for each in lacking[:5])
    zh = "、".join(str(areas.name_zh[each] or areas.name[each]) for each in lacking[:5])
    more = (
        ("", "")
        if len(lacking) <= 5
        else (f" and {len(lacking) - 5} more", f"等 {len(lacking)} 个")
    )
    return Reason.NOT_GIVEN, (
        f"No table states {names[0]} of the whole city, and in {year} {en}{more[0]} lack it.",
        f"统计表未给出全市{names[1]}，{year} 年 {zh}{more[1]}缺数据。",
    )


# Changes


def _change(series: Series, place: int, rows: tuple[int, int], kind: str, scale: float) -> float:
    one, two = rows
    if one < 0 or broken_between(series, one, two, place) is not None:
        return float("nan")
    before, after = series.value[one, place], series.value[two, place]
    length = series.years[two] - series.years[one]
    if kind == "annual_log":
        is_defined = before > 0 and after > 0
        return float(np.log(after / before) / length * scale) if is_defined else float("nan")
    if before == 0:
        return float("nan")
    whole = (after - before) / before * scale
    return float(whole if kind == "total" else whole / length)


def _years(series: Series, rows: tuple[int, int]) -> str:
    return "" if rows[0] < 0 else f"{series.years[rows[0]]}-{series.years[rows[1]]}"


def _both(series: Series, place: int, rows: tuple[int, int]) -> tuple[Used, ...]:
    if rows[0] < 0:
        return ()
    return (*series.used[rows[0], place], *series.used[rows[1], place])


def _changed(series: Series, place: int, rows: tuple[int, int]) -> Notes:
    documents = sources(_both(series, place, rows))
    one, two = (f"{series.value[row, place]:,.6g}" for row in rows)
    years = [series.years[row] for row in rows]
    return (
        f"From {one} in {years[0]} to {two} in {years[1]}, from {documents}.",
        f"由 {years[0]} 年 {one} 变为 {years[1]} 年 {two}，来源：{documents}。",
    )


def _no_change(
    tables: Tables, series: Series, place: int, rows: tuple[int, int]
) -> tuple[Reason, Notes]:
    names = titles(series.names)
    if rows[0] >= 0:
        why = broken_between(series, rows[0], rows[1], place)
        years = _years(series, rows)
        if why is None:
            return Reason.UNDEFINED, (
                f"The figures of {years} give no rate of change: one of them is 0 or below.",
                f"{years} 年数值含 0 或负数，无法计算变化率。",
            )
        return Reason.NOT_COMPARABLE, (
            f"The series breaks within {years}: {why}", f"{years} 年间口径有变，不可比：{why}"
        )  # fmt: skip
    have = np.flatnonzero(np.isfinite(series.value[:, place]))
    if not len(have):
        return _not_given(tables, in_year(series), place)
    years = ", ".join(str(series.years[row]) for row in have)
    return Reason.NO_PERIOD, (
        f"A change needs two years; {names[0]} is given for {years}.",
        f"计算变化需要两个年份，{names[1]}仅有 {years} 年数据。",
    )


# Origins


def _detail(tables: Tables, used: Callable[[int], Sequence[Used]]) -> dict[str, Any]:
    """Every figure that each value rests on: by id of the area, and "city"."""
    ids = [*map(str, tables.city.areas.id), "city"]
    figures = {
        name: [each.plain(tables) for each in used(place)]
        for place, name in enumerate(ids)
        if used(place)
    }
    return {"figures": figures} if figures else {}
