"""Homes that a plan builds or demolishes: people, floors and footprints of the cells concerned.

A block that lies on several cells counts in each by its ground. The people of a cell live at the
middle of its homes, so this moves; how far a cell is from the edge of the data stays what it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.city.model import BuildingModel, Cells, PreparedCity
from urbanwork.city.overlap import overlaps
from urbanwork.city.people import NET_OF_GROSS
from urbanwork.errors import UserError
from urbanwork.planning.changes import Change
from urbanwork.planning.closing import replaced
from urbanwork.planning.placing import Snappers
from urbanwork.quantities.crs import project

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

FLOOR_PER_PERSON_M2 = 40.0
"""Dwelling floor of one person where a change says people or floors alone (the default of
`people.floor_area_per_person`)."""
LEVELS = 6.0
"""Storeys of new homes given as a point (the property `levels` says otherwise)."""
ROUNDING = 0.01
"""Numbers of a plan are rounded: what is more by this part is no contradiction."""
AT_M = 30.0
"""A point means the building that it lies in, else the nearest that is this near."""


@dataclass
class CellIndex:
    """The ground of the cells, to find those that a shape touches; it never changes."""

    geometry: NDArray[np.object_]

    @cached_property
    def tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.geometry)

    def shares(self, shape: BaseGeometry) -> tuple[Rows, Floats]:
        """The cells that a shape lies in, and which part of it lies in each (sum 1 inside)."""
        near = np.sort(self.tree.query(shape, "intersects")).astype(np.int64)
        if shape.area == 0:
            return near[:1], np.ones(len(near[:1]))
        _, cell, area = overlaps(np.array([shape], np.object_), self.geometry[near])
        return near[cell], area / shape.area


def with_housing(
    city: PreparedCity, change: Change, cells: CellIndex, snappers: Snappers
) -> tuple[PreparedCity, Rows]:
    """The city with new homes, and the cells that they stand in."""
    shape = project(np.array([change.geometry], np.object_), city.crs)[0]
    cell, share = cells.shares(shape)
    if len(cell) == 0:
        raise UserError(
            f"{change.origin or change.id}: lies in no cell of the city: outside its boundary, or "
            "on water"
        )
    people, floor = _people_and_floor(change)
    footprint = shape.area or floor / _levels(change)
    pieces = _pieces(shape, footprint, city.cells.geometry[cell])
    more = BuildingModel(
        pieces, cell.astype(np.int32), footprint * share, floor * share,
        np.ones(len(cell), np.bool_), np.full(len(cell), "residential", np.object_),
    )  # fmt: skip
    buildings = _with_buildings(city.buildings, more)
    model = city.cells
    grown = replace(
        model,
        people=_plus(model.people, cell, people * share),
        people_lower=_plus(model.people_lower, cell, people * share),
        people_upper=_plus(model.people_upper, cell, people * share),
    )
    return _with_homes_moved(replace(city, cells=grown, buildings=buildings), cell, snappers), cell


def _people_and_floor(change: Change) -> tuple[float, float]:
    """Each from the other where only one is said."""
    people, floor = change.people, change.floor_m2
    if people is None:
        people = (floor or 0.0) * NET_OF_GROSS / FLOOR_PER_PERSON_M2
    if floor is None:
        floor = people * FLOOR_PER_PERSON_M2 / NET_OF_GROSS
    return people, floor


def _levels(change: Change) -> float:
    try:
        return max(float(change.properties.get("levels", LEVELS)), 1.0)
    except (TypeError, ValueError):
        return LEVELS


def _pieces(shape: BaseGeometry, footprint: float, cells: NDArray[np.object_]) -> Any:
    if shape.area == 0:
        half = max(footprint, 1.0) ** 0.5 / 2
        square = shapely.box(shape.x - half, shape.y - half, shape.x + half, shape.y + half)
        return np.array([square], np.object_)
    return shapely.intersection(shape, cells)


def _plus(values: Floats, rows: Rows, more: Floats) -> Floats:
    out = values.copy()
    out[rows] += more
    return out


def _with_buildings(buildings: BuildingModel, more: BuildingModel) -> BuildingModel:
    names = ("geometry", "cell", "footprint_m2", "floor_m2", "has_levels", "use")
    return BuildingModel(*(
        np.concatenate([getattr(buildings, name), getattr(more, name)]) for name in names
    ))  # fmt: skip


def without_housing(
    city: PreparedCity, change: Change, snappers: Snappers, *, keep_rows: bool
) -> tuple[PreparedCity, Rows]:
    """The city without some buildings and who lives in them, and the cells concerned.

    People leave by the part of the cell's homes (floors; of residential use where there is any)
    that goes, or as many as the change says. Where it says fewer m2 of floor than stand there, each
    building loses that part of its floors and footprint. With `keep_rows` buildings that go lose
    their cell only.
    """
    buildings = city.buildings
    rows = _buildings_there(city, change)
    left = _part_left(buildings, rows, change.floor_m2)
    part = np.ones(len(buildings.cell))
    part[rows] = left
    cell = np.unique(buildings.cell[rows]).astype(np.int64)
    model = _emptied(city.cells, buildings, part, cell, change.people)
    if left > 0:
        buildings = replace(
            buildings, floor_m2=buildings.floor_m2 * part,
            footprint_m2=buildings.footprint_m2 * part,
        )  # fmt: skip
    elif keep_rows:
        inside = np.where(part > 0, buildings.cell, np.int32(-1)).astype(np.int32)
        buildings = replace(buildings, cell=inside)
    else:
        names = ("geometry", "cell", "footprint_m2", "floor_m2", "has_levels", "use")
        buildings = BuildingModel(*(getattr(buildings, name)[part > 0] for name in names))
    return _with_homes_moved(replace(city, cells=model, buildings=buildings), cell, snappers), cell


def demolition_faults(city: PreparedCity, change: Change) -> Iterator[str]:
    """What a demolition says to go that does not stand, or live, there."""
    try:
        rows = _buildings_there(city, change)
    except UserError as error:
        yield str(error).removeprefix(f"{change.origin or change.id}: ")
        return
    buildings, floor = city.buildings, float(city.buildings.floor_m2[rows].sum())
    if change.floor_m2 is not None and change.floor_m2 > floor * (1 + ROUNDING) + 1:
        yield (
            f"demolishes {change.floor_m2:,.0f} m² of floor, but {floor:,.0f} m² stand there; "
            "mend the number, or draw all that goes"
        )
    if change.people is None:
        return
    part = np.ones(len(buildings.cell))
    part[rows] = _part_left(buildings, rows, change.floor_m2)
    cell = np.unique(buildings.cell[rows]).astype(np.int64)
    leaving = float(_leaving(city.cells, buildings, part, cell, change.people).sum())
    if change.people >= leaving * (1 + ROUNDING) + 1:
        yield (
            f"says that {change.people:,.0f} people leave, but {leaving:,.0f} live in the cells of "
            "the buildings that go; mend the number, or draw all that goes"
        )


def _buildings_there(city: PreparedCity, change: Change) -> Rows:
    shape = project(np.array([change.geometry], np.object_), city.crs)[0]
    rows = _buildings_meant(city.buildings, shape)
    if len(rows) == 0:
        raise UserError(
            f"{change.origin or change.id}: there is no building to be demolished where it is drawn"
        )
    return rows


def _part_left(buildings: BuildingModel, rows: Rows, floor_m2: float | None) -> float:
    """Which part of these buildings stays: none unless fewer m2 of floor are to go."""
    floor = float(buildings.floor_m2[rows].sum())
    if floor_m2 is None or floor_m2 >= floor * (1 - ROUNDING):
        return 0.0
    return 1.0 - floor_m2 / floor


def _buildings_meant(buildings: BuildingModel, shape: BaseGeometry) -> Rows:
    inside = np.flatnonzero(buildings.cell >= 0)
    tree = shapely.STRtree(buildings.geometry[inside])
    if shape.area == 0:
        near = tree.query_nearest(shape, max_distance=AT_M, all_matches=False)
        return np.asarray(inside[near], np.int64)
    rows = inside[np.sort(tree.query(shape, "intersects"))]
    shapely.prepare(shape)
    middle = shapely.centroid(buildings.geometry[rows])
    return np.asarray(rows[shapely.intersects(shape, middle)], np.int64)


def _emptied(
    cells: Cells, buildings: BuildingModel, left: Floats, cell: Rows, people: float | None
) -> Cells:
    """Cells of which a part of the homes goes; `left` is the part of each building that stays."""
    safe = np.where(cells.people[cell] > 0, cells.people[cell], 1.0)
    part = _leaving(cells, buildings, left, cell, people) / safe
    columns: dict[str, Any] = {}
    for name in ("people", "people_lower", "people_upper"):
        values = getattr(cells, name).copy()
        values[cell] *= 1.0 - part
        columns[name] = values
    return replace(cells, **columns)


def _leaving(
    cells: Cells, buildings: BuildingModel, left: Floats, cell: Rows, people: float | None
) -> Floats:
    """People who leave each cell, at most all of them."""
    homes, stay = (
        _floors(buildings, part, cell) for part in (np.ones(len(left)), left)
    )  # fmt: skip
    part = np.where(homes > 0, 1.0 - stay / np.where(homes > 0, homes, 1.0), 0.0)
    leaving: Floats = cells.people[cell] * part
    if people is None:
        return leaving
    total, by_floor = float(leaving.sum()), homes - stay
    weight = leaving / total if total > 0 else by_floor / max(float(by_floor.sum()), 1e-9)
    return np.minimum(people * weight, cells.people[cell])


def _floors(buildings: BuildingModel, part: Floats, cell: Rows) -> Floats:
    """Floors of homes of each cell; of all that is no shed where no use is known, m2.

    `part` of each building is counted.
    """
    use = buildings.use
    is_home = use == "residential"
    rows = np.flatnonzero(np.isin(buildings.cell, cell))
    at = np.searchsorted(cell, buildings.cell[rows])
    homes = np.bincount(at[is_home[rows]], minlength=len(cell)) > 0
    counts = np.where(homes[at], is_home[rows], use[rows] != "ancillary")
    floor = np.where(counts, buildings.floor_m2[rows] * part[rows], 0.0)
    return np.bincount(at, floor, len(cell)).astype(np.float64)


def _with_homes_moved(city: PreparedCity, cell: Rows, snappers: Snappers) -> PreparedCity:
    """People of these cells live at the middle of its homes, as city/people.py has it."""
    buildings, cells = city.buildings, city.cells
    rows = np.flatnonzero(np.isin(buildings.cell, cell))
    centre = shapely.centroid(buildings.geometry[rows])
    bx, by = shapely.get_x(centre), shapely.get_y(centre)
    inside = shapely.point_on_surface(cells.geometry[cell])
    x, y = shapely.get_x(inside), shapely.get_y(inside)
    at = np.searchsorted(cell, buildings.cell[rows])
    use, floor = buildings.use[rows], buildings.floor_m2[rows]
    for chosen in (use != "ancillary", use == "residential"):
        total = np.bincount(at[chosen], floor[chosen], len(cell))
        has = total > 0
        safe = np.where(has, total, 1.0)
        x = np.where(has, np.bincount(at[chosen], (floor * bx)[chosen], len(cell)) / safe, x)
        y = np.where(has, np.bincount(at[chosen], (floor * by)[chosen], len(cell)) / safe, y)
    all_x, all_y = cells.x.copy(), cells.y.copy()
    all_x[cell], all_y[cell] = x, y
    moved = replace(
        cells, x=all_x, y=all_y,
        walk=replaced(cells.walk, cell, snappers.walk.snap(x, y)),
        drive=replaced(cells.drive, cell, snappers.drive.snap(x, y)),
    )  # fmt: skip
    return replace(city, cells=moved)
