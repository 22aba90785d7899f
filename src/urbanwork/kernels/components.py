"""Which parts of the graph hang together."""

from __future__ import annotations

import numpy as np

from urbanwork.kernels.compiled import given
from urbanwork.kernels.graph import Graph, Int32
from urbanwork.kernels.search import lowest_connected


def components(graph: Graph) -> Int32:
    """Return the component [N] of each node, numbered in the order of their lowest nodes.

    One-way streets connect both ways here.

    >>> from urbanwork.kernels.graph import build_graph
    >>> components(build_graph(4, [3], [1], [500])).tolist()
    [0, 1, 2, 1]
    """
    root = np.arange(graph.node_count, dtype=np.int32)
    lowest_connected(given(graph.edge_from, np.int32), given(graph.edge_to, np.int32), root)
    is_lowest = root == np.arange(graph.node_count)
    number = np.cumsum(is_lowest, dtype=np.int32) - np.int32(1)
    return number[root]
