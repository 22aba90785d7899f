"""`urbanwork indicators`, `standards`, `schema`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from importlib import import_module
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from urbanwork.catalogue.loading import load_catalogue
from urbanwork.catalogue.models import Bilingual, Catalogue, Standard
from urbanwork.cli.options import Lang
from urbanwork.cli.streams import print_json
from urbanwork.reporting.numbers import unit_label
from urbanwork.reporting.plain import plain_markup
from urbanwork.reporting.wording import CONFIDENCES, STRENGTHS, say, threshold_words


def list_indicators(catalogue: str, *, as_json: bool, lang: Lang) -> None:
    """Print every indicator with the question that it answers."""
    found = load_catalogue(name=catalogue)
    if as_json:
        rows = [asdict(each) for each in found.indicators.values()]
        print_json(rows)
        return
    _show(_indicators_table(found, lang))


def _indicators_table(found: Catalogue, lang: Lang) -> Table:
    """By dimension: the id whole, as it must be typed; the title with the question below it."""
    table = _table(lang, "id", "indicator", "unit")
    dimension = ""
    for each in found.indicators.values():
        if each.dimension != dimension:
            dimension = each.dimension
            named = found.dimensions.get(dimension, Bilingual(dimension, dimension))
            table.add_row(f"[bold]{plain_markup(say(named, lang))}[/bold]")
        title, question = say(each.title, lang), say(each.question, lang)
        asked = f"{plain_markup(title)}\n[dim]{plain_markup(question)}[/dim]"
        table.add_row(each.id, asked, unit_label(each.unit, lang))
    return table


def list_standards(*, as_json: bool, lang: Lang) -> None:
    """Print every threshold below its document, with the date from which it holds."""
    found = load_catalogue()
    if as_json:
        rows = [asdict(each) for each in found.standards]
        print_json(rows)
        return
    documents: dict[tuple[str, str], list[Standard]] = {}
    for each in found.standards:
        documents.setdefault((each.set, f"{say(each.document, lang)} ({each.edition})"), []).append(
            each
        )
    for (set_name, document), asks in documents.items():
        _show(f"\n[bold]{plain_markup(document)}[/bold]  {_dated(asks[0], lang)} · {set_name}")
        _show(_standards_table(asks, lang))
    _show("")
    for letter, meaning in CONFIDENCES.items():
        _show(f"[dim]{letter}  {plain_markup(say(meaning, lang))}[/dim]")


def _dated(standard: Standard, lang: Lang) -> str:
    """From when a document holds, and until when."""
    until = standard.valid_to or ""
    return (
        f"自 {standard.valid_from} {until and '至 ' + until}".strip()
        if lang == "zh"
        else (f"from {standard.valid_from} {until and 'to ' + until}".strip())
    )


def _standards_table(rows: Sequence[Standard], lang: Lang) -> Table:
    """What one document asks for."""
    table = _table(lang, "key", "threshold", "strength", "confidence", "clause")
    for each in rows:
        threshold = threshold_words(each.operator, each.value, each.upper, each.unit, lang)
        strength = say(STRENGTHS[each.strength], lang)
        table.add_row(each.key, threshold, strength, each.confidence, plain_markup(each.clause))
    return table


_HEADS = {
    "id": Bilingual("id", "编号"),
    "indicator": Bilingual("indicator, and what it asks", "指标及其问题"),
    "unit": Bilingual("unit", "单位"),
    "key": Bilingual("holds for", "适用于"),
    "threshold": Bilingual("threshold", "阈值"),
    "strength": Bilingual("strength", "强度"),
    "confidence": Bilingual("confidence", "可信度"),
    "clause": Bilingual("clause", "条款"),
}


def _table(lang: Lang, *columns: str) -> Table:
    """A plain table whose first column, to be typed elsewhere, is never cut."""
    table = Table(box=SIMPLE, pad_edge=False, show_edge=False)
    for at, column in enumerate(columns):
        table.add_column(say(_HEADS[column], lang), no_wrap=at == 0, overflow="fold")
    return table


def _show(what: str | Table) -> None:
    Console(highlight=False).print(what)


_SCHEMAS = {
    "city": ("urbanwork.city.schema", "city_schema"),
    "results": ("urbanwork.examination.tables", "described"),
    "tasks": ("urbanwork.sources.tasks", "tasks_schema"),
    "arrangement": ("urbanwork.arrangement.schemas", "arrangement_schema"),
    "adapter": ("urbanwork.sources.statistics.schema", "adapter_schema"),
    "scenario": ("urbanwork.planning.kinds", "scenario_schema"),
    "plan": ("urbanwork.planning.audit.fields", "plan_schema"),
    "indicator": ("urbanwork.catalogue.schemas", "indicator_schema"),
    "standard": ("urbanwork.catalogue.schemas", "standard_schema"),
    "bottom_line": ("urbanwork.catalogue.schemas", "bottom_line_schema"),
}
"""Module and function that give each schema; only the one asked for is imported."""


def schema_of(what: str) -> dict[str, Any]:
    """The JSON Schema of one kind of file, or the tables of results."""
    module, name = _SCHEMAS[what]
    made: dict[str, Any] = getattr(import_module(module), name)()
    return made
