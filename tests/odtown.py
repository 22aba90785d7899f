"""A small city of square districts for tables of commuters and projects."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from urbanwork.sources.layers import AreaNames

DISTRICTS = (("210202", "中山区", "Zhongshan"), ("210203", "西岗区", "Xigang"),
             ("210211", "甘井子区", "Ganjingzi"))  # fmt: skip
SIDE = 0.1


def areas() -> AreaNames:
    """Three districts in a row, each 0.1 degree wide."""

    def column(place: int) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
        return np.array([each[place] for each in DISTRICTS], object)

    shapes = np.empty(3, object)
    shapes[:] = [shapely.box(121.5 + row * SIDE, 38.9, 121.5 + (row + 1) * SIDE, 38.9 + SIDE)
                 for row in range(3)]  # fmt: skip
    return AreaNames(column(0), column(1), column(1), column(2), shapes)


def table(folder: Path, text: str, name: str = "od.csv", encoding: str = "utf-8") -> Path:
    """A file with this text."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path
