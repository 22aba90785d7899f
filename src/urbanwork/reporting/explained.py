"""An explanation in the terminal, in the order in which one doubts a number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console

from urbanwork.catalogue.models import Bilingual
from urbanwork.examination.explain import Explanation
from urbanwork.reporting.numbers import Lang, format_bounded, format_people
from urbanwork.reporting.plain import plain_markup
from urbanwork.reporting.wording import (
    CONFIDENCES,
    STATE_WORDS,
    STRENGTHS,
    grade_label,
    reason_words,
    say,
)

_WORDS = {
    "value": Bilingual("Value", "数值"),
    "grade": Bilingual("Grade", "评级"),
    "people": Bilingual("People", "人口"),
    "question": Bilingual("Question", "问题"),
    "formula": Bilingual("Formula", "公式"),
    "numbers": Bilingual("With numbers", "代入数值"),
    "parameters": Bilingual("Parameters", "参数"),
    "nearest": Bilingual("Nearest", "最近设施"),
    "cells": Bilingual("Most people not reached in cells", "未覆盖人口最多的单元"),
    "standard": Bilingual("Standard", "标准"),
    "inputs": Bilingual("Completeness", "数据完整性"),
    "sources": Bilingual("Sources", "数据来源"),
    "limits": Bilingual("Limits", "局限"),
    "mend": Bilingual("What would mend it", "改进途径"),
    "coverage": Bilingual("seen", "可判定"),
}


def print_explanation(explanation: Explanation, *, lang: Lang) -> None:
    """Print it, one labelled line each."""
    console = Console(highlight=False)
    where = explanation.where
    console.print(
        f"\n[bold]{plain_markup(explanation.title[lang])}[/bold]  {explanation.indicator} "
        f"v{explanation.version}  ·  {plain_markup(str(where['name'] or where['id']))} "
        f"({plain_markup(str(where['id']))})"
    )
    for key, text in _lines(explanation, lang):
        console.print(f"[bold]{say(_WORDS[key], lang)}:[/bold] {plain_markup(text)}")


def _lines(e: Explanation, lang: Lang) -> Iterator[tuple[str, str]]:
    yield "question", e.question[lang]
    yield "value", _value(e, lang)
    if e.grade is not None:
        yield "grade", grade_label(e.grade, lang) + ("*" if e.is_provisional else "")
    yield "people", format_people(e.people, lang, is_estimate=e.is_estimate)
    yield "formula", e.formula[lang]
    yield "numbers", e.numbers
    for parameter in e.parameters:
        value = parameter["value"]
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        yield (
            "parameters",
            f"{parameter['name']} = {shown} {parameter['unit']} ({parameter['why']})",
        )
    for near in e.nearest:
        yield "nearest", f"{near.category}: {near.words()}"
    if e.cells:
        yield "cells", ", ".join(f"{c['cell']} ({c['people']:,.0f})" for c in e.cells)
    if e.standard is not None:
        yield "standard", _standard(e.standard, lang)
    for each in e.inputs:
        yield "inputs", f"{each['key']}: {each[f'note_{lang}']}"
    for source in e.sources:
        yield (
            "sources",
            f"{source['kind']}: {source['file']} · {source['licence']} · {source['date']}",
        )
    yield "limits", e.limits[lang]
    yield "mend", e.mend[lang]


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
    confidence = say(CONFIDENCES[standard["confidence"]], lang)
    return (
        f"{standard['document'][lang]} ({standard['edition']}), {standard['clause']}: "
        f"{standard['operator']} {standard['value']:g} {standard['unit']} · {strength} · "
        f"{standard['confidence']}: {confidence}"
    )
