"""Where new places may stand: cells, land of built-up uses, or plots and points of a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.city.model import PreparedCity
from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.planning.coordinates import Stated, in_wgs84
from urbanwork.quantities.crs import project, to_lonlat
from urbanwork.quantities.datum import Datum

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Geometries = NDArray[np.object_]
Text = NDArray[np.object_]
Mask = Callable[[Geometries, str], Flags]
"""Whether the bottom lines allow a change of this kind at each shape (metric)."""

USES = ("residential", "commercial", "institutional", "industrial", "other")
"""Land uses on which a place may be built without another plan."""
FIRST_SQUARE_M = 100.0
MOST_FAULTS = 20
_COLUMNS = {"费用": "cost", "造价": "cost", "名称": "name", "编号": "id", "规模": "capacity"}


@dataclass(frozen=True, slots=True)
class Candidates:
    """K sites that may be chosen."""

    name: Text  # [K]
    x: Floats  # [K] metric
    y: Floats  # [K]
    shape: Geometries  # [K] what bottom lines are held against, metric
    cost: Floats  # [K] nan where not given
    capacity: Floats  # [K] nan where not given
    found: int  # before masks and thinning
    masked: int = 0  # forbidden by bottom lines
    square_m: float = 0.0  # of each square so wide the best is kept; 0: all are

    def __len__(self) -> int:
        return len(self.x)

    def only(self, keep: NDArray[Any], **told: Any) -> Candidates:
        """Some of them, and what is told of the others."""
        kept = {
            each.name: getattr(self, each.name)[keep]
            for each in fields(self)
            if isinstance(getattr(self, each.name), np.ndarray)
        }
        rest = {"found": self.found, "masked": self.masked, "square_m": self.square_m, **told}
        return Candidates(**kept, **rest)


def candidates_of(
    city: PreparedCity, given: str | Path, *, crs: str | None = None, datum: Datum | None = None,
    layer: str | None = None,
) -> Candidates:  # fmt: skip
    """The candidates: "cells" (where people live in each), "land" (plots of `USES`), or a file.

    A file has points or polygons, and may have columns id, name, cost, capacity. `crs` is its
    coordinate system where it names none, `datum` that its coordinates are shifted, `layer` which
    of several.

    Raises UserError when there are none, or the file cannot be read or contradicts what is said of
    its coordinates; ManyFaultsError for each plot that crosses itself.
    """
    if str(given) == "cells":
        cells = city.cells
        row = np.flatnonzero(cells.land_m2 > 0)
        names = np.array([f"{cell:x}" for cell in cells.id[row].tolist()], np.object_)
        points = shapely.points(cells.x[row], cells.y[row])
        return _made(names, points, {})
    if str(given) == "land":
        return _of_land(city)
    return _of_file(city, Path(given), crs, datum, layer)


def _made(names: Text, shapes: Geometries, columns: dict[str, Floats]) -> Candidates:
    at = shapely.point_on_surface(shapes)
    nothing = np.full(len(shapes), np.nan)
    return Candidates(
        names, shapely.get_x(at), shapely.get_y(at), np.asarray(shapes, np.object_),
        columns.get("cost", nothing), columns.get("capacity", nothing), len(shapes),
    )  # fmt: skip


def _of_land(city: PreparedCity) -> Candidates:
    inside = shapely.intersects(city.land.geometry, city.boundary)
    row = np.flatnonzero(np.isin(city.land.kind.astype(str), USES) & inside)
    if len(row) == 0:
        raise UserError(
            f"no land of the uses {', '.join(USES)} is mapped inside the boundary; "
            "give candidates as a file, or take cells"
        )
    names = np.array([f"{city.land.kind[each]} {each}" for each in row.tolist()], np.object_)
    return _made(names, city.land.geometry[row], {})


def _of_file(
    city: PreparedCity, path: Path, crs: str | None, datum: Datum | None, layer: str | None
) -> Candidates:
    from urbanwork.sources.polygon_files import read_features

    features = read_features(path, layer)
    drawn = np.flatnonzero(~(shapely.is_missing(features.geometry)
                             | shapely.is_empty(features.geometry)))  # fmt: skip
    if len(drawn) == 0:
        raise UserError(f"{path}: has no site with a geometry; draw points or plots")
    _check_valid(features.geometry[drawn], drawn, path)
    stated = Stated(path, features.named_crs, crs, features.crs, datum)
    shapes = project(in_wgs84(features.geometry[drawn], stated), city.crs)
    far = ~shapely.intersects(shapes, city.extent)
    if far.any():
        raise UserError(
            f"{path}:{int(drawn[far][0]) + 1}: this site lies outside the data of the city "
            f"({int(far.sum())} do); remove it or check the coordinate system"
        )
    named = {_COLUMNS.get(key, key.lower()): column for key, column in features.attributes.items()}
    columns: dict[str, Floats] = {
        str(key): _numbers(named[key][drawn], f"{path}: column {key}")
        for key in ("cost", "capacity")
        if key in named
    }
    names = np.array([str(row + 1) for row in drawn.tolist()], np.object_)
    for key in ("id", "name"):
        if key in named:
            given = named[key][drawn]
            names = np.where([each is not None for each in given], given, names)
    return _made(names.astype(str).astype(np.object_), shapes, columns)


def _check_valid(shapes: Geometries, rows: NDArray[Any], path: Path) -> None:
    """Plots that cross themselves are told, as in plans: which ground is meant is not known."""
    bad = np.flatnonzero(~shapely.is_valid(shapes)).tolist()
    faults = [
        f"{path}:{rows[each] + 1}: the plot is not valid "
        f"({shapely.is_valid_reason(shapes[each])}), it crosses itself or a hole lies outside; "
        "draw it anew or mend it"
        for each in bad[:MOST_FAULTS]
    ]
    if len(bad) > MOST_FAULTS:
        faults.append(f"{path}: {len(bad) - MOST_FAULTS:,} more plots are not valid")
    if faults:
        raise ManyFaultsError(faults)


def _numbers(column: Text, where: str) -> Floats:
    out = np.full(len(column), np.nan)
    for row, value in enumerate(column.tolist()):
        try:
            out[row] = np.nan if value is None else float(value)
        except ValueError:
            raise UserError(f"{where}: row {row + 1} has '{value}'; wanted a number") from None
        if out[row] < 0:
            raise UserError(f"{where}: row {row + 1} has {value}; wanted 0 or more")
    return out


def allowed(candidates: Candidates, mask: Mask | None) -> Candidates:
    """Those that break no bottom line.

    Raises UserError when none is left.
    """
    if mask is None:
        return candidates
    keep = np.asarray(mask(candidates.shape, "add_place"), np.bool_)
    if not keep.any():
        raise UserError(
            f"all {len(candidates)} candidates break a bottom line; give others, or see "
            "'urbanwork check' for the lines"
        )
    return candidates.only(keep, masked=int((~keep).sum()))


def thinned(candidates: Candidates, worth: Floats, most: int) -> Candidates:
    """At most `most` of them: in each square of a grid the one of most worth [K]."""
    square = FIRST_SQUARE_M
    keep = np.arange(len(candidates))
    while len(keep) > most:
        column, row = (np.floor(each / square) for each in (candidates.x, candidates.y))
        order = np.lexsort((np.arange(len(worth)), -worth, column, row))
        is_first = np.ones(len(order), np.bool_)
        is_first[1:] = (np.diff(column[order]) != 0) | (np.diff(row[order]) != 0)
        keep = np.sort(order[is_first])
        if len(keep) <= most:
            return candidates.only(keep, square_m=square)
        square *= 1.25
    return candidates


def lonlat_of(candidates: Candidates, rows: NDArray[Any], crs: str) -> Geometries:
    """Some of the candidates as points in longitude and latitude."""
    lon, lat = to_lonlat(candidates.x[rows], candidates.y[rows], crs)
    points: Geometries = shapely.points(lon, lat)  # unrounded: it snaps where it was solved for
    return points
