"""The examination point by point of the arrangement, as the page shows it beside the dimensions."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from urbanwork.reporting.content import missing_of, point_sections, terms_of
from urbanwork.reporting.content_models import Group, Section
from urbanwork.reporting.content_words import words
from urbanwork.reporting.figures_shown import Figure
from urbanwork.reporting.html.model import ReportInput
from urbanwork.reporting.html.tables import Grid
from urbanwork.reporting.wording import GRADES

View = dict[str, Any]
FIRST_AGAIN = 8
"""Of indicators that an ask above has shown, how many stand as buttons before a fold."""


def points(report: ReportInput, grid: Grid) -> View | None:
    """Parts of the document with their points; None where a city names no arrangement.

    An indicator stands in a table at the first ask that it is bound to, later as a button.
    """
    lede, sections = point_sections(report, grid)
    if not sections:
        return None
    shown: set[str] = set()
    return {
        "lede": lede,
        "parts": [
            {"title": part, "points": [_point(each, shown) for each in group]}
            for part, group in groupby(sections, key=lambda each: each.part)
        ],
        "terms": terms_of(sections, [each.formula.zh for each in grid.indicators]),
        "words": {key: words(key) for key in _WORDS},
    }


_WORDS = (
    "indicator", "value", "asked", "grade", "source", "gaps", "bottom_line",
    "shown_before", "glossary", "no_standard", "measured_of",
)  # fmt: skip


def _point(section: Section, shown: set[str]) -> View:
    counts = section.counts()
    return {
        "id": section.key, "number": section.number, "title": section.title, "counts": counts,
        "grades": [(grade, GRADES[grade], counts[grade]) for grade in ("poor", "fair", "good")
                   if counts[grade]],
        "asks": [_ask(group, shown) for group in section.groups],
    }  # fmt: skip


def _ask(group: Group, shown: set[str]) -> View:
    new = [each for each in group.figures if each.indicator not in shown]
    again = [each for each in group.figures if each.indicator in shown]
    shown.update(each.indicator for each in new)
    order = {"poor": 0, "fair": 1}
    unseen = sum(each.value is None for each in again)
    again = [each for each in again if each.value is not None]
    again.sort(key=lambda each: order.get(each.grade, 2))
    return {
        "title": group.title, "bodies": group.bodies,
        "figures": [_row(each) for each in new if each.value is not None],
        "again": [_row(each) for each in again[:FIRST_AGAIN]],
        "more": [_row(each) for each in again[FIRST_AGAIN:]],
        "missing": [
            *missing_of(new, is_short=True), *((None, gap) for gap in group.gaps),
            *([(None, words("missing_above", n=unseen))] if unseen else []),
        ],
        "bottom_lines": group.bottom_lines,
    }  # fmt: skip


def _row(figure: Figure) -> View:
    worst = words("worst_is", area=figure.worst) if figure.worst.en else None
    return {"figure": figure, "word": GRADES[figure.grade], "worst": worst}
