"""A new street: both networks are split where it meets them, and everybody looks anew for a way.

It meets every street that it crosses, unless it is said to be a bridge, and joins at its ends the
street that is within 15 m. Doors stay where they are and lead to it where it is nearest.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from urbanwork.city.fabric import CROSSING_TOLERANCE_M, PIECE_M, merge_points
from urbanwork.city.model import Network, PreparedCity
from urbanwork.city.network import CENTISECONDS_PER_HOUR, edge_lines
from urbanwork.city.snapping import Snapper
from urbanwork.city.travel import DRIVE_KMH, NOT_ON_FOOT, PUBLIC_STREETS, WIDTH_M, is_in
from urbanwork.kernels.graph import Snaps, build_graph
from urbanwork.planning.changes import Change
from urbanwork.planning.housing import CellIndex
from urbanwork.planning.placing import Snappers
from urbanwork.quantities.crs import project

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

JOIN_M = 15.0
"""The end of a new street joins a street that is this near."""
SAME_M = 0.5
"""A junction this near to one that exists is this one."""


@dataclass(frozen=True, slots=True)
class _Junction:
    along: float  # metres along the new street
    edge: int  # the edge that it meets, -1 for a free end
    at: float  # metres along that edge


@dataclass(slots=True)
class _Edges:
    """Edges that are made: their ends, courses and weights."""

    start: list[int]
    end: list[int]
    course: list[Any]
    weight: list[int]
    like: list[int]  # the edge that it is a piece of; -1: of the new street


def with_street(city: PreparedCity, change: Change) -> PreparedCity:
    """The city with a new street in its networks and in the land, length and crossings by cell."""
    class_ = str(change.category or "residential")
    line = project(np.array([change.geometry], np.object_), city.crs)[0]
    parts = [part for part in shapely.get_parts(line) if part.length > 0]
    walk, drive = city.walk, city.drive
    crosses = change.properties.get("bridge") not in (True, "true", "yes")
    for part in parts:
        if class_ not in NOT_ON_FOOT:
            walk = _joined(walk, part, class_, change.name, None, crosses=crosses)
        if class_ in DRIVE_KMH:
            drive = _joined(drive, part, class_, change.name, DRIVE_KMH[class_], crosses=crosses)
    new = replace(city, walk=walk, drive=drive)
    return _with_fabric(_snapped_anew(new), city, parts, class_)


def _joined(
    network: Network, line: Any, class_: str, name: str | None, kmh: float | None, *, crosses: bool
) -> Network:
    line = _with_joined_ends(network, line)
    junctions = _junctions(network, line, crosses=crosses)
    return _rebuilt(network, line, junctions, (class_, name, kmh))


def _with_joined_ends(network: Network, line: Any) -> Any:
    """The street drawn on to the streets that its ends join."""
    ends = shapely.get_coordinates(line)[[0, -1]]
    found = Snapper(network, cost_per_m=1.0).snap(ends[:, 0], ends[:, 1], farthest_m=JOIN_M)
    course = [tuple(each) for each in shapely.get_coordinates(line)]
    for end, place in ((0, 0), (1, len(course))):
        edge = int(found.edge[end])
        if edge >= 0:
            street = edge_lines(
                network.start, network.vertex_x, network.vertex_y, np.array([edge])
            )[0]
            at = shapely.line_interpolate_point(
                street, shapely.line_locate_point(street, shapely.Point(ends[end]))
            )
            if shapely.distance(at, shapely.Point(ends[end])) > 1e-6:
                course.insert(place if end == 0 else len(course), (at.x, at.y))
    return shapely.LineString(course)


def _junctions(network: Network, line: Any, *, crosses: bool) -> list[_Junction]:
    """Where the street meets edges, in order along it, and its ends."""
    near = _near(network, line)
    streets = edge_lines(network.start, network.vertex_x, network.vertex_y, near)
    found = [_Junction(0.0, -1, 0.0), _Junction(line.length, -1, 0.0)]
    for edge, street in zip(near.tolist(), streets, strict=True):
        if shapely.distance(line, street) > SAME_M / 10:
            continue
        met = shapely.get_coordinates(shapely.intersection(line, street)).tolist()
        for end in (shapely.get_point(line, 0), shapely.get_point(line, -1)):
            if shapely.distance(end, street) <= SAME_M / 10:
                met.append([end.x, end.y])
        for x, y in met:
            along = float(shapely.line_locate_point(line, shapely.Point(x, y)))
            is_end = min(along, line.length - along) < SAME_M
            if crosses or is_end:
                at = float(shapely.line_locate_point(street, shapely.Point(x, y)))
                found.append(_Junction(along, edge, at))
    return sorted(found, key=lambda each: (each.along, -each.edge))


def _near(network: Network, line: Any) -> Rows:
    """Edges whose box meets that of the line."""
    if len(network.length_m) == 0:
        return np.zeros(0, np.int64)
    west, south, east, north = line.buffer(1.0).bounds
    first = network.start[:-1]
    low_x = np.minimum.reduceat(network.vertex_x, first)
    low_y = np.minimum.reduceat(network.vertex_y, first)
    high_x = np.maximum.reduceat(network.vertex_x, first)
    high_y = np.maximum.reduceat(network.vertex_y, first)
    meets = (low_x <= east) & (high_x >= west) & (low_y <= north) & (high_y >= south)
    return np.flatnonzero(meets).astype(np.int64)


def _rebuilt(
    network: Network, line: Any, junctions: list[_Junction], kind: tuple[str, str | None, Any]
) -> Network:
    graph = network.graph
    x, y = network.x.tolist(), network.y.tolist()
    cuts: dict[int, list[tuple[float, int]]] = {}
    stops: list[tuple[float, int]] = []  # metres along the new street, node
    for junction in junctions:
        near = stops and junction.along - stops[-1][0] < SAME_M
        if junction.edge < 0:
            if not near and not _meets_soon(junction, junctions):
                point = shapely.line_interpolate_point(line, junction.along)
                stops.append((junction.along, _node(x, y, point.x, point.y)))
            continue
        node = _node_at(network, junction, cuts, (x, y), stops[-1][1] if near else None)
        if not near:
            stops.append((junction.along, node))
    made = _Edges([], [], [], [], [])
    for edge, places in cuts.items():
        _cut(network, edge, sorted(places), made)
    _lay(line, stops, kind[2], made)
    return _assembled(network, made, np.array(sorted(cuts), np.int64), (x, y), kind, graph)


def _meets_soon(end: _Junction, junctions: list[_Junction]) -> bool:
    """Whether an end of the street is a junction with another street too."""
    return any(each.edge >= 0 and abs(each.along - end.along) < SAME_M for each in junctions)


def _node(x: list[float], y: list[float], at_x: float, at_y: float) -> int:
    x.append(at_x)
    y.append(at_y)
    return len(x) - 1


def _node_at(
    network: Network,
    junction: _Junction,
    cuts: dict[int, list[tuple[float, int]]],
    nodes: tuple[list[float], list[float]],
    same: int | None,
) -> int:
    """The node of a junction: that at the end of the edge, else one that cuts it."""
    graph, edge = network.graph, junction.edge
    if junction.at < SAME_M:
        return int(graph.edge_from[edge])
    if junction.at > network.length_m[edge] - SAME_M:
        return int(graph.edge_to[edge])
    for at, node in cuts.get(edge, []):
        if abs(at - junction.at) < SAME_M:
            return node
    street = edge_lines(network.start, network.vertex_x, network.vertex_y, np.array([edge]))[0]
    point = shapely.line_interpolate_point(street, junction.at)
    node = _node(*nodes, point.x, point.y) if same is None else same
    cuts.setdefault(edge, []).append((junction.at, node))
    return node


def _cut(network: Network, edge: int, places: list[tuple[float, int]], made: _Edges) -> None:
    """The pieces of an edge; their weights add up to its own."""
    graph = network.graph
    street = edge_lines(network.start, network.vertex_x, network.vertex_y, np.array([edge]))[0]
    length, weight = float(street.length), int(graph.edge_weight[edge])
    at = [0.0, *(place for place, _ in places), length]
    nodes = [int(graph.edge_from[edge]), *(node for _, node in places), int(graph.edge_to[edge])]
    spent = [round(weight * place / length) for place in at]
    for piece in range(len(at) - 1):
        made.start.append(nodes[piece])
        made.end.append(nodes[piece + 1])
        made.course.append(substring(street, at[piece], at[piece + 1]))
        made.weight.append(spent[piece + 1] - spent[piece])
        made.like.append(edge)


def _lay(line: Any, stops: list[tuple[float, int]], kmh: float | None, made: _Edges) -> None:
    """The new street between its junctions."""
    for (a, start), (b, end) in itertools.pairwise(stops):
        metres = b - a
        weight = metres * 100 if kmh is None else metres / 1000 / kmh * CENTISECONDS_PER_HOUR
        made.start.append(start)
        made.end.append(end)
        made.course.append(substring(line, a, b))
        made.weight.append(max(round(weight), 1))
        made.like.append(-1)


def _assembled(
    network: Network, made: _Edges, cut: Rows, nodes: tuple[list[float], list[float]],
    kind: tuple[str, str | None, Any], graph: Any,
) -> Network:  # fmt: skip
    kept = np.setdiff1d(np.arange(graph.edge_count), cut)
    lines = edge_lines(network.start, network.vertex_x, network.vertex_y, kept)
    course = np.concatenate([lines, np.array(made.course, np.object_)])
    points, owner = shapely.get_coordinates(course, return_index=True)
    start = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(course)))])
    like = np.array(made.like, np.int64)
    is_new = like < 0

    def column(old: NDArray[Any], new: Any) -> NDArray[Any]:
        pieces = old[np.where(is_new, 0, like)]
        pieces[is_new] = new
        return np.concatenate([old[kept], pieces])

    weight = np.concatenate([graph.edge_weight[kept], made.weight])
    new_graph = build_graph(
        len(nodes[0]), np.concatenate([graph.edge_from[kept], made.start]),
        np.concatenate([graph.edge_to[kept], made.end]), weight,
        column(graph.is_forward_only, False),
    )  # fmt: skip
    length = np.concatenate([network.length_m[kept], shapely.length(np.array(made.course))])
    return Network(
        new_graph, np.array(nodes[0]), np.array(nodes[1]), start.astype(np.int64),
        np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1]),
        column(network.way, int(network.way.max(initial=-1)) + 1), length,
        column(network.street_class, kind[0]), column(network.street_name, kind[1]),
        _exits(network, kept, made),
    )  # fmt: skip


def _exits(network: Network, kept: Rows, made: _Edges) -> Snaps:
    """Exits on the edges and pieces as they are numbered now."""
    old = network.exits
    number = np.full(network.graph.edge_count, -1, np.int64)
    number[kept] = np.arange(len(kept))
    edge, to_start = number[old.edge], old.to_start.copy()
    to_end = old.to_end.copy()
    for row in np.flatnonzero(edge < 0):
        left = int(old.to_start[row])
        pieces = [piece for piece, like in enumerate(made.like) if like == old.edge[row]]
        for piece in pieces:
            if left <= made.weight[piece] or piece == pieces[-1]:
                edge[row] = len(kept) + piece
                to_start[row], to_end[row] = left, made.weight[piece] - left
                break
            left -= made.weight[piece]
    return Snaps(edge.astype(np.int32), to_start, to_end, old.off)


def _snapped_anew(city: PreparedCity) -> PreparedCity:
    """Cells and doors on the nearest street of the new networks."""
    on, cells, places = Snappers(city), city.cells, city.places
    driven = np.flatnonzero(places.drive.edge >= 0)
    from urbanwork.planning.closing import replaced

    doors = on.drive.snap(places.entrance_x[driven], places.entrance_y[driven])
    return replace(
        city,
        cells=replace(
            cells, walk=on.walk.snap(cells.x, cells.y), drive=on.drive.snap(cells.x, cells.y)
        ),
        places=replace(
            places, walk=on.walk.snap(places.entrance_x, places.entrance_y),
            drive=replaced(places.drive, driven, doors),
        ),
    )  # fmt: skip


def _with_fabric(
    new: PreparedCity, old: PreparedCity, parts: list[Any], class_: str
) -> PreparedCity:
    """Length, land and crossings of streets by cell, with those of the new one."""
    cells = CellIndex(new.cells.geometry)
    metres = np.zeros(len(new.street_m))
    for part in parts:
        pieces = max(1, int(np.ceil(part.length / PIECE_M)))
        at = (np.arange(pieces) + 0.5) / pieces
        cell = _cell_of(cells, shapely.line_interpolate_point(part, at, normalized=True))
        np.add.at(metres, cell[cell >= 0], part.length / pieces)
    street_m = new.street_m + (metres if class_ in PUBLIC_STREETS else 0.0)
    more = _crossings(new.walk, cells) - _crossings(old.walk, cells)
    return replace(
        new, street_m=street_m, crossings=np.maximum(new.crossings + more, 0.0),
        street_area_m2=new.street_area_m2 + metres * WIDTH_M.get(class_, 3.0),
    )  # fmt: skip


def _crossings(walk: Network, cells: CellIndex) -> Floats:
    """Crossings of public streets by cell, as city/fabric.py counts them."""
    is_street = is_in(walk.street_class, PUBLIC_STREETS)
    ends = np.concatenate([walk.graph.edge_from[is_street], walk.graph.edge_to[is_street]])
    node = np.flatnonzero(np.bincount(ends, minlength=len(walk.x)) >= 3)
    x, y = merge_points(walk.x[node], walk.y[node], CROSSING_TOLERANCE_M)
    cell = _cell_of(cells, shapely.points(x, y))
    size = len(cells.geometry)
    return np.bincount(cell[cell >= 0], minlength=size).astype(np.float64)


def _cell_of(cells: CellIndex, points: NDArray[np.object_]) -> Rows:
    """The first cell that each point lies in, -1 where in none."""
    point, cell = cells.tree.query(points, "intersects")
    out = np.full(len(points), len(cells.geometry), np.int64)
    np.minimum.at(out, point, cell)
    return np.where(out == len(cells.geometry), -1, out)
