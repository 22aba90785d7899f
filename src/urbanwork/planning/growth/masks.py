"""Land where nothing may be built: hard masks from rasters, polygons, arrays or the gates."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.errors import UrbanWorkError, UserError
from urbanwork.planning.growth.grids import Flags, Grid, check_same_grid, read_band

Allowed = Callable[[NDArray[np.object_]], Flags]
"""Whether each of these geometries may be built on, as `planning.gate.mask` says."""

RULE = re.compile(r"^(?P<path>.+?)(?:(?P<sign>>=|<=|>|<|=)(?P<numbers>-?[\d.]+(?:,-?[\d.]+)*))?$")
RASTERS = (".tif", ".tiff", ".asc", ".img", ".gif", ".png")
CELLS_AT_ONCE = 100_000


class MaskedGrowthError(UrbanWorkError):
    """A masked cell converted: a fault of ours, never of the data."""


@dataclass(frozen=True, slots=True)
class Mask:
    """Cells that must not convert, and why."""

    name: str
    blocked: Flags  # [rows, columns]


def read_mask(text: str, grid: Grid) -> Mask:
    """Cells that a file blocks.

    - `zones.geojson` (or GeoPackage, Shapefile): cells that a polygon touches at all;
    - `water.tif`: cells that are data and not 0;
    - `land.tif=5,6`: cells of these classes; `slope.tif>25`: cells above a number.

    Raises UserError when the file cannot be read or lies elsewhere.
    """
    matched = RULE.match(text)
    if matched is None:
        raise UserError(f"mask '{text}': give a file, FILE=CLASS,CLASS or FILE>NUMBER")
    path = Path(matched["path"])
    rule = re.search(r"[<>=]+(?P<number>[^<>=]*)$", path.name)
    if matched["sign"] is None and rule is not None and not path.exists():
        raise UserError(f"mask '{text}': '{rule['number']}' is not a number")
    if path.suffix.lower() not in RASTERS:
        return Mask(path.name, _touched(path, grid))
    own, values, known = read_band(path)
    check_same_grid(path, own, grid)
    name = path.name + text[len(matched["path"]) :]
    return Mask(name, known & _chosen(values, matched["sign"], matched["numbers"], text))


def _chosen(values: NDArray[Any], sign: str | None, numbers: str | None, text: str) -> Flags:
    if sign is None or numbers is None:
        return np.asarray(values != 0, np.bool_)
    try:
        wanted = [float(each) for each in numbers.split(",")]
    except ValueError:
        raise UserError(f"mask '{text}': '{numbers}' is not a number") from None
    if sign == "=":
        return np.isin(values, wanted)
    compare = {">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal}[sign]
    return np.asarray(compare(values, wanted[0]), np.bool_)


def _touched(path: Path, grid: Grid) -> Flags:
    from urbanwork.quantities.crs import project
    from urbanwork.sources.polygons import read_polygons

    if grid.crs is None:
        raise UserError(
            f"mask {path}: polygons need a place on earth, but the maps name no coordinate system; "
            "write it into the first map (rio edit-info --crs EPSG:4549 FILE)"
        )
    shapes = project(read_polygons(path).geometry, grid.crs)
    blocked = cells_touched(np.asarray(shapes, object), grid)
    if not blocked.any():
        raise UserError(f"mask {path}: no polygon touches a cell of the maps; is it elsewhere?")
    return blocked


def cells_touched(shapes: NDArray[np.object_], grid: Grid, *, by_middle: bool = False) -> Flags:
    """[rows, columns] cells that any of the polygons touches, in the system of the grid.

    By the middle: only those whose middle lies in one.
    """
    from affine import Affine
    from rasterio.features import rasterize

    burned = rasterize(
        [(shape, 1) for shape in shapes], out_shape=grid.shape, fill=0, all_touched=not by_middle,
        transform=Affine(*grid.transform), dtype="uint8",
    )  # fmt: skip
    return np.asarray(burned, np.bool_)


def mask_of_gate(name: str, allowed: Allowed, grid: Grid, candidates: Flags) -> Mask:
    """Cells that the gate forbids; it is asked only about those that could convert.

    Args:
        name: what reports call it.
        allowed: takes the outlines of cells, in the system of the grid.
        grid: where the cells lie.
        candidates: [rows, columns] cells that could convert.
    """
    row, column = np.nonzero(candidates)
    blocked = np.zeros(grid.shape, np.bool_)
    for first in range(0, len(row), CELLS_AT_ONCE):
        part = slice(first, first + CELLS_AT_ONCE)
        blocked[row[part], column[part]] = ~allowed(outlines(grid, row[part], column[part]))
    return Mask(name, blocked)


def outlines(grid: Grid, row: NDArray[Any], column: NDArray[Any]) -> NDArray[np.object_]:
    """[N] outlines of cells as polygons, in the system of the grid."""
    a, b, c, d, e, f = grid.transform
    rows = row[:, None] + np.array([0, 0, 1, 1])
    columns = column[:, None] + np.array([0, 1, 1, 0])
    corners = np.stack([a * columns + b * rows + c, d * columns + e * rows + f], axis=2)
    return np.asarray(shapely.polygons(corners), object)


def together(masks: Sequence[Mask], shape: tuple[int, int]) -> Flags:
    """[rows, columns] cells that any mask blocks.

    Raises UserError when a mask has another shape.
    """
    blocked = np.zeros(shape, np.bool_)
    for mask in masks:
        if mask.blocked.shape != shape:
            raise UserError(
                f"mask {mask.name}: has {mask.blocked.shape} cells, the maps {shape}; "
                "give it on the same grid"
            )
        blocked |= mask.blocked
    return blocked


def proof(masks: Sequence[Mask], converted: NDArray[Any]) -> list[dict[str, Any]]:
    """For each mask its cells, and how many of them converted in any run: always 0.

    Args:
        masks: that the simulation was given.
        converted: [rows, columns] in how many runs each cell converted.

    Raises:
        MaskedGrowthError: one did.
    """
    held = [
        {
            "mask": mask.name,
            "cells": int(mask.blocked.sum()),
            "converted": int((converted[mask.blocked] > 0).sum()),
        }
        for mask in masks
    ]
    for each in held:
        if each["converted"]:
            raise MaskedGrowthError(f"{each['converted']} cells of mask {each['mask']} converted")
    return held
