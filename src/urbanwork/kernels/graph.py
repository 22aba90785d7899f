"""The street graph as compressed rows of int32, and points snapped onto its edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Int32 = NDArray[np.int32]

UNREACHED = np.int32(2**31 - 1)
"""Distance of what no path reaches (or lies beyond the limit of the search)."""


@dataclass(frozen=True, slots=True)
class Graph:
    """N nodes, E edges, each edge stored in the rows of both ends unless it is one-way.

    Weights are whole int32: centimetres on foot, centiseconds by car. An edge may be a loop, and
    two nodes may share several edges.
    """

    row_start: Int32  # [N + 1]
    neighbour: Int32  # [H] half-edges, sorted by row
    weight: Int32  # [H]
    edge: Int32  # [H] the edge that the half-edge belongs to
    edge_from: Int32  # [E]
    edge_to: Int32  # [E]
    edge_weight: Int32  # [E]
    is_forward_only: NDArray[np.bool_]  # [E] one-way from edge_from to edge_to


@dataclass(frozen=True, slots=True)
class Snaps:
    """P points on edges: where along, and how far off the street (added to every distance)."""

    edge: Int32  # [P] -1 where there is no street to snap to
    to_start: Int32  # [P] weight from the point to edge_from along the edge
    to_end: Int32  # [P] weight from the point to edge_to; to_start + to_end = edge_weight
    off: Int32  # [P] weight of the way from the point to the street
