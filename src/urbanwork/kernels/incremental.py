"""Distances to the nearest place, kept while places come and go and streets close and open.

A field holds one key a node, as the search does: the distance in the upper half of an int64, the
label of the entrance that is nearest in the lower half (kernels/search.py).

- Something came nearer (a place, a street opened): `lower` spreads the new keys as far as they
  are lower than what is there.
- Something went (a place, a street closed): `repair` forgets every node whose key rests on it,
  that is all that hang on it by tight edges, and spreads anew from the rim.

Both write down each node that they change with its old key, so that a change can be undone and
only what hangs on these nodes is looked at again. Results are exact: they are those of a search
from nothing.

Source: G. Ramalingam, T. Reps, "An incremental algorithm for a generalization of the shortest-path
problem", Journal of Algorithms 21 (1996).
"""

# ruff: noqa: PLR0912 - kernels take arrays one by one; each search is one loop
from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.kernels.compiled import compiled

FAR = np.int64(2**63 - 1)
"""Key of a node that nothing reaches within the limit."""
BLOCKED = np.int32(2**31 - 1)
"""Weight of a street that is closed."""

ZERO = np.int64(0)
"""A count that is handed to another kernel starts here: numba compiles one more kernel for `0`."""

Ints = NDArray[Any]


@compiled
def _longer(values: Ints, count: Any) -> Any:
    """The first `count` values with twice the room.

    One by one: copying into a slice makes numba compile the text of an error, for two seconds.
    """
    longer = np.empty(2 * count, np.int64)
    for at in range(count):
        longer[at] = values[at]
    return longer


@compiled
def _push(heap_key: Ints, heap_node: Ints, count: Any, key: Any, node: Any) -> None:
    place = count
    while place > 0:
        above = (place - 1) >> 1
        if heap_key[above] <= key:
            break
        heap_key[place] = heap_key[above]
        heap_node[place] = heap_node[above]
        place = above
    heap_key[place] = key
    heap_node[place] = node


@compiled
def _sink(heap_key: Ints, heap_node: Ints, count: Any) -> None:
    """Take the first of `count` away: the last goes to its place and sinks."""
    last = count - 1
    key = heap_key[last]
    node = heap_node[last]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= last:
            break
        if below + 1 < last and heap_key[below + 1] < heap_key[below]:
            below += 1
        if heap_key[below] >= key:
            break
        heap_key[place] = heap_key[below]
        heap_node[place] = heap_node[below]
        place = below
    heap_key[place] = key
    heap_node[place] = node


@compiled
def lower(
    row_start: Ints,  # [N + 1] the graph that is searched
    neighbour: Ints,  # [H]
    weight: Ints,  # [H] BLOCKED where closed
    limit: Any,
    seed_node: Ints,
    seed_key: Ints,
    key: Ints,  # [N] changed in place
    stamp: Ints,  # [N] the number of the call that last changed a node
    now: Any,  # the number of this call
    changed: Ints,  # [N] filled with the nodes that changed
    before: Ints,  # [N] filled with their keys before
    found: Any,  # how many are there already
) -> Any:
    """Spread seeds as far as they lower keys; return the number of `changed` nodes."""
    ceiling = (np.int64(limit) + 1) << 32
    heap_key = np.empty(max(256, 2 * len(seed_node)), np.int64)
    heap_node = np.empty(len(heap_key), np.int64)
    count = ZERO
    for seed in range(len(seed_node)):
        node = seed_node[seed]
        new = seed_key[seed]
        if new < ceiling and new < key[node]:
            if stamp[node] != now:
                stamp[node] = now
                changed[found] = node
                before[found] = key[node]
                found += 1
            key[node] = new
            _push(heap_key, heap_node, count, new, node)
            count += 1
    while count > 0:
        own = heap_key[0]
        node = heap_node[0]
        _sink(heap_key, heap_node, count)
        count -= 1
        if own != key[node]:
            continue
        for way in range(row_start[node], row_start[node + 1]):
            if weight[way] == BLOCKED:
                continue
            new = own + (np.int64(weight[way]) << 32)
            other = neighbour[way]
            if new >= ceiling or new >= key[other]:
                continue
            if stamp[other] != now:
                stamp[other] = now
                changed[found] = other
                before[found] = key[other]
                found += 1
            key[other] = new
            if count == len(heap_key):
                heap_key = _longer(heap_key, count)
                heap_node = _longer(heap_node, count)
            _push(heap_key, heap_node, count, new, other)
            count += 1
    return found


