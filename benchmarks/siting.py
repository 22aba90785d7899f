"""Siting and floating catchments: sizes that planners meet, several seeds each.

    python benchmarks/siting.py [--seeds 3] [--seconds 120]

Synthetic: demand cells of 1 to 99 people and sites, uniform over 10 x 10 km from a fixed seed, in a
straight line. To reach, on 2 cores: maximal cover, 5,000 cells x 500 sites, p = 25, proven in 8 s;
p-median 2,000 x 200, p = 20, a gap of 1 % proven in 20 s and optimal in 120 s; floating catchment
1,930 x 1,930 in 0.15 s with its distances.

How hard a maximal cover is depends on the radius: where sites hardly overlap the bound is met at
once; where p of them can just about cover everything it is hardest, so radii on both sides are run.
Times are those of one call, the making of distances left out (in but for the catchment).
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from numpy.typing import NDArray

from urbanwork.kernels.catchment import floating_catchment, step_weights
from urbanwork.planning.siting import Answer, Rules, maximal_cover, p_median, ways_of_matrix

Floats = NDArray[np.float64]
SIDE_M = 10_000.0
RADII_M = (500.0, 700.0, 800.0, 900.0, 1_000.0)


def drawn(seed: int, demands: int, sites: int) -> tuple[Floats, Floats]:
    """Distances [demands, sites] and people [demands]."""
    chance = np.random.default_rng(seed)
    home, site = chance.random((demands, 2)) * SIDE_M, chance.random((sites, 2)) * SIDE_M
    people = chance.integers(1, 100, demands).astype(np.float64)
    return np.hypot(*(home[:, None] - site[None]).transpose(2, 0, 1)), people


def told(name: str, seed: int, answer: Answer) -> None:
    print(f"{name:<44} seed {seed}  {answer.seconds:7.2f} s  gap {answer.gap:.4%}", flush=True)


def catchment(seed: int) -> float:
    """Seconds of E2SFCA on 1,930 x 1,930 points, distances included."""
    chance = np.random.default_rng(seed)
    home, place = chance.random((2, 1_930, 2)) * 100_000.0
    people, seats = chance.integers(1, 9_000, 1_930), chance.integers(0, 50, 1_930)
    begun = time.perf_counter()
    distance = np.hypot(home[:, :1] - place[:, 0], home[:, 1:] - place[:, 1])
    row, column = np.nonzero(distance <= 15_000.0)
    weight = step_weights(distance[row, column], [5_000, 10_000, 15_000], [1, 0.68, 0.22])
    floating_catchment(row, column, weight, people, seats)
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=120.0)
    asked = parser.parse_args()
    distance, people = drawn(0, 200, 20)
    p_median(ways_of_matrix(distance), people, Rules(most=3))  # compile
    seeds = range(1, asked.seeds + 1)
    for seed in seeds:
        distance, people = drawn(seed, 2_000, 200)
        ways, rules = ways_of_matrix(distance), Rules(most=20)
        told("p-median 2,000 x 200, p = 20, at most 20 s", seed,
             p_median(ways, people, rules, seconds=20.0))  # fmt: skip
        told("p-median 2,000 x 200, p = 20, proven", seed,
             p_median(ways, people, rules, seconds=asked.seconds))  # fmt: skip
    for radius in RADII_M:
        for seed in seeds:
            distance, people = drawn(seed, 5_000, 500)
            ways = ways_of_matrix(np.where(distance <= radius, distance, np.inf))
            told(f"maximal cover 5,000 x 500, p = 25, {radius:g} m", seed,
                 maximal_cover(ways, people, radius, Rules(most=25), seconds=8.0))  # fmt: skip
    times = sorted(catchment(seed) for seed in range(5))
    print(f"{'floating catchment 1,930 x 1,930':<44} median  {times[2]:.3f} s ({times[0]:.3f}-"
          f"{times[-1]:.3f})")  # fmt: skip


if __name__ == "__main__":
    main()
