"""Coordination scores as rows, chart and map: what is measured, what is weakest, what binds.

All read the detail of a coordination degree (`measures.coordination_detail.described`), so that an
examination, a table of one's own and a repeated run look alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from markupsafe import Markup, escape

from urbanwork.catalogue.models import Bilingual
from urbanwork.measures.coordination_detail import grade_words
from urbanwork.measures.coupling import FORM_WORDS
from urbanwork.reporting.html.markup import bi, bi_svg
from urbanwork.reporting.html.scales import Scale
from urbanwork.reporting.html.stillmap import still_map
from urbanwork.reporting.numbers import NO_VALUE, Lang
from urbanwork.reporting.wording import say

CITY = Bilingual("the whole city", "全市")
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
MAP_BREAKS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
MAP_COLOURS = (
    "#fde725", "#a0da39", "#4ac16d", "#1fa187", "#277f8e", "#365c8d", "#46327e", "#440154",
)  # fmt: skip
"""Viridis from light (disorder) to dark (quality), right-closed as the grades of D are."""

WIDTH, ROW, HEAD = 720, 20, 22
NAME, DEGREE, GAP, LABEL, LEGEND = 150, 160, 14, 30, 360


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
    name = CITY if is_city else _name(detail, place)
    why = detail["reason"][place]
    if "degree" not in detail or detail["degree"][place] is None:
        reason = _both(why or ("no score", "无得分"))
        nothing, none = Bilingual(NO_VALUE, NO_VALUE), tuple(None for _ in counted(detail))
        return Row(name, is_city, "", None, None, None, nothing, None, None, none, nothing,
                   nothing, None, reason)  # fmt: skip
    binds = detail["binds"][place] or {}
    lower, upper = _range(detail, place)
    return Row(
        name, is_city, "", detail["degree"][place], lower, upper,
        _both(grade_words(detail["grade"][place])),
        detail["coupling"][place], detail["development"][place],
        tuple(each["score"][place] for each in counted(detail)),
        _both(binds.get("subsystem_title", (NO_VALUE, NO_VALUE))),
        _both(binds.get("item_title", (NO_VALUE, NO_VALUE))),
        binds.get("share"), Bilingual("", ""),
    )  # fmt: skip


def _name(detail: Mapping[str, Any], place: int) -> Bilingual:
    """Both names of a unit where they are known."""
    if "names" in detail:
        return _both(detail["names"][place])
    return Bilingual(detail["units"][place], detail["units"][place])


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
    titles = [_both(each["title"]) for each in counted(detail)]
    named = [*(HEADS[name] for name in before), *titles, HEADS["weakest"], HEADS["binds"]]
    return [say(each, lang) for each in named]


def heads(detail: Mapping[str, Any], lang: Lang, *, is_wide: bool) -> list[str]:
    """Headers of the short table for a terminal."""
    own = [_both(each["title"]) for each in counted(detail)] if is_wide else [HEADS["weakest"]]
    fixed = [HEADS["rank"], HEADS["area"], _SHORT["D"], HEADS["grade"], _SHORT["C"], _SHORT["T"]]
    return [say(each, lang) for each in (*fixed, *own, HEADS["binds"])]


_SHORT = {name: Bilingual(name, name) for name in "DCT"}


def short_cells(row: Row, lang: Lang, *, is_wide: bool) -> list[str]:
    """The row under `heads`; the range of D stands behind it."""
    if row.degree is None:
        return [row.rank, say(row.name, lang), NO_VALUE, say(row.reason, lang)]
    span = _span(row)
    known = [each for each in row.scores if each is not None]
    least = f"{say(row.weakest, lang)} {two(min(known, default=None))}"
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


def _both(text: Sequence[str]) -> Bilingual:
    return Bilingual(text[0], text[1])


# Chart


def chart(detail: Mapping[str, Any]) -> Markup:
    """Bars of D and of every subsystem on one scale from 0 to 1, the weakest of each unit dark."""
    rows, parts = rows_of(detail), counted(detail)
    if not parts:
        return Markup("")
    wide = (WIDTH - NAME - DEGREE) / len(parts)
    starts = [NAME, *(NAME + DEGREE + wide * place for place in range(len(parts)))]
    titles = [HEADS["degree"], *(_both(each["title"]) for each in parts)]
    drawn = [_head(x, title) for x, title in zip(starts, titles, strict=True)]
    for number, row in enumerate(rows):
        y = HEAD + number * ROW + (4 if number else 0)
        drawn.append(_line(row, y, starts, wide - GAP - LABEL))
    height = HEAD + len(rows) * ROW + 8
    return Markup(  # noqa: S704
        f'<svg class="bars" viewBox="0 0 {WIDTH} {height}" aria-hidden="true">'
        f"{''.join(drawn)}</svg>"
    )


def _head(x: float, title: Bilingual) -> str:
    return f'<text x="{x:.1f}" y="14" class="soft">{bi_svg(title)}</text>'


def _line(row: Row, y: int, starts: Sequence[float], wide: float) -> str:
    weight = ' class="strong"' if row.is_city else ""
    name = f'<text x="{NAME - 8}" y="{y + 13}" text-anchor="end"{weight}>{bi_svg(row.name)}</text>'
    if row.degree is None:
        return f'{name}<text x="{starts[0]}" y="{y + 13}" class="soft">{bi_svg(row.reason)}</text>'
    known = [each for each in row.scores if each is not None]
    bars = [
        _bar(starts[0], y, row.degree, DEGREE - GAP - LABEL, "whole" if row.is_city else "fair")
    ]
    for x, score in zip(starts[1:], row.scores, strict=True):
        bars.append(_bar(x, y, score, wide, "poor" if score == min(known) else "good"))
    return name + _whisker(row, y, starts[0]) + "".join(bars)


def _bar(x: float, y: int, value: float | None, wide: float, kind: str) -> str:
    if value is None:
        return ""
    long = max(wide * value, 0.8)
    return (
        f'<path d="M{x:.1f} {y + 17}h{wide:.1f}" stroke="#d8dbdf"/>'
        f'<rect x="{x:.1f}" y="{y + 3}" width="{long:.1f}" height="12" class="{kind}"/>'
        f'<text x="{x + wide + 4:.1f}" y="{y + 13}" class="label">{escape(two(value))}</text>'
    )


def _whisker(row: Row, y: int, x: float) -> str:
    """The range of D when the best or the worst is left out, below its bar."""
    if row.lower is None or row.upper is None:
        return ""
    wide = DEGREE - GAP - LABEL
    low, high = x + wide * row.lower, x + wide * row.upper
    return f'<path d="M{low:.1f} {y + 17}H{high:.1f}" class="range" stroke-width="2"/>'


def summary(detail: Mapping[str, Any]) -> Bilingual:
    """What the chart shows, in words."""
    rows = [row for row in rows_of(detail) if row.degree is not None and not row.is_city]
    if not rows:
        return Bilingual("No unit has a score.", "没有任何片区可计分。")
    best, worst = rows[0], rows[-1]
    return Bilingual(
        f"From {two(worst.degree)} ({worst.name.en}, {worst.grade.en}; weakest: "
        f"{worst.weakest.en}, binds: {worst.binds.en}) to {two(best.degree)} ({best.name.en}, "
        f"{best.grade.en}).",
        f"最低 {two(worst.degree)}（{worst.name.zh}，{worst.grade.zh}；最弱：{worst.weakest.zh}，"
        f"首要障碍：{worst.binds.zh}），"
        f"最高 {two(best.degree)}（{best.name.zh}，{best.grade.zh}）。",
    )


# Map


def coordination_map(detail: Mapping[str, Any], areas: pa.Table) -> Markup:
    """D of the areas, with its legend; `areas` has columns area and geometry (WKB, lon/lat)."""
    by_id = dict(zip(detail["areas"], detail.get("degree", []), strict=False))
    values = [by_id.get(each) for each in areas["area"].to_pylist()]
    numbers = np.array([np.nan if each is None else each for each in values])
    return still_map(areas, numbers, MAP_SCALE) + _legend()


def _legend() -> Markup:
    """The classes with the degrees where they meet; a degree on a limit belongs below it."""
    wide = LEGEND / len(MAP_COLOURS)
    swatches = "".join(
        f'<rect x="{place * wide:.1f}" y="2" width="{wide:.1f}" height="12" fill="{colour}"/>'
        for place, colour in enumerate(MAP_COLOURS)
    )
    limits = "".join(
        f'<text x="{(place + 1) * wide:.1f}" y="28" text-anchor="middle">{limit:g}</text>'
        for place, limit in enumerate(MAP_BREAKS)
    )
    return Markup(  # noqa: S704
        f'<p class="what">{bi(HEADS["degree"])}</p><svg class="bars" viewBox="0 0 {LEGEND} 32"'
        f' style="max-width:{LEGEND}px" aria-hidden="true">{swatches}{limits}</svg>'
    )


MAP_SCALE = Scale(MAP_BREAKS, MAP_COLOURS, None, upper_end_belongs_below=True)


# All of it


def coordination_fragment(detail: Mapping[str, Any], areas: pa.Table | None = None) -> Markup:
    """Title, method, what must be known, chart, map and table, in both languages."""
    title = _both(detail["definition"]["title"])
    parts = [
        Markup('<h4>{}</h4><p class="stand">{}</p>').format(bi(title), bi(method(detail))),
        Markup("<p>{}</p>").format(bi(summary(detail))),
        chart(detail),
    ]
    if areas is not None and "areas" in detail:
        parts.append(coordination_map(detail, areas))
    return Markup('<section class="coordination">{}</section>').format(
        Markup("").join([*parts, _table(detail), _warnings(detail)])
    )


def _table(detail: Mapping[str, Any]) -> Markup:
    english, chinese = columns(detail, "en"), columns(detail, "zh")
    heads = Markup("").join(
        Markup('<th scope="col">{}</th>').format(bi(Bilingual(en, zh)))
        for en, zh in zip(english, chinese, strict=True)
    )
    body = Markup("").join(_table_row(row) for row in rows_of(detail))
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(heads, body)


def _table_row(row: Row) -> Markup:
    texts = zip(cells(row, "en"), cells(row, "zh"), strict=True)
    return Markup("<tr>{}</tr>").format(
        Markup("").join(Markup("<td>{}</td>").format(bi(Bilingual(en, zh))) for en, zh in texts)
    )


def _warnings(detail: Mapping[str, Any]) -> Markup:
    told = [Bilingual(each["en"], each["zh"]) for each in detail["warnings"]]
    if not told:
        return Markup("")
    return Markup('<ul class="cautions">{}</ul>').format(
        Markup("").join(Markup("<li>{}</li>").format(bi(each)) for each in told)
    )
