"""An examination as a notebook shows it: the heading, the findings, the way to the report."""

from __future__ import annotations

import html
from pathlib import Path

from urbanwork.reporting.terminal import ExaminationOnDisk


def summary_html(folder: Path) -> str:
    """A few lines of HTML for notebooks; every text escaped."""
    exam = ExaminationOnDisk(folder, "en")
    findings = "".join(f"<li>{html.escape(each)}</li>" for each in exam.findings())
    return (
        f"<b>{html.escape(exam.heading())}</b><ul>{findings}</ul>"
        f"<code>{html.escape(str(folder / 'report.html'))}</code>"
    )
