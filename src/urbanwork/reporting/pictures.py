"""Maps of the areas for print: one drawing an indicator, map beside sorted bars, as plain SVG."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from markupsafe import escape
from numpy.typing import NDArray

from urbanwork.reporting.book import Picture
from urbanwork.reporting.content_models import Content
from urbanwork.reporting.content_words import words
from urbanwork.reporting.figures_shown import Figure
from urbanwork.reporting.html.charts import shortened, shown_rows, sorted_areas
from urbanwork.reporting.html.model import ReportInput
from urbanwork.reporting.html.scales import Scale, value_scale
from urbanwork.reporting.html.stillmap import course, placed
from urbanwork.reporting.html.tables import Grid, grid, standard_of
from urbanwork.reporting.numbers import Lang, format_number, number_words, unit_label
from urbanwork.reporting.plain import plain
from urbanwork.reporting.wording import say

MOST = 8
"""Maps in one report."""
MAP, GAP, BARS, ROW = 400.0, 24.0, 296.0, 21.0
NAME, LABEL = 118.0, 52.0
LEAST_LABELLED = 13.0
"""Areas that are narrower than this in the drawing carry no number."""
_HATCH = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/>'
    '<path d="M0 0V6" stroke="#9aa1aa" stroke-width="2"/></pattern></defs>'
)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What one drawing is made from."""

    grid: Grid
    row: int
    scale: Scale
    order: list[int]  # columns of the areas, the worst first
    lang: Lang
    family: str


def key_pictures(report: ReportInput, made: Content, *, lang: Lang, family: str) -> list[Picture]:
    """A map for each key indicator: of every section the one that stands worst, at most `MOST`."""
    table = grid(report, made.name)
    return [
        _picture(report, table, each, section, lang, family) for section, each in _key_figures(made)
    ]


def _key_figures(made: Content) -> list[tuple[str, Figure]]:
    """Figures that differ between areas; of each section the one that stands worst."""
    order = {"poor": 0, "fair": 1, "good": 2, "no_standard": 3}
    best: dict[str, tuple[str, Figure]] = {}
    for section in made.sections:
        told = [each for each in section.figures() if each.worst.en and each.indicator not in best]
        if told:
            chosen = min(told, key=lambda each: order.get(each.grade, 4))
            best[chosen.indicator] = (section.key, chosen)
    return sorted(best.values(), key=lambda each: order.get(each[1].grade, 4))[:MOST]


def _picture(
    report: ReportInput, table: Grid, figure: Figure, section: str, lang: Lang, family: str
) -> Picture:
    row = table.row(figure.indicator)
    indicator = table.indicators[row]
    values = table.numbers["value"][row, 1:]
    scale = value_scale(indicator, standard_of(report, indicator), values)
    drawn = _Drawn(table, row, scale, sorted_areas(table, row), lang, family)
    return Picture(_svg(report, drawn, values), _caption(figure, lang), section)


def _caption(figure: Figure, lang: Lang) -> str:
    """Title, value of the city, what is asked for, and the source."""
    colon, stop = ("：", "。") if lang == "zh" else (": ", ". ")
    city = f"{say(words('whole'), lang)}{colon}{say(figure.shown, lang)}"
    asked = say(figure.asked, lang)
    parts = [say(figure.title, lang), city]
    if asked:
        parts.append(f"{say(words('asked'), lang)}{colon}{asked}")
    parts.append(f"{say(words('source'), lang)}{colon}{say(figure.source_short, lang)}")
    return plain(stop.join(parts))


def _svg(report: ReportInput, drawn: _Drawn, values: NDArray[np.float64]) -> str:
    shapes, width, height = placed(report.areas, MAP)
    rank = {column: n for n, column in enumerate(drawn.order, start=1)}
    classes = drawn.scale.class_of(values)
    land = "".join(_shape(each, int(k), drawn) for each, k in zip(shapes, classes, strict=True))
    marks = "".join(_mark(each, rank[n]) for n, each in enumerate(shapes, start=1))
    bars, tall = _bars(drawn)
    bottom = max(height + 48, tall)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{MAP + GAP + BARS:.0f}" '
        f'height="{bottom + 8:.0f}" viewBox="-2 -2 {MAP + GAP + BARS + 4:.0f} {bottom + 8:.0f}" '
        f'font-family="{escape(drawn.family)}" font-size="11" fill="#14171c">{_HATCH}'
        f'<g transform="translate({(MAP - width) / 2:.1f} 0)">{land}{marks}</g>'
        f'<g transform="translate(0 {height + 12:.1f})">{_legend(drawn)}</g>'
        f'<g transform="translate({MAP + GAP:.0f} 0)">{bars}</g></svg>'
    )


