"""What was corrected after an examination was frozen, as rows that every report shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from urbanwork.catalogue.models import Bilingual
from urbanwork.examination.errata import Erratum
from urbanwork.examination.tabulate import CITY
from urbanwork.reporting.content_words import words
from urbanwork.reporting.figures_shown import Figure
from urbanwork.reporting.html.markup import both
from urbanwork.reporting.numbers import format_value

HEADS = ("published_on", "indicator", "where", "was", "now", "why", "published_by")
"""Keys of the words over the columns, in their order."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """One erratum in words."""

    indicator: str
    area: str
    title: Bilingual
    where: Bilingual
    was: Bilingual
    now: Bilingual
    why: str
    by: str
    date: str  # yyyy-mm-dd

    def cells(self) -> tuple[Bilingual, ...]:
        """Its texts in the order of HEADS."""
        day, why, by = (Bilingual(each, each) for each in (self.date, self.why, self.by))
        return day, self.title, self.where, self.was, self.now, why, by


def corrected(
    errata: Iterable[Erratum], titles: Mapping[str, Bilingual], areas: Mapping[str, Bilingual]
) -> tuple[Corrected, ...]:
    """All errata of an examination, oldest first; titles and names by id."""
    return tuple(_row(each, titles, areas) for each in errata)


def _row(
    erratum: Erratum, titles: Mapping[str, Bilingual], areas: Mapping[str, Bilingual]
) -> Corrected:
    indicator, area = erratum.indicator, erratum.area
    return Corrected(
        indicator, area, titles.get(indicator, Bilingual(indicator, indicator)),
        words("whole") if area == CITY else areas.get(area, Bilingual(area, area)),
        _worth(erratum.was, erratum.unit),
        words("withdrawn") if erratum.value is None else _worth(erratum.value, erratum.unit),
        erratum.why, erratum.by, erratum.at[:10],
    )  # fmt: skip


def _worth(value: float | None, unit: str) -> Bilingual:
    return both(lambda lang: format_value(value, unit, lang))


def marked(figures: Mapping[str, Figure], rows: Iterable[Corrected]) -> dict[str, Figure]:
    """The figures of the city; one that was corrected says so, beside the value that was frozen."""
    last = {each.indicator: each for each in rows if each.area == CITY}
    return {
        key: replace(figure, erratum=words("erratum_is", now=last[key].now))
        if key in last else figure
        for key, figure in figures.items()
    }  # fmt: skip
