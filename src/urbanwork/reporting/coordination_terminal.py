"""Coordination scores in a terminal: a table, what binds, what must be known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import SIMPLE
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from urbanwork.catalogue.models import Bilingual
from urbanwork.reporting.coordination import heads, method, rows_of, short_cells
from urbanwork.reporting.numbers import Lang
from urbanwork.reporting.plain import plain_markup
from urbanwork.reporting.wording import say

FIXED = 3
"""Rank, name and degree with its range are never broken over lines."""
LONGEST_WORD = 13
WIDE = 110
"""From so many letters a line the scores of all subsystems are shown, else the least only."""


def print_coordination(detail: Mapping[str, Any], *, lang: Lang) -> None:
    """Title and method, the scores of every unit, and every warning."""
    console = Console(highlight=False)
    english, chinese = detail["definition"]["title"]
    title = say(Bilingual(english, chinese), lang)
    console.print(f"\n[bold]{plain_markup(title)}[/bold]  [dim]{say(method(detail), lang)}[/dim]")
    console.print(_table(detail, lang, is_wide=console.width >= WIDE))
    for each in detail["warnings"]:
        told = say(Bilingual(each["en"], each["zh"]), lang)
        console.print(f"[bold]![/bold] {plain_markup(told)}")


def _table(detail: Mapping[str, Any], lang: Lang, *, is_wide: bool) -> Table:
    rows = [(short_cells(row, lang, is_wide=is_wide), row.is_city) for row in rows_of(detail)]
    table = Table(box=SIMPLE, pad_edge=False, show_edge=False)
    for place, head in enumerate(heads(detail, lang, is_wide=is_wide)):
        words = [word for texts, _ in rows for word in texts[place : place + 1]]
        table.add_column(
            plain_markup(head), overflow="fold", no_wrap=place < FIXED, min_width=_longest(words)
        )
    for texts, is_city in rows:
        table.add_row(*map(plain_markup, texts), style="bold" if is_city else None)
    return table


def _longest(texts: Sequence[str]) -> int:
    """Room for the longest word, so that none is broken; Chinese breaks anywhere."""
    lengths = [cell_len(word) for text in texts for word in text.split()]
    return min(max(lengths, default=1), LONGEST_WORD)
