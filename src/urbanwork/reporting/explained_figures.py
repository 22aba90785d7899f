"""The figures of tables that a value rests on, as lines of an explanation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from urbanwork.examination.explain import Explanation
from urbanwork.reporting.numbers import Lang, unit_label
from urbanwork.sources.statistics import load_variables

MOST = 12
"""Figures that are shown; a city made from its areas has one for each of them."""


def figure_lines(explanation: Explanation, lang: Lang) -> Iterator[str]:
    """Such as `resident population 2020: 7,450,785 people (census.csv:2, Seventh census)`."""
    where = explanation.where
    key = "city" if where["kind"] == "city" else str(where["id"])
    figures = explanation.detail.get("figures")
    found = figures.get(key, []) if isinstance(figures, Mapping) else []
    for each in found[:MOST]:
        yield _line(each, key, lang)
    if len(found) > MOST:
        more = len(found) - MOST
        yield f"... 另有 {more} 个数值" if lang == "zh" else f"... and {more} more figures"


def _line(figure: Mapping[str, Any], where: str, lang: Lang) -> str:
    variable = load_variables().variables.get(str(figure["variable"]))
    title = str(figure["variable"])
    if variable is not None:
        title = variable.title[1 if lang == "zh" else 0]
    area = f" [{figure['area']}]" if figure.get("area", where) != where else ""
    unit = unit_label(str(figure["unit"]), lang)
    stands = ", ".join(dict.fromkeys(
        str(figure[name]) for name in ("origin", "source") if figure.get(name)
    ))  # fmt: skip
    value = f"{float(figure['value']):,.10g}"
    if lang == "zh":
        return f"{title}{area}（{figure['year']} 年）：{value} {unit}（{stands}）"
    return f"{title}{area} {figure['year']}: {value} {unit} ({stands})"
