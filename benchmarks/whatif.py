"""How soon a what-if answers: places added, moved, removed; streets closed and opened.

    python benchmarks/whatif.py CITY            a folder with city.yaml, such as Las Palmas
    python benchmarks/whatif.py CITY --check    each answer is held against measuring from nothing

Times are those of `Session.apply`: distances and counts mended, every indicator that the change
can touch measured again, cells and areas, and what is made of them; with --gates the bottom lines
too. The session is opened before.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from urbanwork.city.travel import PUBLIC_STREETS, is_in
from urbanwork.planning.changes import Change
from urbanwork.planning.placing import Snappers
from urbanwork.planning.whatif import Session
from urbanwork.planning.whatif.opening import open_session
from urbanwork.quantities.crs import unproject

REACH = {"Las Palmas": (15.0, 100.0), "the city tiled 32 times": (60.0, 150.0)}
"""Milliseconds that 95 of 100 answers may take, of places and of streets (issue 4)."""
SEED = 20_240_601


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("city", type=Path)
    given.add_argument("--edits", type=int, default=100, help="edits of each kind")
    given.add_argument("--gates", action="store_true")
    given.add_argument("--check", action="store_true")
    asked = given.parse_args()
    began = time.perf_counter()
    session = open_session(asked.city, lambda en, zh: None)
    print(f"session opened in {time.perf_counter() - began:.1f} s; "
          f"{len(session.city.cells.people):,} cells, {len(session.city.places.id):,} places, "
          f"{session.city.walk.graph.node_count:,} nodes")  # fmt: skip
    for change in edits(session, 3):
        _timed(session, change, gates=asked.gates)  # kernels are compiled, caches are made
    times: dict[str, list[tuple[float, float]]] = defaultdict(list)
    slowest: dict[str, tuple[float, str]] = {}
    for change in edits(session, asked.edits):
        taken = _timed(session, change, gates=asked.gates)
        times[change.kind].append(taken)
        name = f"{change.category or ''} {change.target or ''}"
        slowest[change.kind] = max(slowest.get(change.kind, (0.0, "")), (taken[0], name))
        if asked.check:
            _check(session, change)
    _print(times, slowest)


def edits(session: Session, count: int) -> Iterator[Change]:
    """Edits of each kind as people make them: where people live, of every category there is."""
    chance = np.random.default_rng(SEED)
    city = session.city
    weight = city.cells.people / city.cells.people.sum()
    walk = city.walk
    public = is_in(walk.street_class, PUBLIC_STREETS) & (walk.length_m > 20)
    lived_on = Snappers(city).walk.edges  # a piece of network cut off from the rest is no street
    streets = lived_on[public[lived_on]]
    categories = sorted(set(city.places.category) - {"timetable_stop_high"})
    for number in range(count):
        category = str(categories[number % len(categories)])
        stop = category in ("timetable_stop", "bus_stop")
        cell = int(chance.choice(len(weight), p=weight))
        x, y = city.cells.x[cell], city.cells.y[cell]
        plot = shapely.Point(x, y)
        if category == "park":
            plot = plot.buffer(60)
        at = unproject(np.array([plot], object), city.crs)[0]
        kind = "add_stop" if stop else "add_place"
        yield Change(f"a{number}", kind, at if not stop else at.centroid, category=category,
                     headway_min=10.0 if stop else None)  # fmt: skip
        place = str(chance.choice(city.places.id))
        yield Change(f"r{number}", "remove_place", target=place)
        point = unproject(np.array([shapely.Point(x, y)], object), city.crs)[0]
        yield Change(f"m{number}", "move_place", point, target=place)
        edge = int(chance.choice(streets))
        middle = int(walk.start[edge] + walk.start[edge + 1]) // 2
        on_street = shapely.Point(walk.vertex_x[middle], walk.vertex_y[middle])
        at = unproject(np.array([on_street], object), city.crs)[0]
        yield Change(f"c{number}", "close_street", at)


def _timed(session: Session, change: Change, *, gates: bool) -> tuple[float, float]:
    """Milliseconds by the clock and of the processor of one change, which is then taken back.

    A street is opened again too: the slower of the two counts.
    """
    taken = _answer(session, change, gates=gates)
    if change.kind == "close_street":
        opening = Change(f"o{change.id}", "reopen_street", target=change.id)
        taken = max(taken, _answer(session, opening, gates=gates))
        session.undo()
    session.undo()
    return taken


def _answer(session: Session, change: Change, *, gates: bool) -> tuple[float, float]:
    began, busy = time.perf_counter(), time.process_time()
    session.apply(change)
    if gates:
        session.verdicts()
    return (time.perf_counter() - began) * 1e3, (time.process_time() - busy) * 1e3


def _check(session: Session, change: Change) -> None:
    from urbanwork.planning.applying import applied

    session.apply(change)
    other = Session(
        applied(session.city, [change]), session.catalogue, systems=session.systems,
        sample=session.sample,
    )  # fmt: skip
    for key, ratio in session.measured.ratios.items():
        truth = other.measured.ratios[key]
        assert np.allclose(ratio.numerator, truth.numerator, rtol=1e-9, atol=1e-9), (change, key)
        assert (ratio.state == truth.state).all(), (change, key)
    session.undo()


def _print(
    times: dict[str, list[tuple[float, float]]], slowest: dict[str, tuple[float, str]]
) -> None:
    """A row a kind; a street counts with the slower of closing and opening it."""
    rows: list[tuple[str, Any]] = list(times.items())
    places = [t for kind, found in rows for t in found if kind != "close_street"]
    rows += [("all of places", places)]
    print(f"{'ms':16} {'edits':>6} {'p50':>7} {'p95':>7} {'most':>7} {'cpu p50':>8} {'cpu p95':>8}"
          "   slowest")  # fmt: skip
    for kind, found in rows:
        clock, busy = np.array(found).T
        p50, p95 = np.percentile(clock, (50, 95))
        c50, c95 = np.percentile(busy, (50, 95))
        name = slowest.get(kind, (0.0, ""))[1]
        print(f"{kind:16} {len(found):6} {p50:7.1f} {p95:7.1f} {clock.max():7.1f} {c50:8.1f} "
              f"{c95:8.1f}   {name}")  # fmt: skip
    for city, (place, street) in REACH.items():
        print(f"wanted of {city}: places p95 {place:g} ms, streets p95 {street:g} ms")
    print(f"load {os.getloadavg()[0]:.1f}; cpu is the time of the processor, whatever the load")


if __name__ == "__main__":
    main()
