"""An explanation in the terminal, in the order in which one doubts a number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from urbanwork.catalogue.models import Bilingual
from urbanwork.examination.errata import Erratum
from urbanwork.examination.explain import Explanation
from urbanwork.examination.walk import Nearest
from urbanwork.reporting.explained_figures import figure_lines
from urbanwork.reporting.explained_scores import score_lines
from urbanwork.reporting.input_words import category_title, input_title, kind_title
from urbanwork.reporting.numbers import (
    Lang,
    format_bounded,
    format_people,
    format_value,
    unit_label,
)
from urbanwork.reporting.plain import plain_markup
from urbanwork.reporting.state_words import erratum_line
from urbanwork.reporting.wording import (
    CONFIDENCES,
    STATE_WORDS,
    STRENGTHS,
    grade_label,
    reason_words,
    say,
    threshold_words,
)

LABEL = 14
"""Widest label of a line; longer ones wrap."""

_WORDS = {
    "value": Bilingual("Value", "数值"),
    "grade": Bilingual("Grade", "评级"),
    "people": Bilingual("People", "人口"),
    "question": Bilingual("Question", "问题"),
    "formula": Bilingual("Formula", "公式"),
    "numbers": Bilingual("With numbers", "代入数值"),
    "figures": Bilingual("Figures", "所用数据"),
    "note": Bilingual("Note", "说明"),
    "erratum": Bilingual("Corrected", "勘误"),
    "scores": Bilingual("Scores", "得分"),
    "obstacles": Bilingual("What binds", "障碍度"),
    "method": Bilingual("Scored by", "计分方式"),
    "cautions": Bilingual("Beware", "注意"),
    "parameters": Bilingual("Parameters", "参数"),
    "nearest": Bilingual("Nearest", "最近设施"),
    "cells": Bilingual("Most people not reached in cells", "未覆盖人口最多的单元"),
    "standard": Bilingual("Standard", "标准"),
    "inputs": Bilingual("Completeness", "数据完整性"),
    "sources": Bilingual("Sources", "数据来源"),
    "limits": Bilingual("Limits", "局限"),
    "mend": Bilingual("What would mend it", "改进途径"),
    "coverage": Bilingual("seen", "可判定"),
    "cell": Bilingual("cell", "单元"),
    "none": Bilingual("none", "无"),
    "no_licence": Bilingual("licence not stated", "未注明许可"),
    "no_date": Bilingual("date not stated", "未注明日期"),
    "straight": Bilingual("in a straight line", "直线距离"),
    "limit": Bilingual("counts within", "计入上限"),
    "next": Bilingual("Ask on", "继续查询"),
}


def print_explanation(explanation: Explanation, *, lang: Lang) -> None:
    """Print it: what and where, then labelled lines; one label for what belongs together."""
    console = Console(highlight=False)
    e = explanation
    console.print(
        f"\n[bold]{plain_markup(e.title[lang])}[/bold]  {e.indicator} v{e.version}  ·  "
        f"{plain_markup(_where(e, lang))}"
    )
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", max_width=LABEL)
    table.add_column(overflow="fold")
    said = ""
    for key, text in _lines(e, lang):
        table.add_row("" if key == said else say(_WORDS[key], lang), plain_markup(text))
        said = key
    console.print(table)


def explained(e: Explanation, lang: Lang) -> list[tuple[str, list[str]]]:
    """The same as label and lines, in the same order, without the hint for the command line."""
    told: dict[str, list[str]] = {}
    for key, text in _lines(e, lang):
        if key != "next":
            told.setdefault(say(_WORDS[key], lang), []).append(text)
    return list(told.items())


def place_words(e: Explanation, lang: Lang) -> str:
    """The place of an explanation as people call it, and its id."""
    return _where(e, lang)


def _where(e: Explanation, lang: Lang) -> str:
    """The place as people call it, and the id to ask for it by."""
    name, key = str(e.where["name"] or e.where["id"]), str(e.where["id"])
    if e.where["kind"] == "city":
        return name
    if e.where["kind"] == "area":
        return name if name == key else f"{name} ({key})"
    return f"{name} · {say(_WORDS['cell'], lang)} {key}"


def _answer(e: Explanation, lang: Lang) -> Iterator[tuple[str, str]]:
    """The figure itself: what it is, whether it was corrected, how it is graded."""
    yield "question", e.question[lang]
    yield "value", _value(e, lang)
    for each in e.errata:
        where = str(e.where["name"] or e.where["id"])
        yield "erratum", erratum_line(Erratum(**each), e.title[lang], where, lang)
    if e.value is not None and e.note[lang]:
        yield "note", e.note[lang]
    if e.grade is not None:
        yield "grade", grade_label(e.grade, lang) + ("*" if e.is_provisional else "")
    if e.people > 0:
        yield "people", format_people(e.people, lang, is_estimate=e.is_estimate)


def _lines(e: Explanation, lang: Lang) -> Iterator[tuple[str, str]]:
    yield from _answer(e, lang)
    yield "formula", e.formula[lang]
    if e.where["kind"] != "cell":
        yield "numbers", _with_unit(e.numbers, e.unit, lang)
    yield from score_lines(e.detail, e.where, lang)
    for line in figure_lines(e, lang):
        yield "figures", line
    for near in e.nearest:
        yield "nearest", _near(near, lang)
    for parameter in e.parameters:
        yield "parameters", _parameter(parameter)
    if e.cells:
        yield "cells", ", ".join(f"{c['cell']} ({c['people']:,.0f})" for c in e.cells)
    if e.standard is not None:
        yield "standard", _standard(e.standard, lang)
    for each in e.inputs:
        title = say(input_title(str(each["key"])), lang)
        yield "inputs", f"{title}{'：' if lang == 'zh' else ': '}{each[f'note_{lang}']}"
    for source in e.sources:
        yield "sources", _source(source, lang)
    yield "limits", e.limits[lang]
    yield "mend", e.mend[lang]
    if e.cells:
        yield "next", f"urbanwork explain … {e.indicator} --cell {e.cells[0]['cell']}"


def _with_unit(numbers: str, unit: str, lang: Lang) -> str:
    """The worked formula with the unit as people read it."""
    label = unit_label(unit, lang)
    gap = "" if label == "%" or lang == "zh" else " "
    return numbers.removesuffix(f" {unit}") + (f"{gap}{label}" if label else "")


def _parameter(parameter: Mapping[str, Any]) -> str:
    """Such as `radius_m = 500 m (why)`; the name is the one that a catalogue file writes."""
    value, unit = parameter["value"], parameter["unit"]
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    label = "" if unit in ("name", "1") else f" {unit_label(unit, 'en')}"
    return f"{parameter['name']} = {shown}{label} ({parameter['why']})"


def _near(near: Nearest, lang: Lang) -> str:
    """Such as `supermarket: Udaco, 312 m (counts within 500 m)`."""
    name = near.name_zh or near.name if lang == "zh" else near.name
    parts = [name or near.id or say(_WORDS["none"], lang)]
    if near.distance is not None:
        straight = f" {say(_WORDS['straight'], lang)}" if near.way == "straight" else ""
        parts.append(format_value(near.distance, near.unit, lang) + straight)
    if near.min_area_m2:
        parts.append(f"≥ {format_value(near.min_area_m2, 'm2', lang)}")
    limit = format_value(near.limit, near.unit, lang) if near.limit else ""
    if lang == "zh":
        tail = f"（{say(_WORDS['limit'], lang)}{limit}）" if limit else ""
        return f"{say(category_title(near.category), lang)}：{'，'.join(parts)}{tail}"
    tail = f" ({say(_WORDS['limit'], lang)} {limit})" if limit else ""
    return f"{say(category_title(near.category), lang)}: {', '.join(parts)}{tail}"


def _source(source: Mapping[str, Any], lang: Lang) -> str:
    """File, licence and date; what nobody has stated is called so."""
    licence = source["licence"]
    stated = licence if licence not in (None, "unknown") else say(_WORDS["no_licence"], lang)
    date = source["date"] or say(_WORDS["no_date"], lang)
    kind = say(kind_title(str(source["kind"])), lang)
    return f"{kind}{'：' if lang == 'zh' else ': '}{source['file']} · {stated} · {date}"


def _value(e: Explanation, lang: Lang) -> str:
    if e.value is None:
        why = reason_words(e.reason, lang) if e.reason else ""
        state = say(STATE_WORDS[e.state], lang) if e.state else ""
        return " · ".join(part for part in (state, why, e.note[lang]) if part)
    text = format_bounded(e.value, e.unit, lang, lower=e.lower, upper=e.upper)
    if e.state:
        text += f" · {say(STATE_WORDS[e.state], lang)}"
    if e.coverage is not None and e.coverage < 0.9995:
        text += f" · {say(_WORDS['coverage'], lang)} {e.coverage:.1%}"
    return text


def _standard(standard: Mapping[str, Any], lang: Lang) -> str:
    strength = say(STRENGTHS[standard["strength"]], lang)
    bound = threshold_words(
        standard["operator"], standard["value"], standard["upper"], standard["unit"], lang
    )
    confidence = say(CONFIDENCES[standard["confidence"]], lang)
    return (
        f"{standard['document'][lang]} ({standard['edition']}), {standard['clause']}: "
        f"{bound} · {strength} · "
        f"{standard['confidence']}: {confidence}"
    )
