"""Timetables in GTFS: stops with departures and headway in a named weekday window."""

from urbanwork.sources.gtfs.headway import Definition, Headways, headway_by_direction
from urbanwork.sources.gtfs.reader import GtfsResult, read_feed, read_gtfs
from urbanwork.sources.gtfs.window import ServiceWindow, seconds_of

__all__ = [
    "Definition",
    "GtfsResult",
    "Headways",
    "ServiceWindow",
    "headway_by_direction",
    "read_feed",
    "read_gtfs",
    "seconds_of",
]
