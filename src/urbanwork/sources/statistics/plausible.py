"""Figures of one table against what they can be: percentages, ranges, figures given twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import log
from statistics import median

from urbanwork.sources.notes import note
from urbanwork.sources.statistics.figures import Figure, Key, Names, TableReading
from urbanwork.sources.statistics.words import listed

FAR_OUT = 100.0
"""A figure so many times beyond the plausible range is in another unit."""


def check_table(reading: TableReading, names: Names) -> None:
    """Convert shares, note or refuse what is implausible or there twice; changes the reading."""
    _percentages(reading)
    _ranges(reading)
    _mixed_units(reading)
    reading.figures = list(_each_once(reading, names).values())


def _by_variable(reading: TableReading) -> Mapping[str, list[Figure]]:
    groups: dict[str, list[Figure]] = {}
    for each in reading.figures:
        groups.setdefault(each.variable.id, []).append(each)
    return groups


def _origins(figures: list[Figure], most: int = 3) -> str:
    return listed((each.origin for each in figures), most)


# Percentages


def _percentages(reading: TableReading) -> None:
    """Percentages without a unit that are all written 0 to 1 become 0 to 100, and it is said.

    With the unit %, or among others that are 0 to 100, such a figure is a fault.
    """
    for variable, figures in _by_variable(reading).items():
        doubtful = [each for each in figures if each.variable.is_percentage and _is_share(each)]
        if not doubtful:
            continue
        if len(doubtful) == len(figures) and all(each.unit == "" for each in figures):
            _convert(reading, doubtful)
            continue
        wrong = _nearer_as_shares(doubtful, figures)
        if wrong:
            reading.faults.append(_mixed_percentages(variable, wrong, figures))


def _nearer_as_shares(doubtful: list[Figure], figures: list[Figure]) -> list[Figure]:
    """Those that fit the other figures better as shares; all where there are no others.

    0.4 % beside 3 % may be so; 0.9 % beside 83 % is meant as 90 %.
    """
    others = [each.value for each in figures if each not in doubtful and each.value > 0]
    if not others:
        return doubtful
    middle = median(others)
    return [
        each for each in doubtful
        if each.value > 0 and abs(log(100 * each.value / middle)) < abs(log(each.value / middle))
    ]  # fmt: skip


def _is_share(figure: Figure) -> bool:
    """Whether a percentage can only have been meant as a share of 1."""
    variable = figure.variable
    is_stated = figure.unit != "" and variable.factor(figure.unit) != 1.0
    fits = variable.low <= figure.value <= variable.high
    fits_share = variable.low <= 100 * figure.value <= variable.high and figure.value <= 1
    return not is_stated and not fits and fits_share


def _convert(reading: TableReading, figures: list[Figure]) -> None:
    for each in figures:
        each.value, each.step = 100 * each.value, 100 * each.step
    reading.warnings.append(note(
        f"{figures[0].title}: {len(figures)} shares of 1 without a unit are read as "
        f"percentages, so that {figures[0].value / 100:g} is {figures[0].value:g} % "
        f"({_origins(figures)}); write the unit to be sure",
        f"{figures[0].title_zh}：{len(figures)} 个未注明单位的 0—1 数值按百分数换算"
        f"（{figures[0].value / 100:g} 记为 {figures[0].value:g}%，见 {_origins(figures)}）；"
        "请注明单位",
    ))  # fmt: skip


def _mixed_percentages(variable: str, doubtful: list[Figure], figures: list[Figure]) -> str:
    first = doubtful[0]
    others = [each for each in figures if each not in doubtful]
    beside = f" beside {others[0].value:g} at {others[0].origin}" if others else ""
    return (
        f"{first.origin}: {variable} is {first.value:g} %{beside}, which looks like a share of 1 "
        f"({100 * first.value:g} %; {len(doubtful)} such figures); write all as 0 to 100, or "
        "give those the unit 1"
    )


# Ranges and units


def _ranges(reading: TableReading) -> None:
    for figures in _by_variable(reading).values():
        outside = [
            each for each in figures if not each.variable.low <= each.value <= each.variable.high
        ]
        wrong = [each for each in outside if _is_impossible(each)]
        reading.faults += [_impossible(each) for each in wrong[:3]]
        odd = [each for each in outside if each not in wrong]
        if odd:
            low, high = odd[0].variable.low, odd[0].variable.high
            reading.warnings.append(note(
                f"{odd[0].title}: {len(odd)} figures lie outside {low:g} to {high:g} "
                f"{odd[0].variable.unit}, such as {odd[0].value:g} ({_origins(odd)}); "
                "check number and unit",
                f"{odd[0].title_zh}：{len(odd)} 个数值超出合理范围 {low:g}—{high:g}"
                f"（如 {odd[0].value:g}，见 {_origins(odd)}），请核对数值与单位",
            ))  # fmt: skip


def _is_impossible(figure: Figure) -> bool:
    variable = figure.variable
    is_negative = variable.low >= 0 > figure.value
    is_over_whole = variable.is_percentage and variable.high == 100 < figure.value
    return is_negative or is_over_whole or figure.value > FAR_OUT * variable.high


def _impossible(figure: Figure) -> str:
    variable = figure.variable
    unit = figure.unit or variable.unit
    return (
        f"{figure.origin}: {variable.id} is {figure.value:g} {variable.unit} (given in {unit}), "
        f"but it lies between {variable.low:g} and {variable.high:g}; check number and unit"
    )


def _mixed_units(reading: TableReading) -> None:
    """Several units of one variable are converted, and it is said."""
    for figures in _by_variable(reading).values():
        first: dict[str, Figure] = {}
        for each in figures:
            first.setdefault(each.unit, each)
        factors = {each.variable.factor(unit) if unit else 1.0 for unit, each in first.items()}
        if len(factors) > 1:
            said = ", ".join(f"{unit or 'no unit'} ({each.origin})" for unit, each in first.items())
            reading.warnings.append(note(
                f"{figures[0].title}: the table mixes units, all converted: {said}",
                f"{figures[0].title_zh}：表中单位不一，均已换算：{said}",
            ))  # fmt: skip


# Figures given twice


def _each_once(reading: TableReading, names: Names) -> dict[Key, Figure]:
    """Each figure once: a second that is equal is noted, one that differs is a fault."""
    kept: dict[Key, Figure] = {}
    equal: list[tuple[Figure, Figure]] = []
    for each in reading.figures:
        first = kept.setdefault(each.key, each)
        if first is each:
            continue
        if first.value == each.value:
            equal.append((first, each))
            kept[each.key] = replace(first, break_=first.break_ or each.break_)
        else:
            reading.faults.append(
                f"{each.origin}: {each.variable.id} of {names.area(each.area)} in {each.year} is "
                f"{each.shown}, but {first.shown} at {first.origin}; keep one of the two"
            )
    if equal:
        said = listed((f"{two.origin} = {one.origin}" for one, two in equal), 5)
        reading.warnings.append(note(
            f"{len(equal)} figures stand twice with the same value and count once ({said})",
            f"{len(equal)} 个数值重复出现且相同，只计一次（{said}）",
        ))  # fmt: skip
    return kept
