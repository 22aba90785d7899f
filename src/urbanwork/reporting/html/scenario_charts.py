"""Small drawings of the page of a scenario: gains and losses, distances, classes of the map."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from urbanwork.catalogue.models import Bilingual
from urbanwork.planning.whatif.outcome import AreaLine, Band
from urbanwork.reporting.html.charts import shortened
from urbanwork.reporting.html.markup import bi, bi_svg, both
from urbanwork.reporting.html.scales import Scale
from urbanwork.reporting.numbers import format_number, number_in_sentence

WIDTH, ROW, NAME = 352, 22, 104
LABEL = 44
"""Room for the number behind a bar."""
SOMEBODY = 0.5


def gain_chart(rows: Sequence[AreaLine], names: Sequence[Bilingual]) -> Markup:
    """People who lose to the left of a middle line, who gain to the right, area by area."""
    most_gain, most_lose = (max(getattr(row, name) for row in rows)
                            for name in ("people_gain", "people_lose"))  # fmt: skip
    room = WIDTH - NAME - (LABEL if most_gain else 0) - (LABEL if most_lose else 0)
    zoom = room / max(most_gain + most_lose, 1e-9)
    middle = NAME + (LABEL if most_lose else 0) + most_lose * zoom
    parts = [_gain_row(row, name, n * ROW, middle, zoom)
             for n, (row, name) in enumerate(zip(rows, names, strict=True))]  # fmt: skip
    height = len(rows) * ROW + 4
    parts.append(f'<path d="M{middle:.1f} 0V{height - 2}" class="zero"/>')
    return _svg(height, parts)


def _gain_row(row: AreaLine, name: Bilingual, y: int, middle: float, zoom: float) -> str:
    shown = Bilingual(shortened(name.en), shortened(name.zh))
    parts = [f'<text x="{NAME - 6}" y="{y + 15}" text-anchor="end">{bi_svg(shown)}</text>']
    for people, side, anchor in ((row.people_gain, 1, "start"), (row.people_lose, -1, "end")):
        if people < SOMEBODY:
            continue
        wide = max(people * zoom, 1.0)
        x = middle if side > 0 else middle - wide
        kind = "gain" if side > 0 else "lose"
        parts.append(f'<rect x="{x:.1f}" y="{y + 3}" width="{wide:.1f}" height="16" '
                     f'class="{kind}"/>')  # fmt: skip
        at = middle + side * (wide + 4)
        parts.append(f'<text x="{at:.1f}" y="{y + 15}" text-anchor="{anchor}">{_short(people)}'
                     "</text>")  # fmt: skip
    return "".join(parts)


def band_chart(bands: Sequence[Band]) -> Markup:
    """People by distance: today above, with the scenario below; bands of nobody are left out."""
    bands = [band for band in bands if max(band.people_before, band.people_after) >= SOMEBODY]
    most = max((max(band.people_before, band.people_after) for band in bands), default=0.0)
    zoom = (WIDTH - NAME - LABEL) / max(most, 1e-9)
    parts = [_band_row(band, n * (ROW + 10), zoom) for n, band in enumerate(bands)]
    return _svg(len(bands) * (ROW + 10) + 4, parts)


def _band_row(band: Band, y: int, zoom: float) -> str:
    words = _band_words(band)
    parts = [f'<text x="{NAME - 6}" y="{y + 18}" text-anchor="end">{bi_svg(words)}</text>']
    for place, (people, kind) in enumerate(
        ((band.people_before, "was"), (band.people_after, "is"))
    ):
        top = y + 2 + place * 13
        wide = people * zoom
        parts.append(f'<rect x="{NAME}" y="{top}" width="{wide:.1f}" height="11" class="{kind}"/>')
        if people >= SOMEBODY:
            parts.append(f'<text x="{NAME + wide + 4:.1f}" y="{top + 10}" class="soft">'
                         f"{_short(people)}</text>")  # fmt: skip
    return "".join(parts)


def _band_words(band: Band) -> Bilingual:
    if band.high_m == float("inf"):
        return Bilingual("farther", "更远")  # than the search went, which may be near
    return Bilingual(f"{band.low_m:,.0f}–{band.high_m:,.0f} m",
                     f"{band.low_m:,.0f}–{band.high_m:,.0f}米")  # fmt: skip


def class_legend(scale: Scale, unit: Bilingual) -> Markup:
    """The classes of a map with their breaks and the threshold."""
    wide = 296 / len(scale.colours)
    swatches = "".join(
        f'<rect x="{n * wide:.1f}" y="2" width="{wide:.1f}" height="12" fill="{colour}"/>'
        for n, colour in enumerate(scale.colours)
    )
    labels = "".join(
        f'<text x="{(n + 1) * wide:.1f}" y="28" text-anchor="middle">{format_number(cut)}</text>'
        for n, cut in enumerate(scale.breaks)
    )
    asked = ""
    if scale.threshold in scale.breaks:
        at = (scale.breaks.index(scale.threshold) + 1) * wide
        asked = f'<path d="M{at:.1f} 0v16" stroke="#14171c" stroke-width="2"/>'
    head = Markup('<p class="what">{}</p>').format(bi(unit)) if unit.en else Markup("")
    return head + Markup(  # noqa: S704
        f'<svg viewBox="0 0 296 32" aria-hidden="true">{swatches}{labels}{asked}</svg>'
    )


def _short(people: float) -> Markup:
    return bi_svg(both(lambda lang: number_in_sentence(people, lang)))


def _svg(height: float, parts: Sequence[str]) -> Markup:
    return Markup(  # noqa: S704
        f'<svg class="compared" viewBox="0 0 {WIDTH} {height}" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )
