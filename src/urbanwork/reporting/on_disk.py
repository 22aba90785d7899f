"""An examination read back from its folder, for reports that are made on demand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from urbanwork.catalogue.models import Bilingual, Catalogue, Indicator, Standard
from urbanwork.city.reading import read_settings
from urbanwork.examination.errata import errata_of
from urbanwork.examination.run import catalogue_of
from urbanwork.reporting.html.model import ReportInput

_TABLES = ("indicators", "problems", "areas", "cells")


def read_report_input(city: Path, exam: Path) -> ReportInput:
    """The tables of an examination with the texts of the city's catalogue.

    Titles, units and standards are those that the examination kept; an indicator that today's
    catalogue lacks keeps its numbers and loses only the texts of its method.
    """
    manifest = _json(exam / "manifest.json", {})
    standards = {key: _standard(row) for key, row in manifest.get("standards", {}).items()}
    tables = {name: pq.read_table(exam / f"{name}.parquet") for name in _TABLES}
    return ReportInput(
        **tables, manifest=manifest, standards=standards, basemap=b"",
        catalogue=_as_examined(catalogue_of(read_settings(city)), manifest),
        points=_json(exam / "points.json", []), details=_json(exam / "details.json", {}),
        errata=errata_of(exam),
    )  # fmt: skip


def _json(path: Path, otherwise: Any) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else otherwise


def _standard(row: Mapping[str, Any]) -> Standard:
    texts = {name: Bilingual(**row[name]) for name in ("document", "note")}
    return Standard(**{**row, **texts})


def _as_examined(catalogue: Catalogue, manifest: Mapping[str, Any]) -> Catalogue:
    """Only the indicators that were examined, with the titles that they had then."""
    kept = manifest.get("indicators", {})
    dimensions = {row["dimension"]: Bilingual(**row["dimension_title"]) for row in kept.values()}
    order = [*(key for key in catalogue.indicators if key in kept),
             *(key for key in kept if key not in catalogue.indicators)]  # fmt: skip
    indicators = {key: _indicator(key, kept[key], catalogue.indicators.get(key)) for key in order}
    known = {key: title for key, title in catalogue.dimensions.items() if key in dimensions}
    return replace(catalogue, indicators=indicators, dimensions=known | dimensions)


def _indicator(key: str, row: Mapping[str, Any], today: Indicator | None) -> Indicator:
    title = Bilingual(**row["title"])
    if today is not None:
        return replace(today, title=title, unit=row["unit"], standard=row["standard"])
    nothing = Bilingual("", "")
    return Indicator(
        id=key, version=str(row["version"]), title=title, question=nothing, serves=(),
        dimension=row["dimension"], measure="", inputs=(), parameters={}, quantity="",
        unit=row["unit"], better=row["better"], support=row["support"], formula=nothing,
        smallest_people=0.0, missing="", standard=row["standard"], sources=(), limits=nothing,
        mend=nothing,
    )  # fmt: skip
