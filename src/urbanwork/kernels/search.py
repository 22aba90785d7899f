"""The compiled search of the street graph, and the kernels that call it once per source.

One search serves all. A node's key holds its distance in the upper half of an int64 and the label
of the source it is nearest to in the lower half: comparing keys compares distances and settles ties
by the lowest label, whatever the order of work. Nodes below a rising bound are worked off in turn
("near"), the others wait ("far"), so no heap is needed and results are exact for any bound.

Source: R. B. Dial, "Algorithm 360: shortest-path forest with topological ordering", Communications
of the ACM 12 (1969); A. Davidson et al., "Work-efficient parallel GPU methods for single-source
shortest paths", IPDPS 2014 (near and far piles).
"""

# ruff: noqa: PLR0912, PLR0915 - kernels take arrays one by one; the search is one loop
from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.kernels.compiled import compiled

FAR = np.int64(2**63 - 1)
"""Key of a node that no search has touched."""

Ints = NDArray[Any]
Row = np.uint64
"""Type of an index: unsigned, since numba checks signed ones for counting from the end."""


@compiled
def _search(
    row_start: Ints,  # [N + 1]
    neighbour: Ints,  # [H]
    weight: Ints,  # [H]
    step: Any,  # how far the bound rises at a time; the result does not depend on it
    limit: Any,  # keys further than this are left out
    seed_node: Ints,
    seed_key: Ints,
    watched: Ints,  # nodes; once all are settled the search stops; empty: it goes on
    key: Ints,  # [N] FAR where no search has been
    waits: NDArray[np.bool_],  # [N] False
    near: Ints,  # [2 N] work space
    far: Ints,  # [N] work space
    touched: Ints,  # [N] filled with the nodes whose key changed
) -> Any:
    """Spread the keys of the seeds to all nodes within `limit`; return the number of `touched`."""
    half = len(near) // 2
    ceiling = (limit + 1) << 32
    found = 0
    far_count = 0
    for seed in range(len(seed_node)):
        node = Row(seed_node[Row(seed)])
        new = seed_key[Row(seed)]
        if new < ceiling and new < key[node]:
            if key[node] == FAR:
                touched[Row(found)] = node
                found += 1
                far[Row(far_count)] = node
                far_count += 1
            key[node] = new
    settled = 0
    bound = np.int64(0)
    while far_count > 0:
        lowest = FAR
        kept = 0
        for place in range(far_count):  # drop those that came near, and were done, since
            node = Row(far[Row(place)])
            if key[node] >= bound:
                far[Row(kept)] = node
                kept += 1
                lowest = min(lowest, key[node])
        if kept == 0:
            break
        far_count = kept
        bound = min((lowest >> 32) + step, limit + 1) << 32
        kept = 0
        near_count = 0
        base = 0
        for place in range(far_count):
            node = Row(far[Row(place)])
            if key[node] < bound:
                near[Row(near_count)] = node
                near_count += 1
                waits[node] = True
            else:
                far[Row(kept)] = node
                kept += 1
        far_count = kept
        while near_count > 0:
            next_base = half - base
            next_count = 0
            for place in range(base, base + near_count):
                node = Row(near[Row(place)])
                own = key[node]
                waits[node] = False
                for way in range(row_start[node], row_start[node + Row(1)]):
                    new = own + (np.int64(weight[Row(way)]) << 32)
                    if Row(new) >= Row(ceiling):  # unsigned: what overflows is beyond it too
                        continue
                    other = Row(neighbour[Row(way)])
                    old = key[other]
                    if new >= old:
                        continue
                    key[other] = new
                    if old == FAR:
                        touched[Row(found)] = other
                        found += 1
                    if new >= bound:
                        if old == FAR:
                            far[Row(far_count)] = other
                            far_count += 1
                    elif not waits[other]:
                        waits[other] = True
                        near[Row(next_base + next_count)] = other
                        next_count += 1
            base = next_base
            near_count = next_count
        if len(watched) > 0:
            while settled < len(watched) and key[Row(watched[Row(settled)])] < bound:
                settled += 1
            if settled == len(watched):
                break
    return found


