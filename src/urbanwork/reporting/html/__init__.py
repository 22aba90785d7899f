"""The report of an examination as one self-contained HTML file."""

from urbanwork.reporting.html.basemap import build_basemap
from urbanwork.reporting.html.model import ReportInput
from urbanwork.reporting.html.page import build_report

__all__ = ["ReportInput", "build_basemap", "build_report"]
