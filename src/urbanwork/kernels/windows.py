"""Sums over all points within a straight distance: what surrounds each point."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanwork.kernels.compiled import compiled, given
from urbanwork.kernels.threads import even_parts, shared_out, threads_in_use

Floats = NDArray[np.float64]

MOST_BINS = 4_000_000
TOLERANCE_M = 1e-6
"""A point this little beyond the radius is still within it, whichever way the map is turned."""


def window_sums(x: Floats, y: Floats, values: Floats, *, radius_m: float) -> Floats:
    """Return the sum of the values of all points within `radius_m` of each point, itself included.

    Args:
        x: [P] metres.
        y: [P] metres.
        values: [P, K] any finite numbers.
        radius_m: straight distance, metres.

    Returns:
        [P, K] sum over j of values[j] where |point j - point i| <= radius_m.

    Raises:
        ValueError: a radius that is not above 0, or arrays of different length.

    >>> at = np.array([0.0, 100.0, 250.0])
    >>> window_sums(at, np.zeros(3), np.ones((3, 1)), radius_m=100)[:, 0].tolist()
    [2.0, 2.0, 1.0]
    """
    if not radius_m > 0:
        raise ValueError(f"a window needs a radius above 0 m, got {radius_m}")
    if not len(x) == len(y) == len(values):
        raise ValueError(f"got {len(x)} x, {len(y)} y and {len(values)} rows of values")
    if len(x) == 0:
        return np.zeros(values.shape)
    column, row, columns, rows = _bins(x, y, radius_m)
    order = np.lexsort((column, row))
    place = (row * columns + column)[order]
    start = np.searchsorted(place, np.arange(columns * rows + 1)).astype(np.int64)
    inputs = (
        given(start, np.int64), int(columns), int(rows), given(column[order], np.int64),
        given(row[order], np.int64), given(x[order], np.float64), given(y[order], np.float64),
        given(values[order], np.float64), float(radius_m) + TOLERANCE_M,
    )  # fmt: skip
    sums = np.zeros(values.shape)
    parts = even_parts(len(x), threads_in_use())
    shared_out(lambda part: _sum_windows(*inputs, part[0], part[1], sums), parts)
    out = np.empty_like(sums)
    out[order] = sums
    return out


def _bins(
    x: Floats, y: Floats, radius_m: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], int, int]:
    """Column and row of each point in square bins at least as wide as the radius."""
    width, height = float(np.ptp(x)), float(np.ptp(y))
    side = max(radius_m + TOLERANCE_M, (width * height / MOST_BINS) ** 0.5)
    side = max(side, max(width, height) / MOST_BINS)
    column = ((x - x.min()) // side).astype(np.int64)
    row = ((y - y.min()) // side).astype(np.int64)
    return column, row, int(column.max()) + 1, int(row.max()) + 1


@compiled
def _sum_windows(  # type: ignore[no-untyped-def]
    start, columns, rows, column, row, x, y, values, radius, first, behind, sums
):
    """Fill `sums` [P, K] for points first to behind, sorted by bin; a bin begins at its `start`."""
    kinds = values.shape[1]
    square = radius * radius
    for point in range(first, behind):
        left = max(column[point] - 1, 0)
        right = min(column[point] + 1, columns - 1)
        for line in range(max(row[point] - 1, 0), min(row[point] + 2, rows)):
            for other in range(start[line * columns + left], start[line * columns + right + 1]):
                dx = x[other] - x[point]
                dy = y[other] - y[point]
                if dx * dx + dy * dy <= square:
                    for kind in range(kinds):
                        sums[point, kind] += values[other, kind]
