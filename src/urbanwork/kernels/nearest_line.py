"""The nearest of many lines to each of many points, in the plane."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanwork.kernels.compiled import compiled, given
from urbanwork.kernels.threads import even_parts, shared_out, threads_in_use

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BIN_M = 64.0
MOST_BINS = 4_000_000


@dataclass(frozen=True, slots=True)
class LineBins:
    """Segments of lines in square bins; a segment stands in every bin that its box touches."""

    ax: Floats  # [S] segments
    ay: Floats
    bx: Floats
    by: Floats
    line: Ints  # [S] row of the line
    before: Floats  # [S] length of the line before the segment
    start: Ints  # [columns * rows + 1]
    segment: Ints  # rows of segments, bin by bin
    west: float
    south: float
    side: float
    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class NearestLine:
    """For P points the nearest line, how far along it, and how far off; metres."""

    line: Ints  # [P] -1 where none is near enough
    along: Floats  # [P]
    off: Floats  # [P]


def line_bins(start: Ints, x: Floats, y: Floats, lines: Ints) -> LineBins:
    """Put the segments of `lines` (rows) into bins.

    Args:
        start: [E + 1] vertices of line e are start[e]:start[e + 1].
        x: [V] metres.
        y: [V] metres.
        lines: rows of the lines to be searched.
    """
    size = np.diff(start)[lines] - 1
    first = np.repeat(start[lines], size)
    offset = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    at = first + offset
    ax, ay, bx, by = x[at], y[at], x[at + 1], y[at + 1]
    length = np.hypot(bx - ax, by - ay)
    total = np.concatenate([[0.0], np.cumsum(length)])[:-1]
    before = total - np.repeat(total[np.cumsum(size) - size], size) if len(at) else total
    west, south, width, height = _box(ax, ay, bx, by) if len(at) else (0.0, 0.0, 0.0, 0.0)
    side = max(BIN_M, (width * height / MOST_BINS) ** 0.5, max(width, height) / MOST_BINS)
    columns, rows = int(width / side) + 1, int(height / side) + 1
    boxes = [
        given(np.floor((each - edge) / side), np.int64)
        for each, edge in (
            (np.minimum(ax, bx), west), (np.maximum(ax, bx), west),
            (np.minimum(ay, by), south), (np.maximum(ay, by), south),
        )
    ]  # fmt: skip
    counts = np.zeros(columns * rows + 1, np.int64)
    _fill(*boxes, columns, counts, np.zeros(0, np.int64))
    bins = np.cumsum(counts)
    segment = np.empty(int(bins[-1]), np.int64)
    _fill(*boxes, columns, bins[:-1].copy(), segment)
    return LineBins(
        ax, ay, bx, by, np.repeat(lines, size).astype(np.int64), before, bins, segment, west,
        south, side, columns, rows,
    )  # fmt: skip


def _box(ax: Floats, ay: Floats, bx: Floats, by: Floats) -> tuple[float, float, float, float]:
    """West, south, width and height of segments: bins need not cover more."""
    west, south = min(ax.min(), bx.min()), min(ay.min(), by.min())
    east, north = max(ax.max(), bx.max()), max(ay.max(), by.max())
    return float(west), float(south), float(east - west), float(north - south)


def nearest_line(bins: LineBins, x: Floats, y: Floats, *, farthest_m: float) -> NearestLine:
    """Return the nearest line of each point; of several at one distance that of the lowest row.

    Args:
        bins: the lines.
        x: [P] metres.
        y: [P] metres.
        farthest_m: a line farther off than this is none.

    >>> rows = line_bins(np.array([0, 2]), np.array([0.0, 9.0]), np.zeros(2), np.array([0]))
    >>> found = nearest_line(rows, np.array([3.0]), np.array([4.0]), farthest_m=10)
    >>> found.line.tolist(), found.along.tolist(), found.off.tolist()
    ([0], [3.0], [4.0])
    """
    line = np.full(len(x), -1, np.int64)
    along, off = np.zeros(len(x)), np.zeros(len(x))
    inputs = (
        *(given(each, np.float64) for each in (bins.ax, bins.ay, bins.bx, bins.by)),
        given(bins.line, np.int64), given(bins.before, np.float64), given(bins.start, np.int64),
        given(bins.segment, np.int64), bins.west, bins.south, bins.side, bins.columns, bins.rows,
        given(x, np.float64), given(y, np.float64), float(farthest_m),
    )  # fmt: skip
    parts = even_parts(len(x), threads_in_use()) if len(bins.ax) else []
    shared_out(lambda part: _search(*inputs, part[0], part[1], line, along, off), parts)
    return NearestLine(line, along, off)


@compiled
def _fill(left, right, low, high, columns, cursor, segment):  # type: ignore[no-untyped-def]
    """Count the segments of each bin (into `cursor`, one place on), or put them at `cursor`."""
    counting = len(segment) == 0
    for s in range(len(left)):
        for row in range(low[s], high[s] + 1):
            for place in range(row * columns + left[s], row * columns + right[s] + 1):
                if counting:
                    cursor[place + 1] += 1
                else:
                    segment[cursor[place]] = s
                    cursor[place] += 1


@compiled
def _search(  # type: ignore[no-untyped-def]
    ax, ay, bx, by, line, before, start, segment, west, south, side, columns, rows,
    px, py, farthest, first, behind, out_line, out_along, out_off,
):  # fmt: skip
    """Search rings of bins around each point until no nearer segment can lie further out."""
    for p in range(first, behind):
        x, y = px[p], py[p]
        column = math.floor((x - west) / side)
        row = math.floor((y - south) / side)
        best, best_line, best_along = farthest * farthest, -1, 0.0
        ring = max(-column, column - columns + 1, -row, row - rows + 1, 0)
        last = columns + rows + abs(column) + abs(row)
        while ring <= last:
            reach = (ring - 1) * side  # whatever stands in this ring is at least so far
            if ring > 1 and reach * reach > best:
                break
            for r in range(max(row - ring, 0), min(row + ring, rows - 1) + 1):
                is_whole = ring == 0 or abs(r - row) == ring
                for c in range(column - ring, column + ring + 1, 1 if is_whole else 2 * ring):
                    if c < 0 or c >= columns:
                        continue
                    place = r * columns + c
                    for at in range(start[place], start[place + 1]):
                        s = segment[at]
                        from_x, from_y = ax[s], ay[s]
                        dx, dy = bx[s] - from_x, by[s] - from_y
                        square = dx * dx + dy * dy
                        share = 0.0
                        if square > 0:
                            share = ((x - from_x) * dx + (y - from_y) * dy) / square
                            share = min(max(share, 0.0), 1.0)
                        ox, oy = from_x + share * dx - x, from_y + share * dy - y
                        distance = ox * ox + oy * oy
                        if distance < best or (
                            distance == best and (best_line < 0 or line[s] < best_line)
                        ):
                            best, best_line = distance, line[s]
                            best_along = before[s] + share * math.sqrt(square)
            ring += 1
        if best_line >= 0:
            out_line[p] = best_line
            out_along[p] = best_along
            out_off[p] = math.sqrt(best)
