"""The report of an examination as one self-contained HTML file."""

from urbanwork.reporting.html.basemap import build_basemap
from urbanwork.reporting.html.model import ReportInput
from urbanwork.reporting.html.page import blobs_of, build_report

__all__ = ["ReportInput", "blobs_of", "build_basemap", "build_report"]
