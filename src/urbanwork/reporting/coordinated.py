"""Coordination for reports: of every system that has scores its summary, table and cautions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from urbanwork.catalogue.models import Bilingual
from urbanwork.reporting.coordination import as_both, cells, columns, method, rows_of
from urbanwork.reporting.coordination_drawn import summary
from urbanwork.reporting.html.model import ReportInput


@dataclass(frozen=True, slots=True)
class Coordinated:
    """How coordinated the areas are in one system, and what binds."""

    indicator: str
    title: Bilingual
    method: Bilingual
    summary: Bilingual
    heads: tuple[Bilingual, ...]
    rows: tuple[tuple[Bilingual, ...], ...]
    cautions: tuple[Bilingual, ...]
    detail: Mapping[str, Any]  # of the measure, for drawings


def coordinated(report: ReportInput) -> tuple[Coordinated, ...]:
    """The systems with scores, in the order of the catalogue; of two forms of one the first."""
    found: dict[str, Coordinated] = {}
    for key in report.catalogue.indicators:
        detail = report.details.get(key, {})
        if "subsystems" in detail and "definition" in detail:
            found.setdefault(detail["system"], _coordinated(key, detail))
    return tuple(found.values())


def _coordinated(key: str, detail: Mapping[str, Any]) -> Coordinated:
    rows = [zip(cells(row, "en"), cells(row, "zh"), strict=True) for row in rows_of(detail)]
    heads = zip(columns(detail, "en"), columns(detail, "zh"), strict=True)
    return Coordinated(
        key, as_both(detail["definition"]["title"]), method(detail), summary(detail),
        tuple(Bilingual(*each) for each in heads),
        tuple(tuple(Bilingual(*each) for each in row) for row in rows),
        tuple(Bilingual(each["en"], each["zh"]) for each in detail["warnings"]), detail,
    )  # fmt: skip
