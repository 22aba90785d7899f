"""From streets as drawn to a network: split where ways meet, measured in centimetres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.city.model import Network
from urbanwork.city.travel import THROUGH, direction, is_in, may_drive, may_walk, speed_kmh
from urbanwork.kernels.graph import Graph, Snaps, build_graph
from urbanwork.quantities.crs import to_metric
from urbanwork.sources.layers import Streets

Floats = NDArray[np.float64]
Int64 = NDArray[np.int64]

CENTISECONDS_PER_HOUR = 360_000.0
EDGE_OF_DATA_M = 300.0
"""A through road that ends this near the outline of the data is taken to go on beyond it."""
ON_THE_OUTLINE_M = 0.05
"""What lies on the outline, as the outermost node does by definition, has not left the data."""
WATERSIDE_M = 150.0
"""A street that ends this near the coast ends there indeed."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the data shows, metric: beyond it streets go on unseen."""

    extent: BaseGeometry
    coast: NDArray[np.object_]  # a street that ends there ends indeed
    is_observed: bool  # the outline was drawn around the data: nobody said where it was cut


def walk_network(streets: Streets, crs: str, frame: Frame) -> Network:
    """The pedestrian network, weights in centimetres."""
    return _network(streets, may_walk(streets), crs, frame, speed=None)


def drive_network(streets: Streets, crs: str, frame: Frame) -> Network:
    """The network of motor traffic, weights in centiseconds, one-way where signed."""
    return _network(streets, may_drive(streets), crs, frame, speed=speed_kmh(streets))


def _network(
    streets: Streets,
    used: NDArray[np.bool_],
    crs: str,
    frame: Frame,
    *,
    speed: Floats | None,
) -> Network:
    way = np.flatnonzero(used & (np.diff(streets.start) >= 1))
    vertex = _ranges(streets.start[way], streets.start[way + 1])
    way_of_vertex = np.repeat(way, np.diff(streets.start)[way])
    x, y = to_metric(streets.lon[vertex], streets.lat[vertex], crs)
    _, first_seen, node = np.unique(streets.node[vertex], return_index=True, return_inverse=True)
    begin, end = _edges_between_junctions(node, way_of_vertex)
    kept, node_at = np.unique(node[np.concatenate([begin, end])], return_inverse=True)
    edge_from, edge_to = np.split(node_at.astype(np.int32), 2)
    start, flat = _flatten(begin, end)
    vertex_x, vertex_y = x[flat], y[flat]
    length = _lengths(vertex_x, vertex_y, start)
    edge_way = way_of_vertex[begin]
    weight, forward_only, swap = _weights(streets, edge_way, length, speed)
    edge_from, edge_to = np.where(swap, edge_to, edge_from), np.where(swap, edge_from, edge_to)
    vertex_x, vertex_y = _reverse(vertex_x, start, swap), _reverse(vertex_y, start, swap)
    graph = build_graph(
        len(kept), edge_from.astype(np.int32), edge_to.astype(np.int32), weight, forward_only
    )
    node_x, node_y = x[first_seen[kept]], y[first_seen[kept]]
    cut = _cut_nodes(streets, way, node, kept)
    classes = streets.tags["highway"][edge_way]
    dead_ends = _dead_ends_at_edge(graph, classes, node_x, node_y, frame)
    exits = _exits(graph, start, vertex_x, vertex_y, np.union1d(cut, dead_ends), frame.extent)
    return Network(
        graph, node_x, node_y, start, vertex_x, vertex_y, edge_way.astype(np.int64), length,
        classes, streets.tags["name"][edge_way], exits,
    )  # fmt: skip


def _ranges(start: Int64, stop: Int64) -> Int64:
    """The whole numbers of each [start, stop), one after the other."""
    length = stop - start
    total = int(length.sum())
    offset = np.repeat(start - np.concatenate([[0], np.cumsum(length)[:-1]]), length)
    return np.asarray(np.arange(total) + offset, np.int64)


