"""Coordination scores as rows: what is measured, what is weakest, what binds.

All read the detail of a coordination degree (`measures.coordination_detail.described`), so that an
examination, a table of one's own and a repeated run look alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from urbanwork.catalogue.models import Bilingual
from urbanwork.measures.coordination_detail import grade_words
from urbanwork.measures.coupling import FORM_WORDS
from urbanwork.reporting.numbers import NO_VALUE, Lang
from urbanwork.reporting.wording import say

CITY = Bilingual("city", "全市")
HEADS = {
    "rank": Bilingual("rank", "排名"),
    "area": Bilingual("area", "片区"),
    "degree": Bilingual("coordination D", "协调度 D"),
    "range": Bilingual("without best or worst", "去掉最优或最差"),
    "grade": Bilingual("grade", "等级"),
    "coupling": Bilingual("coupling C", "耦合度 C"),
    "development": Bilingual("development T", "发展指数 T"),
    "weakest": Bilingual("weakest", "最弱子系统"),
    "binds": Bilingual("what binds most", "首要障碍"),
}
WEIGHTINGS = {
    "entropy": Bilingual("entropy weights", "熵权"),
    "equal": Bilingual("equal weights", "等权"),
    "given": Bilingual("given weights", "给定权重"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One unit; None where it has no score."""

    name: Bilingual
    is_city: bool
    rank: str  # "1", "2="; "" without a score and for the city
    degree: float | None
    lower: float | None  # of D over the samples without the best and without the worst
    upper: float | None
    grade: Bilingual
    coupling: float | None
    development: float | None
    scores: tuple[float | None, ...]  # by subsystem that counts
    weakest: Bilingual
    binds: Bilingual
    share: float | None  # of all that is missing to full marks
    reason: Bilingual  # why it has no score


