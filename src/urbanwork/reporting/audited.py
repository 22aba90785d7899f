"""The audit of a plan as plain data and in the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from urbanwork.catalogue.models import Bilingual
from urbanwork.planning.audit.checklist import Item, Quality, qualities
from urbanwork.planning.audit.run import Audit
from urbanwork.reporting.numbers import Lang
from urbanwork.reporting.plain import plain_markup
from urbanwork.reporting.wording import say

STATES = {
    "met": Bilingual("met", "达到"),
    "not_met": Bilingual("not met", "未达到"),
    "unknown": Bilingual("unknown", "未知"),
}
SHAPES = {"met": "good", "not_met": "poor", "unknown": "no_data"}
"""The drawing of a grade that says the same without colour."""
MARKS = {"met": "●", "not_met": "○", "unknown": "?"}
_NO_SCORE = Bilingual(
    "A checklist, not a score: each item stands for itself.", "逐项对照，不计总分。"
)
CURES = {
    "not_met": Bilingual("What would mend it:", "如何改进："),
    "unknown": Bilingual("What would tell:", "如何获知："),
}


def plain_audit(audit: Audit) -> dict[str, Any]:
    """The audit as plain data, both languages."""
    plan = audit.plan
    return {
        "plan": plan.data["id"], "title": _plain(plan.title), "version": plan.data.get("version"),
        "qualities": [
            {
                "id": quality.id, "title": _plain(quality.title), "asks": _plain(quality.asks),
                "counts": audit.counted(quality),
                "items": [_item(item) for item in audit.of(quality)],
            }
            for quality in qualities()
        ],
    }  # fmt: skip


def _item(item: Item) -> dict[str, Any]:
    check, found = item.check, item.found
    return {
        "id": check.id, "title": _plain(check.title), "state": found.state,
        "sentence": _plain(found.sentence), "where": list(found.where),
        "cure": None if found.state == "met" else _plain(item.cure),
        "source": _plain(check.source),
    }  # fmt: skip


def _plain(text: Bilingual) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}


def counts_words(audit: Audit, quality: Quality) -> Bilingual:
    """How many items are met, not met, unknown; what is none is left out."""
    counted = {state: n for state, n in audit.counted(quality).items() if n}
    return Bilingual(
        ", ".join(f"{n} {STATES[state].en}" for state, n in counted.items()),
        "，".join(f"{STATES[state].zh}{n}项" for state, n in counted.items()),
    )


def print_audit(audit: Audit, *, lang: Lang) -> None:
    """Print the checklist by quality."""
    console = Console(highlight=False)
    version = audit.plan.data.get("version")
    shown = f"{say(audit.plan.title, lang)} {version or ''}".rstrip()
    console.print(f"\n[bold]{plain_markup(shown)}[/bold]")
    console.print(say(_NO_SCORE, lang))
    for quality in qualities():
        console.print(f"\n[bold]{say(quality.title, lang)}[/bold]  "
                      f"{say(counts_words(audit, quality), lang)}")  # fmt: skip
        console.print(_table(audit.of(quality), lang))


def _table(items: list[Item], lang: Lang) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column()
    table.add_column(overflow="fold")
    for item in items:
        state = item.found.state
        title = plain_markup(say(item.check.title, lang))
        table.add_row(f" {MARKS[state]}", f"{title} — {say(STATES[state], lang)}")
        table.add_row("", plain_markup(say(item.found.sentence, lang)))
        if state != "met":
            places = ", ".join(item.found.where)
            cure = f"{say(CURES[state], lang)} {say(item.cure, lang)} [{places}]"
            table.add_row("", f"[dim]{plain_markup(cure)}[/dim]")
    return table