@compiled
def nearest_labels(
    row_start: Ints,
    neighbour: Ints,
    weight: Ints,
    step: Any,
    limit: Any,
    seed_node: Ints,
    seed_key: Ints,
    distance: Ints,  # [N] UNREACHED at first
    label: Ints,  # [N] -1 at first
) -> None:
    """Fill `distance` and `label` of all nodes within `limit` of a seed."""
    nodes = len(row_start) - 1
    key = np.full(nodes, FAR)
    waits = np.zeros(nodes, np.bool_)
    near = np.empty(2 * nodes, np.uint32)
    far = np.empty(nodes, np.uint32)
    touched = np.empty(nodes, np.uint32)
    nobody = np.empty(0, np.uint32)
    _search(
        row_start, neighbour, weight, step, limit, seed_node, seed_key, nobody, key, waits, near,
        far, touched,
    )  # fmt: skip
    for node in range(nodes):
        if key[node] != FAR:
            distance[node] = key[node] >> 32
            label[node] = key[node] & 0xFFFFFFFF


@compiled
def ring_counts(
    row_start: Ints,
    neighbour: Ints,
    weight: Ints,
    step: Any,
    radii: Ints,  # [R] rising
    seed_start: Ints,  # [S + 1] seeds of each source
    seed_node: Ints,
    seed_key: Ints,
    hang_start: Ints,  # [N + 1] targets that hang on each node
    hang_target: Ints,
    hang_cost: Ints,
    direct_start: Ints,  # [S + 1] targets on the same edge as the source
    direct_target: Ints,
    direct_cost: Ints,
    first: Any,  # sources first to behind are searched around
    behind: Any,
    source_position: Ints,  # [S]
    target_position: Ints,  # [T]
    stride: Any,
    counts: Ints,  # flat
) -> None:
    """Add 1 to `counts[source_position + ring * stride + target_position]` per pair in reach."""
    nodes = len(row_start) - 1
    limit = radii[len(radii) - 1]
    key = np.full(nodes, FAR)
    waits = np.zeros(nodes, np.bool_)
    near = np.empty(2 * nodes, np.uint32)
    far = np.empty(nodes, np.uint32)
    touched = np.empty(nodes, np.uint32)
    nobody = np.empty(0, np.uint32)
    best = np.full(len(target_position), FAR)
    seen = np.empty(len(target_position), np.uint32)
    for source in range(first, behind):
        a = seed_start[source]
        b = seed_start[source + 1]
        found = _search(
            row_start, neighbour, weight, step, limit, seed_node[a:b], seed_key[a:b], nobody, key,
            waits, near, far, touched,
        )  # fmt: skip
        seen_count = 0
        for place in range(found):
            node = Row(touched[Row(place)])
            here = key[node] >> 32
            key[node] = FAR
            for hang in range(hang_start[node], hang_start[node + Row(1)]):
                reach = here + hang_cost[Row(hang)]
                target = Row(hang_target[Row(hang)])
                if reach <= limit and reach < best[target]:
                    if best[target] == FAR:
                        seen[Row(seen_count)] = target
                        seen_count += 1
                    best[target] = reach
        for direct in range(direct_start[source], direct_start[source + 1]):
            target = Row(direct_target[direct])
            if direct_cost[direct] <= limit and direct_cost[direct] < best[target]:
                if best[target] == FAR:
                    seen[Row(seen_count)] = target
                    seen_count += 1
                best[target] = direct_cost[direct]
        for place in range(seen_count):
            target = Row(seen[Row(place)])
            ring = 0
            while best[target] > radii[ring]:
                ring += 1
            best[target] = FAR
            counts[source_position[source] + ring * stride + target_position[target]] += 1