def counted(detail: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The subsystems that count."""
    return [each for each in detail.get("subsystems", []) if each["weight"] > 0]


def rows_of(detail: Mapping[str, Any]) -> list[Row]:
    """The city where it is known, then its units, the most coordinated first."""
    count = len(detail["units"])
    rows = [_row(detail, place) for place in range(count + 1)]
    ranked = sorted(rows[:count], key=lambda row: (row.degree is None, -(row.degree or 0.0)))
    has_city = any(each is not None for each in detail["values"][count])
    return [*rows[count:][:has_city], *_ranked(ranked)]


def _row(detail: Mapping[str, Any], place: int) -> Row:
    is_city = place == len(detail["units"])
    name = CITY if is_city else as_both(detail["names"][place])
    why = detail["reason"][place]
    if "degree" not in detail or detail["degree"][place] is None:
        reason = as_both(why or ("no score", "无得分"))
        nothing, none = Bilingual(NO_VALUE, NO_VALUE), tuple(None for _ in counted(detail))
        return Row(name, is_city, "", None, None, None, nothing, None, None, none, nothing,
                   nothing, None, reason)  # fmt: skip
    binds = detail["binds"][place] or {}
    lower, upper = _range(detail, place)
    return Row(
        name, is_city, "", detail["degree"][place], lower, upper,
        as_both(grade_words(detail["grade"][place])),
        detail["coupling"][place], detail["development"][place],
        tuple(each["score"][place] for each in counted(detail)),
        as_both(binds.get("subsystem_title", (NO_VALUE, NO_VALUE))),
        as_both(binds.get("item_title", (NO_VALUE, NO_VALUE))),
        binds.get("share"), Bilingual("", ""),
    )  # fmt: skip


def _range(detail: Mapping[str, Any], place: int) -> tuple[float | None, float | None]:
    """Least and largest D of a unit, the samples without the best and the worst included."""
    if place == len(detail["units"]):
        return None, None
    tried = [each["degree"][place] for each in detail["sensitivity"]]
    found = [each for each in tried if each is not None]
    every = [*found, detail["degree"][place]]
    return (min(every), max(every)) if found else (None, None)


def _ranked(rows: Sequence[Row]) -> Iterator[Row]:
    """Ranks by D as it is shown, to three digits; those that share one have it with `=`."""
    shown = [None if row.degree is None else round(row.degree, 3) for row in rows]
    for row, value in zip(rows, shown, strict=True):
        ties = "=" if shown.count(value) > 1 else ""
        rank = "" if value is None else f"{shown.index(value) + 1}{ties}"
        yield replace(row, rank=rank)


def cells(row: Row, lang: Lang) -> list[str]:
    """The row as texts under `columns`."""
    if row.degree is None:
        gap = [""] * (len(row.scores) + 5)
        return [row.rank, say(row.name, lang), NO_VALUE, "", say(row.reason, lang), *gap[:-1]]
    share = "" if row.share is None else f" {row.share:.0%}"
    return [
        row.rank, say(row.name, lang), two(row.degree), _span(row), say(row.grade, lang),
        two(row.coupling), two(row.development), *(two(score) for score in row.scores),
        say(row.weakest, lang), f"{say(row.binds, lang)}{share}",
    ]  # fmt: skip


def columns(detail: Mapping[str, Any], lang: Lang) -> list[str]:
    """Headers of the table."""
    before = ("rank", "area", "degree", "range", "grade", "coupling", "development")
    titles = [as_both(each["title"]) for each in counted(detail)]
    named = [*(HEADS[name] for name in before), *titles, HEADS["weakest"], HEADS["binds"]]
    return [say(each, lang) for each in named]


def heads(detail: Mapping[str, Any], lang: Lang, *, is_wide: bool) -> list[str]:
    """Headers of the short table for a terminal."""
    own = [as_both(each["title"]) for each in counted(detail)] if is_wide else [HEADS["weakest"]]
    fixed = [HEADS["rank"], HEADS["area"], _SHORT["D"], HEADS["grade"], _SHORT["C"], _SHORT["T"]]
    return [say(each, lang) for each in (*fixed, *own, HEADS["binds"])]


_SHORT = {name: Bilingual(name, name) for name in "DCT"}


def short_cells(row: Row, lang: Lang, *, is_wide: bool) -> list[str]:
    """The row under `heads`; the range of D stands behind it where there is room."""
    if row.degree is None:
        return [row.rank, say(row.name, lang), NO_VALUE, say(row.reason, lang)]
    span = _span(row) if is_wide else ""
    known = [each for each in row.scores if each is not None]
    has_none = row.weakest.en == NO_VALUE
    least = NO_VALUE if has_none else f"{say(row.weakest, lang)} {two(min(known))}"
    return [
        row.rank, say(row.name, lang), two(row.degree) + (f" ({span})" if span else ""),
        say(row.grade, lang), two(row.coupling), two(row.development),
        *([two(each) for each in row.scores] if is_wide else [least]),
        f"{say(row.binds, lang)} {'' if row.share is None else format(row.share, '.0%')}".strip(),
    ]  # fmt: skip


def two(value: float | None) -> str:
    """A score as it is shown.

    >>> two(0.5), two(None)
    ('0.50', '–')
    """
    return NO_VALUE if value is None else f"{value:.2f}"


def _span(row: Row) -> str:
    if row.lower is None or two(row.lower) == two(row.upper):
        return ""
    return f"{two(row.lower)}–{two(row.upper)}"


def method(detail: Mapping[str, Any]) -> Bilingual:
    """Form, weights and epsilon, which stand beside every score."""
    form, weighting = FORM_WORDS[detail["form"]], WEIGHTINGS[detail["weighting"]]
    return Bilingual(
        f"{form[0]}, {weighting.en}, scaled values from {detail['epsilon']:g} to 1",
        f"{form[1]}，{weighting.zh}，标准化值介于 {detail['epsilon']:g} 与 1 之间",
    )


def as_both(text: Sequence[str]) -> Bilingual:
    """A text in English and Chinese as the detail holds it."""
    return Bilingual(text[0], text[1])
