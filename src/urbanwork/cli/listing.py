"""`urbanwork indicators`, `standards`, `schema`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from urbanwork.catalogue.loading import load_catalogue
from urbanwork.reporting.plain import json_text

Lang = Literal["en", "zh"]


def list_indicators(catalogue: str, *, as_json: bool, lang: Lang) -> None:
    """Print every indicator with its question and measure."""
    found = load_catalogue(name=catalogue)
    if as_json:
        rows = [asdict(each) for each in found.indicators.values()]
        print(json_text(rows))
        return
    table = _table("id", "title", "unit", "measure")
    for each in found.indicators.values():
        table.add_row(each.id, each.title.zh if lang == "zh" else each.title.en, each.unit,
                      each.measure)  # fmt: skip
    _show(table)


def list_standards(*, as_json: bool, lang: Lang) -> None:
    """Print every dated threshold."""
    found = load_catalogue()
    if as_json:
        rows = [asdict(each) for each in found.standards]
        print(json_text(rows))
        return
    table = _table("key", "document", "clause", "threshold", "strength", "confidence")
    for each in found.standards:
        document = each.document.zh if lang == "zh" else each.document.en
        table.add_row(each.key, f"{document} ({each.edition})", each.clause,
                      f"{each.operator} {each.value:g} {each.unit}", each.strength,
                      each.confidence)  # fmt: skip
    _show(table)


def _table(*columns: str) -> Any:
    from rich.box import SIMPLE
    from rich.table import Table

    return Table(*columns, box=SIMPLE, pad_edge=False, show_edge=False)


def _show(table: Any) -> None:
    from rich.console import Console

    Console(highlight=False).print(table)


def schema_of(what: str) -> dict[str, Any]:
    """The JSON Schema of one kind of file, or the tables of results."""
    if what == "city":
        from urbanwork.city.schema import city_schema

        return city_schema()
    if what == "results":
        from urbanwork.examination.tables import described

        return described()
    from urbanwork.catalogue import schemas

    return schemas.indicator_schema() if what == "indicator" else schemas.standard_schema()
