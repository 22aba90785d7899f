"""`urbanwork variables`: the words that tables of statistics may be written in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from urbanwork.catalogue.models import Bilingual
from urbanwork.cli.streams import print_json
from urbanwork.errors import UserError
from urbanwork.reporting.numbers import Lang, unit_label
from urbanwork.reporting.plain import plain_markup
from urbanwork.reporting.wording import say
from urbanwork.sources.statistics import Variable, load_variables
from urbanwork.sources.statistics.words import folded

_HEADS = (Bilingual("id", "编号"), Bilingual("variable", "变量"), Bilingual("unit", "单位"))


def list_variables(word: str, *, as_json: bool, lang: Lang) -> None:
    """Print the variables that have `word` in a name or in their meaning, or all.

    Raises UserError when none has.
    """
    found = list(_with_word(load_variables().variables.values(), word))
    if not found:
        hint = load_variables().suggestion(word)
        raise UserError(f"no variable has '{word}' in its name or meaning{hint}")
    if as_json:
        print_json([_plain(each) for each in found])
        return
    table = Table(box=SIMPLE, pad_edge=False, show_edge=False)
    for at, head in enumerate(_HEADS):
        table.add_column(say(head, lang), no_wrap=at == 0, overflow="fold")
    for each in found:
        at = 1 if lang == "zh" else 0
        said = f"{plain_markup(each.title[at])}\n[dim]{plain_markup(each.meaning[at])}[/dim]"
        table.add_row(each.id, said, unit_label(each.unit, lang))
    Console(highlight=False).print(table)


def _with_word(variables: Iterable[Variable], word: str) -> Iterable[Variable]:
    asked = folded(word)
    for each in variables:
        names = (each.id, *each.title, *each.meaning, *each.aliases)
        if any(asked in folded(name) for name in names):
            yield each


def _plain(variable: Variable) -> dict[str, Any]:
    return {
        "id": variable.id,
        "title": dict(zip(("en", "zh"), variable.title, strict=True)),
        "meaning": dict(zip(("en", "zh"), variable.meaning, strict=True)),
        "unit": variable.unit,
        "kind": variable.kind,
        "aggregation": variable.aggregation,
        "weight": variable.weight,
        "range": [variable.low, variable.high],
        "aliases": list(variable.aliases),
        "units": sorted(variable.factors),
    }
