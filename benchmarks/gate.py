"""The gate: 10,000 plan features against 2,000 zones, all rules of China.

    python benchmarks/gate.py [--features 10000] [--zones 2000] [--runs 5]

Synthetic, from a fixed seed: zones of all kinds, 60 to 600 m across with 80 corners and a wavy
edge, over 20 x 20 km; plots of 20 to 200 m, a tenth of them points and a tenth streets. The bar is
2 s on 2 cores for a check, the geometry of each breach brought to degrees. Making the gate is
timed apart: it is made once for any number of plans.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections import Counter

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.catalogue.bottomlines import load_bottom_lines
from urbanwork.planning.changes import Change
from urbanwork.planning.gate import Gate
from urbanwork.sources.layers import ZONE_KINDS, Zones

BAR_S = 2.0
DEGREE_M = 111_000.0
SIDE_M = 20_000.0
CORNERS = 80
USES = ("residential", "commercial", "industrial", "green")


def wavy(random: np.random.Generator, count: int) -> NDArray[np.object_]:
    """Polygons of 80 corners about random middles, in degrees about 0, 0."""
    middle = random.uniform(0, SIDE_M, (count, 1, 2))
    radius = random.uniform(30, 300, (count, 1)) * random.uniform(0.8, 1.2, (count, CORNERS))
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    around = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=2)
    rings = (middle + around) / DEGREE_M
    polygons: NDArray[np.object_] = shapely.polygons(rings)
    return polygons


def zones(random: np.random.Generator, count: int) -> Zones:
    """Zones of all kinds in turn."""
    text = np.full(count, None, object)
    ids = np.array([f"z/{row}" for row in range(count)], object)
    kinds = np.array([ZONE_KINDS[row % len(ZONE_KINDS)] for row in range(count)], object)
    return Zones(
        ids, kinds, text, text, text, text, np.full(count, "public", object),
        wavy(random, count), ids, np.full(count, np.nan),
    )  # fmt: skip


def changes(random: np.random.Generator, count: int) -> list[Change]:
    """Plots, points and streets."""
    low = random.uniform(0, SIDE_M, (count, 2)) / DEGREE_M
    size = random.uniform(20, 200, (count, 2)) / DEGREE_M
    made = []
    for row, ((x, y), (width, height)) in enumerate(zip(low, size, strict=True)):
        plot = shapely.box(x, y, x + width, y + height)
        if row % 10 == 0:
            change = Change(str(row), "add_place", plot.centroid, category="kindergarten")
        elif row % 10 == 1:
            line = shapely.LineString([(x, y), (x + 3 * width, y + height)])
            change = Change(str(row), "add_street", line, category="residential")
        elif row % 2:
            change = Change(str(row), "add_housing", plot, people=100)
        else:
            change = Change(str(row), "change_land_use", plot, category=USES[row % 4])
        made.append(change)
    return made


def timed(gate: Gate, plan: list[Change], runs: int) -> tuple[list[float], list[float]]:
    """Seconds of each run by the clock, and of the processor: others may share the machine."""
    seconds, processor = [], []
    for _ in range(runs):
        begin, begin_cpu = time.perf_counter(), time.process_time()
        gate.check(plan)
        seconds.append(time.perf_counter() - begin)
        processor.append(time.process_time() - begin_cpu)
    return seconds, processor


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=int, default=10_000)
    parser.add_argument("--zones", type=int, default=2_000)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    random = np.random.default_rng(2016)
    layer, plan = zones(random, chosen.zones), changes(random, chosen.features)
    rules = load_bottom_lines()
    begin = time.perf_counter()
    gate = Gate(layer, ZONE_KINDS, rules)
    made = time.perf_counter() - begin
    verdicts = gate.check(plan)
    seconds, processor = timed(gate, plan, chosen.runs)
    one, _ = timed(gate, plan[2:3], 50)
    counted = Counter(each.status for each in verdicts)
    print(f"{chosen.features:,} features x {chosen.zones:,} zones x {len(rules)} rules")
    print(f"{'gate made (once)':<44} {made:6.2f} s")
    print(
        f"{'all checked':<44} {statistics.median(seconds):6.2f} s "
        f"({min(seconds):.2f}-{max(seconds):.2f})  bar {BAR_S:g} s"
    )
    print(f"{'the same, seconds of the processor':<44} {statistics.median(processor):6.2f} s")
    print(f"{'one feature checked, median and p95':<44} {1e3 * statistics.median(one):6.2f} ms "
          f"{1e3 * sorted(one)[int(0.95 * len(one))]:.2f} ms")  # fmt: skip
    print(f"{len(verdicts):,} verdicts: {dict(sorted(counted.items()))}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


if __name__ == "__main__":
    main()