@compiled
def repair(
    row_start: Ints,
    neighbour: Ints,
    weight: Ints,
    way_edge: Ints,  # [H] the edge of each half-edge
    back_start: Ints,  # [N + 1] the same graph with every street turned round
    back_neighbour: Ints,
    back_weight: Ints,
    back_edge: Ints,  # [H]
    limit: Any,
    root: Ints,  # nodes whose keys rest on what went
    first_door: Ints,  # [E] an entrance on each edge, -1 for none
    next_door: Ints,  # [Q] the next one on the same edge
    door_node: Ints,  # [Q, 2] nodes that each entrance has a leg to, -1 for none
    door_cost: Ints,  # [Q, 2]
    counts: NDArray[np.bool_],  # [Q] entrances that count now
    key: Ints,
    stamp: Ints,
    now: Any,
    changed: Ints,
    before: Ints,
) -> Any:
    """Forget what hangs on the roots, and search it anew; return the number of `changed` nodes.

    `weight` is that after the change: a root is given for each street that closed. Entrances are
    looked for on the streets of the nodes that are forgotten only.
    """
    found = ZERO
    for place in range(len(root)):
        node = root[place]
        if stamp[node] != now and key[node] != FAR:
            stamp[node] = now
            changed[found] = node
            before[found] = key[node]
            found += 1
    done = 0
    while done < found:
        node = changed[done]
        own = before[done]
        done += 1
        for way in range(row_start[node], row_start[node + 1]):
            other = neighbour[way]
            if weight[way] == BLOCKED or stamp[other] == now:
                continue
            if key[other] == own + (np.int64(weight[way]) << 32):
                stamp[other] = now
                changed[found] = other
                before[found] = key[other]
                found += 1
    for place in range(found):
        key[changed[place]] = FAR
    rim_node = np.empty(256, np.int64)
    rim_key = np.empty(256, np.int64)
    rim = ZERO
    for place in range(found):
        node = changed[place]
        best = FAR
        for way in range(back_start[node], back_start[node + 1]):
            best = min(
                best,
                _nearest_door(
                    back_edge[way], node, first_door, next_door, door_node, door_cost, counts
                ),
            )
            other = back_neighbour[way]
            if back_weight[way] == BLOCKED or key[other] == FAR:
                continue
            best = min(best, key[other] + (np.int64(back_weight[way]) << 32))
        for way in range(row_start[node], row_start[node + 1]):
            best = min(
                best,
                _nearest_door(
                    way_edge[way], node, first_door, next_door, door_node, door_cost, counts
                ),
            )
        if best != FAR:
            if rim == len(rim_node):
                rim_node = _longer(rim_node, rim)
                rim_key = _longer(rim_key, rim)
            rim_node[rim] = node
            rim_key[rim] = best
            rim += 1
    return lower(
        row_start, neighbour, weight, limit, rim_node[:rim], rim_key[:rim], key, stamp, now,
        changed, before, found,
    )  # fmt: skip


@compiled
def _nearest_door(
    edge: Any,
    node: Any,
    first_door: Ints,
    next_door: Ints,
    door_node: Ints,
    door_cost: Ints,
    counts: NDArray[np.bool_],
) -> Any:
    """The least key that entrances on an edge give a node, FAR where none does."""
    best = FAR
    door = first_door[edge]
    while door >= 0:
        if counts[door]:
            for side in range(2):
                if door_node[door, side] == node:
                    best = min(best, (door_cost[door, side] << 32) | door)
        door = next_door[door]
    return best


