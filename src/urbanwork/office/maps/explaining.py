"""The explanation of a number as the page shows it: that of `urbanwork explain`, word for word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from urbanwork.examination.explain import Explanation, explain
from urbanwork.office.maps.last import key_of
from urbanwork.office.maps.marks import course
from urbanwork.office.maps.pieces import Frame
from urbanwork.office.place import office_place
from urbanwork.reporting.explained import explained, place_words
from urbanwork.reporting.input_words import category_title
from urbanwork.reporting.numbers import Lang, format_value
from urbanwork.reporting.wording import STATE_WORDS, grade_label, reason_words


@dataclass(frozen=True, slots=True)
class Told:
    """An explanation in one language."""

    indicator: str
    title: str
    place: str
    kind: str  # city, area, cell
    id: str
    figure: str
    grade: str
    lines: Sequence[tuple[str, Sequence[str]]]
    cells: Sequence[tuple[str, str]]  # id and people of cells to look at next


def explanation(
    exam: Path, indicator: str, *, area: str | None = None, cell: str | None = None
) -> Explanation:
    """Explain one number of an examination; the last hundreds asked are kept.

    Raises UserError for what the examination has not, and where the city has changed since.
    """
    return _explanation(exam, key_of(exam), indicator, area, cell)


@lru_cache(maxsize=512)
def _explanation(
    exam: Path, _key: str, indicator: str, area: str | None, cell: str | None
) -> Explanation:
    return explain(office_place().city, exam, indicator, area=area, cell=cell)


def told(found: Explanation, lang: Lang) -> Told:
    """The explanation in a language."""
    return Told(
        found.indicator, found.title[lang], place_words(found, lang), str(found.where["kind"]),
        str(found.where["id"]), _figure(found, lang),
        grade_label(found.grade, lang) if found.grade else "", explained(found, lang),
        [(each["cell"], f"{each['people']:,.0f}") for each in found.cells],
    )  # fmt: skip


def _figure(found: Explanation, lang: Lang) -> str:
    if found.value is not None:
        return format_value(found.value, found.unit, lang)
    if found.state:
        return getattr(STATE_WORDS[found.state], lang, "")
    return reason_words(found.reason, lang) if found.reason else "–"


def walks_of(found: Explanation, frame: Frame, lang: Lang) -> list[dict[str, Any]]:
    """The ways to the nearest places in the metres of the map, each with its place and length."""
    return [
        {
            "name": (each.name_zh if lang == "zh" else None) or each.name
            or getattr(category_title(each.category), lang),
            "length": "" if each.distance is None else format_value(each.distance, each.unit, lang),
            "points": course(each.path, frame),
        }
        for each in found.nearest
        if each.path
    ]  # fmt: skip
