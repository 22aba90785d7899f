"""One network with the fields of distance on it: what changes, changes in place and is undone.

`Streets` holds the graph with its weights, the points (cells) and the doors (entrances of places);
`Field` one target: the doors that count for it, the key of each node and of each point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.kernels.graph import Graph, Snaps, reversed_graph
from urbanwork.kernels.incremental import BLOCKED, FAR, hang, lower, point_keys, points_at, repair
from urbanwork.kernels.legs import legs

Ints = NDArray[Any]
Flags = NDArray[np.bool_]
Undo = Callable[[], None]

MANY = 64
"""More points than these are entered into their lists by a kernel."""


class Doors:
    """Points with their legs to the graph, in arrays that can grow by rows.

    They hang in lists by edge: `first` is one on each edge, `next` the next on the same edge.
    """

    def __init__(self, graph: Graph, snaps: Snaps, *, leaving: bool) -> None:
        self._leaving = leaving
        self.count = 0
        self.edge = np.full(0, -1, np.int32)
        self.to_end = np.zeros(0, np.int32)
        self.off = np.zeros(0, np.int32)
        self.node = np.full((0, 2), -1, np.int32)
        self.cost = np.zeros((0, 2), np.int64)
        self.first = np.full(max(graph.edge_count, 1), -1, np.int64)
        self.next = np.full(0, -1, np.int64)
        self.add(graph, snaps)

    def add(self, graph: Graph, snaps: Snaps) -> Ints:
        """Rows behind those there are; returns them."""
        count = self.count + len(snaps)
        if count > len(self.edge):
            self._widen(max(count, len(self.edge) * 5 // 4 + 64) if self.count else count)
        rows = np.arange(self.count, count)
        self.count = count
        self._put(graph, rows, snaps)
        self._hang(rows)
        return rows

    def drop(self, rows: Ints) -> None:
        """Undo `add`: the last rows go."""
        self._unhang(rows)
        self.count -= len(rows)

    def set(self, graph: Graph, rows: Ints, snaps: Snaps) -> None:
        """Put points elsewhere."""
        self._unhang(rows)
        self._put(graph, rows, snaps)
        self._hang(rows)

    def on_edges(self, edges: Ints) -> Ints:
        """Rows of the points on these edges, rising."""
        found = []
        for first in self.first[edges].tolist():
            row = first
            while row >= 0:
                found.append(row)
                row = int(self.next[row])
        return np.array(sorted(found), np.int64)

    def _hang(self, rows: Ints) -> None:
        """Enter points into the lists of their edges, the last row first in its list."""
        if len(rows) > MANY:
            hang(rows, self.edge, self.first, self.next)
            return
        for row in rows.tolist():
            edge = self.edge[row]
            if edge >= 0:
                self.next[row] = self.first[edge]
                self.first[edge] = row

    def _unhang(self, rows: Ints) -> None:
        for row in rows.tolist():
            edge = self.edge[row]
            if edge < 0:
                continue
            if self.first[edge] == row:
                self.first[edge] = self.next[row]
            else:
                at = self.first[edge]
                while self.next[at] != row:
                    at = self.next[at]
                self.next[at] = self.next[row]
            self.next[row] = -1

    def _widen(self, size: int) -> None:
        for name in ("edge", "to_end", "off", "node", "cost", "next"):
            old = getattr(self, name)
            new = np.full((size, *old.shape[1:]), -1, old.dtype)
            new[: len(old)] = old
            setattr(self, name, new)

    def _put(self, graph: Graph, rows: Ints, snaps: Snaps) -> None:
        self.edge[rows], self.to_end[rows], self.off[rows] = snaps.edge, snaps.to_end, snaps.off
        self.node[rows] = -1
        found = legs(graph, snaps, leaving=self._leaving, limit=int(BLOCKED) - 1)
        side = found.is_end.astype(np.int64)
        self.node[rows[found.point], side] = found.node
        self.cost[rows[found.point], side] = found.cost


@dataclass(slots=True)
class Field:
    """Distances to the nearest door that counts."""

    counts: Flags  # [doors, with room to grow]
    limit: int
    key: Ints  # [N]
    at_points: Ints  # [P] key of each point
    version: int = 0  # rises with every change


@dataclass(slots=True)
class Change:
    """What a change of a field did: the points whose key is another now."""

    points: Ints
    undo: list[Undo] = field(default_factory=list)


class Streets:
    """A graph with its points and doors, and the fields on them."""

    def __init__(self, graph: Graph, points: Snaps, doors: Snaps, *, towards_place: bool) -> None:
        self.graph = graph
        self.is_one_way = np.array(graph.is_forward_only, np.bool_)
        searched = reversed_graph(graph) if towards_place else graph
        other = graph if towards_place else reversed_graph(graph)
        self.rows = _rows(searched)
        self.back = self.rows if other is searched else _rows(other)
        self.way_edge = np.ascontiguousarray(searched.edge, np.int64)
        self.back_edge = (
            self.way_edge if other is searched else np.ascontiguousarray(other.edge, np.int64)
        )
        self._is_searched_as_given = searched is graph
        self.half = _half_edges(searched)
        self.half_back = self.half if other is searched else _half_edges(other)
        self.from_place = np.int64(not towards_place)
        self.points = Doors(graph, points, leaving=towards_place)
        self.doors = Doors(graph, doors, leaving=not towards_place)
        self._fields: list[Field] = []
        size = graph.node_count
        self.node_stamp = np.zeros(max(size, 1), np.int64)
        self.edge_stamp = np.zeros(max(graph.edge_count, 1), np.int64)
        self.now = 0
        self._changed = np.empty(size, np.int64)
        self._before = np.empty(size, np.int64)
        self._found = np.empty(len(points), np.int64)
        self._scratch = np.full(size, FAR)

    # Doors

    def add_doors(self, snaps: Snaps) -> Ints:
        """New doors, which count for no field yet; return their rows."""
        rows = self.doors.add(self.graph, snaps)
        for one in self._fields:
            self._room(one)
        return rows

    def drop_doors(self, rows: Ints) -> None:
        """Undo `add_doors`: the last rows go."""
        self.doors.drop(rows)

    def put_doors(self, rows: Ints, snaps: Snaps) -> Snaps:
        """Put doors elsewhere; return where they stood. Fields are told by the caller."""
        old = self.where(self.doors, rows)
        self.doors.set(self.graph, rows, snaps)
        return old

    def where(self, doors: Doors, rows: Ints) -> Snaps:
        """The snaps of rows of points or doors."""
        edge, end = doors.edge[rows], doors.to_end[rows]
        weight = np.where(edge >= 0, self.graph.edge_weight[edge], 0) if len(edge) else edge
        start = np.where(edge >= 0, weight - end, 0).astype(np.int32)
        return Snaps(edge.copy(), start, end.copy(), doors.off[rows].copy())

    # Fields

    def field(self, rows: Ints, limit: int) -> Field:
        """The field of some doors, searched from nothing."""
        counts = np.zeros(len(self.doors.edge), np.bool_)
        counts[rows] = True
        node, key = self.seeds(rows, limit)
        made = Field(
            counts, limit, np.full(self.graph.node_count, FAR),
            np.full(self.points.count, FAR),
        )  # fmt: skip
        self.now += 1
        lower(
            *self.rows, np.int64(limit), node, key, made.key, self.node_stamp, self.now,
            self._changed, self._before, 0,
        )  # fmt: skip
        every = np.arange(self.points.count)
        self._fill(made, every, made.at_points)
        self._fields.append(made)
        return made

    def seeds(self, rows: Ints, limit: int) -> tuple[Ints, Ints]:
        """Nodes and keys from which doors are searched, within the limit."""
        node, cost = self.doors.node[rows], self.doors.cost[rows]
        near = (node >= 0) & (cost <= limit)
        label = np.broadcast_to(rows[:, None], node.shape)
        return node[near].astype(np.int64), (cost[near] << 32) | label[near]

    def _fill(self, one: Field, points: Ints, out: Ints) -> None:
        p, d = self.points, self.doors
        point_keys(
            points, p.node, p.cost, p.edge, p.to_end, p.off, self.is_one_way,
            self.from_place, d.first, d.next, d.to_end, d.off, one.counts,
            np.int64(one.limit), one.key, out,
        )  # fmt: skip

    def add(self, one: Field, rows: Ints) -> Change:
        """Doors count from now on."""
        undo: list[Undo] = []
        one.counts[rows] = True
        node, key = self.seeds(rows, one.limit)
        self.now += 1
        found = lower(
            *self.rows, np.int64(one.limit), node, key, one.key, self.node_stamp, self.now,
            self._changed, self._before, 0,
        )  # fmt: skip
        undo.append(self._restore(one, found))
        undo.append(_flags_back(one, rows, False))
        return self._points(one, found, self.doors.edge[rows], None, undo)

    def remove(self, one: Field, rows: Ints) -> Change:
        """Doors count no more."""
        undo: list[Undo] = []
        node, key = self.seeds(rows, one.limit)
        root = node[one.key[node] == key]
        one.counts[rows] = False
        self.now += 1
        found = self._repair(one, root)
        undo.append(self._restore(one, found))
        undo.append(_flags_back(one, rows, True))
        return self._points(one, found, self.doors.edge[rows], None, undo)

    def _repair(self, one: Field, root: Ints) -> int:
        d = self.doors
        return int(repair(
            *self.rows, self.way_edge, *self.back, self.back_edge, np.int64(one.limit), root,
            d.first, d.next, d.node, d.cost, one.counts, one.key, self.node_stamp, self.now,
            self._changed, self._before,
        ))  # fmt: skip

    def roots_of(self, one: Field, edges: Ints, doors: Ints) -> Ints:
        """Nodes whose key rests on a way along one of the edges, or on one of the doors.

        To be asked for before the edges close and the doors move.
        """
        _, neighbour, weight = self.rows
        out = [
            int(neighbour[way])
            for tail, way in self._ways(edges)
            if one.key[tail] != FAR
            and weight[way] != BLOCKED
            and one.key[neighbour[way]] == one.key[tail] + (int(weight[way]) << 32)
        ]
        node, key = self.seeds(doors[one.counts[doors]], one.limit)
        return np.concatenate([np.array(out, np.int64), node[one.key[node] == key]])

    def shift(self, one: Field, root: Ints, doors: Ints, edges: Ints, points: Ints) -> Change:
        """Streets have closed or opened, and doors and points moved: make the field right again.

        Args:
            one: the field.
            root: nodes whose keys rested on what went (`roots_of`).
            doors: doors that stand elsewhere now.
            edges: edges that closed, opened, or have lost or got doors.
            points: points that stand elsewhere now.
        """
        undo: list[Undo] = []
        mine = doors[one.counts[doors]]
        new_node, new_key = self.seeds(mine, one.limit)
        self.now += 1
        found = self._repair(one, root)
        over_node, over_key = self._over(one, edges)
        found = lower(
            *self.rows, np.int64(one.limit), np.concatenate([new_node, over_node]),
            np.concatenate([new_key, over_key]), one.key, self.node_stamp, self.now,
            self._changed, self._before, found,
        )  # fmt: skip
        undo.append(self._restore(one, found))
        return self._points(one, found, edges, points, undo)

    def _over(self, one: Field, edges: Ints) -> tuple[Ints, Ints]:
        """What comes over these edges to their far ends."""
        _, neighbour, weight = self.rows
        node, key = [], []
        for tail, way in self._ways(edges):
            if one.key[tail] != FAR and weight[way] != BLOCKED:
                node.append(int(neighbour[way]))
                key.append(int(one.key[tail]) + (int(weight[way]) << 32))
        return np.array(node, np.int64), np.array(key, np.int64)

    def _ways(self, edges: Ints) -> list[tuple[int, int]]:
        return [half for edge in edges.tolist() for half in self.half[edge]]

    def look_again(self, one: Field, points: Ints) -> Change:
        """Points have moved."""
        self.now += 1
        return self._points(one, 0, np.zeros(0, np.int64), points, [])

    def _room(self, one: Field) -> None:
        if len(one.counts) < len(self.doors.edge):
            wider = np.zeros(len(self.doors.edge), np.bool_)
            wider[: len(one.counts)] = one.counts
            one.counts = wider

    def _restore(self, one: Field, found: int) -> Undo:
        nodes, keys = self._changed[:found].copy(), self._before[:found].copy()

        def back() -> None:
            one.key[nodes] = keys

        return back

    def _points(
        self, one: Field, found: int, edges: Ints, points: Ints | None, undo: list[Undo]
    ) -> Change:
        """Look again at the points on these edges, on the first `found` nodes that changed, and
        at `points`."""
        rows = self._points_at(found, edges)
        if points is not None and len(points):
            rows = np.union1d(rows, points)
        new = np.empty(len(rows), np.int64)
        self._fill(one, rows, new)
        old = one.at_points[rows]
        is_other = new != old
        rows, old = rows[is_other], old[is_other]
        one.at_points[rows] = new[is_other]

        def back() -> None:
            one.at_points[rows] = old

        undo.append(back)
        one.version += 1
        return Change(rows, undo)

    def _points_at(self, found: int, edges: Ints) -> Ints:
        """Points on these edges and at the first `found` nodes that changed, rising."""
        return self.points_of(self._changed[:found], edges)

    def points_of(self, nodes: Ints, edges: Ints) -> Ints:
        """Points on these edges and on those of these nodes, rising; once a `now`."""
        p = self.points
        count = points_at(
            nodes, edges, self.rows[0], self.way_edge, self.back[0],
            self.back_edge, p.first, p.next, self.edge_stamp, self.now, self._found,
        )  # fmt: skip
        return np.sort(self._found[:count])

    # Streets

    def set_weights(self, edges: Ints, *, is_closed: bool) -> None:
        """Close or open edges for every field; call between `roots_of` and `shift`."""
        for rows, half in ((self.rows, self.half), (self.back, self.half_back)):
            weight = rows[2]
            for edge in edges.tolist():
                for _, way in half[edge]:
                    weight[way] = BLOCKED if is_closed else self.graph.edge_weight[edge]
            if self.back is self.rows:
                break

    def points_around(self, nodes: Ints, limit: int) -> tuple[Ints, Ints]:
        """Points within the limit of the nearest of some nodes, rising, with their distance."""
        key, p = self._scratch, self.points
        self.now += 1
        found = lower(
            *self.rows, np.int64(limit), nodes.astype(np.int64), np.zeros(len(nodes), np.int64),
            key, self.node_stamp, self.now, self._changed, self._before, 0,
        )  # fmt: skip
        points = self._points_at(found, np.zeros(0, np.int64))
        node, cost = p.node[points], p.cost[points]
        distance = np.where(node >= 0, (key[node] >> 32) + cost, FAR).min(axis=1, initial=FAR)
        key[self._changed[:found]] = FAR
        near = distance <= limit
        return points[near], distance[near]

    def ways_of_graph(self, edges: Ints) -> Ints:
        """Half-edges of these edges in the rows of the graph as it was given."""
        half = self.half if self._is_searched_as_given else self.half_back
        return np.array([way for edge in edges.tolist() for _, way in half[edge]], np.int64)

    def points_near(self, rows: Ints, limit: int) -> Ints:
        """The points within the limit of the nearest of some doors."""
        node, seed = self.seeds(rows, limit)
        key = self._scratch
        self.now += 1
        found = lower(
            *self.rows, np.int64(limit), node, seed, key, self.node_stamp, self.now,
            self._changed, self._before, 0,
        )  # fmt: skip
        nodes = self._changed[:found].copy()
        counts = np.zeros(len(self.doors.edge), np.bool_)
        counts[rows] = True
        points = self._points_at(found, self.doors.edge[rows])
        nothing = np.zeros(0, np.int64)
        out = np.empty(len(points), np.int64)
        self._fill(Field(counts, limit, key, nothing), points, out)
        key[nodes] = FAR
        return np.asarray(points[out != FAR])


def _flags_back(one: Field, rows: Ints, value: bool) -> Undo:
    def back() -> None:
        one.counts[rows] = value

    return back


def _rows(graph: Graph) -> tuple[Ints, Ints, Ints]:
    """Rows of the graph with weights of our own, to be changed."""
    row_start = np.ascontiguousarray(graph.row_start, np.int64)
    neighbour = np.ascontiguousarray(graph.neighbour, np.int64)
    return row_start, neighbour, np.array(graph.weight, np.int32)


class _HalfEdges:
    """Node and row of the one or two half-edges of each edge."""

    def __init__(self, graph: Graph) -> None:
        order = np.argsort(graph.edge, kind="stable")
        self._way = order
        self._start = np.searchsorted(graph.edge[order], np.arange(graph.edge_count + 1))
        self._row_start = graph.row_start.astype(np.int64)  # the type of what is looked for

    def __getitem__(self, edge: int) -> list[tuple[int, int]]:
        ways = self._way[self._start[edge] : self._start[edge + 1]]
        tails = np.searchsorted(self._row_start, ways, side="right") - 1
        return list(zip(tails.tolist(), ways.tolist(), strict=True))


def _half_edges(graph: Graph) -> _HalfEdges:
    return _HalfEdges(graph)
