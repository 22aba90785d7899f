"""The made-up town of the report, summed up by point of a small arrangement."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, fields, replace
from functools import cache
from pathlib import Path

from fixtures_report import examined, town
from small_arrangement import TEXT, written
from urbanwork.arrangement.loading import read_arrangement
from urbanwork.city.model import Cells, PreparedCity
from urbanwork.examination.points import summarise
from urbanwork.kernels.graph import Snaps
from urbanwork.reporting.html import ReportInput, build_basemap

ARRANGEMENT = TEXT.replace("green.park_*", "green.park_300m, green.park_buffer")


@cache
def arranged(*, hostile: bool = False) -> ReportInput:
    """The examined town with its points, as an examination keeps them."""
    report = examined(town(hostile=hostile))
    with tempfile.TemporaryDirectory() as folder:
        arrangement = read_arrangement(written(Path(folder), ARRANGEMENT)).arrangement
    points = summarise(arrangement, report.indicators, report.problems, report.catalogue)
    manifest = {**report.manifest, "arrangement": {"title": asdict(arrangement.title)}}
    return replace(report, points=points, manifest=manifest)


@cache
def without_extract() -> ReportInput:
    """The same town as areas alone: no cells, and a map of nothing but the areas."""
    report = arranged()
    basemap = build_basemap(_without_cells(town().city))
    return replace(report, cells=report.cells.slice(0, 0), basemap=basemap)


def _without_cells(city: PreparedCity) -> PreparedCity:
    cells = city.cells
    snaps = Snaps(
        *(getattr(cells.walk, each)[:0] for each in ("edge", "to_start", "to_end", "off"))
    )
    columns = {
        each.name: getattr(cells, each.name)[:0]
        for each in fields(cells)
        if each.name not in ("walk", "drive")
    }
    return replace(city, cells=Cells(**columns, walk=snaps, drive=snaps))
