"""Small multiples of a comparison, drawn on the server as SVG: courses, ranks, cities.

The line of a course says what its step is: whole where the city changed or nothing did, dashed
where the data changed, dotted where the two cannot be told apart, none where not comparable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from urbanwork.catalogue.models import Bilingual
from urbanwork.examination.compare import Comparison, Step
from urbanwork.examination.examined import Value
from urbanwork.examination.ranks import Rank
from urbanwork.examination.tabulate import CITY
from urbanwork.reporting.html.charts import shortened
from urbanwork.reporting.html.markup import bi_svg
from urbanwork.reporting.numbers import number_words

WIDTH, HEIGHT = 352, 168
LEFT, RIGHT, TOP, BOTTOM = 56, 56, 12, 26
ROW, NAME = 20, 128
MOST_RANKED, FIRST, LAST = 18, 9, 6
LEAST_SPAN = 0.3
"""Part of the largest value that the height of a course shows at least: a small change looks
small."""
MOST_LINES = 100
"""Thin lines of areas, those with the most people."""

DASHES = {"data": "7 4", "cannot_tell": "1.5 4"}
BROKEN = ("definition", "not_comparable")


@dataclass(frozen=True, slots=True)
class _Frame:
    """From values and examinations to places in the drawing."""

    low: float
    high: float
    count: int

    def x(self, number: int) -> float:
        wide = WIDTH - LEFT - RIGHT
        return LEFT + (wide * number / (self.count - 1) if self.count > 1 else wide / 2)

    def y(self, value: float) -> float:
        part = (value - self.low) / (self.high - self.low)
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - part)


def course(comparison: Comparison, indicator: str) -> Markup:
    """City and areas over the examinations: the city strong with its range, areas thin."""
    exams = comparison.examinations
    people = exams[-1].people
    areas = sorted(exams[-1].areas, key=lambda area: -people.get(area, 0.0))[:MOST_LINES]
    rows = {area: [each.values.get((indicator, area)) for each in exams] for area in (*areas, CITY)}
    frame = _frame(rows, len(exams))
    if frame is None:
        return Markup("")
    codes = {area: [_code(step, indicator, area) for step in comparison.steps] for area in rows}
    parts = [_axis(frame, [each.as_of for each in exams])]
    thin = "".join(
        course for area in areas for _, course in _segments(frame, rows[area], codes[area])
    )
    parts.append(f'<path d="{thin}" class="thin"/>')
    parts += [_thick(code, course) for code, course in _segments(frame, rows[CITY], codes[CITY])]
    parts += [_point(frame, n, value) for n, value in enumerate(rows[CITY])]
    return _svg("course", HEIGHT, parts)


def _code(step: Step, indicator: str, area: str) -> str:
    change = step.by_indicator.get(indicator, {}).get(area)
    return "not_comparable" if change is None else change.verdict.code


def _frame(rows: Mapping[str, Sequence[Value | None]], count: int) -> _Frame | None:
    seen = [v for each in rows.values() for v in each if v is not None and v.value is not None]
    ends = [v.value for v in seen if v.value is not None]
    ends += [end for v in rows[CITY] if v is not None and v.bounds for end in v.bounds]
    if not ends:
        return None
    low, high = min(ends), max(ends)
    short = LEAST_SPAN * max(abs(low), abs(high)) - (high - low)
    if short > 0:
        low, high = low - short / 2, high + short / 2
    pad = 0.08 * (high - low) or 0.05 * abs(high) or 1.0
    least = 0.0 if min(ends) >= 0 else low - pad
    return _Frame(max(low - pad, least), high + pad, count)


def _axis(frame: _Frame, dates: Sequence[str]) -> str:
    """A rule a date; with many, only the first and the last are named."""
    parts = []
    for number, date in enumerate(dates):
        x = frame.x(number)
        parts.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM + 4}" class="rule"/>')
        if number in (0, len(dates) - 1) or len(dates) <= 3:
            parts.append(
                f'<text x="{x:.1f}" y="{HEIGHT - 8}" text-anchor="middle" class="soft">'
                f"{escape(date)}</text>"
            )
    return "".join(parts)


def _segments(
    frame: _Frame, row: Sequence[Value | None], codes: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """From each examination to the next: its verdict and its course; none where broken."""
    for number, code in enumerate(codes):
        ends = [v.value for v in row[number : number + 2] if v is not None and v.value is not None]
        if code not in BROKEN and len(ends) == 2:
            start, end = (f"{frame.x(number + n):.1f} {frame.y(ends[n]):.1f}" for n in (0, 1))
            yield code, f"M{start}L{end}"


def _thick(code: str, course: str) -> str:
    dash = f' stroke-dasharray="{DASHES[code]}"' if code in DASHES else ""
    return f'<path d="{course}" class="thick"{dash}/>'


def _point(frame: _Frame, number: int, value: Value | None) -> str:
    """The city's value with its range; hatched where there is none."""
    x, is_last = frame.x(number), number == frame.count - 1
    if value is None or value.value is None or value.bounds is None:
        y = HEIGHT - BOTTOM - 10
        return f'<rect x="{x - 5:.1f}" y="{y}" width="10" height="10" fill="url(#hatch)"/>'
    middle = frame.y(value.value)
    low, high = (frame.y(end) for end in value.bounds)
    parts = []
    if low - high > 2:
        parts.append(
            f'<path d="M{x:.1f} {high:.1f}V{low:.1f}M{x - 4:.1f} {high:.1f}h8M{x - 4:.1f} '
            f'{low:.1f}h8" class="range"/>'
        )
    mark = "mark-erratum" if value.erratum is not None else "dot"
    parts.append(f'<circle cx="{x:.1f}" cy="{middle:.1f}" r="4" class="{mark}"/>')
    if number == 0 or is_last:
        anchor, shift = ("start", 9) if is_last else ("end", -9)
        parts.append(
            f'<text x="{x + shift:.1f}" y="{middle + 4:.1f}" text-anchor="{anchor}"'
            f' class="label strong">{escape(number_words(value.value, value.unit))}</text>'
        )
    return "".join(parts)


