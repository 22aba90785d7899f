"""Areas that polygons share with convex cells, without making the shared polygons."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanwork.kernels.compiled import compiled, given
from urbanwork.kernels.threads import even_parts, shared_out, threads_in_use
from urbanwork.kernels.zonal import Rings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def overlap_areas(rings: Rings, corners: Floats, polygon: Ints, cell: Ints) -> Floats:
    """Return the area that each polygon shares with each convex cell, pair by pair.

    Every ring is cut by the sides of the cell one after the other (Sutherland and Hodgman 1974);
    the signed areas of what is left add up exactly, also for concave rings and for holes.

    Args:
        rings: the polygons, from `rings_of`.
        corners: [C, K, 2] corners of the cells, counterclockwise, not repeated at the end.
        polygon: [M] row of the polygon of each pair.
        cell: [M] row of the cell of each pair.

    Returns:
        [M] areas in the square of the unit of the coordinates.

    >>> import shapely
    >>> from urbanwork.kernels.zonal import rings_of
    >>> rings = rings_of(np.array([shapely.box(1, 1, 5, 5)]))
    >>> square = np.array([[[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]]])
    >>> overlap_areas(rings, square, np.array([0]), np.array([0])).tolist()
    [1.0]
    """
    first = np.searchsorted(rings.polygon, np.arange(rings.polygon_count + 1))
    longest = int(np.diff(rings.start).max(initial=0))
    area = np.zeros(len(polygon))
    inputs = (
        given(rings.x, np.float64), given(rings.y, np.float64), given(rings.start, np.int64),
        given(first, np.int64), given(corners, np.float64), given(polygon, np.int64),
        given(cell, np.int64), longest,
    )  # fmt: skip
    parts = even_parts(len(polygon), 2 * threads_in_use())
    shared_out(lambda part: _areas(*inputs, part[0], part[1], area), parts)
    return area


@compiled
def _cut(in_x, in_y, count, ax, ay, bx, by, out_x, out_y):  # type: ignore[no-untyped-def]
    """Keep what of a ring lies left of the line from a to b; return its number of vertices."""
    dx, dy = bx - ax, by - ay
    kept = 0
    last_x, last_y = in_x[count - 1], in_y[count - 1]
    side_before = dx * (last_y - ay) - dy * (last_x - ax)
    for at in range(count):
        x, y = in_x[at], in_y[at]
        side = dx * (y - ay) - dy * (x - ax)
        if (side >= 0) != (side_before >= 0):
            share = side_before / (side_before - side)
            out_x[kept] = last_x + share * (x - last_x)
            out_y[kept] = last_y + share * (y - last_y)
            kept += 1
        if side >= 0:
            out_x[kept] = x
            out_y[kept] = y
            kept += 1
        last_x, last_y, side_before = x, y, side
    return kept


@compiled
def _grown(values, count, room):  # type: ignore[no-untyped-def]
    """Return the first `count` values with more room behind them.

    One by one: copying a slice makes numba compile the text of an error, for two seconds.
    """
    grown = np.empty(room)
    for at in range(count):
        grown[at] = values[at]
    return grown


@compiled
def _areas(  # type: ignore[no-untyped-def]
    x, y, start, first, corners, polygon, cell, longest, begin, behind, area
):
    """Fill `area` for the pairs begin to behind."""
    sides = corners.shape[1]
    room = longest * 2 ** min(sides, 3) + 64
    one_x, one_y = np.empty(room), np.empty(room)
    two_x, two_y = np.empty(room), np.empty(room)
    for pair in range(begin, behind):
        c = cell[pair]
        zero_x, zero_y = corners[c, 0, 0], corners[c, 0, 1]
        total = 0.0
        for ring in range(first[polygon[pair]], first[polygon[pair] + 1]):
            base = start[ring]
            count = start[ring + 1] - base - 1  # the last vertex repeats the first
            for at in range(count):  # measured from the cell, so that no digits are lost
                one_x[at] = x[base + at] - zero_x
                one_y[at] = y[base + at] - zero_y
            ax, ay = 0.0, 0.0
            for side in range(1, sides + 1):
                if count == 0:
                    break
                if 2 * count > room:  # a ring that crosses every side very often
                    room = 4 * count
                    one_x, one_y = _grown(one_x, count, room), _grown(one_y, count, room)
                    two_x, two_y = np.empty(room), np.empty(room)
                after = side if side < sides else 0
                bx, by = corners[c, after, 0] - zero_x, corners[c, after, 1] - zero_y
                count = _cut(one_x, one_y, count, ax, ay, bx, by, two_x, two_y)
                one_x, two_x = two_x, one_x
                one_y, two_y = two_y, one_y
                ax, ay = bx, by
            for at in range(count):
                after = at + 1 if at + 1 < count else 0
                total += one_x[at] * one_y[after] - one_x[after] * one_y[at]
        area[pair] = max(total / 2, 0.0)
