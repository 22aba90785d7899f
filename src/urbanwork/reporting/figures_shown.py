"""One figure as a report shows it: value, unit, range, standard with clause, source, grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from urbanwork.catalogue.models import Bilingual, Indicator, Standard
from urbanwork.reporting.content_words import words
from urbanwork.reporting.html.markup import both
from urbanwork.reporting.html.model import ReportInput
from urbanwork.reporting.html.tables import Grid, standard_of
from urbanwork.reporting.input_words import kind_title
from urbanwork.reporting.numbers import (
    NARROW,
    NO_VALUE,
    Lang,
    format_range,
    format_value,
)
from urbanwork.reporting.phrases import phrase
from urbanwork.reporting.wording import CONFIDENCES, STRENGTHS, bound_words, reason_words, say

_MAP_LAYERS = ("streets", "buildings", "landuse", "green", "drive")
_KINDS_OF_INPUT: dict[str, tuple[str, ...]] = {
    "place": ("osm", "register"), "people": ("population",), "timetable": ("timetable",),
    "variable": ("statistics",), "statistics": ("statistics",), "commutes": ("commutes",),
    "projects": ("projects",), "raster": ("raster",), "rasters": ("raster",),
} | dict.fromkeys(_MAP_LAYERS, ("osm",))  # fmt: skip
"""Kinds of source in the manifest that an input of an indicator comes from."""
_MADE_FROM = ("osm", "population", "statistics", "raster", "commutes", "projects")
"""What an indicator that is made from other figures, and names no input, may rest on."""


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator of the city with everything that stands beside it."""

    indicator: str
    title: Bilingual
    value: float | None
    lower: float | None
    upper: float | None
    unit: str
    shown: Bilingual  # with its unit
    range: Bilingual  # empty where it says no more than the value
    period: str
    grade: str
    is_provisional: bool
    asked: Bilingual  # the threshold in words, empty without
    standard: Bilingual  # document, edition, clause, strength, confidence
    source: Bilingual  # publisher or file, with date
    source_short: Bilingual  # kind, with its number in the list of sources
    note: Bilingual  # why it is missing, or what the value rests on
    reason: str  # quantities.measured.Reason where it is missing
    worst: Bilingual  # area with its value; empty where areas do not differ
    needs_extract: bool
    erratum: Bilingual | None = None  # what it was corrected to once it was frozen


def figure_of(report: ReportInput, grid: Grid, row: int) -> Figure:
    """The figure of row `row` of the grid for the whole city."""
    indicator, standard = grid.indicators[row], standard_of(report, grid.indicators[row])
    value, lower, upper = (_number(grid, name, row) for name in ("value", "lower", "upper"))
    note = _note(grid, row)
    return Figure(
        indicator=indicator.id, title=indicator.title, value=value, lower=lower, upper=upper,
        unit=indicator.unit, shown=both(lambda lang: format_value(value, indicator.unit, lang)),
        range=_range(value, lower, upper, indicator.unit),
        period=str(grid.words["period"][row, 0] or ""),
        grade=str(grid.words["grade"][row, 0] or "no_data"),
        is_provisional=bool(grid.is_provisional[row, 0]),
        asked=Bilingual("", "") if standard is None else both(lambda g: bound_words(standard, g)),
        standard=words("no_standard") if standard is None else _clause(standard),
        source=source_of(indicator, report.manifest, otherwise=note),
        source_short=_short(indicator, report.manifest), note=note,
        reason=str(grid.words["reason"][row, 0] or ""), worst=_worst(grid, row),
        needs_extract=needs_extract(indicator),
    )  # fmt: skip


def _number(grid: Grid, name: str, row: int) -> float | None:
    value = float(grid.numbers[name][row, 0])
    return None if np.isnan(value) else value


def _range(value: float | None, lower: float | None, upper: float | None, unit: str) -> Bilingual:
    if value is None or lower is None or upper is None or upper - lower < NARROW * abs(value):
        return Bilingual("", "")
    return both(lambda lang: format_range(lower, upper, unit, lang))


def _clause(standard: Standard) -> Bilingual:
    return both(lambda lang: _clause_in(standard, lang))


