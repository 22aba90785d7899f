"""What a sample point reaches: the nearest place of each category, and its neighbourhood."""

from __future__ import annotations

import numpy as np

from urbanwork.city.sampled.model import (
    Flags,
    Floats,
    Places,
    PopulationGrid,
    SampledNetwork,
    SamplePoints,
)
from urbanwork.city.sampled.points import snapped
from urbanwork.kernels.between import mean_over_reached_groups
from urbanwork.kernels.graph import UNREACHED
from urbanwork.kernels.reach import nearest

PER_METRE = 100
HALF_A_METRE = 0.5


def distances(
    network: SampledNetwork, points: SamplePoints, places: Places, limit_m: float
) -> dict[str, Floats]:
    """Whole metres from each point to the nearest place of each category, inf beyond the limit.

    distance = min over the two ends of the point's street of (round(distance of the end) + way to
    the end); that of a point on a node is the node's. There is no way along a street that point and
    place have in common except over its ends, and the way off the street is not added.
    """
    x = np.concatenate([place[0] for place in places.values()])
    y = np.concatenate([place[1] for place in places.values()])
    sizes = [len(place[0]) for place in places.values()]
    category = np.repeat(np.arange(len(places)), sizes)
    # Rounding may lower a distance by half a metre, so the search goes that much further.
    limit = round((limit_m + HALF_A_METRE) * PER_METRE)
    found = nearest(network.graph, snapped(network, x, y), category, len(places), limit=limit)
    is_far = found.distance == UNREACHED
    at_node = np.where(is_far, np.inf, np.rint(found.distance / PER_METRE))
    return {
        name: _nearer_end(network, points, node) for name, node in zip(places, at_node, strict=True)
    }


def neighbourhood_means(
    network: SampledNetwork,
    grid: PopulationGrid,
    points: SamplePoints,
    value: Floats,
    *,
    within_m: float,
) -> Floats:
    """Mean of the cells that hold a node within a walk, for each point [P].

    value of a node = unweighted mean of `value` [G] over the distinct cells with a node within
    `within_m`; of a point = that of its two ends, the nearer one weighing more.
    """
    cell = grid.cell_of(network.x, network.y)
    limit = round(within_m * PER_METRE)
    at_node = mean_over_reached_groups(network.graph, cell, value, limit=limit)
    start, end = at_node[network.graph.edge_from], at_node[network.graph.edge_to]
    whole = np.maximum(points.to_start_m + points.to_end_m, 1.0)
    between = start[points.edge] * (1 - points.to_start_m / whole)
    between += end[points.edge] * (1 - points.to_end_m / whole)
    return _on_nodes(network, points, at_node, between)


def _nearer_end(network: SampledNetwork, points: SamplePoints, at_node: Floats) -> Floats:
    start = at_node[network.graph.edge_from[points.edge]] + points.to_start_m
    end = at_node[network.graph.edge_to[points.edge]] + points.to_end_m
    return _on_nodes(network, points, at_node, np.minimum(start, end))


def _on_nodes(
    network: SampledNetwork, points: SamplePoints, at_node: Floats, otherwise: Floats
) -> Floats:
    """The value of the node for points that stand on one, start before end."""
    is_start: Flags = points.to_start_m == 0
    is_end: Flags = points.to_end_m == 0
    at_end = np.where(is_end, at_node[network.graph.edge_to[points.edge]], otherwise)
    return np.where(is_start, at_node[network.graph.edge_from[points.edge]], at_end)
