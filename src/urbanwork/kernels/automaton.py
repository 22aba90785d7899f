"""A cellular automaton of growth: cells convert in steps, just as many as are wanted.

Cells that may convert are candidates with a hazard; all else has no row here and cannot convert.
In each step every candidate i draws a waiting time that is exponential with rate

    w_i = hazard_i x lift[n_i],   n_i = built cells in the window around it,

and the wanted number with the shortest times converts: sampling in proportion to w without
replacement. A time depends only on seed, step and cell, so a run is the same on any number of
threads. Only cells beside a new one change their weight, and a time is worked out only where
it can be among the shortest.

Source: Efraimidis & Spirakis 2006, Weighted random sampling with a reservoir.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanwork.kernels.compiled import compiled, given

Floats = NDArray[np.float32]
Int32 = NDArray[np.int32]
Flags = NDArray[np.bool_]

MOST_STEPS = 255
LARGEST_RADIUS = 7
"""A window of 15 x 15 cells: its count still fits a byte."""

SMALLEST = 1e-12
"""Hazards below it are raised to it: a product with a lift must not vanish in 32 bits."""


@dataclass(frozen=True, slots=True)
class Ground:
    """N candidates on a grid, and what is built around them at the start."""

    place: Int32  # [rows, columns] row of the candidate, -1 where nothing may convert
    cell: Int32  # [N] rising index of its cell in the grid, row by row
    hazard: Floats  # [N] rate at which it converts, over 0
    built_around: NDArray[np.uint8]  # [N] built cells in the window
    lift: Floats  # [(2 radius + 1)^2] factor by number of built cells in the window
    radius: int  # of the window, cells


def ground_of(
    hazard: NDArray[np.floating], is_built: Flags, lift: NDArray[np.floating], *, radius: int
) -> Ground:
    """The candidates of a grid: every cell whose hazard is over 0.

    Args:
        hazard: [rows, columns] rate at which a cell converts; 0 or nan: never.
        is_built: [rows, columns] what is built at the start; counted, never a candidate.
        lift: [(2 radius + 1)^2] factor of the hazard by built cells around, 1e-6 or more.
        radius: of the square window, in cells, 1 to 7.

    Raises:
        ValueError: the shapes do not fit, or a radius or lift that cannot be.

    >>> wide = ground_of(np.array([[0.5, 0.0, 0.1]]), np.array([[0, 1, 0]], bool),
    ...     np.ones(9), radius=1)
    >>> wide.cell.tolist(), wide.built_around.tolist()
    ([0, 2], [1, 1])
    """
    if not 1 <= radius <= LARGEST_RADIUS or len(lift) != (2 * radius + 1) ** 2:
        raise ValueError(f"radius is 1 to {LARGEST_RADIUS} and lift has a factor for each count")
    if hazard.shape != is_built.shape or not (np.asarray(lift) >= 1e-6).all():
        raise ValueError("hazard and is_built have one shape, and no lift is below 1e-6")
    with np.errstate(invalid="ignore"):
        may = (hazard > 0) & np.isfinite(hazard) & ~is_built
    cell = np.flatnonzero(may.ravel()).astype(np.int32)
    place = np.full(hazard.shape, -1, np.int32)
    place.ravel()[cell] = np.arange(len(cell), dtype=np.int32)
    around = np.zeros(len(cell), np.uint8)
    _count(given(is_built, np.bool_), given(place, np.int32), radius, around)
    rate = np.maximum(hazard.ravel()[cell], SMALLEST).astype(np.float32)
    return Ground(place, cell, rate, around, np.asarray(lift, np.float32), radius)


def grow(
    ground: Ground, wanted: Sequence[int], *, seed: int, is_random: bool = True
) -> NDArray[np.uint8]:
    """[N] the step, from 1, in which each candidate converts; 0 where it does not.

    Just `wanted[t]` cells convert in step t, or all that are left.

    Args:
        ground: the candidates.
        wanted: cells to convert in each step, at most 255 steps.
        seed: of the draws; equal seeds give equal runs.
        is_random: False: the cells of the largest weight convert, the seed only breaks ties.

    Raises:
        ValueError: too many steps or a negative number.

    >>> flat = ground_of(np.ones((2, 3)), np.zeros((2, 3), bool), np.ones(9), radius=1)
    >>> np.bincount(grow(flat, [2, 1], seed=7)).tolist()
    [3, 2, 1]
    """
    steps = np.asarray(wanted, np.int64)
    if len(steps) > MOST_STEPS or (len(steps) and steps.min() < 0):
        raise ValueError(f"at most {MOST_STEPS} steps, none negative, got {wanted!r}")
    step_of = np.zeros(len(ground.cell), np.uint8)
    _grow(
        given(ground.place, np.int32),
        given(ground.cell, np.int32),
        given(ground.hazard, np.float32),
        given(ground.built_around, np.uint8),
        given(ground.lift, np.float32),
        ground.radius,
        given(steps, np.int64),
        np.uint64(seed),
        is_random,
        step_of,
    )
    return step_of


@compiled
def _count(is_built, place, radius, around):  # type: ignore[no-untyped-def]
    """Add each built cell to the candidates around it."""
    rows, columns = place.shape
    for row in range(rows):
        for column in range(columns):
            if is_built[row, column]:
                for r in range(max(0, row - radius), min(rows, row + radius + 1)):
                    for c in range(max(0, column - radius), min(columns, column + radius + 1)):
                        if place[r, c] >= 0:
                            around[place[r, c]] += 1


@compiled
def _uniform(key, cell):  # type: ignore[no-untyped-def]
    """A number in (0, 1) that hangs on key and cell only (SplitMix64)."""
    x = key + np.uint64(cell + 1) * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x = x ^ (x >> np.uint64(31))
    return (np.float64(x >> np.uint64(12)) + 0.5) * 2.0**-52


@compiled
def _gather(weight, cell, key, limit, is_random, row, time):  # type: ignore[no-untyped-def]
    """Put rows whose waiting time is below the limit into `row` and `time`; return how many."""
    found = 0
    for i in range(len(weight)):
        reach = limit * weight[i]
        if reach <= 0.0:
            continue
        if not is_random:
            if reach > 1.0:
                row[found] = i
                time[found] = (1.0 + 1e-9 * _uniform(key, cell[i])) / weight[i]
                found += time[found] < limit
            continue
        drawn = _uniform(key, cell[i])
        if drawn < reach:  # -log(1 - drawn) is never below drawn
            row[found] = i
            time[found] = -np.log1p(-drawn) / weight[i]
            found += time[found] < limit
    return found


@compiled
def _grow(place, cell, hazard, around, lift, radius, wanted, seed, is_random, step_of):  # type: ignore[no-untyped-def]
    columns = place.shape[1]
    rows = place.shape[0]
    count = around.copy()
    weight = np.empty(len(cell), np.float32)
    total = 0.0
    for i in range(len(cell)):
        weight[i] = hazard[i] * lift[count[i]]
        total += weight[i]
    left = len(cell)
    row = np.empty(len(cell) + 1, np.int32)  # one more: `_gather` writes before it counts
    time = np.empty(len(cell) + 1, np.float64)
    last = 0.0
    for step in range(len(wanted)):
        number = min(wanted[step], left)
        if number == 0:
            continue
        key = (seed ^ (np.uint64(step + 1) * np.uint64(0xD1342543DE82EF95))) * np.uint64(
            0xDA942042E4DD58B5
        )
        limit = max(1.2 * number / max(total, 1e-30), last * 1.05)
        found = _gather(weight, cell, key, limit, is_random, row, time)
        while found < number:
            limit *= 1.5
            found = _gather(weight, cell, key, limit, is_random, row, time)
        order = np.argsort(time[:found], kind="mergesort")
        last = time[order[number - 1]]
        for k in range(number):
            i = row[order[k]]
            step_of[i] = step + 1
            total -= weight[i]
            weight[i] = 0.0
        left -= number
        for k in range(number):
            here = cell[row[order[k]]]
            r0, c0 = here // columns, here % columns
            for r in range(max(0, r0 - radius), min(rows, r0 + radius + 1)):
                for c in range(max(0, c0 - radius), min(columns, c0 + radius + 1)):
                    j = place[r, c]
                    if j >= 0 and weight[j] > 0.0:
                        count[j] += 1
                        new = hazard[j] * lift[count[j]]
                        total += np.float64(new) - np.float64(weight[j])
                        weight[j] = new
