"""Sorted bars of the areas, one small chart an indicator, drawn on the server as SVG."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from urbanwork.catalogue.models import Bilingual, Indicator, Standard
from urbanwork.reporting.html.markup import bi_svg, both, text
from urbanwork.reporting.html.model import ReportInput
from urbanwork.reporting.html.shapes import inside
from urbanwork.reporting.html.tables import Grid, standard_of
from urbanwork.reporting.numbers import decimals_for, format_number, format_percent
from urbanwork.reporting.wording import reason_words

Floats = NDArray[np.float64]

WIDTH, ROW, TOP = 352, 19, 20
NARROWEST_NAME, WIDEST_NAME = 40, 118
HALF_WIDTH = 6.5
"""Width of a letter in the unit of the drawing; a Chinese character takes two."""
SHAPE, LABEL = 18, 54
"""Room for the shape of the grade before a bar, and for its value behind."""
MOST_ROWS, WORST, BEST = 16, 9, 4
LONGEST_NAME = 17
"""In half widths: a Chinese character takes two."""


@dataclass(frozen=True, slots=True)
class Chart:
    """The picture, and the sentence that says the same to who does not see it."""

    svg: Markup
    summary: Bilingual


def chart(report: ReportInput, grid: Grid, row: int) -> Chart:
    """Bars of the city and its areas for one indicator, the worst area first."""
    indicator = grid.indicators[row]
    standard = standard_of(report, indicator)
    order = sorted_areas(grid, row)
    drawing = _Drawing(grid, row, indicator, standard)
    return Chart(drawing.svg(order), _summary(grid, row, order, drawing))


def sorted_areas(grid: Grid, row: int) -> list[int]:
    """Columns of the areas, the worst first, those without a value last."""
    values = grid.numbers["value"][row]
    lower_first = grid.indicators[row].better in ("higher", "band")
    known = [n for n in range(1, len(grid.areas)) if not np.isnan(values[n])]
    missing = [n for n in range(1, len(grid.areas)) if np.isnan(values[n])]
    return sorted(known, key=lambda n: (values[n] if lower_first else -values[n], n)) + missing


class _Drawing:
    """Places and formats shared by all rows of one chart."""

    def __init__(
        self, grid: Grid, row: int, indicator: Indicator, standard: Standard | None
    ) -> None:
        self.grid, self.row, self.indicator, self.standard = grid, row, indicator, standard
        self.value, self.lower, self.upper = (
            grid.numbers[name][row] for name in ("value", "lower", "upper")
        )
        reach = [np.nanmax(part, initial=0.0) for part in (self.value, self.upper)]
        asked = [standard.value, standard.upper or 0.0] if standard else []
        self.name_end = _name_width(grid.names)
        self.start = self.name_end + (SHAPE if standard else 6)
        self.length = WIDTH - self.start - LABEL
        most = max(*reach, *asked, 1e-9) * 1.02
        self.top = max(100.0, *reach) if indicator.unit == "%" else most
        least = [np.nanmin(part, initial=0.0) for part in (self.value, self.lower)]
        self.bottom = min(least) * 1.02  # below 0 where a figure shrinks
        known = self.value[np.isfinite(self.value)]
        self.decimals = decimals_for(float(np.abs(known).max())) if len(known) else 0

    def at(self, value: float) -> float:
        share = (value - self.bottom) / (self.top - self.bottom)
        return float(self.start + self.length * min(max(share, 0.0), 1.0))

    def label(self, value: float) -> str:
        if self.indicator.unit == "%":
            return format_percent(value).removesuffix("%")
        return format_number(value, decimals=self.decimals)

    def svg(self, order: list[int]) -> Markup:
        rows, gap = shown_rows(order)
        y = TOP if self.standard else 4
        parts, self.labels = [self._bar(0, y)], [self._label(0, y)]
        y += ROW + 4
        for number, column in enumerate(rows):
            if gap and number == WORST:
                words = bi_svg(text("between", n=gap))
                parts.append(f'<text x="{self.start}" y="{y + 13}" class="soft">{words}</text>')
                y += ROW
            parts.append(self._bar(column, y))
            self.labels.append(self._label(column, y))
            y += ROW
        parts += [self._thresholds(y), *self.labels]
        return Markup(  # noqa: S704
            f'<svg class="bars" viewBox="0 0 {WIDTH} {y + 4}" aria-hidden="true">'
            f"{''.join(parts)}</svg>"
        )

    def _bar(self, column: int, y: int) -> str:
        """Name, shape of the grade, bar and range of one row."""
        weight = ' class="strong"' if column == 0 else ""
        name = _name(text("city") if column == 0 else self.grid.names[column])
        parts = [f'<text x="{self.name_end}" y="{y + 13}" text-anchor="end"{weight}>{name}</text>']
        value = float(self.value[column])
        if np.isnan(value):
            return parts[0] + self._missing(column, y)
        grade = self.grid.words["grade"][self.row, column] or "no_standard"
        zero, end = self.at(0.0), self.at(value)
        wide = max(abs(end - zero), 0.8)
        if self.standard is not None:
            place = f"translate({self.name_end + 4} {y + 3.5}) scale(.9)"
            parts.append(f'<g transform="{place}">{inside(grade)}</g>')
        parts += [
            f'<rect x="{min(zero, end):.1f}" y="{y + 3}" width="{wide:.1f}" height="12"'
            f' class="{"whole" if column == 0 else grade}"/>',
        ]
        low, high = self._ends(column)
        if high - low > 1.5:
            line = f"M{low:.1f} {y + 9}H{high:.1f}M{low:.1f} {y + 6}v6M{high:.1f} {y + 6}v6"
            parts.append(f'<path d="{line}" class="halo" fill="none"/>')
            parts.append(f'<path d="{line}" class="range" fill="none"/>')
        return "".join(parts)

    def _ends(self, column: int) -> tuple[float, float]:
        """Where the range of a row begins and ends; at the bar's end where there is none."""
        value = float(self.value[column])
        low, high = float(self.lower[column]), float(self.upper[column])
        if np.isnan(low) or np.isnan(high):
            return self.at(value), self.at(value)
        return self.at(low), self.at(high)

    def _label(self, column: int, y: int) -> str:
        """The value behind bar and range, above the line of the threshold."""
        value = float(self.value[column])
        if np.isnan(value):
            return ""
        after = max(self.at(0.0), self.at(value), self._ends(column)[1]) + 5
        weight = "label strong" if column == 0 else "label"
        words = escape(self.label(value))
        return f'<text x="{after:.1f}" y="{y + 13}" class="{weight}">{words}</text>'

    def _missing(self, column: int, y: int) -> str:
        reason = self.grid.words["reason"][self.row, column] or "no_data"
        words = both(lambda lang: reason_words(reason, lang))
        return (
            f'<rect x="{self.start}" y="{y + 3}" width="24" height="12" fill="url(#hatch)"/>'
            f'<text x="{self.start + 29}" y="{y + 13}" class="soft">{bi_svg(words)}</text>'
        )

    def _thresholds(self, bottom: int) -> str:
        if self.standard is None:
            return ""
        sign = {">=": "≥ ", "<=": "≤ ", "between": ""}[self.standard.operator]
        cuts = [self.standard.value]
        if self.standard.operator == "between" and self.standard.upper is not None:
            cuts.append(self.standard.upper)
        return "".join(
            f'<path d="M{self.at(cut):.1f} {TOP - 4}V{bottom}" class="threshold"/>'
            f'<text x="{self.at(cut):.1f}" y="{TOP - 8}" text-anchor="middle" class="soft">'
            f"{sign}{format_number(cut)}</text>"
            for cut in cuts
        )


