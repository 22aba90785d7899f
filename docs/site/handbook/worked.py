"""The worked example of an indicator: real numbers put into its formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handbook.examples import Worked
from handbook.markdown import aside, aside_heading, blocks, bullets, code, plain, table
from handbook.site import Site
from urbanwork.catalogue.models import Indicator
from urbanwork.examination.explain import Explanation
from urbanwork.reporting.explained_figures import figure_lines
from urbanwork.reporting.explained_scores import score_lines
from urbanwork.reporting.numbers import format_bounded, format_value, unit_label
from urbanwork.reporting.wording import grade_label, reason_words


def worked_example(site: Site, indicator: Indicator) -> Iterator[str]:
    """What each example city gives, and where none does, why not and what it would need."""
    yield aside_heading(2, site.word("worked"), "worked")
    worked = site.facts.worked.get(indicator.id, ())
    measured = [each for each in worked if each.explanation.value is not None]
    cities = [each for each in measured if not each.is_vector]
    if not site.facts.worked:
        yield site.word("no_examples")
    elif not cities:
        yield _unmeasured(site, indicator, [each for each in worked if not each.is_vector])
    for each in cities or measured:
        yield from _measured(site, indicator, each)


def _unmeasured(site: Site, indicator: Indicator, cities: Sequence[Worked]) -> str:
    """Why no city gives it, and the data that it would take."""
    text = blocks(
        site.word("not_measured_text"),
        bullets(site.needs(indicator)),
        "<br>".join(_why_not(site, each) for each in cities),
    )
    return aside("info", site.word("not_measured"), text)


def _measured(site: Site, indicator: Indicator, each: Worked) -> Iterator[str]:
    e = each.explanation
    anchor = f"worked-{each.city[0].split()[0]}"
    day = "" if each.is_vector else f"{site.pause}{each.as_of}"
    yield aside_heading(3, f"{site.pair(each.city)}{day}", anchor)
    if each.is_vector:
        yield site.word("vector_text")
    value = format_bounded(e.value, e.unit, site.lang, lower=e.lower, upper=e.upper)
    yield f"<p class='worked'><strong>{plain(value)}</strong> <span>{_numbers(site, e)}</span></p>"
    found: dict[str, list[str]] = {}
    for label, text in _lines(site, each):
        found.setdefault(label, []).append(text)
    yield "\n\n".join(f"{label}\n:   {'<br>'.join(texts)}" for label, texts in found.items())
    if each.areas:
        yield _by_area(site, indicator, each)


def _numbers(site: Site, e: Explanation) -> str:
    """The formula with its numbers put in, such as `12,345 ÷ 20,000 × 100 = 61.7 %`."""
    if "÷" not in e.numbers:
        return ""
    unit = unit_label(e.unit, site.lang)
    return plain(f"{e.numbers.removesuffix(f' {e.unit}')} {unit}".strip())


def _lines(site: Site, each: Worked) -> Iterator[tuple[str, str]]:
    e = each.explanation
    if each.period:
        yield site.word("period"), plain(each.period)
    if e.coverage is not None and e.coverage < 0.9995:
        yield site.word("coverage"), f"{e.coverage:.1%}"
    if e.grade not in (None, "no_standard", "no_data"):
        yield site.word("grade"), plain(grade_label(str(e.grade), site.lang))
    for key, text in score_lines(e.detail, e.where, site.lang):
        yield site.word(key), plain(text)
    note = e.note[site.lang]
    if note:
        yield site.word("note"), plain(note)
    for line in figure_lines(e, site.lang):
        yield site.word("figures"), plain(line)
    if e.is_estimate:
        yield site.word("cautions"), site.word("estimated")


def _by_area(site: Site, indicator: Indicator, each: Worked) -> str:
    rows = (
        (plain(site.pair(name)), plain(format_value(value, indicator.unit, site.lang)))
        for name, value in each.areas
    )
    return table((site.word("area"), site.word("value")), rows)


def _why_not(site: Site, each: Worked) -> str:
    e = each.explanation
    why = reason_words(e.reason, site.lang) if e.reason else ""
    note = e.note[site.lang] or why
    return f"{plain(site.pair(each.city))}{site.colon}{plain(note)}"


def source_of_examples(site: Site) -> str:
    """Where the numbers of the examples come from, said once on the pages that list them."""
    text = site.word("of_our_own")
    parts = text.split("`")
    return "".join(code(part) if odd % 2 else plain(part) for odd, part in enumerate(parts))