def _clause_in(standard: Standard, lang: Lang) -> str:
    comma = "，" if lang == "zh" else ", "
    document, edition = say(standard.document, lang), phrase(standard.edition, lang)
    if standard.edition not in document:
        document += f"（{edition}）" if lang == "zh" else f" ({edition})"
    parts = (
        document, phrase(standard.clause, lang), say(STRENGTHS[standard.strength], lang),
        say(CONFIDENCES[standard.confidence], lang),
    )  # fmt: skip
    return comma.join(part for part in parts if part)


def _note(grid: Grid, row: int) -> Bilingual:
    english, chinese = (grid.words[name][row, 0] for name in ("note_en", "note_zh"))
    if english or not np.isnan(grid.numbers["value"][row, 0]):
        return Bilingual(english or "", chinese or english or "")
    reason = str(grid.words["reason"][row, 0] or "no_data")
    why = both(lambda lang: reason_words(reason, lang))
    return Bilingual(f"{why.en[:1].upper()}{why.en[1:]}.", f"{why.zh}。")


def _worst(grid: Grid, row: int) -> Bilingual:
    """The area that stands farthest on the bad side, with its value."""
    indicator, values = grid.indicators[row], grid.numbers["value"][row, 1:]
    known = np.flatnonzero(np.isfinite(values))
    if len(known) < 2 or indicator.better not in ("higher", "lower") or np.ptp(values[known]) == 0:
        return Bilingual("", "")
    pick = np.argmin if indicator.better == "higher" else np.argmax
    at = int(known[pick(values[known])])
    name, value = grid.names[at + 1], float(values[at])
    return Bilingual(
        f"{name.en}: {format_value(value, indicator.unit, 'en')}",
        f"{name.zh}：{format_value(value, indicator.unit, 'zh')}",
    )


def needs_extract(indicator: Indicator) -> bool:
    """Whether the indicator can only be measured on a map extract."""
    keys = [_key(each) for each in indicator.inputs]
    return any(key == "place" or key in _MAP_LAYERS for key in keys)


def _key(name: str) -> str:
    """`layer:streets` gives streets, `place:school` gives place, `variable:gdp` variable."""
    sort, _, rest = name.partition(":")
    return rest if sort == "layer" else sort


def source_of(
    indicator: Indicator, manifest: Mapping[str, Any], *, otherwise: Bilingual
) -> Bilingual:
    """Where a figure comes from: publisher or file, and date, of each input that it rests on.

    What is made from other figures has no file of its own; its note says what it rests on.
    """
    found = [each for _, each in _used(indicator, manifest)]
    if not found and otherwise.en:
        return otherwise
    return both(lambda lang: ("；" if lang == "zh" else "; ").join(
        dict.fromkeys(_source(each, lang) for each in found)) or NO_VALUE)  # fmt: skip


def _short(indicator: Indicator, manifest: Mapping[str, Any]) -> Bilingual:
    found = _used(indicator, manifest)
    return both(lambda lang: ("；" if lang == "zh" else "; ").join(
        f"{say(kind_title(str(each['kind'])), lang)} [{number}]" for number, each in found
    ) or NO_VALUE)  # fmt: skip


def _used(indicator: Indicator, manifest: Mapping[str, Any]) -> list[tuple[int, Mapping[str, Any]]]:
    """The files that the indicator rests on, with their numbers in the list of sources."""
    kinds = {kind for each in indicator.inputs for kind in _KINDS_OF_INPUT.get(_key(each), ())}
    if not indicator.inputs:
        kinds = set(_MADE_FROM)
    listed = enumerate(files_of(manifest), start=1)
    return [(number, each) for number, each in listed if each.get("kind") in kinds]


def files_of(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The sources that are files, in the order of the list of sources."""
    return [each for each in manifest.get("sources", []) if each.get("file")]


def _source(source: Mapping[str, Any], lang: Lang) -> str:
    who = source.get("publisher") or source.get("file") or say(
        kind_title(str(source.get("kind"))), lang)  # fmt: skip
    date = source.get("date")
    return f"{who} {date}" if date else str(who)
