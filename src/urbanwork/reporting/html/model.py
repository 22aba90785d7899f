"""What the report is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from urbanwork.catalogue.models import Catalogue, Standard

if TYPE_CHECKING:
    from urbanwork.examination.errata import Erratum


@dataclass(frozen=True, slots=True)
class ReportInput:
    """One examination, as its tables, and what explains them.

    The tables have the columns of `examination/tables.py`. `manifest` carries `id`, `name`,
    `name_zh`, `as_of`, `jurisdiction`, `is_sample`, `boundary_origin`, `people_origin`,
    `people_note_en`, `people_note_zh`, and lists of mappings `sources` (licence, date, hash,
    report) and `corrections`, and a mapping `versions`; what is missing is left out of the page.
    """

    indicators: pa.Table
    problems: pa.Table
    areas: pa.Table
    cells: pa.Table
    manifest: Mapping[str, Any]
    catalogue: Catalogue
    standards: Mapping[str, Standard]  # key named by an indicator -> the row chosen for this city
    basemap: bytes  # from `build_basemap`
    points: Sequence[Mapping[str, Any]] = ()  # of the arrangement, as examination/points.py
    details: Mapping[str, Any] = field(default_factory=dict)  # indicator -> Figures.detail
    errata: Sequence[Erratum] = ()  # published once it was frozen
