"""Streets that a plan closes and opens again: the edges meant, and where points stand then.

A closed street is still a street on the ground: it keeps its land, its length and its crossings.
Nobody passes along it. Whose door is on it goes to the nearest street that is open, and the way
there counts. What is cut off stays cut off: no new island is judged away.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.city.assemble import CENTIMETRES_PER_M, CENTISECONDS_PER_M
from urbanwork.city.model import Network, PreparedCity
from urbanwork.city.network import edge_lines
from urbanwork.city.snapping import FARTHEST_SNAP_M, Snapper
from urbanwork.errors import Fault, UserError
from urbanwork.kernels.graph import Snaps, without_edges
from urbanwork.planning.changes import Change
from urbanwork.planning.placing import Snappers
from urbanwork.quantities.crs import project

Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]

ALONG_M = 12.0
"""A piece of street that lies within this of a line drawn is meant by it."""
NOBODY_GOES = 2**31 - 2
"""Way from the street to an exit that is closed: longer than any limit."""
AT_M = 30.0
"""A point means the street that is this near."""


def edges_meant(change: Change, city: PreparedCity, snappers: Snappers) -> tuple[Rows, Rows]:
    """Rows of the edges that a change means, on foot and by car.

    Raises UserError when it means none.
    """
    shape = None
    if change.geometry is not None:
        shape = project(np.array([change.geometry], np.object_), city.crs)[0]
    walk = _edges(city.walk, shape, change.target, snappers.walk)
    drive = _edges(city.drive, shape, change.target, snappers.drive)
    if not len(walk) and not len(drive):
        raise UserError(no_street(change).under(change.origin or change.id))
    return walk, drive


def no_street(change: Change) -> Fault:
    """What is said of a change that means no street."""
    name = change.target if change.geometry is None else None
    meant = "where it is drawn" if name is None else f"called '{name}'"
    meant_zh = "所绘位置没有道路" if name is None else f"没有名为“{name}”的道路"
    return Fault(
        f"there is no street {meant}; draw a line along it, give a point within {AT_M:g} m of it, "
        "or its name as the map has it",
        f"{meant_zh}，请沿道路画线，或在其{AT_M:g}米内取点，或填写地图上的道路名称",
    )


def _edges(
    network: Network, shape: BaseGeometry | None, name: str | None, snapper: Snapper
) -> Rows:
    if shape is None:
        return np.flatnonzero(network.street_name == name).astype(np.int64)
    if shape.geom_type == "Point":
        found = snapper.snap(np.array([shape.x]), np.array([shape.y]), farthest_m=AT_M)
        rows = found.edge[found.edge >= 0].astype(np.int64)
    else:
        ground = shape if shape.area > 0 else shape.buffer(ALONG_M)
        rows = _inside(network, ground)
    return rows if name is None else rows[network.street_name[rows] == name]


def _inside(network: Network, ground: BaseGeometry) -> Rows:
    """Edges that lie wholly in a polygon."""
    if len(network.length_m) == 0:
        return np.zeros(0, np.int64)
    west, south, east, north = ground.bounds
    out = (network.vertex_x < west) | (network.vertex_x > east)
    out |= (network.vertex_y < south) | (network.vertex_y > north)
    inside = np.flatnonzero(np.add.reduceat(out, network.start[:-1]) == 0)
    lines = edge_lines(network.start, network.vertex_x, network.vertex_y, inside)
    shapely.prepare(ground)
    return np.asarray(inside[shapely.contains(ground, lines)], np.int64)


def with_streets_closed(city: PreparedCity, walk: Flags, drive: Flags) -> PreparedCity:
    """The city with no way along the edges marked (bool[E] of each network).

    Points that stand on one of them stand on the nearest open street instead.
    """
    return replace(
        city,
        walk=_closed(city.walk, walk),
        drive=_closed(city.drive, drive),
        cells=replace(
            city.cells,
            walk=_moved(city.walk, walk, city.cells.walk, (city.cells.x, city.cells.y), "walk"),
            drive=_moved(city.drive, drive, city.cells.drive, (city.cells.x, city.cells.y), ""),
        ),
        places=replace(
            city.places,
            walk=_moved(city.walk, walk, city.places.walk, _doors(city), "walk"),
            drive=_moved(city.drive, drive, city.places.drive, _doors(city), ""),
        ),
    )


def _doors(city: PreparedCity) -> tuple[Any, Any]:
    return city.places.entrance_x, city.places.entrance_y


def _closed(network: Network, closed: Flags) -> Network:
    if not closed.any():
        return network
    graph = without_edges(network.graph, closed)
    return replace(network, graph=graph, exits=exits_left(network.exits, closed))


def exits_left(exits: Snaps, closed: Flags) -> Snaps:
    """The exits; those on closed streets are there still, and farther than anybody can go."""
    off = np.where(closed[exits.edge], NOBODY_GOES, exits.off).astype(np.int32)
    return Snaps(exits.edge, exits.to_start, exits.to_end, off)


def _moved(network: Network, closed: Flags, snaps: Snaps, at: tuple[Any, Any], on: str) -> Snaps:
    rows = np.flatnonzero((snaps.edge >= 0) & closed[snaps.edge])
    if len(rows) == 0:
        return snaps
    per_m = CENTIMETRES_PER_M if on == "walk" else CENTISECONDS_PER_M
    x, y = at[0][rows], at[1][rows]
    found = snapped_beside(network, closed, per_m, x, y)
    return replaced(snaps, rows, found)


def replaced(snaps: Snaps, rows: Rows, new: Snaps) -> Snaps:
    """The snaps with some rows replaced."""
    columns = []
    for name in ("edge", "to_start", "to_end", "off"):
        column = getattr(snaps, name).copy()
        column[rows] = getattr(new, name)
        columns.append(column)
    return Snaps(*columns)


def snapped_beside(network: Network, closed: Flags, per_m: float, x: Any, y: Any) -> Snaps:
    """The nearest open street of points that stood on closed ones."""
    whole = Snapper(network, cost_per_m=per_m).edges
    near = whole[~closed[whole]]
    return Snapper(network, cost_per_m=per_m, edges=near).snap(
        x, y, farthest_m=FARTHEST_SNAP_M
    )  # fmt: skip