@compiled
def hang(rows: Ints, edge: Ints, first: Ints, following: Ints) -> None:
    """Enter rows into the lists of their edges, the last row first in its list."""
    for place in range(len(rows)):
        row = rows[place]
        if edge[row] >= 0:
            following[row] = first[edge[row]]
            first[edge[row]] = row


@compiled
def points_at(
    nodes: Ints,  # nodes that changed
    edges: Ints,  # edges besides, -1 for none
    row_start: Ints,  # [N + 1]
    way_edge: Ints,  # [H]
    back_start: Ints,  # [N + 1]
    back_edge: Ints,  # [H]
    first_point: Ints,  # [E] a point on each edge, -1 for none
    next_point: Ints,  # [P] the next one on the same edge
    edge_stamp: Ints,  # [E] the number of the call that last looked at an edge
    now: Any,
    out: Ints,  # [P]
) -> Any:
    """Fill `out` with the points on these edges and on those of these nodes; return how many."""
    found = ZERO
    for place in range(len(edges)):
        if edges[place] >= 0:
            found = _points_on(edges[place], first_point, next_point, edge_stamp, now, out, found)
    for place in range(len(nodes)):
        node = nodes[place]
        for way in range(row_start[node], row_start[node + 1]):
            found = _points_on(way_edge[way], first_point, next_point, edge_stamp, now, out, found)
        for way in range(back_start[node], back_start[node + 1]):
            found = _points_on(back_edge[way], first_point, next_point, edge_stamp, now, out, found)
    return found


@compiled
def _points_on(
    edge: Any,
    first_point: Ints,
    next_point: Ints,
    edge_stamp: Ints,
    now: Any,
    out: Ints,
    found: Any,
) -> Any:
    """Add the points on an edge that was not looked at yet; return how many there are then."""
    if edge_stamp[edge] == now:
        return found
    edge_stamp[edge] = now
    point = first_point[edge]
    while point >= 0:
        out[found] = point
        found += 1
        point = next_point[point]
    return found


@compiled
def point_keys(
    points: Ints,  # rows of the points asked for
    leg_node: Ints,  # [P, 2]
    leg_cost: Ints,  # [P, 2]
    edge: Ints,  # [P] -1 where there is no street
    to_end: Ints,  # [P]
    off: Ints,  # [P]
    is_one_way: NDArray[np.bool_],  # [E]
    from_place: Any,  # 1 where the way leads from the entrance to the point, else 0
    first_door: Ints,  # [E] an entrance on each edge, -1 for none
    next_door: Ints,  # [Q] the next one on the same edge
    door_to_end: Ints,  # [Q]
    door_off: Ints,  # [Q]
    counts: NDArray[np.bool_],  # [Q] entrances of the field
    limit: Any,
    key: Ints,  # [N]
    out: Ints,  # [len(points)] filled with the key of each point, FAR beyond the limit
) -> None:
    """The nearest entrance of points: over the ends of their edge, or along the edge itself."""
    ceiling = (np.int64(limit) + 1) << 32
    for place in range(len(points)):
        point = points[place]
        best = FAR
        here = edge[point]
        if here >= 0:
            for side in range(2):
                node = leg_node[point, side]
                if node >= 0 and key[node] != FAR:
                    best = min(best, key[node] + (np.int64(leg_cost[point, side]) << 32))
            door = first_door[here]
            while door >= 0:
                if counts[door]:
                    ahead = np.int64(to_end[point]) - np.int64(door_to_end[door])
                    if from_place == 1:
                        ahead = -ahead
                    if not is_one_way[here] or ahead >= 0:
                        cost = abs(ahead) + np.int64(off[point]) + np.int64(door_off[door])
                        best = min(best, (cost << 32) | np.int64(door))
                door = next_door[door]
        out[place] = best if best < ceiling else FAR
