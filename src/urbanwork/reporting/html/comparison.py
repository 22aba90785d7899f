"""The page of a comparison: verdicts, evidence, changes, small multiples, ranks, in one file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanwork.catalogue.models import Bilingual
from urbanwork.examination.compare import Change, Comparison, Step
from urbanwork.examination.errata import errata_of
from urbanwork.examination.examined import Value
from urbanwork.examination.lifecycle import status_of
from urbanwork.examination.tabulate import CITY
from urbanwork.reporting.change_words import (
    difference_words,
    evidence_sentence,
    people_words,
    unit_words,
    verdict_title,
)
from urbanwork.reporting.compared import ORDER, area_name, counts, evidence, is_blind
from urbanwork.reporting.html import markup
from urbanwork.reporting.html.comparison_charts import city_chart, course, rank_chart
from urbanwork.reporting.html.comparison_texts import TEXTS
from urbanwork.reporting.html.policy import policy
from urbanwork.reporting.numbers import NO_VALUE, Lang, format_bounded, format_value
from urbanwork.reporting.state_words import state_words
from urbanwork.reporting.wording import reason_words

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
MOST_AREAS = 40
"""Rows of areas in one table; the CSV has all."""


def build_comparison(comparison: Comparison, *, lang: Lang = "en") -> bytes:
    """The comparison as one HTML file in UTF-8 that asks for nothing outside; same bytes again."""
    style, script = _style(), _script()
    context = {
        "lang": lang, "tag": markup.LANG_TAGS[lang], "style": style, "script": script,
        "policy": policy(style, script), "kind": comparison.kind, "title": _title(comparison),
        "examinations": [_examination(each) for each in comparison.examinations],
        "steps": [_step(comparison, step) for step in comparison.steps],
        "dimensions": list(_dimensions(comparison)),
        "errata": list(_errata(comparison)),
    }  # fmt: skip
    return _environment().get_template("comparison.html.jinja").render(context).encode()


def _title(comparison: Comparison) -> Bilingual:
    exams = comparison.examinations
    if comparison.kind == "cities":
        return Bilingual(
            ", ".join(each.name.en for each in exams), "、".join(each.name.zh for each in exams)
        )
    name = exams[-1].name
    span = f"{exams[0].as_of} → {exams[-1].as_of}"
    return Bilingual(f"{name.en}, {span}", f"{name.zh}，{span}")


def _examination(one: Any) -> dict[str, Any]:
    status = status_of(one.folder)
    return {
        "name": one.name, "as_of": one.as_of, "id": one.id, "state": state_words(status),
    }  # fmt: skip


def _step(comparison: Comparison, step: Step) -> dict[str, Any]:
    city = [change for change in step.changes if change.area == CITY]
    blind = [change for change in city if is_blind(change.verdict)]
    city = [change for change in city if not is_blind(change.verdict)]
    city.sort(key=lambda change: ORDER.index(change.verdict.code))
    rows = [_row(comparison, step, change) for change in city]
    quiet = ("unchanged", "not_comparable")
    return {
        "from": step.before, "to": step.after, "counts": counts(comparison, step),
        "evidence": evidence(step, comparison),
        "rows": [row for row in rows if row["code"] not in quiet],
        "quiet": [row for row in rows if row["code"] in quiet],
        "blind": [_row(comparison, step, change) for change in blind],
    }  # fmt: skip


def _row(comparison: Comparison, step: Step, change: Change) -> dict[str, Any]:
    """One change as a row of a table."""
    code = change.verdict.code
    return {
        "id": change.indicator, "title": comparison.indicators[change.indicator],
        "area": area_name(step, change.area),
        "before": value_words(change.before), "after": value_words(change.after),
        "difference": markup.both(lambda lang: difference_words(change, lang)),
        "people": markup.both(lambda lang: people_words(change.people, lang)),
        "has_people": change.people is not None,
        "code": code, "verdict": verdict_title(code, comparison.kind),
        "sentence": evidence_sentence(change, step),
    }  # fmt: skip


def value_words(value: Value | None) -> Bilingual:
    """A value with its range, its erratum, or why there is none."""
    if value is None:
        return Bilingual(NO_VALUE, NO_VALUE)
    return markup.both(lambda lang: _value_words(value, lang))


def _value_words(value: Value, lang: Lang) -> str:
    if value.value is None:
        return reason_words(value.reason or "no_data", lang)
    words = format_bounded(value.value, value.unit, lang, lower=value.lower, upper=value.upper)
    if value.erratum is None:
        return words
    was = format_value(value.published, value.unit, lang)
    return f"{words}（勘误，原为{was}）" if lang == "zh" else f"{words} (erratum; was {was})"


def _dimensions(comparison: Comparison) -> Iterator[dict[str, Any]]:
    """The indicators by dimension, each with its pictures and the table of its areas."""
    by_title: dict[Bilingual, list[dict[str, Any]]] = {}
    for key in comparison.indicators:
        figure = _figure(comparison, key)
        if figure is not None:
            by_title.setdefault(comparison.dimensions[key], []).append(figure)
    for title, figures in by_title.items():
        yield {"title": title, "figures": figures}


def _figure(comparison: Comparison, key: str) -> dict[str, Any] | None:
    rows = comparison.ranks[key]
    chart = _chart(comparison, key)
    if not chart:
        return None
    places = rank_chart(rows, comparison.ranks_before.get(key, ()), comparison.names)
    step = comparison.steps[-1]
    if key not in step.by_indicator:
        return None
    city = step.by_indicator[key][CITY]
    values = [each.values.get((key, CITY)) for each in comparison.examinations]
    unit = next((value.unit for value in values if value is not None), "")
    return {
        "id": key, "title": comparison.indicators[key], "unit": unit_words(unit), "chart": chart,
        "ranks": places if comparison.kind == "years" else "",
        "unranked": _unranked(comparison, key),
        "code": city.verdict.code, "verdict": verdict_title(city.verdict.code, comparison.kind),
        "difference": markup.both(lambda lang: difference_words(city, lang)),
        "areas": _areas(comparison, key), "left_out": _left_out(comparison, key),
    }  # fmt: skip


def _chart(comparison: Comparison, key: str) -> Any:
    if comparison.kind == "years":
        return course(comparison, key)
    rows = comparison.ranks[key] or [_unordered(one, key) for one in comparison.examinations]
    return city_chart(rows, comparison.names)


def _unordered(one: Any, key: str) -> Any:
    from urbanwork.examination.ranks import Rank

    return Rank(one.id, None, None, None, False, one.values.get((key, CITY)))


def _unranked(comparison: Comparison, key: str) -> Bilingual | None:
    """Who is not ranked, by name and reason."""
    rows = [each for each in comparison.ranks[key] if each.rank is None]
    if not rows:
        return None
    names = comparison.names

    def listed(lang: Lang) -> str:
        parts = []
        for each in rows[:4]:
            why = each.value.reason if each.value is not None else None
            name = names[each.of].zh if lang == "zh" else names[each.of].en
            parts.append(
                f"{name}（{reason_words(why or 'no_data', lang)}）" if lang == "zh"
                else f"{name} ({reason_words(why or 'no_data', lang)})"
            )  # fmt: skip
        more = len(rows) - 4
        if more > 0:
            parts.append(f"另{more}个" if lang == "zh" else f"{more} more")
        return ("、" if lang == "zh" else ", ").join(parts)

    return markup.both(listed)


def _changes_of_areas(comparison: Comparison, key: str) -> list[Change]:
    if comparison.kind == "cities":
        return []
    return [
        change
        for change in comparison.steps[-1].by_indicator[key].values()
        if change.area != CITY
        and not (change.verdict.code == "not_comparable" and change.difference is None
                 and change.before is not None and change.after is not None
                 and change.before.value is None and change.after.value is None)
    ]  # fmt: skip


def _areas(comparison: Comparison, key: str) -> list[dict[str, Any]]:
    """The areas of the last step, the largest change first."""
    found = _changes_of_areas(comparison, key)
    found.sort(key=lambda change: (-abs(change.difference or 0.0), change.area))
    return [_row(comparison, comparison.steps[-1], change) for change in found[:MOST_AREAS]]


def _left_out(comparison: Comparison, key: str) -> int:
    return max(0, len(_changes_of_areas(comparison, key)) - MOST_AREAS)


def _errata(comparison: Comparison) -> Iterator[dict[str, Any]]:
    for one in comparison.examinations:
        for each in errata_of(one.folder):
            title = comparison.indicators.get(each.indicator, Bilingual(each.indicator, ""))
            name = one.areas.get(each.area, Bilingual("Whole city", "全市"))
            yield {
                "exam": one.as_of, "title": title, "area": name, "by": each.by, "why": each.why,
                "date": each.at[:10], "number": each.number,
                "was": _worth(each.was, each.unit), "now": _worth(each.value, each.unit),
            }  # fmt: skip


def _worth(value: float | None, unit: str) -> Bilingual:
    if value is None:
        return Bilingual("withdrawn", "撤回")
    return markup.both(lambda lang: format_value(value, unit, lang))


def _words(key: str) -> Bilingual:
    return TEXTS[key]


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.globals |= {
        "bi": markup.bi, "t": lambda key: markup.bi(_words(key)), "words": _words,
        "attributes": markup.attributes,
    }  # fmt: skip
    return made


@cache
def _script() -> str:
    return (HERE / "script" / "comparison.js").read_text(encoding="utf-8")


@cache
def _style() -> str:
    sheets = (
        HERE.parent / "assets" / "tokens.css", HERE / "templates" / "report.css",
        HERE / "templates" / "comparison.css",
    )  # fmt: skip
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