def _edges_between_junctions(node: Int64, way: Int64) -> tuple[Int64, Int64]:
    """Vertex positions where each edge begins and ends: a way is split where ways meet."""
    is_first = np.ones(len(way), np.bool_)
    is_first[1:] = way[1:] != way[:-1]
    is_last = np.roll(is_first, -1)
    uses = np.bincount(node, minlength=int(node.max(initial=-1)) + 1)
    at = np.flatnonzero((uses[node] >= 2) | is_first | is_last)
    same = way[at[1:]] == way[at[:-1]]
    return at[:-1][same], at[1:][same]


def _flatten(begin: Int64, end: Int64) -> tuple[Int64, Int64]:
    """Offsets [E + 1] and vertex positions of edges that run from begin to end, both in."""
    start = np.concatenate([[0], np.cumsum(end - begin + 1)]).astype(np.int64)
    return start, _ranges(begin, end + 1)


def _lengths(x: Floats, y: Floats, start: Int64) -> Floats:
    """Length of each edge, metres."""
    step = np.hypot(np.diff(x, append=x[-1:]), np.diff(y, append=y[-1:]))
    step[start[1:] - 1] = 0.0
    total = np.concatenate([[0.0], np.cumsum(step)])
    return np.asarray(total[start[1:]] - total[start[:-1]], np.float64)


def _weights(
    streets: Streets, edge_way: Int64, length: Floats, speed: Floats | None
) -> tuple[NDArray[np.int32], NDArray[np.bool_], NDArray[np.bool_]]:
    if speed is None:
        nothing = np.zeros(len(edge_way), np.bool_)
        return np.maximum(np.rint(length * 100), 1).astype(np.int32), nothing, nothing
    hours = length / 1000.0 / speed[edge_way]
    weight = np.maximum(np.rint(hours * CENTISECONDS_PER_HOUR), 1).astype(np.int32)
    runs = direction(streets)[edge_way]
    return weight, runs != 0, runs == -1


def _reverse(values: Floats, start: Int64, swap: NDArray[np.bool_]) -> Floats:
    """The vertices of the edges marked in `swap`, in the other order."""
    if not swap.any():
        return values
    edge = np.repeat(np.arange(len(start) - 1), np.diff(start))
    position = np.arange(len(values))
    mirrored = start[edge] + start[edge + 1] - 1 - position
    return values[np.where(swap[edge], mirrored, position)]


def _cut_nodes(streets: Streets, way: Int64, node: Int64, kept: Int64) -> Int64:
    """Network nodes where a way goes on to nodes that the extract does not have."""
    size = np.diff(streets.start)[way]
    last = np.cumsum(size) - 1
    ends = np.concatenate(
        [
            node[(last - size + 1)[streets.is_cut_at_start[way]]],
            node[last[streets.is_cut_at_end[way]]],
        ]
    )
    on_network = np.intersect1d(ends, kept)  # the one node of a way may be on no other
    return np.asarray(np.searchsorted(kept, on_network), np.int64)


def _dead_ends_at_edge(
    graph: Graph, classes: NDArray[np.object_], x: Floats, y: Floats, frame: Frame
) -> Int64:
    """Ends of streets near the outline of the data: extracts of complete ways end like this.

    Through roads only, where it is known where the extract was cut; else streets of any kind.
    """
    goes_on = np.ones(len(classes), np.bool_) if frame.is_observed else is_in(classes, THROUGH)
    touches = np.bincount(np.concatenate([graph.edge_from, graph.edge_to]), minlength=len(x))
    ends = np.union1d(graph.edge_from[goes_on], graph.edge_to[goes_on])
    ends = ends[touches[ends] == 1]
    if len(ends) == 0:
        return np.zeros(0, np.int64)
    points = shapely.points(x[ends], y[ends])
    near = shapely.dwithin(frame.extent.boundary, points, EDGE_OF_DATA_M)
    near |= ~shapely.intersects_xy(frame.extent, x[ends], y[ends])
    if len(frame.coast):
        water = shapely.multilinestrings(list(frame.coast))
        shapely.prepare(water)
        near &= ~shapely.dwithin(water, points, WATERSIDE_M)
    return np.asarray(ends[near], np.int64)


