"""From feeds to the layer of stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.sources.gtfs import route_types
from urbanwork.sources.gtfs.feed import Feed, read_feed
from urbanwork.sources.gtfs.headway import Definition, Headways, headway_by_direction
from urbanwork.sources.gtfs.window import ServiceWindow
from urbanwork.sources.layers import Stops
from urbanwork.sources.notes import Note, note

__all__ = ["GtfsResult", "read_feed", "read_gtfs"]

Bounds = tuple[float, float, float, float]
Flags = NDArray[np.bool_]
FEW_DATES_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class GtfsResult:
    """Stops of all feeds, sorted by feed and id, and what was counted and repaired."""

    stops: Stops
    report: dict[str, Any] = field(default_factory=dict)


def read_gtfs(
    paths: Path | str | Sequence[Path | str],
    *,
    window: ServiceWindow,
    bounds_lonlat: Bounds | None = None,
    definition: Definition = Definition.BOARDING_MEAN,
) -> GtfsResult:
    """Stops with mean departures and headway in the window.

    `departures` is the sum over directions; `headway_min` is that of the best direction, because
    who takes a bus takes it one way: window minutes / mean departures of that direction over the
    dates with service (all routes together), inf where nothing departs. Platforms are not pooled
    into their station. With several feeds the ids are `feed:stop_id`.

    Args:
        paths: one zipped feed or several.
        window: weekdays, times and dates in which service counts.
        bounds_lonlat: west, south, east, north in WGS84; stops elsewhere are left out.
        definition: how departures become a headway.

    Raises:
        UserError: a feed cannot be read or has no service in the window, or none of the feeds
            has a stop within the bounds.
    """
    files = [paths] if isinstance(paths, str | Path) else list(paths)
    if not files:
        raise UserError("gtfs: no feed is given; give the path of a zipped GTFS feed")
    parts, reports = list[Stops](), list[dict[str, Any]]()
    for prefix, file in zip(_prefixes(files), files, strict=True):
        feed = read_feed(file)
        stops, report = _layer(feed, window, bounds_lonlat, definition, prefix)
        parts.append(stops)
        reports.append(report)
    stops = _joined(parts)
    if bounds_lonlat and not len(stops.id):
        raise UserError(_elsewhere(files, reports, bounds_lonlat))
    return GtfsResult(stops, _report(window, definition, stops, reports))


def _prefixes(files: Sequence[Path | str]) -> list[str]:
    if len(files) == 1:
        return [""]
    stems = [Path(file).stem for file in files]
    is_unique = len(set(stems)) == len(stems)
    return [f"{stem if is_unique else f'{place}-{stem}'}:" for place, stem in enumerate(stems, 1)]


def _layer(
    feed: Feed,
    window: ServiceWindow,
    bounds: Bounds | None,
    definition: Definition,
    prefix: str,
) -> tuple[Stops, dict[str, Any]]:
    headways = headway_by_direction(feed, window, definition=definition)
    count = len(feed.stops.id)
    departures = np.bincount(headways.stop, headways.departures, minlength=count)
    headway = np.full(count, np.inf)
    np.minimum.at(headway, headways.stop, headways.headway_min)
    has_place = ~np.isnan(feed.stops.lon) & ~np.isnan(feed.stops.lat)
    is_called_at = np.zeros(count, dtype=np.bool_)
    is_called_at[feed.times.stop] = True
    rows = np.flatnonzero(has_place & is_called_at & _is_within(feed, bounds))
    ids = np.array([f"{prefix}{word}" for word in feed.stops.id[rows]], dtype=object)
    order = np.argsort(ids, kind="stable") if len(ids) else np.empty(0, dtype=np.int64)
    rows, ids = rows[order], ids[order]
    stops = Stops(
        ids, feed.stops.name[rows], feed.stops.lon[rows], feed.stops.lat[rows],
        departures[rows].astype(np.float64), headway[rows], _serves_high_capacity(feed)[rows],
    )  # fmt: skip
    counts = {
        "stops_without_position": int((~has_place).sum()),
        "stops_never_called_at": int((~is_called_at).sum()),
    }
    return stops, _feed_report(feed, headways, stops) | counts


def _is_within(feed: Feed, bounds: Bounds | None) -> Flags:
    if bounds is None:
        return np.ones(len(feed.stops.id), dtype=np.bool_)
    west, south, east, north = bounds
    lon, lat = feed.stops.lon, feed.stops.lat
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _serves_high_capacity(feed: Feed) -> Flags:
    is_high = route_types.is_high_capacity(feed.trips.route_type)[feed.times.trip]
    serves = np.zeros(len(feed.stops.id), dtype=np.bool_)
    serves[feed.times.stop[is_high]] = True
    return serves


def _feed_report(feed: Feed, headways: Headways, stops: Stops) -> dict[str, Any]:
    return feed.report | {
        "stops_in_bounds": len(stops.id),
        "stops_served": int(np.isfinite(stops.headway_min).sum()),
        "counted_from": headways.first.isoformat(),
        "counted_to": headways.last.isoformat(),
        "dates_with_service": headways.dates_with_service,
        "dates_in_window": headways.dates_in_window,
        "warnings": _warnings(feed, headways),
    }


def _warnings(feed: Feed, headways: Headways) -> list[Note]:
    """What a reader of the results should know."""
    found = list[Note](feed.report["repairs"])
    served, asked = headways.dates_with_service, headways.dates_in_window
    if served < FEW_DATES_SHARE * asked:
        found.append(note(
            f"service runs on only {served} of the {asked} dates asked for",
            f"所选 {asked} 个日期中只有 {served} 个有班次",
        ))  # fmt: skip
    times = feed.report["stop_times"]
    left_out = times["unknown_trip"] + times["unknown_stop"] + times["without_time"]
    if left_out:
        whole, part = f"{times['rows']:,}", f"{left_out:,}"
        found.append(note(
            f"{part} of {whole} stop times are left out (unknown trip or stop, or no time)",
            f"{whole} 条停靠记录中有 {part} 条未采用（车次或站点未知，或缺时刻）",
        ))  # fmt: skip
    without = feed.report["trips_without_direction"]
    if without:
        found.append(note(
            f"{without:,} trips have no direction_id; directions are told apart by heading",
            f"{without:,} 个车次没有 direction_id，按行驶方位区分方向",
        ))  # fmt: skip
    return found


def _joined(parts: list[Stops]) -> Stops:
    if len(parts) == 1:
        return parts[0]
    names = ("id", "name", "lon", "lat", "departures", "headway_min", "is_high_capacity")
    return Stops(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _elsewhere(files: Sequence[Path | str], reports: list[dict[str, Any]], bounds: Bounds) -> str:
    box = ", ".join(f"{value:.3f}" for value in bounds)
    total = sum(report["stops"] for report in reports)
    names = ", ".join(str(file) for file in files)
    return (
        f"{names}: none of the {total:,} stops lies in the city ({box}); give the feed of this city"
    )


def _report(
    window: ServiceWindow, definition: Definition, stops: Stops, feeds: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "licence": "unknown",
        "window": window.describe(),
        "definition": str(definition),
        "stops": len(stops.id),
        "stops_served": int(np.isfinite(stops.headway_min).sum()),
        "high_capacity_stops": int(stops.is_high_capacity.sum()),
        "feeds": feeds,
        "warnings": [
            {lang: f"{feed['file']}: {text}" for lang, text in warning.items()}
            for feed in feeds
            for warning in feed["warnings"]
        ],
    }
