"""The pedestrian network of a sampled city: ways chosen by tags, joined where they only bend.

The definition is that of OSMnx 2 (`graph_from_polygon` with simplification), which the peer uses:
streets beyond the rim decide what a crossing is, then the largest connected part within the rim is
kept, and once more after cutting at the buffer.

Source: Boeing, G. (2025), Modeling and Analyzing Urban Networks and Amenities with OSMnx,
Geographical Analysis 57(4); https://osmnx.readthedocs.io
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.city.sampled.model import Flags, Floats, Ints, SampledNetwork
from urbanwork.errors import UserError
from urbanwork.kernels.components import components
from urbanwork.kernels.graph import build_graph
from urbanwork.quantities.arrow import from_text, to_numpy
from urbanwork.quantities.crs import metric_crs, project, to_metric, unproject
from urbanwork.sources.layers import Streets

EARTH_RADIUS_M = 6_371_009.0
"""Radius of the sphere on which the peer measures streets."""


class _Nodes(NamedTuple):
    id: Ints
    lon: Floats
    lat: Floats


class _Segments(NamedTuple):
    """Straight pieces between neighbouring nodes of ways; one drawn twice is there twice."""

    a: Ints  # [S] row of the node
    b: Ints  # [S]


class _Chains(NamedTuple):
    """Streets from end to end, one of the two directions each, loops in both."""

    start: Ints  # [E + 1] nodes of chain e are node[start[e]:start[e + 1]]
    node: Ints


def sampled_network(
    streets: Streets, without: Mapping[str, str], buffered: BaseGeometry, rim_m: float, crs: str
) -> SampledNetwork:
    """The network within `buffered` (metric), from streets in longitude and latitude.

    `without` maps a key to a regular expression: ways where it is found in the value are left out.
    A street runs from its end with the lower id to the other.

    Raises:
        UserError: no street within the buffer is left.
    """
    nodes, segments = _drawn(streets, _kept_ways(streets, without))
    within = unproject(buffered, crs)
    nodes, segments = _largest(nodes, _inside(nodes, segments, _widened(within, rim_m)))
    degree = np.bincount(np.concatenate(segments), minlength=len(nodes.id))
    chains = _chains(nodes, segments, _is_end(segments, degree, len(nodes.id)))
    chains = _cut(nodes, chains, within)
    if len(chains.start) == 1:
        raise UserError(
            "the study region has no street that people may walk on; give an extract that covers "
            "the boundary"
        )
    return _network(nodes, chains, degree, crs)


def _kept_ways(streets: Streets, without: Mapping[str, str]) -> Flags:
    kept = np.ones(len(streets.way_id), np.bool_)
    for key, pattern in without.items():
        found = pc.match_substring_regex(from_text(streets.tags[key]), pattern)
        kept &= ~to_numpy(pc.fill_null(found, False))
    return kept


def _drawn(streets: Streets, kept: Flags) -> tuple[_Nodes, _Segments]:
    """Nodes by ascending id and the segments of the ways that are kept."""
    way = np.repeat(np.arange(len(kept)), np.diff(streets.start))
    rows = np.flatnonzero(kept[way])
    ids, first, node = np.unique(streets.node[rows], return_index=True, return_inverse=True)
    goes_on = (way[rows[1:]] == way[rows[:-1]]) & (node[1:] != node[:-1])
    first = rows[first]
    return (
        _Nodes(ids, streets.lon[first], streets.lat[first]),
        _Segments(node[:-1][goes_on], node[1:][goes_on]),
    )


def _widened(within: BaseGeometry, rim_m: float) -> BaseGeometry:
    centre = within.centroid
    local = metric_crs(centre.x, centre.y)
    return unproject(project(within, local).buffer(rim_m), local)


def _inside(nodes: _Nodes, segments: _Segments, area: BaseGeometry) -> _Segments:
    shapely.prepare(area)
    is_in = shapely.intersects_xy(area, nodes.lon, nodes.lat)
    both = is_in[segments.a] & is_in[segments.b]
    return _Segments(segments.a[both], segments.b[both])


def _largest(nodes: _Nodes, segments: _Segments) -> tuple[_Nodes, _Segments]:
    """The connected part with most nodes."""
    used, rows = np.unique(np.concatenate(segments), return_inverse=True)
    a, b = np.split(rows, 2)
    is_kept = _is_in_largest(len(used), a, b)
    number = np.cumsum(is_kept) - 1
    on = is_kept[a]
    kept = used[is_kept]
    return (
        _Nodes(nodes.id[kept], nodes.lon[kept], nodes.lat[kept]),
        _Segments(number[a[on]], number[b[on]]),
    )


def _is_in_largest(count: int, a: Ints, b: Ints) -> Flags:
    if count == 0:
        return np.zeros(0, np.bool_)
    part = components(build_graph(count, a, b, np.ones(len(a), np.int32)))
    return np.asarray(part == np.argmax(np.bincount(part)))


def _is_end(segments: _Segments, degree: Ints, count: int) -> Flags:
    """Nodes where a street ends or crosses: not those with two neighbours and two segments."""
    low, high = np.minimum(*segments), np.maximum(*segments)
    pair = np.unique(low.astype(np.int64) * count + high)
    neighbours = np.bincount(np.concatenate([pair // count, pair % count]), minlength=count)
    return np.asarray((degree > 0) & ~((degree == 2) & (neighbours == 2)))


def _chains(nodes: _Nodes, segments: _Segments, is_end: Flags) -> _Chains:
    """Join segments through nodes that only bend a street; rings without an end are dropped.

    Half-segment h runs from `begin[h]` to `end[h]`; its twin runs back. Each finds the head of its
    chain by jumping ever further back.
    """
    count = len(segments.a)
    begin = np.concatenate([segments.a, segments.b])
    end = np.concatenate([segments.b, segments.a])
    twin = np.concatenate([np.arange(count, 2 * count), np.arange(count)])
    before = _before(begin, twin, is_end)
    head, rank = _heads(before)
    last = twin[head[twin]]  # the chain back begins with the twin of the last half-segment
    first_node, last_node = begin[head], end[last]
    chosen = is_end[first_node] & (first_node <= last_node)
    rows = np.flatnonzero(chosen)
    rows = rows[np.lexsort((rank[rows], head[rows], last_node[rows], first_node[rows]))]
    return _with_last_node(begin, end, head[rows], rows)


def _before(begin: Ints, twin: Ints, is_end: Flags) -> Ints:
    """The half-segment that leads to each one; itself where a chain begins."""
    before = np.arange(len(begin))
    order = np.argsort(begin, kind="stable")
    order = order[~is_end[begin[order]]]
    one, two = order[0::2], order[1::2]  # the two ways out of a node that only bends
    before[one], before[two] = twin[two], twin[one]
    return before


def _heads(before: Ints) -> tuple[Ints, Ints]:
    """First half-segment of each chain, and how many stand before; pointers double each round."""
    jump = before.copy()
    rank = (before != np.arange(len(before))).astype(np.int64)
    for _ in range(int(np.ceil(np.log2(max(len(before), 2))))):
        further = jump[jump]
        if np.array_equal(further, jump):
            break
        rank += rank[jump]
        jump = further
    return jump, rank


def _with_last_node(begin: Ints, end: Ints, head: Ints, rows: Ints) -> _Chains:
    opens = np.ones(len(rows), np.bool_)
    opens[1:] = head[1:] != head[:-1]
    size = np.diff(np.append(np.flatnonzero(opens), len(rows)))
    start = np.concatenate([[0], np.cumsum(size + 1)]).astype(np.int64)
    node = np.empty(int(start[-1]), np.int64)
    is_last = np.zeros(len(node), np.bool_)
    is_last[start[1:] - 1] = True
    node[~is_last] = begin[rows]
    node[is_last] = end[rows[np.cumsum(size) - 1]]
    return _Chains(start, node)


def _cut(nodes: _Nodes, chains: _Chains, within: BaseGeometry) -> _Chains:
    """Chains with both ends within, of the largest part that hangs together."""
    shapely.prepare(within)
    a, b = chains.node[chains.start[:-1]], chains.node[chains.start[1:] - 1]
    ends, rows = np.unique(np.concatenate([a, b]), return_inverse=True)
    is_in = shapely.intersects_xy(within, nodes.lon[ends], nodes.lat[ends])
    a, b = np.split(rows, 2)
    both = is_in[a] & is_in[b]
    used, rows = np.unique(np.concatenate([a[both], b[both]]), return_inverse=True)
    first, second = np.split(rows, 2)
    kept = np.flatnonzero(both)[_is_in_largest(len(used), first, second)[first]]
    return _taken(chains, kept)


def _taken(chains: _Chains, rows: NDArray[np.int64]) -> _Chains:
    size = np.diff(chains.start)[rows]
    start = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    places = np.arange(int(start[-1])) + np.repeat(chains.start[rows] - start[:-1], size)
    return _Chains(start, chains.node[places])


def _network(nodes: _Nodes, chains: _Chains, degree: Ints, crs: str) -> SampledNetwork:
    used, rows = np.unique(
        np.concatenate([chains.node[chains.start[:-1]], chains.node[chains.start[1:] - 1]]),
        return_inverse=True,
    )
    a, b = np.split(rows, 2)
    length = _great_circle(nodes, chains)
    graph = build_graph(len(used), a, b, np.rint(length * 100).astype(np.int64))
    node_x, node_y = to_metric(nodes.lon[used], nodes.lat[used], crs)
    x, y = to_metric(nodes.lon[chains.node], nodes.lat[chains.node], crs)
    owner = np.repeat(np.arange(len(length)), np.diff(chains.start))
    line = np.asarray(shapely.linestrings(x, y, indices=owner), object)
    return SampledNetwork(graph, nodes.id[used], node_x, node_y, degree[used], line, length)


def _great_circle(nodes: _Nodes, chains: _Chains) -> Floats:
    """Length of each chain on the sphere, metres (haversine)."""
    lon, lat = np.radians(nodes.lon[chains.node]), np.radians(nodes.lat[chains.node])
    half = np.sin(np.diff(lat) / 2) ** 2
    half += np.cos(lat[1:]) * np.cos(lat[:-1]) * np.sin(np.diff(lon) / 2) ** 2
    step = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(half))
    owner = np.repeat(np.arange(len(chains.start) - 1), np.diff(chains.start))
    same = owner[1:] == owner[:-1]
    length = np.bincount(owner[1:][same], step[same], minlength=len(chains.start) - 1)
    return length.astype(np.float64)


def consolidated_crossings(network: SampledNetwork, tolerance_m: float) -> tuple[Floats, Floats]:
    """Crossings of streets, x and y: centre of each figure that overlapping circles make.

    Ends of dead-end streets are no crossings. Unlike the mean of its nodes, the centre of the
    figure does not move towards where nodes are many.
    """
    live = np.flatnonzero(network.streets_at > 1)
    x, y = network.x[live], network.y[live]
    points = shapely.points(x, y)
    a, b = shapely.STRtree(points).query(points, "dwithin", distance=2 * tolerance_m)
    pair = a < b
    graph = build_graph(len(live), a[pair], b[pair], np.ones(int(pair.sum()), np.int32))
    group = components(graph)
    order = np.argsort(group, kind="stable")
    together = shapely.multipoints(points[order], indices=group[order])
    centre = shapely.centroid(shapely.buffer(together, tolerance_m, quad_segs=16))
    return shapely.get_x(centre), shapely.get_y(centre)
