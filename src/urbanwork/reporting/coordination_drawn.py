"""Coordination scores as chart and map, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from markupsafe import Markup, escape

from urbanwork.catalogue.models import Bilingual
from urbanwork.reporting.coordination import (
    HEADS,
    Row,
    as_both,
    counted,
    rows_of,
    two,
)
from urbanwork.reporting.html.markup import bi, bi_svg
from urbanwork.reporting.html.scales import Scale
from urbanwork.reporting.html.stillmap import still_map

MAP_BREAKS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
MAP_COLOURS = (
    "#440154", "#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39", "#fde725",
)  # fmt: skip
"""Viridis from dark (disorder) to light (quality), as every map of the report is darker where it is
worse; right-closed as the grades of D are."""

WIDTH, ROW, HEAD = 720, 20, 22
NAME, DEGREE, GAP, LABEL, LEGEND = 150, 160, 14, 30, 360


def chart(detail: Mapping[str, Any]) -> Markup:
    """Bars of D and of every subsystem on one scale from 0 to 1, the weakest of each unit dark."""
    rows, parts = rows_of(detail), counted(detail)
    if not parts:
        return Markup("")
    wide = (WIDTH - NAME - DEGREE) / len(parts)
    starts = [NAME, *(NAME + DEGREE + wide * place for place in range(len(parts)))]
    titles = [HEADS["degree"], *(as_both(each["title"]) for each in parts)]
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
        f' aria-hidden="true">{swatches}{limits}</svg>'
    )


MAP_SCALE = Scale(MAP_BREAKS, MAP_COLOURS, None, upper_end_belongs_below=True)