def _exits(
    graph: Graph, start: Int64, x: Floats, y: Floats, nodes: Int64, extent: BaseGeometry
) -> Snaps:
    """Exits at `nodes` and where an edge crosses the outline of the data."""
    extent = extent.buffer(ON_THE_OUTLINE_M, join_style="mitre")
    shapely.prepare(extent)
    first, last = start[:-1], start[1:] - 1
    outside_from = ~shapely.intersects_xy(extent, x[first], y[first])
    outside_to = ~shapely.intersects_xy(extent, x[last], y[last])
    crossing, share = _crossings(start, x, y, outside_from, outside_to, extent)
    at_edge, at_end = _edge_at(graph, nodes)
    edge = np.concatenate([crossing, at_edge]).astype(np.int32)
    weight = graph.edge_weight[edge]
    along = np.concatenate([share, at_end]) * weight
    to_start = np.clip(np.rint(along), 0, weight).astype(np.int32)
    return Snaps(
        edge, to_start, (weight - to_start).astype(np.int32), np.zeros(len(edge), np.int32)
    )


def _crossings(
    start: Int64,
    x: Floats,
    y: Floats,
    outside_from: NDArray[np.bool_],
    outside_to: NDArray[np.bool_],
    extent: BaseGeometry,
) -> tuple[Int64, Floats]:
    """Edges that leave the outline, and how far along from their start (0 to 1).

    From an end that is inside it is the first crossing; an edge with both ends outside leaves it
    at both ends of what lies inside.
    """
    edges = np.flatnonzero(outside_from | outside_to).astype(np.int64)
    lines = edge_lines(start, x, y, edges)
    seen = shapely.intersection(lines, extent)
    seen_from, seen_to = outside_from[edges], outside_to[edges]
    first, last = _ends_along(lines, seen)
    first_out, last_out = _ends_along(lines, shapely.difference(lines, extent))
    passes = seen_from & seen_to & ~np.isnan(first)
    parts = [
        (edges[~seen_from], first_out[~seen_from]),
        (edges[~seen_to], last_out[~seen_to]),
        (edges[passes], first[passes]),
        (edges[passes], last[passes]),
    ]
    edge = np.concatenate([part[0] for part in parts])
    share = np.concatenate([part[1] for part in parts])
    return edge.astype(np.int64), np.nan_to_num(share)


def _ends_along(lines: NDArray[np.object_], parts: NDArray[np.object_]) -> tuple[Floats, Floats]:
    """Where along each line its parts begin and end, 0 to 1; nan where it has none."""
    vertices, owner = shapely.get_coordinates(parts, return_index=True)
    along = shapely.line_locate_point(lines[owner], shapely.points(vertices), normalized=True)
    begin, end = np.full(len(lines), np.inf), np.full(len(lines), -np.inf)
    np.minimum.at(begin, owner, along)
    np.maximum.at(end, owner, along)
    none = np.isinf(begin)
    return np.where(none, np.nan, begin), np.where(none, np.nan, end)


def _edge_at(graph: Graph, nodes: Int64) -> tuple[Int64, Floats]:
    """One edge at each node, and 0 or 1 for the end of it that the node is."""
    ends = np.concatenate([graph.edge_from, graph.edge_to])
    node, first = np.unique(ends, return_index=True)
    at = first[np.searchsorted(node, nodes)].astype(np.int64)
    edges = len(graph.edge_from)
    return at % max(edges, 1), (at >= edges).astype(np.float64)


def edge_lines(
    start: Int64, x: Floats, y: Floats, edges: Int64 | None = None
) -> NDArray[np.object_]:
    """Edges (all, or those given) as shapely lines in metric coordinates."""
    if edges is None:
        edges = np.arange(len(start) - 1)
    size = np.diff(start)[edges]
    flat = _ranges(start[edges], start[edges + 1])
    owner = np.repeat(np.arange(len(edges)), size)
    return np.asarray(shapely.linestrings(x[flat], y[flat], indices=owner), np.object_)
