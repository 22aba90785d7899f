"""The made-up town of the report, summed up by point of a small arrangement."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

from fixtures_report import examined, town
from small_arrangement import TEXT, written
from urbanwork.arrangement.loading import read_arrangement
from urbanwork.examination.points import summarise
from urbanwork.reporting.html import ReportInput

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
    """The same town as areas alone: no cells, and nothing measured that needs a map."""
    report = arranged()
    return replace(report, cells=report.cells.slice(0, 0))
