"""The page of an audit: the checklist by quality, in one file."""

from __future__ import annotations

from typing import Any

from urbanwork.catalogue.models import Bilingual
from urbanwork.planning.audit.checklist import Item, Quality, qualities
from urbanwork.planning.audit.run import Audit
from urbanwork.reporting.audited import CURES, SHAPES, STATES
from urbanwork.reporting.html.shell import render
from urbanwork.reporting.numbers import Lang

TEXTS: dict[str, Bilingual] = {
    "kicker": Bilingual("Audit of a plan on six qualities", "规划六性审查"),
    "version": Bilingual("Version", "版本"),
    "no_score": Bilingual(
        "A checklist, not a score: each item stands for itself, and what nothing tells is unknown.",
        "逐项对照，不计总分；无从得知的列为未知。",
    ),
    "quality": Bilingual("Quality", "要求"),
    "source": Bilingual("Asked by:", "依据："),
    "where": Bilingual("Where:", "位置："),
}


def build_audit(audit: Audit, *, lang: Lang = "en") -> bytes:
    """The checklist as one HTML file that asks for nothing outside; same bytes again."""
    told = [_quality(audit, quality) for quality in qualities()]
    context = {
        "qualities": told, "contents": [(each["id"], each["title"]) for each in told],
        "states": [{"id": key, "title": title} for key, title in STATES.items()],
        "version": audit.plan.data.get("version"),
    }  # fmt: skip
    return render("audit", context, lang=lang, title=audit.plan.title, words=TEXTS)


def _quality(audit: Audit, quality: Quality) -> dict[str, Any]:
    return {
        "id": quality.id, "title": quality.title, "asks": quality.asks,
        "counts": audit.counted(quality), "items_": [_item(item) for item in audit.of(quality)],
    }  # fmt: skip


def _item(item: Item) -> dict[str, Any]:
    state = item.found.state
    return {
        "state": state, "state_title": STATES[state], "shape": SHAPES[state],
        "title": item.check.title, "sentence": item.found.sentence, "cure": item.cure,
        "cure_title": CURES.get(state), "source": item.check.source, "where": item.found.where,
    }  # fmt: skip
