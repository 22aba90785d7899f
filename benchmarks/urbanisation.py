"""The degree of urbanisation of a grid of 5,000 x 5,000 cells, and a 100 m raster summed to 1 km.

    python benchmarks/urbanisation.py [--side 5000] [--runs 3]

The large grid is the Pearl River Delta of ../shared (163 x 228 cells of 1 km), laid side by side
and mirrored until it fills the square (synthetic). The bar is 10 s for either level on 2 cores.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray

from urbanwork.kernels.warm import warm
from urbanwork.measures.urbanisation.degree import degree_of_urbanisation
from urbanwork.measures.urbanisation.grid import on_km_grid
from urbanwork.sources.layers import DatedRaster

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "rasters" / "prd_ghsl"
BAR_S = 10.0
M2_PER_KM2 = 1e6

Floats = NDArray[np.float64]


def layer(name: str, side: int, *, unit: float) -> Floats:
    """One layer of the delta, mirrored and repeated to a square of `side` cells."""
    with rasterio.open(SHARED / f"{name}.tif") as dataset:
        values = dataset.read(1).astype(np.float64) / unit
        values[dataset.read_masks(1) == 0] = np.nan
    block = np.block([[values, values[:, ::-1]], [values[::-1], values[::-1, ::-1]]])
    repeats = [-(-side // size) for size in block.shape]
    return np.ascontiguousarray(np.tile(block, repeats)[:side, :side])


def timed(work: Callable[[], Any], runs: int) -> tuple[list[float], Any]:
    """Seconds of each run, and what the last gave."""
    seconds, result = [], None
    for _ in range(runs):
        begin = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - begin)
    return seconds, result


def said(what: str, seconds: list[float], note: str = "") -> str:
    """One line of the table."""
    return (
        f"{what:<44} {statistics.median(seconds):6.2f} s "
        f"({min(seconds):.2f}-{max(seconds):.2f}) {note}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=5_000)
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    print(f"kernels loaded in {warm(every=True):.1f} s")
    people = layer("POP", chosen.side, unit=1.0)
    built = layer("BUILT_S", chosen.side, unit=M2_PER_KM2)
    land = layer("LAND", chosen.side, unit=M2_PER_KM2)
    for level in (1, 2):
        seconds, classes = timed(
            lambda level=level: degree_of_urbanisation(people, built, land, level=level),
            chosen.runs,
        )
        codes, counts = np.unique(classes, return_counts=True)
        shares = ", ".join(
            f"{code} {count / classes.size:.1%}" for code, count in zip(codes, counts, strict=True)
        )
        verdict = "reached" if statistics.median(seconds) <= BAR_S else "MISSED"
        what = f"level {level}, {chosen.side:,} x {chosen.side:,} cells"
        print(said(what, seconds, f"bar {BAR_S:.0f} s {verdict}; {shares}"))
    fine = DatedRaster(
        "population", 2020, np.nan_to_num(people[:1_800, :1_800]),
        (100.0, 0.0, 1.07e7, 0.0, -100.0, 2.9e6), "ESRI:54009",
    )  # fmt: skip
    seconds, grid = timed(lambda: on_km_grid(fine), chosen.runs)
    lost = abs(np.nansum(grid.values) / fine.values.sum() - 1)
    print(said("1,800 x 1,800 pixels of 100 m to 1 km", seconds, f"people lost: {lost:.1e}"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MiB, of which {3 * people.nbytes / 2**20:,.0f} MiB input")


if __name__ == "__main__":
    main()
