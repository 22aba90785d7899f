"""A comparison in the terminal: what differs, what changed in the whole city, and the verdicts."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from urbanwork.catalogue.models import Bilingual
from urbanwork.examination.compare import Change, Comparison, Step
from urbanwork.examination.examined import Value
from urbanwork.examination.lifecycle import Status, status_of
from urbanwork.examination.tabulate import CITY
from urbanwork.reporting.change_words import (
    MOST_NAMED,
    difference_words,
    evidence_sentence,
    people_words,
    verdict_title,
)
from urbanwork.reporting.compared import ORDER, counts, evidence
from urbanwork.reporting.numbers import NO_VALUE, Lang, format_value
from urbanwork.reporting.plain import plain_markup
from urbanwork.reporting.state_words import state_words
from urbanwork.reporting.wording import reason_words, say

_QUIET = ("unchanged", "not_comparable")
_HEADS = {
    "indicator": Bilingual("indicator", "指标"),
    "before": Bilingual("before", "前次"),
    "after": Bilingual("after", "本次"),
    "first": Bilingual("first", "首个城市"),
    "other": Bilingual("this city", "该城市"),
    "change": Bilingual("difference", "变化"),
    "people": Bilingual("people falling short", "不足涉及人口"),
    "verdict": Bilingual("verdict", "判定"),
    "id": Bilingual("examination", "体检"),
    "as_of": Bilingual("data as of", "数据截至"),
    "state": Bilingual("state", "状态"),
}
_EVIDENCE = Bilingual("What differs besides the values", "数值以外的差异")
_WHY = Bilingual("Why not simply a change of the city", "未判为城市变化的原因")
_NOTHING = Bilingual("No indicator of the whole city changed.", "全市指标均无变化。")


def print_comparison(comparison: Comparison, *, lang: Lang) -> None:
    """Print every step: evidence, then the changes of the whole city by verdict."""
    console = Console(highlight=False)
    for step in comparison.steps:
        heading = _heading(step, lang, is_one_city=comparison.kind == "years")
        console.print(f"\n[bold]{plain_markup(heading)}[/bold]")
        console.print(plain_markup(_counted(comparison, step, lang)))
        sentences = [say(each, lang) for each in evidence(step, comparison)]
        _print_bullets(console, say(_EVIDENCE, lang), sentences)
        rows = [each for each in step.changes if each.area == CITY and _is_loud(each)]
        if rows:
            console.print(_table(comparison, rows, lang))
            _print_why(console, comparison, step, rows, lang)
        else:
            console.print(say(_NOTHING, lang))


def _is_loud(change: Change) -> bool:
    return change.verdict.code not in _QUIET


def _heading(step: Step, lang: Lang, *, is_one_city: bool) -> str:
    ends = (step.before, step.after)
    return (" → " if is_one_city else " · ").join(
        f"{say(each.name, lang)} {each.as_of} ({say(state_words(status_of(each.folder)), lang)})"
        for each in ends
    )


def _counted(comparison: Comparison, step: Step, lang: Lang) -> str:
    parts = [f"{say(title, lang)} {number}" for _, title, number in counts(comparison, step)]
    return ("，" if lang == "zh" else ", ").join(parts)


def _print_bullets(console: Console, title: str, sentences: Sequence[str]) -> None:
    if not sentences:
        return
    console.print(f"\n[bold]{title}[/bold]")
    table = Table.grid(padding=(0, 1))
    table.add_column()
    table.add_column(overflow="fold")
    for sentence in sentences:
        table.add_row(" •", plain_markup(sentence))
    console.print(table)


def _table(comparison: Comparison, rows: list[Change], lang: Lang) -> Table:
    ends = ("before", "after") if comparison.kind == "years" else ("first", "other")
    has_people = any(change.people is not None for change in rows)
    people = ("people",) if has_people else ()
    table = _new_table(lang, "indicator", *ends, "change", *people, "verdict")
    for change in sorted(rows, key=lambda each: ORDER.index(each.verdict.code)):
        title = say(comparison.indicators[change.indicator], lang)
        verdict = say(verdict_title(change.verdict.code, comparison.kind), lang)
        table.add_row(
            plain_markup(title), _worth(change.before, lang), _worth(change.after, lang),
            difference_words(change, lang),
            *([people_words(change.people, lang)] if has_people else []), verdict,
        )  # fmt: skip
    return table


def _print_why(
    console: Console, comparison: Comparison, step: Step, rows: list[Change], lang: Lang
) -> None:
    """The evidence of every verdict that does not simply say that the city changed."""
    titles: dict[str, list[str]] = {}
    for change in rows:
        if change.verdict.code != "city":
            why = say(evidence_sentence(change, step), lang)
            title = say(comparison.indicators[change.indicator], lang)
            titles.setdefault(why, []).append(title)
    colon = "：" if lang == "zh" else ": "
    sentences = [f"{_named(names, lang)}{colon}{why}" for why, names in titles.items()]
    _print_bullets(console, say(_WHY, lang), sentences)


def _named(titles: Sequence[str], lang: Lang) -> str:
    """The first titles, and how many more."""
    joint = "、" if lang == "zh" else ", "
    named, more = joint.join(titles[:MOST_NAMED]), len(titles) - MOST_NAMED
    if more <= 0:
        return named
    return f"{named}等{len(titles)}项" if lang == "zh" else f"{named} and {more} more"


def _worth(value: Value | None, lang: Lang) -> str:
    if value is None:
        return NO_VALUE
    if value.value is None:
        return reason_words(value.reason or "no_data", lang)
    mark = "" if value.erratum is None else " †"
    return format_value(value.value, value.unit, lang) + mark


def print_statuses(statuses: Sequence[Status], *, lang: Lang) -> None:
    """Print where every examination of a city stands."""
    table = _new_table(lang, "id", "as_of", "state")
    for each in statuses:
        table.add_row(plain_markup(each.id), each.as_of, plain_markup(say(state_words(each), lang)))
    Console(highlight=False).print(table)


def _new_table(lang: Lang, *columns: str) -> Table:
    table = Table(box=SIMPLE, pad_edge=False, show_edge=False)
    for column in columns:
        right = column in ("before", "after", "first", "other", "change", "people")
        table.add_column(
            say(_HEADS[column], lang), justify="right" if right else "left", overflow="fold"
        )
    return table