@compiled
def pair_distances(
    row_start: Ints,
    neighbour: Ints,
    weight: Ints,
    step: Any,
    limit: Any,
    seed_start: Ints,  # [S + 1]
    seed_node: Ints,
    seed_key: Ints,
    pair_start: Ints,  # [S + 1] pairs of each source
    pair_to: Ints,  # [M] target of each pair
    leg_start: Ints,  # [T + 1] legs from the graph to each target
    leg_node: Ints,
    leg_cost: Ints,
    first: Any,  # sources first to behind are searched around
    behind: Any,
    distance: Ints,  # [M] lowered where a way through the graph is shorter
) -> None:
    """Lower `distance` of each pair to its network distance where that is within `limit`."""
    nodes = len(row_start) - 1
    key = np.full(nodes, FAR)
    waits = np.zeros(nodes, np.bool_)
    near = np.empty(2 * nodes, np.uint32)
    far = np.empty(nodes, np.uint32)
    touched = np.empty(nodes, np.uint32)
    for source in range(first, behind):
        pairs = range(pair_start[source], pair_start[source + 1])
        legs = 0
        for pair in pairs:
            legs += leg_start[pair_to[pair] + 1] - leg_start[pair_to[pair]]
        if legs == 0:
            continue
        watched = np.empty(legs, np.uint32)
        legs = 0
        for pair in pairs:
            for leg in range(leg_start[pair_to[pair]], leg_start[pair_to[pair] + 1]):
                watched[legs] = leg_node[leg]
                legs += 1
        a = seed_start[source]
        b = seed_start[source + 1]
        found = _search(
            row_start, neighbour, weight, step, limit, seed_node[a:b], seed_key[a:b], watched, key,
            waits, near, far, touched,
        )  # fmt: skip
        for pair in pairs:
            for leg in range(leg_start[pair_to[pair]], leg_start[pair_to[pair] + 1]):
                node = Row(leg_node[leg])
                if key[node] != FAR:
                    reach = (key[node] >> 32) + leg_cost[leg]
                    if reach <= limit and reach < distance[pair]:
                        distance[pair] = reach
        for place in range(found):
            key[Row(touched[Row(place)])] = FAR


@compiled
def group_means(
    row_start: Ints,
    neighbour: Ints,
    weight: Ints,
    step: Any,
    limit: Any,
    seed_node: Ints,  # [N] 0, 1, 2 ...
    seed_key: Ints,  # [N] zeros
    group_of_node: Ints,  # [N] -1: in no group
    group_value: NDArray[np.float64],  # [G]
    first: Any,  # nodes first to behind are the sources
    behind: Any,
    mean: NDArray[np.float64],  # [N]
) -> None:
    """Fill `mean` of nodes `first` to `behind`: over the distinct groups of nodes in reach."""
    nodes = len(row_start) - 1
    key = np.full(nodes, FAR)
    waits = np.zeros(nodes, np.bool_)
    near = np.empty(2 * nodes, np.uint32)
    far = np.empty(nodes, np.uint32)
    touched = np.empty(nodes, np.uint32)
    nobody = np.empty(0, np.uint32)
    last_seen = np.full(len(group_value), -1, np.int32)
    for source in range(first, behind):
        itself = slice(source, source + 1)
        found = _search(
            row_start, neighbour, weight, step, limit, seed_node[itself], seed_key[itself], nobody,
            key, waits, near, far, touched,
        )  # fmt: skip
        total = 0.0
        groups = 0
        for place in range(found):
            node = Row(touched[Row(place)])
            key[node] = FAR
            group = group_of_node[node]
            if group >= 0 and last_seen[group] != source:
                last_seen[group] = source
                if not np.isnan(group_value[group]):
                    total += group_value[group]
                    groups += 1
        mean[source] = total / groups if groups > 0 else np.nan


@compiled
def lowest_connected(edge_from: Ints, edge_to: Ints, root: Ints) -> None:
    """Turn `root` [N], which holds 0, 1, 2 ..., into the lowest node connected to each node."""
    for edge in range(len(edge_from)):
        a = edge_from[edge]
        b = edge_to[edge]
        while root[a] != a:
            root[a] = root[root[a]]
            a = root[a]
        while root[b] != b:
            root[b] = root[root[b]]
            b = root[b]
        root[max(a, b)] = min(a, b)
    for node in range(len(root)):
        root[node] = root[root[node]]