@lru_cache(1)
def _name_width(names: tuple[Bilingual, ...]) -> int:
    """Room that the longest name of the areas, all but the first, takes in either language."""
    shown = [shortened(text) for name in names[1:] for text in (name.en, name.zh)]
    longest = max((_half_widths(name) for name in shown), default=4)
    return round(min(max(longest * HALF_WIDTH, NARROWEST_NAME), WIDEST_NAME))


def _half_widths(name: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in name)


def shown_rows(order: list[int]) -> tuple[list[int], int]:
    """The rows that are drawn, and how many are left out after the worst."""
    if len(order) <= MOST_ROWS:
        return order, 0
    return order[:WORST] + order[-BEST:], len(order) - WORST - BEST


@lru_cache(256)
def _name(name: Bilingual) -> Markup:
    return bi_svg(Bilingual(shortened(name.en), shortened(name.zh)))


def shortened(name: str, longest: int = LONGEST_NAME) -> str:
    """A name cut to a width, a Chinese character counted as two.

    >>> shortened("North Gate and the Upper Meadows"), shortened("北门")
    ('North Gate and t…', '北门')
    """
    used = 0
    for at, character in enumerate(name):
        used += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if used > longest:
            return name[: at - 1].rstrip() + "…"
    return name


def _summary(grid: Grid, row: int, order: list[int], drawing: _Drawing) -> Bilingual:
    known = [n for n in order if not np.isnan(drawing.value[n])]
    if not known:
        return text("not_measured")
    worst, best = known[0], known[-1]
    low, high = (drawing.label(float(drawing.value[n])) for n in (worst, best))
    names = [grid.names[n] for n in (worst, best)]
    return Bilingual(
        f"{len(known)} areas, from {names[0].en} ({low}) to {names[1].en} ({high}).",
        f"{len(known)}个片区，由{names[0].zh}（{low}）至{names[1].zh}（{high}）。",
    )
