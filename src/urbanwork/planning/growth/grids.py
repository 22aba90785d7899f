"""Rasters of classes and of drivers that lie on one grid."""

from __future__ import annotations

import itertools
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.quantities.crs import puts_alike
from urbanwork.sources.raster_files import affine, inverse_of, pixel_metres

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

Affine = tuple[float, float, float, float, float, float]
Classes = NDArray[np.int16]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float32]

NO_CLASS = -32768
"""What a cell without a class holds."""

DRIVERS = ("GTiff", "HFA", "AAIGrid", "GIF", "PNG")
"""Formats that hold their own pixels: a VRT may point anywhere."""

MOST_CELLS_OFF = 0.25
"""Corners of two grids may lie so far apart: less than pixels taken by middle and by edge."""
WARP = "put all onto one grid (rio warp FILE OUT --like FIRST)"

YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the cells of all rasters lie."""

    shape: tuple[int, int]
    transform: Affine
    crs: str | None  # None: the files name none; areas are then in the unit of the transform

    @property
    def cell_km2(self) -> float | None:
        """Area of a cell; None where the files say nowhere on earth."""
        if self.crs is None:
            return None
        wide, tall = pixel_metres(self.transform, self.crs, *self.shape)
        return wide * tall / 1e6


@dataclass(frozen=True, slots=True)
class LandMap:
    """Classes of land at one date."""

    path: Path
    year: int
    grid: Grid
    classes: Classes  # [rows, columns] NO_CLASS where not known

    @property
    def known(self) -> Flags:
        """[rows, columns] whether the cell has a class."""
        flags: Flags = self.classes != NO_CLASS
        return flags

    def counts(self) -> dict[int, int]:
        """Cells by class, in the order of the classes."""
        found, number = np.unique(self.classes[self.known], return_counts=True)
        return {int(k): int(n) for k, n in zip(found, number, strict=True)}


def dated_path(text: str) -> tuple[Path, int | None]:
    """The file and its year, from `FILE` or `FILE@YEAR`.

    >>> dated_path("land.tif@1991")
    (PosixPath('land.tif'), 1991)
    """
    name, sign, year = text.rpartition("@")
    if sign and year.isdigit() and len(year) == 4:
        return Path(name), int(year)
    return Path(text), None


def read_land_map(text: str | Path, *, year: int | None = None) -> LandMap:
    """Read classes of land: whole numbers; the year from `@YEAR` or else from the name.

    Raises:
        UserError: no such file, no raster, no whole numbers, no or many years in the name.
    """
    path, given = dated_path(str(text))
    grid, values, known = read_band(path)
    whole = np.where(known, values, 0)
    if not known.any():
        raise UserError(f"{path}: every cell is no data; give a map of land use")
    low, high = float(whole.min()), float(whole.max())
    if not (np.mod(whole, 1) == 0).all() or low < 0 or high > 9999:
        raise UserError(
            f"{path}: a map of land use holds classes, whole numbers from 0 to 9999; this one "
            f"holds {low:g} to {high:g}; is it a driver?"
        )
    classes = whole.astype(np.int16)  # before: NO_CLASS does not fit into 8 bits and would wrap
    classes[~known] = NO_CLASS
    return LandMap(path, year or given or _year_in(path), grid, classes)


def _year_in(path: Path) -> int:
    found = sorted({int(each) for each in YEAR.findall(path.stem)})
    if len(found) != 1:
        raise UserError(
            f"{path}: {'no year' if not found else 'several years'} in the name of the map; "
            f"say which, such as {path.name}@2020"
        )
    return found[0]


def read_driver(path: Path, grid: Grid) -> Floats:
    """Read a driver of growth, such as slope or distance to a road; nan is not known.

    Raises UserError when it cannot be read or lies on another grid.
    """
    own, values, known = read_band(path)
    check_same_grid(path, own, grid)
    numbers = np.asarray(values, np.float32)
    numbers[~known] = np.nan
    return numbers


def read_band(path: Path, band: int = 1) -> tuple[Grid, NDArray[Any], Flags]:
    """The numbers of a raster, which of them are data, and where they lie."""
    if not path.is_file():
        raise UserError(f"{path}: there is no such file; check the path")
    with warnings.catch_warnings():
        from rasterio.errors import NotGeoreferencedWarning

        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with _opened(path) as dataset:
            values, known = _numbers_of(dataset, band, path)
            crs = None if dataset.crs is None else str(dataset.crs.to_string())
            grid = Grid((dataset.height, dataset.width), affine(dataset.transform), crs)
    if values.dtype.kind == "f":
        known &= np.isfinite(values)
    return grid, values, known


def _numbers_of(dataset: DatasetReader, band: int, path: Path) -> tuple[NDArray[Any], Flags]:
    from rasterio.errors import RasterioError

    try:
        return dataset.read(band), dataset.read_masks(band) > 0
    except (RasterioError, IndexError):
        raise UserError(
            f"{path}: the cells of the raster cannot be read, perhaps it is cut off; copy it anew"
        ) from None


def _opened(path: Path) -> DatasetReader:
    import rasterio
    from rasterio.errors import RasterioError

    for driver in DRIVERS:
        try:
            return rasterio.open(path, driver=driver)
        except (RasterioError, OSError):
            continue
    raise UserError(f"{path}: this is not a raster that can be read; give a GeoTIFF")


def check_same_grid(path: Path, own: Grid, wanted: Grid) -> None:
    """Raise UserError unless the cells of a raster are those of the first map."""
    if own.shape != wanted.shape:
        raise UserError(
            f"{path}: the raster has {own.shape[0]} x {own.shape[1]} cells, the first map "
            f"{wanted.shape[0]} x {wanted.shape[1]}; {WARP}"
        )
    _check_system(path, own, wanted)
    offset = _cells_off(own.transform, wanted)
    if offset > MOST_CELLS_OFF:
        raise UserError(
            f"{path}: the cells of the raster lie up to {offset:,.3g} cells off those of the first "
            f"map; {WARP}"
        )


def _check_system(path: Path, own: Grid, wanted: Grid) -> None:
    """A raster that says nothing may lie anywhere: it is not taken for one of the first map."""
    if own.crs is None and wanted.crs is not None:
        raise UserError(
            f"{path}: the raster names no coordinate system, the first map is in "
            f"{wanted.crs[:60]}; if it is the same, write it in (rio edit-info --crs "
            f"{wanted.crs[:60]} {path.name})"
        )
    if own.crs is not None and wanted.crs is None:
        raise UserError(
            f"{path}: the raster is in {own.crs[:60]}, but the first map names no coordinate "
            "system; if it is the same, write it into the first (rio edit-info --crs "
            f"{own.crs[:60]} FILE)"
        )
    if own.crs and wanted.crs and not puts_alike(own.crs, wanted.crs, _corners(own)):
        raise UserError(
            f"{path}: the raster is in {own.crs[:60]}, the first map in {wanted.crs[:60]}; {WARP}"
        )


def _corners(grid: Grid) -> NDArray[np.float64]:
    """[4, 2] x and y of the corners of a grid."""
    rows, columns = grid.shape
    a, b, c, d, e, f = grid.transform
    at = ((0, 0), (0, columns), (rows, 0), (rows, columns))
    return np.array([(a * x + b * y + c, d * x + e * y + f) for y, x in at])


def _cells_off(own: Affine, wanted: Grid) -> float:
    """How far the corners of two grids of one shape lie apart, in cells."""
    p, q, r, s, t, u = inverse_of(wanted.transform)
    x, y = _corners(Grid(wanted.shape, own, None)).T
    rows, columns = wanted.shape
    column = p * x + q * y + r - [0, columns, 0, columns]
    row = s * x + t * y + u - [0, 0, rows, rows]
    return float(np.abs([column, row]).max())


def check_series(maps: Sequence[LandMap], built: int) -> None:
    """Raise UserError unless the maps are on one grid, in order of time, and hold the class."""
    first = maps[0]
    for before, after in itertools.pairwise(maps):
        check_same_grid(after.path, after.grid, first.grid)
        if after.year <= before.year:
            raise UserError(
                f"{after.path}: this map is of {after.year} and stands after one of {before.year}; "
                "give the maps from old to new"
            )
    for each in maps:
        counts = each.counts()
        if built not in counts:
            raise UserError(
                f"{each.path}: no cell is of class {built}, the one that is to grow; there are "
                f"{', '.join(map(str, counts))}; give --built CLASS"
            )
    if len(maps) > 2:
        _check_classes(maps[-1], first)


def _check_classes(last: LandMap, first: LandMap) -> None:
    """A class that the first map lacks is of another legend; beyond its edge none is compared."""
    strange = set(np.unique(last.classes[last.known & first.known]).tolist()) - set(first.counts())
    if strange:
        one = min(strange)
        raise UserError(
            f"{last.path}: class {', '.join(map(str, sorted(strange)))} is not in "
            f"{first.path.name}; give maps with the same classes, or if {one} means no data, write "
            f"that in (rio edit-info --nodata {one} {last.path.name})"
        )
