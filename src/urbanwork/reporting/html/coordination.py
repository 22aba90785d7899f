"""The questions that leaders ask first, and coordination, as the page shows them."""

from __future__ import annotations

from typing import Any

from urbanwork.reporting.answered import answers
from urbanwork.reporting.content_words import words
from urbanwork.reporting.coordinated import coordinated
from urbanwork.reporting.coordination_drawn import chart, coordination_map
from urbanwork.reporting.html.model import ReportInput
from urbanwork.reporting.html.tables import Grid


def answered(report: ReportInput, grid: Grid) -> dict[str, Any]:
    """Questions with their answers, and every system of coordination with its drawings."""
    systems = coordinated(report)
    return {
        "questions": answers(report, grid, systems),
        "systems": [
            {
                "told": each, "chart": chart(each.detail),
                "map": coordination_map(each.detail, report.areas),
            }
            for each in systems
        ],
        "system_words": {key: words(key) for key in _WORDS},
    }  # fmt: skip


_WORDS = ("answers", "coordination", "coordination_lede", "cautions", "table_and_map")
