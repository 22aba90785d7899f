"""The compiled rasteriser of exact shares of pixels.

Each edge adds the signed area to its right, pixel by pixel; running sums along the rows turn these
into the share of each pixel that is covered. The cost is linear in the pixels that edges cross
and in the box of the polygon.

Source: exact coverage accumulation as in the font rasterisers of FreeType and font-rs (R. Levien,
"Inside the fastest font renderer in the world", 2016).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.kernels.compiled import compiled

BAND = 4_000_000
"""Pixels of a polygon's box that are held at once; larger boxes go band by band."""

NOISE = 1e-12
"""Shares below this are rounding and count as nothing."""

Floats = NDArray[np.float64]


@compiled
def _add_edge(
    x0: Any, y0: Any, x1: Any, y1: Any, height: Any, width: Any, gain: NDArray[np.float64]
) -> None:
    """Add to `gain` [height x (width + 1)] what an edge changes from pixel to pixel along rows."""
    sign = 1.0
    if y0 > y1:  # always upwards, so that the two sides of a shared edge cancel exactly
        x0, y0, x1, y1 = x1, y1, x0, y0
        sign = -1.0
    if y0 == y1 or y1 <= 0.0 or y0 >= height:
        return
    slope = (x1 - x0) / (y1 - y0)
    first = int(np.floor(max(y0, 0.0)))
    last = int(np.floor(min(y1, height - 1.0)))
    for row in range(first, last + 1):
        start = row * (width + 1)
        low = max(y0, float(row))
        high = min(y1, row + 1.0)
        rise = high - low
        if rise <= 0.0:
            continue
        at_low = x0 if low == y0 else x0 + (low - y0) * slope
        at_high = x1 if high == y1 else x0 + (high - y0) * slope
        left = min(at_low, at_high)
        right = max(at_low, at_high)
        if left >= width:
            continue
        if right <= 0.0:
            gain[start] += sign * rise
            continue
        if left < 0.0:
            gain[start] += sign * rise * (-left / (right - left))
        column = int(np.floor(max(left, 0.0)))
        while column < width and (column < right or column <= left):
            part = rise
            middle = (left + right) / 2.0
            if left < column or right > column + 1.0:
                a = max(left, float(column))
                b = min(right, column + 1.0)
                part = rise * ((b - a) / (right - left))
                middle = (a + b) / 2.0
            beyond = part * (middle - column)
            gain[start + column] += sign * (part - beyond)
            gain[start + column + 1] += sign * beyond
            column += 1


@compiled
def _covered(values: Floats, first: Any, behind: Any, size: Any) -> Any:
    """Return the range of whole steps, within 0 to `size`, that the values span."""
    low = values[first]
    high = values[first]
    for vertex in range(first, behind):
        low = min(low, values[vertex])
        high = max(high, values[vertex])
    low = min(max(low, 0.0), float(size))
    high = min(max(high, 0.0), float(size))
    return int(np.floor(low)), int(np.ceil(high))


@compiled
def sums_of_covered(
    x: Floats,  # [V] in columns of the raster
    y: Floats,  # [V] in rows
    ring_start: NDArray[np.int64],  # [G + 1]
    polygon_start: NDArray[np.int64],  # [Z + 1] rings of each polygon
    raster: Floats,
    first: Any,
    behind: Any,
    sums: Floats,  # [Z]
) -> None:
    """Fill `sums` of polygons `first` to `behind`; positive for clockwise rings (y upwards)."""
    rows, columns = raster.shape
    gain = np.empty(64)
    for polygon in range(first, behind):
        a = ring_start[polygon_start[polygon]]
        b = ring_start[polygon_start[polygon + 1]]
        if a == b:
            continue
        left, right = _covered(x, a, b, columns)
        top, bottom = _covered(y, a, b, rows)
        width = right - left
        if width <= 0 or bottom <= top:
            continue
        deep = min(bottom - top, max(1, BAND // (width + 1)))
        if deep * (width + 1) > len(gain):
            gain = np.empty(deep * (width + 1))
        total = 0.0
        for band in range(top, bottom, deep):
            height = min(deep, bottom - band)
            for pixel in range(height * (width + 1)):
                gain[pixel] = 0.0
            for ring in range(polygon_start[polygon], polygon_start[polygon + 1]):
                begin = ring_start[ring]
                end = ring_start[ring + 1]
                before = end - 1
                for vertex in range(begin, end):
                    _add_edge(
                        x[before] - left, y[before] - band, x[vertex] - left, y[vertex] - band,
                        height, width, gain,
                    )  # fmt: skip
                    before = vertex
            for row in range(height):
                share = 0.0
                for column in range(width):
                    share += gain[row * (width + 1) + column]
                    value = raster[band + row, left + column]
                    if abs(share) > NOISE and not np.isnan(value):
                        total += share * value
        sums[polygon] = total
