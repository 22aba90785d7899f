"""GHSCI 4.15.2's headway of every stop of Las Palmas (data/reference/ghsci_las_palmas, 5.6)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from urbanwork.sources.gtfs import (
    Definition,
    ServiceWindow,
    headway_by_direction,
    read_feed,
    read_gtfs,
)

WINDOW = ServiceWindow(dates=(date(2023, 4, 5), date(2023, 6, 4)))


def test_the_peers_headway_of_each_of_its_792_stops_is_reproduced(shared: Path) -> None:
    from pyogrio import raw

    layers = shared / "reference/ghsci_las_palmas/ghsci_layers.gpkg"
    meta, _, _, columns = raw.read(
        layers, layer="pt_stops_headway", columns=["stop_id", "headway"], read_geometry=False
    )
    peer = dict(zip(meta["fields"], columns, strict=True))
    stops = read_gtfs(
        shared / "cities/las_palmas/gtfs_2023.zip",
        window=WINDOW,
        definition=Definition.SERVED_DATES_ROUNDED,
    ).stops
    ours = dict(zip(stops.id, stops.headway_min, strict=True))
    assert sorted(ours) == sorted(peer["stop_id"])
    theirs = np.where(np.isnan(peer["headway"]), np.inf, peer["headway"])
    assert [ours[stop] for stop in peer["stop_id"]] == theirs.tolist()


def test_the_peers_counts_of_stops_by_headway_are_reproduced(shared: Path) -> None:
    feed = read_feed(shared / "cities/las_palmas/gtfs_2023.zip")
    headways = headway_by_direction(feed, WINDOW, definition=Definition.SERVED_DATES_ROUNDED)
    best = np.full(len(feed.stops.id), np.inf)
    np.minimum.at(best, headways.stop, headways.headway_min)
    assert len(np.unique(feed.times.stop)) == 792
    assert int((best <= 30).sum()) == 675
    assert int((best <= 20).sum()) == 448