def _shape(shape: shapely.Geometry, number: int, drawn: _Drawn) -> str:
    fill = "url(#hatch)" if number < 0 else drawn.scale.colours[number]
    return (
        f'<path d="{course(shape)}" fill="{fill}" fill-rule="evenodd" stroke="#fff"'
        ' stroke-width="1"/>'
    )


def _mark(shape: shapely.Geometry, number: int) -> str:
    """The number of an area in the list, where it has room; white around it on any colour."""
    west, south, east, north = shapely.bounds(shape)
    if not min(east - west, north - south) >= LEAST_LABELLED:
        return ""
    at = shapely.point_on_surface(shape)
    where = f'x="{at.x:.1f}" y="{at.y + 4:.1f}" text-anchor="middle" font-size="10"'
    halo = 'fill="none" stroke="#fff" stroke-width="3" stroke-linejoin="round"'
    return f"<text {where} {halo}>{number}</text><text {where}>{number}</text>"


def _legend(drawn: _Drawn) -> str:
    scale = drawn.scale
    wide = MAP / max(len(scale.colours), 1)
    parts = []
    for n, colour in enumerate(scale.colours):
        parts.append(f'<rect x="{n * wide:.1f}" width="{wide:.1f}" height="9" fill="{colour}"/>')
    for n, cut in enumerate(scale.breaks, start=1):
        weight = ' font-weight="bold"' if cut == scale.threshold else ""
        parts.append(
            f'<text x="{n * wide:.1f}" y="22" text-anchor="middle"{weight}>'
            f"{format_number(cut)}</text>"
        )
    unit = unit_label(drawn.grid.indicators[drawn.row].unit, drawn.lang)
    parts.append(f'<text x="{MAP:.0f}" y="22" text-anchor="end">{escape(unit)}</text>')
    return "".join(parts)


def _bars(drawn: _Drawn) -> tuple[str, float]:
    """The areas as sorted bars with the numbers of the map; the middle of many is left out."""
    rows, hidden = shown_rows(drawn.order)
    values = drawn.grid.numbers["value"][drawn.row]
    low = float(np.nanmin(values, initial=0.0))
    span = max(float(np.nanmax(values, initial=0.0)) - low, 1e-9)
    zoom = _Zoom(low, (BARS - NAME - LABEL) / span)
    rank = {column: n for n, column in enumerate(drawn.order, start=1)}
    parts, y, last = [], 0.0, 0
    for column in rows:
        if hidden and rank[column] != last + 1:
            parts.append(f'<text x="{NAME:.0f}" y="{y + 14:.1f}" fill="#626a75">…</text>')
            y += ROW
        last = rank[column]
        parts.append(_bar(drawn, column, last, y, zoom))
        y += ROW
    return "".join(parts), y


@dataclass(frozen=True, slots=True)
class _Zoom:
    """Where a value stands along the bars; below 0 they go to the left."""

    low: float
    scale: float

    def at(self, value: float) -> float:
        """Place of a value."""
        return NAME + (value - self.low) * self.scale


def _bar(drawn: _Drawn, column: int, number: int, y: float, zoom: _Zoom) -> str:
    name = escape(plain(shortened(say(drawn.grid.names[column], drawn.lang))))
    value = float(drawn.grid.numbers["value"][drawn.row, column])
    head = f'<text x="0" y="{y + 14:.1f}">{number}&#160; {name}</text>'
    if np.isnan(value):
        words_ = say(words("no_value"), drawn.lang)
        return head + f'<text x="{NAME:.0f}" y="{y + 14:.1f}" fill="#626a75">{words_}</text>'
    zero, end = zoom.at(0.0), zoom.at(value)
    colour = drawn.scale.colours[int(drawn.scale.class_of(np.array([value]))[0])]
    unit = drawn.grid.indicators[drawn.row].unit
    label = number_words(value, unit)
    return (
        f'{head}<rect x="{min(zero, end):.1f}" y="{y + 4:.1f}" '
        f'width="{max(abs(end - zero), 0.8):.1f}" height="12"'
        f' fill="{colour}" stroke="#14171c" stroke-width=".4"/>'
        f'<text x="{max(zero, end) + 5:.1f}" y="{y + 14:.1f}">{escape(label)}</text>'
    )
