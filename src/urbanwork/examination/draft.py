"""All tables of an examination before they are written: what pages are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from urbanwork.arrangement.models import Arrangement
from urbanwork.catalogue.models import Catalogue, Standard
from urbanwork.city.settings import CitySettings
from urbanwork.examination import results
from urbanwork.examination.judging import Judged
from urbanwork.examination.measuring import Measured
from urbanwork.examination.points import summarise
from urbanwork.examination.tables import SCHEMA_VERSION
from urbanwork.examination.tabulate import AreaValue
from urbanwork.quantities.plain_data import plain_data
from urbanwork.version import __version__

DETAILS = "details.json"
"""Of each measure of areas what explanation, charts and a re-examination need."""
POINTS = "points.json"
"""The examination summed up by point and ask of the arrangement (examination/points.py)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The tables, and beside them all that a page says of the city and of the method."""

    manifest: Mapping[str, Any]
    catalogue: Catalogue
    standards: Mapping[str, Standard]
    cells: pa.Table
    areas: pa.Table
    indicators: pa.Table
    problems: pa.Table
    basemap: bytes
    details: Mapping[str, Any] = field(default_factory=dict)  # DETAILS
    points: Sequence[Mapping[str, Any]] = ()  # POINTS
    definitions: bytes = b""  # definitions.FILE


def make_draft(
    name: str,
    settings: CitySettings,
    catalogue: Catalogue,
    standards: Mapping[str, Standard],
    arrangement: Arrangement,
    measured: Measured,
    values: Mapping[str, list[AreaValue]],
    judged: Judged,
) -> Draft:
    """The draft of the examination `name`."""
    manifest = {
        "id": name,
        "schema_version": SCHEMA_VERSION,
        "urbanwork": __version__,
        "catalogue": settings.catalogue,
        "catalogue_version": catalogue.version,
        "arrangement": {
            "id": arrangement.id,
            "version": arrangement.version,
            "title": plain_data(arrangement.title),
        },
        "standard_sets": list(settings.standards),
        "standards": {key: plain_data(each) for key, each in sorted(standards.items())},
        "indicators": _indicators(catalogue),
        "people_with_problem": judged.people_with_problem,
        **measured.facts,
    }
    indicators = results.with_schema(judged.indicators)
    problems = results.with_schema(judged.problems)
    return Draft(
        manifest, catalogue, standards, results.cells_table(measured),
        results.areas_table(measured, values), indicators, problems, measured.basemap,
        {key: dict(each.detail) for key, each in measured.figures.items() if each.detail},
        summarise(arrangement, indicators, problems, catalogue),
    )  # fmt: skip


def _indicators(catalogue: Catalogue) -> dict[str, Any]:
    """What a reader of the manifest must know of each indicator."""
    return {
        each.id: {
            "title": plain_data(each.title),
            "dimension": each.dimension,
            "unit": each.unit,
            "dimension_title": plain_data(catalogue.dimensions[each.dimension]),
            "version": each.version,
            "better": each.better,
            "support": each.support,
            "standard": each.standard,
        }
        for each in catalogue.indicators.values()
    }
