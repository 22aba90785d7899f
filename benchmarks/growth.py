"""Growth of 5,000 x 4,500 cells over 20 years in 30 runs: learning and simulating, time and memory.

    python benchmarks/growth.py [--rows 5000] [--columns 4500] [--runs 30] [--threads 2]

The maps are the example of MOLUSCE in ../shared (365 x 443 cells, two dates, two drivers), laid
side by side and mirrored until they fill the grid (synthetic); class 1 grows by the trend. The bar
is 10 minutes and 8 GiB on 2 cores.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from urbanwork.kernels.threads import set_threads
from urbanwork.kernels.warm import warm
from urbanwork.planning.growth.grids import Grid, LandMap, read_driver, read_land_map
from urbanwork.planning.growth.masks import Mask
from urbanwork.planning.growth.running import forecast
from urbanwork.planning.growth.validating import Options

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "landuse" / "molusce_example"
BAR_S, BAR_GIB = 600.0, 8.0
BUILT = 1


def laid_out(values: NDArray, shape: tuple[int, int]) -> NDArray:
    """The grid mirrored and repeated to another shape."""
    block = np.block([[values, values[:, ::-1]], [values[::-1], values[::-1, ::-1]]])
    repeats = [-(-side // size) for side, size in zip(shape, block.shape, strict=True)]
    return np.ascontiguousarray(np.tile(block, repeats)[: shape[0], : shape[1]])


def main() -> None:
    """Print what it takes."""
    asked = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("rows", 5000), ("columns", 4500), ("runs", 30), ("threads", 2)):
        asked.add_argument(f"--{name}", type=int, default=usual)
    given = asked.parse_args()
    set_threads(given.threads)
    shape = (given.rows, given.columns)
    small = [read_land_map(SHARED / f"{name}.tif", year=year)
             for name, year in (("init", 2000), ("final", 2010))]  # fmt: skip
    grid = Grid(shape, small[0].grid.transform, small[0].grid.crs)
    maps = tuple(LandMap(each.path, each.year, grid, laid_out(each.classes, shape))
                 for each in small)  # fmt: skip
    drivers = {
        name: laid_out(read_driver(SHARED / f"{name}.tif", small[0].grid), shape)
        for name in ("dist_river", "dist_roads")
    }
    river = Mask("river", drivers["dist_river"] < 100)
    print(f"kernels warmed in {warm(every=True):.1f} s; load before: {os.getloadavg()[0]:.1f}")
    begin, at_work = time.perf_counter(), time.process_time()
    found = forecast((maps[0], maps[1]), drivers, [river], Options(BUILT, runs=given.runs),
                     until=2030)  # fmt: skip
    seconds, worked = time.perf_counter() - begin, time.process_time() - at_work
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    grown = found.ensemble
    print(
        f"{shape[0]:,} x {shape[1]:,} cells, {grown.candidates:,} candidates, {given.runs} runs of "
        f"{len(found.demand.wanted)} years, {grown.placed:,} cells each: {seconds:.0f} s "
        f"(bar {BAR_S:.0f}; {worked:.0f} s of processor), {peak:.1f} GiB "
        f"(bar {BAR_GIB:.0f}), masked cells converted: "
        f"{sum(each['converted'] for each in grown.masked)}; load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