def rank_chart(
    rows: Sequence[Rank], before: Sequence[Rank], names: Mapping[str, Bilingual]
) -> Markup:
    """Places of areas with the range that bounds leave open; hollow where they stood before."""
    ranked = [each for each in rows if each.rank is not None]
    if len(ranked) < 2:
        return Markup("")
    earlier = {each.of: each.rank for each in before if each.rank is not None}
    shown, gap = _some(ranked)
    last = max(len(ranked), *earlier.values()) if earlier else len(ranked)
    place = _Places(last)
    parts, y = [place.head()], ROW + 4
    for number, each in enumerate(shown):
        if gap and number == FIRST:
            words = Bilingual(f"… {gap} more …", f"……另{gap}个……")
            parts.append(_text(NAME + 8, y + 14, words, "soft"))
            y += ROW
        parts.append(place.row(each, earlier.get(each.of), names[each.of], y))
        y += ROW
    return _svg("ranks", y + 4, parts)


def _some(ranked: Sequence[Rank]) -> tuple[list[Rank], int]:
    if len(ranked) <= MOST_RANKED:
        return list(ranked), 0
    return [*ranked[:FIRST], *ranked[-LAST:]], len(ranked) - FIRST - LAST


@dataclass(frozen=True, slots=True)
class _Places:
    """A scale of places, 1 to `last`."""

    last: int

    def x(self, rank: int) -> float:
        start, end = NAME + 40, WIDTH - 12
        return start + (end - start) * (rank - 1) / max(self.last - 1, 1)

    def head(self) -> str:
        return "".join(
            f'<text x="{self.x(rank):.1f}" y="14" text-anchor="middle" class="soft">{rank}</text>'
            for rank in dict.fromkeys((1, (self.last + 1) // 2, self.last))
        )

    def row(self, rank: Rank, earlier: int | None, name: Bilingual, y: int) -> str:
        middle = y + 10
        at, low, high = (self.x(each or 1) for each in (rank.rank, rank.best, rank.worst))
        parts = [
            _text(NAME - 6, y + 14, Bilingual(shortened(name.en), shortened(name.zh)), "",
                  anchor="end"),
            f'<text x="{NAME + 24}" y="{y + 14}" text-anchor="end" class="strong">'
            f"{'=' if rank.is_tied else ''}{rank.rank}</text>",
            f'<path d="M{self.x(1):.1f} {middle}H{self.x(self.last):.1f}" class="rule"/>',
        ]  # fmt: skip
        if high > low:
            parts.append(f'<path d="M{low:.1f} {middle}H{high:.1f}" class="span"/>')
        if earlier is not None and earlier != rank.rank:
            was = self.x(earlier)
            parts.append(f'<path d="M{was:.1f} {middle}H{at:.1f}" class="moved"/>')
            parts.append(f'<circle cx="{was:.1f}" cy="{middle}" r="4" class="hollow"/>')
        parts.append(f'<circle cx="{at:.1f}" cy="{middle}" r="4.5" class="dot"/>')
        return "".join(parts)


def city_chart(rows: Sequence[Rank], names: Mapping[str, Bilingual]) -> Markup:
    """Values of cities with their ranges, the best first where there is a direction."""
    known = [each for each in rows if each.value is not None and each.value.value is not None]
    if not known:
        return Markup("")
    ends = [end for each in known if each.value and each.value.bounds for end in each.value.bounds]
    low, high = min(0.0, *ends), max(*ends, 1e-9)
    start, wide = NAME + 34, WIDTH - NAME - 34 - 60
    parts = []
    for number, each in enumerate(known):
        parts.append(_city_row(each, names[each.of], number * ROW, (low, high, start, wide)))
    return _svg("ranks", len(known) * ROW + 4, parts)


def _city_row(rank: Rank, name: Bilingual, y: int, scale: tuple[float, float, float, float]) -> str:
    low, high, start, wide = scale
    value = rank.value
    if value is None or value.value is None or value.bounds is None:
        return ""
    at, left, right = (
        start + wide * (each - low) / (high - low) for each in (value.value, *value.bounds)
    )
    middle = y + 10
    parts = [
        _text(NAME - 6, y + 14, Bilingual(shortened(name.en), shortened(name.zh)), "",
              anchor="end"),
        f'<text x="{NAME + 28}" y="{y + 14}" text-anchor="end" class="strong">'
        f"{_place(rank)}</text>",
        f'<path d="M{start:.1f} {middle}H{start + wide:.1f}" class="rule"/>',
    ]  # fmt: skip
    if right - left > 1.5:
        parts.append(f'<path d="M{left:.1f} {middle}H{right:.1f}" class="span"/>')
    parts.append(f'<circle cx="{at:.1f}" cy="{middle}" r="4.5" class="dot"/>')
    after = max(at, right) + 8
    parts.append(
        f'<text x="{after:.1f}" y="{y + 14}" class="label">'
        f"{escape(number_words(value.value, value.unit))}</text>"
    )
    return "".join(parts)


def _place(rank: Rank) -> str:
    if rank.rank is None:
        return ""
    if rank.best != rank.worst:
        return f"{rank.best}–{rank.worst}"
    return f"{'=' if rank.is_tied else ''}{rank.rank}"


def _text(x: float, y: float, words: Bilingual, kind: str, *, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" class="{kind}">{bi_svg(words)}</text>'


def _svg(kind: str, height: float, parts: Sequence[str]) -> Markup:
    return Markup(  # noqa: S704
        f'<svg class="compared {kind}" viewBox="0 0 {WIDTH} {height}" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )
